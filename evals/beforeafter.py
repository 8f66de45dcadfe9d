"""Did a step help? Two spaces of the same words, judged on the same items.

Called by the post-processing commands with `--evaluate`. Each data set gives a figure before and
after, and their difference with a paired bootstrap interval; bias and isotropy give figures.
"""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DataError
from wordvec.evals.analogy import judge_questions
from wordvec.evals.datasets import (
    GENSIM_FILES,
    Kind,
    expand,
    kind_of,
    locate,
    read_questions,
    read_sentence_pairs,
    read_word_pairs,
)
from wordvec.evals.geometry import isoscore
from wordvec.evals.intervals import (
    DRAWS,
    Interval,
    bootstrap,
    difference,
    mean_of,
    spearman_of,
)
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.evals.sentence import sentence_cosines
from wordvec.evals.similarity import pair_cosines
from wordvec.postprocess.wordsets import WordSets, read_word_sets
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

ANALOGY_CUT = 30_000
"""Over so many of the most frequent words analogies are answered: word2vec.c's cut."""
SHIPPED_WORD_SETS = "gender"
_FEWEST_PAIRS = 3
_SEED = 1

Progress = Callable[[int, int], None]
"""Called with the data sets done and to do; bias and isotropy count as one each."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One figure of two spaces; NaN where there is none."""

    name: str
    """The named set or the file, or what else was measured."""
    measure: str
    before: float
    after: float
    interval: Interval | None = None
    """Of the difference, 95 %, by the paired bootstrap over the items found; None: not made."""
    found: int | None = None
    """Items that both spaces have; None where the figure is not one of items."""
    items: int | None = None

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class BeforeAfter:
    """What a step did to the figures: a table, and what to know of it."""

    HEADER: ClassVar[tuple[str, ...]] = (
        "",
        "measure",
        "before",
        "after",
        "difference",
        "95% interval",
        "found",
    )
    comparisons: tuple[Comparison, ...]
    remarks: tuple[str, ...]
    """What was skipped or is odd, and why."""

    def rows(self) -> list[tuple[str | float, ...]]:
        """Return the rows of the table under `HEADER`; NaN where there is no figure."""
        return [
            (
                Path(c.name).name,
                c.measure,
                *map(_without_minus_zero, (c.before, c.after, c.difference)),
                _interval_text(c.interval),
                _found_text(c.found, c.items),
            )
            for c in self.comparisons
        ]

    def notes(self) -> list[str]:
        """Return what the figures mean, then what was skipped and why, a line each."""
        measures = {c.measure for c in self.comparisons}
        meant = [f"{measure}: {text}" for measure, text in _MEANINGS.items() if measure in measures]
        if any(c.interval is not None for c in self.comparisons):
            meant.append(_INTERVAL)
        return [*meant, *self.remarks]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON: NaN becomes None."""
        return {
            "comparisons": [
                _json(asdict(c) | {"difference": c.difference}) for c in self.comparisons
            ],
            "draws": DRAWS,
            "seed": _SEED,
            "notes": self.notes(),
        }


_SPEARMAN = "Spearman"
_ACCURACY = "accuracy"
_ISOSCORE, _ISOSCORE_BY_COUNT = "IsoScore", "IsoScore by frequency"
_DIRECT, _CLUSTER = "direct bias", "cluster accuracy"
_MEANINGS = {
    _SPEARMAN: "how well cosines rank pairs as people do; 1 is the same order, 0 is none.",
    _ACCURACY: f"share of analogies in the {ANALOGY_CUT:,} most frequent words answered rightly.",
    _DIRECT: "what neutral examples have along the bias, found anew in each space; 0 is none.",
    _CLUSTER: "how well 2-means sorts the words most biased before; 0.5 is chance.",
    _ISOSCORE: "how evenly variance fills all directions, 0 to 1; in itself not good or bad.",
}
_INTERVAL = "95% interval: of the difference (paired bootstrap); if it holds 0, that may be chance."


def check_data(data: Sequence[str | Path]) -> None:
    """Read the data sets that `compare_before_after` would: to be asked before the step.

    Raises
    ------
    ConfigError, FormatError
        As `compare_before_after` does for them.
    """
    _read(data)


def compare_before_after(
    before: WordVectors,
    after: WordVectors,
    *,
    data: Sequence[str | Path] = (),
    word_sets: str | Path | WordSets | None = None,
    components: int = 1,
    progress: Progress | None = None,
) -> BeforeAfter:
    """Judge two spaces on the sets that gensim ships, on `data`, by bias and by isotropy.

    Only items are compared whose words both spaces have. Case is ignored. Word pairs and
    sentences are looked up among the 300,000 most frequent words, analogies among the 30,000.

    Parameters
    ----------
    before, after
        The two spaces, most frequent word first.
    data
        More data sets, or folders of them: word pairs, analogies, sentence pairs.
    word_sets
        What bias to measure: a name that `wordvec.postprocess.wordsets` knows, a file, or sets.
        None for "gender", which is passed over if the vocabulary lacks its words.
    components
        How many directions that bias has.
    progress
        Called with the data sets done and to do.

    Raises
    ------
    ConfigError
        If one of `data` is no file or folder of files.
    DataError
        If a space lacks the words of `word_sets`, where these are given.
    FormatError
        If a line of a data set, or the word sets, cannot be read.
    """
    datasets = _read(data)  # a bad file is found before the work
    remarks = _remark_on_words(before, after)
    comparisons: list[Comparison] = []
    steps: list[Callable[[], list[Comparison]]] = [
        *(functools.partial(_compare_items, dataset, before, after) for dataset in datasets),
        lambda: _compare_bias(before, after, word_sets, components, remarks),
        lambda: _compare_isotropy(before, after),
    ]
    for done, step in enumerate(steps, start=1):
        comparisons += step()
        if progress is not None:
            progress(done, len(steps))
    remarks += [
        f"{c.name}: too few of its items are in the vocabulary, or all are alike"
        for c in comparisons
        if c.found is not None and c.interval is None and c.measure in (_SPEARMAN, _ACCURACY)
    ]
    return BeforeAfter(tuple(comparisons), tuple(remarks))


def _read(data: Sequence[str | Path]) -> list["_DataSet"]:
    names = [*GENSIM_FILES, *(file for name in data for file in expand(name))]
    return [_DataSet.read(name) for name in names]


@dataclass(frozen=True)
class _DataSet:
    name: str
    kind: Kind
    items: list[Any]

    @classmethod
    def read(cls, name: str | Path) -> "_DataSet":
        path = locate(name)
        kind = kind_of(path)
        return cls(str(name), kind, _READERS[kind](path))

    def judge(self, vectors: WordVectors) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return which items can be judged, and the cosine or the rightness of each: (items,)."""
        cut = ANALOGY_CUT if self.kind == "analogies" else DEFAULT_CUT
        known = RestrictedVocabulary(vectors.index_to_key, cut=cut)
        if self.kind == "pairs":
            return pair_cosines(vectors, self.items, known)
        if self.kind == "sentences":
            cosines = sentence_cosines(vectors, self.items, known).cosines
            return np.ones(len(self.items), np.bool_), cosines
        answered, correct = judge_questions(vectors, self.items, known)
        return answered, correct.astype(np.float64)


