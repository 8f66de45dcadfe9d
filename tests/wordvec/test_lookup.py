import copy
import multiprocessing
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from handover import hand_over, look_up
from stores import WORDS, small_vectors

import wordvec
from wordvec import lookup
from wordvec.errors import ConfigError, FormatError, UnknownWordError
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors


@pytest.fixture
def vectors():
    return small_vectors()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.h5"
    small_vectors().save(path)
    return path


def subwords():
    matrix = np.arange(35, dtype=np.float32).reshape(7, 5)
    return Subwords(matrix, min_n=3, max_n=3, buckets=7, rows=None)


def test_a_list_gives_one_row_each_in_its_order(vectors):
    found = vectors[["queen", "king", "queen"]]
    assert np.array_equal(found, vectors.vectors[[1, 0, 1]])


@pytest.mark.parametrize("keys", [[], (), np.empty(0, int), iter([])])
def test_no_words_give_no_rows(vectors, keys):
    assert vectors[keys].shape == (0, 5)


@pytest.mark.parametrize(
    "keys", [[1, "king"], ("queen", 0), iter(["queen", "king"]), np.array(["queen", "king"])]
)
def test_words_and_rows_come_in_any_sequence(vectors, keys):
    assert np.array_equal(vectors[keys], vectors.vectors[[1, 0]])


def test_row_numbers_and_slices_give_rows(vectors):
    assert np.array_equal(vectors[np.array([3, 1])], vectors.vectors[[3, 1]])
    assert np.array_equal(vectors[2:5], vectors.vectors[2:5])
    assert np.array_equal(vectors[3], vectors.vectors[3])


@pytest.mark.parametrize("rows", [[20], [-1], np.array([0, 20]), np.array([-1])])
def test_a_row_that_is_not_there_is_an_error(vectors, rows):
    with pytest.raises(UnknownWordError, match=r"'(20|-1)' is not in the vocabulary"):
        vectors[rows]


def test_sentences_are_filled_up_with_zeros(vectors):
    batch = vectors[[["king", "queen"], [], ["queen"]]]
    assert batch.shape == (3, 2, 5)
    assert np.array_equal(batch[0], vectors.vectors[:2])
    assert np.array_equal(batch[2, 0], vectors.vectors[1])
    assert not batch[1].any()
    assert not batch[2, 1].any()


def test_unseen_words_of_sentences_follow_the_rule_too(vectors):
    assert not vectors.lookup([["xyzzy"], ["king"]], unseen="zero")[0].any()


def test_numpy_sees_the_matrix(vectors):
    assert np.array_equal(np.asarray(vectors), vectors.vectors)
    assert np.asarray(vectors, np.float64).dtype == np.float64


def test_iteration_gives_words_with_their_vectors(vectors):
    pairs = list(vectors)
    assert [word for word, _ in pairs] == WORDS
    assert np.array_equal(np.stack([vector for _, vector in pairs]), vectors.vectors)


def test_the_compiled_search_finds_what_the_plain_one_does(monkeypatch, vectors):
    keys = [*WORDS, "xyzzy", "k", ""] * 3
    expected = [vectors.get_index(key, -1) for key in keys]
    assert vectors.get_indices(keys).tolist() == expected
    monkeypatch.setattr(lookup, "_COMPILED_FROM", 0)
    assert vectors.get_indices(keys).tolist() == expected


@pytest.mark.parametrize("keys", [["king", 1], ["king\0queen"], ["king", "que\0en"]])
def test_what_the_compiled_search_cannot_take_is_found_all_the_same(monkeypatch, vectors, keys):
    expected = vectors.get_indices(keys)
    monkeypatch.setattr(lookup, "_COMPILED_FROM", 0)
    assert np.array_equal(vectors.get_indices(keys), expected)


def test_an_unseen_word_is_an_error_that_names_near_spellings(vectors):
    with pytest.raises(UnknownWordError, match=r"'quen' is not .*; did you mean queen"):
        vectors.lookup("quen")
    with pytest.raises(UnknownWordError, match=r"'quen' is not .*; did you mean queen"):
        vectors.lookup(["king", "quen"])


def test_zero_stands_for_an_unseen_word_if_asked_for(vectors):
    assert not vectors.lookup("quen", unseen="zero").any()
    found = vectors.lookup(["king", "quen", "queen"], unseen="zero")
    assert np.array_equal(found[[0, 2]], vectors.vectors[:2])
    assert not found[1].any()


