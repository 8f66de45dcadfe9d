"""How far words lean along a direction of bias, which lean furthest, and whether clusters tell.

Called by the debiasing methods that learn from such words, and by the measures of bias. Knows
nothing of the methods.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.postprocess.debiasing import FoundSets, Rows
from wordvec.postprocess.result import Progress, blocks
from wordvec.transforms import unit_rows
from wordvec.vectors import WordVectors

_SAME = 1e-6
"""Vectors of length 1 whose coordinates, each stored as float32, differ by less are the same."""


def unit_blocks(
    vectors: WordVectors, progress: Progress | None = None
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the first row and the vectors, (n, dim), of each block, brought to length 1.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity; names its word.
    """
    for start, block in blocks(vectors, progress):
        yield start, unit_rows(block.astype(np.float64))


def measure_lean(
    found: FoundSets,
    directions: NDArray[np.float64],
    *,
    words: int,
    progress: Progress | None = None,
) -> tuple[Rows, NDArray[np.float64]]:
    """Return the neutral words among the first `words`, (n,), and their cosines, (n, k).

    Parameters
    ----------
    found
        The vectors and which words are neutral.
    directions
        Of length 1: shape (k, dim).
    words
        Only the so many most frequent words take part: rare ones are noisy.
    """
    rows, cosines = [], []
    for start, units in unit_blocks(found.vectors, progress):
        there = np.flatnonzero(found.neutral[start : min(start + len(units), words)])
        rows.append(start + there)
        cosines.append(units[there] @ directions.T)
        if start + len(units) >= words:
            break
    return np.concatenate(rows).astype(np.int64), np.concatenate(cosines)


def both_ends(rows: Rows, cosines: NDArray[np.float64], most: int) -> tuple[Rows, Rows]:
    """Return the `most` of `rows` that lean furthest to either side, at most half of them each.

    Examples
    --------
    >>> plus, minus = both_ends(np.arange(4), np.array([0.1, -0.5, 0.3, 0.0]), 1)
    >>> plus, minus
    (array([2]), array([1]))
    """
    order = np.argsort(-cosines, kind="stable")
    most = min(most, len(rows) // 2)
    return rows[order[:most]], rows[order[::-1][:most]]


def sort_by_clusters(
    units: NDArray[np.float64], towards: int, *, seed: int
) -> NDArray[np.bool_] | None:
    """Return whether 2-means puts each of `units`, (n, dim), to its side: (n,).

    Which cluster stands for which side is what makes more of them right. None if all `units` are
    the same, as no clusters can be found then.

    Parameters
    ----------
    units
        The vectors of words that lean to the one side, and then those that lean to the other.
    towards
        How many of them lean to the one side.
    seed
        Of the clustering.
    """
    if np.ptp(units, axis=0).max() < _SAME:
        return None
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # with more, sums differ by their number, and a busy machine waits
        clusters = KMeans(2, n_init=10, random_state=seed).fit_predict(units)
    rightly = np.asarray((clusters == 0) == (np.arange(len(units)) < towards))
    return rightly if rightly.mean() >= 0.5 else ~rightly
