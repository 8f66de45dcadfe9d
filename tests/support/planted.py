"""Made-up vocabularies with a planted bias, to debias and to see whether it is gone."""

import itertools

import numpy as np

from wordvec.postprocess.debiasing import FoundSets
from wordvec.vectors import WordVectors


def planted_sets(words=600, dim=12, pairs=6, specific=20, lean=1.0, seed=1):
    """Return word sets whose bias is the last coordinate, and that direction, (1, dim).

    The pairs differ in it and a little noise, the `specific` words after them lean to either side,
    and all others, the neutral ones, do so by a random amount in proportion to `lean`.
    """
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(words, dim)) * np.linspace(2, 0.7, dim)
    matrix[:, -1] *= lean
    matrix[: 2 * pairs : 2] = matrix[1 : 2 * pairs : 2]
    matrix[: 2 * pairs] += rng.normal(size=(2 * pairs, dim)) * 0.05
    matrix[: 2 * pairs, -1] = np.tile([3.0, -3.0], pairs)
    last = 2 * pairs + specific
    matrix[2 * pairs : last, -1] = np.where(np.arange(specific) % 2, -2.0, 2.0)
    neutral = np.ones(words, bool)
    neutral[:last] = False
    vectors = WordVectors([f"w{row}" for row in range(words)], matrix.astype(np.float32))
    defining = tuple(np.array([2 * pair, 2 * pair + 1]) for pair in range(pairs))
    direction = np.zeros((1, dim))
    direction[0, -1] = 1
    return FoundSets(vectors, defining, (), neutral), direction


def apply_change(fit, found):
    """Return all rows after the change of `fit`, which is made in blocks of uneven size."""
    matrix = found.vectors.vectors
    edges = [0, 7, len(matrix) // 3, len(matrix)]
    return np.concatenate([fit.change(a, matrix[a:b]) for a, b in itertools.pairwise(edges)])


def mean_lean(rows, direction):
    """Return the mean absolute cosine of `rows`, (n, dim), to `direction`, (1, dim)."""
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.abs(units @ (direction / np.linalg.norm(direction)).T).mean()
