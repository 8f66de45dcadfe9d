"""Words, their counts, and what follows from the counts: subsampling and noise.

`WordTable` keeps words as UTF-8 bytes end to end, in memory exactly as in the file, so that a
mapped store and a freshly counted vocabulary are the same thing. `Vocabulary` adds counts.
`EncodedCorpus` is what the readers hand to the trainers. Knows nothing of files or training.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError

MISSING = -1
_EMPTY_SLOT = -1


class WordTable(Sequence[str]):
    """Distinct words in row order, found through an open-addressing hash table.

    Parameters
    ----------
    utf8
        All words' UTF-8 bytes, one after the other: shape (bytes,), uint8.
    offsets
        Where each word starts, and where the last one ends: shape (words + 1,), int64.
    index
        Hash table of row numbers: shape (a power of two above the number of words,), int32, -1
        where empty. A word's search starts at `zlib.crc32(utf8) & (len(index) - 1)` and goes on
        slot by slot until the word or an empty slot is met. Made here if None.
    source
        Where the arrays come from: begins the messages of FormatError.

    Raises
    ------
    FormatError
        By any method that meets an offset, a row or a word that cannot be: the arrays are checked
        where they are read, so that opening a file does not depend on how many words it has.

    Examples
    --------
    >>> table = WordTable.from_words(["the", "queen", "король"])
    >>> table[2], table.find("queen"), table.find("king")
    ('король', 1, -1)
    """

    def __init__(
        self,
        utf8: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        index: NDArray[np.int32] | None = None,
        *,
        source: str = "word table",
    ) -> None:
        self.utf8 = utf8
        self.offsets = offsets
        self.slots = build_word_index(utf8, offsets) if index is None else index
        self.source = source
        # Views whose items are plain Python ints: five times quicker to read than NumPy scalars.
        self._bytes = utf8.data
        self._starts = offsets.data
        self._slots = self.slots.data

    @classmethod
    def from_words(cls, words: Iterable[str]) -> "WordTable":
        """Make a table of `words`, in their order.

        Raises
        ------
        ValueError
            If a word appears twice or is empty.
        """
        encoded = [word.encode("utf-8") for word in words]
        if len(set(encoded)) != len(encoded) or b"" in encoded:
            seen: set[bytes] = set()
            for row, word in enumerate(encoded):
                if not word or word in seen:
                    what = f"{word.decode()!r} appears twice" if word else "a word is empty"
                    raise ValueError(f"{what} (row {row}); words must be distinct and not empty")
                seen.add(word)
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __reduce__(self) -> tuple[type["WordTable"], tuple[NDArray[Any], ...]]:
        """Pickle the arrays: the views of them cannot be."""
        return type(self), (self.utf8, self.offsets, self.slots)

    def find(self, word: str) -> int:
        """Return the row of `word`, or -1 if it is not here."""
        key = word.encode("utf-8", errors="surrogatepass")
        slots, starts, utf8 = self._slots, self._starts, self._bytes
        n = len(starts) - 1
        mask = len(slots) - 1
        slot = zlib.crc32(key) & mask
        # A table holds each row once, so that the search is over after so many steps.
        for _ in range(n + 1):
            row = slots[slot]
            if row == _EMPTY_SLOT:
                return MISSING
            if not 0 <= row < n:
                raise self._damage(f"/word_index: slot {slot} holds row {row} of {n}")
            # Offsets that cannot be only make the slice empty or wrong, so a word is not found.
            if utf8[starts[row] : starts[row + 1]] == key:
                return row
            slot = (slot + 1) & mask
        raise self._damage(f"/word_index: from slot {slot} back there are more than {n} rows")

    def span(self, start: int, stop: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the bytes of rows `start` to `stop`, and the offsets of the rows in them.

        Views of the whole, of shapes (bytes,) and (stop - start + 1,), the offsets starting at 0.
        """
        offsets = np.asarray(self.offsets[start : stop + 1])
        first, last = int(offsets[0]), int(offsets[-1])
        if not 0 <= first <= last <= len(self.utf8) or np.any(offsets[1:] <= offsets[:-1]):
            raise self._damage(f"/word_offsets: rows {start} to {stop} do not follow one another")
        return self.utf8[first:last], offsets - first

    def encoded(self, start: int, stop: int) -> list[bytes]:
        """Return the words of rows `start` to `stop` as they are kept, in UTF-8."""
        utf8, offsets = self.span(start, stop)
        text = utf8.tobytes()
        return [text[first:last] for first, last in pairwise(offsets.tolist())]

    def _damage(self, what: str) -> FormatError:
        return FormatError(f"{self.source}: {what}; the file is damaged")

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[r] for r in range(*row.indices(len(self)))]
        n = len(self)
        row = int(row)
        if not -n <= row < n:
            raise IndexError(f"row {row} of {n} words")
        row %= n
        start, stop = self._starts[row], self._starts[row + 1]
        if not 0 <= start < stop <= len(self._bytes):
            raise self._damage(f"/word_offsets: row {row} goes from byte {start} to {stop}")
        try:
            return str(self._bytes[start:stop], "utf-8")
        except UnicodeDecodeError as error:
            raise self._damage(f"/words: row {row} is not UTF-8") from error

    def index(self, word: object, start: int = 0, stop: int | None = None) -> int:
        """Return the row of `word`, as `list.index` does but by the hash table.

        Raises
        ------
        ValueError
            If it is not here, or not in rows `start` to `stop`.
        """
        row = self.find(word) if isinstance(word, str) else MISSING
        if row == MISSING or row not in range(*slice(start, stop).indices(len(self))):
            raise ValueError(f"{word!r} is not in the table")
        return row

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) != MISSING

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, WordTable):
            return np.array_equal(self.offsets, other.offsets) and np.array_equal(
                self.utf8, other.utf8
            )
        if isinstance(other, Sequence) and not isinstance(other, str):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable arrays inside, as a list has

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:5])) + (", ..." if len(self) > 5 else "")
        return f"WordTable([{shown}], {len(self)} words)"


