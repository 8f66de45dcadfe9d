"""Spaces whose geometry is known, and small vocabularies around a matrix."""

import numpy as np
from scipy.stats import ortho_group

from wordvec.vectors import WordVectors


def make_space(matrix, counts=None):
    """Return vectors of the words w0, w1 ..."""
    matrix = np.asarray(matrix, np.float32)
    return WordVectors([f"w{i}" for i in range(len(matrix))], matrix, counts)


def turned(matrix, seed=1):
    """Return `matrix`, (n, dim), after an orthogonal map drawn at random."""
    dim = matrix.shape[1]
    return matrix @ ortho_group.rvs(dim, random_state=seed) if dim > 1 else matrix


def with_variances(variances, words=400, seed=1):
    """Return vectors whose covariance has these eigenvalues, exactly, and a mean far from 0."""
    rng = np.random.default_rng(seed)
    centred = rng.normal(size=(words, len(variances)))
    centred -= centred.mean(axis=0)
    left, _, _ = np.linalg.svd(centred, full_matrices=False)
    return make_space(turned(left * np.sqrt(words * np.asarray(variances, float))) + 2)


def with_hub(words=200, dim=300, seed=1):
    """Return vectors in which the word w0 is the nearest neighbour of all others."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(words, dim)) / np.sqrt(dim)
    noise[:, 0] = 1
    noise[0, 1:] = 0
    return make_space(noise)


def manifold(dim, words=3000, into=50, seed=1):
    """Return rows, (words, into), on a curved surface of `dim` dimensions."""
    rng = np.random.default_rng(seed)
    flat = rng.uniform(0, 2, (words, dim))
    curved = np.concatenate([flat, np.sin(flat), flat**2], axis=1)
    return (curved @ rng.normal(size=(3 * dim, into))).astype(np.float32)
