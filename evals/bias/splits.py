"""How often a split of the same words gives as much: the permutation test behind WEAT's p-value.

Exact over all splits where these are few enough, else over random ones (Caliskan, Bryson and
Narayanan 2017, "Semantics derived automatically from language corpora contain human-like biases").
Called by the association tests; knows nothing of words or vectors.
"""

import functools
import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MOST_SPLITS = math.comb(20, 10)
"""All splits are tried if there are no more than these, ten words a side."""
PERMUTATIONS = 10_000
"""Random splits otherwise."""

_SPLITS_AT_ONCE = 1 << 14
_ROUNDING = 1e-12


class SplitTest(NamedTuple):
    """How rare what was found is among the splits."""

    pvalues: Numbers
    """One-sided, of each row of scores: shape (m,)."""
    splits: int
    """How many were tried."""
    exact: bool
    """Whether these were all there are."""


def split_test(
    scores: Numbers, first: int, *, permutations: int = PERMUTATIONS, seed: int = 1
) -> SplitTest:
    """Return how often the first part of a random split has as high a sum as that given.

    As the sum of all stays the same, this is the test of the difference of the two sums and of
    that of the two means alike, so the parts need not be of one size.

    Parameters
    ----------
    scores
        Of each item, in one or several rows: shape (m, items).
    first
        How many of the items, those that come first, are the first part.
    permutations
        How many random splits where all are more than `MOST_SPLITS`. An item is drawn once at most
        in each; the split given counts as one more, so that p is never 0 (Phipson and Smyth 2010).
    seed
        Of the random splits.

    Examples
    --------
    >>> split_test(np.array([[3.0, 2.0, 1.0, 0.0]]), 2)
    SplitTest(pvalues=array([0.16666667]), splits=6, exact=True)
    """
    items = scores.shape[1]
    total = math.comb(items, first)
    exact = total <= MOST_SPLITS
    least = scores[:, :first].sum(axis=1) - _ROUNDING * np.abs(scores).sum(axis=1)
    as_high = np.zeros(len(scores), np.int64)
    chosen = _all_splits(items, first) if exact else _draw_splits(items, first, permutations, seed)
    for rows in chosen:
        member = np.zeros((len(rows), items))
        np.put_along_axis(member, rows, 1, axis=1)
        as_high += np.count_nonzero(member @ scores.T >= least, axis=0)
    if exact:
        return SplitTest(as_high / total, total, exact)
    return SplitTest((as_high + 1) / (permutations + 1), permutations, exact)


def _all_splits(items: int, first: int) -> Iterator[NDArray[np.int64]]:
    """Yield the places of the first part in every split: blocks of shape (splits, first)."""
    splits = _combinations(items, first)
    for start in range(0, len(splits), _SPLITS_AT_ONCE):
        yield splits[start : start + _SPLITS_AT_ONCE].astype(np.int64)


@functools.lru_cache(maxsize=4)
def _combinations(items: int, first: int) -> NDArray[np.uint32]:
    count = math.comb(items, first)
    places = itertools.chain.from_iterable(itertools.combinations(range(items), first))
    return np.fromiter(places, np.uint32, count * first).reshape(count, first)


def _draw_splits(
    items: int, first: int, permutations: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    for start in range(0, permutations, _SPLITS_AT_ONCE):
        keys = rng.random((min(_SPLITS_AT_ONCE, permutations - start), items))
        yield np.argpartition(keys, first - 1, axis=1)[:, :first]
