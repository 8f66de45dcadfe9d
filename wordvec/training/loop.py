"""Orchestrates a training run: chunks, threads, learning rate, progress.

Cuts the encoded corpus into chunks, hands them to threads that run a kernel without the GIL
(Hogwild: Niu et al. 2011), and assembles the result. Knows no text and no file; never loops over
tokens.
"""

import itertools
import logging
import math
import platform
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import TrainingError
from wordvec.training.config import TrainConfig
from wordvec.vectors import WordVectors
from wordvec.vocabulary import EncodedCorpus, Vocabulary

CHUNK_TOKENS = 20_000
"""Tokens a kernel call: about ten milliseconds, long against the call and short against Ctrl-C."""
CHUNKS_A_THREAD = 8
"""Chunks each thread gets of an epoch at least, so that none waits long for another."""
PLACES = 2
"""Chunks come from so many places of the corpus in turn. On film reviews, over twelve seeds, MEN
was .550 with one place or two and .544 with sixteen; WordSim-353 was .520 with two, .515 with one
and with sixteen; SimLex-999 and the analogies were the same. word2vec.c and gensim have as many
places as threads."""
LAST_RATE = 0.1
"""Share of the first learning rate that is left at the end. With the 1e-4 of word2vec.c, MEN is
.006 lower on film reviews (skip-gram, ten seeds; CBOW .004, six seeds) and WordSim-353 .003, while
SimLex-999 and the analogies are the same. (gensim with two threads and a file ends at a tenth as
well, and with more threads higher: each goes only its share of the way down in an epoch.)"""
HOPELESS = 3
"""A loss so many times as high as the first one tells that training diverged: else it falls."""
REPORT_SECONDS = 0.2

log = logging.getLogger("wordvec")


@dataclass(frozen=True)
class Progress:
    """How far a run has come."""

    stage: Literal["reading", "compiling", "training"]
    done: int
    """Bytes read, or corpus tokens trained on (all epochs; unknown and thinned-out ones too)."""
    total: int | None
    """What `done` will be at the end, where that is known."""
    seconds: float = 0.0
    """Since the stage began."""
    loss: float | None = None
    """Mean loss of the (center, context) pairs or CBOW windows measured in the last epoch's worth
    of chunks: -log s(true) - sum log s(-noise)."""
    operations: int = 0
    """Additions and multiplications of the vectors' numbers done while training."""

    @property
    def per_second(self) -> float:
        """What was done a second: bytes, or words of the corpus."""
        return self.done / max(self.seconds, 1e-9)


ProgressCallback = Callable[[Progress], None]


def train_encoded(
    corpus: EncodedCorpus,
    config: TrainConfig,
    progress: ProgressCallback | None = None,
) -> WordVectors:
    """Train word vectors on an encoded corpus.

    Returns vectors of shape (words, dim), float32, and with `config.save_output` the output layer
    of the same shape. KeyboardInterrupt ends the threads and passes on.

    Raises
    ------
    TrainingError
        If the vectors stop being finite numbers, as they do with far too high a learning rate.
    """
    report = progress or (lambda _: None)
    began = time.perf_counter()
    report(Progress("compiling", 0, None))
    train_chunk = _load_kernel(config, corpus.vocabulary)
    log.info("kernel ready after %.1f s", time.perf_counter() - began)
    run = _Run(corpus, config, train_chunk)
    run.train(report)
    advice = f"lower the learning rate (it was {config.learning_rate:g})"
    if not (np.isfinite(run.tally).all() and _all_finite(run.input) and _all_finite(run.output)):
        raise TrainingError(
            f"training diverged: the vectors are no longer finite numbers; {advice}"
        )
    # Before the first step every score is 0, and each of its losses log 2.
    first_loss = (1 + config.negatives) * math.log(2)
    losses, measured, _ = run.tally[-1]
    if losses > HOPELESS * first_loss * measured:
        raise TrainingError(
            f"training diverged: the loss rose from {first_loss:.3g} to {losses / measured:.3g}; "
            f"{advice}"
        )
    return WordVectors(
        corpus.vocabulary.words,
        run.input,
        corpus.vocabulary.counts,
        output=run.output if config.save_output else None,
        provenance={
            "corpus": asdict(corpus.report),
            "training": asdict(config),
            "versions": _versions(),
        },
    )


