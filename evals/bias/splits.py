"""How often a split of the same words gives as much: the permutation test behind p-values of bias.

Exact over all splits where these are few enough, else over random ones (Caliskan, Bryson and
Narayanan 2017, "Semantics derived automatically from language corpora contain human-like biases").
Called by the association tests; knows nothing of words or vectors.
"""

import functools
import itertools
import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Measure = Callable[[Numbers], Numbers]
"""From splits, (splits, items), 1 for what is in the first part and 0 for the rest, to one or
several figures of each: (splits, m)."""

MOST_SPLITS = math.comb(20, 10)
"""All splits are tried if there are no more than these, ten words a side."""
PERMUTATIONS = 10_000
"""Random splits otherwise."""

_CELLS_AT_ONCE = 1 << 19
_ROUNDING = 1e-12


class SplitTest(NamedTuple):
    """How rare what was found is among the splits."""

    pvalues: Numbers
    """Two-sided, of each figure, (m,): twice the share of splits that give as much in the same
    direction, 1 at most."""
    one_sided: Numbers
    """The share of splits that give as much or more, (m,): that of the paper."""
    splits: int
    """How many were tried."""
    exact: bool
    """Whether these were all there are."""

    @property
    def least(self) -> float:
        """The least that a two-sided p-value of so many splits can be."""
        return min(1.0, 2 / (self.splits + (not self.exact)))


def split_test(
    scores: Numbers, first: int, *, permutations: int = PERMUTATIONS, seed: int = 1
) -> SplitTest:
    """Return how often the first part of another split has a sum as far from what is expected.

    As the sum of all stays the same, this is the test of the difference of the two sums and of
    that of the two means alike, so the parts need not be of one size.

    Parameters
    ----------
    scores
        Of each item, in one or several rows: shape (m, items).
    first, permutations, seed
        As for `try_splits`.

    Examples
    --------
    >>> found = split_test(np.array([[3.0, 2.0, 1.0, 0.0]]), 2)
    >>> found.one_sided.round(3), found.pvalues.round(3), found.splits
    (array([0.167]), array([0.333]), 6)
    """
    centered = scores - scores.mean(axis=1, keepdims=True)
    return try_splits(
        lambda members: members @ centered.T,
        scores.shape[1],
        first,
        rounding=_ROUNDING * np.abs(scores).sum(axis=1),
        width=len(scores),
        permutations=permutations,
        seed=seed,
    )


def try_splits(
    measure: Measure,
    items: int,
    first: int,
    *,
    rounding: Numbers,
    width: int,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> SplitTest:
    """Return how often a split of `items` gives as much as that of the first from the rest.

    Parameters
    ----------
    measure
        What is measured of a split: above or below 0.
    items
        How many there are.
    first
        How many of them, those that come first, are the first part.
    rounding
        Figures that differ by less are the same: shape (m,).
    width
        How many numbers `measure` holds of one split, so that memory stays bounded.
    permutations
        How many random splits where all are more than `MOST_SPLITS`. An item is drawn once at most
        in each; the split given counts as one more, so that p is never 0 (Phipson and Smyth 2010).
    seed
        Of the random splits.
    """
    total = math.comb(items, first)
    exact = total <= MOST_SPLITS
    given = measure((np.arange(items) < first).astype(np.float64)[None])[0]
    as_high, as_low = np.zeros((2, len(given)), np.int64)
    step = max(1, _CELLS_AT_ONCE // max(items, width))
    chosen = (
        _all_splits(items, first, step)
        if exact
        else _draw_splits(items, first, step, permutations, seed)
    )
    for rows in chosen:
        members = np.zeros((len(rows), items))
        np.put_along_axis(members, rows, 1, axis=1)
        found = measure(members)
        as_high += np.count_nonzero(found >= given - rounding, axis=0)
        as_low += np.count_nonzero(found <= given + rounding, axis=0)
    more, splits = (0, total) if exact else (1, permutations)
    high, low = ((count + more) / (splits + more) for count in (as_high, as_low))
    return SplitTest(np.minimum(1, 2 * np.where(given >= 0, high, low)), high, splits, exact)


def _all_splits(items: int, first: int, step: int) -> Iterator[NDArray[np.int64]]:
    """Yield the places of the first part in every split: blocks of shape (splits, first)."""
    splits = _combinations(items, first)
    for start in range(0, len(splits), step):
        yield splits[start : start + step].astype(np.int64)


@functools.lru_cache(maxsize=4)
def _combinations(items: int, first: int) -> NDArray[np.uint32]:
    count = math.comb(items, first)
    places = itertools.chain.from_iterable(itertools.combinations(range(items), first))
    return np.fromiter(places, np.uint32, count * first).reshape(count, first)


def _draw_splits(
    items: int, first: int, step: int, permutations: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    for start in range(0, permutations, step):
        keys = rng.random((min(step, permutations - start), items))
        yield np.argpartition(keys, first - 1, axis=1)[:, :first]
