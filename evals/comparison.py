"""Which of several recipes is better, and at what: all of them judged and compared with the first.

`compare` is what `wordvec compare` and `--evaluate` run. Knows evaluators by their results alone;
the test is in `wordvec.evals.paired`, the words for a reader in `wordvec.evals.verdict`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from wordvec.errors import DataError
from wordvec.evals.intervals import DRAWS, Interval
from wordvec.evals.paired import Paired, compare_outcomes, holm
from wordvec.evals.registry import Evaluator
from wordvec.evals.result import SEED, Better, Figure, Outcomes, Result
from wordvec.evals.seeds import Group
from wordvec.evals.suite import Judgement, Progress, judge
from wordvec.vectors import WordVectors


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
    """The p-value by Holm's rule over all tests of the comparison."""
    untested: str
    """Why there is no test; "" if there is."""

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
    """Of `wordvec.evals.stability.stability`; None if it could not be had."""
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
    """The baseline first."""
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
        return sum(each.pvalue is not None for each in self.differences)

    def of(self, group: Group) -> list[Difference]:
        """Return the differences of `group` from the baseline."""
        return [each for each in self.differences if each.other == group.name]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        from wordvec.evals.verdict import notes, summary, verdicts

        return {
            "groups": [
                group.to_dict() | {"skipped": [list(one.skipped) for one in judged]}
                for group, judged in zip(self.groups, self.judgements, strict=True)
            ],
            "differences": [each.to_dict() for each in self.differences],
            "agreements": [each.to_dict() for each in self.agreements],
            "tests": self.tests,
            "verdicts": {
                group.name: {"summary": summary(self, group), "lines": verdicts(self, group)}
                for group in self.groups[1:]
            },
            "notes": notes(self),
            "draws": self.draws,
            "seed": self.seed,
        }


