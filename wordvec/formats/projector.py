"""TensorFlow's Embedding Projector: a file of vectors and a file of words, a line a word in each.

Numbers and columns are parted by tabs. Metadata of one column has no header and holds the words;
with several columns the first line names them. Called by `wordvec.formats` with the vectors' path;
the metadata are looked for beside it. Projector files are small, for a browser has to hold them.
"""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.formats.builder import MOST_DIM, VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import BLOCK_BYTES, check_words, is_number, row_blocks
from wordvec.vectors import WordVectors

_LONGEST_LINE = 1 << 25
_WORD_COLUMNS = (b"word", b"words", b"token", b"label", b"name", b"key")
_COUNT_COLUMNS = (b"count", b"counts", b"frequency")
_VECTORS_NAMES = ("vectors", "vecs", "tensors", "tensor", "embeddings", "embedding")
_METADATA_NAMES = ("metadata", "labels")


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether the first line of `start` is two numbers or more, parted by tabs."""
    line, ended, _ = start.partition(b"\n")
    fields = line.rstrip(b"\r").split(b"\t")
    whole = fields if ended else fields[:-1]  # the last may be cut off
    return len(fields) > 1 and all(map(is_number, whole)) and b" " not in line


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the pair, as `wordvec.formats.read_vectors` says."""
    metadata = _find_metadata(path)
    with Source(path, progress) as source, Source(metadata) as words_source:
        words = _Words(words_source)
        blocks = _line_blocks(source)
        first = next(blocks)
        dim = first[0].count(b"\t") + 1
        with VectorsBuilder(path, "projector", dim, keep_counts=words.has_counts) as builder:
            done = 0
            while first:
                lines = first if limit is None else first[: limit - done]
                rows = _parse(lines, dim, path, done)
                found, counts = words.take(len(lines))
                if len(found) < len(lines):
                    raise FormatError(
                        f"{metadata} ends after {done + len(found)} words, but {path} goes on; "
                        "expected a line for each vector, after a header if there are several "
                        "columns"
                    )
                builder.add(found, rows, counts)
                done += len(lines)
                if done == limit:
                    return builder.finish()
                first = next(blocks, [])
            if words.take(1)[0]:
                raise FormatError(
                    f"{path} ends after {done} vectors, but {metadata} goes on; expected a "
                    "vector for each line, after a header if there are several columns"
                )
            return builder.finish()


def _find_metadata(path: Path) -> Path:
    """Return the file with the words that belongs to the vectors at `path`."""
    names = [f"{path.stem}.metadata.tsv", f"{path.stem}_metadata.tsv"]
    for part in _VECTORS_NAMES:
        if path.stem.endswith(part):
            stem = path.stem.removesuffix(part)
            names += [f"{stem}{other}.tsv" for other in _METADATA_NAMES]
    tried = dict.fromkeys([*names, "metadata.tsv"])
    for name in tried:
        candidate = path.with_name(name)
        if candidate.is_file() and name != path.name:
            return candidate
    raise FormatError(
        f"{path} holds vectors without words; looked for the words in {', '.join(tried)} beside it"
    )


def _line_blocks(source: Source) -> Iterator[list[bytes]]:
    """Give the lines of a file, some at a time, without their ends."""
    rest, line = b"", 1
    while more := source.read(BLOCK_BYTES):
        lines = (rest + more).split(b"\n")
        rest = lines.pop()
        if len(rest) > _LONGEST_LINE:
            raise FormatError(
                f"{source.path}: line {line + len(lines)} is longer than {_LONGEST_LINE} bytes; "
                "this is no such file"
            )
        if lines:
            line += len(lines)
            yield [text.removesuffix(b"\r") for text in lines]
    if rest:
        yield [rest]


