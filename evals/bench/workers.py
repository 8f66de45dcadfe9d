"""One training run, in a process of its own: `python -m wordvec.evals.bench.workers JOB.json`.

The job names the tool, the tokenized corpus, the options and where to save; what the run measured
is written as JSON to the job's report. The parent takes the time and the memory of the process.
"""

import importlib
import json
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from wordvec.evals.bench.machine import anonymous_memory, peak_resident_memory
from wordvec.training import Progress, TrainConfig, train

IMPORTS = {
    "wordvec": (
        "wordvec.corpora.encoder",
        "wordvec.store.write",
        "wordvec.training.kernels.cbow",
        "wordvec.training.kernels.skipgram",
    ),
    "gensim": ("gensim.models",),
}
"""What each tool loads in the course of a run: the idle interpreter's memory has them too."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run to be made: all its paths are absolute."""

    tool: str
    corpus: str
    """Tokens separated by white space, a sentence of up to 10,000 a line."""
    output: str
    report: str
    options: dict[str, Any]
    """The arguments of TrainConfig."""
    copies: int = 1
    """How often wordvec reads the corpus, one after the other; gensim reads it once."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What only the process itself can know of a run."""

    training_seconds: float
    """Without reading, counting and compiling."""
    cpu_seconds: float
    """Of all threads, in that time."""
    tokens: int
    vocabulary: int
    """Words kept."""
    vocabulary_bytes: int | None = None
    """What wordvec's table of them takes."""
    operations: int | None = None
    """Additions and multiplications of the vectors' numbers; None where the tool does not tell."""
    losses: tuple[float | None, ...] = ()
    """At the end of each epoch, of wordvec."""
    idle_anonymous: int | None
    idle_resident: int | None
    peak_resident: int | None
    """Bytes, as machine.py has them; None where the system does not tell."""


def run_job(job: Job) -> Outcome:
    """Train and save in this process."""
    for module in IMPORTS[job.tool]:
        importlib.import_module(module)
    idle_anonymous, idle_resident = anonymous_memory(), peak_resident_memory()
    run = {"wordvec": train_wordvec, "gensim": train_gensim}[job.tool]
    measured = run(job, TrainConfig(**job.options))
    return Outcome(
        **measured,
        idle_anonymous=idle_anonymous,
        idle_resident=idle_resident,
        peak_resident=peak_resident_memory(),
    )


def train_wordvec(job: Job, config: TrainConfig) -> dict[str, Any]:
    """Train with wordvec and save a store."""
    reports: list[Progress] = []
    cpu: list[float] = []

    def report(progress: Progress) -> None:
        if progress.stage == "training":
            reports.append(progress)
            cpu.append(time.process_time())

    sources = [job.corpus] * job.copies
    vectors = train(sources, config, tokenizer="whitespace", progress=report)
    vectors.save(job.output)
    table = vectors.index_to_key
    arrays = (table.utf8, table.offsets, table.slots, vectors.counts)
    return {
        "training_seconds": reports[-1].seconds,
        "cpu_seconds": cpu[-1] - cpu[0],
        "tokens": vectors.provenance["corpus"]["tokens"],
        "vocabulary": len(table),
        "vocabulary_bytes": sum(array.nbytes for array in arrays if array is not None),
        "operations": reports[-1].operations or None,
        "losses": trace_loss(reports, config.epochs),
    }


def trace_loss(reports: Sequence[Progress], epochs: int) -> tuple[float | None, ...]:
    """Return the loss that was last reported in each epoch, None where no report came.

    Examples
    --------
    >>> reports = [Progress("training", done, 10, loss=1 / done) for done in (1, 5, 10)]
    >>> trace_loss(reports, epochs=2)
    (0.2, 0.1)
    """
    curve: list[float | None] = [None] * epochs
    for report in reports:
        if report.total and report.done:
            curve[ceil(report.done * epochs / report.total) - 1] = report.loss
    return tuple(curve)


def train_gensim(job: Job, config: TrainConfig) -> dict[str, Any]:
    """Train with gensim in its quickest way, from a file, and save as it saves vectors."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        sg=int(config.architecture == "skipgram"),
        vector_size=config.dim,
        window=config.window,
        negative=config.negatives,
        ns_exponent=0.75,
        min_count=config.min_count,
        sample=config.subsample,
        alpha=config.learning_rate,
        min_alpha=config.learning_rate / 10_000,
        epochs=config.epochs,
        workers=config.threads,
        seed=config.seed,
    )
    model.build_vocab(corpus_file=job.corpus)
    start, cpu_start = time.perf_counter(), time.process_time()
    model.train(
        corpus_file=job.corpus,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=model.epochs,
    )
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    model.wv.save(job.output)
    return {
        "training_seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "tokens": model.corpus_total_words,
        "vocabulary": len(model.wv),
    }


def main() -> None:
    """Run the job whose file is the only argument."""
    warnings.simplefilter("ignore")  # gensim's, of code that is not ours to mend
    job = Job(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    outcome = run_job(job)
    Path(job.report).write_text(json.dumps(asdict(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main()
