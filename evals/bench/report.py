"""Runs of two tools, summed up: means, standard errors, ratios, a table in Markdown.

Pure functions of numbers; what they came from is train.py's business.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

TOOLS = ("wordvec", "gensim")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training run of one tool, and how good its vectors are."""

    tool: str
    seed: int
    words_per_second: float
    """Corpus tokens times epochs, over the time of training without compiling."""
    training_seconds: float
    seconds: float
    """The whole process, from its start to its end, the vectors saved."""
    peak_memory: int | None
    """Bytes of anonymous memory above an idle interpreter with the same imports."""
    tokens: int
    vocabulary: int
    scores: dict[str, float]
    """Data set to Spearman correlation or accuracy, each times 100; NaN where none is known."""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON: NaN becomes None."""
        scores = {name: None if math.isnan(v) else v for name, v in self.scores.items()}
        return {**asdict(self), "scores": scores}


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


@dataclass(frozen=True)
class Row:
    """One measure of both tools, in the order of TOOLS."""

    label: str
    estimates: tuple[Estimate, Estimate]
    digits: int
    is_score: bool

    @property
    def comparison(self) -> float:
        """wordvec over gensim; of scores, wordvec less gensim."""
        ours, theirs = (estimate.mean for estimate in self.estimates)
        if self.is_score:
            return ours - theirs
        return ours / theirs if theirs else math.nan

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        form = "+.1f" if self.is_score else ".2f"
        comparison = "n/a" if math.isnan(self.comparison) else f"{self.comparison:{form}}"
        return (self.label, *(e.show(self.digits) for e in self.estimates), comparison)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        tools = dict(zip(TOOLS, (e.to_dict() for e in self.estimates), strict=True))
        kind = "difference" if self.is_score else "ratio"
        value = None if math.isnan(self.comparison) else self.comparison
        return {"measure": self.label, **tools, kind: value}


def summarize(runs: Sequence[Run]) -> list[Row]:
    """Return a row for each measure, over the runs of each tool."""

    def row(label: str, digits: int, values: dict[str, list[float]], *, score: bool = False) -> Row:
        ours, theirs = (estimate(values[tool]) for tool in TOOLS)
        return Row(label, (ours, theirs), digits, score)

    by_tool = {tool: [run for run in runs if run.tool == tool] for tool in TOOLS}
    rows = [
        row("words/s", 0, {t: [r.words_per_second for r in by_tool[t]] for t in TOOLS}),
        row("training, s", 1, {t: [r.training_seconds for r in by_tool[t]] for t in TOOLS}),
        row("start to saved file, s", 1, {t: [r.seconds for r in by_tool[t]] for t in TOOLS}),
        row("peak memory, MiB", 0, {t: [_mebibytes(r) for r in by_tool[t]] for t in TOOLS}),
    ]
    for name in runs[0].scores:
        values = {tool: [run.scores[name] for run in by_tool[tool]] for tool in TOOLS}
        rows.append(row(name, 1, values, score=True))
    return rows


def differences(runs: Sequence[Run]) -> list[str]:
    """Say where the tools did not read the same corpus; empty if they did."""
    said = []
    for measure in ("tokens", "vocabulary"):
        seen = {tool: {getattr(r, measure) for r in runs if r.tool == tool} for tool in TOOLS}
        if len(set().union(*seen.values())) > 1:
            both = ", ".join(f"{tool} {sorted(seen[tool])}" for tool in TOOLS)
            said.append(f"not comparable: {measure} differ ({both})")
    return said


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


def _mebibytes(run: Run) -> float:
    return math.nan if run.peak_memory is None else run.peak_memory / 2**20
