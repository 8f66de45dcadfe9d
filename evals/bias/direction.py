"""Word sets judged: bias along the direction that they define, and what the neighbours know of it.

The measures are those of `wordvec.postprocess.bias`, by which debiasing is reported; here they get
a level of chance, the bias along directions of random words. Called by `Bias`.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from wordvec.evals.bias.querying import Answer
from wordvec.evals.result import Better, Figure, Outcomes
from wordvec.postprocess.bias import BiasReport, measure_bias
from wordvec.postprocess.debiasing import Rows
from wordvec.postprocess.subspace import find_sets, find_words, unit_vectors
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

_MEASURED = ("defining", "neutral_examples", "targets", "attributes")
_DRAWS = 200
_FREQUENT = 10_000
"""Random words are some of the so many most frequent; rare ones are noisy."""
_ENOUGH = 2
"""There must be so many times as many of them as defining words."""


def measure_direction(
    vectors: WordVectors, sets: WordSets, *, before: WordVectors | None, seed: int
) -> Answer:
    """Return direct bias with its chance level, and MAC.

    With `before`, also cluster accuracy and the neighbours' correlation: they say what is left of
    an earlier bias, and of no other are near 1 in any space, noise included.

    Parameters
    ----------
    before
        The vectors before they were debiased, in which to see which words were biased.
    seed
        Of the interval, the random words and the clusters.

    Raises
    ------
    DataError
        If a vector is NaN or infinite.
    """
    details: dict[str, Any] = {"name": sets.name, "citation": sets.citation}
    if not any(len(find_words(vectors, words)[0]) > 1 for words in sets.defining):
        words = dict.fromkeys(word for of_set in sets.defining for word in of_set)
        nothing = _direct_bias(vectors, sets, ())
        note = f"none of the {len(sets.defining)} defining sets has two words in the vocabulary"
        missing = tuple(word for word in words if vectors.find_usual(word) == MISSING)
        return Answer((nothing.figure(),), (nothing,), (), (note,), missing, details)
    found, lost = find_sets(vectors, sets)
    report = measure_bias(vectors, sets, reference=before, hidden=before is not None, seed=seed)
    direct = _direct_bias(vectors, sets, report.bias_of_examples)
    figures, notes, breakdown = _others(vectors, sets, report), report.notes, []
    if before is None:
        notes += (
            "cluster accuracy and the neighbours' correlation say what is left of a bias, so they "
            "need the vectors from before debiasing (--before)",
        )
    if sets.neutral_examples or not figures:
        figure = replace(direct.figure(seed=seed), better="lower")
        if figure.value is not None:
            rows, _ = find_words(vectors, sets.neutral_examples)
            sizes = [len(words) for words in found.defining]
            chance = {
                "differences of random words": bias_along_random_words(vectors, rows, sizes, seed),
                "a random direction": bias_along_random_direction(vectors.vector_size),
            }
            breakdown += [
                replace(figure, part=part, value=value, interval=None, better="neither")
                for part, value in chance.items()
                if value is not None
            ]
            told = " and ".join(f"{each.value:.3f} along {each.part}" for each in breakdown)
            notes += (f"by chance the direct bias would be {told}",)
        figures.insert(0, figure)
    details["explained_variance"] = list(report.explained_variance)
    missing = tuple(dict.fromkeys(w for key in _MEASURED for w in lost.get(key, ())))
    return Answer(tuple(figures), (direct,), tuple(breakdown), notes, missing, details)


def bias_along_random_direction(dim: int) -> float:
    """Return the mean direct bias of any words along a random direction of `dim` dimensions.

    Near sqrt(2 / (pi dim)).

    Examples
    --------
    >>> round(bias_along_random_direction(2), 3), round(bias_along_random_direction(100), 3)
    (0.637, 0.08)
    """
    return math.exp(math.lgamma(dim / 2) - math.lgamma((dim + 1) / 2)) / math.sqrt(math.pi)


def bias_along_random_words(
    vectors: WordVectors, rows: Rows, sizes: Sequence[int], seed: int
) -> float | None:
    """Return the mean direct bias along directions that random words define, None if too few.

    Mostly higher than along random directions, as words of one kind, such as occupations, lie to
    one side of most differences of words. No test: a bias that most words share shows in random
    words too.

    Parameters
    ----------
    rows
        Of words that ought to be neutral: shape (n,).
    sizes
        How many words each defining set has.
    seed
        Of the random words.

    Raises
    ------
    DataError
        If the vector of a frequent word is NaN or infinite.
    """
    words = min(len(vectors), _FREQUENT)
    if words < _ENOUGH * sum(sizes):
        return None
    units, frequent = unit_vectors(vectors, rows), unit_vectors(vectors, np.arange(words))
    rng = np.random.default_rng(seed)
    starts, owner = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)
    found = []
    for _ in range(_DRAWS):
        drawn = frequent[rng.choice(words, len(owner), replace=False)]
        drawn -= (np.add.reduceat(drawn, starts) / np.array(sizes)[:, None])[owner]
        direction = np.linalg.svd(drawn, full_matrices=False)[2][0]
        found.append(np.abs(units @ direction).mean())
    return float(np.mean(found))


def _direct_bias(vectors: WordVectors, sets: WordSets, of_examples: tuple[float, ...]) -> Outcomes:
    """Return the direct bias of each neutral example; `of_examples` is of those that are here."""
    words = tuple(dict.fromkeys(sets.neutral_examples))
    rows = vectors.find_all_usual(words).tolist()
    here = dict(
        zip(dict.fromkeys(row for row in rows if row != MISSING), of_examples, strict=False)
    )
    values = [here.pop(row, np.nan) for row in rows]  # two spellings of one word are one word
    # It falls with the number of dimensions, so figures of different ones are not compared.
    return Outcomes(
        measure="direct bias",
        part="1 dimension" if vectors.vector_size == 1 else f"{vectors.vector_size:,} dimensions",
        values=np.array(values, np.float64),
        unit="words",
        better="neither",  # less than chance gives is no merit, so no verdict says better
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
