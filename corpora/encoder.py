"""One pass from text to token ids on disk and a vocabulary; used by `corpora.encode_corpus`.

Threads encode chunks of text (`chunks`), each with a table of words of its own (`counting`), while
the caller's thread reads, and writes their ids to a file without a name, in order of the text. Then
the tables are merged, and the ids are rewritten in place as rows of the vocabulary. The result is
the same for any number of threads. In memory there are the tables and a few chunks, never the
corpus. Knows nothing of the forms of files (`readers`) or of bytes (`kernels`).
"""

import contextlib
import hashlib
import itertools
import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora import TOKENIZERS, Progress, Sources, kernels
from wordvec.corpora.chunks import Chunk, Texts, cut_texts, ids_room
from wordvec.corpora.counting import WordCounter, merge
from wordvec.corpora.memory import allocate, return_freed
from wordvec.corpora.readers import read_sources
from wordvec.corpora.tokenizers import characters
from wordvec.cpus import available_threads
from wordvec.errors import ConfigError, CorpusError
from wordvec.scratch import disk_errors, open_scratch, scratch_folder
from wordvec.vocabulary import CorpusReport, EncodedCorpus, Vocabulary

log = logging.getLogger("wordvec")

MOST_THREADS = 8
"""One thread reads and writes, and makes the digest: 1.5 GB/s, what four or five can encode."""
_CHUNKS_AHEAD = 2  # more than there are threads
_Result = TypeVar("_Result")


def encode(
    sources: Sources,
    *,
    tokenizer: str,
    min_count: int,
    field: str | None,
    progress: Progress | None,
    threads: int | None,
) -> EncodedCorpus:
    """Do what `corpora.encode_corpus` promises."""
    if tokenizer not in TOKENIZERS:
        raise ConfigError(f"tokenizer is {tokenizer!r}; it must be one of {', '.join(TOKENIZERS)}")
    _check_whole_number("min_count", min_count)
    if threads is None:
        threads = available_threads()
    _check_whole_number("threads", threads)
    corpus = read_sources(sources, field=field, progress=progress)
    folder = scratch_folder()
    more = f" and {len(corpus.names) - 1} more" if len(corpus.names) > 1 else ""
    with _disk_errors(folder):
        file = open_scratch(folder)
    with file, Encoder("whitespace" if corpus.tokenized else tokenizer, threads) as encoder:
        encoder.read(corpus.texts, file, folder)
        vocabulary = encoder.make_vocabulary(min_count, corpus.names[0] + more)
        with _disk_errors(folder):
            sentences, ids = encoder.renumber(file)
    report = CorpusReport(
        sources=corpus.names,
        tokenizer="none" if corpus.tokenized else tokenizer,
        bytes=encoder.bytes,
        tokens=encoder.tokens,
        sentences=sentences,
        distinct_words=encoder.distinct_words,
        invalid_bytes=encoder.invalid_bytes,
        sha256=encoder.digest.hexdigest(),
    )
    del encoder
    return_freed()
    return EncodedCorpus(ids, vocabulary, report)


def _check_whole_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{name} is {value!r}; it must be a whole number from 1 up")


def _disk_errors(folder: Path) -> contextlib.AbstractContextManager[None]:
    return disk_errors(folder, "4 bytes a token", error_type=CorpusError)


def _warn_of_encoding(name: str, invalid: int, size: int) -> None:
    log.warning(
        f"{name}: {invalid:,} bytes, {invalid / size:.1%} of it, are not valid UTF-8 and were read "
        "as U+FFFD; if it is in another encoding, convert it first, for example: "
        "iconv -f WINDOWS-1252 -t UTF-8"
    )


class _Encoded(NamedTuple):
    """What a thread made of a chunk, beside the ids in it."""

    chunk: Chunk
    thread: int
    """By whose words the ids are."""
    known: int
    """How many words that thread knew afterwards."""
    written: int
    invalid: list[int]
    """Of each part of the chunk, how many bytes were not valid UTF-8."""
    tail: bytes
    """What is unfinished."""


class _Written(NamedTuple):
    """The ids of a chunk in the file: so much is kept of each."""

    thread: int
    known: int
    ids: int
    joined: bool


class _Renumbered(NamedTuple):
    """The rows of a chunk, and the state of the sentence that goes on: see `kernels.renumber`."""

    rows: NDArray[np.int32]
    written: int
    length: int = 0
    kept: bool = False
    sentences: int = 0


