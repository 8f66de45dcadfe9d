"""Figures as the rows of a table: one rule for how numbers are written, on the page and the card.

Called by the page and by the card. It is the rule of the command line's tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wordvec.evals.datasets import short_names
from wordvec.evals.intervals import Interval
from wordvec.evals.registry import names
from wordvec.evals.result import Figure, Result

NOTHING = "–"
"""What stands where there is no number."""
_SMALLEST = 0.0001


def number(value: float | None, digits: int = 4) -> str:
    """Return a number as tables have it: `digits` behind the point, fewer from 10 and 100 on.

    Examples
    --------
    >>> number(12345), number(0.50589), number(-0.00001), number(None)
    ('12,345', '0.5059', '0.0000', '–')
    >>> number(29.4986), number(2336.934)
    ('29.50', '2,336.9')
    """
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value:,}"
    digits = min(digits, 1 if abs(value) >= 100 else 2 if abs(value) >= 10 else digits)
    return f"{value:z,.{digits}f}"


def interval(ends: Interval | None) -> str:
    """Return both ends in words.

    Examples
    --------
    >>> interval(Interval(-0.1, 0.25))
    '-0.100 to 0.250'
    """
    return NOTHING if ends is None else f"{number(ends.low, 3)} to {number(ends.high, 3)}"


def pvalue(value: float | None) -> str:
    """Return a p-value, which is never 0.

    Examples
    --------
    >>> pvalue(0.01234), pvalue(1e-9), pvalue(None)
    ('0.0123', '<0.0001', '–')
    """
    return f"<{_SMALLEST}" if value is not None and value < _SMALLEST else number(value)


def found(figure: Figure) -> str:
    """Return of how many items a figure is.

    Examples
    --------
    >>> found(Figure(measure="Spearman", value=0.5, n=343, items=353, unit="pairs"))
    '343 of 353 pairs, 97%'
    """
    of = f"{number(figure.n)} of {number(figure.items)} {figure.unit}".rstrip()
    return of if figure.coverage is None else f"{of}, {figure.coverage:.0%}"


def named(results: Sequence[Result]) -> tuple[Result, ...]:
    """Return results whose data sets have short names that tell them apart.

    What an evaluator says to be a check, `details["check"]`, is called so.

    Examples
    --------
    >>> figure = Figure(measure="accuracy", value=0.5, n=9, items=9)
    >>> def of(dataset, **details):
    ...     return Result(evaluator="x", dataset=dataset, figures=(figure,), policy="",
    ...                   vocabulary=9, details=details)
    >>> [one.dataset for one in named([of("/a/q.toml"), of("/b/q.toml"), of("c", check=True)])]
    ['a/q.toml', 'b/q.toml', 'c (check)']
    """
    short = short_names([result.dataset for result in results])
    return tuple(
        replace(result, dataset=short[result.dataset] + " (check)" * is_check(result))
        for result in results
    )


def is_check(result: Result) -> bool:
    """Return whether it says how well the evaluator works, and nothing of the vectors."""
    return result.details.get("check") is True


def data_name(result: Result) -> str:
    """Return the data set's name, the evaluator's where there is none.

    Examples
    --------
    >>> figure = Figure(measure="IsoScore", value=0.5, n=9, items=9, better="neither")
    >>> data_name(Result(evaluator="geometry", dataset="", figures=(figure,), policy="",
    ...                  vocabulary=9))
    'geometry'
    """
    return result.dataset or result.evaluator


def chance_of(result: Result, figure: Figure) -> Figure | None:
    """Return the level of chance of one of the figures of `result`; None if none is known.

    That is the first figure of the breakdown with the same measure which is no mark although the
    figure is one; where several figures have the measure, one whose part begins with theirs.

    Examples
    --------
    >>> def of(value, part="", better="higher"):
    ...     return Figure(measure="purity", value=value, n=9, items=9, part=part, better=better)
    >>> result = Result(evaluator="x", dataset="", figures=(of(0.9),), policy="", vocabulary=9,
    ...                 breakdown=(of(0.8, "lowest of 10 runs"), of(0.2, "by chance", "neither")))
    >>> chance_of(result, result.figures[0]).value
    0.2
    """
    if figure.better == "neither":
        return None
    parts = [one.part for one in result.figures if one.measure == figure.measure]
    for level in result.breakdown:
        if (level.measure, level.better) == (figure.measure, "neither") and level.value is not None:
            of = next((part for part in parts if level.part.startswith(f"{part}, ")), "")
            if of == figure.part or len(parts) == 1:
                return replace(level, part=level.part.removeprefix(f"{of}, "))
    return None


def by_evaluator(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Return the results of each evaluator, in the order in which evaluators are shown."""
    order = [*names(), *(result.evaluator for result in results)]
    own = {name: [r for r in results if r.evaluator == name] for name in order}
    return {name: those for name, those in own.items() if those}


@dataclass(frozen=True)
class Row:
    """A figure, and the data set that it is of."""

    dataset: str
    figure: Figure
    chance: Figure | None = None
    """Its level of chance, if that is known."""


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
    def has_chance(self) -> bool:
        """Whether a figure has a level of chance."""
        return any(row.chance for row in self.rows)

    @property
    def has_pvalues(self) -> bool:
        """Whether a figure has a p-value."""
        return any(row.figure.pvalue is not None for row in self.rows)


def headline_table(results: Sequence[Result]) -> FigureTable:
    """Return a table of what is told first."""
    return FigureTable(
        tuple(
            Row(data_name(result), figure, chance_of(result, figure))
            for result in results
            for figure in result.figures
        )
    )


def breakdown_table(result: Result) -> FigureTable:
    """Return a table of the parts of one result."""
    return FigureTable(tuple(Row(data_name(result), figure) for figure in result.breakdown))
