"""How long post-processing takes and how much memory, at the size of published vectors.

Stores are made from vectors out of a seed; each step runs in fresh processes, and programs of the
papers, if their commands are given, beside our command on real vectors. Called by `python -m
wordvec.evals.bench postprocess`.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from wordvec.cpus import available_threads
from wordvec.errors import ConfigError
from wordvec.evals.bench.machine import describe_machine, versions
from wordvec.evals.bench.postprocessjobs import run_step, write_lexicon, write_word_sets
from wordvec.evals.bench.references import Comparison, compare_references
from wordvec.evals.bench.report import markdown_table
from wordvec.evals.bench.storedata import make_vectors
from wordvec.evals.bench.storejobs import fresh_environment
from wordvec.scratch import disk_errors, scratch_folder
from wordvec.store import write_store

Say = Callable[[str], None]

_ITERATIONS = 10
_LARGE = 3
_FULL_SIZE = (1_000_000, 300)
_SECONDS = {"whiten": 15.0, "debias": 5.0, "retrofit": 10.0}
_ABOVE_RESULT = 300e6
_STORE_TO_STORE = 1e9
"""The aims at full size, on two cores: seconds, and bytes above the result."""


@dataclass(frozen=True, kw_only=True)
class PostprocessSettings:
    """What is measured on, and how often."""

    words: int
    dim: int
    threads: int | None = None
    """None to leave it to wordvec."""
    repeats: int = 3
    large: bool = False
    """Whether to whiten a store of three times as many words to another, too."""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Commands of the papers' programs, by the name of the comparison."""
    data: Path | None = None
    """Where the vectors, the lexicon and the word sets for these are."""
    store: Path | None = None
    """A trained store for these, in place of the vectors in `data`."""


@dataclass(frozen=True, kw_only=True)
class StepMeasure:
    """What one step took: the quickest and the least of several runs."""

    label: str
    seconds: float
    peak: int | None
    """Bytes of anonymous memory above an idle interpreter; None where the system does not tell."""
    result: int
    """Bytes of the result in memory."""
    aim_seconds: float | None = None
    aim_bytes: float | None = None
    """Above the result; None where nothing is aimed at."""

    @property
    def above_result(self) -> int | None:
        """The peak of memory less the result."""
        return None if self.peak is None else self.peak - self.result

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        return (
            self.label,
            f"{self.seconds:.1f}",
            _show(self.aim_seconds),
            _show(self.peak, 1e6),
            _show(self.above_result, 1e6),
            _show(self.aim_bytes, 1e6),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**asdict(self), "above_result": self.above_result}


