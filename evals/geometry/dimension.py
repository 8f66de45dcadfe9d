"""Intrinsic dimension: how many numbers would locally tell where a vector lies.

The two-NN estimator of Facco, d'Errico, Rodriguez and Laio (2017, "Estimating the intrinsic
dimension of datasets by a minimal neighborhood information"). Called by the evaluator of
geometry; knows no words.
"""

import numpy as np
from numpy.typing import NDArray

KEPT = 0.9
"""Share of the vectors that the line is fitted to: the paper leaves out the top tenth."""
FEWEST = 3


def two_nn(rows: NDArray[np.float32]) -> float | None:
    """Return the intrinsic dimension of `rows`, (n, dim), no two of them equal.

    With mu the distance of a vector to its second neighbour over that to its first, -log(1 - F(mu))
    is d log(mu), where F is the share of vectors with a lesser mu. The line through the origin is
    fitted by least squares to all but the tenth of the vectors with the greatest mu.

    Returns
    -------
    None for fewer than three vectors, or where all first and second neighbours are as near.

    Examples
    --------
    >>> flat = np.random.default_rng(0).random((2000, 2)) @ np.array([[1, 2, 0], [0, 1, 3]])
    >>> round(two_nn(flat.astype(np.float32)), 1)
    2.0
    """
    from sklearn.neighbors import NearestNeighbors

    n = len(rows)
    if n < FEWEST:
        return None
    search = NearestNeighbors(n_neighbors=2, algorithm="brute").fit(rows)
    near = search.kneighbors(return_distance=False)
    wide = rows.astype(np.float64)
    # Anew, by differences: those of the search, by products, are wrong for very near vectors.
    distances = [np.linalg.norm(wide - wide[near[:, place]], axis=1) for place in (0, 1)]
    logs = np.sort(np.abs(np.log(distances[1] / distances[0])))
    kept = max(1, int(n * KEPT))
    x, y = logs[:kept], -np.log1p(-np.arange(1, kept + 1) / n)
    square = float(np.sum(x * x))  # a product by BLAS depends on the number of threads
    return None if not square else float(np.sum(x * y)) / square
