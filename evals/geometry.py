"""How evenly vectors fill their space: isotropy.

Called by the comparison of two spaces. Reads the matrix in blocks of rows and knows nothing of
words.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.neighbours.threads import one_blas_thread
from wordvec.vectors import WordVectors

_ROWS_PER_BLOCK = 1 << 13


def isoscore(vectors: WordVectors, *, weights: ArrayLike | None = None) -> float:
    """Return the IsoScore: how evenly the variance is spread over all directions, 0 to 1.

    Of Rudman et al. (2022, "IsoScore: Measuring the Uniformity of Embedding Space Utilization"),
    in closed form: with the covariance C of dimension d, ((tr C)^2 / ||C||^2 - 1) / (d - 1),
    where ||C|| is the Frobenius norm. 1 where C is a multiple of the identity, 0 where the
    vectors lie on a line.

    Parameters
    ----------
    vectors
        At least two words and two dimensions.
    weights
        How much each word counts, such as its frequency: shape (words,), 0 or more. None for all
        alike.

    Returns
    -------
    NaN where it is not defined: one dimension, or all vectors equal or not finite.

    Examples
    --------
    >>> line = WordVectors(["a", "b", "c"], [[0, 0], [1, 1], [2, 2]])
    >>> square = WordVectors(["a", "b", "c", "d"], [[1, 0], [-1, 0], [0, 1], [0, -1]])
    >>> isoscore(line), isoscore(square)
    (0.0, 1.0)
    """
    n, dim = len(vectors), vectors.vector_size
    share = np.ones(n) if weights is None else np.asarray(weights, np.float64)
    if share.shape != (n,) or not np.all(share >= 0) or not np.sum(share) < math.inf:
        raise ValueError(f"weights of shape {share.shape} for {n} words; one a word, 0 or more")
    # On a busy machine BLAS's own threads wait for each other at every block: 8 times longer.
    with one_blas_thread():
        covariance = _covariance(vectors, share)
    trace, square = float(np.trace(covariance)), float(np.sum(covariance**2))
    if dim < 2 or not 0 < square < math.inf:
        return math.nan
    return (trace**2 / square - 1) / (dim - 1)


def _covariance(vectors: WordVectors, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the covariance by `weights`, but for a factor, from two passes over the rows."""
    matrix = vectors.vectors
    starts = range(0, len(matrix), _ROWS_PER_BLOCK)
    total = max(float(weights.sum()), math.ulp(0))
    mean = np.zeros(vectors.vector_size)
    for start in starts:
        block = matrix[start : start + _ROWS_PER_BLOCK]
        mean += weights[start : start + len(block)] @ block / total
    covariance = np.zeros((len(mean), len(mean)))
    for start in starts:
        centred = matrix[start : start + _ROWS_PER_BLOCK] - mean
        centred *= np.sqrt(weights[start : start + len(centred), None])
        covariance += centred.T @ centred
    return covariance
