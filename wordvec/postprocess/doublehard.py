"""Double-hard debiasing: take one principal component out of all words, then debias hard.

Wang et al. 2020, "Double-Hard Debias: Tailoring Word Embeddings for Gender Bias Mitigation": some
leading component, which word frequency shapes, keeps hard debiasing from finding the bias. Called
by `wordvec.postprocess.debias`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import Fit, FoundSets, Rows
from wordvec.postprocess.hard import fit_hard
from wordvec.postprocess.leaning import both_ends, measure_lean, sort_by_clusters, unit_blocks
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
    ones too, before they are debiased hard. Each step ends with vectors of length 1. A component
    that takes the bias with it, or what tells the words of an equalize set apart, stays.

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
        Told of the rows read; then of the components tried, as if each took its share of the rows.

    Raises
    ------
    ConfigError
        If `words` or `candidates` is below 1; a DataError if there are too few neutral words or
        dimensions, each component has to stay, or a vector is NaN.
    """
    for name, number in (("words", words), ("candidates", candidates)):
        if number < 1:
            raise ConfigError(f"{number} {name} for double-hard debiasing; expected 1 or more")
    components, dim = subspace.shape
    if dim < components + 2:
        raise DataError(
            f"the vectors have {dim} dimensions, of which double-hard debiasing takes out "
            f"{components + 1}; it needs {components + 2} or more"
        )
    rows, cosines = measure_lean(found, subspace[:1], words=_COMMON_WORDS)
    towards, away = both_ends(rows, cosines[:, 0], words)
    if len(towards) < _FEWEST_WORDS:
        raise DataError(
            f"{len(rows)} neutral words among the {_COMMON_WORDS:,} most frequent; double-hard "
            f"debiasing needs {2 * _FEWEST_WORDS} to tell apart"
        )
    mean, axes = _principal_components(found, candidates, progress)
    ends = np.concatenate([towards, away])
    alone = _Trial.of(_Purified.of(found, mean, None), components)
    tried: dict[int, tuple[_Trial, float]] = {}
    for number, axis in enumerate(axes, 1):
        try:
            trial = _Trial.of(_Purified.of(found, mean, axis), components)
        except DataError:  # the bias, or what tells an equalize set apart, has gone with it
            pass
        else:
            if (separability := trial.separate(ends, seed)) is not None:
                tried[number] = trial, separability
        if progress is not None:
            progress(number * len(found.vectors) // len(axes), len(found.vectors))
    if not tried:
        raise DataError(
            f"each of the {len(axes)} leading components takes the bias with it, or what tells "
            "words apart; debias by the method hard alone"
        )
    best = min(tried, key=lambda number: tried[number][1])
    trial, separability = tried[best]
    report = {
        **trial.hard.report,
        "component": best,
        "separability": separability,
        "separability_hard_alone": alone.separate(ends, seed),
        "separabilities": [
            tried[number][1] if number in tried else None for number in range(1, len(axes) + 1)
        ],
        "words_a_side": len(towards),
    }
    return Fit(trial.change, (trial.purified.transform, *trial.hard.transforms), report)


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
        return unit_rows(self.transform.apply(self.vectors.vectors[rows]).astype(np.float64))


@dataclass(frozen=True, eq=False)
class _Trial:
    """Hard debiasing of a purified space."""

    purified: _Purified
    hard: Fit

    @classmethod
    def of(cls, purified: _Purified, components: int) -> "_Trial":
        return cls(purified, fit_hard(purified, find_subspace(purified, components).directions))

    def change(self, start: int, block: Block) -> Block:
        return self.hard.change(start, self.purified.transform.apply(block))

    def separate(self, ends: Rows, seed: int) -> float | None:
        """Return how well 2-means tells the halves of `ends` apart: 0.5 to 1; None if not at all.

        They are neutral words, of which the second half leans the other way.
        """
        (rule,) = self.hard.transforms
        units = rule.apply(self.purified.unit(ends).astype(np.float32)).astype(np.float64)
        rightly = sort_by_clusters(units, len(ends) // 2, seed=seed)
        return None if rightly is None else float(rightly.mean())


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
