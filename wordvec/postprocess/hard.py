"""Hard debiasing: take the bias out of neutral words, and leave nothing else to equalized ones.

Bolukbasi et al. 2016, "Man is to Computer Programmer as Woman is to Homemaker? Debiasing Word
Embeddings", for pairs; Manzini et al. 2019, "Black is to Criminal as Caucasian is to Police", for
sets of any size, whose formula for two words and one direction is that for pairs.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DataError
from wordvec.postprocess.debiasing import Fit, FoundSets
from wordvec.postprocess.result import Block
from wordvec.transforms import Transform, unit_rows

_SAME = 1e-6
_ROWS_AT_ONCE = 512
"""They stay in the cache, and BLAS does not share them among threads, which would take longer."""
_TINY = np.float32(1e-30)
_LITTLE = np.float32(0.1)
"""Where less than this of a squared length is left, float32 does not tell well how much."""


def fit_hard(found: FoundSets, subspace: NDArray[np.float64]) -> Fit:
    """Return how rows change by hard debiasing.

    Every vector is brought to length 1. A neutral word loses its part in the bias subspace,
    w - (w B') B, and is brought to length 1 again. The words of an equalize set get one common
    part outside the subspace, that of their mean, and keep inside it only the direction in which
    each differs from the mean; sets in the order given, each from the vectors as those before it
    left them.

    Parameters
    ----------
    found
        The sets.
    subspace
        The directions of the bias, orthonormal: shape (k, dim).

    Raises
    ------
    DataError
        If the words of an equalize set do not differ in the subspace.
    """
    rows, equalized = _equalize(found, subspace)
    narrow = subspace.astype(np.float32)
    dim = subspace.shape[1]
    rule = Transform(np.zeros(dim), np.eye(dim) - subspace.T @ subspace, unit_output=True)

    def change(start: int, block: Block) -> Block:
        changed = np.empty_like(block)
        neutral = found.neutral[start : start + len(block)]
        for first in range(0, len(block), _ROWS_AT_ONCE):
            part = slice(first, first + _ROWS_AT_ONCE)
            doubtful = _neutralize(block[part], neutral[part], narrow, changed[part])
            again = first + np.flatnonzero(doubtful)
            changed[again] = unit_rows(block[again].astype(np.float64))
            again = again[neutral[again]]
            changed[again] = rule.apply(block[again])
        begin, end = np.searchsorted(rows, (start, start + len(block)))
        changed[rows[begin:end] - start] = equalized[begin:end]
        return changed

    report = {
        "neutralized": int(np.sum(found.neutral)),
        "equalized": len(rows),
        "equalized_sets": len(found.equalize),
    }
    return Fit(change, (rule,), report)


def _neutralize(
    block: Block, neutral: NDArray[np.bool_], subspace: NDArray[np.float32], changed: Block
) -> NDArray[np.bool_]:
    """Write `block`, (n, dim), neutralized and at length 1, into `changed`.

    Returns which rows are to be done again with more digits: shape (n,).
    """
    with np.errstate(over="ignore", invalid="ignore"):
        inside = np.where(neutral[:, None], block @ subspace.T, 0)
        squares = np.einsum("ij,ij->i", block, block)
        left = squares - np.einsum("ij,ij->i", inside, inside)
        safe: NDArray[np.bool_] = (
            (left > _LITTLE * squares) & (squares > _TINY) & (squares < 1 / _TINY)
        )
        scales = 1 / np.sqrt(np.where(safe, left, 1))
        np.matmul(inside, subspace, out=changed)
        np.subtract(block, changed, out=changed)
        changed *= scales[:, None]
    return ~safe


def _equalize(
    found: FoundSets, subspace: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the rows of all equalize sets, ascending, and their new vectors: (n,), (n, dim)."""
    if not found.equalize:
        return np.empty(0, np.int64), np.empty((0, subspace.shape[1]), np.float32)
    rows = np.unique(np.concatenate(found.equalize))
    vectors = found.unit(rows)
    for members in found.equalize:
        places = np.searchsorted(rows, members)
        mean = vectors[places].mean(axis=0)
        inside = (mean @ subspace.T) @ subspace
        outside = mean - inside
        differences = (vectors[places] @ subspace.T) @ subspace - inside
        lengths = np.linalg.norm(differences, axis=1)
        if np.min(lengths) < _SAME:
            words = ", ".join(found.vectors.index_to_key[int(row)] for row in members)
            raise DataError(
                f"the words of the equalize set ({words}) do not differ in the direction of the "
                "bias; leave it out"
            )
        share = np.sqrt(max(0.0, 1 - outside @ outside))
        vectors[places] = outside + share * differences / lengths[:, None]
    return rows, unit_rows(vectors).astype(np.float32)
