"""Which of several recipes is better, and at what: all of them judged and compared with the first.

`compare` is what `wordvec compare` and `--evaluate` run. Knows evaluators by their results alone;
the test is in `wordvec.evals.comparison.paired`, the words in `wordvec.evals.comparison.verdict`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from wordvec.errors import DataError
from wordvec.evals.comparison.differences import Agreement, Comparison, Difference, Value
from wordvec.evals.comparison.paired import Paired, compare_outcomes, holm
from wordvec.evals.comparison.seeds import Group
from wordvec.evals.comparison.words import share_words
from wordvec.evals.intervals import DRAWS
from wordvec.evals.registry import Evaluator
from wordvec.evals.result import SEED, Figure, Outcomes
from wordvec.evals.suite import Judgement, Progress, judge
from wordvec.vectors import WordVectors


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
    could judge, with the test of `wordvec.evals.comparison.paired`; others, such as those of
    geometry, are put side by side. The p-values are adjusted by Holm's rule: those of figures
    that say which is better together, and those of descriptions, such as bias, together.

    All spaces are judged on the words that all of them know, so that the vocabulary of one makes
    no question easier: see `wordvec.evals.comparison.words`.

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

    Raises
    ------
    DataError
        If no word is in all spaces.
    """
    given, groups = groups, _sharing_words(groups)
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
        groups=tuple(given),
        shared_words=len(groups[0].spaces[0]),
        judgements=judgements,
        differences=tuple(_adjust(found)),
        agreements=tuple(_agree(pair, seed, step) for pair in pairs),
        draws=draws,
        seed=seed,
    )


def _sharing_words(groups: Sequence[Group]) -> list[Group]:
    """Return the groups with the words alone that all of their spaces know."""
    spaces = iter(share_words([vectors for group in groups for vectors in group.spaces]))
    return [replace(group, spaces=tuple(islice(spaces, len(group.spaces)))) for group in groups]


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
        better=figure.better if n is None else outcomes[0][0].better,
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
    """Return the differences with their p-values adjusted, marks and descriptions apart.

    Who asks which is better is not to find less because the spaces were described, too.
    """
    adjusted = {
        family: iter(
            holm([d.pvalue for d in differences if d.pvalue is not None and d.mark is family])
        )
        for family in (True, False)
    }
    return [
        each if each.pvalue is None else replace(each, adjusted=next(adjusted[each.mark]))
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
    from wordvec.evals.comparison.stability import stability

    result, why = None, ""
    try:
        result = stability(pair.one, pair.other, seed=seed)
    except DataError as error:
        why = str(error)
    step()
    return Agreement(
        first=pair.first, second=pair.second, same_seed=pair.same_seed, result=result, why=why
    )
