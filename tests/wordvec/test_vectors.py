import subprocess
import sys

import numpy as np
import pytest

from wordvec.errors import ConfigError, ExpressionError, UnknownWordError
from wordvec.vectors import WordVectors

WORDS = ["the", "king", "queen", "man", "woman", "c++", "well-known", *(f"w{i}" for i in range(93))]
MATRIX = np.random.default_rng(0).standard_normal((100, 12), np.float32)

UNIT = MATRIX[7] / np.linalg.norm(MATRIX[7])
OTHER = (MATRIX[8] - MATRIX[9]) / np.linalg.norm(MATRIX[8] - MATRIX[9])


@pytest.fixture
def vectors():
    return WordVectors(WORDS, MATRIX.copy(), np.arange(100, 0, -1))


@pytest.fixture(scope="module")
def gensim_vectors():
    from gensim.models import KeyedVectors

    reference = KeyedVectors(12)
    reference.add_vectors(WORDS, MATRIX)
    return reference


def assert_same(answer, expected):
    """Compare rankings, arrays and numbers with gensim's to 1e-6."""
    if isinstance(expected, list) and expected and isinstance(expected[0], tuple):
        assert [word for word, _ in answer] == [word for word, _ in expected]
        answer, expected = ([score for _, score in ranking] for ranking in (answer, expected))
    if isinstance(expected, str) or (isinstance(expected, list) and isinstance(expected[0], str)):
        assert answer == expected
    else:
        np.testing.assert_allclose(answer, expected, atol=1e-6)


SAME_AS_GENSIM = {
    "one word": lambda v: v.most_similar("king"),
    "a row": lambda v: v.most_similar(1),
    "a NumPy row": lambda v: v.most_similar(np.int64(1)),
    "an analogy": lambda v: v.most_similar(["king", "woman"], ["man"], topn=20),
    "weights": lambda v: v.most_similar([("king", 2.0), ("woman", 0.5)], [("man", -0.3)]),
    "a weight that turns a negative": lambda v: v.most_similar(["king"], [("man", 0.3)]),
    "a vector": lambda v: v.most_similar(positive=[MATRIX[7]]),
    "a vector alone": lambda v: v.most_similar(MATRIX[7]),
    "a matrix": lambda v: v.most_similar(MATRIX[3:5]),
    "a word and a vector": lambda v: v.most_similar(["king", MATRIX[7]], [MATRIX[9]]),
    "only negatives": lambda v: v.most_similar(negative=["king"]),
    "the first words only": lambda v: v.most_similar("king", restrict_vocab=10, topn=50),
    "a query among the last words": lambda v: v.most_similar("w90", restrict_vocab=10),
    "all similarities": lambda v: v.most_similar("king", topn=None),
    "more than there are": lambda v: v.most_similar("king", topn=1000),
    "none": lambda v: v.most_similar("king", topn=0) == [],
    "products": lambda v: v.most_similar_cosmul(["king", "woman"], ["man"]),
    "products of one word": lambda v: v.most_similar_cosmul("king"),
    "products of a vector": lambda v: v.most_similar_cosmul([UNIT, "king"], OTHER),
    "all products": lambda v: v.most_similar_cosmul(["king"], ["man"], topn=None),
    "similar_by_word": lambda v: v.similar_by_word("king", 5),
    "similar_by_vector": lambda v: v.similar_by_vector(MATRIX[7] * 3, topn=5),
    "similarity": lambda v: v.similarity("king", "queen"),
    "n_similarity": lambda v: v.n_similarity(["king", "queen"], ["man", "woman", "the"]),
    "distance": lambda v: v.distance("king", "queen"),
    "rank": lambda v: [v.rank("king", word) for word in WORDS[2:]],
    "closer_than": lambda v: v.closer_than("king", "queen"),
    "doesnt_match": lambda v: v.doesnt_match(["king", "queen", "man", "w5"]),
    "most_similar_to_given": lambda v: v.most_similar_to_given("king", ["man", "queen", "w5"]),
    "get_vector": lambda v: v.get_vector("king"),
    "get_vector at length 1": lambda v: v.get_vector("king", norm=True),
    "get_index": lambda v: [v.get_index("queen"), v.get_index(3), v.get_index("absent", 7)],
    "several words": lambda v: v[["king", "queen"]],
    "a vector by its row": lambda v: v[3],
    "get_mean_vector": lambda v: v.get_mean_vector(["king", "queen", MATRIX[5]], [1, -2, 0.5]),
    "a mean of unequal lengths": lambda v: v.get_mean_vector(["king", 2], pre_normalize=False),
    "norms": lambda v: (v.get_vector("king", norm=True), v.norms)[1],
    "vectors": lambda v: v.vectors,
    "vector_size": lambda v: v.vector_size,
    "length": len,
    "key_to_index": lambda v: [v.key_to_index["queen"], v.key_to_index.get("absent", -1)],
    "index_to_key": lambda v: list(v.index_to_key),
    "membership": lambda v: ["king" in v, "absent" in v, 3 in v, 100 in v, -1 in v],
}


