"""How evenly vectors fill their space: moments, and the measures of isotropy that come of them.

Called by the evaluator of geometry and by the comparison of two spaces. The matrix is read in
blocks of rows, once for the moments of all weights, and once for the partition score. Knows
nothing of neighbours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.neighbours.threads import one_blas_thread
from wordvec.postprocess.result import blocks
from wordvec.vectors import WordVectors

Numbers = NDArray[np.float64]

_FLOOR = 1e-12
"""Share of the mean squared length under which a variance is rounding (float32's is 1e-15)."""


@dataclass(frozen=True, eq=False)
class Moments:
    """How the vectors of a vocabulary are spread, by the weights of its words."""

    words: int
    """How many have a weight above 0."""
    mean: Numbers
    """Shape (dim,)."""
    mean_length: float
    covariance: Numbers
    """Divided by the sum of weights: shape (dim, dim)."""

    @property
    def varies(self) -> bool:
        """Whether the vectors differ by more than rounding."""
        trace = float(np.trace(self.covariance))
        return trace > _FLOOR * (trace + float(self.mean @ self.mean))

    @property
    def variances(self) -> Numbers:
        """Variance along each principal direction, falling: shape (dim,)."""
        with one_blas_thread():
            found = np.linalg.eigvalsh(self.covariance)
        return np.asarray(np.maximum(found[::-1], 0))

    @property
    def participation_ratio(self) -> float | None:
        """The sum of the variances squared over the sum of their squares, 1 to dim.

        As many directions with the same variance would give it. None if nothing varies.
        """
        if not self.varies:
            return None
        scaled = self.covariance / np.trace(self.covariance)
        return float(1 / np.sum(scaled**2))

    @property
    def isoscore(self) -> float | None:
        """The participation ratio on a scale of 0 to 1: see `isoscore`."""
        ratio, dim = self.participation_ratio, len(self.mean)
        return None if ratio is None or dim < 2 else (ratio - 1) / (dim - 1)

    @property
    def sym1(self) -> float | None:
        """1 less the length of the mean over the mean length, 0 to 1: 1 where the mean is 0.

        The first symmetry of Yokoi et al. (2024, "Zipfian Whitening"). None if all are zero.
        """
        if not self.mean_length:
            return None
        return 1 - float(np.linalg.norm(self.mean)) / self.mean_length

    @property
    def sym2(self) -> float | None:
        """The entropy of the variances over its largest value, 0 to 1: 1 where all are equal.

        The second symmetry of Yokoi et al. (2024). None for one dimension, or if nothing varies.
        """
        if len(self.mean) < 2 or not self.varies:
            return None
        shares = self.variances / self.variances.sum()
        shares = shares[shares > 0]
        return float(-(shares @ np.log(shares)) / np.log(len(self.mean)))


@dataclass(frozen=True, eq=False)
class Spread:
    """What one reading of the vectors gives."""

    norms: Numbers
    """Length of each row: shape (words,)."""
    unit_sum: Numbers
    """Sum of the rows at length 1, without those of length 0: shape (dim,)."""
    moments: tuple[Moments, ...]
    """By each of the weights asked for."""

    @property
    def average_cosine(self) -> float | None:
        """The mean cosine of all pairs of words, exactly; of a zero row it is 0.

        The squared length of the sum of unit vectors holds the cosine of each pair twice, and 1
        for each vector with itself. None for fewer than two words.
        """
        n = len(self.norms)
        if n < 2:
            return None
        total = float(self.unit_sum @ self.unit_sum) - np.count_nonzero(self.norms)
        return float(total / (n * (n - 1)))


def measure_spread(
    vectors: WordVectors, weights: Sequence[NDArray[np.float64] | None] = (None,)
) -> Spread:
    """Return the lengths and the moments of `vectors`, in one reading.

    Parameters
    ----------
    vectors
        One word at least.
    weights
        For each of the moments how much each word counts, 0 or more: shape (words,); None for all
        alike.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity; names its word.
    """
    n, dim = len(vectors), vectors.vector_size
    norms, unit_sum = np.zeros(n), np.zeros(dim)
    sums = [_Sums(dim, np.ones(n) if each is None else each) for each in weights]
    shift = np.zeros(dim)
    # The bytes do not depend on the number of threads this way; and on a busy machine BLAS's own
    # threads wait for each other at every block: 8 times longer.
    with one_blas_thread():
        for start, block in blocks(vectors):
            rows = block.astype(np.float64)
            lengths = np.sqrt(np.vecdot(rows, rows))
            norms[start : start + len(rows)] = lengths
            unit_sum += np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0) @ rows
            if not start:
                shift = rows.mean(axis=0)
            rows -= shift  # so that a mean far from 0 takes no digits from the variances
            for each in sums:
                each.add(start, rows, lengths)
    return Spread(norms, unit_sum, tuple(each.moments(shift) for each in sums))


