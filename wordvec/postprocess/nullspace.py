"""Iterative null-space projection: project until no linear classifier can tell the sides apart.

Ravfogel et al. 2020, "Null It Out: Guarding Protected Attributes by Iterative Nullspace
Projection". Called by `wordvec.postprocess.debias`.
"""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import Fit, FoundSets
from wordvec.postprocess.leaning import both_ends, measure_lean
from wordvec.postprocess.result import Block, Progress
from wordvec.transforms import Transform, unit_rows

Matrix = NDArray[np.float64]

_COMMON_WORDS = 150_000
"""Biased words are sought among so many of the most frequent ones, as in the paper."""
_FEWEST_WORDS = 20
_HELD_OUT = 0.3
_LOOSE = 1e-2  # eight times as fast as 1e-4, with accuracies within 0.01 of each other
_MOST_ITERATIONS = 10_000

_log = logging.getLogger("wordvec")


def fit_nullspace(
    found: FoundSets,
    subspace: Matrix,
    *,
    words: int = 7500,
    iterations: int = 35,
    seed: int = 1,
    progress: Progress | None = None,
) -> Fit:
    """Find the directions by which a linear classifier tells the sides of the bias apart.

    The neutral words that lean furthest to either side, at length 1, are split in two parts: a
    linear SVM learns the sides from the one, is tried on the other, and its normal is projected
    out of both; and again, until it does no better than chance (within two standard errors) or
    `iterations` are done. All normals go at once in the end, as the projection on what is
    orthogonal to all of them. Where the bias has several directions, each has its sides and its
    classifier, so that sets of any size will do.

    The published experiment has a third class, words that lean to neither side, and a classifier
    without offset. With the third class three directions go in each iteration, needless ones
    among them: on film reviews, 2-means told the sides apart with an accuracy of 0.57 after three
    iterations, which left 64 % of the squared lengths, and of 0.56 after ten without that class,
    which left 90 % (both without offset). Without offset, little is learned where most words lean
    to the same side: the direction of religion in film reviews was still there.

    Neutral words change, specific ones are only brought to length 1, as all are.

    Parameters
    ----------
    found
        The vectors and which words are neutral.
    subspace
        The directions of the bias, orthonormal: shape (k, dim).
    words
        How many words of either side to learn from; fewer if there are not so many.
    iterations
        How many directions to take out at most, for each one of the bias.
    seed
        Of the split.
    progress
        Told of the rows read.

    Raises
    ------
    ConfigError
        If `words` or `iterations` is below 1; a DataError if there are too few neutral words, or a
        vector is NaN.
    """
    for name, number in (("words", words), ("iterations", iterations)):
        if number < 1:
            raise ConfigError(f"{number} {name} for null-space projection; expected 1 or more")
    rows, cosines = measure_lean(found, subspace, words=_COMMON_WORDS, progress=progress)
    if len(rows) < 2 * _FEWEST_WORDS:
        raise DataError(
            f"{len(rows)} neutral words among the {_COMMON_WORDS:,} most frequent; null-space "
            f"projection needs {2 * _FEWEST_WORDS} or more to learn from"
        )
    rng = np.random.default_rng(seed)
    tasks = [_Sides.of(found, *both_ends(rows, column, words), rng) for column in cosines.T]
    basis, accuracies = _learn(tasks, iterations)
    if not len(basis):
        _log.warning(
            "no direction was taken out: a linear classifier does not tell the sides of the bias "
            "apart better than chance, or there are too few words for it"
        )
    dim = subspace.shape[1]
    projection = np.eye(dim) - basis.T @ basis
    transform = Transform(np.zeros(dim), projection, unit_output=True)

    def change(start: int, block: Block) -> Block:
        neutral = found.neutral[start : start + len(block)]
        changed = unit_rows(block.astype(np.float64)).astype(np.float32)
        changed[neutral] = transform.apply(block[neutral])
        return changed

    report = {
        "neutralized": int(np.count_nonzero(found.neutral)),
        "directions": len(basis),
        "words_a_side": len(tasks[0].vectors) // 2,
        "accuracies": accuracies,
        "chance": [task.chance for task in tasks],
    }
    return Fit(change, (transform,), report)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Words that lean to either side of one direction; the first `held` are not learned from."""

    vectors: Matrix
    side: NDArray[np.bool_]
    held: int

    @classmethod
    def of(
        cls,
        found: FoundSets,
        towards: NDArray[np.int64],
        away: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> "_Sides":
        rows = np.concatenate([towards, away])
        order = rng.permutation(len(rows))
        return cls(found.unit(rows[order]), order < len(towards), int(_HELD_OUT * len(rows)))

    @property
    def chance(self) -> float:
        """The accuracy on the words held out below which nothing was learned."""
        larger = max(np.mean(self.side[: self.held]), np.mean(~self.side[: self.held]))
        return float(larger + 1 / np.sqrt(self.held))

    def classify(self, basis: Matrix) -> tuple[float, Matrix]:
        """Return the accuracy without the rows of `basis`, and the classifier's normal, (dim,)."""
        from sklearn.svm import LinearSVC

        left = self.vectors - (self.vectors @ basis.T) @ basis
        machine = LinearSVC(dual=False, tol=_LOOSE, max_iter=_MOST_ITERATIONS)
        machine.fit(left[self.held :], self.side[self.held :])
        accuracy = float(machine.score(left[: self.held], self.side[: self.held]))
        return accuracy, machine.coef_[0]


def _learn(tasks: list[_Sides], iterations: int) -> tuple[Matrix, list[list[float]]]:
    """Return the normals of all classifiers, orthonormal rows, and the accuracies of each task."""
    dim = tasks[0].vectors.shape[1]
    basis = np.empty((0, dim))
    accuracies: list[list[float]] = [[] for _ in tasks]
    for _ in range(iterations):
        size = len(basis)
        for task, course in zip(tasks, accuracies, strict=True):
            if course and course[-1] <= task.chance:
                continue
            accuracy, normal = task.classify(basis)
            course.append(accuracy)
            if accuracy <= task.chance:
                continue
            if len(basis) == dim - 1:
                logging.getLogger("wordvec").warning(
                    "null-space projection has taken out %d of %d dimensions and stops; a linear "
                    "classifier still tells the sides apart",
                    len(basis),
                    dim,
                )
                return basis, accuracies
            basis = _extend(basis, normal)
        if len(basis) == size:
            break
    return basis, accuracies


def _extend(basis: Matrix, normal: Matrix) -> Matrix:
    """Return the orthonormal rows of `basis` with what is new in `normal` as one more."""
    for _ in range(2):  # once more removes what rounding has left
        normal = normal - (normal @ basis.T) @ basis
        normal /= np.linalg.norm(normal)
    return np.vstack([basis, normal])