def _versions() -> dict[str, str]:
    """Return the versions on which the numbers depend."""
    import numba

    import wordvec

    python = platform.python_version()
    ours, numbas = wordvec.__version__, numba.__version__
    return {"wordvec": ours, "python": python, "numpy": np.__version__, "numba": numbas}


def _load_kernel(config: TrainConfig, vocabulary: Vocabulary) -> Callable[..., None]:
    """Return the kernel of the architecture, compiled, with the sampling tables bound to it."""
    from wordvec.training.kernels import cbow, skipgram
    from wordvec.training.kernels.sampling import Sampling

    module = {"skipgram": skipgram, "cbow": cbow}[config.architecture]
    kernel = module.make_train_chunk(config.dim, config.negatives)
    table = make_alias_table(vocabulary.noise_distribution())
    sampling = Sampling(vocabulary.keep_probability(config.subsample), *table)

    def train_chunk(
        ids: NDArray[np.int32],
        matrices: tuple[NDArray[np.float32], NDArray[np.float32]],
        rates: tuple[float, float],
        seed: np.uint64,
        tally: NDArray[np.float64],
    ) -> None:
        kernel(ids, sampling, *matrices, config.window, *rates, seed, tally)

    nothing = np.empty((1, config.dim), np.float32)
    ids = np.empty(0, np.int32)
    ids.flags.writeable = False  # as a mapped corpus is: the type that the kernel is compiled for
    train_chunk(ids, (nothing, nothing), (0.0, 0.0), np.uint64(0), np.zeros(3))
    return train_chunk


