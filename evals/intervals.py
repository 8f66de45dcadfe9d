"""How far a figure would have gone up or down with other items of the same kind: the bootstrap.

Percentile intervals of Efron (1979, "Bootstrap Methods: Another Look at the Jackknife") over the
items of a data set, of one figure or, paired, of the difference of two spaces on the same items.
A resample is how often it holds each item, so ranks are sorted once and not in each. Shares of
right answers have Wilson's interval instead. Called by the evaluators; knows nothing of vectors.
Loads NumPy only.
"""

import functools
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
"""How often each resample holds each item: shape (draws, items)."""
Statistic = Callable[[Counts], Numbers]
"""From resamples to the figure of each, (draws,), NaN where it is not defined."""

DRAWS = 1000
LEVEL = 0.95

_CELLS_AT_ONCE = 1 << 17
_NO_VARIANCE = 1e-12
"""Of a resample, where all items together have 1."""


class Interval(NamedTuple):
    """Both ends; NaN if there is none."""

    low: float
    high: float


def bootstrap(
    statistic: Statistic,
    items: int,
    *,
    units: NDArray[np.int64] | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 1,
) -> Interval:
    """Return the percentile interval of a statistic over items.

    Resamples in which it is not defined (all items equal) are left out.

    Parameters
    ----------
    statistic
        Of resamples; `mean_of`, `spearman_of`, or the `difference` of two of these, which is
        paired, as both see the same resamples.
    items
        How many there are.
    units
        What items share, if they do: see `resample`.
    draws
        How many resamples.
    level
        Share of intervals that would hold the true figure, were the items drawn again and again.
    seed
        The same seed gives the same interval.

    Examples
    --------
    >>> low, high = bootstrap(mean_of(np.array([0.0, 1.0] * 50)), 100)
    >>> round(low, 1), round(high, 1)
    (0.4, 0.6)
    """
    if items < 1:
        return Interval(math.nan, math.nan)
    found = resample(statistic, items, units=units, draws=draws, seed=seed)
    found = found[~np.isnan(found)]
    if not len(found):
        return Interval(math.nan, math.nan)
    tail = (1 - level) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return Interval(float(low), float(high))


def share_interval(
    right: Numbers,
    *,
    units: NDArray[np.int64] | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 1,
) -> Interval:
    """Return Wilson's interval of the share of items that are right.

    Wilson 1927 ("Probable inference, the law of succession, and statistical inference"). It holds
    the true share about as often as stated also of few items and near 0 and 1 (Agresti and Coull
    1998, "Approximate is better than 'exact' for interval estimation of binomial proportions"),
    where percentiles of resamples are too narrow: of 50 items and a true share of 0.98, they hold
    it in 64 % of cases instead of 95 %.

    Items that share units count as so many free ones as would make the share vary as much as it
    does in resamples of the units, and a few units widen the interval as they do Student's (Korn
    and Graubard 1998, "Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data"). If it does not vary, each unit counts as one item.

    Parameters
    ----------
    right
        1 or 0 of each item, one item at least: shape (items,).
    units
        What items share, if they do, two units at least: see `resample`.
    draws, level, seed
        As for `bootstrap`; without units nothing is drawn.

    Examples
    --------
    >>> low, high = share_interval(np.array([1.0] * 49 + [0.0]))
    >>> round(low, 3), round(high, 3)
    (0.895, 0.996)
    """
    share, items = float(right.mean()), float(len(right))
    z = NormalDist().inv_cdf((1 + level) / 2)
    if units is not None:
        from scipy.special import stdtrit

        count = len(np.unique(units))
        found = resample(mean_of(right), len(right), units=units, draws=draws, seed=seed)
        variance = float(np.nanvar(found)) * count / (count - 1)
        items = min(items, share * (1 - share) / variance) if variance else float(count)
        z = float(stdtrit(count - 1, (1 + level) / 2))
    middle = share + z * z / (2 * items)
    half = z * math.sqrt(share * (1 - share) / items + (z / (2 * items)) ** 2)
    ends = ((middle + sign * half) / (1 + z * z / items) for sign in (-1, 1))
    low, high = (min(max(end, 0.0), 1.0) for end in ends)  # rounding may lead out
    return Interval(low, high)


