"""Training runs of both tools, and the rows of speed and memory that are told of them.

Pure functions of numbers: what they came from is the business of `wordvec.evals.bench.train`.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wordvec.evals.bench.encode import EncodeReport
from wordvec.evals.bench.report import Estimate, estimate
from wordvec.evals.bench.trainsettings import TOOLS, Setting

_MB = 1e6


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training run of one tool, and how good its vectors are."""

    setting: Setting
    tool: str
    seed: int
    threads: int
    training_seconds: float
    """Without reading, counting and compiling."""
    cpu_seconds: float
    """Of all threads, in that time."""
    seconds: float
    """The whole process, from its start to its end, the vectors saved."""
    peak_memory: int | None
    """Bytes of anonymous memory above an idle interpreter with the same imports."""
    tokens: int
    vocabulary: int
    """Words kept."""
    vocabulary_bytes: int | None
    """What wordvec's table of them takes; None for gensim."""
    operations: int | None
    """Additions and multiplications of the vectors' numbers; None where the tool does not tell."""
    losses: tuple[float | None, ...]
    """Mean loss at the end of each epoch, None where no report came; empty for gensim."""
    scores: dict[str, float]
    """Data set to Spearman correlation or accuracy, each times 100; NaN where none is known."""

    @property
    def words_per_second(self) -> float:
        """Corpus words, those that training leaves out too, times epochs over the time."""
        return self.tokens * self.setting.epochs / self.training_seconds

    @property
    def cpu_share(self) -> float:
        """How much of its threads' time the run was given while training: 1 is all."""
        return self.cpu_seconds / (self.training_seconds * self.threads)

    @property
    def operations_per_second(self) -> float:
        """Arithmetic a second of training; NaN where the tool does not tell."""
        return self.operations / self.training_seconds if self.operations else math.nan

    @property
    def model_bytes(self) -> int:
        """What the vectors and the output layer take in float32."""
        return 2 * self.vocabulary * self.setting.dim * 4

    @property
    def memory(self) -> float:
        """Peak memory in MB; NaN where the system does not tell."""
        return math.nan if self.peak_memory is None else self.peak_memory / _MB

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON: NaN becomes None."""
        scores = {name: none_for_nan(value) for name, value in self.scores.items()}
        speed = {"words_per_second": self.words_per_second, "cpu_share": self.cpu_share}
        return {**asdict(self), **speed, "scores": scores}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure."""

    label: str
    wordvec: Estimate
    gensim: Estimate | None = None
    """None if there is no such thing."""
    comparison: float = math.nan
    told: str = "-"
    """The comparison in words."""
    digits: int = 2

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        gensim = "-" if self.gensim is None else self.gensim.show(self.digits)
        return (self.label, self.wordvec.show(self.digits), gensim, self.told)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "measure": self.label,
            "wordvec": self.wordvec.to_dict(),
            "gensim": None if self.gensim is None else self.gensim.to_dict(),
            "comparison": none_for_nan(self.comparison),
            "told": self.told,
        }


def make_rows(
    runs: Sequence[Run], sgemm: Sequence[float], encoding: EncodeReport | None
) -> Iterator[Row]:
    """Yield a row for each measure that was taken.

    Parameters
    ----------
    runs
        Of all parts.
    sgemm
        Operations a second of NumPy's matrix product; the most counts.
    encoding
        How quickly text became ids.
    """
    by_part = {
        part: [run for run in runs if run.setting.part == part]
        for part in dict.fromkeys(run.setting.part for run in runs)
    }
    for part in ("skipgram", "skipgram-300", "cbow"):
        if part in by_part:
            yield _speed(by_part[part])
    if sgemm and "skipgram" in by_part:
        yield _arithmetic(by_part["skipgram"], max(sgemm))
    if "threads" in by_part:
        yield _threads(by_part["threads"])
    if encoding is not None:
        yield Row(
            label=f"text to ids, tokenizer {encoding.tokenizer}, cores {encoding.cores}, MB/s",
            wordvec=_alone(encoding.megabytes_per_second),
            digits=0,
        )
    for part in ("one-epoch", "skipgram"):
        if part in by_part:
            yield _process(by_part[part])
    if "skipgram" in by_part:
        yield _memory(by_part["skipgram"])
        yield _model(by_part["skipgram"])
    if "memory" in by_part:
        yield _larger_corpus(by_part["memory"])


