"""Cosine similarities of directions to the rows of a matrix, and the nearest rows.

Called by `WordVectors`. The matrix may be mapped from a file and larger than memory, and of any
stored type: it is read in blocks of rows and never copied. Knows no words.
"""

import contextlib

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours.products import FEW, make_cosines, multiplier
from wordvec.neighbours.rows import Vectors, best_rows
from wordvec.neighbours.threads import in_parts, one_blas_thread

DIRECTIONS_AT_ONCE = 128


def cosines(
    matrix: Vectors,
    norms: NDArray[np.float32],
    direction: NDArray[np.float32],
    threads: int | None = None,
) -> NDArray[np.float32]:
    """Return the cosine of each row to `direction`, a vector of length 1: (words,), float32.

    A row of length zero, or with values that are not finite, has similarity 0.

    Parameters
    ----------
    matrix
        Rows of float32 or of codes: shape (words, dim).
    norms
        Length of each row: shape (words,), float32.
    direction
        Shape (dim,), float32.
    threads
        How many to take at most; None for as many as this process may use.
    """
    multiply, step = multiplier(matrix, np.asarray(direction, np.float32)[None])
    scores = np.empty((1, len(matrix)), np.float32)

    def fill(start: int, stop: int) -> None:
        with np.errstate(all="ignore"):
            for first in range(start, stop, step):
                last = min(first + step, stop)
                block = scores[:, first:last]
                multiply(first, last, block)
                make_cosines(block, matrix, norms, first)
                block[~np.isfinite(block)] = 0

    in_parts(fill, len(matrix), products=len(matrix) * matrix.shape[1], threads=threads)
    return scores.reshape(-1)


def nearest(
    matrix: Vectors,
    norms: NDArray[np.float32],
    directions: NDArray[np.float32],
    n: int,
    *,
    threads: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the `n` rows nearest to each direction, and their cosines: two arrays (q, n).

    Best first, of equal ones the lower row. More than three directions are multiplied by NumPy's
    BLAS, which is kept to one thread, in the whole process, while the threads of this use it.

    Parameters
    ----------
    matrix, norms, threads
        As for `cosines`.
    directions
        Vectors of length 1: shape (q, dim), float32.
    n
        How many; cut to the number of rows.

    Examples
    --------
    >>> matrix = np.array([[2, 0], [0, 3], [1, 1]], np.float32)
    >>> norms = np.array([2, 3, 2**0.5], np.float32)
    >>> rows, scores = nearest(matrix, norms, np.array([[1, 0]], np.float32), 2)
    >>> rows.tolist(), scores.round(3).tolist()
    ([[0, 2]], [[1.0, 0.7070000171661377]])
    """
    n = max(min(n, len(matrix)), 0)
    directions = np.ascontiguousarray(directions, np.float32)
    rows = np.empty((len(directions), n), np.int64)
    scores = np.empty((len(directions), n), np.float32)
    for first in range(0, len(directions) if n else 0, DIRECTIONS_AT_ONCE):
        some = slice(first, first + DIRECTIONS_AT_ONCE)
        for query, best in enumerate(_search(matrix, norms, directions[some], n, threads), first):
            rows[query], scores[query] = best.rows, best.scores
    return rows, scores


class _Best:
    """The `n` best of the scores seen so far, best first, of equal ones the lower row."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.least = -np.inf
        self.rows = np.empty(0, np.int64)
        self.scores = np.empty(0, np.float32)

    def add(self, rows: NDArray[np.int64], scores: NDArray[np.float32]) -> None:
        """Take in more rows, which are all above those seen so far, in this order."""
        self.rows = np.concatenate([self.rows, rows])
        self.scores = np.concatenate([self.scores, scores])
        best = best_rows(self.scores, self.n)
        self.rows, self.scores = self.rows[best], self.scores[best]
        if len(best) == self.n:
            self.least = float(self.scores[-1])


def _search(
    matrix: Vectors,
    norms: NDArray[np.float32],
    directions: NDArray[np.float32],
    n: int,
    threads: int | None,
) -> list[_Best]:
    multiply, step = multiplier(matrix, directions)

    def scan(start: int, stop: int) -> list[_Best]:
        found = [_Best(n) for _ in directions]
        room = np.empty((len(directions), min(step, stop - start)), np.float32)
        with np.errstate(all="ignore"):
            for first in range(start, stop, step):
                block = room[:, : stop - first]
                multiply(first, first + block.shape[1], block)
                make_cosines(block, matrix, norms, first)
                peaks = block.max(axis=1)
                for query in np.flatnonzero(~(peaks <= [best.least for best in found])):
                    _keep(found[query], block[query], first)
        return found

    products = len(directions) * len(matrix) * matrix.shape[1]
    with one_blas_thread() if len(directions) > FEW else contextlib.nullcontext():
        parts = in_parts(scan, len(matrix), products=products, threads=threads)
    for following in parts[1:]:
        for best, more in zip(parts[0], following, strict=True):
            best.add(more.rows, more.scores)
    return parts[0]


def _keep(best: _Best, scores: NDArray[np.float32], start: int) -> None:
    """Add those of the rows from `start` that are better than the least of the best."""
    # The lengths, read from a file, may be wrong, and have hidden that a row is not finite.
    if not np.isfinite(scores.max()):
        scores = np.where(np.isfinite(scores), scores, np.float32(0))
    better = np.flatnonzero(scores > best.least)
    best.add(start + better, scores[better])
