"""The shape of a space: isotropy, symmetry, hubs, intrinsic dimension, length against frequency.

The evaluator `Geometry` looks at the vectors alone: none of its figures says that vectors are good.
The measures themselves are in `isotropy`, `hubness` and `dimension`.
"""

import itertools
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.geometry.dimension import two_nn
from wordvec.evals.geometry.hubness import k_occurrences, skewness
from wordvec.evals.geometry.isotropy import Moments, measure_spread, partition_score
from wordvec.evals.intervals import spearman_of
from wordvec.evals.result import SEED, Figure, Outcomes, Result, check_seed
from wordvec.vectors import WordVectors

SAMPLE = 20_000
"""Among so many words neighbours are looked for, if not told otherwise."""
NEIGHBOURS = 10

_BY_FREQUENCY, _ALIKE, _BY_ROW = "by frequency", "all words alike", "by row"
_TOLD_HUBS = 10
_BANDS = 24
_SAME_LENGTH = 1e-3
"""Lengths that differ by less, relatively, are those of vectors made equally long."""


class Geometry:
    """Measure the shape of a space, by the vectors alone.

    IsoScore and participation ratio, average cosine, partition score, the symmetries Sym1 and
    Sym2, hubness, intrinsic dimension, and whether frequent words have longer vectors.

    Parameters
    ----------
    data
        None: there is none to give.
    sample
        Hubness and intrinsic dimension are those of so many words drawn at random, whose
        neighbours are looked for among themselves; of all if there are no more. Of words with the
        same vector, the first counts alone.
    neighbours
        How many nearest neighbours hubness counts.
    seed
        Of the sample.

    Raises
    ------
    ConfigError
        If there is `data`, or `sample` is no more than `neighbours`.

    Examples
    --------
    >>> square = WordVectors(["a", "b", "c", "d"], [[1, 0], [-1, 0], [0, 1], [0, -1]])
    >>> Geometry()(square).value
    1.0
    """

    name: ClassVar[str] = "geometry"
    defaults: ClassVar[tuple[None, ...]] = (None,)

    def __init__(
        self,
        data: str | Path | None = None,
        *,
        sample: int = SAMPLE,
        neighbours: int = NEIGHBOURS,
        seed: int = SEED,
    ) -> None:
        if data is not None:
            raise ConfigError(
                f"geometry looks at the vectors alone and takes no data; leave out {str(data)!r}"
            )
        if neighbours < 1:
            raise ConfigError(f"neighbours is {neighbours}; it must be at least 1")
        if sample <= neighbours:
            raise ConfigError(f"sample is {sample}; it must be more than neighbours, {neighbours}")
        self.dataset = ""
        self._sample = sample
        self._neighbours = neighbours
        self._seed = check_seed(seed)

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`.

        Raises
        ------
        DataError
            If a vector holds NaN or infinity; names its word.
        """
        counts = None if vectors.counts is None else vectors.counts.astype(np.float64)
        if counts is not None and not counts.any():
            counts = None
        spread = measure_spread(vectors, [None] if counts is None else [None, counts])
        moments = spread.moments[0]
        told = _Told(len(vectors))
        _tell_isotropy(told, vectors, moments, spread.average_cosine)
        _tell_symmetry(told, moments, None if counts is None else spread.moments[1])
        drawn = self._tell_neighbours(told, vectors, spread.norms)
        _tell_lengths(told, spread.norms, counts)
        told.note("no figure here says that vectors are good: they describe the space")
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(told.figures),
            breakdown=tuple(told.breakdown),
            policy="computed from the vectors alone, all words alike where the part says no other",
            vocabulary=len(vectors),
            seed=self._seed if drawn else None,
            notes=tuple(told.notes),
            details=told.details,
        )

    def _tell_neighbours(
        self, told: "_Told", vectors: WordVectors, norms: NDArray[np.float64]
    ) -> bool:
        """Add hubness and intrinsic dimension; return whether the words were drawn at random."""
        usable = np.flatnonzero(norms)
        if drawn := len(usable) > self._sample:
            rng = np.random.default_rng(self._seed)
            usable = np.sort(rng.choice(usable, self._sample, replace=False))
        rows = vectors.vectors[usable]
        # Of equal vectors the first: the others would be their nearest neighbours, and hubs.
        firsts = np.sort(np.unique(rows, axis=0, return_index=True)[1])
        same, usable, rows = len(rows) - len(firsts), usable[firsts], rows[firsts]
        n, k = len(rows), self._neighbours
        found = k_occurrences(rows, k) if n > k else None
        part = f"{k} neighbours"
        told.figure("hubness", None if found is None else skewness(found), n, part)
        told.figure("anti-hubs", None if found is None else float(np.mean(found == 0)), n, part)
        told.figure("intrinsic dimension", two_nn(rows), n)
        told.note(
            "hubness (skewness of how often a word is a neighbour): about 0 if all are as often, "
            "above 1 if a few are everybody's; anti-hubs: the share of words that are nobody's"
        )
        told.note(
            "intrinsic dimension: how many numbers would locally do to tell where a vector lies"
        )
        if drawn:
            told.note(
                f"hubness, anti-hubs, intrinsic dimension: of {n + same:,} words drawn at random "
                f"(seed {self._seed}) and the neighbours among them; more words give other figures"
            )
        if zeros := len(norms) - np.count_nonzero(norms):
            told.note(f"vectors that are all zeros, and so have no neighbours: {zeros:,}")
        if same:
            told.note(
                "vectors equal to that of a word before, left out of hubness, anti-hubs and "
                f"intrinsic dimension: {same:,}"
            )
        if found is not None:
            most = np.argsort(-found, kind="stable")[:_TOLD_HUBS]
            told.details["hubs"] = [
                {"word": vectors.index_to_key[int(usable[place])], "neighbour_of": int(times)}
                for place, times in zip(most, found[most], strict=True)
            ]
        return drawn


class _Told:
    """What is said of a space, as it is gathered."""

    def __init__(self, words: int) -> None:
        self.words = words
        self.figures: list[Figure] = []
        self.breakdown: list[Figure] = []
        self.notes: list[str] = []
        self.details: dict[str, Any] = {}
        self.note = self.notes.append

    def figure(
        self, measure: str, value: float | None, n: int, part: str = "", *, more: bool = False
    ) -> None:
        """Add a figure of `n` words, to the breakdown if it is `more`."""
        (self.breakdown if more else self.figures).append(
            Figure(
                measure=measure,
                value=value,
                n=n,
                items=self.words,
                unit="words",
                part=part,
                better="neither",
            )
        )


def _tell_isotropy(
    told: _Told, vectors: WordVectors, moments: Moments, average_cosine: float | None
) -> None:
    n = told.words
    told.figure("IsoScore", moments.isoscore, n)
    told.figure("participation ratio", moments.participation_ratio, n)
    told.figure("average cosine", average_cosine, n)
    told.figure("partition score", partition_score(vectors, moments), n)
    told.note(
        "IsoScore, participation ratio: how evenly the vectors vary in all directions, from 0 (in "
        f"one alone) to 1 (in all alike), and as a number of directions, 1 to {len(moments.mean)}"
    )
    told.note("average cosine: of all pairs of words; if high, any two words look similar")
    told.note(
        "partition score: 1 if no direction draws the vectors more than another; it falls with "
        "their length, so compare it only where that is alike"
    )
    if moments.varies:
        told.details["spectrum"] = (moments.variances / moments.variances.sum()).tolist()


def _tell_symmetry(told: _Told, alike: Moments, by_count: Moments | None) -> None:
    for moments, part in ((by_count, _BY_FREQUENCY), (alike, _ALIKE)):
        if moments is not None:
            more = moments is alike
            told.figure("Sym1", moments.sym1, moments.words, part, more=more)
            told.figure("Sym2", moments.sym2, moments.words, part, more=more)
    told.note(
        "Sym1: 1 if the mean vector is 0; Sym2: 1 if all directions vary alike; by frequency: of "
        "running text, where frequent words come often"
    )
    if by_count is None:
        told.note("the vectors have no counts, so there are no figures by frequency")
    else:
        told.figure("IsoScore", by_count.isoscore, by_count.words, _BY_FREQUENCY, more=True)


def _tell_lengths(
    told: _Told, norms: NDArray[np.float64], counts: NDArray[np.float64] | None
) -> None:
    """Add the correlation of length with frequency, and the curve to draw of it."""
    n, measure = told.words, "length and frequency"
    frequency = -np.arange(n, dtype=np.float64) if counts is None else counts
    order = np.argsort(-frequency, kind="stable")
    part = _BY_ROW if counts is None else _BY_FREQUENCY
    same = n > 0 and float(np.ptp(norms)) <= _SAME_LENGTH * float(norms.max())
    value = None
    if same:
        told.note(f"{measure}: all vectors have the same length, so there is none")
    else:
        value = Outcomes(
            measure=measure, values=norms, gold=frequency, statistic=spearman_of, fewest=3
        ).value()
        told.note(
            f"{measure}: their Spearman correlation; above 0 frequent words have longer vectors"
            + (" (the first rows count as the most frequent)" if counts is None else "")
        )
    told.figure(measure, value, n, part)
    edges = np.unique(np.geomspace(1, n + 1, _BANDS + 1).round().astype(int)) - 1
    told.details["length_by_rank"] = [
        {
            "from_rank": int(start) + 1,
            "to_rank": int(stop),
            "median_length": float(np.median(norms[order[start:stop]])),
        }
        for start, stop in itertools.pairwise(edges)
    ]