_READERS: dict[Kind, Callable[[Path], list[Any]]] = {
    "pairs": read_word_pairs,
    "analogies": read_questions,
    "sentences": read_sentence_pairs,
}


def _compare_items(dataset: _DataSet, before: WordVectors, after: WordVectors) -> list[Comparison]:
    (found, old), (found_after, new) = dataset.judge(before), dataset.judge(after)
    both = found & found_after
    if dataset.kind == "analogies":
        measure, fewest = _ACCURACY, 1
        was, is_now = mean_of(old[both]), mean_of(new[both])
    else:
        measure, fewest = _SPEARMAN, _FEWEST_PAIRS
        scores = np.array([item.score for item in dataset.items])[both]
        was, is_now = spearman_of(scores, old[both]), spearman_of(scores, new[both])
    n = int(np.count_nonzero(both))
    figures, interval = (math.nan, math.nan), None
    if n >= fewest:
        whole = np.ones((1, n), np.int64)
        figures = (float(was(whole)[0]), float(is_now(whole)[0]))
        if not math.isnan(sum(figures)):
            interval = bootstrap(difference(is_now, was), n, seed=_SEED)
    return [
        Comparison(
            name=dataset.name,
            measure=measure,
            before=figures[0],
            after=figures[1],
            interval=interval,
            found=n,
            items=len(both),
        )
    ]


