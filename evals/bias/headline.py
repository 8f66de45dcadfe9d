"""The measure that a query's sets call for, with its test: WEAT, SC-WEAT or RND.

Two sets of targets and two of attributes call for WEAT's effect size, one and two for the mean of
SC-WEAT's, two and one for RND. Called by the judging of queries.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from wordvec.evals.bias.association import (
    associations,
    cosines,
    effect_size_of,
    sc_weat,
)
from wordvec.evals.bias.distance import distance_test, relative_distances
from wordvec.evals.bias.found import FoundQuery, together
from wordvec.evals.bias.splits import SplitTest, split_test
from wordvec.evals.intervals import LEVEL, Interval, Numbers
from wordvec.evals.result import Figure, Outcomes

WEAT, SC_WEAT, RND = "WEAT effect size", "SC-WEAT", "RND"

_FEWEST = 4
"""Words that an effect size takes, two a side."""
_TAIL = (1 - LEVEL) / 2
_MOST_T = 1e3
"""Beyond, the interval is at the end of what an effect size can be."""


def measure_headline(
    found: FoundQuery, *, permutations: int, seed: int
) -> tuple[Figure, Outcomes, SplitTest, list[dict[str, Any]]]:
    """Return the headline, the words' values behind it, its test, and the figures of each word.

    Every set has two words or more.

    Parameters
    ----------
    permutations, seed
        Of the test where there are too many splits for all: see `split_test`.
    """
    part_of = {word: part.name for part in reversed(found.items) for word in part.words}
    drawing = {"permutations": permutations, "seed": seed}
    if len(found.attributes) == 1:
        first, second = (part.vectors for part in found.targets)
        attributes = together(found.attributes)
        test = distance_test(first, second, attributes, **drawing)
        values = relative_distances(first, second, attributes)
        columns = {"distance": values}
    else:
        first, second = (part.vectors for part in found.attributes)
        words = together(found.targets)
        association = associations(words, first, second)
        sizes, of_words = sc_weat(words, first, second, **drawing)
        columns = {"association": association, SC_WEAT: sizes, "pvalue": of_words.pvalues}
        if len(found.targets) == 1:
            # The mean of the words' associations is that of one word with their mean cosines.
            scores = np.concatenate([cosines(words, first), cosines(words, second)], axis=1)
            test = split_test(scores.mean(axis=0)[None], len(first), **drawing)
            values = sizes
        else:
            test = split_test(association[None], len(found.targets[0]), **drawing)
            values = association
    outcomes = outcomes_of(found, values)
    p = None if outcomes.value() is None else test.pvalues[0]
    figure = replace(outcomes.figure(draws=0, pvalue=p), interval=interval_over_words(outcomes))
    here = [
        w for part in found.items for w, there in zip(part.words, part.here, strict=True) if there
    ]
    of_each = [
        {"word": word, "set": part_of[word]}
        | {name: _number(column[place]) for name, column in columns.items()}
        for place, word in enumerate(here)
    ]
    return figure, outcomes, test, of_each


def outcomes_of(found: FoundQuery, values: Numbers | None) -> Outcomes:
    """Return the outcomes of `values`, those of the words that are here; of none if None."""
    sizes = [len(part.words) for part in found.items]
    wide = np.full(sum(sizes), np.nan)
    if values is not None:
        wide[np.concatenate([part.here for part in found.items])] = values
    measure = RND if len(found.attributes) == 1 else SC_WEAT
    outcomes = Outcomes(
        measure=measure, part=found.query.name, values=wide, unit="words", better="neither"
    )
    if len(found.targets) == len(found.attributes):
        sides = np.repeat([1.0, -1.0], sizes)
        return replace(outcomes, measure=WEAT, gold=sides, statistic=effect_size_of, fewest=_FEWEST)
    return outcomes


def interval_over_words(outcomes: Outcomes) -> Interval | None:
    """Return the interval within which the figure of other words of the same kind would lie.

    That of Student's t for a mean. For an effect size the exact one of noncentral t, if words of
    a set are normally distributed about its mean and equally far (Steiger and Fouladi 1997,
    "Noncentrality Interval Estimation and the Evaluation of Statistical Models"). The percentile
    bootstrap will not do: of large effects of eight words a side it holds 80 % instead of 95 %,
    and this one 95 %, of associations in vectors as trained, too.

    Parameters
    ----------
    outcomes
        Of all words.
    """
    values = outcomes.values[outcomes.judged]
    if len(values) < 2 or outcomes.value() is None:
        return None
    from scipy.special import stdtrit

    if outcomes.gold is None:
        half = float(stdtrit(len(values) - 1, 1 - _TAIL)) * values.std(ddof=1) / len(values) ** 0.5
        return Interval(values.mean() - half, values.mean() + half) if half > 0 else None
    sides = outcomes.gold[outcomes.judged]
    return _interval_of_effect(values[sides > 0], values[sides < 0])


def _interval_of_effect(first: Numbers, second: Numbers) -> Interval | None:
    from scipy.special import nctdtrinc

    n, m = len(first), len(second)
    if min(n, m) < 2:
        return None
    within = float(n * first.var() + m * second.var()) / (n + m - 2)
    gap = float(first.mean() - second.mean())
    root = math.sqrt((n + m) / (n * m))
    t = gap / max(math.sqrt(within) * root, abs(gap) / _MOST_T)
    apart = [root * float(nctdtrinc(n + m - 2, level, t)) for level in (1 - _TAIL, _TAIL)]
    share = n * m / (n + m) ** 2
    low, high = (ends / math.sqrt(1 + share * ends**2) for ends in apart)
    return Interval(low, high)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
