"""Lengths of the rows of a matrix, vectors of length 1, and the best of many scores.

Called by the search beside it, by `WordVectors` and by `wordvec verify`. Knows no words.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.quantization import QuantizedMatrix

Vectors = NDArray[np.float32] | QuantizedMatrix
"""Rows of float32, or codes that give such rows: shape (words, dim); in memory or mapped."""

ROWS_PER_BLOCK = 1 << 14


def row_norms(matrix: Vectors) -> NDArray[np.float32]:
    """Return the Euclidean length of each row of `matrix` (words, dim): (words,), float32."""
    norms = np.empty(len(matrix), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(matrix), ROWS_PER_BLOCK):
            block = matrix[start : start + ROWS_PER_BLOCK]
            np.sqrt(np.vecdot(block, block), out=norms[start : start + len(block)])
    return norms


def best_rows(scores: NDArray[np.float32], n: int) -> NDArray[np.intp]:
    """Return the `n` rows with the highest scores, best first; of equal ones the lower row.

    Scores must not be NaN.
    """
    n = min(n, len(scores))
    if n < 1:
        return np.empty(0, np.intp)
    least = np.partition(scores, len(scores) - n)[len(scores) - n]
    above = np.flatnonzero(scores > least)
    level = np.flatnonzero(scores == least)[: n - len(above)]
    rows = np.concatenate([above, level])
    return np.asarray(rows[np.lexsort((rows, -scores[rows]))])


def unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `vector` at length 1, float32; zeros if its length is 0 or not finite."""
    wide = vector.astype(np.float64)
    length = np.sqrt(np.dot(wide, wide))
    if not 0 < length < np.inf:
        return np.zeros(vector.shape, np.float32)
    return np.asarray(wide / length, np.float32)
