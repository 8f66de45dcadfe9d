"""An affine map learned from words that moved, for the words that the lexicon does not hold.

In the spirit of explicit retrofitting (Glavaš and Vulić 2018, ACL), with ridge regression in the
place of their network. Called by `wordvec.postprocess.retrofit`; knows of rows alone, not of words.
"""

import functools
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DataError
from wordvec.neighbours.threads import one_blas_thread
from wordvec.transforms import Transform, unit_rows

_Rows = NDArray[np.float32] | NDArray[np.float64]
_Wide = NDArray[np.float64]

_STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)
"""Of the ridge, against the mean eigenvalue of the second moments of vectors of length 1."""

log = logging.getLogger("wordvec")


@dataclass(frozen=True, eq=False)
class _Sums:
    """What a least-squares fit needs of n vectors x and where they went, y."""

    n: int
    x: _Wide
    """Shape (dim,)."""
    y: _Wide
    """Shape (dim,)."""
    xx: _Wide
    """Shape (dim, dim)."""
    xy: _Wide
    """Shape (dim, dim)."""

    @classmethod
    def of(cls, x: _Wide, y: _Wide) -> "_Sums":
        return cls(len(x), x.sum(axis=0), y.sum(axis=0), x.T @ x, x.T @ y)

    def plus(self, other: "_Sums", times: int = 1) -> "_Sums":
        return _Sums(
            self.n + times * other.n,
            self.x + times * other.x,
            self.y + times * other.y,
            self.xx + times * other.xx,
            self.xy + times * other.xy,
        )


def learn_map(
    before: _Rows, after: _Rows, *, folds: int = 5, seed: int = 1
) -> tuple[Transform, dict[str, Any]]:
    """Return the affine map that takes `before` nearest to `after`, and a report.

    Ridge regression of the way from one to the other, both at length 1, so that a strong ridge
    leaves words where they are, but for the mean step. Its strength is the one with which words
    that the map was not learned from come nearest to where they went.

    Parameters
    ----------
    before, after
        Vectors of the moved words before and after: shape (n, dim). Their lengths do not matter.
    folds
        Parts that the strength is chosen with, each held out in turn.
    seed
        Decides which word falls into which part.

    Returns
    -------
    The map, which takes vectors of any length to such of length 1; and the report, as JSON can
    hold it: the mean cosine of held-out words with where they went, by the map and unmoved, and
    whether the map `helps`. If it does not, a warning is logged.

    Raises
    ------
    DataError
        If there are fewer than two words a part.

    Examples
    --------
    >>> before = np.random.default_rng(1).normal(size=(50, 2))
    >>> transform, report = learn_map(before, before @ [[0, 1], [-1, 0]])
    >>> transform.apply(np.array([[1, 0]], np.float32)).round(2), report["helps"]
    (array([[0., 1.]], dtype=float32), True)
    """
    if len(before) < 2 * folds:
        raise DataError(
            f"carry learns from the words that moved: needed are at least {2 * folds}, "
            f"moved {len(before)}"
        )
    part = np.random.default_rng(seed).permutation(len(before)) % folds
    parts = [part == fold for fold in range(folds)]
    with one_blas_thread():  # the same bytes with any number of them
        sums = [_Sums.of(*_chosen(before, after, held)) for held in parts]
        whole = functools.reduce(_Sums.plus, sums)
        cosines, unmoved = np.zeros(len(_STRENGTHS)), 0.0
        for one, held in zip(sums, parts, strict=True):
            x, y = _chosen(before, after, held)
            unmoved += float(np.sum(x * y)) / len(before)
            for place, strength in enumerate(_STRENGTHS):
                matrix, shift = _fit(whole.plus(one, -1), strength)
                cosines[place] += np.sum(unit_rows(x @ matrix + shift) * y) / len(before)
        best = int(np.argmax(cosines))
        matrix, shift = _fit(whole, _STRENGTHS[best])
        mean = np.linalg.lstsq(matrix.T, -shift)[0].astype(np.float64)  # (x - mean) @ matrix
    helps = bool(cosines[best] > unmoved)
    if not helps:
        log.warning(
            "words that the lexicon does not hold are carried along by a map that does not help: "
            "held-out words come as near as cosine %.4f to where they went, unmoved %.4f",
            cosines[best],
            unmoved,
        )
    return Transform(mean, matrix, unit_input=True, unit_output=True), {
        "words": len(before),
        "strength": _STRENGTHS[best],
        "held_out_cosine": round(float(cosines[best]), 6),
        "held_out_cosine_unmoved": round(unmoved, 6),
        "helps": helps,
    }


def _chosen(before: _Rows, after: _Rows, chosen: NDArray[np.bool_]) -> tuple[_Wide, _Wide]:
    """Return the chosen rows of both, float64, each of length 1."""
    return (
        unit_rows(before[chosen].astype(np.float64)),
        unit_rows(after[chosen].astype(np.float64)),
    )


def _fit(sums: _Sums, strength: float) -> tuple[_Wide, _Wide]:
    """Return the matrix, (dim, dim), and what is added afterwards, (dim,)."""
    dim = len(sums.x)
    centered = sums.xx - np.outer(sums.x, sums.x) / sums.n
    moved = sums.xy - np.outer(sums.x, sums.y) / sums.n - centered
    ridge = strength * sums.n / dim * np.eye(dim)
    matrix = np.eye(dim) + np.linalg.solve(centered + ridge, moved)
    return matrix, (sums.y - sums.x @ matrix) / sums.n
