import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer

from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.postprocess.sentences import remove_common_component, sentence_vectors
from wordvec.postprocess.whiten import whiten
from wordvec.vectors import WordVectors

WORDS = ["the", "a", "king", "bread", "eats"]
COUNTS = [600, 300, 40, 30, 30]
SENTENCES = [["the", "king", "eats"], ["a", "bread", "unseen"], ["the", "the"], ["eats", "a"]]


def vectors(counts=COUNTS):
    return WordVectors(WORDS, np.random.default_rng(2).standard_normal((5, 4)) + 1, counts)


def slow_mean(vectors, sentences, weight):
    rows = []
    for sentence in sentences:
        known = [word for word in sentence if word in vectors]
        total = sum((weight(w) * vectors[w].astype(np.float64) for w in known), np.zeros(4))
        rows.append(total / max(len(known), 1))
    return np.array(rows)


def test_the_mean_is_over_the_known_words():
    found = sentence_vectors(vectors(), SENTENCES)
    assert found.dtype == np.float32
    assert np.allclose(found, slow_mean(vectors(), SENTENCES, lambda word: 1))


def test_a_sentence_without_a_known_word_is_zero():
    found = sentence_vectors(vectors(), [[], ["unseen"], ["king"], []], remove_components=1)
    assert not found[[0, 1, 3]].any()
    assert sentence_vectors(vectors(), []).shape == (0, 4)


@pytest.mark.parametrize("a", [None, 0.1])
def test_sif_weighs_frequent_words_less(a):
    p = dict(zip(WORDS, np.array(COUNTS) / sum(COUNTS), strict=True))
    found = sentence_vectors(vectors(), SENTENCES, weighting="sif", a=a)
    used = 1e-3 if a is None else a
    assert np.allclose(found, slow_mean(vectors(), SENTENCES, lambda w: used / (used + p[w])))


def test_the_common_component_is_the_first_singular_vector_uncentered():
    rows = np.random.default_rng(1).standard_normal((50, 4)).astype(np.float32) + 2
    for n in (0, 1, 2):
        right = np.linalg.svd(rows.astype(np.float64))[2][:n]
        assert np.allclose(
            remove_common_component(rows, n), rows - rows @ right.T @ right, atol=1e-5
        )


def test_removal_is_that_of_the_sentences_given():
    weighted = sentence_vectors(vectors(), SENTENCES, weighting="sif")
    found = sentence_vectors(vectors(), SENTENCES, weighting="sif", remove_components=1)
    assert np.array_equal(found, remove_common_component(weighted))


def test_many_sentences_are_made_in_parts(monkeypatch):
    whole = sentence_vectors(vectors(), SENTENCES * 3, weighting="sif", remove_components=1)
    monkeypatch.setattr("wordvec.postprocess.sentences._SENTENCES_AT_ONCE", 5)
    parts = sentence_vectors(vectors(), SENTENCES * 3, weighting="sif", remove_components=1)
    assert np.array_equal(parts, whole)


def test_sif_takes_counts_from_elsewhere(tmp_path):
    bare = vectors(None)
    path = tmp_path / "counts"
    path.write_text("".join(f"{w} {c}\n" for w, c in zip(WORDS, COUNTS, strict=True)))
    expected = sentence_vectors(vectors(), SENTENCES, weighting="sif")
    for counts in (path, COUNTS):
        found = sentence_vectors(bare, SENTENCES, weighting="sif", counts=counts)
        assert np.array_equal(found, expected)
    zipf = [1 / rank for rank in range(1, 6)]
    by_rank = sentence_vectors(bare, SENTENCES, weighting="sif", assume_rank=True)
    assert np.array_equal(by_rank, sentence_vectors(bare, SENTENCES, weighting="sif", counts=zipf))
    path.write_text("nothing 5\n")
    with pytest.raises(FormatError, match=r"none of its lines \(1\) has a word"):
        sentence_vectors(bare, SENTENCES, weighting="sif", counts=path)


def test_tf_idf_is_that_of_scikit_learn():
    table = np.array([[s.count(word) for word in WORDS] for s in SENTENCES])
    weighed = TfidfTransformer(norm=None).fit_transform(table).toarray()
    known = table.sum(axis=1, keepdims=True)
    expected = weighed @ vectors().vectors / known
    assert np.allclose(sentence_vectors(vectors(), SENTENCES, weighting="tf-idf"), expected)


@pytest.mark.parametrize("given", [{}, {"counts": [1, 2, 3, 4, 5]}, {"assume_rank": True}])
def test_zipfian_is_the_mean_of_the_words_of_the_whitened_space(given):
    some = [*SENTENCES, ["unseen"]]
    found = sentence_vectors(vectors(), some, weighting="zipfian", **given)
    white = whiten(vectors(), method="zipfian", **given)
    assert np.allclose(found, slow_mean(white, some, lambda word: 1), atol=1e-5)
    assert not found[-1].any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weighting": "tfidf"}, "weighting is 'tfidf'; it must be one of mean, tf-idf, sif, zip"),
        ({"a": 0.1}, "a is for weighting='sif'; this is 'mean'"),
        ({"a": 0.1, "weighting": "zipfian"}, "a is for weighting='sif'; this is 'zipfian'"),
        ({"assume_rank": True}, "counts and assume_rank are for weighting='sif' or 'zipfian'; thi"),
        ({"counts": COUNTS, "weighting": "tf-idf"}, "counts and assume_rank are .* this is 'tf-id"),
        ({"weighting": "sif", "a": 0}, "a is 0; expected a number above 0"),
        ({"weighting": "sif", "a": float("nan")}, "a is nan; expected a number above 0"),
        ({"remove_components": -1}, "remove_components is -1; expected from 0 to 4"),
        ({"remove_components": 5}, "remove_components is 5; expected from 0 to 4"),
    ],
)
def test_an_option_out_of_range_or_of_the_other_weighting_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        sentence_vectors(vectors(), SENTENCES, **options)


@pytest.mark.parametrize(
    "sentences", ["the film is good", ["the film is good"], [["the"], "the film is good"], [""], ""]
)
def test_text_in_place_of_words_is_refused_and_the_way_told(sentences):
    with pytest.raises(
        ConfigError, match=r"'.*' is text; expected .* \[text\.split\(\) for text in"
    ):
        sentence_vectors(vectors(), sentences)


@pytest.mark.parametrize("weighting", ["sif", "zipfian"])
def test_without_counts_the_ways_out_are_named(weighting):
    with pytest.raises(DataError, match=r"no counts.*--assume-rank"):
        sentence_vectors(vectors(None), SENTENCES, weighting=weighting)


def test_a_vector_with_nan_is_refused_where_it_is_used():
    wrong = vectors()
    wrong.vectors[1, 0] = np.nan
    with pytest.raises(DataError, match="NaN or infinity"):
        sentence_vectors(wrong, SENTENCES)
    assert np.isfinite(sentence_vectors(wrong, SENTENCES[:1])).all()


def test_words_are_found_in_their_usual_form():
    vectors = WordVectors(["the", "king"], np.eye(2))
    found, expected = (sentence_vectors(vectors, [s]) for s in (["The", "KING"], ["the", "king"]))
    assert np.array_equal(found, expected)
