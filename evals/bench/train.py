"""wordvec and gensim train on the same tokens, in turn, each run in a fresh process.

The corpus is tokenized once, by wordvec's own tokenizer, to a text file with a sentence of up to
10,000 tokens a line; both tools start from that file. Called by `python -m wordvec.evals.bench`;
what is run is in `trainsettings`, how it is told in `traintable`.
"""

import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from wordvec.corpora import encode_corpus
from wordvec.errors import WordvecError
from wordvec.evals import evaluate
from wordvec.evals.bench.encode import measure_encoding
from wordvec.evals.bench.machine import anonymous_memory
from wordvec.evals.bench.sgemm import measure_sgemm
from wordvec.evals.bench.tokens import write_tokens
from wordvec.evals.bench.trainrows import Run
from wordvec.evals.bench.trainsettings import ENCODE, PARTS, SETTINGS, Setting, Turn, take_turns
from wordvec.evals.bench.traintable import Benchmark
from wordvec.evals.bench.workers import Job, Outcome
from wordvec.scratch import scratch_folder
from wordvec.store import open_store
from wordvec.training.config import TrainConfig
from wordvec.vectors import WordVectors

Say = Callable[[str], None]

_SAMPLE_SECONDS = 0.01
_WARM_UP_LINES = 500
_SUFFIX = {"wordvec": ".h5", "gensim": ".kv"}


def compare_training(
    corpus: Path,
    *,
    seeds: int,
    say: Say,
    parts: Collection[str] = PARTS,
    settings: Sequence[Setting] = SETTINGS,
) -> Benchmark:
    """Train with both tools, in turn, and judge the vectors.

    Parameters
    ----------
    corpus
        Text in any form that `wordvec train` reads.
    seeds
        How many runs each tool makes of the settings that do not say it themselves; from 1 on.
    say
        Called with a line of text whenever something starts.
    parts
        Which parts of `settings`, and whether text to ids, are measured.

    Raises
    ------
    WordvecError
        If the corpus cannot be read, or a run fails; the message is the run's last line.
    """
    chosen = [setting for setting in settings if setting.part in parts]
    encoding = None
    if ENCODE in parts:
        say("text to ids")
        encoding = measure_encoding(corpus, tokenizer="words", repeats=3)
    with tempfile.TemporaryDirectory(prefix="wordvec-bench-", dir=scratch_folder()) as name:
        say(f"tokenizing {corpus}")
        tokenized = Path(name) / "corpus.txt"
        encoded = encode_corpus(str(corpus), tokenizer="words", min_count=1)
        write_tokens(encoded, tokenized)
        report = encoded.report
        del encoded  # and with it the memory-mapped ids
        turns = list(take_turns(chosen, seeds))
        rough = sum(turn.rough_seconds(report.tokens) for turn in turns)
        say(f"{report.tokens:,} tokens; {len(turns)} runs, roughly {tell_time(rough)}")
        warm_up_seconds = _warm_up(tokenized, chosen, say)
        runs: list[Run] = []
        sgemm: list[float] = []
        for number, turn in enumerate(turns, 1):
            rough = turn.rough_seconds(report.tokens)
            say(f"{number} of {len(turns)}: {turn}; roughly {tell_time(rough)}")
            config = turn.setting.config(turn.seed)
            if (turn.setting.part, turn.tool) == ("skipgram", "wordvec"):
                sgemm.append(measure_sgemm(config.threads))
            runs.append(_run(turn, tokenized, config))
            say(f"  {runs[-1].words_per_second:,.0f} words/s, {runs[-1].seconds:.1f} s in all")
    return Benchmark(
        corpus=corpus.name,
        corpus_bytes=report.bytes,
        tokens=report.tokens,
        seeds=seeds,
        warm_up_seconds=warm_up_seconds,
        runs=tuple(runs),
        sgemm=tuple(sgemm),
        encoding=encoding,
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


def _warm_up(tokenized: Path, settings: Sequence[Setting], say: Say) -> dict[str, float]:
    """Run wordvec with each kernel once, so that all are compiled; return the seconds."""
    seconds = {}
    for setting in {setting.label: setting for setting in settings}.values():
        say(f"compiling {setting.label}")
        with tempfile.TemporaryDirectory(dir=tokenized.parent) as name:
            folder = Path(name)
            few = folder / "few.txt"
            with tokenized.open("rb") as lines:
                few.write_bytes(b"".join(itertools.islice(lines, _WARM_UP_LINES)))
            config = replace(setting.config(seed=1), epochs=1, min_count=1)
            seconds[setting.label] = run_process(_job("wordvec", few, folder, config), folder)[1]
    return seconds


def _job(tool: str, corpus: Path, folder: Path, config: TrainConfig, copies: int = 1) -> Job:
    return Job(
        tool=tool,
        corpus=str(corpus),
        output=str(folder / f"vectors{_SUFFIX[tool]}"),
        report=str(folder / "report.json"),
        options=asdict(config),
        copies=copies,
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


def _run(turn: Turn, tokenized: Path, config: TrainConfig) -> Run:
    with tempfile.TemporaryDirectory(dir=tokenized.parent) as name:
        folder = Path(name)
        job = _job(turn.tool, tokenized, folder, config, turn.setting.copies)
        outcome, seconds, peak = run_process(job, folder)
        return Run(
            setting=turn.setting,
            tool=turn.tool,
            seed=turn.seed,
            threads=config.threads,
            training_seconds=outcome.training_seconds,
            cpu_seconds=outcome.cpu_seconds,
            seconds=seconds,
            peak_memory=_above_idle(outcome, peak),
            tokens=outcome.tokens,
            vocabulary=outcome.vocabulary,
            vocabulary_bytes=outcome.vocabulary_bytes,
            operations=outcome.operations,
            losses=tuple(outcome.losses),
            scores=score(Path(job.output), turn.tool) if turn.setting.scored else {},
        )


def tell_time(seconds: float) -> str:
    """Return about how long something takes."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _above_idle(outcome: Outcome, peak: int | None) -> int | None:
    if peak is not None and outcome.idle_anonymous is not None:
        return peak - outcome.idle_anonymous
    if outcome.peak_resident is not None and outcome.idle_resident is not None:
        return outcome.peak_resident - outcome.idle_resident
    return None
