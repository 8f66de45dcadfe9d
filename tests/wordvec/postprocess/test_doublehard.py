import numpy as np
import pytest
from planted import apply_change, mean_lean, planted_sets

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import FoundSets
from wordvec.postprocess.doublehard import fit_double_hard
from wordvec.postprocess.subspace import find_subspace
from wordvec.vectors import WordVectors


def space(words=1500, dim=12, seed=1):
    """Return word sets where the second component, coordinate 1, goes with the bias."""
    found, subspace = planted_sets(words=words, dim=dim, lean=2.5, seed=seed)
    matrix = found.vectors.vectors.copy()
    first = np.arange(words) % 2  # the first component parts the words another way
    matrix[:, 0] += np.where(first, 6, -6)
    matrix[found.neutral, 1] += 3.5 * np.sign(matrix[found.neutral, -1])
    matrix[: 2 * len(found.defining), :2] = 0
    vectors = WordVectors(list(found.vectors.index_to_key), matrix)
    return FoundSets(vectors, found.defining, found.defining, found.neutral), subspace


def slow_double_hard(found, component):
    """Return all rows after centring, the loss of a component, and hard debiasing of pairs."""
    matrix = found.vectors.vectors.astype(np.float64)
    units = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    centred = units - units.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][component - 1]
    rows = centred - np.outer(centred @ axis, axis)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    halves = np.concatenate([rows[pair] - rows[pair].mean(axis=0) for pair in found.defining])
    bias = np.linalg.svd(halves)[2][0]
    result = rows.copy()
    result[found.neutral] -= np.outer(rows[found.neutral] @ bias, bias)
    for pair in found.equalize:
        mean = rows[pair].mean(axis=0)
        common = mean - (mean @ bias) * bias
        signs = np.sign((rows[pair] - mean) @ bias)
        result[pair] = common + np.outer(signs * np.sqrt(1 - common @ common), bias)
    return result / np.linalg.norm(result, axis=1, keepdims=True), bias


def test_the_component_that_goes_with_the_bias_is_found():
    found, subspace = space()
    report = fit_double_hard(found, subspace, words=300, candidates=5).report
    assert report["component"] == 2
    assert report["separability"] == min(report["separabilities"])
    assert report["separability"] < 0.6
    assert len(report["separabilities"]) == 5


def test_rows_are_those_of_the_slow_twin():
    found, subspace = space()
    fit = fit_double_hard(found, subspace, words=300)
    twin, bias = slow_double_hard(found, fit.report["component"])
    changed = apply_change(fit, found)
    np.testing.assert_allclose(changed, twin, atol=1e-5)
    np.testing.assert_allclose(changed[found.neutral] @ bias, 0, atol=1e-6)


def test_without_a_component_taken_out_the_sides_stay_apart():
    found, subspace = space()
    fit = fit_double_hard(found, subspace, words=300, candidates=5)
    assert fit.report["separability_hard_alone"] > fit.report["separability"]


def test_another_word_goes_the_way_of_a_neutral_one():
    found, subspace = space()
    fit = fit_double_hard(found, subspace, words=300, candidates=3)
    rows = found.vectors.vectors
    for transform in fit.transforms:
        rows = transform.apply(rows)
    expected = apply_change(fit, found)[found.neutral]
    np.testing.assert_allclose(rows[found.neutral], expected, atol=1e-6)


def test_several_directions_are_found_anew_and_taken_out():
    found, _ = space()
    rng = np.random.default_rng(3)
    for pair in found.defining:
        found.vectors.vectors[pair[0], 3:6] += rng.normal(size=3)
    two = np.eye(12)[[11, 4]]
    fit = fit_double_hard(found, two, words=300, candidates=3)
    projection = fit.transforms[-1].matrix
    assert np.trace(projection) == pytest.approx(10)


def test_more_candidates_than_dimensions_are_cut():
    found, subspace = space()
    assert len(fit_double_hard(found, subspace, words=100).report["separabilities"]) == 11