def _parse(lines: list[bytes], dim: int, path: Path, start: int) -> NDArray[np.float32]:
    """Return the numbers of `lines`, (lines, dim); the first is line `start` + 1 of the file."""
    for number, line in enumerate(lines, start + 1):
        if line.count(b"\t") != dim - 1 or not line:
            has = line.count(b"\t") + 1 if line else 0
            raise FormatError(f"{path}: line {number}: {has} numbers; expected {dim}")
    if not dim <= MOST_DIM:
        raise FormatError(f"{path}: line 1: {dim} numbers; expected 1 to {MOST_DIM}")
    try:
        with np.errstate(over="ignore"):
            return np.loadtxt(lines, np.float32, comments=None, delimiter="\t", ndmin=2)
    except ValueError as error:
        for number, line in enumerate(lines, start + 1):
            for field in line.split(b"\t"):
                if not is_number(field):
                    what = field[:40].decode(errors="replace")
                    raise FormatError(f"{path}: line {number}: {what!r} is not a number") from error
        raise FormatError(f"{path}: after line {start}: {error}") from error


class _Words:
    """The words of the metadata, and their counts if there is a column of them."""

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._lines: Iterator[bytes] = (line for block in _line_blocks(source) for line in block)
        first = next(self._lines, b"")
        self._columns = first.count(b"\t") + 1
        self._line = 0
        self._word, self._count = 0, -1
        if self._columns == 1:
            self._lines = chain([first], self._lines)
        else:
            names = [name.strip().lower() for name in first.split(b"\t")]
            self._line = 1
            self._word = _find(names, _WORD_COLUMNS, 0)
            self._count = _find(names, _COUNT_COLUMNS, -1)

    @property
    def has_counts(self) -> bool:
        """Whether there is a column of counts."""
        return self._count >= 0

    def take(self, n: int) -> tuple[list[bytes], NDArray[np.uint64] | None]:
        """Return the next `n` words, fewer at the end, and their counts."""
        lines = list(islice(self._lines, n))
        if self._columns == 1:
            self._line += len(lines)
            return lines, None
        words, counts = [], []
        for line in lines:
            self._line += 1
            fields = line.split(b"\t")
            if len(fields) != self._columns:
                raise self._error(f"{len(fields)} columns; expected {self._columns}, as in line 1")
            words.append(fields[self._word])
            if self.has_counts:
                counts.append(self._parse_count(fields[self._count]))
        return words, np.array(counts, np.uint64) if self.has_counts else None

    def _parse_count(self, field: bytes) -> int:
        if not field.isdigit() or len(field) > 19:
            what = field[:40].decode(errors="replace")
            raise self._error(f"the count is {what!r}; expected a whole number")
        return int(field)

    def _error(self, what: str) -> FormatError:
        return FormatError(f"{self._path}: line {self._line}: {what}")


def _find(names: list[bytes], wanted: tuple[bytes, ...], default: int) -> int:
    return next((column for column, name in enumerate(names) if name in wanted), default)


def write(vectors: WordVectors, path: Path, metadata: Path, *, progress: Progress | None) -> None:
    """Write the pair: the vectors to `path`, the words, and counts if known, to `metadata`.

    Raises
    ------
    OutputError
        If a word holds a tab or line end, or a number is not finite.
    """
    from wordvec.formats.numbers import ROOM_PER_NUMBER, format_rows

    check_words(vectors, b"\t\n\r", "the Projector's metadata")
    counts = vectors.counts
    none = np.empty(0, np.uint8)
    with path.open("xb") as numbers, metadata.open("x", encoding="utf-8", newline="\n") as text:
        if counts is not None:
            text.write("word\tcount\n")
        for start, rows in row_blocks(vectors, progress):
            stop = start + len(rows)
            out = np.empty(len(rows) + ROOM_PER_NUMBER * rows.size, np.uint8)
            length = format_rows(none, np.zeros(len(rows) + 1, np.int64), rows, out)
            # Each line begins with the space after a word that is not there.
            lines = out[1:length].tobytes().replace(b"\n ", b"\n")
            numbers.write(lines.replace(b" ", b"\t"))
            words = vectors.index_to_key[start:stop]
            if counts is None:
                text.writelines(f"{word}\n" for word in words)
            else:
                pairs = zip(words, counts[start:stop].tolist(), strict=True)
                text.writelines(f"{word}\t{count}\n" for word, count in pairs)