def compare(
    groups: Sequence[Group],
    evaluators: Sequence[Evaluator],
    *,
    agreement: bool = True,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Comparison:
    """Judge every space by every evaluator, and compare each group with the first.

    A figure with outcomes of single items is compared on those that all spaces of both groups
    could judge, with a test (see `wordvec.evals.paired.compare_outcomes`); others, such as those
    of geometry, are put side by side. The p-values of all tests are adjusted together by Holm's
    rule.

    Parameters
    ----------
    groups
        Two recipes at least, of names that differ, the baseline first.
    evaluators
        As `wordvec.evals.suite.suite` makes them.
    agreement
        Whether neighbours are compared, too.
    draws
        Resamples of the items.
    seed
        Of these, and of the words whose neighbours are compared.
    progress
        Called with the steps done and to do.
    """
    pairs = _pairs(groups) if agreement else []
    steps = len(evaluators) * sum(len(group.spaces) for group in groups) + len(pairs)
    done = 0

    def step(*_: int) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    judgements = tuple(
        tuple(judge(vectors, evaluators, progress=step) for vectors in group.spaces)
        for group in groups
    )
    found = [
        difference
        for group, judged in zip(groups[1:], judgements[1:], strict=True)
        for difference in _differences(groups[0], group, judgements[0], judged, draws, seed)
    ]
    return Comparison(
        groups=tuple(groups),
        judgements=judgements,
        differences=tuple(_adjust(found)),
        agreements=tuple(_agree(pair, seed, step) for pair in pairs),
        draws=draws,
        seed=seed,
    )


@dataclass(frozen=True, eq=False)
class _Found:
    """A figure that one judgement told, and its outcomes if it has any."""

    figure: Figure
    outcomes: Outcomes | None


_Key = tuple[str, str, str, str]


def _figures(judgement: Judgement) -> dict[_Key, _Found]:
    """Return the figures of a judgement by evaluator, data set, measure and part."""
    found = {}
    for result in judgement.results:
        outcomes = {(each.measure, each.part): each for each in result.outcomes}
        for figure in result.figures:
            name = figure.measure, figure.part
            found[result.evaluator, result.dataset, *name] = _Found(figure, outcomes.get(name))
    return found


def _differences(
    baseline: Group,
    other: Group,
    judged: Sequence[Judgement],
    judged_other: Sequence[Judgement],
    draws: int,
    seed: int,
) -> list[Difference]:
    """Return the difference in each figure that all spaces of both groups have."""
    first, second = ([_figures(one) for one in some] for some in (judged, judged_other))
    differences = []
    for key in first[0]:
        if not all(key in figures for figures in (*first, *second)):
            continue
        mine, theirs = ([figures[key] for figures in group] for group in (first, second))
        differences.append(_difference(key, (baseline, other), mine, theirs, draws, seed))
    return differences


def _difference(
    key: _Key,
    groups: tuple[Group, Group],
    mine: Sequence[_Found],
    theirs: Sequence[_Found],
    draws: int,
    seed: int,
) -> Difference:
    outcomes = [[f.outcomes for f in some if f.outcomes is not None] for some in (mine, theirs)]
    if all(map(len, outcomes)):
        paired = compare_outcomes(*outcomes, draws=draws, seed=seed)
        n: int | None = paired.n
    else:
        paired, n = _side_by_side(mine, theirs), None
    figure = mine[0].figure
    return Difference(
        baseline=groups[0].name,
        other=groups[1].name,
        evaluator=key[0],
        dataset=key[1],
        measure=figure.measure,
        part=figure.part,
        better=figure.better,
        first=Value.of(paired.first, len(mine)),
        second=Value.of(paired.second, len(theirs)),
        n=n,
        items=figure.items,
        found=(min(f.figure.n for f in mine), min(f.figure.n for f in theirs)),
        interval=paired.interval,
        pvalue=paired.pvalue,
        adjusted=None,
        untested=paired.untested,
    )


def _side_by_side(mine: Sequence[_Found], theirs: Sequence[_Found]) -> Paired:
    first, second = (
        tuple(f.figure.value for f in some if f.figure.value is not None) for some in (mine, theirs)
    )
    return Paired(n=0, first=first, second=second, untested="not a figure of items")


def _adjust(differences: Sequence[Difference]) -> list[Difference]:
    """Return the differences with the p-values of all adjusted together."""
    adjusted = iter(holm([each.pvalue for each in differences if each.pvalue is not None]))
    return [
        each if each.pvalue is None else replace(each, adjusted=next(adjusted))
        for each in differences
    ]


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two spaces whose neighbours are compared."""

    first: str
    one: WordVectors
    second: str
    other: WordVectors

    @property
    def same_seed(self) -> bool:
        """Whether both were trained with one seed."""
        seeds = [v.provenance.get("training", {}).get("seed") for v in (self.one, self.other)]
        return seeds[0] is not None and seeds[0] == seeds[1]


def _pairs(groups: Sequence[Group]) -> list[_Pair]:
    """Return whose neighbours are compared: two seeds of each recipe, then the recipes.

    Those of two seeds if there are, since one seed alone makes neighbours more alike.
    """
    pairs = [
        _Pair(group.members[0], group.spaces[0], group.members[1], group.spaces[1])
        for group in groups
        if len(group.spaces) > 1
    ]
    mine = _named(groups[0])
    for group in groups[1:]:
        found = [_Pair(*one, *other) for one in mine for other in _named(group)]
        pairs.append(min(found, key=lambda pair: pair.same_seed))
    return pairs


def _named(group: Group) -> list[tuple[str, WordVectors]]:
    return list(zip(group.members or (group.name,), group.spaces, strict=True))


def _agree(pair: _Pair, seed: int, step: Callable[[], None]) -> Agreement:
    from wordvec.evals.stability import stability

    result, why = None, ""
    try:
        result = stability(pair.one, pair.other, seed=seed)
    except DataError as error:
        why = str(error)
    step()
    return Agreement(
        first=pair.first, second=pair.second, same_seed=pair.same_seed, result=result, why=why
    )
