"""What a comparison found: figures of two recipes side by side, and how far they differ.

Made by `wordvec.evals.comparison.recipes`, told in words by `wordvec.evals.comparison.verdict`.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from wordvec.evals.comparison.seeds import Group
from wordvec.evals.datasets import short_names
from wordvec.evals.intervals import Interval
from wordvec.evals.result import Better, Result
from wordvec.evals.suite import Judgement


@dataclass(frozen=True, kw_only=True)
class Value:
    """A figure of one recipe: the mean over its seeds, and how far these are apart."""

    value: float | None
    sd: float | None = None
    """Standard deviation over the seeds; None for a single one."""
    seeds: int = 1

    @classmethod
    def of(cls, values: Sequence[float], seeds: int) -> Self:
        """Return the value of `values`, one a seed; none if there are not `seeds` of them."""
        if len(values) < seeds:
            return cls(value=None, seeds=seeds)
        sd = float(np.std(values, ddof=1)) if seeds > 1 else None
        return cls(value=float(np.mean(values)), sd=sd, seeds=seeds)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One figure of the baseline and of another recipe."""

    baseline: str
    other: str
    """Names of the groups."""
    evaluator: str
    dataset: str
    measure: str
    part: str
    better: Better
    first: Value
    """Of the baseline, on the items that both could judge if it is of items."""
    second: Value
    n: int | None
    """Items that both could judge; None if the figure is not compared by items."""
    items: int
    found: tuple[int, int]
    """Items that the baseline and the other could judge."""
    interval: Interval | None
    """95 %, of the difference; None if not tested."""
    pvalue: float | None
    adjusted: float | None
    """The p-value by Holm's rule over all tests of the comparison that are marks, or are none."""
    untested: str
    """Why there is no test; "" if there is."""

    @property
    def mark(self) -> bool:
        """Whether more, or less, is better; else the figure describes."""
        return self.better != "neither"

    @property
    def difference(self) -> float | None:
        """The other less the baseline."""
        if self.first.value is None or self.second.value is None:
            return None
        return self.second.value - self.first.value

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        plain = {key: getattr(self, key) for key in _PLAIN}
        return plain | {
            "first": vars(self.first),
            "second": vars(self.second),
            "difference": self.difference,
            "found": list(self.found),
            "interval": None if self.interval is None else list(self.interval),
        }


_PLAIN = (
    "baseline",
    "other",
    "evaluator",
    "dataset",
    "measure",
    "part",
    "better",
    "n",
    "items",
    "pvalue",
    "adjusted",
    "untested",
)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two spaces have the same neighbours: two recipes, or two seeds of one."""

    first: str
    second: str
    same_seed: bool
    """Whether both were trained with one seed, which alone makes neighbours more alike."""
    result: Result | None
    """Of `wordvec.evals.comparison.stability.stability`; None if it could not be had."""
    why: str = ""
    """Why not."""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        result = None if self.result is None else self.result.to_dict()
        return vars(self) | {"result": result}


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """What several recipes are like beside the first."""

    groups: tuple[Group, ...]
    """The baseline first, each with all its words."""
    shared_words: int
    """How many words all of them know: on these alone they were judged."""
    judgements: tuple[tuple[Judgement, ...], ...]
    """Of each group, one a space."""
    differences: tuple[Difference, ...]
    """Of each group but the first, in their order; each figure that both have."""
    agreements: tuple[Agreement, ...]
    draws: int
    seed: int

    @property
    def tests(self) -> int:
        """How many differences were tested."""
        return self.tests_of(mark=True) + self.tests_of(mark=False)

    def tests_of(self, *, mark: bool) -> int:
        """How many of those that are marks, or that are none, were tested."""
        return sum(d.pvalue is not None and d.mark is mark for d in self.differences)

    def data_set(self, difference: Difference) -> str:
        """Return the name of its data set, as short as it can be told from the others.

        The name of the evaluator if it needs no data.
        """
        return self._short_names[difference.dataset] or difference.evaluator

    @functools.cached_property
    def _short_names(self) -> dict[str, str]:
        return short_names([each.dataset for each in self.differences])

    def of(self, group: Group) -> list[Difference]:
        """Return the differences of `group` from the baseline."""
        return [each for each in self.differences if each.other == group.name]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        from wordvec.evals.comparison.verdict import notes, on_words, summary, verdicts

        return {
            "groups": [
                group.to_dict() | {"skipped": [list(one.skipped) for one in judged]}
                for group, judged in zip(self.groups, self.judgements, strict=True)
            ],
            "shared_words": self.shared_words,
            "differences": [each.to_dict() for each in self.differences],
            "agreements": [each.to_dict() for each in self.agreements],
            "tests": self.tests,
            "verdicts": {
                group.name: {"summary": summary(self, group), "lines": verdicts(self, group)}
                for group in self.groups[1:]
            },
            "notes": [*on_words(self), *notes(self)],
            "draws": self.draws,
            "seed": self.seed,
        }
