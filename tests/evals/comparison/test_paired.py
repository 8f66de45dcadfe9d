import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from wordvec.evals.comparison.paired import FEWEST_DIFFERING, compare_outcomes, holm
from wordvec.evals.intervals import mean_of, pearson_of, spearman_of
from wordvec.evals.result import Outcomes


def accuracies(*values):
    return [Outcomes(measure="accuracy", values=np.asarray(v, float)) for v in values]


def correlations(gold, *values, statistic=spearman_of):
    return [
        Outcomes(measure="r", values=v, gold=gold, statistic=statistic, fewest=3) for v in values
    ]


def noisy_copies(rng, items, seeds, *, gain=0.0, of_seed=0.0, of_item=0.5):
    """Return outcomes of two recipes, (seeds, items) each: items alike, and noise of each kind."""
    shared = rng.normal(size=items)
    return [
        shared
        + plus
        + of_item * rng.normal(size=items)
        + of_seed * rng.normal(size=(seeds, 1))
        + rng.normal(size=(seeds, items))
        for plus in (0.0, gain)
    ]


def test_holms_rule_gives_what_it_gives_by_hand():
    # Sorted: 0.005 * 4, 0.01 * 3, 0.03 * 2, 0.04 * 1 -> the last two are lifted to 0.06.
    assert holm([0.04, 0.01, 0.03, 0.005]) == pytest.approx([0.06, 0.03, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []


def test_the_difference_of_means_has_the_p_value_of_the_paired_t_test():
    rng = np.random.default_rng(0)
    old = rng.normal(size=60)
    new = old + 0.3 * rng.normal(size=60) + 0.1
    paired = compare_outcomes(*(accuracies(v) for v in (old, new)), draws=20_000)
    expected = stats.ttest_rel(new, old)
    assert paired.pvalue == pytest.approx(expected.pvalue, rel=0.05)
    low, high = expected.confidence_interval()
    assert paired.interval == pytest.approx((low, high), abs=0.002)
    assert paired.difference == pytest.approx(np.mean(new - old))


@pytest.mark.parametrize(
    ("statistic", "twin"), [(spearman_of, stats.spearmanr), (pearson_of, stats.pearsonr)]
)
def test_the_difference_of_correlations_is_that_of_a_loop_over_resamples(statistic, twin):
    rng = np.random.default_rng(1)
    gold = rng.integers(10, size=50).astype(float)
    old, new = (gold + 4 * rng.normal(size=50) for _ in range(2))
    was, now = (correlations(gold, v, statistic=statistic) for v in (old, new))
    paired = compare_outcomes(was, now, draws=4000)
    draws = []
    for _ in range(600):
        some = rng.integers(50, size=50)
        draws.append(twin(gold[some], new[some]).statistic - twin(gold[some], old[some]).statistic)
    error = np.std(draws, ddof=1) * math.sqrt(50 / 49)
    difference = twin(gold, new).statistic - twin(gold, old).statistic
    assert paired.difference == pytest.approx(difference)
    half = stats.t.ppf(0.975, 49) * error
    assert paired.interval == pytest.approx((difference - half, difference + half), abs=half / 8)


def test_interval_and_p_value_agree():
    rng = np.random.default_rng(2)
    for _ in range(40):
        old, new = noisy_copies(rng, 30, 1, gain=rng.uniform(0, 1))
        paired = compare_outcomes(accuracies(*old), accuracies(*new), draws=200)
        assert (paired.pvalue < 0.05) == (not paired.interval.low <= 0 <= paired.interval.high)


def rejected(draw, *, runs=200, draws=200):
    """Return the share of p-values below 0.05 of what `draw` makes of a generator."""
    rng = np.random.default_rng(7)
    pvalues = [compare_outcomes(*draw(rng), draws=draws).pvalue for _ in range(runs)]
    return sum(p is not None and p < 0.05 for p in pvalues) / runs


def equal_means(rng):
    old, new = noisy_copies(rng, 40, 1)
    return accuracies(*old), accuracies(*new)


def equal_accuracies(rng):
    old, other = (rng.random((2, 120)) < 0.4).astype(float)
    return accuracies(old), accuracies(np.where(rng.random(120) < 0.3, other, old))


def equal_correlations(rng):
    gold, shared = rng.normal(size=(2, 80))
    old, new = (gold + shared + rng.normal(size=80) for _ in range(2))
    return correlations(gold, old), correlations(gold, 3 * new + 1)


@pytest.mark.parametrize("draw", [equal_means, equal_accuracies, equal_correlations])
def test_equally_good_spaces_are_said_to_differ_in_five_percent_of_200_draws(draw):
    assert 0.01 <= rejected(draw) <= 0.09  # 99 % of draws at 0.05


@pytest.mark.parametrize("of_seed", [0.0, 0.1, 0.3, 1.0])
@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 3), (5, 1), (2, 2), (2, 5), (3, 3)])
def test_equally_good_recipes_of_several_seeds_differ_no_more_often_than_stated(
    first, second, of_seed
):
    def draw(rng):
        old, new = noisy_copies(rng, 60, 5, of_seed=of_seed, of_item=0.0)
        return accuracies(*old[:first]), accuracies(*new[:second])

    assert rejected(draw, draws=50) <= 0.09


