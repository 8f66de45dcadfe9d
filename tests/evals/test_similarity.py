import json
import math

import numpy as np
import pytest
from evaluation import make_keyed_vectors, make_vectors, structured_vectors, write

from wordvec.errors import ConfigError
from wordvec.evals import evaluate_similarity
from wordvec.evals.datasets import locate

SETS = ["MC-30", "MEN-TR-3k", "RG-65", "SIMLEX-999", "WS-353-ALL", "WS-353-REL", "WS-353-SIM"]


@pytest.fixture(scope="module")
def vectors():
    return structured_vectors(7)


@pytest.fixture(scope="module")
def golden(data_folder):
    folder = data_folder / "golden" / "postprocess"
    words = np.loadtxt(folder / "base.vec", skiprows=1, usecols=0, dtype=str, comments=None)
    matrix = np.loadtxt(folder / "base.vec", skiprows=1, usecols=range(1, 51), comments=None)
    expected = json.loads((folder / "expected.json").read_text())["gensim_word_pairs"]
    return make_vectors(words.tolist(), matrix), expected


@pytest.mark.parametrize("name", SETS)
def test_correlations_equal_those_stored_from_gensim(golden, data_folder, name):
    vectors, expected = golden
    result = evaluate_similarity(
        vectors, data_folder / "data" / "similarity" / f"EN-{name}.txt", restrict_vocab=None
    )
    stored = expected[f"EN-{name}"]
    assert result.pearson == pytest.approx(stored["pearson"], abs=1e-6)
    assert result.spearman == pytest.approx(stored["spearman"], abs=1e-6)
    assert 100 * (1 - result.coverage) == pytest.approx(stored["oov_percent"])


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("cut", [500, None])
@pytest.mark.parametrize("name", ["wordsim353", "simlex999"])
def test_all_figures_equal_gensims_on_the_same_vectors(vectors, name, cut, case_insensitive):
    result = evaluate_similarity(
        vectors, name, restrict_vocab=cut, case_insensitive=case_insensitive
    )
    pearson, spearman, oov = make_keyed_vectors(vectors).evaluate_word_pairs(
        str(locate(name)), restrict_vocab=cut, case_insensitive=case_insensitive
    )
    ours = [
        *(result.pearson, result.pearson_pvalue),
        *(result.spearman, result.spearman_pvalue),
        100 * (1 - result.coverage),
    ]
    assert ours == pytest.approx([*pearson, *spearman, oov], abs=1e-6)
    assert result.vocabulary == (cut or len(vectors.index_to_key))


def test_pairs_with_an_unknown_word_are_left_out_and_the_words_listed(tmp_path):
    vectors = make_vectors("abcd", [[1, 0], [1, 1], [0, 1], [-1, 1]])
    text = "a b 3\na C 2\na d 1\nx a 9\nb Yak 9\nx Yak 9\n"
    result = evaluate_similarity(vectors, write(tmp_path / "pairs", text))
    assert (result.pairs, result.found, result.coverage) == (6, 3, 0.5)
    assert result.missing_words == ("x", "Yak")
    assert result.spearman == pytest.approx(1)


@pytest.mark.parametrize(
    "text", ["a b 3\na c 2\n", "a x 3\nx b 2\nb y 1\n", "a b 1\na c 1\nb c 1\n"]
)
def test_without_three_different_scores_there_is_no_correlation(tmp_path, text):
    vectors = make_vectors("abc", [[1, 0], [1, 1], [0, 1]])
    result = evaluate_similarity(vectors, write(tmp_path / "pairs", text))
    assert math.isnan(result.pearson)
    assert math.isnan(result.spearman_pvalue)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["spearman"] is None


def test_a_vector_of_zeros_is_like_nothing(tmp_path):
    vectors = make_vectors("abcd", [[1, 0], [2, 1], [0, 3], [0, 0]])
    result = evaluate_similarity(vectors, write(tmp_path / "pairs", "a b 9\na c 3\na d 3\n"))
    assert result.pearson == pytest.approx(1)


def test_a_read_only_matrix_will_do(vectors):
    before = vectors.vectors.copy()
    vectors.vectors.flags.writeable = False
    evaluate_similarity(vectors, "wordsim353")
    assert np.array_equal(vectors.vectors, before)


def test_an_unknown_data_set_is_refused(vectors):
    with pytest.raises(ConfigError, match="'men' is no file and no known data set"):
        evaluate_similarity(vectors, "men")
