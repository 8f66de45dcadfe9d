"""Half-sibling regression: subtract from neutral words what the specific words predict of them.

Yang and Feng 2020, "A Causal Inference Method for Reducing Gender Bias in Word Embedding
Relations". Called by `wordvec.postprocess.debias`.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import Fit, FoundSets
from wordvec.postprocess.result import ROWS_PER_BLOCK, Block
from wordvec.postprocess.subspace import finite_vectors
from wordvec.transforms import Transform

_ROUNDING = np.finfo(np.float64).eps


def fit_half_sibling(
    found: FoundSets, subspace: NDArray[np.float64], *, alpha: float = 60.0
) -> Fit:
    """Fit the ridge regression of neutral words on the specific ones, across the dimensions.

    With the vectors of the specific words (those that are not neutral) as the columns of S, what
    is left of the neutral vectors, the columns of N, is

        N - S (S'S + alpha I)^-1 S'N  =  alpha (SS' + alpha I)^-1 N,

    one linear map of shape (dim, dim) however many words there are: along the principal
    directions of the specific words, vectors get shorter by alpha / (variance + alpha). As in the
    published code, vectors are taken as long as they are and stay at the length that comes out,
    so that `alpha` is on the scale of their squares; specific words do not change. The regression
    needs no direction of bias: `subspace` serves the report alone.

    Parameters
    ----------
    found
        The vectors and which words are neutral.
    subspace
        Orthonormal rows, shape (k, dim).
    alpha
        Strength of the ridge penalty; the smaller it is, the more is subtracted. The paper's 60 is
        for GloVe vectors. With skip-gram vectors of a length of about 2 it took what specific
        words have in common rather than the bias, and professions leaned more than before; 10
        halved how far they leaned, at the price of ten points of WordSim-353.

    Raises
    ------
    ConfigError
        If `alpha` is not above 0; a DataError if no word is specific, or the vector of one is NaN
        or infinite.
    """
    if not (np.isfinite(alpha) and alpha > 0):
        raise ConfigError(f"the alpha of half-sibling regression is {alpha}; expected above 0")
    specific = np.flatnonzero(~found.neutral)
    if not len(specific):
        raise DataError(
            "half-sibling regression predicts from the specific words, and no word is specific; "
            "name some"
        )
    moments = _moments(found, specific)
    dim = len(moments)
    values, axes = np.linalg.eigh(moments)
    values[values < dim * _ROUNDING * values[-1]] = 0  # beside a tiny alpha it would not vanish
    left = (axes * (alpha / (values + alpha))) @ axes.T
    transform = Transform(np.zeros(dim), left)

    def change(start: int, block: Block) -> Block:
        neutral = found.neutral[start : start + len(block)]
        changed = block.copy()
        changed[neutral] = transform.apply(block[neutral])
        return changed

    report = {
        "neutralized": int(np.count_nonzero(found.neutral)),
        "predictors": len(specific),
        "left_along_bias": [float(row @ left @ row) for row in subspace],
    }
    return Fit(change, (transform,), report)


def _moments(found: FoundSets, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of the outer products of the vectors of `rows`, (dim, dim)."""
    dim = found.vectors.vector_size
    total = np.zeros((dim, dim))
    for first in range(0, len(rows), ROWS_PER_BLOCK):
        part = finite_vectors(found.vectors, rows[first : first + ROWS_PER_BLOCK])
        total += part.T @ part
    return total
