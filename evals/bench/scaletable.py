"""How cost grows, as a table in Markdown or as JSON, and the conditions it stands under.

Where the figures come from is `wordvec.evals.bench.scale`'s business; `scalepicture` draws them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from wordvec.evals.bench.machine import describe_machine, versions
from wordvec.evals.bench.report import markdown_table
from wordvec.evals.bench.scaledata import LINE_WORDS

_FLOAT_BYTES = 4
_HEADER = ("", "million words/s", "GFLOP/s", "memory, MB", "of it the model", "reading, MB/s")


@dataclass(frozen=True, kw_only=True)
class Point:
    """What one run is made with."""

    vocabulary: int = 100_000
    dim: int = 100
    window: int = 5
    negatives: int = 5
    tokens: int = 20_000_000
    threads: int = 1

    @property
    def model_bytes(self) -> int:
        """The input and the output vectors: what no way of training does without."""
        return 2 * self.vocabulary * self.dim * _FLOAT_BYTES


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one run took."""

    point: Point
    words_per_second: float
    """Of training: without reading and compiling."""
    flops: float | None
    """Additions and multiplications of the vectors' numbers a second; None if nobody counted."""
    memory: int | None
    """Bytes: the peak of anonymous memory above the idle interpreter; None if nobody tells."""
    bytes_read_per_second: float
    vocabulary: int
    """Words that occurred."""
    loss: float | None

    def cells(self) -> tuple[str, ...]:
        """Return the figures as the table has them."""
        flops = "-" if self.flops is None else f"{self.flops / 1e9:,.1f}"
        return (
            f"{self.words_per_second / 1e6:,.2f}",
            flops,
            "-" if self.memory is None else f"{self.memory / 1e6:,.0f}",
            f"{self.point.model_bytes / 1e6:,.0f}",
            f"{self.bytes_read_per_second / 1e6:,.0f}",
        )


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The runs along each axis; all but what the axis varies is as in `base`."""

    architecture: str
    base: Point
    axes: Mapping[str, tuple[Measured, ...]]
    """By the name of the field of Point that varies, in rising order."""
    load: float | None
    """Processes that ran before this began; None where the system does not tell."""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            **asdict(self),
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_markdown(self) -> str:
        """Return the table and what is to be known of it."""
        rows = [
            (f"{axis} {getattr(run.point, axis):,}", *run.cells())
            for axis, runs in self.axes.items()
            for run in runs
        ]
        return "\n".join([markdown_table(_HEADER, rows), "", *self._notes()])

    def _notes(self) -> list[str]:
        base, machine = self.base, describe_machine()
        with_versions = ", ".join(f"{name} {number}" for name, number in versions().items())
        load = "not known" if self.load is None else f"{self.load:.1f}"
        return [
            f"- {self.architecture}, 1 epoch; what a row does not name is: vocabulary "
            f"{base.vocabulary:,}, dim {base.dim}, window {base.window}, negatives "
            f"{base.negatives}, tokens {base.tokens:,}, threads {base.threads}; the other options "
            "have their defaults. Each row is one fresh process.",
            "- The text is made while it is read, through a pipe, and not kept: words of seven "
            f"letters by Zipf's law (exponent 1), lines of {LINE_WORDS}, so that about as many "
            "different words occur as the row says, each of them kept.",
            "- words/s and GFLOP/s are of training alone. Memory is the peak of anonymous memory "
            "above an idle interpreter with the same imports, reading and training; the model is "
            "the two matrices.",
            f"- {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}; {with_versions}. Load before the run: {load}; where it is above "
            "0, others had part of the cores.",
        ]
