"""Word sets judged: bias along the direction that they define, and what the neighbours know of it.

The measures are those of `wordvec.postprocess.bias`, by which debiasing is reported. Called by
`Bias`.
"""

from typing import Any

import numpy as np

from wordvec.evals.bias.querying import Answer
from wordvec.evals.result import Better, Figure, Outcomes
from wordvec.postprocess.bias import BiasReport, measure_bias
from wordvec.postprocess.subspace import find_sets, find_words
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

_MEASURED = ("defining", "neutral_examples", "targets", "attributes")


def measure_direction(
    vectors: WordVectors, sets: WordSets, *, before: WordVectors | None, seed: int
) -> Answer:
    """Return direct bias, MAC, cluster accuracy and the neighbours' correlation.

    Parameters
    ----------
    before
        The vectors before they were debiased, in which to see which words were biased; None for
        `vectors` themselves.
    seed
        Of the interval and of the clusters.

    Raises
    ------
    DataError
        If a vector is NaN or infinite, or the defining words of a set have the same vectors.
    """
    details: dict[str, Any] = {"name": sets.name, "citation": sets.citation}
    if not any(len(find_words(vectors, words)[0]) > 1 for words in sets.defining):
        words = dict.fromkeys(word for of_set in sets.defining for word in of_set)
        nothing = _direct_bias(vectors, sets, ())
        note = f"none of the {len(sets.defining)} defining sets has two words in the vocabulary"
        missing = tuple(word for word in words if vectors.find_usual(word) == MISSING)
        return Answer((nothing.figure(),), (nothing,), (), (note,), missing, details)
    lost = find_sets(vectors, sets)[1]
    report = measure_bias(vectors, sets, reference=before, seed=seed)
    direct = _direct_bias(vectors, sets, report.bias_of_examples)
    figures, notes = _others(vectors, sets, report), report.notes
    if before is None and _was_debiased(vectors):
        figures = [figure for figure in figures if figure.measure == "MAC"]
        notes += (
            "these vectors were debiased, so the words that were biased, which cluster accuracy "
            "is about, are not known from them; give the vectors from before as well (--before)",
        )
    if sets.neutral_examples or not figures:
        figures.insert(0, direct.figure(seed=seed))
    details["explained_variance"] = list(report.explained_variance)
    missing = tuple(dict.fromkeys(w for key in _MEASURED for w in lost.get(key, ())))
    return Answer(tuple(figures), (direct,), (), notes, missing, details)


def _was_debiased(vectors: WordVectors) -> bool:
    return any(step.get("step") == "debias" for step in vectors.provenance.get("steps", ()))


def _direct_bias(vectors: WordVectors, sets: WordSets, of_examples: tuple[float, ...]) -> Outcomes:
    """Return the direct bias of each neutral example; `of_examples` is of those that are here."""
    words = tuple(dict.fromkeys(sets.neutral_examples))
    rows = vectors.find_all_usual(words).tolist()
    here = dict(
        zip(dict.fromkeys(row for row in rows if row != MISSING), of_examples, strict=False)
    )
    values = [here.pop(row, np.nan) for row in rows]  # two spellings of one word are one word
    return Outcomes(
        measure="direct bias", values=np.array(values, np.float64), unit="words", better="lower"
    )


def _others(vectors: WordVectors, sets: WordSets, report: BiasReport) -> list[Figure]:
    """Return the figures that have a value, but for direct bias."""
    targets = [word for words in sets.targets for word in words]
    rows, missing = find_words(vectors, targets)
    examples = len(dict.fromkeys(sets.neutral_examples))
    sorted_words = len(report.sorted_rightly)
    told: list[tuple[str, float | None, int, int, Better]] = [
        ("MAC", report.mac, len(rows), len(rows) + len(missing), "higher"),
        ("cluster accuracy", report.cluster_accuracy, sorted_words, sorted_words, "lower"),
        (
            "neighbour correlation",
            report.neighbour_correlation,
            report.examples,
            examples,
            "lower",
        ),
    ]
    return [
        Figure(measure=measure, value=value, n=n, items=items, unit="words", better=better)
        for measure, value, n, items, better in told
        if value is not None
    ]