def resample(
    statistic: Statistic,
    items: int,
    *,
    units: NDArray[np.int64] | None = None,
    draws: int = DRAWS,
    seed: int = 1,
) -> Numbers:
    """Return a statistic of each of `draws` resamples of one or more items: shape (draws,).

    NaN where it is not defined.

    Parameters
    ----------
    statistic, items, draws, seed
        As for `bootstrap`.
    units
        What each item is made of, by number, shape (items, k), where items share parts and so do
        not vary freely, as analogy questions share word pairs. These are drawn, and an item is
        there as often as its units are together (Snijders and Borgatti 1999, "Non-parametric
        standard errors and tests for network statistics").
    """
    rng = np.random.default_rng(seed)
    count, places = items, None
    if units is not None:
        known, places = np.unique(units, return_inverse=True)
        count, places = len(known), np.ascontiguousarray(places.reshape(units.shape).T)
    found = []
    step = max(1, _CELLS_AT_ONCE // max(items, count))
    with np.errstate(invalid="ignore", divide="ignore"):  # resamples in which no item is left
        for start in range(0, draws, step):
            drawn = _draw(rng, count, min(step, draws - start))
            if places is not None:
                drawn = functools.reduce(
                    np.multiply, (np.take(drawn, column, axis=1) for column in places)
                )
            found.append(statistic(drawn))
    return np.concatenate(found)


def mean_of(values: Numbers) -> Statistic:
    """Return the statistic that is the mean of `values`, (items,): an accuracy if these are 0, 1.

    Examples
    --------
    >>> mean_of(np.array([0.0, 1.0]))(np.array([[1, 1], [0, 2]]))
    array([0.5, 1. ])
    """
    return lambda counts: (counts @ values) / counts.sum(axis=1)


def spearman_of(first: Numbers, second: Numbers) -> Statistic:
    """Return the statistic that is Spearman's correlation of two figures of each item, (items,).

    Equal values have their mean rank.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> spearman_of(x, x**2)(np.array([[1, 1, 1], [2, 0, 1]])).tolist()
    [1.0, 1.0]
    """
    rank_first, rank_second = _Ranker(first), _Ranker(second)

    def correlate(counts: Counts) -> Numbers:
        middle = (counts.sum(axis=1, keepdims=True) + 1) / 2
        x, y = rank_first(counts) - middle, rank_second(counts) - middle
        weighted = counts * x
        product = np.einsum("ij,ij->i", weighted, y)
        squares = np.einsum("ij,ij->i", weighted, x)
        squares *= np.einsum("ij,ij,ij->i", counts, y, y)
        with np.errstate(invalid="ignore"):
            return np.asarray(product / np.sqrt(squares))

    return correlate


def pearson_of(first: Numbers, second: Numbers) -> Statistic:
    """Return the statistic that is Pearson's correlation of two figures of each item, (items,).

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 4.0])
    >>> pearson_of(x, 3 - x)(np.array([[1, 1, 1], [2, 0, 1]])).round(12).tolist()
    [-1.0, -1.0]
    """
    x, y = _standardized(first), _standardized(second)
    sums_of = np.column_stack([x, y, x * x, y * y, x * y])

    def correlate(counts: Counts) -> Numbers:
        mean_x, mean_y, xx, yy, xy = (counts @ sums_of / counts.sum(axis=1, keepdims=True)).T
        variances = np.stack([xx - mean_x**2, yy - mean_y**2])
        variances[variances < _NO_VARIANCE] = 0  # what rounding leaves where all items are equal
        with np.errstate(invalid="ignore", divide="ignore"):
            r = (xy - mean_x * mean_y) / np.sqrt(variances.prod(axis=0))
        return np.where(variances.all(axis=0), np.clip(r, -1, 1), np.nan)

    return correlate


def difference(after: Statistic, before: Statistic) -> Statistic:
    """Return the statistic that is `after` less `before` on the same resample."""
    return lambda counts: after(counts) - before(counts)


def _standardized(values: Numbers) -> Numbers:
    """Return `values` with mean 0 and, if they differ, variance 1."""
    if not len(values) or values.min() == values.max():  # whose rounded mean may be another
        return np.zeros_like(values)
    centered = values - values.mean()
    return np.asarray(centered / centered.std())


def _draw(rng: np.random.Generator, items: int, draws: int) -> Counts:
    drawn = rng.integers(items, size=(draws, items))
    drawn += np.arange(draws)[:, None] * items
    return np.bincount(drawn.ravel(), minlength=draws * items).reshape(draws, items)


class _Ranker:
    """Ranks the items in resamples: an item's rank is the mean of those that its copies take."""

    def __init__(self, values: Numbers) -> None:
        self._order = np.argsort(values, kind="stable")
        ordered = values[self._order]
        new = np.ones(len(values), np.bool_)
        new[1:] = ordered[1:] != ordered[:-1]
        self._firsts = np.flatnonzero(new)
        self._group = np.empty(len(values), np.int64)
        self._group[self._order] = np.cumsum(new) - 1

    def __call__(self, counts: Counts) -> Numbers:
        sizes = np.add.reduceat(counts[:, self._order], self._firsts, axis=1)
        ranks = np.cumsum(sizes, axis=1) - (sizes - 1) / 2
        return np.asarray(ranks[:, self._group])