def isoscore(vectors: WordVectors, *, weights: ArrayLike | None = None) -> float:
    """Return the IsoScore: how evenly the variance is spread over all directions, 0 to 1.

    Of Rudman et al. (2022, "IsoScore: Measuring the Uniformity of Embedding Space Utilization"),
    in closed form: with the covariance C of dimension d, ((tr C)^2 / ||C||^2 - 1) / (d - 1),
    where ||C|| is the Frobenius norm. 1 where C is a multiple of the identity, 0 where the
    vectors lie on a line.

    Parameters
    ----------
    vectors
        At least two words and two dimensions.
    weights
        How much each word counts, such as its frequency: shape (words,), 0 or more. None for all
        alike.

    Returns
    -------
    NaN where it is not defined: one dimension, or all vectors equal.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity; names its word.

    Examples
    --------
    >>> line = WordVectors(["a", "b", "c"], [[0, 0], [1, 1], [2, 2]])
    >>> square = WordVectors(["a", "b", "c", "d"], [[1, 0], [-1, 0], [0, 1], [0, -1]])
    >>> isoscore(line), isoscore(square)
    (0.0, 1.0)
    """
    share = None if weights is None else np.asarray(weights, np.float64)
    if share is not None and (
        share.shape != (len(vectors),) or not np.all(share >= 0) or not np.sum(share) < math.inf
    ):
        raise ValueError(
            f"weights of shape {share.shape} for {len(vectors)} words; one a word, 0 or more"
        )
    value = measure_spread(vectors, [share]).moments[0].isoscore
    return math.nan if value is None else value


def partition_score(vectors: WordVectors, moments: Moments) -> float | None:
    """Return how alike all directions draw the vectors, 0 to 1: 1 if no more one way than another.

    The measure I of Mu and Viswanath (2018, "All-but-the-Top"): with Z(c) the sum over words of
    exp(c . w), the least Z over the greatest, over the eigenvectors c of W^T W, of the vectors as
    they are. The sign of an eigenvector is arbitrary, so c and -c both count.

    Parameters
    ----------
    vectors
        Whose vectors; longer ones score lower.
    moments
        Theirs, of all words alike.

    Returns
    -------
    None for no words, or for numbers whose products are more than float32 holds.
    """
    if not len(vectors):
        return None
    second_moment = moments.covariance + np.outer(moments.mean, moments.mean)
    # In logarithms: exp(100) is more than float32 holds.
    logs = np.full((2, len(second_moment)), -np.inf)
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        directions = np.linalg.eigh(second_moment)[1].astype(np.float32)
        for _, block in blocks(vectors):
            products = block @ directions
            top, bottom = products.max(axis=0), products.min(axis=0)
            up = np.exp(products - top).sum(axis=0, dtype=np.float64)
            down = np.exp(bottom - products).sum(axis=0, dtype=np.float64)
            found = np.stack([top + np.log(up), np.log(down) - bottom])
            logs = np.logaddexp(logs, found)
    score = float(np.exp(logs.min() - logs.max()))
    return score if math.isfinite(score) else None


class _Sums:
    """What adds up to the `Moments` by `weights`, of shape (words,)."""

    def __init__(self, dim: int, weights: NDArray[np.float64]) -> None:
        self.weights = weights
        self.first = np.zeros(dim)
        self.second = np.zeros((dim, dim))
        self.lengths = 0.0

    def add(self, start: int, rows: Numbers, lengths: Numbers) -> None:
        """Take in the rows from `start`, (n, dim), less the shift, and their lengths, (n,)."""
        share = self.weights[start : start + len(rows)]
        self.first += share @ rows
        self.lengths += float(share @ lengths)
        scaled = rows * np.sqrt(share)[:, None]
        self.second += scaled.T @ scaled

    def moments(self, shift: Numbers) -> Moments:
        """Return the moments; zeros if no word has a weight."""
        total = max(float(self.weights.sum()), math.ulp(0))
        mean = self.first / total
        return Moments(
            words=int(np.count_nonzero(self.weights)),
            mean=mean + shift,
            mean_length=self.lengths / total,
            covariance=self.second / total - np.outer(mean, mean),
        )
