"""How near each row is to its nearest neighbours: what CSLS takes from a similarity.

Called by `WordVectors`. Conneau et al. 2018, "Word translation without parallel data":
CSLS(x, y) = 2 cos(x, y) - r(x) - r(y), r being the mean cosine to the k nearest neighbours.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours.products import make_cosines, multiplier
from wordvec.neighbours.rows import Vectors
from wordvec.neighbours.threads import in_parts, one_blas_thread

ROWS_AT_ONCE = 256


def hubness(
    matrix: Vectors, norms: NDArray[np.float32], k: int = 10, *, threads: int | None = None
) -> NDArray[np.float32]:
    """Return r, the mean cosine of each row to its `k` nearest other rows: (words,), float32.

    The time grows with the square of the rows: 20,000 of 300 numbers take 2 s with two threads.
    With fewer than `k` other rows, the mean is over these; without any it is 0.

    Parameters
    ----------
    matrix, norms, threads
        As for `wordvec.neighbours.cosines`.
    k
        How many neighbours.
    """
    result = np.zeros(len(matrix), np.float32)
    k = min(k, len(matrix) - 1)

    def fill(start: int, stop: int) -> None:
        with np.errstate(all="ignore"):
            for first in range(start, stop, ROWS_AT_ONCE):
                last = min(first + ROWS_AT_ONCE, stop)
                result[first:last] = _best_scores(matrix, norms, first, last, k).mean(axis=1)

    if k > 0:
        with one_blas_thread():
            products = len(matrix) ** 2 * matrix.shape[1]
            in_parts(fill, len(matrix), products=products, threads=threads)
    return result


def _best_scores(
    matrix: Vectors, norms: NDArray[np.float32], first: int, last: int, k: int
) -> NDArray[np.float32]:
    """Return the `k` highest cosines of each of the rows first to last, (rows, k), unsorted."""
    directions = matrix[first:last] / norms[first:last, None]
    directions[~np.isfinite(directions).all(axis=1)] = 0
    multiply, step = multiplier(matrix, directions)
    best = np.empty((len(directions), 0), np.float32)
    for start in range(0, len(matrix), step):
        stop = min(start + step, len(matrix))
        joined = np.empty((len(directions), best.shape[1] + stop - start), np.float32)
        joined[:, : best.shape[1]] = best
        scores = joined[:, best.shape[1] :]
        multiply(start, stop, scores)
        make_cosines(scores, matrix, norms, start)
        own = np.arange(max(first, start), min(last, stop))
        scores[own - first, own - start] = -np.inf
        kept = min(k, joined.shape[1])
        best = np.partition(joined, -kept, axis=1)[:, -kept:]
    return best
