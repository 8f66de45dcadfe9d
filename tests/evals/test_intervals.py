import math

import numpy as np
import pytest
from scipy import stats

from wordvec.evals.intervals import (
    bootstrap,
    difference,
    mean_of,
    pearson_of,
    resample,
    share_interval,
    spearman_of,
)


def expand_counts(counts, *columns):
    """Return the items of one resample, each as often as it was drawn."""
    return [np.repeat(column, counts) for column in columns]


def draw_counts(rng, draws, items):
    drawn = rng.integers(items, size=(draws, items))
    return np.array([np.bincount(row, minlength=items) for row in drawn])


@pytest.mark.parametrize("levels", [3, 10, 10_000])
def test_spearman_of_each_resample_is_scipys(levels):
    rng = np.random.default_rng(levels)
    x, y = rng.integers(levels, size=(2, 40)).astype(float)
    counts = draw_counts(rng, 30, 40)
    expected = [stats.spearmanr(*expand_counts(row, x, y)).statistic for row in counts]
    assert spearman_of(x, y)(counts) == pytest.approx(expected, abs=1e-12)


def test_spearman_is_not_defined_where_all_items_are_equal():
    x = np.array([1.0, 1.0, 2.0])
    assert np.isnan(spearman_of(x, x)(np.array([[1, 2, 0], [0, 1, 2]]))).tolist() == [True, False]


@pytest.mark.parametrize("offset", [0, 1e6])
def test_pearson_of_each_resample_is_scipys(offset):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 40)) + offset
    counts = draw_counts(rng, 30, 40)
    expected = [stats.pearsonr(*expand_counts(row, x, y)).statistic for row in counts]
    assert pearson_of(x, y)(counts) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e8])
def test_pearson_is_not_defined_where_all_items_are_equal(value):
    x = np.array([value, value, 2.0])
    assert np.isnan(pearson_of(x, x)(np.array([[1, 2, 0], [0, 1, 2]]))).tolist() == [True, False]


@pytest.mark.parametrize("statistic", [spearman_of, pearson_of])
def test_a_figure_that_is_the_same_for_all_items_correlates_with_nothing(statistic):
    x = np.arange(6.0)
    assert np.full(6, 0.7).mean() != 0.7
    assert np.isnan(statistic(x, np.full(6, 0.7))(np.ones((1, 6), int))).all()


def test_the_mean_of_each_resample_counts_items_as_often_as_drawn():
    rng = np.random.default_rng(0)
    values = rng.normal(size=15)
    counts = draw_counts(rng, 9, 15)
    expected = [np.mean(expand_counts(row, values)) for row in counts]
    assert mean_of(values)(counts) == pytest.approx(expected)


def test_an_interval_of_many_items_is_that_of_the_normal_distribution():
    values = np.random.default_rng(1).normal(size=20_000)
    low, high = bootstrap(mean_of(values), len(values), draws=2000)
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=half / 8)


