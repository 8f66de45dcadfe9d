"""What a comparison says, in words: a line a data set, and one for all of it.

Called by `wordvec compare`, `--evaluate` and their JSON. Knows nothing of how figures are made.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from wordvec.evals.comparison.differences import Comparison, Difference
from wordvec.evals.comparison.seeds import Group, recipe_of
from wordvec.evals.report.meanings import explained
from wordvec.evals.result import Result

LEVEL = 0.05
"""Below this, the p-value by Holm's rule counts as a difference."""

_BIAS = {
    "direct bias": "what neutral examples have along the bias, found anew in each space; 0 is none",
    "cluster accuracy": "how well 2-means sorts the words most biased before; 0.5 is chance",
}


def summary(comparison: Comparison, group: Group) -> str:
    """Return on how many data sets `group` is better and worse than the baseline, in a line."""
    heads = [each[0] for each in _by_dataset(comparison, group) if each[0].adjusted is not None]
    if not heads:
        return f"nothing could be tested between {comparison.groups[0].name} and {group.name}"
    told = [
        _counted([each for each in heads if each.mark is mark], what)
        for mark, what in ((True, ""), (False, " that describe"))
    ]
    return f"{group.name} against {comparison.groups[0].name}, {'; '.join(filter(None, told))}"


def _counted(heads: Sequence[Difference], what: str) -> str:
    """Return how many data sets say what, in words; "" for none."""
    if not heads:
        return ""
    count = Counter(direction(each) for each in heads)
    said = [
        f"{word} on {count[word]}" for word in ("better", "worse", "higher", "lower") if count[word]
    ]
    if count[""]:
        said.append(f"no difference found on {count['']}")
    sets = f"{len(heads)} data sets" if len(heads) > 1 else "1 data set"
    return f"{sets}{what}: {', '.join(said)}"


def verdicts(comparison: Comparison, group: Group) -> list[str]:
    """Return what is said of each data set on which `group` was compared with the baseline.

    Its first figure is told in any case, further ones where they differ.
    """
    lines = []
    shown = Counter((each.evaluator, each.dataset) for each in comparison.of(group))
    for head, *others in _by_dataset(comparison, group):
        several = shown[head.evaluator, head.dataset] > 1
        name = comparison.data_set(head) + (f" ({label(head)})" if several else "")
        line = _said(head, f"on {name}", comparison.tests_of(mark=head.mark))
        further = [_told(each, f"on {label(each)}") for each in others if direction(each)]
        lines.append("; ".join([line, *further]))
    return lines


def direction(difference: Difference) -> str:
    """Return "better", "worse", "higher" or "lower", or "" if there may be no difference."""
    gain = difference.difference
    if gain is None or difference.adjusted is None or difference.adjusted >= LEVEL or not gain:
        return ""
    if difference.better == "neither":
        return "higher" if gain > 0 else "lower"
    return "better" if (gain > 0) == (difference.better == "higher") else "worse"


def notes(comparison: Comparison) -> list[str]:
    """Return what a reader must know to read the figures rightly, a line each."""
    tested = {each.measure for each in comparison.differences if each.pvalue is not None}
    figures = [
        figure
        for result in _results(comparison)
        for figure in result.figures
        if figure is result.figures[0] or figure.measure in tested
    ]
    meanings = dict(explained(figures)) | {
        figure.measure: _BIAS[figure.measure] for figure in figures if figure.measure in _BIAS
    }
    lines = [f"{measure}: {meaning}" for measure, meaning in meanings.items()]
    if comparison.tests:
        lines.append(
            "95% interval: of the difference, on the items that both know; if it holds 0, the "
            "difference may be chance"
        )
        lines.append(
            f"p: how likely chance makes such a difference or a larger one, adjusted for "
            f"{_number_of_tests(comparison)} (Holm 1979); below {LEVEL} it counts as a difference; "
            "rows without p are not tested"
        )
    lines += _on_seeds(comparison)
    lines += _on_items(comparison)
    return lines + _on_skipped(comparison)


def _number_of_tests(comparison: Comparison) -> str:
    marks, descriptions = (comparison.tests_of(mark=mark) for mark in (True, False))
    if not marks or not descriptions:
        n = marks + descriptions
        return f"all {n} tests" if n > 1 else "one test"
    return (
        f"the {marks} tests of what is better, and apart from these for the {descriptions} of what "
        "is described, such as bias"
    )