def _speed(runs: Sequence[Run]) -> Row:
    ours, theirs = _both(runs, lambda run: run.words_per_second / 1e6)
    ratio = _ratio(ours.mean, theirs.mean)
    label = f"{runs[0].setting.long_label}, million words/s"
    return Row(label=label, wordvec=ours, gensim=theirs, comparison=ratio, told=_as_fast(ratio))


def _arithmetic(runs: Sequence[Run], sgemm: float) -> Row:
    ours = estimate([r.operations_per_second / 1e9 for r in runs if r.tool == "wordvec"])
    share = _ratio(ours.mean, sgemm / 1e9)
    told = "n/a" if math.isnan(share) else f"{share:.0%} of NumPy's SGEMM, {sgemm / 1e9:,.0f}"
    label = f"arithmetic of {runs[0].setting.label}, GFLOP/s"
    return Row(label=label, wordvec=ours, comparison=share, told=told, digits=0)


def _threads(runs: Sequence[Run]) -> Row:
    def best(threads: int) -> float:
        return max(run.words_per_second for run in runs if run.threads == threads) / 1e6

    most = max(run.threads for run in runs)
    ratio = best(most) / best(1)
    return Row(
        label=f"{runs[0].setting.label}, {most} threads, the best run, million words/s",
        wordvec=_alone(best(most)),
        comparison=ratio,
        told=f"{ratio:.2f} x 1 thread, {best(1):.2f}",
    )


def _process(runs: Sequence[Run]) -> Row:
    ours, theirs = _both(runs, lambda run: run.seconds)
    ratio = _ratio(theirs.mean, ours.mean)
    label = f"{runs[0].setting.long_label}, start to saved file, s"
    told = _as_fast(ratio)
    return Row(label=label, wordvec=ours, gensim=theirs, comparison=ratio, told=told, digits=1)


def _memory(runs: Sequence[Run]) -> Row:
    ours, theirs = _both(runs, lambda run: run.memory)
    ratio = _ratio(ours.mean, theirs.mean)
    return Row(
        label=f"peak memory, {runs[0].setting.label}, MB",
        wordvec=ours,
        gensim=theirs,
        comparison=ratio,
        told="n/a" if math.isnan(ratio) else f"{ratio:.2f} x as much",
        digits=1,
    )


def _model(runs: Sequence[Run]) -> Row:
    ours = [run for run in runs if run.tool == "wordvec"]
    size = (ours[0].model_bytes + (ours[0].vocabulary_bytes or 0)) / _MB
    rest = estimate([run.memory for run in ours]).mean - size
    return Row(
        label=f"the model, 2 x {ours[0].vocabulary:,} words x dim {ours[0].setting.dim} x 4 bytes, "
        "and its vocabulary, MB",
        wordvec=_alone(size),
        comparison=rest,
        told="n/a" if math.isnan(rest) else f"{rest:,.1f} below the peak",
        digits=1,
    )


def _larger_corpus(runs: Sequence[Run]) -> Row:
    once, more = sorted(runs, key=lambda run: run.setting.copies)
    growth = more.memory - once.memory
    return Row(
        label=f"peak memory, {more.setting.label}, corpus {more.setting.copies} times as large, MB",
        wordvec=_alone(more.memory),
        comparison=growth,
        told="n/a" if math.isnan(growth) else f"{growth:+.1f} from {once.memory:,.1f} with it once",
        digits=1,
    )


def _both(runs: Sequence[Run], figure: Callable[[Run], float]) -> tuple[Estimate, Estimate]:
    ours, theirs = ([figure(run) for run in runs if run.tool == tool] for tool in TOOLS)
    return estimate(ours), estimate(theirs)


def _alone(value: float) -> Estimate:
    return Estimate(value, math.nan)


def _ratio(above: float, below: float) -> float:
    return above / below if below else math.nan


def _as_fast(ratio: float) -> str:
    return "n/a" if math.isnan(ratio) else f"{ratio:.2f} x as fast"


def none_for_nan(value: float) -> float | None:
    """Return what JSON has for `value`."""
    return None if math.isnan(value) else value
