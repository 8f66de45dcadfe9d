"""Hubs: words that are among the nearest neighbours of far too many others.

Radovanović, Nanopoulos and Ivanović (2010, "Hubs in Space"): N_k(w) is how many words have w
among their k nearest neighbours. Its mean is always k; in many dimensions a few words have much
more and many have none. Called by the evaluator of geometry; knows no words.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def k_occurrences(rows: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return N_k of each of `rows`, (n, dim), by cosine, none of them all zero: shape (n,).

    Of more than k equal rows, which of them are whose neighbours is arbitrary: give distinct ones.

    Examples
    --------
    >>> k_occurrences(np.array([[1, 0], [3, 1], [2, 2]], np.float32), 1).tolist()
    [1, 2, 0]
    """
    from sklearn.neighbors import NearestNeighbors

    # Of vectors of length 1 the nearest are those of highest cosine.
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit((rows / lengths).astype("f4"))
    return np.bincount(search.kneighbors(return_distance=False).ravel(), minlength=len(rows))


def skewness(values: NDArray[np.int64]) -> float | None:
    """Return the skewness of `values`, (n,): 0 if they lie evenly about their mean.

    The third central moment over the standard deviation cubed. None if all are equal.

    Examples
    --------
    >>> skewness(np.array([0, 0, 0, 4])), skewness(np.array([2, 2]))
    (1.1547005383792515, None)
    """
    deviations = values - values.mean()
    spread = float(np.mean(deviations**2))
    return None if not spread else float(np.mean(deviations**3)) / spread**1.5