@dataclass(frozen=True, kw_only=True)
class PostprocessBenchmark:
    """The measures of a run, and what they were taken under."""

    settings: PostprocessSettings
    load: float | None
    """Processes that ran before this began; None where the system does not tell."""
    steps: tuple[StepMeasure, ...]
    comparisons: tuple[Comparison, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON; of the settings what is no path of this machine."""
        settings = self.settings
        return {
            **{key: getattr(settings, key) for key in ("words", "dim", "threads", "repeats")},
            "load": self.load,
            "steps": [step.to_dict() for step in self.steps],
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_markdown(self) -> str:
        """Return the tables and what is to be known of them."""
        header = ("", "s", "aim", "peak, MB", "above the result, MB", "aim")
        table = markdown_table(header, [step.cells() for step in self.steps])
        return "\n".join([table, "", *self._notes(), "", *self._comparison_lines()])

    def _notes(self) -> list[str]:
        settings, machine = self.settings, describe_machine()
        with_versions = ", ".join(f"{name} {number}" for name, number in versions().items())
        return [
            f"- {settings.words:,} made-up words x {settings.dim}, float32, counts by Zipf's law; "
            f"{settings.threads or available_threads()} threads. From a mapped store in the "
            "system's cache to a result in memory, saving not counted; reading the lexicon or the "
            "word sets is. The quickest of several fresh processes, and the least memory: the peak "
            "of anonymous memory above that of the interpreter with the same imports. Store to "
            "store, if measured, is one run, and writing is counted.",
            f"- {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}; {with_versions}",
            f"- Load of the machine before the run: {_show(self.load, digits=1)}. Where it is "
            "above 0, others had part of the cores.",
        ]

    def _comparison_lines(self) -> list[str]:
        if not self.comparisons:
            return [
                "- No programs of the papers were given, so there is no table of these: see "
                "`--reference`"
            ]
        rows = [
            (
                c.name,
                f"{c.words:,} x {c.dim}",
                f"{c.wordvec:.2f}",
                f"{c.reference:.2f}",
                f"{c.ratio:.1f}",
            )
            for c in self.comparisons
        ]
        return [
            markdown_table(("", "vectors", "wordvec, s", "reference, s", "ratio"), rows),
            "",
            "- Whole processes, from file to file: text for the reference, a store for wordvec. In "
            "turn, of each the quickest; ratio is the reference over wordvec. On a few thousand "
            "words both spend most of it on starting up.",
        ]


def measure_postprocessing(settings: PostprocessSettings, say: Say) -> PostprocessBenchmark:
    """Make the files, measure each step, and compare with the programs that are given.

    `say` is called with a line of text whenever something starts.

    Raises
    ------
    ConfigError
        If there are programs to compare with and no data.
    WordvecError
        If a process fails, or there is no room.
    """
    if settings.references and settings.data is None:
        raise ConfigError(
            "a reference runs on the vectors of a folder; give it with --data or WORDVEC_DATA"
        )
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    parent = scratch_folder()
    environment = fresh_environment(settings.threads)
    comparisons: list[Comparison] = []
    with (
        disk_errors(parent, "the matrix, with --large six more times"),
        tempfile.TemporaryDirectory(prefix="wordvec-bench-", dir=parent) as name,
    ):
        folder = Path(name)
        if settings.references and settings.data is not None:
            comparisons = compare_references(
                settings.references,
                settings.data,
                folder,
                store=settings.store,
                repeats=settings.repeats,
                environment=environment,
                say=say,
            )
        steps = _measure_steps(settings, folder, environment, say)
        if settings.large:
            steps.append(_measure_large(settings, folder, environment, say))
    return PostprocessBenchmark(
        settings=settings, load=load, steps=tuple(steps), comparisons=tuple(comparisons)
    )


def _measure_steps(
    settings: PostprocessSettings, folder: Path, environment: Mapping[str, str], say: Say
) -> list[StepMeasure]:
    store, lexicon, word_sets = folder / "store.h5", folder / "lexicon.txt", folder / "sets.json"
    say(f"making {settings.words:,} x {settings.dim}")
    vectors = make_vectors(settings.words, settings.dim)
    heads = write_lexicon(vectors.index_to_key, lexicon)
    write_word_sets(vectors.index_to_key, word_sets)
    write_store(vectors, store)
    del vectors  # and with it the mapped file, which would crowd the system's cache
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "whiten": ("Zipfian whitening", {"method": "zipfian"}),
        "debias": ("hard debiasing", {"word_sets": str(word_sets), "method": "hard"}),
        "retrofit": (
            f"retrofitting, {heads:,} heads, {_ITERATIONS} iterations",
            {"lexicon": str(lexicon), "iterations": _ITERATIONS},
        ),
    }
    at_full_size = (settings.words, settings.dim) == _FULL_SIZE
    measures = []
    for step, (label, options) in ways.items():
        say(label)
        runs = [
            run_step(environment, step=step, path=str(store), options=options)
            for _ in range(settings.repeats)
        ]
        measures.append(
            StepMeasure(
                label=label,
                seconds=min(answer["seconds"] for answer, _ in runs),
                peak=_least_above([(done.peak, answer["idle"]) for answer, done in runs]),
                result=runs[0][0]["result"],
                aim_seconds=_SECONDS[step] if at_full_size else None,
                aim_bytes=_ABOVE_RESULT if at_full_size else None,
            )
        )
    store.unlink()
    return measures


def _measure_large(
    settings: PostprocessSettings, folder: Path, environment: Mapping[str, str], say: Say
) -> StepMeasure:
    words = _LARGE * settings.words
    label = f"Zipfian whitening of {words:,} words, store to store"
    store, out = folder / "large.h5", folder / "white.h5"
    say(f"making {words:,} x {settings.dim}")
    write_store(make_vectors(words, settings.dim), store)
    say(label)
    answer, done = run_step(
        environment, step="whiten", path=str(store), options={"method": "zipfian"}, out=str(out)
    )
    return StepMeasure(
        label=label,
        seconds=answer["seconds"],
        peak=_least_above([(done.peak, answer["idle"])]),
        result=0,
        aim_bytes=_STORE_TO_STORE if (settings.words, settings.dim) == _FULL_SIZE else None,
    )


def _least_above(runs: list[tuple[int | None, int | None]]) -> int | None:
    """Return the least peak above what was held idle, in bytes; None where nothing is known."""
    known = [peak - idle for peak, idle in runs if peak is not None and idle is not None]
    return max(0, min(known)) if known else None


def _show(figure: float | None, unit: float = 1, digits: int = 0) -> str:
    return "-" if figure is None else f"{figure / unit:,.{digits}f}"
