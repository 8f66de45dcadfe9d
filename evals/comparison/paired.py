"""Is one figure of two recipes different by more than chance? The paired test, and Holm's rule.

Both have outcomes of the same items, of one training or of several seeds. Called by
`wordvec.evals.comparison`; knows nothing of stores or vectors.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.intervals import DRAWS, LEVEL, Counts, Interval, Numbers, resample
from wordvec.evals.result import SEED, Outcomes

FEWEST_DIFFERING = 6
"""With fewer items that came out differently even a sign test cannot reach p = 0.05."""
_ROUNDING = 1e-6
"""Differences of an item below this share of the largest outcome are those of float32."""
_NOTHING = 1e-12
"""A difference and an error below this share of the figures are rounding."""
_LEAST_P = 1e-100


@dataclass(frozen=True, kw_only=True)
class Paired:
    """A figure of two recipes on the items that all their trainings could judge."""

    n: int
    """Such items."""
    first: tuple[float, ...]
    """The figure of each training of the first recipe; empty where it is not defined."""
    second: tuple[float, ...]
    interval: Interval | None = None
    """95 %, of the difference of the means; None if not tested."""
    pvalue: float | None = None
    """Two-sided, of no difference; None if not tested."""
    untested: str = ""
    """Why there is no test; "" if there is."""

    @property
    def difference(self) -> float | None:
        """Mean of the second less that of the first; None if not defined."""
        if not self.first or not self.second:
            return None
        return float(np.mean(self.second) - np.mean(self.first))


def compare_outcomes(
    first: Sequence[Outcomes],
    second: Sequence[Outcomes],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Paired:
    """Return the difference of two recipes in one figure, its interval and its p-value.

    The variance of the difference has a part for the items, that of the paired bootstrap (Efron
    and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 6: the same resample for all
    trainings, times n / (n - 1)), and one for the seeds: s² (1 / k1 + 1 / k2) for recipes of k1
    and k2 trainings, with s² the variance of a figure over the seeds of a recipe, pooled. So a
    seed is taken to change the one recipe as much as the other, which matters where k1 and k2
    differ, and a recipe of one training shares what the seeds of the other tell. With one training
    each nothing is known of seeds: then a difference may be theirs.

    Interval and p-value go by the mean, weighted with these variances, of the quantiles of
    Student's t for the degrees of freedom of each (Cochran and Cox 1950, "Experimental Designs"):
    few seeds that happen to be alike do not make it bold. What seeds and items have in common
    counts in both parts, so that where seeds change little the test errs on the side of caution.

    Parameters
    ----------
    first, second
        Outcomes of the same items in the same order: one for each training.
    draws
        Resamples.
    seed
        Of the resamples.

    Examples
    --------
    >>> outcomes = np.array([0.0, 1.0] * 20)
    >>> was, now = (Outcomes(measure="accuracy", values=v) for v in (outcomes, outcomes**0))
    >>> paired = compare_outcomes([was], [now])
    >>> paired.difference, paired.pvalue < 0.001
    (0.5, True)
    """
    trainings = [*first, *second]
    if len({outcomes.values.shape for outcomes in trainings}) > 1:
        return Paired(n=0, first=(), second=(), untested="the items are not the same")
    common = np.logical_and.reduce([outcomes.judged for outcomes in trainings])
    n = int(np.count_nonzero(common))
    told = tuple(value for outcomes in trainings if (value := outcomes.value(common)) is not None)
    if len(told) < len(trainings):
        why = "too few items that both know" if n < first[0].fewest else "all items are alike"
        return Paired(n=n, first=(), second=(), untested=why)
    k = len(first)
    told_of = functools.partial(Paired, n=n, first=told[:k], second=told[k:])
    differing = _differing(first, second, common)
    if 0 < differing < FEWEST_DIFFERING:
        few = f"{differing} of {n:,} items" if differing < n else f"{n} items"
        return told_of(untested=f"only {few} came out differently, of {FEWEST_DIFFERING} at least")
    difference = float(np.mean(told[k:]) - np.mean(told[:k]))
    if not differing:
        return told_of(interval=Interval(difference, difference), pvalue=1.0)
    parts = [_variance_by_items(first, second, common, draws, seed)]
    if len(trainings) > 2:
        parts.append(_variance_by_seeds(told[:k], told[k:]))
    error = math.sqrt(sum(part for part, _ in parts))
    if max(abs(difference), error) <= _NOTHING * max(map(abs, told)):
        # as of two that order all pairs alike
        return told_of(interval=Interval(0.0, 0.0), pvalue=1.0)
    interval, pvalue = _t_test(difference, parts)
    least = 2.0 ** (1 - differing)  # that of the sign test, if all items differ in one direction
    return told_of(interval=interval, pvalue=max(pvalue, least))


def holm(pvalues: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number, in the same order.

    Holm (1979, "A Simple Sequentially Rejective Multiple Test Procedure"): the smallest is
    multiplied by their number m, the next by m - 1 ...; none falls below the one before. Holds
    however the tests depend on each other.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(pvalues, kind="stable")
    factors = np.arange(len(order), 0, -1)
    rising = np.maximum.accumulate(np.asarray(pvalues, np.float64)[order] * factors)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(rising, 1)
    return [float(p) for p in adjusted]


def _differing(
    first: Sequence[Outcomes], second: Sequence[Outcomes], common: NDArray[np.bool_]
) -> int:
    """Return how many common items, or units of them, came out differently on average of seeds."""
    was, is_now = (
        np.mean([outcomes.values[common] for outcomes in group], axis=0)
        for group in (first, second)
    )
    largest = max(np.abs(was).max(), np.abs(is_now).max())
    differ = np.abs(is_now - was) > _ROUNDING * largest
    units = first[0].units
    return int(np.count_nonzero(differ)) if units is None else len(np.unique(units[common][differ]))


def _variance_by_items(
    first: Sequence[Outcomes],
    second: Sequence[Outcomes],
    common: NDArray[np.bool_],
    draws: int,
    seed: int,
) -> tuple[float, int]:
    """Return the bootstrap variance of the difference over items, and its degrees of freedom."""
    was, is_now = ([outcomes.of(common) for outcomes in group] for group in (first, second))

    def difference(counts: Counts) -> Numbers:
        after = np.mean([statistic(counts) for statistic in is_now], axis=0)
        return np.asarray(after - np.mean([statistic(counts) for statistic in was], axis=0))

    n = int(np.count_nonzero(common))
    units = first[0].units
    if units is not None:
        units = units[common]
    found = resample(difference, n, units=units, draws=draws, seed=seed)
    if units is not None:
        n = len(np.unique(units))
    return float(np.nanvar(found, ddof=1)) * n / (n - 1), n - 1


def _variance_by_seeds(first: Sequence[float], second: Sequence[float]) -> tuple[float, int]:
    """Return what the seeds add to the variance of the difference, and its degrees of freedom."""
    freedom = len(first) + len(second) - 2
    squares = sum(float(np.var(values)) * len(values) for values in (first, second))
    return squares / freedom * (1 / len(first) + 1 / len(second)), freedom


def _t_test(difference: float, parts: Sequence[tuple[float, int]]) -> tuple[Interval, float]:
    """Return the interval and p-value, from variances and the degrees of freedom of each."""
    from scipy.optimize import brentq
    from scipy.special import stdtrit

    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Interval(difference, difference), 0.0

    def quantile(tails: float) -> float:
        weighted = sum(part * float(stdtrit(freedom, tails / 2)) for part, freedom in parts)
        return -weighted / variance

    error = math.sqrt(variance)
    half = error * quantile(1 - LEVEL)
    far, least = abs(difference) / error, math.log(_LEAST_P)
    if quantile(_LEAST_P) <= far:
        pvalue = 0.0
    else:
        pvalue = math.exp(brentq(lambda log_p: quantile(math.exp(log_p)) - far, least, 0.0))
    return Interval(difference - half, difference + half), pvalue
