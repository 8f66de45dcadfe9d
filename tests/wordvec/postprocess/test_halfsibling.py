import numpy as np
import pytest
from planted import apply_change, mean_lean, planted_sets

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import FoundSets
from wordvec.postprocess.halfsibling import fit_half_sibling
from wordvec.vectors import WordVectors


def slow_half_sibling(matrix, neutral, alpha):
    """Return all rows less their ridge prediction from the specific ones, words as columns."""
    specific, others = matrix[~neutral].T, matrix[neutral].T
    ridge = specific.T @ specific + alpha * np.eye(specific.shape[1])
    left = matrix.copy()
    left[neutral] = (others - specific @ np.linalg.solve(ridge, specific.T @ others)).T
    return left


@pytest.mark.parametrize("specific", [2, 200])  # fewer words than dimensions, and more
@pytest.mark.parametrize("alpha", [0.5, 60.0])
def test_rows_are_less_what_ridge_regression_predicts_of_them(specific, alpha):
    found, subspace = planted_sets(dim=30, pairs=3, specific=specific)
    changed = apply_change(fit_half_sibling(found, subspace, alpha=alpha), found)
    twin = slow_half_sibling(found.vectors.vectors.astype(np.float64), found.neutral, alpha)
    np.testing.assert_allclose(changed, twin, atol=1e-5)


@pytest.mark.parametrize("size", [1.0, 1e30])
def test_a_tiny_alpha_leaves_what_is_orthogonal_to_the_specific_words(size):
    found, subspace = planted_sets(dim=30, pairs=3, specific=2)
    vectors = WordVectors(list(found.vectors.index_to_key), found.vectors.vectors * size)
    found = FoundSets(vectors, found.defining, (), found.neutral)
    matrix = vectors.vectors.astype(np.float64)
    changed = apply_change(fit_half_sibling(found, subspace, alpha=1e-15), found)
    axes = np.linalg.svd(matrix[~found.neutral], full_matrices=False)[2]
    expected = matrix - (matrix @ axes.T) @ axes
    difference = (changed - expected)[found.neutral] / size
    assert np.abs(difference).max() < 1e-5


def test_specific_words_stay_as_they_are():
    found, subspace = planted_sets()
    changed = apply_change(fit_half_sibling(found, subspace), found)
    matrix = found.vectors.vectors
    np.testing.assert_array_equal(changed[~found.neutral], matrix[~found.neutral])


def test_neutral_words_lean_less_the_smaller_alpha_is():
    found, subspace = planted_sets()
    leans = []
    for alpha in (1e6, 60.0, 10.0, 1.0):
        changed = apply_change(fit_half_sibling(found, subspace, alpha=alpha), found)
        leans.append(mean_lean(changed[found.neutral], subspace))
    assert leans == sorted(leans, reverse=True)
    assert leans[0] == pytest.approx(
        mean_lean(found.vectors.vectors[found.neutral], subspace), rel=1e-3
    )


def test_the_report_says_how_much_is_left_along_the_bias():
    found, subspace = planted_sets()
    fit = fit_half_sibling(found, subspace)
    along = fit.transforms[0].apply(subspace.astype(np.float32)) @ subspace[0]
    assert fit.report["left_along_bias"] == pytest.approx(list(along), abs=1e-6)
    assert fit.report["predictors"] == 32


def test_a_word_that_is_not_in_the_vocabulary_goes_the_way_of_a_neutral_one():
    found, subspace = planted_sets()
    fit = fit_half_sibling(found, subspace)
    matrix = found.vectors.vectors
    expected = apply_change(fit, found)[found.neutral]
    np.testing.assert_allclose(fit.transforms[0].apply(matrix)[found.neutral], expected)


def test_it_refuses_to_run_without_specific_words():
    found, subspace = planted_sets()
    everything = np.ones(len(found.neutral), bool)
    found = FoundSets(found.vectors, found.defining, (), everything)
    with pytest.raises(DataError, match="no word is specific"):
        fit_half_sibling(found, subspace)


@pytest.mark.parametrize("alpha", [0, -1, np.nan])
def test_an_alpha_that_is_not_above_0_is_refused(alpha):
    found, subspace = planted_sets()
    with pytest.raises(ConfigError, match="alpha of half-sibling regression is"):
        fit_half_sibling(found, subspace, alpha=alpha)


def test_a_specific_word_without_a_finite_vector_is_refused():
    found, subspace = planted_sets()
    found.vectors.vectors[0, 0] = np.nan
    with pytest.raises(DataError, match=r"'w0' \(row 0\) holds NaN or infinity; make a copy"):
        fit_half_sibling(found, subspace)
