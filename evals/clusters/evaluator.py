"""Whether words of one category lie together: clusters, and the word that does not belong.

Looks up the words and tells the figures; groups are made in `purity`, questions in `oddone`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.clusters.oddone import answer, draw_questions, questions_of
from wordvec.evals.clusters.purity import chance_purity, cluster, in_majority, starts_for
from wordvec.evals.datasets import locate
from wordvec.evals.intervals import Numbers
from wordvec.evals.readers.categories import (
    holds_outliers,
    lasting,
    read_categories,
    read_outlier_sets,
)
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary, policy_of
from wordvec.evals.result import SEED, Figure, Outcomes, Result, check_seed
from wordvec.postprocess.result import check_finite
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

RUNS = 10
"""Times that the words are clustered, each with a seed of its own."""
SHUFFLES = 100
"""Times that the clusters are dealt at random, for the purity to be had by chance."""
QUESTIONS = 1000
EVERYDAY = Path(__file__).with_name("everyday.tsv")
"""Everyday English words in plain categories, which come along."""
EVERYDAY_NAME = "everyday words"
"""What the data set that comes with wordvec is called."""


ODD = "odd one out"
CHANCE = "by chance"


@dataclass(frozen=True)
class _Told:
    figures: tuple[Figure, ...] = ()
    breakdown: tuple[Figure, ...] = ()
    outcomes: tuple[Outcomes, ...] = ()
    notes: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


class Clusters:
    """Cluster the words of known categories, and ask which of some words does not belong.

    Purity (Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section
    16.3) is the share of words that are in a cluster which mostly holds words of their own
    category: k-means with as many clusters as categories on vectors of length 1, the mean of 10
    runs with different seeds, each the tightest of 50 starts, or down to 5 where words are many.
    So vectors are judged by Baroni, Dinu and Kruszewski (2014, "Don't count, predict!") and others.

    The odd-one-out questions are drawn from the categories, or read from outlier sets: five words
    of one category and one of another, which is found if its cosine to the mean of all six is the
    least, as in gensim's `doesnt_match`. Told are accuracy and the outlier position percentage
    (OPP, 0 to 1) of Camacho-Collados and Navigli (2016, "Find the word that does not belong").

    Intervals and outcomes are of whole categories, or sets: their words are not independent.

    Parameters
    ----------
    data
        A file of word and category (see `read_categories`), or of words, an empty line, and words
        that do not belong to them (see `read_outlier_sets`), which is told by its lines; or a
        folder of either. If None, 144 everyday English words in 12 categories.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent stands for all.
    seed
        Of the clusters, the questions and the intervals.

    Raises
    ------
    ConfigError
        If `data` is no file, or `restrict_vocab` is less than 1.
    FormatError
        If a line cannot be read; names it.
    """

    name: ClassVar[str] = "clusters"
    defaults: ClassVar[tuple[None]] = (None,)

    def __init__(
        self,
        data: str | Path | None = None,
        *,
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        seed: int = SEED,
    ) -> None:
        self.dataset = EVERYDAY_NAME if data is None else str(data)
        self._seed = check_seed(seed)
        path = EVERYDAY if data is None else Path(data)
        if not path.is_dir():
            path = locate(path)
        self._categories: dict[str, list[str]] = {}
        with lasting(path) as kept:
            if holds_outliers(kept):
                self._questions = questions_of(read_outlier_sets(kept))
            else:
                self._categories = read_categories(kept)
                self._questions = draw_questions(self._categories, QUESTIONS, seed=seed)
        groups = [*self._categories.values(), *((*q.words, q.odd) for q in self._questions)]
        self._words = list(dict.fromkeys(word for group in groups for word in group))
        self._cut, self._case_insensitive = restrict_vocab, case_insensitive

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`; raises DataError if one that is needed holds NaN or infinity."""
        known = RestrictedVocabulary(
            vectors.index_to_key, cut=self._cut, case_insensitive=self._case_insensitive
        )
        places, units = self._look_up(vectors, known)
        purity = self._purity(places, units) if self._categories else _Told()
        odd = self._odd_one_out(places, units)
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=purity.figures + odd.figures,
            breakdown=purity.breakdown + odd.breakdown,
            outcomes=purity.outcomes + odd.outcomes,
            policy=policy_of(case_insensitive=self._case_insensitive)
            + "; missing words are left out of the categories and the questions",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=tuple(word for word in self._words if known.row(word) == MISSING),
            notes=purity.notes + odd.notes,
            details={**purity.details, **odd.details},
        )

    def _look_up(
        self, vectors: WordVectors, known: RestrictedVocabulary
    ) -> tuple[dict[str, int], NDArray[np.float64]]:
        """Return of each word that has a vector the row in the matrix beside: these at length 1."""
        rows = {word: known.row(word) for word in self._words}
        there = [word for word, row in rows.items() if row != MISSING]
        wanted = np.array([rows[word] for word in there], np.int64)
        given = np.asarray(vectors.vectors[wanted], np.float32)
        check_finite(vectors, given, wanted)
        units = given.astype(np.float64)
        lengths = np.linalg.norm(units, axis=1)
        kept = np.flatnonzero(lengths > 0)
        places = {there[row]: place for place, row in enumerate(kept.tolist())}
        return places, units[kept] / lengths[kept, None]

    def _purity(self, places: dict[str, int], units: NDArray[np.float64]) -> _Told:
        """Cluster the words, each as often as it is in a category."""
        items = [(word, name) for name, words in self._categories.items() for word in words]
        there = np.array([word in places for word, _ in items])
        rows = np.array([places[word] for word, _ in items if word in places], np.int64)
        names = list(dict.fromkeys(name for word, name in items if word in places))
        labels = np.array([names.index(name) for word, name in items if word in places], np.int64)
        values = np.full(len(items), np.nan)
        if not 1 < len(names) < len(rows):  # a cluster for each word would be pure of itself
            figure = Figure(
                measure="purity", value=None, n=len(rows), items=len(items), unit="words"
            )
            outcomes = _grouped("purity", values, [name for _, name in items], "words")
            return _Told((figure,), outcomes=(outcomes,))
        starts = starts_for(len(items), len(self._categories))  # as many for every space
        clusters = cluster(units[rows], len(names), runs=RUNS, starts=starts, seed=self._seed)
        right = np.array([in_majority(run, labels) for run in clusters])
        values[there] = right.mean(axis=0)
        outcomes = _grouped("purity", values, [name for _, name in items], "words")
        chance = chance_purity(clusters, labels, shuffles=SHUFFLES, seed=self._seed)
        parts = {
            f"lowest of {RUNS} runs": float(right.mean(axis=1).min()),
            f"highest of {RUNS} runs": float(right.mean(axis=1).max()),
            CHANCE: chance,
        }
        notes = [
            "purity is the share of words in a cluster that mostly holds their own category, the "
            f"mean of {RUNS} runs of k-means with {len(names)} clusters, each the best of {starts} "
            f"starts; dealt at random, the words would have {chance:.2f}"
        ]
        if again := len(rows) - len(set(rows.tolist())):
            notes.append(
                f"words in several categories: {again:,}; each is right in one of them at most"
            )
        return _Told(
            figures=(outcomes.figure(seed=self._seed),),
            breakdown=tuple(
                _part_figure("purity", part, value, values, "words")
                for part, value in parts.items()
            ),
            outcomes=(outcomes,),
            notes=tuple(notes),
            details={"categories": _by_category(items, values)},
        )

    def _odd_one_out(self, places: dict[str, int], units: NDArray[np.float64]) -> _Told:
        answers = answer(self._questions, places, units)
        groups = [question.group for question in self._questions]
        right, position = (
            replace(_grouped(measure, values, groups, "questions"), part=ODD)
            for measure, values in (
                ("accuracy", answers.right),
                ("OPP", answers.outlier_position),
            )
        )
        figures = tuple(outcomes.figure(seed=self._seed) for outcomes in (right, position))
        chance = Outcomes(measure="accuracy", values=answers.chance).value()
        if chance is None:
            return _Told(figures, outcomes=(right,))
        drawn = " drawn from the categories" if self._categories else ""
        note = (
            f"odd one out: {len(groups):,} questions{drawn}, each of some words and one that does "
            f"not belong to them; guesses would be right in {chance:.2f}. OPP (outlier position "
            "percentage) is how far down it stands by nearness to all, 1 if last, 0.50 for guesses"
        )
        parts = (_part_figure("accuracy", f"{ODD}, {CHANCE}", chance, answers.right, "questions"),)
        return _Told(figures, parts, (right,), (note, "intervals are for other categories"))