class WordRows(Mapping[str, int]):
    """A `WordTable` seen as a mapping from word to row: gensim's `key_to_index`."""

    def __init__(self, table: WordTable) -> None:
        self._table = table

    def __getitem__(self, word: str) -> int:
        row = self._table.find(word) if isinstance(word, str) else MISSING
        if row == MISSING:
            raise KeyError(word)
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def build_word_index(utf8: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the hash table of row numbers described in `WordTable`, at most half full.

    All words look for a slot at once, round after round: in each round the lowest row that asks
    for a free slot gets it and the others move one slot on. So every slot between a word's first
    choice and its place is taken, which is what a search relies on.
    """
    n = len(offsets) - 1
    size = 2
    while size < 2 * n:
        size *= 2
    data, starts = np.ascontiguousarray(utf8).data, offsets.tolist()
    hashes = (zlib.crc32(data[a:b]) for a, b in pairwise(starts))
    slot = np.fromiter(hashes, np.int64, n) & (size - 1)
    index = np.full(size, _EMPTY_SLOT, np.int32)
    rows = np.arange(n, dtype=np.int32)
    while len(rows):
        free = index[slot] == _EMPTY_SLOT
        # Written last to first: where several rows ask for one slot, the lowest row stays.
        index[slot[free][::-1]] = rows[free][::-1]
        left = index[slot] != rows
        rows, slot = rows[left], (slot[left] + 1) & (size - 1)
    return index


@dataclass(frozen=True)
class Vocabulary:
    """Words and how often the corpus holds each, most frequent first.

    `words` has n entries; `counts` is of shape (n,), uint64.
    """

    words: WordTable
    counts: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.words)

    def keep_probability(self, subsample: float) -> NDArray[np.float32]:
        """Return the probability with which an occurrence of each word is kept, shape (n,).

        min(1, (sqrt(c / T) + 1) * T / c) with T = subsample * sum(c), as word2vec.c has it
        (Mikolov et al. 2013 print a simpler formula). `subsample` 0 keeps everything.
        """
        counts = self.counts.astype(np.float64)
        if subsample == 0:
            return np.ones(len(counts), np.float32)
        threshold = subsample * counts.sum()
        keep = (np.sqrt(counts / threshold) + 1) * (threshold / counts)
        return np.asarray(np.minimum(keep, 1), np.float32)

    def noise_distribution(self, exponent: float = 0.75) -> NDArray[np.float64]:
        """Return the probability of each word as a negative sample: c ** exponent, shape (n,)."""
        weights = self.counts.astype(np.float64) ** exponent
        return np.asarray(weights / weights.sum())


@dataclass(frozen=True)
class CorpusReport:
    """What was read: goes into a store's provenance and into what `train` prints."""

    sources: tuple[str, ...]
    tokenizer: str
    bytes: int
    """Bytes of text, after decompression."""
    tokens: int
    """All tokens, those under `min_count` too."""
    sentences: int
    distinct_words: int
    """Distinct words before `min_count`."""
    invalid_bytes: int
    """Bytes that were not valid UTF-8; each run of them is read as U+FFFD."""
    sha256: str
    """Digest of the decompressed text."""


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as row numbers of its vocabulary, on disk.

    `ids` is a memory-mapped int32 array: sentences one after the other, each closed by -1; words
    under `min_count` are left out.
    """

    ids: NDArray[np.int32]
    vocabulary: Vocabulary
    report: CorpusReport
