import re

import numpy as np
import pytest
from planted import apply_change, mean_lean, planted_sets
from soft_twin import slow_objective, slow_soft

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import FoundSets
from wordvec.postprocess.soft import Objective, fit_soft


def problem(neutral=None, words=60, dim=6, k=1, seed=1):
    found, direction = planted_sets(words=words, dim=dim, pairs=2, specific=4, seed=seed)
    among = found.neutral if neutral is None else np.isin(np.arange(words), neutral)
    if k > 1:
        random = np.random.default_rng(seed).normal(size=(dim, k))
        direction = np.linalg.qr(random)[0].T
    found = FoundSets(found.vectors, found.defining, (), among)
    return found, direction, found.unit(np.arange(words))


@pytest.mark.parametrize("strength", [0.2, 10.0, 1000.0])
@pytest.mark.parametrize("k", [1, 2])
def test_the_map_is_as_good_as_that_of_slow_descent_over_the_words(strength, k):
    found, subspace, units = problem(k=k)
    fit = fit_soft(found, subspace, strength=strength)
    twin = slow_soft(units, found.neutral, subspace, strength)
    ours = fit.transforms[0].matrix.T
    np.testing.assert_allclose(ours.T @ ours, twin.T @ twin, atol=2e-5)
    value, _ = slow_objective(ours, units, found.neutral, subspace, strength)
    best, _ = slow_objective(twin, units, found.neutral, subspace, strength)
    assert value <= best * (1 + 1e-9)
    assert fit.report["objective"] == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(("strength", "k"), [(1e3, 2), (1e4, 3)])
def test_few_neutral_words_and_a_great_strength_end_at_the_best_map_all_the_same(strength, k):
    found, subspace, units = problem(neutral=[10, 11, 12, 13], dim=8, k=k)
    ours = fit_soft(found, subspace, strength=strength).transforms[0].matrix.T
    value, _ = slow_objective(ours, units, found.neutral, subspace, strength)
    twin = slow_soft(units, found.neutral, subspace, strength)
    best, _ = slow_objective(twin, units, found.neutral, subspace, strength)
    assert value <= best * (1 + 1e-5)


def test_no_map_near_the_one_found_is_better():
    found, subspace, units = problem()
    ours = fit_soft(found, subspace, strength=50.0).transforms[0].matrix.T
    value, _ = slow_objective(ours, units, found.neutral, subspace, 50.0)
    rng = np.random.default_rng(2)
    for size in (1e-1, 1e-2, 1e-3):
        for _ in range(20):
            near = ours + size * rng.normal(size=ours.shape)
            assert slow_objective(near, units, found.neutral, subspace, 50.0)[0] >= value


def test_a_strength_of_0_only_brings_vectors_to_length_1():
    found, subspace, units = problem()
    fit = fit_soft(found, subspace, strength=0)
    np.testing.assert_allclose(apply_change(fit, found), units, atol=1e-6)
    assert fit.report["bias_left"] == pytest.approx(1)


def test_the_stronger_it_is_the_nearer_neutral_words_come_to_being_orthogonal_to_the_subspace():
    found, subspace, _ = problem(words=600, dim=12)
    leans = []
    for strength in (0, 10.0, 1e3, 1e5, 1e7):
        fit = fit_soft(found, subspace, strength=strength)
        moved = subspace @ fit.transforms[0].matrix
        bent = apply_change(fit, found)[found.neutral] @ moved.T  # as the objective measures it
        leans.append(float(np.abs(bent).mean()))
    assert leans == sorted(leans, reverse=True)
    assert leans[-1] < 1e-3 * leans[0]


def test_it_lowers_how_far_neutral_words_lean():
    found, subspace, _ = problem(words=600, dim=12)
    fit = fit_soft(found, subspace, strength=1000.0)
    before = mean_lean(found.vectors.vectors[found.neutral], subspace)
    moved = subspace @ fit.transforms[0].matrix
    assert mean_lean(apply_change(fit, found)[found.neutral], moved) < 0.8 * before


def test_a_space_that_words_do_not_fill_stays_as_it_is_where_there_are_none():
    found, subspace, _ = problem()
    flat = np.hstack([np.zeros((len(found.vectors), 2), np.float32), found.vectors.vectors])
    wider = FoundSets(
        type(found.vectors)(list(found.vectors.index_to_key), flat),
        found.defining,
        (),
        found.neutral,
    )
    padded = np.hstack([np.zeros((1, 2)), subspace])
    narrow = fit_soft(found, subspace, strength=10.0).transforms[0].matrix
    wide = fit_soft(wider, padded, strength=10.0).transforms[0].matrix
    np.testing.assert_allclose(wide[2:, 2:], narrow, atol=1e-8)
    np.testing.assert_allclose(wide[:2], np.eye(2, 8), atol=1e-8)


def test_the_map_for_other_words_is_that_of_the_vocabulary():
    found, subspace, _ = problem()
    fit = fit_soft(found, subspace, strength=10.0)
    changed = apply_change(fit, found)
    np.testing.assert_array_equal(fit.transforms[0].apply(found.vectors.vectors), changed)
    np.testing.assert_allclose(np.linalg.norm(changed, axis=1), 1, atol=1e-6)


def test_a_strength_that_shows_nothing_is_said_with_one_that_would(caplog):
    found, subspace, _ = problem(words=600, dim=12)
    fit_soft(found, subspace, strength=0.01)
    (told,) = [record.getMessage() for record in caplog.records]
    (stated,) = re.findall(r"about (\d+) \(--strength \1\)$", told)
    stated = float(stated)
    left = fit_soft(found, subspace, strength=stated).report["bias_left"]
    assert 0.35 < left < 0.65


@pytest.mark.parametrize(("exact", "plain"), [(412.3, "410"), (2.06e6, "2100000"), (0.31, "0.31")])
def test_the_strength_that_would_show_is_a_plain_number(caplog, monkeypatch, exact, plain):
    monkeypatch.setattr(Objective, "halving_strength", lambda _: exact)
    found, subspace, _ = problem(words=600, dim=12)
    fit_soft(found, subspace, strength=1e-4)
    assert f"with about {plain} (--strength {plain})" in caplog.text


@pytest.mark.parametrize("strength", [-0.1, np.nan, np.inf])
def test_a_strength_below_0_or_endless_is_refused(strength):
    found, subspace, _ = problem()
    with pytest.raises(ConfigError, match="the strength of soft debiasing is"):
        fit_soft(found, subspace, strength=strength)


@pytest.mark.parametrize("strength", [1e150, 1e300])
def test_a_strength_too_great_to_reckon_with_is_one_error(strength):
    found, subspace, _ = problem()
    with pytest.raises(ConfigError, match="does not converge; give a smaller strength"):
        fit_soft(found, subspace, strength=strength)


def test_a_vocabulary_without_neutral_words_is_refused():
    found, subspace, _ = problem(neutral=[])
    with pytest.raises(DataError, match="no word is neutral"):
        fit_soft(found, subspace)
