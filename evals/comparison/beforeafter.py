"""Did a step help? The evaluators that the post-processing commands' `--evaluate` judges by.

Those of word pairs, analogies and sentences, and two that a step is about: bias, whose clusters
need both spaces, and isotropy. The comparison itself is `wordvec.evals.comparison`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.comparison.differences import Comparison
from wordvec.evals.comparison.recipes import compare
from wordvec.evals.comparison.seeds import Group
from wordvec.evals.comparison.words import share_words
from wordvec.evals.geometry.isotropy import measure_spread
from wordvec.evals.registry import Evaluator
from wordvec.evals.result import SEED, Figure, Outcomes, Result
from wordvec.evals.suite import Progress, suite
from wordvec.postprocess.wordsets import WordSets, read_word_sets
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

SHIPPED_WORD_SETS = "gender"
_JUDGED_BY = ("similarity", "analogy")


def evaluators_of(data: Sequence[str | Path] = ()) -> list[Evaluator]:
    """Return the evaluators of the sets that gensim ships, and one for each of `data`.

    Raises
    ------
    ConfigError, FormatError
        As `wordvec.evals.suite.suite` does.
    """
    return suite(data, only=_JUDGED_BY)


def compare_before_after(
    before: WordVectors,
    after: WordVectors,
    evaluators: Sequence[Evaluator],
    *,
    word_sets: WordSets | None = None,
    components: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two spaces by `evaluators`, by a bias and by isotropy.

    Parameters
    ----------
    before, after
        The two spaces, most frequent word first.
    evaluators
        As `evaluators_of` makes them.
    word_sets
        What bias to measure; None for that of gender.
    components
        How many directions that bias has.
    progress
        Called with the steps done and to do.
    """
    sets = read_word_sets(SHIPPED_WORD_SETS) if word_sets is None else word_sets
    shared, _ = share_words([before, after])
    return compare(
        [Group("before", (before,)), Group("after", (after,))],
        [*evaluators, RemainingBias(shared, sets, components), Isotropy()],
        agreement=False,
        progress=progress,
    )


class RemainingBias:
    """Measure how much of the bias of a space is left after a step, which keeps its words.

    Direct bias (Bolukbasi et al. 2016) and what clusters still tell of the words that were most
    biased before (Gonen and Goldberg 2019): see `wordvec.postprocess.bias.measure_bias`.
    """

    name: ClassVar[str] = "bias"
    defaults: ClassVar[tuple[str | None, ...]] = ()

    def __init__(self, before: WordVectors, sets: WordSets, components: int = 1) -> None:
        self.dataset = sets.name
        self._before, self._sets, self._components = before, sets, components

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`; raises DataError if they have not the words that define the bias."""
        from wordvec.postprocess.bias import measure_bias

        report = measure_bias(
            vectors, self._sets, reference=self._before, components=self._components, seed=SEED
        )
        words = list(dict.fromkeys(self._sets.neutral_examples))
        rows = vectors.find_all_usual(words)
        of_words = np.full(len(words), np.nan)
        if report.bias_of_examples:
            firsts = np.sort(np.unique(rows, return_index=True)[1])
            of_words[firsts[rows[firsts] != MISSING]] = report.bias_of_examples
        rightly = np.array(report.sorted_rightly, np.float64)
        outcomes = (
            Outcomes(measure="direct bias", values=of_words, better="lower"),
            Outcomes(measure="cluster accuracy", values=rightly, better="lower"),
        )
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(each.figure() for each in outcomes),
            outcomes=outcomes,
            policy="words that are not there as written are looked up in lower case",
            vocabulary=len(vectors),
            seed=SEED,
            notes=report.notes,
        )


class Isotropy:
    """Measure how evenly the variance fills all directions, by its IsoScore."""

    name: ClassVar[str] = "isotropy"
    defaults: ClassVar[tuple[str | None, ...]] = (None,)
    dataset = ""

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`, with all words alike and, if they have counts, by frequency."""
        weights: dict[str, NDArray[np.float64] | None] = {"": None}
        if vectors.counts is not None and vectors.counts.any():
            weights["by frequency"] = vectors.counts.astype(np.float64)
        moments = measure_spread(vectors, list(weights.values())).moments
        figures = [
            Figure(
                measure="IsoScore",
                part=part,
                value=each.isoscore,
                n=each.words,
                items=len(vectors),
                better="neither",
            )
            for part, each in zip(weights, moments, strict=True)
        ]
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(figures),
            policy="computed from the vectors alone",
            vocabulary=len(vectors),
        )
