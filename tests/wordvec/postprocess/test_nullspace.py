import numpy as np
import pytest
from planted import apply_change, mean_lean, planted_sets

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import FoundSets
from wordvec.postprocess.leaning import both_ends, measure_lean
from wordvec.postprocess.nullspace import fit_nullspace
from wordvec.vectors import WordVectors


def biased_space(words=900, dim=16, seed=1):
    """Return word sets whose bias shows in a direction and, less clearly, in two others."""
    found, subspace = planted_sets(words=words, dim=dim, lean=2.0, seed=seed)
    matrix = found.vectors.vectors.copy()
    signs = np.sign(matrix[:, -1])[:, None]
    matrix[:, :2] += 1.5 * signs
    vectors = WordVectors(list(found.vectors.index_to_key), matrix)
    return FoundSets(vectors, found.defining, (), found.neutral), subspace


def accuracy(found, rows, subspace):
    """Return how well a classifier that saw half of the most biased words knows the others."""
    from sklearn.linear_model import LogisticRegression

    neutral, cosines = measure_lean(found, subspace, words=len(rows))
    towards, away = both_ends(neutral, cosines[:, 0], 300)
    chosen = rows[np.concatenate([towards, away])]
    sides = np.arange(len(chosen)) < len(towards)
    return LogisticRegression().fit(chosen[::2], sides[::2]).score(chosen[1::2], sides[1::2])


def test_no_linear_classifier_tells_the_sides_apart_afterwards():
    found, subspace = biased_space()
    fit = fit_nullspace(found, subspace)
    assert accuracy(found, found.vectors.vectors, subspace) > 0.95
    assert accuracy(found, apply_change(fit, found), subspace) < 0.6
    assert fit.report["accuracies"][0][0] > 0.95
    assert fit.report["accuracies"][0][-1] <= fit.report["chance"][0] < 0.6


def test_a_single_iteration_takes_out_the_direction_of_the_bias():
    found, subspace = planted_sets(words=2000, lean=2.0)
    fit = fit_nullspace(found, subspace, iterations=1)
    assert fit.report["directions"] == 1
    removed = np.linalg.svd(np.eye(12) - fit.transforms[0].matrix)[0][:, 0]
    assert abs(removed @ subspace[0]) > 0.97
    before = mean_lean(found.vectors.vectors[found.neutral], subspace)
    assert mean_lean(apply_change(fit, found)[found.neutral], subspace) < 0.3 * before


def test_words_that_nearly_all_lean_to_one_side_lose_the_direction_too():
    found, subspace = planted_sets(words=2000)
    found.vectors.vectors[found.neutral, -1] += 4
    units = found.unit(np.flatnonzero(found.neutral))
    assert np.mean(units @ subspace[0] > 0) > 0.98
    changed = apply_change(fit_nullspace(found, subspace), found)[found.neutral]
    assert mean_lean(changed, subspace) < 0.1 * mean_lean(units, subspace)


def test_the_map_is_a_projection_that_loses_a_dimension_for_each_classifier():
    found, subspace = biased_space()
    fit = fit_nullspace(found, subspace, iterations=2)
    projection = fit.transforms[0].matrix
    np.testing.assert_allclose(projection @ projection, projection, atol=1e-12)
    np.testing.assert_allclose(projection, projection.T, atol=1e-12)
    assert np.trace(projection) == pytest.approx(16 - fit.report["directions"])
    assert fit.report["directions"] == 2


def test_neutral_words_are_projected_and_specific_ones_stay():
    found, subspace = biased_space()
    fit = fit_nullspace(found, subspace)
    changed = apply_change(fit, found)
    matrix = found.vectors.vectors
    units = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    projected = units @ fit.transforms[0].matrix
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    np.testing.assert_allclose(changed[~found.neutral], units[~found.neutral], atol=1e-6)
    np.testing.assert_allclose(changed[found.neutral], projected[found.neutral], atol=1e-6)


def test_a_word_that_is_all_bias_becomes_zero_by_row_and_by_rule():
    found, subspace = biased_space()
    fit = fit_nullspace(found, subspace)
    (rule,) = fit.transforms
    matrix = found.vectors.vectors.copy()
    matrix[-20:] = matrix[-20:] @ (np.eye(16) - rule.matrix)
    changed = fit.change(0, matrix)
    assert not np.any(changed[-20:])
    assert not np.any(rule.apply(matrix[-20:]))
    assert np.any(changed[:-20], axis=1).all()


def test_each_direction_of_the_bias_has_its_own_classifiers():
    found, _ = planted_sets(words=2000, lean=2.0)
    both = np.eye(12)[[11, 0]]
    fit = fit_nullspace(found, both, iterations=1)
    assert len(fit.report["accuracies"]) == 2
    assert fit.report["directions"] == 2
    changed = apply_change(fit, found)[found.neutral]
    for direction in both:
        before = mean_lean(found.vectors.vectors[found.neutral], direction[None])
        assert mean_lean(changed, direction[None]) < 0.3 * before


def test_it_stops_while_a_dimension_is_left_and_says_so(caplog):
    found, subspace = planted_sets(dim=2)
    matrix = found.vectors.vectors
    matrix[:, 0] += 3 * matrix[:, 1]  # what is left still tells the sides apart
    fit = fit_nullspace(found, subspace)
    assert fit.report["directions"] == 1
    assert fit.report["accuracies"][0][-1] > fit.report["chance"][0]
    assert "has taken out 1 of 2 dimensions" in caplog.text
    assert np.linalg.norm(apply_change(fit, found), axis=1) == pytest.approx(1)


def test_the_seed_decides():
    found, subspace = biased_space()
    first, again, other = (fit_nullspace(found, subspace, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.transforms[0].matrix, again.transforms[0].matrix)
    assert first.report == again.report
    assert not np.array_equal(first.transforms[0].matrix, other.transforms[0].matrix)


def test_fewer_words_are_learned_from_where_there_are_not_so_many():
    found, subspace = biased_space()
    assert fit_nullspace(found, subspace, words=100).report["words_a_side"] == 100
    neutral = int(found.neutral.sum())
    assert fit_nullspace(found, subspace).report["words_a_side"] == neutral // 2


def test_too_few_neutral_words_are_refused():
    found, subspace = planted_sets()
    found = FoundSets(found.vectors, found.defining, (), np.arange(600) > 570)
    with pytest.raises(DataError, match="29 neutral words among the 150,000 most frequent"):
        fit_nullspace(found, subspace)


@pytest.mark.parametrize("option", ["words", "iterations"])
def test_options_below_1_are_refused(option):
    found, subspace = planted_sets()
    with pytest.raises(ConfigError, match=f"0 {option} for null-space projection"):
        fit_nullspace(found, subspace, **{option: 0})