def test_the_closest_spelling_stands_for_an_unseen_word_if_asked_for(vectors):
    found = vectors.lookup(["quen", "king"], unseen="spelling")
    assert np.array_equal(found[0], vectors.lookup("quen", unseen="spelling"))
    assert np.array_equal(found[1], vectors["king"])
    assert vectors.similar_by_vector(found[0], topn=1)[0][0] == "queen"


def test_character_ngrams_stand_for_an_unseen_word_if_asked_for(vectors):
    vectors.subwords = subwords()
    expected = vectors.subwords.vector("quen")
    assert np.array_equal(vectors.lookup("quen", unseen="subword"), expected)
    assert not vectors.lookup("", unseen="subword").any()


def test_a_rule_that_is_none_is_refused(vectors):
    with pytest.raises(ConfigError, match="unseen is 'guess'; it must be one of error, zero"):
        vectors.lookup("king", unseen="guess")
    with pytest.raises(ConfigError, match="no vectors of character n-grams"):
        vectors.lookup("king", unseen="subword")


def test_numpys_global_generator_is_left_alone(vectors):
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the one that must not change
    vectors.lookup("quen", unseen="spelling")
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_opened_vectors_are_pickled_by_path(path):
    opened = wordvec.open(path)
    pickled = pickle.dumps(opened)
    assert len(pickled) < 1000
    again = pickle.loads(pickled)  # noqa: S301 - made here
    assert np.array_equal(again["queen"], opened["queen"])


def test_vectors_in_memory_are_pickled_and_copied_whole(vectors):
    for again in (pickle.loads(pickle.dumps(vectors)), copy.deepcopy(vectors)):  # noqa: S301
        assert again.index_to_key == vectors.index_to_key
        assert np.array_equal(again["queen"], vectors["queen"])
        assert again.get_index("日本") == 3


def test_a_pickle_of_a_store_that_was_replaced_is_refused(path, monkeypatch):
    pickled = pickle.dumps(wordvec.open(path))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000")
    small_vectors().save(path, overwrite=True)
    with pytest.raises(FormatError, match="was replaced after the vectors were pickled"):
        pickle.loads(pickled)  # noqa: S301


def test_a_pickle_of_a_store_that_is_gone_says_so(path):
    pickled = pickle.dumps(wordvec.open(path))
    path.unlink()
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        pickle.loads(pickled)  # noqa: S301


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_worker_processes_read_the_store_they_were_handed(path, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {method} here")
    opened = wordvec.open(path)
    opened.most_similar("king")
    context = multiprocessing.get_context(method)
    batches = [[["king", "queen"], ["král"]], [["w3"]]] * 4
    with ProcessPoolExecutor(4, context, initializer=hand_over, initargs=(opened,)) as pool:
        answers = list(pool.map(look_up, batches, timeout=60))
    for batch, answer in zip(batches, answers, strict=True):
        assert np.array_equal(answer, opened[batch])


def test_threads_share_a_handle(path):
    opened = wordvec.open(path)
    expected = opened[WORDS]
    wrong = []

    def read():
        for _ in range(50):
            if not np.array_equal(opened[WORDS], expected):
                wrong.append(1)
            opened.most_similar("king")
            opened.lookup("quen", unseen="spelling")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8", "int8", "binary"])
def test_vectors_of_every_stored_type_are_looked_up_alike(tmp_path, dtype):
    from wordvec.store import write_store

    write_store(small_vectors(), tmp_path / "small.h5", dtype=dtype)
    small = wordvec.open(tmp_path / "small.h5")
    whole = np.asarray(small.vectors)
    assert np.array_equal(small[["queen", "king"]], whole[[1, 0]])
    assert np.array_equal(small["král"], whole[2])
    assert np.array_equal(small[3:5], whole[3:5])
    assert not small["král"].flags.writeable
    by_hand = WordVectors(WORDS, whole).most_similar("king", topn=3)
    assert [word for word, _ in small.most_similar("king", topn=3)] == [w for w, _ in by_hand]


def test_all_words_of_a_list_are_found_as_each_is():
    words = ["caf\u00e9", "King", "queen", "o'clock", "Paris"]
    vectors = WordVectors(words, np.eye(5))
    asked = ["cafe\u0301", "King", "king", "QUEEN", "o\u2019clock", "Paris", "paris", "bread"]
    assert vectors.find_all_usual(asked).tolist() == [vectors.find_usual(word) for word in asked]
    assert vectors.find_all_usual([]).tolist() == []