def test_a_wider_level_gives_a_wider_interval():
    values = np.random.default_rng(1).normal(size=100)
    wide, narrow = (bootstrap(mean_of(values), 100, level=level) for level in (0.99, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_seed_repeats_and_another_differs():
    values = np.random.default_rng(1).normal(size=50)
    one, again, other = (bootstrap(mean_of(values), 50, seed=seed) for seed in (1, 1, 2))
    assert one == again != other


def test_the_same_space_twice_differs_by_exactly_nothing():
    rng = np.random.default_rng(0)
    statistic = spearman_of(*rng.normal(size=(2, 60)))
    assert bootstrap(difference(statistic, statistic), 60) == (0, 0)


def test_pairing_makes_the_interval_of_a_difference_narrower():
    rng = np.random.default_rng(0)
    gold = rng.normal(size=300)
    old = gold + rng.normal(size=300)
    new = old + 0.1 * rng.normal(size=300)
    alone = bootstrap(spearman_of(gold, new), 300)
    paired = bootstrap(difference(spearman_of(gold, new), spearman_of(gold, old)), 300)
    assert paired.high - paired.low < 0.4 * (alone.high - alone.low)


@pytest.mark.parametrize("items", [0, 1])
def test_too_few_items_have_no_interval(items):
    x = np.ones(items)
    assert all(map(math.isnan, bootstrap(spearman_of(x, x), items, draws=10)))


def coverage(true, draw_statistic, *, items, draws=300):
    """Return how many of the intervals of new samples hold the true figure."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(draws):
        low, high = bootstrap(draw_statistic(rng, items), items, draws=300)
        held += low <= true <= high
    return held / draws


def correlated(rng, items, r):
    """Return two normal figures of each item with correlation `r`."""
    x, noise = rng.normal(size=(2, items))
    return x, r * x + math.sqrt(1 - r * r) * noise


def test_intervals_of_a_correlation_hold_the_true_one_about_as_often_as_stated():
    true = 6 / math.pi * math.asin(0.6 / 2)  # Spearman's of normal variables, Kruskal 1958
    share = coverage(true, lambda rng, n: spearman_of(*correlated(rng, n, 0.6)), items=60)
    assert 0.91 <= share <= 0.98


def test_intervals_of_a_linear_correlation_hold_the_true_one_about_as_often_as_stated():
    share = coverage(0.6, lambda rng, n: pearson_of(*correlated(rng, n, 0.6)), items=100)
    assert 0.91 <= share <= 0.98


def test_intervals_of_an_accuracy_hold_the_true_one_about_as_often_as_stated():
    share = coverage(0.4, lambda rng, n: mean_of((rng.random(n) < 0.4) * 1.0), items=100)
    assert 0.91 <= share <= 0.98


def test_intervals_of_a_paired_difference_hold_the_true_one_about_as_often_as_stated():
    def draw(rng, n):
        gold, shared = rng.normal(size=(2, n))
        old, new = (gold + shared + 0.5 * rng.normal(size=n) for _ in range(2))
        return difference(spearman_of(gold, new), spearman_of(gold, old))

    assert 0.91 <= coverage(0, draw, items=60) <= 0.98


def test_intervals_of_a_difference_that_is_there_leave_nothing_out():
    def draw(rng, n):
        p, q = rng.random((2, n))
        return difference(mean_of((q < 0.5) * 1.0), mean_of((p < 0.4) * 1.0))

    assert 0.91 <= coverage(0.1, draw, items=80) <= 0.98


def test_items_that_share_parts_vary_together():
    pairs = np.array([(a, b) for a in range(20) for b in range(20) if a != b])
    easy = (pairs[:, 1] % 2 == 0) * 1.0
    alone, shared = (
        np.std(resample(mean_of(easy), len(easy), units=units, draws=400))
        for units in (None, pairs)
    )
    drawn = np.random.default_rng(2).integers(20, size=(400, 20))
    counts = np.array([np.bincount(row, minlength=20) for row in drawn])
    weights = counts[:, pairs[:, 0]] * counts[:, pairs[:, 1]]
    twin = np.std(weights @ easy / weights.sum(axis=1))
    assert shared == pytest.approx(twin, rel=0.2)
    assert shared > 3 * alone


def test_a_resample_without_any_item_has_no_figure():
    found = resample(mean_of(np.ones(1)), 1, units=np.array([[4, 9]]), draws=50)
    assert {*np.unique(found[~np.isnan(found)])} == {1}
    assert np.isnan(found).any()


@pytest.mark.parametrize(("right", "items"), [(0, 1), (0, 30), (7, 9), (49, 50), (200, 200)])
def test_an_interval_of_a_share_is_scipys_of_wilson(right, items):
    found = share_interval(np.repeat([1.0, 0.0], [right, items - right]))
    assert found == pytest.approx(stats.binomtest(right, items).proportion_ci(method="wilson"))


@pytest.mark.parametrize(("true", "items"), [(0.5, 30), (0.95, 30), (0.98, 50), (0.8, 8)])
def test_intervals_of_a_share_hold_the_true_one_about_as_often_as_stated(true, items):
    ends = [share_interval(np.repeat([1.0, 0.0], [k, items - k])) for k in range(items + 1)]
    held = [low <= true <= high for low, high in ends]
    assert 0.92 <= stats.binom.pmf(np.arange(items + 1), items, true) @ held <= 0.99


def grouped(rng, groups, size, true, alike):
    """Return rightness of items whose groups differ (beta-binomial), and their groups."""
    spread = 1 / alike - 1
    easy = rng.beta(true * spread, (1 - true) * spread, groups)
    of = np.repeat(np.arange(groups), size)
    return (rng.random(len(of)) < easy[of]) * 1.0, of[:, None]


@pytest.mark.parametrize(
    ("groups", "size", "true", "alike"),
    [(12, 8, 0.5, 0.2), (12, 8, 0.95, 0.2), (30, 20, 0.98, 0.02), (100, 5, 0.98, 0.3)],
)
def test_intervals_of_a_share_of_items_in_groups_hold_the_true_one(groups, size, true, alike):
    rng = np.random.default_rng(3)
    held = {"wilson": 0, "ungrouped": 0, "percentiles": 0}
    for _ in range(300):
        right, units = grouped(rng, groups, size, true, alike)
        statistic = mean_of(right)
        for name, (low, high) in {
            "wilson": share_interval(right, units=units, draws=200),
            "ungrouped": share_interval(right),
            "percentiles": bootstrap(statistic, len(right), units=units, draws=200),
        }.items():
            held[name] += low <= true <= high
    assert 0.91 <= held["wilson"] / 300 <= 0.99
    assert held["wilson"] > max(held["ungrouped"], held["percentiles"])


def test_items_all_right_or_all_wrong_in_units_count_as_so_many_units():
    units = np.repeat(np.arange(12), 50)[:, None]
    low, high = share_interval(np.zeros(600), units=units)
    t = stats.t.ppf(0.975, 11)
    assert (low, high) == pytest.approx((0, t**2 / (12 + t**2)))
    assert share_interval(np.ones(600), units=units) == pytest.approx((1 - high, 1))