def on_words(comparison: Comparison) -> list[str]:
    """Return on what words the spaces were judged, if not on all of each: a line or none."""
    n = comparison.shared_words
    if all(len(vectors) == n for group in comparison.groups for vectors in group.spaces):
        return []
    known = ", ".join(f"{group.name} {len(group.spaces[0]):,}" for group in comparison.groups)
    return [
        f"all are judged on the {n:,} words that every one of them has, written alike ({known}); "
        "to have more words neither helps nor harms here, and `wordvec eval` tells how much of a "
        "data set each knows"
    ]


def _results(comparison: Comparison) -> list[Result]:
    return [result for judged in comparison.judgements for one in judged for result in one.results]


def _by_dataset(comparison: Comparison, group: Group) -> list[list[Difference]]:
    """Return the differences of items, the figures of a data set together."""
    compared = [each for each in comparison.of(group) if each.n is not None]
    return [list(same) for _, same in groupby(compared, lambda d: (d.evaluator, d.dataset))]


def label(difference: Difference) -> str:
    """Return the measure and what it is of."""
    return " ".join(filter(None, (difference.measure, difference.part)))


def _said(difference: Difference, of: str, tests: int) -> str:
    """Return one difference in words, of so many `tests`."""
    interval = difference.interval
    if interval is None or difference.adjusted is None:
        return f"not tested {of}: {difference.untested}"
    if direction(difference):
        return f"{difference.other} is {_told(difference, of)}"
    if not any(interval):
        return f"no difference at all {of}"
    told = f"no difference found {of} ({_amount(*interval, difference)}"
    if tests > 1 and (interval.low > 0 or interval.high < 0):
        told += f", but p = {difference.adjusted:.2g} among {tests} tests"
    return f"{told})"


def _told(difference: Difference, of: str) -> str:
    """Return which way a difference goes that there is, and how far."""
    low, high = sorted(map(abs, difference.interval or ()))
    return f"{direction(difference)} {of} by {_amount(low, high, difference)}"


def _amount(low: float, high: float, difference: Difference) -> str:
    """Return a span in points, hundredths, or as it is where more is neither better nor worse."""
    if difference.better == "neither":
        return f"{low:z.2f} to {high:z.2f}"
    return f"{100 * low:z.1f} to {100 * high:z.1f} points"


def _on_seeds(comparison: Comparison) -> list[str]:
    baseline, *others = comparison.groups
    recipes = {recipe_of(group.spaces[0]) for group in comparison.groups}
    alone = [group for group in others if len(baseline.spaces) == len(group.spaces) == 1]
    if len(recipes) == 1 and None not in recipes and alone == others:
        seeds = {g.spaces[0].provenance["training"]["seed"] for g in comparison.groups}
        several = "several seeds" if len(seeds) > 1 else "one seed"
        return [f"these are trainings of one recipe with {several}: what differs here is chance"]
    lines = []
    if alone:
        lines.append(
            f"seeds: of {_listed([baseline, *alone])} there is one training each; the tests do not "
            "tell what another seed would change"
        )
    if len(alone) < len(others):
        lines.append(
            "figures of several seeds: mean and standard deviation; the tests count the seeds in"
        )
        if single := [group for group in comparison.groups if len(group.spaces) == 1]:
            lines.append(
                f"seeds: of {_listed(single)} there is one training; where it stands against "
                "several, a seed is taken to change it as much as these"
            )
    return lines


def _listed(groups: Sequence[Group]) -> str:
    return " and ".join(group.name for group in groups)


def _on_skipped(comparison: Comparison) -> list[str]:
    """Return which evaluators could not judge which recipes, and why."""
    of_line: dict[str, dict[str, None]] = {}
    for group, judged in zip(comparison.groups, comparison.judgements, strict=True):
        for line in (line for one in judged for line in one.skipped):
            of_line.setdefault(line, {})[group.name] = None
    return [f"{' and '.join(names)} not judged by {line}" for line, names in of_line.items()]


def _on_items(comparison: Comparison) -> list[str]:
    """Return where one recipe could judge items that the other could not."""
    lines = [
        f"{comparison.data_set(each)}: of {each.items:,} items {each.baseline} could judge "
        f"{each.found[0]:,} and {each.other} {each.found[1]:,}; the {each.n:,} that both could are "
        "compared"
        for each in comparison.differences
        if each.n is not None and each.n < max(each.found)
    ]
    return list(dict.fromkeys(lines))
