import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors, Word2Vec

from wordvec.errors import FormatError
from wordvec.formats import gensim as formats_gensim
from wordvec.formats import read_vectors, sniff_format
from wordvec.formats.gensim import from_gensim, to_gensim
from wordvec.vectors import WordVectors

WORDS = ["the", "král", "日本", "a b", "x\ty\n"]
ROWS = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
COUNTS = [2**40, 7, 5, 3, 0]
TEXT = [["human", "machine", "interface"], ["machine", "user", "human"]] * 5


def keyed(words: Any = WORDS, rows: Any = ROWS) -> KeyedVectors:
    vectors = KeyedVectors(rows.shape[1])
    vectors.add_vectors(words, rows)
    return vectors


def test_gensim_gets_equal_vectors_that_it_may_change() -> None:
    vectors = WordVectors(WORDS, ROWS, COUNTS)
    given = to_gensim(vectors)
    assert given.index_to_key == WORDS
    assert all(np.array_equal(given[word], vectors[word]) for word in WORDS)
    assert [given.get_vecattr(word, "count") for word in WORDS] == COUNTS
    given.add_vectors(["new"], np.ones((1, 4), np.float32), replace=False)
    given.unit_normalize_all()
    assert np.array_equal(vectors.vectors, ROWS)


def test_gensim_answers_and_saves_what_it_gets(tmp_path: Path) -> None:
    vectors = WordVectors(WORDS[:3], ROWS[:3], COUNTS[:3])
    given = to_gensim(vectors)
    ours = vectors.most_similar("the")
    theirs = given.most_similar("the")
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert np.allclose([s for _, s in ours], [s for _, s in theirs], atol=1e-6)
    given.save_word2vec_format(str(tmp_path / "v.bin"), binary=True, sort_attr="count")
    again = KeyedVectors.load_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    assert again.index_to_key == WORDS[:3]


def test_without_counts_gensim_gets_none() -> None:
    assert to_gensim(WordVectors(WORDS, ROWS)).expandos == {}


def test_vectors_come_back_from_gensim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats_gensim, "_BLOCK_BYTES", 40)
    vectors = from_gensim(to_gensim(WordVectors(WORDS, ROWS, COUNTS)))
    assert list(vectors.index_to_key) == WORDS
    assert np.array_equal(vectors.vectors, ROWS)
    assert vectors.counts is not None
    assert vectors.counts.tolist() == COUNTS
    assert vectors.provenance["read"]["format"] == "gensim"


def test_vectors_without_counts_come_back_without() -> None:
    assert from_gensim(keyed()).counts is None


def test_counts_that_gensim_made_up_are_not_taken(tmp_path: Path) -> None:
    keyed(WORDS[:3], ROWS[:3]).save_word2vec_format(str(tmp_path / "v.txt"))
    loaded = KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt"), no_header=False)
    assert loaded.get_vecattr("the", "count") == 3
    assert from_gensim(loaded).counts is None


def test_a_trained_model_is_taken_with_its_counts() -> None:
    model = Word2Vec(TEXT, vector_size=3, min_count=1, epochs=1, workers=1)
    vectors = from_gensim(model)
    assert np.array_equal(vectors.vectors, model.wv.vectors)
    assert vectors.counts is not None
    assert dict(zip(vectors.index_to_key, vectors.counts.tolist(), strict=True)) == {
        "human": 10,
        "machine": 10,
        "interface": 5,
        "user": 5,
    }


def test_ngrams_of_a_fasttext_model_answer_for_unseen_words() -> None:
    model = FastText(TEXT, vector_size=3, min_count=1, epochs=1, workers=1, bucket=50)
    vectors = from_gensim(model)
    assert vectors.subwords is not None
    for word in ("machines", "přístroj"):
        assert np.allclose(vectors.subwords.vector(word), model.wv[word], atol=1e-6)


def test_odd_rows_are_left_out() -> None:
    rows = np.array(ROWS, np.float64)
    rows[2, 1] = np.inf
    vectors = from_gensim(keyed(["a", "", "b", "c\ud800", "d"], rows))
    assert len(vectors) == 3
    report = vectors.provenance["read"]
    assert (report["empty_words"], report["not_finite"], report["invalid_utf8"]) == (1, 1, 1)


def test_keys_that_are_no_words_are_refused() -> None:
    with pytest.raises(FormatError, match="KeyedVectors: the key 1 is no string"):
        from_gensim(keyed(["a", 1, "b", "c", "d"]))


def test_vectors_that_were_only_reserved_are_refused() -> None:
    with pytest.raises(FormatError, match="the key None is no string"):
        from_gensim(KeyedVectors(4, count=3))


def test_no_words_are_refused() -> None:
    with pytest.raises(FormatError, match="there is no word with a usable vector"):
        from_gensim(KeyedVectors(4))


@pytest.mark.parametrize("name", ["v.kv", "v.model"])
def test_what_gensim_saved_is_refused_with_the_way_out(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    keyed().save(str(path))
    assert sniff_format(path) == "gensim"
    with pytest.raises(
        FormatError, match=r"KeyedVectors.load\(.*v.*\).save_word2vec_format"
    ) as got:
        read_vectors(path)
    assert "\n" not in str(got.value)


class Trap:
    """When unpickled, makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_nothing_in_a_pickle_is_run(protocol: int, tmp_path: Path) -> None:
    path = tmp_path / "v.kv"
    path.write_bytes(pickle.dumps(Trap(tmp_path / "trapped"), protocol))
    for named in (None, "gensim"):
        with pytest.raises(FormatError, match="is a Python pickle"):
            read_vectors(path, format=named)
    assert not (tmp_path / "trapped").exists()
