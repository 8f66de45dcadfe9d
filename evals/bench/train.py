"""wordvec and gensim train on the same tokens, in turn, each run in a fresh process.

The corpus is tokenized once, by wordvec's own tokenizer, to a text file with a sentence of up to
10,000 tokens a line; both tools start from that file. Called by `python -m wordvec.evals.bench`.
"""

import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from wordvec.corpora import encode_corpus
from wordvec.errors import WordvecError
from wordvec.evals import evaluate
from wordvec.evals.bench.machine import anonymous_memory, describe_machine, versions
from wordvec.evals.bench.report import TOOLS, Run, differences, markdown_table, summarize
from wordvec.evals.bench.tokens import write_tokens
from wordvec.evals.bench.workers import Job, Outcome
from wordvec.scratch import scratch_folder
from wordvec.store import open_store
from wordvec.training.config import TrainConfig
from wordvec.vectors import WordVectors

Say = Callable[[str], None]

_SAMPLE_SECONDS = 0.01
_WARM_UP_LINES = 500
_SUFFIX = {"wordvec": ".h5", "gensim": ".kv"}


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """All runs of a benchmark and what they were made with."""

    corpus: str
    corpus_bytes: int
    tokens: int
    config: TrainConfig
    """Of the first run; the others differ in the seed."""
    warm_up_seconds: float
    """wordvec's first, tiny run: a whole process, with compiling if nothing was cached."""
    runs: tuple[Run, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            **asdict(self),
            "runs": [run.to_dict() for run in self.runs],
            "measures": [row.to_dict() for row in summarize(self.runs)],
            "warnings": differences(self.runs),
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_markdown(self) -> str:
        """Return a table of the measures and the conditions they were taken under."""
        header = ("", *TOOLS, "ratio, or difference")
        rows = [row.cells() for row in summarize(self.runs)]
        return "\n".join([markdown_table(header, rows), "", *self._notes()])

    def _notes(self) -> list[str]:
        machine, config, vocabulary = describe_machine(), self.config, self.runs[0].vocabulary
        with_versions = ", ".join(f"{name} {number}" for name, number in versions().items())
        return [
            f"- {config.architecture}, dim {config.dim}, window {config.window}, negatives "
            f"{config.negatives}, epochs {config.epochs}, min-count {config.min_count}, subsample "
            f"{config.subsample:g}, learning rate {config.learning_rate:g}, threads "
            f"{config.threads}; {len(self.runs) // 2} seed(s), mean ± standard error",
            f"- {self.corpus}: {self.corpus_bytes / 1e6:,.1f} MB, {self.tokens:,} tokens, "
            f"{vocabulary:,} words kept",
            "- Both tools read the same file, tokenized beforehand by wordvec. Start to saved file "
            "is the whole process, from that file to the tool's own format. Memory is "
            f"{_kind_of_memory()} above an idle interpreter with the same imports. Scores: "
            "Spearman's correlation and accuracy, times 100, over the 300,000 most frequent words.",
            f"- wordvec's warm-up (compiling, or loading what was compiled before), not counted "
            f"above: {self.warm_up_seconds:.1f} s",
            f"- {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}; {with_versions}",
            *(f"- **{warning}**" for warning in differences(self.runs)),
        ]


def compare_training(corpus: Path, config: TrainConfig, *, seeds: int, say: Say) -> Benchmark:
    """Train with both tools, once for each seed from 1 to `seeds`, and judge the vectors.

    Parameters
    ----------
    corpus
        Text in any form that `wordvec train` reads.
    config
        The options, of both tools; its seed is not used.
    seeds
        How many runs of each tool; they take turns at going first.
    say
        Called with a line of text whenever something starts.

    Raises
    ------
    WordvecError
        If the corpus cannot be read, or a run fails; the message is the run's last line.
    """
    with tempfile.TemporaryDirectory(prefix="wordvec-bench-", dir=scratch_folder()) as name:
        folder = Path(name)
        say(f"tokenizing {corpus}")
        encoded = encode_corpus(str(corpus), tokenizer="words", min_count=1)
        tokenized = folder / "corpus.txt"
        write_tokens(encoded, tokenized)
        report = encoded.report
        del encoded  # and with it the memory-mapped ids
        say(f"{report.tokens:,} tokens; compiling")
        warm_up_seconds = _warm_up(tokenized, config)
        runs: list[Run] = []
        for seed in range(1, seeds + 1):
            for tool in TOOLS if seed % 2 else reversed(TOOLS):
                say(f"{tool}, seed {seed} of {seeds}")
                runs.append(_run(tool, tokenized, replace(config, seed=seed), report.tokens))
                say(f"  {runs[-1].words_per_second:,.0f} words/s, {runs[-1].seconds:.1f} s in all")
        return Benchmark(
            corpus=corpus.name,
            corpus_bytes=report.bytes,
            tokens=report.tokens,
            config=replace(config, seed=1),
            warm_up_seconds=warm_up_seconds,
            runs=tuple(runs),
        )


def score(path: Path, tool: str) -> dict[str, float]:
    """Judge the vectors of a run on all data sets at hand, times 100; NaN where none are known."""
    vectors = open_store(path) if tool == "wordvec" else _read_gensim(path)
    scores = {}
    for label, dataset in _datasets().items():
        value = evaluate(vectors, dataset).value
        scores[label] = math.nan if value is None else 100 * value
    return scores


def _read_gensim(path: Path) -> WordVectors:
    from gensim.models import KeyedVectors

    keyed = KeyedVectors.load(str(path))
    return WordVectors(keyed.index_to_key, keyed.vectors)


def run_process(job: Job, folder: Path) -> tuple[Outcome, float, int | None]:
    """Run `job` in a fresh process; return its outcome, seconds and peak anonymous memory.

    Raises
    ------
    WordvecError
        If the process fails.
    """
    job_file, errors = folder / "job.json", folder / "errors.txt"
    job_file.write_text(json.dumps(asdict(job)), encoding="utf-8")
    # -P: the current folder may hold a wordvec/ of its own, the source tree.
    command = [sys.executable, "-P", "-m", "wordvec.evals.bench.workers", str(job_file)]
    peak: int | None = None
    with errors.open("wb") as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)  # noqa: S603
        try:
            while process.poll() is None:
                now = anonymous_memory(process.pid)
                peak = peak if now is None else max(now, peak or 0)
                time.sleep(_SAMPLE_SECONDS)
        finally:
            process.kill()
        seconds = time.perf_counter() - start
    if process.returncode:
        lines = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = lines[-1] if lines else f"exit status {process.returncode}"
        raise WordvecError(f"the {job.tool} run failed: {why}")
    outcome = Outcome(**json.loads(Path(job.report).read_text(encoding="utf-8")))
    return outcome, seconds, peak