def test_a_component_that_takes_with_it_what_tells_an_equalize_set_apart_stays():
    half = np.random.default_rng(1).normal(size=(300, 6))
    half[:, 0] *= 4
    half[1] = half[0]
    half[:2, 0] = half[:2, 5] = 3, -3
    mirrored = np.concatenate([half, half * [-1, 1, 1, 1, 1, 1]])  # 0 is the first component
    vectors = WordVectors([f"w{i}" for i in range(600)], mirrored)
    equalize = (np.array([0, 1]), np.array([10, 310]))
    found = FoundSets(vectors, equalize[:1], equalize, ~np.isin(np.arange(600), equalize))
    report = fit_double_hard(found, find_subspace(found).directions, candidates=4).report
    assert report["separabilities"][0] is None
    assert report["component"] > 1
    assert report["separability"] == min(report["separabilities"][1:])


def test_where_no_component_can_go_the_other_method_is_named():
    words = 100
    matrix = np.zeros((words, 4))
    matrix[:, 0] = np.where(np.arange(words) % 2, 1, -1)  # all there is, and it is the bias
    matrix[:, 1] = 0.01
    pairs = np.array([0, 1])
    neutral = np.arange(words) > 1
    vectors = WordVectors([f"w{i}" for i in range(words)], matrix)
    with pytest.raises(DataError, match=r"takes the bias with it.*debias by the method hard"):
        fit_double_hard(FoundSets(vectors, (pairs,), (), neutral), np.eye(4)[:1], candidates=1)


@pytest.mark.parametrize(("dim", "components"), [(2, 1), (3, 2)])
def test_too_few_dimensions_are_refused(dim, components):
    found, _ = planted_sets(dim=dim)
    message = f"{dim} dimensions, of which .* takes out {dim}; it needs {dim + 1} or more"
    with pytest.raises(DataError, match=message):
        fit_double_hard(found, np.eye(dim)[:components])


def test_a_word_that_is_all_taken_out_becomes_zero_by_row_and_by_rule():
    found, subspace = space()
    fit = fit_double_hard(found, subspace, words=300, candidates=3)
    purify, rule = fit.transforms
    lost = np.eye(12) - purify.matrix @ rule.matrix
    scores = (found.unit(np.arange(900, 1000)) - purify.mean) @ lost
    base = purify.mean @ (np.eye(12) - lost)  # what is left of the mean stays
    scores *= np.sqrt(1 - base @ base) / np.linalg.norm(scores, axis=1, keepdims=True)
    matrix = found.vectors.vectors.copy()
    matrix[900:1000] = 4 * (scores + base)
    for rows in (fit.change(0, matrix), rule.apply(purify.apply(matrix))):
        assert list(np.flatnonzero(~np.any(rows, axis=1))) == list(range(900, 1000))


def test_it_lowers_how_far_neutral_words_lean():
    found, subspace = space()
    changed = apply_change(fit_double_hard(found, subspace, words=300), found)[found.neutral]
    before = mean_lean(found.vectors.vectors[found.neutral], subspace)
    assert mean_lean(changed, subspace) < 0.3 * before


def test_progress_goes_through_the_rows_and_then_through_the_components():
    found, subspace = space()
    seen = []
    fit_double_hard(found, subspace, candidates=4, progress=lambda *at: seen.append(at))
    assert seen == [(done, 1500) for done in (1500, 375, 750, 1125, 1500)]


def test_it_is_the_same_each_time():
    found, subspace = space()
    first, second = (fit_double_hard(found, subspace, words=200, candidates=4) for _ in range(2))
    assert first.report == second.report
    np.testing.assert_array_equal(apply_change(first, found), apply_change(second, found))


def test_too_few_neutral_words_are_refused():
    found, subspace = space()
    found = FoundSets(found.vectors, found.defining, (), np.arange(1500) >= 1485)
    with pytest.raises(DataError, match="15 neutral words among"):
        fit_double_hard(found, subspace)


@pytest.mark.parametrize("option", ["words", "candidates"])
def test_options_below_1_are_refused(option):
    found, subspace = space()
    with pytest.raises(ConfigError, match=f"0 {option} for double-hard debiasing"):
        fit_double_hard(found, subspace, **{option: 0})
