"""How a comparison is printed, by `wordvec compare` and by `--evaluate`."""

import shutil
import textwrap
from collections.abc import Sequence
from itertools import groupby

import click

from wordvec.cli.output import print_table, stepped
from wordvec.evals.comparison import Comparison, Difference, Value
from wordvec.evals.comparison.verdict import notes, on_words, summary, verdicts

_WIDEST_NAME = 11
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def print_comparison(comparison: Comparison, *, markdown: bool = False) -> None:
    """Print a table and the verdicts for each group but the first, then what to know of them."""
    titles = _titles([group.name for group in comparison.groups])
    for line in on_words(comparison):
        _print_line(line, markdown=markdown)
        click.echo()
    for place, group in enumerate(comparison.groups[1:], start=1):
        header = ("data set", "measure", titles[0], titles[place], "diff.", *_REST)
        differences = comparison.of(group)
        places = [(comparison.data_set(each), each.part) for each in differences]
        names = [" ".join(place).strip() for place in places] if markdown else stepped(places)
        rows = [(name, *_row(each)) for name, each in zip(names, differences, strict=True)]
        _print_rows(rows, header, markdown=markdown)
        click.echo()
        for line in (*verdicts(comparison, group), summary(comparison, group)):
            _print_line(line, markdown=markdown)
        click.echo()
    for line in (*_agreements(comparison), *notes(comparison)):
        _print_line(line, markdown=markdown)


def print_groups(comparison: Comparison) -> None:
    """Print what the columns of the tables are of, a line each."""
    names = [group.name for group in comparison.groups]
    for title, group in zip(_titles(names), comparison.groups, strict=True):
        vectors = group.spaces[0]
        of = f" is {', '.join(group.members or (group.name,))}" * (
            title != group.name or len(group.members) > 1
        )
        baseline = ", the baseline" if group is comparison.groups[0] else ""
        click.echo(f"{title}{of} ({len(vectors):,} words x {vectors.vector_size}{baseline})")
    click.echo()


_REST = ("95% interval", "p", "items")


def _print_rows(rows: Sequence[tuple[str, ...]], header: Sequence[str], *, markdown: bool) -> None:
    if markdown:
        from wordvec.evals.bench.report import markdown_table
        from wordvec.evals.report.markdown import escape

        click.echo(markdown_table(header, [[escape(cell) for cell in row] for row in rows]))
        return
    numbers = [max(map(len, column)) for column in list(zip(header, *rows, strict=True))[2:]]
    left = _columns() - sum(numbers) - 2 * (len(header) - 1)
    names, labels = (max(map(len, column)) for column in list(zip(header, *rows, strict=True))[:2])
    name = min(names, max(left - labels, left * 3 // 7))
    widths = name, left - name
    print_table([[*map(_shortened, row, widths), *row[2:]] for row in rows], header=header)


def _print_line(line: str, *, markdown: bool) -> None:
    """Print a sentence: in Markdown as an item of a list, else in lines of 100 columns at most."""
    if markdown:
        click.echo(f"- {line}")
        return
    click.echo(
        textwrap.fill(
            line,
            _columns(),
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def _columns() -> int:
    """Return how wide a table may be: as the terminal is, 110 columns if there is none."""
    return max(80, shutil.get_terminal_size((110, 24)).columns)


def _row(difference: Difference) -> tuple[str, ...]:
    interval = difference.interval
    return (
        difference.measure,
        _value(difference.first),
        _value(difference.second),
        _number(difference.difference),
        "-" if interval is None else f"{_number(interval.low)} to {_number(interval.high)}",
        _p(difference.adjusted),
        "-" if difference.n is None else f"{difference.n:,}",
    )


def _titles(names: Sequence[str]) -> list[str]:
    """Return the names, or letters if one is too long for a column."""
    if max(map(len, names)) <= _WIDEST_NAME or len(names) > len(_LETTERS):
        return list(names)
    return list(_LETTERS[: len(names)])


def _value(value: Value) -> str:
    spread = value.sd is not None and f" ±{_number(value.sd)}".replace("±0.", "±.")
    return _number(value.value) + (spread or "")


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:z.3f}" if abs(value) < _LARGE else f"{value:,.1f}"


_LARGE = 10


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if value >= _LEAST_P else "<.0001"


_LEAST_P = 1e-4


def _shortened(text: str, width: int) -> str:
    """Return `text` without its middle if it is wider than `width`."""
    half = width // 2
    return text if len(text) <= width else f"{text[: width - half - 1]}…{text[-half:]}"


def _agreements(comparison: Comparison) -> list[str]:
    """Return how far the spaces have the same neighbours, a line for each pair."""
    lines = []
    for each in comparison.agreements:
        told = f"neighbours in {each.first} and {each.second}: "
        if each.result is None:
            lines.append(told + each.why)
            continue
        parts = groupby(each.result.figures, lambda figure: figure.part)
        told += "; ".join(
            (f"{part}: " if part else "")
            + ", ".join(f"{figure.measure} {_number(figure.value)}" for figure in figures)
            for part, figures in parts
        )
        lines.append(told + ("; one seed, which makes them more alike" if each.same_seed else ""))
    return lines
