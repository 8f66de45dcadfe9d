"""The measures of stores as a table in Markdown or as JSON, and the conditions they stand under.

What they came from is `wordvec.evals.bench.store`'s business.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wordvec.cpus import available_threads
from wordvec.evals.bench.conversion import Conversion, conversion_table
from wordvec.evals.bench.machine import describe_machine, versions
from wordvec.evals.bench.report import markdown_table

COLUMNS = ("wordvec", "gensim", "NumPy")


@dataclass(frozen=True)
class Measure:
    """One row of the table."""

    label: str
    figures: Mapping[str, float | None]
    """By column; none, or None, for what there is not or what the system does not tell. Under
    NumPy is its product of the matrix alone, without the search that is made of it."""
    digits: int = 2

    @property
    def ratio(self) -> float | None:
        """The figure of wordvec over that of gensim."""
        ours, theirs = (self.figures.get(tool) for tool in ("wordvec", "gensim"))
        return ours / theirs if ours is not None and theirs else None

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        shown = (_show(self.figures.get(column), self.digits) for column in COLUMNS)
        return (self.label, *shown, _show(self.ratio, 2))

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        figures = {column: self.figures.get(column) for column in COLUMNS}
        return {"measure": self.label, **figures, "ratio": self.ratio}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is measured on, and how often."""

    words: int
    dim: int
    threads: int | None = None
    """For both tools; None to leave it to them."""
    repeats: int = 5
    index: bool = False
    """Whether to build an index for approximate search, too."""
    store: Path | None = None
    """A trained store, for what is lost by making it smaller."""


@dataclass(frozen=True, kw_only=True)
class StoreBenchmark:
    """The measures of a run, and what they were taken under."""

    settings: Settings
    bandwidth: float
    """Bytes a second."""
    load: float | None
    """Processes that ran before this began; None where the system does not tell."""
    measures: tuple[Measure, ...]
    firsts: tuple[Measure, ...]
    """What is done for the first time in a process, and again."""
    conversions: tuple[Conversion, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        store = self.settings.store
        return {
            **asdict(self.settings),
            "store": None if store is None else store.name,
            "bandwidth": self.bandwidth,
            "load": self.load,
            "measures": [measure.to_dict() for measure in self.measures],
            "firsts": [measure.to_dict() for measure in self.firsts],
            "conversions": [conversion.to_dict() for conversion in self.conversions],
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_markdown(self) -> str:
        """Return the tables and what is to be known of them."""
        header = ("", *COLUMNS, "ratio")
        table = markdown_table(header, [m.cells() for m in self.measures])
        firsts = markdown_table(header, [m.cells() for m in self.firsts])
        said = (
            "- In a fresh process, the tool loaded: the first time and again. Memory is anonymous, "
            "above that of the tool before it opened the file."
        )
        return "\n".join(
            [table, "", *self._notes(), "", firsts, "", said, "", *self._conversion_lines()]
        )

    def _notes(self) -> list[str]:
        settings, machine = self.settings, describe_machine()
        threads = settings.threads or available_threads()
        with_versions = ", ".join(f"{name} {number}" for name, number in versions().items())
        return [
            f"- {settings.words:,} made-up words x {settings.dim}, counts by Zipf's law, vectors "
            f"in groups; {threads} threads; the files in the system's cache, gensim's mapped "
            "(`mmap='r'`). Of several runs the quickest; ratio is wordvec over gensim.",
            "- Whole processes go from the start of Python to its end; beside `wordvec query` is "
            "gensim's first `most_similar`. Memory is the peak of anonymous memory; above idle is "
            "what an interpreter with the same imports has not.",
            "- Look-ups draw words by Zipf's law. The unseen word is the slowest of four: a letter "
            "doubled, left out, or swapped with the next, or two words in one. NumPy is its "
            "product of the matrix and the queries alone, without a ranking. The memory bandwidth "
            f"is what {threads} threads get that only read the matrix: "
            f"{self.bandwidth / 1e9:.1f} GB/s.",
            "- Sizes are over raw float32; wordvec's have words, counts, norms and the index of "
            "the words, with the index of spellings apart. Neighbours kept: mean share of a word's "
            f"ten nearest, over 1,000 words of {self._judged()}.",
            f"- {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}; {with_versions}",
            f"- Load of the machine before the run: {_show(self.load, 1)}. Where it is above 0, "
            "others had part of the cores.",
        ]

    def _judged(self) -> str:
        store = self.settings.store
        return "the made-up vectors" if store is None else f"{store.name}, a trained store"

    def _conversion_lines(self) -> list[str]:
        if not self.conversions:
            return ["- No trained store was given (`--store`), so there is no table of conversions"]
        store = self.settings.store
        return [
            conversion_table(self.conversions),
            "",
            f"- Conversions of {store.name if store else ''}: whole files; Spearman's correlation "
            "times 100; neighbours over 1,000 words. Half the dimensions are the leading ones.",
        ]


def _show(figure: float | None, digits: int) -> str:
    return "-" if figure is None else f"{figure:,.{digits}f}"
