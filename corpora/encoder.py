"""One pass from text to token ids on disk and a vocabulary; used by `corpora.encode_corpus`.

Ids in order of first sight go to a file without a name while words are counted; then they are
rewritten in place as rows of the vocabulary. In memory there is the vocabulary and a block of
text, never the corpus. Knows nothing of the forms of files (`readers`) or of bytes (`kernels`).
"""

import hashlib
import logging
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora import TOKENIZERS, Progress, Sources, kernels
from wordvec.corpora.readers import read_sources
from wordvec.corpora.tokenizers import characters
from wordvec.errors import ConfigError, CorpusError
from wordvec.scratch import disk_errors, open_scratch, scratch_folder
from wordvec.vocabulary import CorpusReport, EncodedCorpus, Vocabulary, WordTable

log = logging.getLogger("wordvec")

LONGEST_TOKEN = 1 << 20  # bytes; what is longer is no text, and would be read again and again
_IDS_PER_BLOCK = 1 << 20
_MOST_WORDS = 2**31 - 2
_T = TypeVar("_T", bound=np.generic)


def encode(
    sources: Sources,
    *,
    tokenizer: str,
    min_count: int,
    field: str | None,
    progress: Progress | None,
) -> EncodedCorpus:
    """Do what `corpora.encode_corpus` promises."""
    if tokenizer not in TOKENIZERS:
        raise ConfigError(f"tokenizer is {tokenizer!r}; it must be one of {', '.join(TOKENIZERS)}")
    if isinstance(min_count, bool) or not isinstance(min_count, int) or min_count < 1:
        raise ConfigError(f"min_count is {min_count!r}; it must be a whole number from 1 up")
    corpus = read_sources(sources, field=field, progress=progress)
    folder = scratch_folder()
    with _disk_errors(folder):
        file = open_scratch(folder)
    with file:
        encoder = Encoder("whitespace" if corpus.tokenized else tokenizer, file, folder)
        digest, size = hashlib.sha256(), 0
        for name, blocks in corpus.texts:
            begin, invalid = size, encoder.total(kernels.INVALID)
            for block in blocks:
                digest.update(block)
                size += len(block)
                encoder.feed(block, name)
            encoder.end_text(name)
            invalid = encoder.total(kernels.INVALID) - invalid
            if invalid:
                _warn_of_encoding(name, invalid, size - begin)
        more = f" and {len(corpus.names) - 1} more" if len(corpus.names) > 1 else ""
        vocabulary, rows = encoder.vocabulary(min_count, corpus.names[0] + more)
        report = CorpusReport(
            sources=corpus.names,
            tokenizer="none" if corpus.tokenized else tokenizer,
            bytes=size,
            tokens=encoder.total(kernels.TOKENS),
            sentences=encoder.total(kernels.SENTENCES),
            distinct_words=encoder.total(kernels.WORDS),
            invalid_bytes=encoder.total(kernels.INVALID),
            sha256=digest.hexdigest(),
        )
        with _disk_errors(folder):
            ids = _renumber(file, rows)
    return EncodedCorpus(ids, vocabulary, report)


def _disk_errors(folder: Path) -> AbstractContextManager[None]:
    return disk_errors(folder, "4 bytes a token", error_type=CorpusError)


def _warn_of_encoding(name: str, invalid: int, size: int) -> None:
    log.warning(
        f"{name}: {invalid:,} bytes, {invalid / size:.1%} of it, are not valid UTF-8 and were read "
        "as U+FFFD; if it is in another encoding, convert it first, for example: "
        "iconv -f WINDOWS-1252 -t UTF-8"
    )


