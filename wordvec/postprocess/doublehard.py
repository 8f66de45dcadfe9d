"""Double-hard debiasing: take one principal component out of all words, then debias hard.

Wang et al. 2020, "Double-Hard Debias: Tailoring Word Embeddings for Gender Bias Mitigation": some
leading component, which word frequency shapes, keeps hard debiasing from finding the bias. Called
by `wordvec.postprocess.debias`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.postprocess.debiasing import Fit, FoundSets, Rows
from wordvec.postprocess.hard import fit_hard
from wordvec.postprocess.leaning import both_ends, measure_lean, unit_blocks
from wordvec.postprocess.result import Block, Progress
from wordvec.postprocess.subspace import find_subspace
from wordvec.transforms import Transform, unit_rows

Matrix = NDArray[np.float64]

_COMMON_WORDS = 50_000
"""Biased words are sought among so many of the most frequent ones, as the published code does."""
_FEWEST_WORDS = 10


def fit_double_hard(
    found: FoundSets,
    subspace: Matrix,
    *,
    words: int = 1000,
    candidates: int = 20,
    seed: int = 1,
    progress: Progress | None = None,
) -> Fit:
    """Find the component whose removal lets hard debiasing hide the most bias.

    All vectors are brought to length 1 and centred. For each of the leading principal components
    of the vocabulary: it is taken out, the directions of the bias are found anew and hard
    debiasing follows; 2-means then tries to tell apart the neutral words that leaned furthest to
    either side. The component with which it does worst is taken out of all words, specific
    ones too, before they are debiased hard. Each step ends with vectors of length 1.

    The paper subtracts w's own projection on the component from the centred w, which leaves the
    same constant along the component in all words; here nothing of it is left.

    Centring has its price, whichever component goes: on film reviews the correlation with
    WordSim-353 fell by four points on average over three spaces, while the accuracy of 2-means
    fell from the 0.75 of hard debiasing to 0.72.

    Parameters
    ----------
    found
        The sets and which words are neutral.
    subspace
        The directions of the bias in the vectors as they are, orthonormal: shape (k, dim). The
        first tells to which side a word leans.
    words
        How many words of either side 2-means is to tell apart.
    candidates
        How many leading components to try.
    seed
        Of 2-means.
    progress
        Told of the rows read.

    Raises
    ------
    ConfigError
        If `words` or `candidates` is below 1, there are too few neutral words, or a vector is NaN.
    """
    for name, number in (("words", words), ("candidates", candidates)):
        if number < 1:
            raise ConfigError(f"{number} {name} for double-hard debiasing; expected 1 or more")
    rows, cosines = measure_lean(found, subspace[:1], words=_COMMON_WORDS)
    towards, away = both_ends(rows, cosines[:, 0], words)
    if len(towards) < _FEWEST_WORDS:
        raise ConfigError(
            f"{len(rows)} neutral words among the {_COMMON_WORDS:,} most frequent; double-hard "
            f"debiasing needs {2 * _FEWEST_WORDS} to tell apart"
        )
    mean, components = _principal_components(found, candidates, progress)
    tried = [_Purified.of(found, mean, one) for one in (None, *components)]
    accuracies = [_separability(one, len(subspace), towards, away, seed) for one in tried]
    best = 1 + int(np.argmin(accuracies[1:]))
    purified = tried[best]
    hard = fit_hard(purified, find_subspace(purified, len(subspace)).directions)

    def change(start: int, block: Block) -> Block:
        return hard.change(start, purified.transform.apply(block))

    report = {
        **hard.report,
        "component": best,
        "separability": accuracies[best],
        "separability_hard_alone": accuracies[0],
        "separabilities": accuracies[1:],
        "words_a_side": len(towards),
    }
    return Fit(change, (purified.transform, *hard.transforms), report)


@dataclass(frozen=True, eq=False)
class _Purified(FoundSets):
    """The same sets in a space that has lost its mean and a component."""

    transform: Transform

    @classmethod
    def of(cls, found: FoundSets, mean: Matrix, component: Matrix | None) -> "_Purified":
        rest = np.eye(len(mean))
        if component is not None:
            rest -= np.outer(component, component)
        transform = Transform(mean, rest, unit_input=True, unit_output=True)
        return cls(found.vectors, found.defining, found.equalize, found.neutral, transform)

    def unit(self, rows: Rows) -> Matrix:
        """Return the vectors of `rows` as they are in that space: (n, dim)."""
        return unit_rows((super().unit(rows) - self.transform.mean) @ self.transform.matrix)


def _principal_components(
    found: FoundSets, candidates: int, progress: Progress | None
) -> tuple[Matrix, Matrix]:
    """Return the mean of all vectors, (dim,), and the leading components, one a row."""
    dim = found.vectors.vector_size
    total, moments = np.zeros(dim), np.zeros((dim, dim))
    for _, units in unit_blocks(found.vectors, progress):
        total += units.sum(axis=0)
        moments += units.T @ units
    mean = total / len(found.vectors)
    _, axes = np.linalg.eigh(moments / len(found.vectors) - np.outer(mean, mean))
    return mean, axes[:, ::-1].T[: min(candidates, dim - 1)]


def _separability(
    purified: _Purified, components: int, towards: Rows, away: Rows, seed: int
) -> float:
    """Return how well 2-means tells the sides apart after hard debiasing: from 0.5 to 1."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    directions = find_subspace(purified, components).directions
    units = purified.unit(np.concatenate([towards, away]))
    units = unit_rows(units - (units @ directions.T) @ directions)
    with threadpool_limits(1):  # with more, sums differ by their number, and a busy machine waits
        clusters = KMeans(2, n_init=10, random_state=seed).fit_predict(units)
    sides = np.arange(len(units)) < len(towards)
    right = float(np.mean(clusters == sides))
    return max(right, 1 - right)