def _warm_up(tokenized: Path, config: TrainConfig) -> float:
    """Run wordvec once on a few lines, so that its kernels are compiled; return the seconds."""
    with tempfile.TemporaryDirectory(dir=tokenized.parent) as name:
        folder = Path(name)
        few = folder / "few.txt"
        with tokenized.open("rb") as lines:
            few.write_bytes(b"".join(itertools.islice(lines, _WARM_UP_LINES)))
        quick = replace(config, epochs=1, min_count=1)
        return run_process(_job("wordvec", few, folder, quick), folder)[1]


def _job(tool: str, corpus: Path, folder: Path, config: TrainConfig) -> Job:
    return Job(
        tool=tool,
        corpus=str(corpus),
        output=str(folder / f"vectors{_SUFFIX[tool]}"),
        report=str(folder / "report.json"),
        options=asdict(config),
    )


def _datasets() -> dict[str, str | Path]:
    """Return what the vectors are judged by: labels, and names or paths."""
    found: dict[str, str | Path] = {
        "WordSim-353": "wordsim353",
        "SimLex-999": "simlex999",
        "analogies (Google)": "questions-words",
    }
    men = Path(os.environ.get("WORDVEC_DATA", "nowhere")) / "data/similarity/EN-MEN-TR-3k.txt"
    return {**found, "MEN": men} if men.is_file() else found


def _run(tool: str, tokenized: Path, config: TrainConfig, tokens: int) -> Run:
    with tempfile.TemporaryDirectory(dir=tokenized.parent) as name:
        folder = Path(name)
        job = _job(tool, tokenized, folder, config)
        outcome, seconds, peak = run_process(job, folder)
        return Run(
            tool=tool,
            seed=config.seed,
            words_per_second=tokens * config.epochs / outcome.training_seconds,
            training_seconds=outcome.training_seconds,
            seconds=seconds,
            peak_memory=_above_idle(outcome, peak),
            tokens=outcome.tokens,
            vocabulary=outcome.vocabulary,
            scores=score(Path(job.output), tool),
        )


def _kind_of_memory() -> str:
    if anonymous_memory() is not None:
        return "the peak of anonymous memory"
    return "the peak of all resident memory, mapped files included (the best this system tells),"


def _above_idle(outcome: Outcome, peak: int | None) -> int | None:
    if peak is not None and outcome.idle_anonymous is not None:
        return peak - outcome.idle_anonymous
    if outcome.peak_resident is not None and outcome.idle_resident is not None:
        return outcome.peak_resident - outcome.idle_resident
    return None