class Encoder:
    """Counts the tokens of text given in blocks and writes their ids, in order of first sight."""

    def __init__(self, tokenizer: str, file: BinaryIO, folder: Path) -> None:
        """Begin with no words; ids go to `file`, which lies in `folder`."""
        self._file, self._folder = file, folder
        self._kernel = kernels.encode_words if tokenizer == "words" else kernels.encode_fields
        self._characters = characters()
        self._words = kernels.Words(
            utf8=np.empty(1 << 16, np.uint8),
            offsets=np.zeros((1 << 12) + 1, np.int64),
            counts=np.empty(1 << 12, np.int64),
            slots=np.full(1 << 13, kernels.UNSEEN, np.int64),
        )
        self._ids = np.empty(0, np.int32)
        self._state = np.zeros(kernels.STATE_SIZE, np.int64)
        self._tail = b""

    def total(self, which: int) -> int:
        """Return how many of TOKENS, SENTENCES, WORDS or INVALID bytes there were so far."""
        return int(self._state[which])

    def feed(self, block: bytes, name: str) -> None:
        """Take the next bytes of the text `name`; an unfinished token at their end waits for more.

        Raises
        ------
        CorpusError
            If the temporary file cannot be written, or a token is over a megabyte long.
        """
        text = np.frombuffer(self._tail + block, np.uint8)
        state = self._state
        state[kernels.POSITION] = state[kernels.WRITTEN] = 0
        self._make_room(len(text))
        while self._kernel(text, self._characters, self._words, self._ids, state):
            self._double()
        self._tail = text[state[kernels.POSITION] :].tobytes()
        if len(self._tail) > LONGEST_TOKEN:
            raise CorpusError(
                f"{name} holds a token of over {LONGEST_TOKEN:,} bytes, {self._tail[:20]!r}...; "
                "give text with white space between words"
            )
        with _disk_errors(self._folder):
            self._file.write(self._ids[: state[kernels.WRITTEN]].data)

    def end_text(self, name: str) -> None:
        """End the last line of a text, so that nothing runs into the next one."""
        self.feed(b"\n", name)

    def vocabulary(self, min_count: int, name: str) -> tuple[Vocabulary, NDArray[np.int32]]:
        """Return the words that occur often enough, and of each id its row or -1.

        The most frequent word is first, of equals the one that came first.

        Raises
        ------
        CorpusError
            If there is no such word.
        """
        known = self.total(kernels.WORDS)
        if known == 0:
            raise CorpusError(f"{name} holds no words; give text to learn from")
        counts = self._words.counts[:known]
        order = np.argsort(-counts, kind="stable")
        kept = order[: np.count_nonzero(counts >= min_count)]
        if not len(kept):
            first, last = self._words.offsets[order[0] : order[0] + 2]
            word = self._words.utf8[first:last].tobytes().decode("utf-8")
            raise CorpusError(
                f"no word in {name} occurs {min_count} times: the most frequent, {word!r}, occurs "
                f"{counts[order[0]]}; give more text or a lower --min-count"
            )
        lengths = np.diff(self._words.offsets[: known + 1])
        utf8 = np.empty(lengths[kept].sum(), np.uint8)
        offsets = np.empty(len(kept) + 1, np.int64)
        kernels.gather_words(self._words, kept, utf8, offsets)
        rows = np.full(known, -1, np.int32)
        rows[kept] = np.arange(len(kept), dtype=np.int32)
        return Vocabulary(WordTable(utf8, offsets), counts[kept].astype(np.uint64)), rows

    def _make_room(self, size: int) -> None:
        """Make sure that the words and ids of `size` bytes of text have room."""
        # Each token and each line end takes a byte, and a long line is cut now and then.
        ids = size + size // kernels.SENTENCE_LIMIT + 2
        if len(self._ids) < ids:
            self._ids = np.empty(ids, np.int32)
        used = int(self._words.offsets[self.total(kernels.WORDS)])
        most = used + kernels.ROOM_PER_BYTE * size
        if len(self._words.utf8) < most:
            self._words = self._words._replace(
                utf8=_enlarge(self._words.utf8, used, max(most, 2 * used))
            )

    def _double(self) -> None:
        """Make room for twice as many words."""
        known = self.total(kernels.WORDS)
        if known >= _MOST_WORDS // 2:
            raise CorpusError(f"there are over {known:,} different words; give less text")
        self._words = self._words._replace(
            offsets=_enlarge(self._words.offsets, known + 1, 2 * known + 1),
            counts=_enlarge(self._words.counts, known, 2 * known),
            slots=np.full(2 * len(self._words.slots), kernels.UNSEEN, np.int64),
        )
        kernels.rebuild_slots(self._words, known)


def _enlarge(array: NDArray[_T], used: int, size: int) -> NDArray[_T]:
    """Return a copy with room for `size` entries; pages beyond the `used` ones stay untouched."""
    larger = np.empty(size, array.dtype)
    larger[:used] = array[:used]
    return larger


def _renumber(file: BinaryIO, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rewrite the file of ids in place as rows, drop what has none, and map it."""
    block = np.empty(_IDS_PER_BLOCK, np.int32)
    out = np.empty(_IDS_PER_BLOCK, np.int32)
    file.flush()
    at = kept = 0
    in_sentence = False
    while True:
        file.seek(at)
        size = file.readinto(block.data)  # type: ignore[attr-defined]  # a BufferedRandom has it
        if not size:
            break
        at += size
        ids = block[: size // block.itemsize]
        written, in_sentence = kernels.renumber(ids, rows, out, in_sentence)
        file.seek(kept)
        kept += file.write(out[:written].data)
    file.truncate(kept)
    file.flush()
    return np.memmap(file, np.int32, "r")
