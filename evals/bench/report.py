"""Means with their standard errors, and a table in Markdown.

Pure functions of numbers and text; called by the benchmarks and by `wordvec compare`.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Estimate:
    """A mean over runs and its standard error, NaN for a single run."""

    mean: float
    standard_error: float

    def show(self, digits: int) -> str:
        """Return it as text, with as many decimals as told."""
        error = "" if math.isnan(self.standard_error) else f" ± {self.standard_error:,.{digits}f}"
        return "n/a" if math.isnan(self.mean) else f"{self.mean:,.{digits}f}{error}"

    def to_dict(self) -> dict[str, float | None]:
        """Return it for JSON: NaN becomes None."""
        return {key: None if math.isnan(v) else v for key, v in asdict(self).items()}


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of `values` and its standard error: NaN if one of them is.

    Examples
    --------
    >>> estimate([1.0, 2.0, 3.0]).show(2)
    '2.00 ± 0.58'
    """
    if any(map(math.isnan, values)):
        return Estimate(math.nan, math.nan)
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return Estimate(statistics.fmean(values), error)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns lined up, the first to the left.

    Examples
    --------
    >>> print(markdown_table(["", "a"], [["x", "1.0"], ["long", "10.0"]]))
    |      |    a |
    |:-----|-----:|
    | x    |  1.0 |
    | long | 10.0 |
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        texts = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return "| " + " | ".join(texts) + " |"

    rule = [":" + "-" * (widths[0] + 1), *("-" * (width + 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), "|" + "|".join(rule) + "|", *map(line, rows)])
