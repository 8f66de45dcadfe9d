"""Slow, obvious twins of retrofitting, in float64 and by words, not rows."""

import numpy as np


def slow_unit(matrix):
    """Return rows divided by their lengths; those of zeros as they are."""
    return np.array([row / (np.linalg.norm(row) or 1) for row in np.asarray(matrix, np.float64)])


def slow_retrofit(words, matrix, related, *, sweeps, alpha=1.0):
    """Return `matrix` after so many sweeps; `related` has weights by head and neighbour."""
    before = dict(zip(words, slow_unit(matrix), strict=True))
    after = dict(before)
    for _ in range(sweeps):
        for word in words:
            near = {other: w for other, w in related.get(word, {}).items() if other in after}
            if near:
                pull = sum(w * after[other] for other, w in near.items()) / sum(near.values())
                after[word] = (alpha * before[word] + pull) / (alpha + 1)
    return np.array([after[word] for word in words])


def slow_fixed_point(words, matrix, related, *, alpha=1.0):
    """Return the solution of the equations, by a dense solver."""
    row = {word: n for n, word in enumerate(words)}
    left, right = np.eye(len(words)), slow_unit(matrix)
    for word, n in row.items():
        near = {row[other]: w for other, w in related.get(word, {}).items() if other in row}
        if near:
            left[n] *= alpha + 1
            right[n] *= alpha
            for other, w in near.items():
                left[n, other] -= w / sum(near.values())
    return np.linalg.solve(left, right)


def slow_sweep(x, base, dense):
    """Return `x` after one sweep of x = base + dense x, and how far each row went."""
    x = x.astype(np.float64)
    changes = []
    for i in range(len(x)):
        new = base[i] + dense[i] @ x
        changes.append(np.linalg.norm(new - x[i]))
        x[i] = new
    return x, np.array(changes)
