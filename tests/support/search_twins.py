"""Slow, obvious twins of the search for neighbours, in float64 over decoded rows."""

import numpy as np

from wordvec.quantization import QuantizedMatrix, encode


def stored(block, dtype):
    """Return `block` as a store of type `dtype` gives it: float32 rows, or codes."""
    if dtype == "float32":
        return block
    codes, scales = encode(block, dtype)
    return QuantizedMatrix(codes, dtype, block.shape[1], scales)


def slow_cosines(matrix, directions):
    """Return each row's cosine to each direction: (q, rows); 0 for rows without a direction."""
    rows = np.asarray(matrix, np.float32)
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.sum(rows * rows, axis=1))
        scores = directions.astype(np.float64) @ rows.astype(np.float64).T / lengths
    scores[:, ~(np.isfinite(lengths) & (lengths > 0))] = 0
    return scores


def slow_nearest(matrix, directions, n):
    """Return the `n` best rows of each direction and their scores, by sorting all of them."""
    scores = slow_cosines(matrix, directions)
    rows = np.argsort(-scores, axis=1, kind="stable")[:, :n]
    return rows, np.take_along_axis(scores, rows, axis=1)


def slow_hubness(matrix, k):
    """Return each row's mean cosine to its `k` nearest other rows."""
    rows = np.asarray(matrix, np.float64)
    with np.errstate(all="ignore"):
        units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    units[~np.isfinite(units).all(axis=1)] = 0
    scores = slow_cosines(matrix, units)
    np.fill_diagonal(scores, -np.inf)
    return np.sort(scores, axis=1)[:, ::-1][:, :k].mean(axis=1)