class Encoder:
    """Encodes texts in threads, which end with it: `read`, then `make_vocabulary`, `renumber`."""

    def __init__(self, tokenizer: str, threads: int) -> None:
        """Begin with no words."""
        threads = min(threads, MOST_THREADS)
        self.digest = hashlib.sha256()
        self.bytes = self.invalid_bytes = self.tokens = self.distinct_words = 0
        self._tokenizer = tokenizer
        self._ahead = threads + _CHUNKS_AHEAD
        self._counters: dict[int, WordCounter] = {}
        self._rows: dict[int, NDArray[np.int32]] = {}
        self._written: list[_Written] = []
        self._pool = ThreadPoolExecutor(threads, "wordvec-encode")
        characters()  # made here, once, before threads ask for it at the same time

    def __enter__(self) -> "Encoder":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def read(self, texts: Texts, file: BinaryIO, folder: Path) -> None:
        """Count the words of texts and write ids to `file`, which lies in `folder`.

        Raises
        ------
        CorpusError
            If the file cannot be written, a token is over a megabyte long, or reading fails.
        """
        invalid = 0
        for done in _in_order(self._encoded(texts), self._ahead):
            with _disk_errors(folder):
                # With room for the line ends to come (what stands in it is never read).
                file.write(done.chunk.ids[: ids_room(done.written)].data)
            self._written.append(_Written(done.thread, done.known, done.written, done.chunk.joined))
            for part, wrong in zip(done.chunk.parts, done.invalid, strict=True):
                invalid += wrong
                if part.size is not None:
                    if invalid:
                        _warn_of_encoding(part.name, invalid, part.size)
                    self.invalid_bytes += invalid
                    invalid = 0

    def make_vocabulary(self, min_count: int, name: str) -> Vocabulary:
        """Return the words that occur often enough.

        The most frequent word is first, of equals the one that came first.

        Raises
        ------
        CorpusError
            If there is no such word.
        """
        seen = ((chunk.thread, chunk.known) for chunk in self._written)
        whole, ids = merge(self._counters, seen, self._tokenizer)
        self._counters.clear()
        self.tokens, self.distinct_words = int(whole.counts.sum()), whole.known
        if whole.known == 0:
            raise CorpusError(f"{name} holds no words; give text to learn from")
        order = np.argsort(-whole.counts, kind="stable")
        counts = whole.counts[order]
        kept = order[: np.count_nonzero(counts >= min_count)]
        if not len(kept):
            raise CorpusError(
                f"no word in {name} occurs {min_count} times: the most frequent, "
                f"{whole.word(order[0])!r}, occurs {counts[0]}; give more text or a lower "
                "--min-count"
            )
        rows = np.full(whole.known, -1, np.int32)
        rows[kept] = np.arange(len(kept), dtype=np.int32)
        self._rows = {thread: rows[own] for thread, own in ids.items()}
        return Vocabulary(whole.gather(kept), counts[: len(kept)].astype(np.uint64))

    def renumber(self, file: BinaryIO) -> tuple[int, NDArray[np.int32]]:
        """Rewrite the file of ids in place as rows, drop what has none, and map it.

        Returns how many sentences the text has, and the rows.
        """
        file.flush()
        kept = sentences = 0
        for done in _in_order(self._renumbered(file), self._ahead):
            file.seek(kept)
            kept += file.write(done.rows[: done.written].data)
            sentences += done.sentences
        file.truncate(kept)
        file.flush()
        return sentences, np.memmap(file, np.int32, "r")

    def _encoded(self, texts: Texts) -> Iterator[Future[_Encoded]]:
        """Read, and yield what threads make of chunk after chunk."""
        chunks = itertools.cycle([Chunk() for _ in range(self._ahead)])
        digested = ((name, self._digested(blocks)) for name, blocks in texts)
        try:
            yield from cut_texts(digested, chunks, self._submit)
        except CorpusError as error:  # raised when the text before it is done with
            failed: Future[_Encoded] = Future()
            failed.set_exception(error)
            yield failed

    def _digested(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.digest.update(block)
            self.bytes += len(block)
            yield block

    def _submit(self, chunk: Chunk) -> Future[_Encoded]:
        return self._pool.submit(self._encode, chunk)

    def _encode(self, chunk: Chunk) -> _Encoded:
        """Encode a chunk with the words of this thread, to which they come in order of the text."""
        thread = threading.get_ident()
        counter = self._counters.get(thread)
        if counter is None:
            counter = self._counters[thread] = WordCounter(self._tokenizer)
        chunk.make_room()
        start = finished = written = 0
        invalid = []
        for part in chunk.parts:
            before = counter.invalid
            text = chunk.text[start : part.stop]
            finished, written = counter.encode(text, chunk.ids, written)
            invalid.append(counter.invalid - before)
            finished += start
            start = part.stop
        tail = chunk.text[finished:start].tobytes()
        return _Encoded(chunk, thread, counter.known, written, invalid, tail)

    def _renumbered(self, file: BinaryIO) -> Iterator[Future[_Renumbered]]:
        """Read chunk after chunk of ids and yield what a thread makes of it."""
        most = max(ids_room(chunk.ids) for chunk in self._written)
        buffers = itertools.cycle(
            [(allocate(most, np.int32), allocate(most, np.int32)) for _ in range(self._ahead)]
        )
        at = 0
        future = None
        for chunk in self._written:
            ids, out = next(buffers)
            room = ids_room(chunk.ids)
            file.seek(at)
            file.readinto(ids[:room].data)  # type: ignore[attr-defined]  # a BufferedRandom has it
            at += room * ids.itemsize
            before = future if chunk.joined else None
            future = self._pool.submit(
                self._renumber, ids[: chunk.ids], self._rows[chunk.thread], out, before
            )
            yield future

    @staticmethod
    def _renumber(
        ids: NDArray[np.int32],
        rows: NDArray[np.int32],
        out: NDArray[np.int32],
        before: Future[_Renumbered] | None,
    ) -> _Renumbered:
        """Turn the ids of a chunk into rows; the line that `before` leaves open goes on."""
        last = before.result() if before else _Renumbered(out, 0)
        return _Renumbered(
            out,
            *kernels.renumber(ids, rows, out, last.length, last.kept, kernels.SENTENCE_LIMIT),
        )


def _in_order(futures: Iterable[Future[_Result]], ahead: int) -> Iterator[_Result]:
    """Yield the results of futures in their order, with so many of them begun."""
    waiting: deque[Future[_Result]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
