"""Vectors grouped by k-means, and how pure the groups are.

Called by the evaluator of clusters; knows no words. Imports scikit-learn when it groups.

Purity of clusters w and categories c of n things: sum over the clusters of max_j |w_k & c_j| / n
(Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 16.3).
"""

import warnings

import numpy as np
from numpy.typing import NDArray

STARTS = 50
"""Random beginnings of a run, of which k-means keeps the one with the tightest clusters."""

Labels = NDArray[np.int64]


def cluster(rows: NDArray[np.float64], k: int, *, runs: int, seed: int) -> Labels:
    """Return the cluster of each of `rows`, (n, dim), in several runs of k-means: (runs, n).

    Run r is seeded with `seed` + r. One thread, so that the same seed gives the same clusters.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    found = np.empty((runs, len(rows)), np.int64)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different rows than clusters
        for run in range(runs):
            means = KMeans(k, n_init=STARTS, random_state=(seed + run) % 2**32)
            found[run] = means.fit_predict(rows)
    return found


def in_majority(clusters: Labels, categories: Labels) -> NDArray[np.bool_]:
    """Return which things are of the commonest category of their cluster.

    The mean of this over all things is the purity. Of categories that are equally common in a
    cluster the first counts.

    Parameters
    ----------
    clusters
        Of each thing, in one run: shape (n,).
    categories
        Of each thing: shape (n,).

    Examples
    --------
    >>> in_majority(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])).tolist()
    [True, True, False, True]
    """
    width = int(categories.max(initial=0)) + 1
    cells = np.bincount(clusters * width + categories, minlength=width)
    cells.resize(-(-len(cells) // width), width)
    return np.asarray(cells.argmax(axis=1)[clusters] == categories)


def chance_purity(clusters: Labels, categories: Labels, *, shuffles: int, seed: int) -> float:
    """Return the mean purity if the things were dealt at random to clusters of the same sizes.

    `clusters`, (runs, n), are dealt `shuffles` times over all runs.
    """
    rng = np.random.default_rng(seed)
    found = [
        in_majority(clusters[shuffle % len(clusters)], rng.permutation(categories)).mean()
        for shuffle in range(shuffles)
    ]
    return float(np.mean(found))