def _grouped(measure: str, values: Numbers, groups: Sequence[str], unit: str) -> Outcomes:
    """Return the outcomes `values`, (items,), resampled by whole `groups`, one an item.

    The words of a category are drawn together into a cluster or out of it, and questions share
    their words. Resampled one by one, words found a difference between two k-means of the same
    vectors in half of all cases, and questions one between equally good vectors in a third; whole
    categories do so in about 5 of 100.
    """
    names = {name: place for place, name in enumerate(dict.fromkeys(groups))}
    of = np.array([[names[name]] for name in groups], np.int64)
    return Outcomes(measure=measure, values=values, units=of, unit=unit)


def _part_figure(measure: str, part: str, value: float, values: Numbers, unit: str) -> Figure:
    """Return a figure of those items that have one of `values`, (items,)."""
    return Figure(
        measure=measure,
        part=part,
        value=value,
        n=int(np.count_nonzero(~np.isnan(values))),
        items=len(values),
        unit=unit,
        better="neither" if part.endswith(CHANCE) else "higher",
    )


def _by_category(items: list[tuple[str, str]], values: Numbers) -> list[dict[str, Any]]:
    """Return of each category how pure its words are, and those that mostly lie elsewhere."""
    told = []
    for name in dict.fromkeys(name for _, name in items):
        own = {
            word: value
            for (word, of), value in zip(items, values.tolist(), strict=True)
            if of == name and value == value
        }
        told.append(
            {
                "category": name,
                "words": sum(of == name for _, of in items),
                "found": len(own),
                "purity": sum(own.values()) / len(own) if own else None,
                "elsewhere": [word for word, value in own.items() if value < 0.5],
            }
        )
    return told