def _compare_bias(
    before: WordVectors,
    after: WordVectors,
    word_sets: str | Path | WordSets | None,
    components: int,
    remarks: list[str],
) -> list[Comparison]:
    from wordvec.postprocess.bias import measure_bias

    sets = SHIPPED_WORD_SETS if word_sets is None else word_sets
    if not isinstance(sets, WordSets):
        sets = read_word_sets(sets)
    items = len(sets.neutral_examples)
    if both := tuple(
        word
        for word in sets.neutral_examples
        if MISSING not in (before.find_usual(word), after.find_usual(word))
    ):
        sets = replace(sets, neutral_examples=both)
    try:
        old = measure_bias(before, sets, components=components)
        new = measure_bias(after, sets, reference=before, components=components)
    except DataError as error:
        if word_sets is not None:
            raise
        remarks.append(f"bias was not measured: {error}")
        return []
    remarks += [f"{sets.name}: {text}" for text in dict.fromkeys((*old.notes, *new.notes))]
    comparisons = []
    for measure, was, is_now, whole in (
        (_DIRECT, old.bias_of_examples, new.bias_of_examples, items),
        (_CLUSTER, old.sorted_rightly, new.sorted_rightly, len(old.sorted_rightly)),
    ):
        if len(was) != len(is_now):
            remarks.append(
                f"{sets.name}: {measure} is not compared, being that of {len(was):,} words before "
                f"and of {len(is_now):,} after"
            )
        elif was:
            comparisons.append(_compare_words(sets.name, measure, was, is_now, whole))
    return comparisons


def _compare_words(
    name: str, measure: str, old: Sequence[float], new: Sequence[float], items: int
) -> Comparison:
    """Return the comparison of the means of a figure of single words."""
    was, is_now = (mean_of(np.array(figures, np.float64)) for figures in (old, new))
    return Comparison(
        name=name,
        measure=measure,
        before=float(np.mean(old)),
        after=float(np.mean(new)),
        interval=bootstrap(difference(is_now, was), len(old), seed=_SEED),
        found=len(old),
        items=items,
    )


def _compare_isotropy(before: WordVectors, after: WordVectors) -> list[Comparison]:
    comparisons = [
        Comparison(
            name="isotropy", measure=_ISOSCORE, before=isoscore(before), after=isoscore(after)
        )
    ]
    if before.counts is not None and after.counts is not None:
        comparisons.append(
            Comparison(
                name="isotropy",
                measure=_ISOSCORE_BY_COUNT,
                before=isoscore(before, weights=before.counts),
                after=isoscore(after, weights=after.counts),
            )
        )
    return comparisons


def _remark_on_words(before: WordVectors, after: WordVectors) -> list[str]:
    if before.index_to_key == after.index_to_key:
        return []
    return [
        f"the words differ ({len(before):,} before, {len(after):,} after): "
        "only items that both know were compared"
    ]


def _without_minus_zero(figure: float) -> float:
    """Return 0 for what a table of four digits would show as -0.0000."""
    return 0.0 if round(figure, 4) == 0 else figure


def _interval_text(interval: Interval | None) -> str:
    return "-" if interval is None else f"{interval.low:z.4f} to {interval.high:z.4f}"


def _found_text(found: int | None, items: int | None) -> str:
    if found is None or items is None:
        return "-"
    return f"{found:,} of {items:,}"


def _json(values: dict[str, Any]) -> dict[str, Any]:
    """Return `values` with None for NaN."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in values.items()
    }
