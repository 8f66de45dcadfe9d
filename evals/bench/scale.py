"""How the speed and the memory of training grow with the task, one axis at a time.

Each point is a fresh process that trains on text made while it is read. Called by
`python -m wordvec.evals.bench scale`; the table is `scaletable`'s, the picture `scalepicture`'s.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from wordvec.cpus import available_threads
from wordvec.errors import OutputError, WordvecError
from wordvec.evals.bench.machine import watch_memory
from wordvec.evals.bench.scaledata import LINE_WORDS, ZipfText
from wordvec.evals.bench.scaletable import Measured, Point, Scale
from wordvec.evals.bench.scaleworker import Trained
from wordvec.scratch import scratch_folder
from wordvec.training.config import TrainConfig

Say = Callable[[str], None]

AXES = {
    "vocabulary": (10_000, 30_000, 100_000, 300_000, 1_000_000, 2_000_000),
    "dim": (50, 100, 200, 300, 500, 1_000),
    "window": (2, 5, 10, 15),
    "negatives": (2, 5, 10, 15, 25),
    "tokens": (10_000_000, 100_000_000, 300_000_000),
    "threads": (1,),
}
"""The base and, of tokens and threads, the largest are added; threads double."""
TOKENS_PER_WORD = 10
"""So many at least: with fewer there is no Zipf text that has so many words."""
_TOKEN_BYTES = 4
_WARM_UP = {"vocabulary": 1_000, "tokens": 100_000}


@dataclass(frozen=True, kw_only=True)
class ScaleSettings:
    """What is measured."""

    architecture: str = "skipgram"
    tokens: int = Point.tokens
    """Of all runs but those along the axis `tokens`."""
    largest: int = 1_000_000_000
    """Tokens of the largest run."""
    axes: tuple[str, ...] = tuple(AXES)


def measure_scale(settings: ScaleSettings, say: Say) -> Scale:
    """Train once for each point of each axis.

    `say` is called with a line of text whenever something starts or is left out.

    Raises
    ------
    OutputError
        If the disk has no room for the largest run's token ids.
    WordvecError
        If a run fails; the message is its last line.
    """
    base = Point(tokens=settings.tokens, threads=available_threads())
    axes = {axis: list(_points(axis, base, settings.largest, say)) for axis in settings.axes}
    wanted = dict.fromkeys(point for points in axes.values() for point in points)
    _check_room(max(point.tokens for point in wanted), say)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    compiled: set[Point] = set()
    measured: dict[Point, Measured] = {}
    for number, point in enumerate(wanted, 1):
        say(f"{number} of {len(wanted)}: {_describe(point)}")
        small = replace(point, **_WARM_UP)
        if small not in compiled:
            run_point(small, settings.architecture)
            compiled.add(small)
        run = measured[point] = run_point(point, settings.architecture)
        memory = "" if run.memory is None else f", {run.memory / 1e6:,.0f} MB"
        say(f"  {run.words_per_second:,.0f} words/s{memory}")
    return Scale(
        architecture=settings.architecture,
        base=base,
        axes={axis: tuple(measured[point] for point in points) for axis, points in axes.items()},
        load=load,
    )


def axis_values(axis: str, base: Point, largest: int) -> list[int]:
    """Return the values of an axis, rising.

    Examples
    --------
    >>> axis_values("threads", Point(threads=6), largest=20_000_000)
    [1, 2, 4, 6]
    >>> axis_values("tokens", Point(), largest=200_000_000)
    [10000000, 20000000, 100000000, 200000000]
    """
    values = {*AXES[axis], getattr(base, axis)}
    if axis == "threads":
        values |= {2**n for n in range(base.threads.bit_length())}
    if axis == "tokens":
        values = {value for value in values if value <= largest} | {largest}
    return sorted(values)


def run_point(point: Point, architecture: str) -> Measured:
    """Train in a fresh process on text that is made meanwhile, and watch it.

    Raises
    ------
    WordvecError
        If the process fails, or did not read all of the text.
    """
    options = asdict(point)
    text = ZipfText(options.pop("vocabulary"), options.pop("tokens"))
    config = TrainConfig(architecture=architecture, epochs=1, min_count=1, **options)  # type: ignore[arg-type]  # its config checks
    # -P: the current folder may hold a wordvec/ of its own, the source tree.
    worker = ["-P", "-m", "wordvec.evals.bench.scaleworker", json.dumps(asdict(config))]
    output, peak = _feed([sys.executable, *worker], text.blocks())
    trained = Trained(**json.loads(output))
    if trained.tokens != point.tokens:
        raise WordvecError(
            f"of {point.tokens:,} words that were written, the run read {trained.tokens:,}"
        )
    seconds = trained.training_seconds
    known = peak is not None and trained.idle_memory is not None
    return Measured(
        point=point,
        words_per_second=point.tokens / seconds,
        flops=trained.operations / seconds if trained.operations else None,
        memory=peak - trained.idle_memory if known else None,  # type: ignore[operator]  # known
        bytes_read_per_second=trained.bytes / trained.reading_seconds,
        vocabulary=trained.vocabulary,
        loss=trained.loss,
    )


def _points(axis: str, base: Point, largest: int, say: Say) -> Iterator[Point]:
    for value in axis_values(axis, base, largest):
        point = replace(base, **{axis: value})
        needed = TOKENS_PER_WORD * point.vocabulary
        if point.tokens < needed:
            say(f"left out: {axis} {value:,}, which needs {needed:,} tokens, not {point.tokens:,}")
            continue
        yield point


def _describe(point: Point) -> str:
    return ", ".join(f"{name} {value:,}" for name, value in asdict(point).items())


def _check_room(tokens: int, say: Say) -> None:
    """Check that the ids of so many tokens, and the ends of their lines, have room on the disk."""
    folder = scratch_folder()
    needed = _TOKEN_BYTES * (tokens + tokens // LINE_WORDS)
    free = shutil.disk_usage(folder).free
    what = f"{needed / 1e9:.2f} GB in {folder}, which has {free / 1e9:.2f} GB free"
    if free < needed:
        raise OutputError(
            f"{tokens:,} tokens need {what}; set TMPDIR to a folder with room, or ask for fewer "
            "(--largest, --tokens)"
        )
    say(f"the largest run, {tokens:,} tokens, needs {what}")


def _feed(command: Sequence[str], text: Iterator[bytes]) -> tuple[bytes, int | None]:
    """Run `command` with `text` as its input; return its output and its peak anonymous memory."""
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process,  # noqa: S603
        watch_memory(process.pid) as memory,
    ):
        try:
            # A process that has failed reads no more; why it did is in its errors.
            with contextlib.suppress(BrokenPipeError):
                for block in text:
                    process.stdin.write(block)  # type: ignore[union-attr]  # it is a pipe
            output, errors = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"exit status {process.returncode}"
        raise WordvecError(f"a training run failed: {why}")
    return output, max(memory, default=None)
