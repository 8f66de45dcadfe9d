"""Cosine similarities of directions to all rows of a matrix, and the nearest rows.

Called by `WordVectors`. The matrix may be mapped from a file and larger than memory: it is read
in blocks of rows and never copied. Knows no words.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours.rows import ROWS_PER_BLOCK, Vectors, best_rows


def cosines(
    matrix: Vectors,
    norms: NDArray[np.float32],
    direction: NDArray[np.float32],
    threads: int | None = None,
) -> NDArray[np.float32]:
    """Return the cosine of each row to `direction`, a vector of length 1: (words,), float32.

    A row of length zero, or with values that are not finite, has similarity 0.
    """
    scores = np.empty(len(matrix), np.float32)
    for start in range(0, len(matrix), ROWS_PER_BLOCK):
        stop = start + ROWS_PER_BLOCK
        scores[start:stop] = _block_cosines(matrix[start:stop], norms[start:stop], direction[None])
    return scores


def nearest(
    matrix: Vectors,
    norms: NDArray[np.float32],
    directions: NDArray[np.float32],
    n: int,
    *,
    threads: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the `n` rows nearest to each direction and their cosines: two arrays (q, n).

    `directions` are vectors of length 1, (q, dim). Best first, of equal ones the lower row; `n` is
    cut to the number of rows. A row of length zero, or with values that are not finite, has
    similarity 0.
    """
    n = max(min(n, len(matrix)), 0)
    rows = np.empty((len(directions), n), np.int64)
    scores = np.empty((len(directions), n), np.float32)
    for query, direction in enumerate(directions):
        found = cosines(matrix, norms, direction)
        rows[query] = best_rows(found, n)
        scores[query] = found[rows[query]]
    return rows, scores


def hubness(
    matrix: Vectors, norms: NDArray[np.float32], k: int = 10, *, threads: int | None = None
) -> NDArray[np.float32]:
    """Return the mean cosine of each row to its `k` nearest other rows: (words,), float32."""
    result = np.empty(len(matrix), np.float32)
    for start in range(0, len(matrix), ROWS_PER_BLOCK):
        block = matrix[start : start + ROWS_PER_BLOCK]
        block = block / norms[start : start + len(block), None]
        _, scores = nearest(matrix, norms, block, k + 1)
        result[start : start + len(block)] = scores[:, 1:].mean(axis=1)
    return result


def _block_cosines(
    block: NDArray[np.float32], norms: NDArray[np.float32], directions: NDArray[np.float32]
) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):
        scores = directions @ block.T
        scores /= norms
    scores[~np.isfinite(scores)] = 0
    return np.asarray(scores)