def test_the_seeds_of_one_recipe_stand_for_those_of_the_other():
    rng = np.random.default_rng(9)
    of_items = np.tile([0.5, -0.5], 200)
    trainings = of_items + rng.normal(size=(4, 1)) + 1e-3 * rng.normal(size=(4, 400))
    alone, *others = accuracies(*trainings)
    told = [compare_outcomes([alone], others), compare_outcomes(others, [alone])]
    means = trainings.mean(axis=1)
    expected = stats.ttest_ind(means[1:], means[:1])
    for paired, sign in zip(told, (1, -1), strict=True):
        assert paired.difference == pytest.approx(sign * (means[1:].mean() - means[0]))
        assert paired.pvalue == pytest.approx(expected.pvalue, rel=0.01)
        low, high = expected.confidence_interval()
        assert paired.interval == pytest.approx(sorted((sign * low, sign * high)), rel=0.01)


def test_the_quantiles_of_items_and_seeds_are_weighted_with_their_variances():
    rng = np.random.default_rng(10)
    old, other = rng.normal(size=(2, 100))
    new = other + np.array([[0.2], [0.4]])
    paired = compare_outcomes(accuracies(old), accuracies(*new), draws=20_000)
    of_items = np.var(other - old, ddof=1) / 100
    of_seeds = np.var([0.2, 0.4], ddof=1) * (1 / 1 + 1 / 2)
    error = math.sqrt(of_items + of_seeds)

    def quantile(tails):
        found = of_items * stats.t.isf(tails / 2, 99) + of_seeds * stats.t.isf(tails / 2, 1)
        return found / error**2

    half = error * quantile(0.05)
    ends = paired.difference - half, paired.difference + half
    assert paired.interval == pytest.approx(ends, abs=0.02 * half)
    assert quantile(paired.pvalue) == pytest.approx(abs(paired.difference) / error, rel=0.02)


def test_one_training_each_takes_the_luck_of_the_seed_for_a_difference():
    def draw(rng):
        old, new = noisy_copies(rng, 60, 1, of_seed=1.0)
        return accuracies(*old), accuracies(*new)

    assert rejected(draw, draws=100) > 0.5


@pytest.mark.parametrize(("shared", "low", "high"), [(True, 0.0, 0.09), (False, 0.3, 1.0)])
def test_items_that_share_parts_are_no_more_proof_than_their_parts(shared, low, high):
    pairs = np.array([(a, b) for a in range(15) for b in range(15) if a != b])

    def draw(rng):
        hard = rng.normal(size=(2, 15))[:, pairs].sum(axis=2) + rng.normal(size=(2, len(pairs)))
        return [
            [replace(outcomes, units=pairs if shared else None)] for outcomes in accuracies(*hard)
        ]

    assert low <= rejected(draw) <= high


def test_few_items_that_differ_are_no_proof():
    def draw(rng):
        old = np.zeros(100)
        new = old.copy()
        new[rng.random(100) < 0.05] = 1.0
        sign = rng.random(100) < 0.5
        return accuracies(np.where(sign, old, new)), accuracies(np.where(sign, new, old))

    assert rejected(draw) <= 0.09


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_planted_difference_is_found(seeds):
    def draw(rng):
        old, new = noisy_copies(rng, 100, seeds, gain=0.7, of_seed=0.05)
        return accuracies(*old), accuracies(*new)

    assert rejected(draw, runs=40, draws=100) > 0.9