@dataclass
class _Run:
    """The state that the threads of one training run share."""

    corpus: EncodedCorpus
    config: TrainConfig
    train_chunk: Callable[..., None]
    input: NDArray[np.float32] = field(init=False)
    output: NDArray[np.float32] = field(init=False)
    tally: NDArray[np.float64] = field(init=False)
    """What the kernels add up, by epoch: the losses measured, their number, the operations done;
    shape (epochs, 3)."""

    def __post_init__(self) -> None:
        words, dim = len(self.corpus.vocabulary), self.config.dim
        self.input = np.random.default_rng(self.config.seed).random((words, dim), np.float32)
        self.input -= np.float32(0.5)
        self.input /= np.float32(dim)
        self.output = np.zeros((words, dim), np.float32)
        self.tally = np.zeros((self.config.epochs, 3))
        self._bounds = chunk_bounds(self.corpus.ids, self.config.threads)
        self._chunks = self._walk_chunks()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._done = 0
        self._epoch = 0
        self._failures: list[BaseException] = []

    def train(self, report: ProgressCallback) -> None:
        """Run all chunks of all epochs; return when they are done."""
        ids, tokens = len(self.corpus.ids), self.corpus.report.tokens
        total = tokens * self.config.epochs
        began = time.perf_counter()

        def progress_now() -> Progress:
            losses, measured, _ = self.tally[max(0, self._epoch - 1) : self._epoch + 1].sum(axis=0)
            return Progress(
                "training",
                round(self._done / ids * tokens),
                total,
                time.perf_counter() - began,
                float(losses / measured) if measured else None,
                int(self.tally[:, 2].sum()),
            )

        threads = [
            threading.Thread(target=self._work, name=f"wordvec-{n}", daemon=True)
            for n in range(self.config.threads)
        ]
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                report(progress_now())
                deadline = time.perf_counter() + REPORT_SECONDS
                for thread in threads:
                    thread.join(max(0.0, deadline - time.perf_counter()))
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        if self._failures:
            raise self._failures[0]
        report(progress_now())

    def _work(self) -> None:
        """Train chunk after chunk until none is left: one thread's life."""
        tally = np.zeros(3)
        try:
            while not self._stop.is_set():
                with self._lock:
                    chunk = next(self._chunks, None)
                if chunk is None:
                    return
                epoch, start, stop, rates, seed = chunk
                tally[:] = 0
                ids = self.corpus.ids[start:stop]
                self.train_chunk(ids, (self.input, self.output), rates, seed, tally)
                with self._lock:
                    self._epoch = max(self._epoch, epoch)
                    self.tally[epoch] += tally
                    self._done += stop - start
                if not np.isfinite(tally[0]):
                    self._stop.set()
        except BaseException as error:  # noqa: BLE001  # raised again by the thread that waits
            self._failures.append(error)
            self._stop.set()

    def _walk_chunks(self) -> Iterator[tuple[int, int, int, tuple[float, float], np.uint64]]:
        """Yield (epoch, start, stop, (first rate, last rate), seed) for every chunk of the run.

        The seed depends on the config's seed, the epoch and the chunk, not on the thread.
        """
        chunks = list(itertools.pairwise(self._bounds))
        order = np.argsort(np.arange(len(chunks)) % -(-len(chunks) // PLACES), kind="stable")
        total = len(self.corpus.ids) * self.config.epochs
        done = 0

        def rate() -> float:
            return self.config.learning_rate * (1 - (1 - LAST_RATE) * done / total)

        for epoch in range(self.config.epochs):
            seeds = np.random.SeedSequence((self.config.seed, epoch)).generate_state(
                len(chunks), np.uint64
            )
            for chunk in order:
                start, stop = chunks[chunk]
                first = rate()
                done += stop - start
                yield epoch, start, stop, (first, rate()), seeds[chunk]


def chunk_bounds(ids: NDArray[np.int32], threads: int) -> list[int]:
    """Return where the chunks of `ids` start and the last one ends: always at a sentence's end.

    Examples
    --------
    >>> chunk_bounds(np.array([4, 2, -1, 3, 3, -1], np.int32), threads=1)
    [0, 3, 6]
    """
    size = max(1, min(CHUNK_TOKENS, len(ids) // (threads * CHUNKS_A_THREAD)))
    bounds = [0]
    while bounds[-1] < len(ids):
        end = min(bounds[-1] + size, len(ids)) - 1
        while ids[end] >= 0:
            # Sentences are short against a chunk; look at the next few hundred ids at once.
            ahead = np.flatnonzero(ids[end : end + 256] < 0)
            end += int(ahead[0]) if len(ahead) else 256
        bounds.append(end + 1)
    return bounds


def make_alias_table(
    probability: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return Walker's alias table (Vose 1991) of a distribution over n rows.

    To draw: take a row r of n at random; keep it, which is `choices[r, 0]`, with probability
    `accept[r]`, else take `choices[r, 1]`. Of shape (n,) and (n, 2).

    Examples
    --------
    >>> make_alias_table(np.array([0.75, 0.25]))
    (array([1. , 0.5], dtype=float32), array([[0, 0],
           [1, 0]], dtype=int32))
    """
    n = len(probability)
    scaled = (probability * n).tolist()
    accept, alias = [1.0] * n, list(range(n))
    poor = [row for row in range(n) if scaled[row] < 1]
    rich = [row for row in range(n) if scaled[row] >= 1]
    while poor and rich:
        row, donor = poor.pop(), rich[-1]
        accept[row], alias[row] = scaled[row], donor
        scaled[donor] -= 1 - scaled[row]
        if scaled[donor] < 1:
            poor.append(rich.pop())
    return np.array(accept, np.float32), np.stack((np.arange(n), alias), axis=1).astype(np.int32)


def _all_finite(matrix: NDArray[np.float32], rows: int = 65_536) -> bool:
    blocks = (matrix[start : start + rows] for start in range(0, len(matrix), rows))
    return all(bool(np.isfinite(block).all()) for block in blocks)
