"""Soft debiasing: one linear map that keeps inner products and makes neutral words lose the bias.

Called by `wordvec.postprocess.debias`. The map is found from two matrices of shape (dim, dim),
summed over the vocabulary in one pass, so that neither time nor memory of the search depends on
the number of words.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import Fit, FoundSets
from wordvec.postprocess.leaning import unit_blocks
from wordvec.postprocess.result import Block, Progress
from wordvec.transforms import Transform

Matrix = NDArray[np.float64]

_TOLERANCE = 1e-9
_ROUNDING = 1e-12  # of the largest eigenvalue: what is smaller is not there
_MOST_ITERATIONS = 10_000
_NOTICEABLE = 0.01


def fit_soft(
    found: FoundSets,
    subspace: Matrix,
    *,
    strength: float = 0.2,
    progress: Progress | None = None,
) -> Fit:
    """Find the linear map of soft bias correction (Bolukbasi et al. 2016, section 6).

    With the vectors of all words as the columns of W, each of length 1, those of the neutral words
    as the columns of N, and a basis of the bias subspace as those of B, the map T minimises, in
    squared Frobenius norms,

        |(TW)'(TW) - W'W|^2 + strength |(TN)'(TB)|^2.

    Both terms depend on X = T'T alone: with C = WW' and A = NN' they are tr((X - I)C(X - I)C) and
    tr(B'XAXB), convex in X. `solve_gram` finds the X that is best of all; T is its symmetric
    root, and any other T with T'T = X gives the same inner products. Nothing in it is random.

    The map is for all words, neutral or not; afterwards vectors have length 1. The first term sums
    over pairs of words and the second over words, so that a strength which shows in a hundred
    words does nothing in a hundred thousand: a warning says so, and which strength would do.

    Parameters
    ----------
    found
        The vectors and which words are neutral.
    subspace
        Orthonormal rows, shape (k, dim).
    strength
        Weight of the second term: 0.2 in the paper. 0 changes nothing; the greater it is, the
        nearer neutral words come to being orthogonal to the subspace.
    progress
        Told of the rows read.

    Raises
    ------
    ConfigError
        If `strength` is below 0, not finite, or enormous; a DataError if no word is neutral or a
        vector holds NaN.
    """
    if not (np.isfinite(strength) and strength >= 0):
        raise ConfigError(f"the strength of soft debiasing is {strength}; expected 0 or more")
    if not found.neutral.any():
        raise DataError("no word is neutral, so there is nothing to debias; name fewer words")
    neutral, specific = _moments(found, progress)
    objective = Objective(neutral + specific, neutral, subspace.T, strength)
    with np.errstate(over="ignore", invalid="ignore"):  # of which `solve_gram` tells
        gram, iterations = solve_gram(objective)
        _, bias_before = objective.terms(np.eye(len(gram)))
        kept, bias = objective.terms(gram)
    left = float(np.sqrt(bias / bias_before)) if bias_before > 0 else 0.0
    if strength > 0 and bias_before > _ROUNDING and left > 1 - _NOTICEABLE:
        halving = np.format_float_positional(
            objective.halving_strength(), precision=2, fractional=False, trim="-"
        )
        logging.getLogger("wordvec").warning(
            "soft debiasing with strength %g leaves %.4g %% of the bias of the neutral words; a "
            "vocabulary of this size loses half of it with about %s (--strength %s)",
            strength,
            100 * left,
            halving,
            halving,
        )
    transform = Transform(np.zeros(len(gram)), _root(gram), unit_output=True)

    def change(_start: int, block: Block) -> Block:
        return transform.apply(block)

    report = {
        "iterations": iterations,
        "objective": float(kept + objective.strength * bias),
        "objective_before": float(objective.strength * bias_before),
        "bias_left": left,
    }
    return Fit(change, (transform,), report)


@dataclass(frozen=True, eq=False)
class Objective:
    """What soft debiasing minimises over X: |X - I|^2 in the metric of C, and the bias of N."""

    moments: Matrix
    """C, the sum of outer products of all vectors: (dim, dim)."""
    neutral: Matrix
    """A, the same over the neutral words."""
    basis: Matrix
    """B, orthonormal columns: (dim, k)."""
    strength: float

    def terms(self, gram: Matrix) -> tuple[float, float]:
        """Return both terms for X = `gram`, the second without the strength."""
        change = (gram - np.eye(len(gram))) @ self.moments
        bent = gram @ self.basis
        return float(np.sum(change * change.T)), float(np.sum(bent * (self.neutral @ bent)))

    def halving_strength(self) -> float:
        """Return the strength that about halves the bias, were all words neutral and k 1."""
        dual = np.linalg.lstsq(self.moments, self.basis, rcond=_ROUNDING)[0]
        return 1 / float(np.linalg.norm(self.basis.T @ dual, 2))


def solve_gram(objective: Objective) -> tuple[Matrix, int]:
    """Return the X without negative eigenvalues that is best, (dim, dim), and the iterations.

    In Z = sqrt(C) X sqrt(C) the objective is |Z - C|^2 + strength tr(P Z A Z), with A and P = BB'
    divided by sqrt(C) on both sides. Where its gradient vanishes,

        2 Z + strength (A Z P + P Z A) = 2 C,

    a linear system that conjugate gradients solve in some ten iterations, since A is nearly I and
    P of rank k. If there are enough neutral words, that Z has no negative eigenvalue; if
    there are few, the best one without is found by going back and forth between the system
    and the nearest such Z (the alternating direction method of multipliers; Boyd et al. 2011).

    Raises
    ------
    ConfigError
        If the iterations do not converge, for which the strength has to be enormous.
    """
    values, axes = np.linalg.eigh(objective.moments)
    axes = axes[:, values > _ROUNDING * values[-1]]  # elsewhere there are no words: X stays I
    values = values[-axes.shape[1] :]
    narrow = axes / np.sqrt(values)
    neutral = narrow.T @ objective.neutral @ narrow
    basis = narrow.T @ objective.basis
    strength, start = objective.strength, np.diag(values)

    def solve(pull: float, target: Matrix, guess: Matrix) -> tuple[Matrix, int]:
        return _solve_linear(2 + pull, neutral, basis, strength, target, guess)

    best, iterations = solve(0, 2 * start, start)
    if np.linalg.eigvalsh(best)[0] < -_TOLERANCE * values[-1]:
        best, more = _alternate(solve, start, _without_negative(best))
        iterations += more
    rest = np.eye(len(axes)) - axes @ axes.T
    return narrow @ best @ narrow.T + rest, iterations


_Solve = Callable[[float, Matrix, Matrix], tuple[Matrix, int]]


def _alternate(solve: _Solve, start: Matrix, allowed: Matrix) -> tuple[Matrix, int]:
    """Return the best Z without negative eigenvalues, and the iterations."""
    best, debt = allowed, np.zeros_like(start)
    total = 0
    for _ in range(_MOST_ITERATIONS):
        best, iterations = solve(4, 2 * start + 4 * (allowed - debt), best)
        total += iterations
        before, allowed = allowed, _without_negative(best + debt)
        debt += best - allowed
        gap = max(np.linalg.norm(best - allowed), np.linalg.norm(allowed - before))
        if gap < _TOLERANCE * np.linalg.norm(start):
            return allowed, total
    raise _diverged()


def _solve_linear(
    diagonal: float, neutral: Matrix, basis: Matrix, strength: float, target: Matrix, guess: Matrix
) -> tuple[Matrix, int]:
    """Return Z with diagonal Z + strength (A Z P + P Z A) = target, and the iterations."""
    from scipy.sparse.linalg import LinearOperator, cg

    shape, iterations = target.shape, 0

    def apply(flat: Matrix) -> Matrix:
        z = flat.reshape(shape)
        half = neutral @ ((z @ basis) @ basis.T)
        return np.asarray(diagonal * z + strength * (half + half.T)).ravel()

    def count(flat: Matrix) -> None:
        nonlocal iterations
        iterations += 1
        if not np.isfinite(flat).all():
            raise _diverged()

    operator = LinearOperator((target.size, target.size), matvec=apply, dtype=np.float64)
    flat, left = cg(
        operator,
        target.ravel(),
        guess.ravel(),
        rtol=_TOLERANCE / 1000,
        maxiter=_MOST_ITERATIONS,
        callback=count,
    )
    if left:
        raise _diverged()
    z = flat.reshape(shape)
    return (z + z.T) / 2, iterations


def _without_negative(matrix: Matrix) -> Matrix:
    values, axes = np.linalg.eigh(matrix)
    return np.asarray((axes * np.maximum(values, 0)) @ axes.T)


def _root(gram: Matrix) -> Matrix:
    values, axes = np.linalg.eigh(gram)
    return np.asarray((axes * np.sqrt(np.maximum(values, 0))) @ axes.T)


def _moments(found: FoundSets, progress: Progress | None) -> tuple[Matrix, Matrix]:
    """Return the sums of outer products of the neutral and of the other vectors: (dim, dim)."""
    dim = found.vectors.vector_size
    neutral, specific = np.zeros((dim, dim)), np.zeros((dim, dim))
    for start, units in unit_blocks(found.vectors, progress):
        among = found.neutral[start : start + len(units)]
        neutral += units[among].T @ units[among]
        specific += units[~among].T @ units[~among]
    return neutral, specific


def _diverged() -> ConfigError:
    return ConfigError("soft debiasing does not converge; give a smaller strength")
