"""The tables of the training benchmark, of speed and memory and of quality, and its conditions.

Pure functions of runs; what they came from is the business of `wordvec.evals.bench.train`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wordvec.cpus import available_threads
from wordvec.evals.bench.encode import EncodeReport
from wordvec.evals.bench.machine import anonymous_memory, describe_machine, versions
from wordvec.evals.bench.report import Estimate, estimate, markdown_table
from wordvec.evals.bench.trainrows import Row, Run, make_rows, none_for_nan
from wordvec.evals.bench.trainsettings import TOOLS
from wordvec.training.config import DEFAULT_LEARNING_RATE, TrainConfig

HALF_A_POINT = 0.5
"""How much lower than gensim's a score may be in any case."""
_ENOUGH_CPU = 0.95
"""On two cores beside another program that took one of them, one thread had 0.92 to 0.99 of the
time, two threads had 0.5."""
_LONG = 1.0
"""Seconds of training that are enough to tell."""


@dataclass(frozen=True)
class Quality:
    """One score of both tools, over the seeds."""

    label: str
    wordvec: Estimate
    gensim: Estimate

    @property
    def difference(self) -> float:
        """wordvec's mean less gensim's, in points."""
        return self.wordvec.mean - self.gensim.mean

    @property
    def two_errors(self) -> float:
        """Two standard errors of the difference of the means; NaN for a single seed."""
        return 2 * math.hypot(self.wordvec.standard_error, self.gensim.standard_error)

    @property
    def held(self) -> bool | None:
        """Whether wordvec is not lower by more than half a point and two standard errors.

        None where nothing can be said: a score is missing, or a single seed is lower by more than
        half a point.
        """
        if self.difference >= -HALF_A_POINT:
            return True
        if math.isnan(self.difference) or math.isnan(self.two_errors):
            return None
        return self.difference >= -self.two_errors

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        held = {True: "yes", False: "no", None: "not known"}[self.held]
        difference = "n/a" if math.isnan(self.difference) else f"{self.difference:+.2f}"
        errors = "n/a" if math.isnan(self.two_errors) else f"{self.two_errors:.2f}"
        return (self.label, self.wordvec.show(2), self.gensim.show(2), difference, errors, held)

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON: NaN becomes None."""
        return {
            "score": self.label,
            "wordvec": self.wordvec.to_dict(),
            "gensim": self.gensim.to_dict(),
            "difference": none_for_nan(self.difference),
            "two_standard_errors": none_for_nan(self.two_errors),
            "held": self.held,
        }


def judge_quality(runs: Iterable[Run]) -> list[Quality]:
    """Return a comparison for each architecture and data set that runs were scored on."""
    scored = [run for run in runs if run.scores]
    found = []
    for label in dict.fromkeys(run.setting.label for run in scored):
        alike = [run for run in scored if run.setting.label == label]
        for name in alike[0].scores:
            both = (
                estimate([run.scores[name] for run in alike if run.tool == tool]) for tool in TOOLS
            )
            found.append(Quality(f"{label}: {name}", *both))
    return found


def find_differences(runs: Sequence[Run], tokens: int) -> list[str]:
    """Say where a run did not read the corpus of so many tokens; empty if all did."""
    said = []
    for run in runs:
        expected = tokens * run.setting.copies
        if run.tokens != expected:
            said.append(
                f"not comparable: {run.tool} read {run.tokens:,} tokens, not {expected:,}, for "
                f"{run.setting.long_label}, seed {run.seed}"
            )
    words = {tool: {run.vocabulary for run in runs if run.tool == tool} for tool in TOOLS}
    if len(set().union(*words.values())) > 1:
        both = ", ".join(f"{tool} {sorted(words[tool])}" for tool in TOOLS)
        said.append(f"not comparable: words kept differ ({both})")
    return said


def find_waits(runs: Sequence[Run]) -> list[str]:
    """Say how many runs of wordvec, whose threads do not wait for anything, were kept waiting."""
    ours = [run for run in runs if run.tool == "wordvec" and run.training_seconds >= _LONG]
    shares = [run.cpu_share for run in ours if run.cpu_share < _ENOUGH_CPU]
    if not shares:
        return []
    return [
        f"the machine was busy: in {len(shares)} of {len(ours)} runs wordvec's threads had less "
        f"than {_ENOUGH_CPU:.0%} of the time, {min(shares):.0%} at the least; repeat this when "
        "nothing else runs"
    ]


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """All that was measured, and on what."""

    corpus: str
    corpus_bytes: int
    tokens: int
    seeds: int
    warm_up_seconds: dict[str, float]
    """wordvec's first, tiny run of each kind: a whole process, with compiling if nothing was
    cached."""
    runs: tuple[Run, ...]
    sgemm: tuple[float, ...]
    """Operations a second of NumPy's matrix product, before each run that is held against it."""
    encoding: EncodeReport | None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON, the Markdown too: a run is too long to be made twice."""
        return {
            **asdict(self),
            "runs": [run.to_dict() for run in self.runs],
            "encoding": None if self.encoding is None else self.encoding.to_dict(),
            "measures": [row.to_dict() for row in self._rows()],
            "quality": [quality.to_dict() for quality in judge_quality(self.runs)],
            "warnings": self._warnings(),
            "machine": describe_machine(),
            "versions": versions(),
            "markdown": self.to_markdown(),
        }

    def to_markdown(self) -> str:
        """Return the table of speed and memory, that of quality, and how they were measured."""
        header = ("", *TOOLS, "ratio or difference")
        lines = [markdown_table(header, [row.cells() for row in self._rows()]), ""]
        if judged := judge_quality(self.runs):
            columns = ("", *TOOLS, "difference", "two standard errors", "held")
            lines += [markdown_table(columns, [quality.cells() for quality in judged]), ""]
        return "\n".join([*lines, *self._notes()])

    def _rows(self) -> list[Row]:
        return list(make_rows(self.runs, self.sgemm, self.encoding))

    def _warnings(self) -> list[str]:
        return find_differences(self.runs, self.tokens) + find_waits(self.runs)

    def _notes(self) -> list[str]:
        machine = describe_machine()
        with_versions = ", ".join(f"{name} {number}" for name, number in versions().items())
        kept = f", {self.runs[0].vocabulary:,} words kept" if self.runs else ""
        return [
            f"- {self.corpus}: {self.corpus_bytes / 1e6:,.1f} MB, {self.tokens:,} tokens{kept}",
            f"- {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}; {with_versions}",
            *(self._conditions() if self.runs else ()),
            *(f"- **{warning}**" for warning in self._warnings()),
        ]

    def _conditions(self) -> list[str]:
        config = TrainConfig()
        rates = " and ".join(f"{rate:g} ({name})" for name, rate in DEFAULT_LEARNING_RATE.items())
        compiling = sum(self.warm_up_seconds.values())
        return [
            f"- Both tools: window {config.window}, negatives {config.negatives}, min-count "
            f"{config.min_count}, subsample {config.subsample:g}, learning rate {rates}, threads "
            f"{available_threads()}. Speed at 5 epochs and scores: mean ± standard error over "
            f"{self.seeds} seed(s); else one run. Both read the same file, tokenized beforehand by "
            "wordvec, gensim with `corpus_file=`, its quickest way.",
            "- Words/s: all words of the corpus over the time of training, without reading, "
            "counting and compiling. Start to saved file: the whole of a fresh process, from that "
            "file to the tool's own format. wordvec's first runs, in which it compiles what was "
            f"not compiled before, took {compiling:.1f} s and are not counted.",
            "- Arithmetic: additions and multiplications of vectors' numbers, over the time of "
            "training. SGEMM: the quickest product of float32 matrices, same threads, same run.",
            f"- Memory: {_kind_of_memory()} above an idle interpreter with the same imports; 1 MB "
            "is 1,000,000 bytes.",
            "- Scores: Spearman's correlation and accuracy, times 100, over the 300,000 most "
            f"frequent words. Held: not lower than gensim's by more than {HALF_A_POINT:g} points "
            "or two standard errors of the difference, whichever is more; one seed has none.",
        ]


def _kind_of_memory() -> str:
    if anonymous_memory() is not None:
        return "the peak of anonymous memory"
    return "the peak of all resident memory, mapped files included (the best this system tells),"