# gensim's own most_similar_cosmul calls what gensim has deprecated.
@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`:DeprecationWarning")
@pytest.mark.parametrize("ask", SAME_AS_GENSIM.values(), ids=SAME_AS_GENSIM)
def test_answers_are_those_of_gensim(vectors, gensim_vectors, ask):
    assert_same(ask(vectors), ask(gensim_vectors))


def test_a_vector_is_a_read_only_view(vectors):
    vector = vectors["king"]
    assert np.shares_memory(vector, vectors.vectors)
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1
    vectors.vectors[0] = 0


def test_a_matrix_is_kept_and_not_copied():
    matrix = MATRIX.copy()
    assert np.shares_memory(WordVectors(WORDS, matrix).vectors, matrix)


def test_no_words_give_an_empty_matrix(vectors):
    assert vectors[[]].shape == (0, 12)


def test_what_is_not_a_word_is_not_contained(vectors):
    assert None not in vectors
    assert 1.5 not in vectors


def test_norms_that_are_given_are_used(vectors):
    norms = np.full(100, 2, np.float32)
    assert WordVectors(WORDS, MATRIX, norms=norms).norms is norms
    assert vectors.norms is vectors.norms


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"matrix": np.ones((2, 3))}, r"matrix of shape \(2, 3\) for 3 words"),
        ({"matrix": np.ones(3)}, r"matrix of shape \(3,\) for 3 words"),
        ({"matrix": np.ones((3, 0))}, r"matrix of shape \(3, 0\) for 3 words"),
        ({"counts": [1, 2]}, r"counts of shape \(2,\) for 3 words"),
        ({"counts": [3, 2, -1]}, "counts hold a number that is not whole or is below 0"),
        ({"counts": [3, 2, 1.5]}, "counts hold a number that is not whole or is below 0"),
        (
            {"output": np.ones((3, 2))},
            r"output layer of shape \(3, 2\) .*; expected \(3, 4\)",
        ),
        ({"norms": np.ones(2)}, r"norms of shape \(2,\) for 3 words"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        WordVectors(["a", "b", "c"], **{"matrix": np.ones((3, 4))} | arguments)


def test_an_unknown_word_is_an_error_with_close_spellings(vectors):
    for ask in (
        lambda: vectors["qeen"],
        lambda: vectors[["king", "qeen"]],
        lambda: vectors.get_vector("qeen"),
        lambda: vectors.get_index("qeen"),
        lambda: vectors.most_similar("qeen"),
        lambda: vectors.most_similar_cosmul("king", "qeen"),
        lambda: vectors.similarity("king", "qeen"),
        lambda: vectors.n_similarity(["king"], ["qeen"]),
        lambda: vectors.doesnt_match(["king", "qeen"]),
        lambda: vectors.query("king - qeen"),
    ):
        with pytest.raises(UnknownWordError, match=r"'qeen' is not in .* did you mean queen"):
            ask()


def test_a_row_that_is_not_there_is_an_error(vectors):
    for row in (100, -1):
        with pytest.raises(UnknownWordError, match=f"'{row}' is not in the vocabulary$"):
            vectors[row]


def test_a_word_resolves_as_typed_or_else_in_lower_case():
    vectors = WordVectors(["king", "King", "queen"], np.eye(3))
    assert vectors.resolve("King") == 1
    assert vectors.resolve("KING") == 0
    assert vectors.resolve("Queen") == 2
    assert vectors.query("Queen") == vectors.most_similar("queen")
    with pytest.raises(UnknownWordError, match=r"'Quee' is not .* did you mean queen"):
        vectors.resolve("Quee")
    with pytest.raises(UnknownWordError, match="'Queen'"):
        vectors["Queen"]


def test_a_query_adds_and_subtracts(vectors):
    assert vectors.query("king - man + woman") == vectors.most_similar(["king", "woman"], ["man"])
    weighted = vectors.most_similar([("king", 2), ("c++", 0.5)], [("well-known", -0.5)], topn=3)
    assert vectors.query(["2*king", "+", "0.5*(c++ - well-known)"], topn=3) == weighted
    assert vectors.query("king", restrict_vocab=5) == vectors.most_similar("king", restrict_vocab=5)


def test_a_query_multiplies_if_asked_to(vectors):
    assert vectors.query("king - man + woman", method="mul") == vectors.most_similar_cosmul(
        ["king", "woman"], ["man"]
    )


def test_words_of_a_query_are_no_answers(vectors):
    answers = [word for word, _ in vectors.query("king - Man + woman", topn=1000)]
    assert sorted(answers) == sorted(set(WORDS) - {"king", "man", "woman"})


@pytest.mark.parametrize(
    ("expression", "method", "message"),
    [
        ("king - - man", "add", "expected a word"),
        ("2*king", "mul", "'king' has the weight 2; with method mul it must be 1 or -1"),
        ("- king", "mul", "no word is added"),
        ("king-man", "add", r"'king-man' is not in the vocabulary .* put spaces around \+ and -"),
        ("King+woman", "add", "put spaces around"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(vectors, expression, method, message):
    with pytest.raises(ExpressionError, match=message):
        vectors.query(expression, method=method)


def test_an_unknown_word_with_a_hyphen_is_simply_unknown(vectors):
    with pytest.raises(UnknownWordError, match="'king-nobody' is not in the vocabulary"):
        vectors.query("king-nobody")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda v: v.query("king", method="max"), "method is 'max'; it must be add or mul"),
        (lambda v: v.most_similar(), "no words given"),
        (lambda v: v.most_similar_cosmul(negative="king"), "no positive words given"),
        (lambda v: v.most_similar_cosmul([("king", 2.0)]), "takes none"),
        (lambda v: v.most_similar("king", restrict_vocab=-1), "restrict_vocab is -1"),
        (lambda v: v.n_similarity([], ["king"]), "no words given"),
        (lambda v: v.doesnt_match([]), "no words given"),
        (lambda v: v.get_mean_vector(["king"], [1, 2]), "1 keys and weights of shape"),
        (lambda v: v.most_similar(np.ones(5)), r"vector of shape \(5,\); expected \(12,\)"),
    ],
)
def test_a_request_that_makes_no_sense_says_why(vectors, ask, message):
    with pytest.raises(ValueError, match=message):
        ask(vectors)


@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_a_row_without_a_direction_is_similar_to_nothing(vectors, value):
    vectors.vectors[1] = value
    assert vectors.similarity("king", "queen") == 0
    assert vectors.most_similar("queen", topn=None)[1] == 0
    assert len(vectors.most_similar("queen", topn=99)) == 99
    assert all(score == 0 for _, score in vectors.most_similar("king"))
    assert all(np.isfinite(score) for _, score in vectors.most_similar_cosmul("queen", "king"))
    np.testing.assert_array_equal(vectors.get_vector("king", norm=True), MATRIX[1] * 0)
    assert vectors.rank("queen", "king") >= 1
    assert vectors.doesnt_match(["king", "queen"]) in ("king", "queen")


def test_a_mapped_matrix_is_asked_without_a_copy(tmp_path):
    import tracemalloc

    path = tmp_path / "matrix"
    np.random.default_rng(0).standard_normal((200_000, 20), np.float32).tofile(path)
    mapped = np.memmap(path, np.float32, "r", shape=(200_000, 20))
    vectors = WordVectors([str(i) for i in range(200_000)], mapped)
    vectors.most_similar("7")
    tracemalloc.start()
    vectors.most_similar("7")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < mapped.nbytes / 4


def test_asking_needs_neither_gensim_nor_numba_nor_scipy():
    code = (
        "import sys; from wordvec.vectors import WordVectors\n"
        "WordVectors(['a', 'b'], [[1], [2]]).query('a')\n"
        "print([m for m in ('gensim', 'numba', 'scipy', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_batch_gives_what_each_query_gives_alone(vectors):
    queries = ["king", ["queen", ("man", -1.0)], 5, UNIT, ["king", "queen", "woman"]]
    batch = vectors.most_similar_batch(queries, topn=4)
    assert len(batch) == 5
    for query, found in zip(queries, batch, strict=True):
        assert_same(found, vectors.most_similar(query, topn=4))


def test_a_batch_of_none_and_one_of_none_wanted_are_empty(vectors):
    assert vectors.most_similar_batch([]) == []
    assert vectors.most_similar_batch(["king", "queen"], topn=0) == [[], []]


def test_a_batch_is_restricted_as_one_query_is(vectors):
    options = {"topn": 3, "restrict_vocab": 20, "min_similarity": 0.1}
    batch = vectors.most_similar_batch(["king", "w90"], **options)
    assert_same(batch[0], vectors.most_similar("king", **options))
    assert_same(batch[1], vectors.most_similar("w90", **options))


def test_less_similar_words_than_asked_for_are_left_out(vectors):
    everything = vectors.most_similar("king", topn=99)
    for least in (0.3, -0.2, 1.5):
        expected = [pair for pair in everything if pair[1] >= least]
        assert vectors.most_similar("king", topn=99, min_similarity=least) == expected
    expected = [pair for pair in vectors.most_similar_cosmul("king", topn=99) if pair[1] >= 0.6]
    assert vectors.most_similar_cosmul("king", topn=99, min_similarity=0.6) == expected


def csls(vectors, word, limit):
    """Rank as Conneau et al. 2018 define it, slowly."""
    unit = MATRIX[:limit] / np.linalg.norm(MATRIX[:limit], axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    hubness = np.sort(cosines, axis=1)[:, -10:].mean(axis=1)
    row = vectors.get_index(word)
    scores = 2 * cosines[row] - hubness[row] - hubness
    best = np.argsort(-scores, kind="stable")[:5]
    return [(WORDS[r], scores[r]) for r in best]


def test_csls_ranks_as_its_paper_says(vectors):
    assert_same(vectors.most_similar("king", topn=5, csls=True), csls(vectors, "king", 100))
    answer = vectors.most_similar("king", topn=5, csls=True, restrict_vocab=30)
    assert_same(answer, csls(vectors, "king", 30))
    assert_same(vectors.query("king", topn=5, csls=True), csls(vectors, "king", 100))


def test_distances_are_to_the_words_named_or_to_all(vectors, gensim_vectors):
    for args in (("king",), ("king", ["queen", "man"]), (UNIT,)):
        np.testing.assert_allclose(
            vectors.distances(*args), gensim_vectors.distances(*args), atol=1e-6
        )


def test_an_unseen_word_of_a_query_is_replaced_as_asked(vectors):
    answer = vectors.query("quen", topn=1, unseen="spelling")
    assert answer[0][0] == "queen"
    whole = vectors.query("king - mann", topn=3, unseen="spelling")
    by_hand = vectors.most_similar(["king"], [vectors.lookup("mann", "spelling")], topn=3)
    assert_same(whole, by_hand)
    product = vectors.query("quen", topn=1, method="mul", unseen="spelling")
    assert product[0][0] == "queen"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "best"}, "method is 'best'; it must be add or mul"),
        ({"method": "mul", "csls": True}, "goes neither with csls nor with approximate"),
        ({"approximate": True, "csls": True}, "goes neither with csls nor with all"),
        ({"approximate": True}, "not from a store, so there is no index"),
        ({"approximate": True, "restrict_vocab": 5}, "approximate search cannot be restricted"),
        ({"unseen": "guess"}, "unseen is 'guess'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(vectors, options, message):
    with pytest.raises(ConfigError, match=message):
        vectors.query("quen" if "unseen" in options else "king", **options)


def test_approximate_search_gives_exact_similarities(tmp_path, vectors):
    import wordvec
    from wordvec.approximate import build_index

    vectors.save(tmp_path / "vectors.h5")
    build_index(tmp_path / "vectors.h5")
    opened = wordvec.open(tmp_path / "vectors.h5")
    exact = opened.most_similar("king", topn=5)
    assert_same(opened.most_similar("king", topn=5, approximate=True), exact)
    assert_same(opened.most_similar_batch(["king"], topn=5, approximate=True)[0], exact)


def test_searches_take_as_many_threads_as_told(vectors, monkeypatch):
    from wordvec import neighbours
    from wordvec import vectors as module

    asked = []

    def nearest(*args, threads):
        asked.append(threads)
        return neighbours.nearest(*args, threads=threads)

    monkeypatch.setattr(module, "nearest", nearest)
    vectors.most_similar("king")
    vectors.threads = 1
    vectors.most_similar("king")
    assert asked == [None, 1]