def test_only_items_that_all_trainings_judged_are_compared():
    rng = np.random.default_rng(3)
    old, new = rng.normal(size=(2, 2, 30))
    old[0, :3] = old[1, 5] = new[0, 7:9] = math.nan
    paired = compare_outcomes(accuracies(*old), accuracies(*new))
    kept = ~np.isnan([*old, *new]).any(axis=0)
    assert paired.n == kept.sum() == 24
    assert paired.first == pytest.approx(old[:, kept].mean(axis=1))
    assert paired == compare_outcomes(
        accuracies(*(v[kept] for v in old)), accuracies(*(v[kept] for v in new))
    )


def test_the_same_outcomes_twice_differ_in_nothing():
    gold, values = np.random.default_rng(4).normal(size=(2, 20))
    paired = compare_outcomes(*(correlations(gold, v) for v in (values, values)))
    assert (paired.difference, paired.interval, paired.pvalue) == (0, (0, 0), 1)


@pytest.mark.parametrize("n", [7, 200])
def test_two_that_order_all_items_alike_do_not_differ_in_rank_correlation(n):
    gold, values = np.random.default_rng(4).normal(size=(2, n))
    paired = compare_outcomes(*(correlations(gold, v) for v in (values, values**3)))
    assert (paired.difference, paired.interval, paired.pvalue) == (0, (0, 0), 1)


def test_what_float32_rounds_is_no_difference():
    rng = np.random.default_rng(5)
    gold, values = rng.normal(size=(2, 100))
    rounded = values.astype(np.float32).astype(float)
    paired = compare_outcomes(
        *(correlations(gold, v, statistic=pearson_of) for v in (values, rounded))
    )
    assert paired.pvalue == 1


def test_p_is_no_smaller_than_a_sign_test_allows():
    old = np.zeros(FEWEST_DIFFERING)
    assert compare_outcomes(accuracies(old), accuracies(old + 1)).pvalue == 2 / 2**FEWEST_DIFFERING
    fewer = old[1:]
    paired = compare_outcomes(accuracies(fewer), accuracies(fewer + 1))
    assert (paired.difference, paired.pvalue, paired.interval) == (1, None, None)
    assert paired.untested == "only 5 items came out differently, of 6 at least"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ([1.0, 2.0, 3.0, math.nan], [1.0, math.nan, 2.0, 5.0], "too few items that both know"),
        ([1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0], "all items are alike"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0], "the items are not the same"),
    ],
)
def test_what_cannot_be_compared_is_told(old, new, why):
    was, now = (
        Outcomes(
            measure="r",
            values=np.array(v),
            gold=np.arange(float(len(v))),
            statistic=spearman_of,
            fewest=3,
        )
        for v in (old, new)
    )
    paired = compare_outcomes([was], [now])
    assert (paired.untested, paired.difference, paired.pvalue) == (why, None, None)


def test_a_seed_repeats():
    old, new = noisy_copies(np.random.default_rng(6), 30, 2)
    one, again, other = (
        compare_outcomes(accuracies(*old), accuracies(*new), seed=seed) for seed in (1, 1, 2)
    )
    assert one == again != other
    assert one.first == other.first


def test_the_spread_of_seeds_widens_the_interval():
    rng = np.random.default_rng(8)
    old, new = noisy_copies(rng, 200, 4, of_seed=0)
    calm = compare_outcomes(accuracies(*old), accuracies(*new))
    wild = new + np.array([[-1.0], [1.0], [-1.0], [1.0]])
    wide = compare_outcomes(accuracies(*old), accuracies(*wild))
    assert wide.difference == pytest.approx(calm.difference)
    assert wide.interval.high - wide.interval.low > 2 * (calm.interval.high - calm.interval.low)


def test_means_of_a_constant_gain_are_sure_with_many_items():
    values = np.zeros(100)
    paired = compare_outcomes(accuracies(values), accuracies(values + 1))
    assert paired.pvalue < 1e-20
    assert mean_of(values + 1)(np.ones((1, 100), int)) == paired.difference
