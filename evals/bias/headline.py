"""The measure that a query's sets call for, with its test: WEAT, SC-WEAT or RND.

Two sets of targets and two of attributes call for WEAT's effect size, one and two for the mean of
SC-WEAT's, two and one for RND. Called by the judging of queries.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np

from wordvec.evals.bias.association import (
    associations,
    cosines,
    effect_size_of,
    sc_weat,
)
from wordvec.evals.bias.distance import relative_distances
from wordvec.evals.bias.found import FoundQuery, together
from wordvec.evals.bias.splits import SplitTest, split_test
from wordvec.evals.intervals import LEVEL, Interval, Numbers
from wordvec.evals.result import Figure, Outcomes

WEAT, SC_WEAT, RND = "WEAT effect size", "SC-WEAT", "RND"

_FEWEST = 4
"""Words that an effect size takes, two a side."""
_DRAWS = 4000
"""Of the interval; its ends lie far out where sets are small."""


def measure_headline(
    found: FoundQuery, *, permutations: int, seed: int
) -> tuple[Figure, Outcomes, SplitTest | None, list[dict[str, Any]]]:
    """Return the headline, the words' values behind it, its test, and the figures of each word.

    Every set has two words or more.

    Parameters
    ----------
    permutations, seed
        Of the test where there are too many splits for all: see `split_test`.
    """
    part_of = {word: part.name for part in reversed(found.items) for word in part.words}
    test, columns = None, {}
    if len(found.attributes) == 1:
        first, second = (part.vectors for part in found.targets)
        values = relative_distances(first, second, together(found.attributes))
        columns["distance"] = values
    else:
        drawing = {"permutations": permutations, "seed": seed}
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
    p = None if test is None or outcomes.value() is None else float(test.pvalues[0])
    figure = replace(
        outcomes.figure(draws=0, pvalue=p),
        interval=interval_over_words(
            outcomes, [len(part.words) for part in found.items], seed=seed
        ),
    )
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


def interval_over_words(outcomes: Outcomes, sets: Sequence[int], *, seed: int) -> Interval | None:
    """Return the interval within which the figure of other words of the same kind would lie.

    The percentile interval of resamples of each set, made wider for small sets as Hesterberg 2015
    ("What Teachers Should Know about the Bootstrap") proposes: the plain one knows neither n - 1
    nor Student's t, and with eight words a side holds the truth in 87 % of cases instead of 95 %.

    Parameters
    ----------
    outcomes
        Of all words, one set after the other.
    sets
        How many words each has.
    seed
        Of the resamples.
    """
    judged = outcomes.judged
    sizes = [int(part.sum()) for part in np.split(judged, np.cumsum(sets)[:-1])]
    if min(sizes) < 2 or outcomes.value() is None:
        return None
    from scipy.special import stdtrit

    rng = np.random.default_rng(seed)
    counts = [rng.multinomial(n, np.full(n, 1 / n), size=_DRAWS) for n in sizes]
    drawn = outcomes.of(judged)(np.concatenate(counts, axis=1))
    n = min(sizes)
    tail = NormalDist().cdf(math.sqrt(n / (n - 1)) * float(stdtrit(n - 1, (1 - LEVEL) / 2)))
    low, high = np.quantile(drawn[~np.isnan(drawn)], [tail, 1 - tail])
    return Interval(float(low), float(high))


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
