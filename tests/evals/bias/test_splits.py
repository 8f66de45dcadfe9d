import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom

from wordvec.evals.bias import splits
from wordvec.evals.bias.splits import MOST_SPLITS, split_test


def slow_pvalue(scores, first):
    """Return the share of the splits whose first part has a sum as high, one by one."""
    sums = [sum(part) for part in itertools.combinations(scores, first)]
    return np.mean([total >= sum(scores[:first]) - 1e-12 for total in sums])


@pytest.mark.parametrize("first", [1, 3, 4, 6])
def test_an_exact_p_equals_brute_force(first):
    scores = np.random.default_rng(first).standard_normal((5, 7))
    found = split_test(scores, first)
    assert found.exact
    assert found.splits == math.comb(7, first)
    high = np.array([slow_pvalue(row, first) for row in scores])
    low = np.array([slow_pvalue(-row, first) for row in scores])
    above = scores[:, :first].mean(axis=1) > scores[:, first:].mean(axis=1)
    assert found.one_sided == pytest.approx(high, abs=1e-12)
    assert found.pvalues == pytest.approx(np.minimum(1, 2 * np.where(above, high, low)), abs=1e-12)
    assert split_test(-scores, first).pvalues == pytest.approx(found.pvalues, abs=1e-12)


def test_the_p_of_the_sums_is_that_of_the_means():
    scores = np.random.default_rng(1).standard_normal(7)
    gap = scores[:3].mean() - scores[3:].mean()
    gaps = []
    for chosen in itertools.combinations(range(7), 3):
        others = [i for i in range(7) if i not in chosen]
        gaps.append(scores[list(chosen)].mean() - scores[others].mean())
    expected = np.mean(np.array(gaps) >= gap - 1e-12)
    assert split_test(scores[None], 3).one_sided[0] == pytest.approx(expected, abs=1e-12)


def test_splits_that_give_the_same_count():
    assert split_test(np.full((1, 6), 0.1), 3).pvalues[0] == 1
    third = 1 / 3  # its sums differ in the last bit by the order of the terms
    assert split_test(np.array([[third, 0.1, 0.7, third, 0.1, 0.7]]), 3).pvalues[0] > 0.3


def test_ten_words_a_side_are_exact_and_eleven_are_drawn():
    scores = np.random.default_rng(0).standard_normal((1, 22))
    assert split_test(scores[:, :20], 10)[2:] == (MOST_SPLITS, True)
    assert split_test(scores, 11, permutations=99)[2:] == (99, False)
    assert split_test(np.resize(scores, (1, 40)), 3).exact  # 9,880 splits


def test_random_splits_agree_with_all_of_them_within_their_error(monkeypatch):
    scores = np.random.default_rng(4).standard_normal((3, 12))
    scores[:, :5] += [[0.0], [0.4], [0.8]]
    exact = split_test(scores, 5).pvalues
    monkeypatch.setattr(splits, "MOST_SPLITS", 0)
    drawn = split_test(scores, 5, permutations=20_000)
    assert not drawn.exact
    error = 2 * np.sqrt(exact / 2 * (1 - exact / 2) / 20_000)
    assert np.all(np.abs(drawn.pvalues - exact) < 4 * error + 2 / 20_000)


def test_random_splits_hold_each_item_once(monkeypatch):
    monkeypatch.setattr(splits, "MOST_SPLITS", 0)
    [drawn] = splits._draw_splits(9, 4, 50, 50, seed=1)
    assert drawn.shape == (50, 4)
    assert all(len(set(row)) == 4 for row in drawn.tolist())
    assert len({tuple(sorted(row)) for row in drawn.tolist()}) > 20


def test_a_drawn_p_is_never_0_and_the_seed_decides_it():
    scores = np.r_[np.ones(12), np.zeros(12)][None] + np.arange(24) / 100
    assert split_test(scores, 12, permutations=99).pvalues[0] == 2 / 100
    noise = np.random.default_rng(0).standard_normal((1, 24))
    one, same, other = (split_test(noise, 12, seed=seed).pvalues[0] for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("words", [6, 12])
def test_p_is_below_5_percent_in_5_percent_of_200_draws_of_nothing(words):
    rng = np.random.default_rng(words)
    scores = rng.standard_normal((200, 2 * words))
    found = split_test(scores, words, permutations=999)
    assert found.exact == (words == 6)
    low, high = binom.interval(0.998, 200, 0.05)
    assert low <= np.count_nonzero(found.pvalues < 0.05) <= high
    assert 0.4 < found.pvalues.mean() < 0.6


def test_memory_is_bounded_however_many_words_there_are(monkeypatch):
    scores = np.random.default_rng(0).standard_normal((2, 3000))
    largest = []
    put = np.put_along_axis
    monkeypatch.setattr(
        np,
        "put_along_axis",
        lambda a, *rest, **more: (largest.append(a.size), put(a, *rest, **more)),
    )
    found = split_test(scores, 1500, permutations=500)
    assert max(largest) <= splits._CELLS_AT_ONCE < 500 * 3000
    monkeypatch.setattr(splits, "_CELLS_AT_ONCE", 500 * 3000)
    assert split_test(scores, 1500, permutations=500).pvalues.tolist() == found.pvalues.tolist()


def test_the_least_p_of_all_splits_and_of_some():
    scores = np.array([[3.0, 2.0, -2.0, -3.0]])
    assert split_test(scores, 2).least == pytest.approx(2 / 6) == split_test(scores, 2).pvalues[0]
    many = np.arange(40.0)[None, ::-1]
    assert split_test(many, 20, permutations=999).least == pytest.approx(2 / 1000)
