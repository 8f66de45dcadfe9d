"""How a comparison is printed, by `wordvec compare` and by `--evaluate`."""

from collections.abc import Sequence
from typing import Any

import click

from wordvec.cli.output import print_table
from wordvec.evals.comparison import Comparison, Difference, Value
from wordvec.evals.verdict import data_set, label, notes, summary, verdicts

_WIDEST_SET, _WIDEST_MEASURE, _WIDEST_NAME = 15, 21, 13
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def print_comparison(comparison: Comparison) -> None:
    """Print a table and the verdicts for each group but the first, then what to know of them."""
    titles = _titles([group.name for group in comparison.groups])
    for place, group in enumerate(comparison.groups[1:], start=1):
        differences = comparison.of(group)
        rows = [_row(each) for each in differences]
        header = ("data set", "measure", titles[0], titles[place], "difference", *_REST)
        print_table(rows, header=header)
        click.echo()
        for line in (*verdicts(comparison, group), summary(comparison, group)):
            click.echo(line)
        click.echo()
    for line in _agreements(comparison):
        click.echo(line)
    for line in notes(comparison):
        click.echo(line)


def print_groups(comparison: Comparison) -> None:
    """Print what the columns of the tables are of, a line each."""
    names = [group.name for group in comparison.groups]
    for title, group in zip(_titles(names), comparison.groups, strict=True):
        of = f": {', '.join(group.members)}" if group.members else ""
        vectors = group.spaces[0]
        named = "" if title == group.name else f"{title} is "
        baseline = ", the baseline" if group is comparison.groups[0] else ""
        click.echo(
            f"{named}{group.name}{of} ({len(vectors):,} words x {vectors.vector_size}{baseline})"
        )
    click.echo()


_REST = ("95% interval", "p", "items")


def _row(difference: Difference) -> tuple[Any, ...]:
    interval = difference.interval
    return (
        _shortened(data_set(difference), _WIDEST_SET),
        _shortened(label(difference), _WIDEST_MEASURE),
        _value(difference.first),
        _value(difference.second),
        _number(difference.difference),
        "-" if interval is None else f"{interval.low:z.3f} to {interval.high:z.3f}",
        _p(difference.adjusted),
        "-" if difference.n is None else f"{difference.n:,}",
    )


def _titles(names: Sequence[str]) -> list[str]:
    """Return the names, or letters if one is too long for a column."""
    if max(map(len, names)) <= _WIDEST_NAME or len(names) > len(_LETTERS):
        return list(names)
    return list(_LETTERS[: len(names)])


def _value(value: Value) -> str:
    spread = (
        "" if value.sd is None or value.value is None else f" ±{value.sd:.3f}".replace("±0", "±")
    )
    return _number(value.value) + spread


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:z.3f}"


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if value >= 0.0001 else "<.0001"


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _agreements(comparison: Comparison) -> list[str]:
    """Return how far the spaces have the same neighbours, a line for each pair."""
    lines = []
    for each in comparison.agreements:
        if each.result is None:
            lines.append(f"neighbours in {each.first} and {each.second}: {each.why}")
            continue
        told = ", ".join(
            f"{figure.measure}{' ' + figure.part if figure.part else ''} {figure.value:.2f}"
            for figure in each.result.figures
            if figure.value is not None
        )
        lines.append(f"neighbours in {each.first} and {each.second}: {told}")
    return lines
