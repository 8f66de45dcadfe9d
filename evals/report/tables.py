"""Figures as the rows of a table: one rule for how numbers are written, on the page and the card.

Called by the page and by the card. It is the rule of the command line's tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from wordvec.evals.intervals import Interval
from wordvec.evals.registry import names
from wordvec.evals.result import Figure, Result

NOTHING = "–"
"""What stands where there is no number."""
_SMALLEST = 0.0001


def number(value: float | None) -> str:
    """Return a number as tables have it: whole ones whole, others with four decimals.

    Examples
    --------
    >>> number(12345), number(0.50589), number(-0.00001), number(None)
    ('12,345', '0.5059', '0.0000', '–')
    """
    if value is None:
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else f"{value:z.4f}"


def interval(ends: Interval | None) -> str:
    """Return both ends in words.

    Examples
    --------
    >>> interval(Interval(-0.1, 0.25))
    '-0.1000 to 0.2500'
    """
    return NOTHING if ends is None else f"{number(ends.low)} to {number(ends.high)}"


def pvalue(value: float | None) -> str:
    """Return a p-value, which is never 0.

    Examples
    --------
    >>> pvalue(0.01234), pvalue(1e-9), pvalue(None)
    ('0.0123', '<0.0001', '–')
    """
    return f"<{_SMALLEST}" if value is not None and value < _SMALLEST else number(value)


def share(value: float | None) -> str:
    """Return a share in percent.

    Examples
    --------
    >>> share(0.97167), share(None)
    ('97.2%', '–')
    """
    return NOTHING if value is None else f"{value:.1%}"


def data_name(result: Result) -> str:
    """Return the data set's name without its folder, the evaluator's where there is none.

    Examples
    --------
    >>> figure = Figure(measure="IsoScore", value=0.5, n=9, items=9, better="neither")
    >>> data_name(Result(evaluator="geometry", dataset="", figures=(figure,), policy="",
    ...                  vocabulary=9))
    'geometry'
    """
    return PurePath(result.dataset).name or result.evaluator


def by_evaluator(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the results of each evaluator, in the order in which evaluators are shown."""
    order = [*names(), *(result.evaluator for result in results)]
    found = {name: [r for r in results if r.evaluator == name] for name in order}
    return {name: own for name, own in found.items() if own}


@dataclass(frozen=True)
class Row:
    """A figure, and the data set that it is of."""

    dataset: str
    figure: Figure


@dataclass(frozen=True)
class FigureTable:
    """Rows, and which of the columns that need not be there say something in one of them."""

    rows: tuple[Row, ...]

    @property
    def has_datasets(self) -> bool:
        """Whether there is more than one."""
        return len({row.dataset for row in self.rows}) > 1

    @property
    def has_parts(self) -> bool:
        """Whether a figure is of a part."""
        return any(row.figure.part for row in self.rows)

    @property
    def has_intervals(self) -> bool:
        """Whether a figure has an interval."""
        return any(row.figure.interval for row in self.rows)

    @property
    def has_pvalues(self) -> bool:
        """Whether a figure has a p-value."""
        return any(row.figure.pvalue is not None for row in self.rows)


def headline_table(results: Sequence[Result]) -> FigureTable:
    """Return a table of what is told first."""
    return FigureTable(tuple(Row(data_name(r), figure) for r in results for figure in r.figures))


def breakdown_table(result: Result) -> FigureTable:
    """Return a table of the parts of one result."""
    return FigureTable(tuple(Row(data_name(result), figure) for figure in result.breakdown))
