import json
import math

import numpy as np
import pytest
from evaluation import write
from scipy import stats

from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.evals import SentenceResult, evaluate, evaluate_sentences
from wordvec.vectors import WordVectors

WORDS = ["the", "cat", "dog", "sat", "on", "mat", "Paris", "it's"]


def cosine(a, b):
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths else 0.0


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(0).standard_normal((len(WORDS), 6)) * np.arange(1, 9)[:, None]
    return WordVectors(WORDS, matrix, [900, 50, 40, 30, 300, 20, 10, 5])


@pytest.fixture
def sts(tmp_path):
    lines = [
        "4.5\tThe cat sat.\tThe dog sat on the mat!",
        "1\tparis\tA cat",
        "3\tIt’s the mat\tdog, dog, cat",
        "2\tqzx?\tthe mat",
        "0.5\ton\tmat: (dog)",
    ]
    return write(tmp_path / "sts.tsv", "\n".join(lines) + "\n")


TOKENS = [
    (["the", "cat", "sat"], ["the", "dog", "sat", "on", "the", "mat"]),
    (["Paris"], ["cat"]),
    (["it's", "the", "mat"], ["dog", "dog", "cat"]),
    ([], ["the", "mat"]),
    (["on"], ["mat", "dog"]),
]
SCORES = [4.5, 1, 3, 2, 0.5]


def pooled(vectors, tokens, weights):
    rows = [weights[w] * vectors[w].astype(float) for w in tokens]
    return np.mean(rows, axis=0) if rows else np.zeros(vectors.vector_size)


def test_a_sentence_is_the_mean_of_its_known_words_as_long_as_they_are(vectors, sts):
    ones = dict.fromkeys(WORDS, 1)
    cosines = [cosine(*(pooled(vectors, side, ones) for side in pair)) for pair in TOKENS]
    result = evaluate_sentences(vectors, sts)
    assert result.pearson == pytest.approx(stats.pearsonr(SCORES, cosines).statistic, abs=1e-6)
    assert result.spearman == pytest.approx(stats.spearmanr(SCORES, cosines).statistic)


def test_sif_weighs_by_frequency_and_takes_away_what_all_share(vectors, sts):
    p = dict(zip(WORDS, vectors.counts / vectors.counts.sum(), strict=True))
    weights = {word: 1e-3 / (1e-3 + p[word]) for word in WORDS}
    sides = np.array([pooled(vectors, side, weights) for pair in TOKENS for side in pair])
    shared = np.linalg.svd(sides)[2][0]
    sides -= np.outer(sides @ shared, shared)
    cosines = [cosine(*pair) for pair in sides.reshape(5, 2, -1)]
    result = evaluate_sentences(vectors, sts, pooling="sif")
    assert result.pearson == pytest.approx(stats.pearsonr(SCORES, cosines).statistic, abs=1e-5)


def test_what_was_not_known_is_counted_and_listed(vectors, sts):
    result = evaluate_sentences(vectors, sts)
    assert (result.pairs, result.found) == (5, 4)
    assert (result.tokens, result.known_tokens) == (24, 22)
    assert result.missing_words == ("qzx", "a")
    assert result.coverage == 22 / 24
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["found"] == 4


def test_case_and_the_cut_of_the_vocabulary_are_honoured(vectors, sts):
    assert "paris" in evaluate_sentences(vectors, sts, case_insensitive=False).missing_words
    result = evaluate_sentences(vectors, sts, restrict_vocab=6)
    assert result.missing_words == ("paris", "it's", "qzx", "a")
    assert result.vocabulary == 6


def test_without_three_pairs_there_is_no_correlation(vectors, tmp_path):
    result = evaluate_sentences(vectors, write(tmp_path / "s", "1\tcat\tdog\n2\tcat\tmat\n"))
    assert math.isnan(result.spearman)
    assert result.to_dict()["spearman"] is None


def test_evaluate_knows_a_file_of_sentences(vectors, sts):
    assert isinstance(evaluate(vectors, sts), SentenceResult)


def test_sif_without_counts_is_refused(sts):
    with pytest.raises(ConfigError, match="counts"):
        evaluate_sentences(WordVectors(["a"], [[1]]), sts, pooling="sif")


def test_an_unknown_pooling_is_told_the_known_ones(vectors, sts):
    with pytest.raises(ConfigError, match="pooling is 'max'; it must be one of mean, sif"):
        evaluate_sentences(vectors, sts, pooling="max")


@pytest.mark.parametrize(
    "line", ["3\tcat", "cat\tdog\t3", "nan\tcat\tdog", "3\t\tdog", "3 cat dog"]
)
def test_a_line_that_is_no_pair_of_sentences_is_named(vectors, tmp_path, line):
    path = write(tmp_path / "sts.tsv", f"# scores\n5\tcat\tdog\n{line}\n")
    with pytest.raises(FormatError, match=r"sts\.tsv, line 3: .* is not 'score sentence sentence'"):
        evaluate_sentences(vectors, path)


def test_a_file_without_pairs_is_refused(vectors, tmp_path):
    with pytest.raises(FormatError, match="holds no sentence pairs"):
        evaluate_sentences(vectors, write(tmp_path / "s", "score\tfirst\tsecond\n"))


def test_sif_without_counts_is_refused_with_what_to_do(tmp_path):
    path = write(tmp_path / "sts.tsv", "5\ta\tb\n1\ta\tc\n2\tb\tc\n")
    vectors = WordVectors(["a", "b", "c"], np.eye(3))
    with pytest.raises(DataError, match="no counts, by which SIF weighs words; take the pooling"):
        evaluate_sentences(vectors, path, pooling="sif")
