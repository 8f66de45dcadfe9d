"""What a comparison says, in words: a line a data set, and one for all of it.

Called by `wordvec compare`, `--evaluate` and their JSON. Knows nothing of how figures are made.
"""

from collections import Counter
from itertools import groupby
from pathlib import Path

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
    count = Counter(direction(each) for each in heads)
    said = [
        f"{word} on {count[word]}" for word in ("better", "worse", "higher", "lower") if count[word]
    ]
    if count[""]:
        said.append(f"no difference found on {count['']}")
    sets = f"{len(heads)} data sets" if len(heads) > 1 else "1 data set"
    return f"{group.name} against {comparison.groups[0].name}, {sets}: {', '.join(said)}"


def verdicts(comparison: Comparison, group: Group) -> list[str]:
    """Return what is said of each data set on which `group` was compared with the baseline.

    Its first figure is told in any case, further ones where they differ.
    """
    lines = []
    shown = Counter((each.evaluator, each.dataset) for each in comparison.of(group))
    for head, *others in _by_dataset(comparison, group):
        several = shown[head.evaluator, head.dataset] > 1
        name = data_set(head) + (f" ({label(head)})" if several else "")
        line = _said(head, f"on {name}", comparison.tests)
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
    figures = [figure for result in _results(comparison) for figure in result.figures]
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
            f"p: of such a difference or a larger one by chance, adjusted for all "
            f"{comparison.tests} tests (Holm 1979); below {LEVEL} it counts as a difference"
        )
    lines += _on_seeds(comparison)
    lines += _on_words(comparison)
    return lines + _on_skipped(comparison)


def _results(comparison: Comparison) -> list[Result]:
    return [result for judged in comparison.judgements for one in judged for result in one.results]


def _by_dataset(comparison: Comparison, group: Group) -> list[list[Difference]]:
    """Return the differences of items, the figures of a data set together."""
    compared = [each for each in comparison.of(group) if each.n is not None]
    return [list(same) for _, same in groupby(compared, lambda d: (d.evaluator, d.dataset))]


def data_set(difference: Difference) -> str:
    """Return the name of the data set, that of the evaluator if it has none."""
    return Path(difference.dataset).name or difference.evaluator


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
        return f"{low:.3g} to {high:.3g}"
    return f"{100 * low:z.1f} to {100 * high:z.1f} points"


def _on_seeds(comparison: Comparison) -> list[str]:
    groups = comparison.groups
    recipes = {recipe_of(group.spaces[0]) for group in groups}
    lines = []
    if len(recipes) == 1 and None not in recipes and all(len(g.spaces) == 1 for g in groups):
        lines.append(
            "these are trainings of one recipe with several seeds: what differs here is chance"
        )
    elif single := [group.name for group in groups if len(group.spaces) == 1]:
        lines.append(
            f"seeds: of {' and '.join(single)} there is one training{' each' * (len(single) > 1)}; "
            "the tests do not tell what another seed would change"
        )
    if any(len(group.spaces) > 1 for group in groups):
        lines.append(
            "figures of several seeds: mean and standard deviation; the tests count the seeds in"
        )
    return lines


def _on_skipped(comparison: Comparison) -> list[str]:
    """Return which evaluators could not judge which recipes, and why."""
    of_line: dict[str, dict[str, None]] = {}
    for group, judged in zip(comparison.groups, comparison.judgements, strict=True):
        for line in (line for one in judged for line in one.skipped):
            of_line.setdefault(line, {})[group.name] = None
    return [f"{' and '.join(names)} not judged by {line}" for line, names in of_line.items()]


def _on_words(comparison: Comparison) -> list[str]:
    """Return where the recipes do not know the same items."""
    lines = []
    for each in comparison.differences:
        if each.n is not None and each.n < max(each.found):
            mine, theirs = each.found
            lines.append(
                f"{data_set(each)}: of {each.items:,} items {each.baseline} knows {mine:,} and "
                f"{each.other} {theirs:,}; the {each.n:,} that both know are compared"
            )
    if lines:
        lines.append("to know more words than the other neither helps nor harms in the tests")
    return list(dict.fromkeys(lines))
