"""Lines of a word and its numbers: what the text files of word2vec and GloVe have in common.

Called by `wordvec.formats.word2vec` and `glove`, which know of headers and dimensions. Fields are
parted by ASCII spaces and tabs alone: other white space (a no-break space, U+2028) belongs to
words. The compiled loop of `wordvec.formats.numbers` takes the usual lines, `parse_line` here,
which is also what that loop is compared with, takes the rest.
"""

import math
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError, OutputError
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.vectors import WordVectors

BLOCK_BYTES = 1 << 22
_WORDS_PER_CHECK = 1 << 16
_LONGEST_WORD = 1 << 20
_LONGEST_NUMBER = 64
_BLANKS = b" \t\r"
_BLANK_LINES = re.compile(rb"(?:[ \t\r]*+\n)+")
_FIELD = re.compile(rb"[^ \t]+")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_PART = re.compile(rb"[+-]?[\d.]*(?:e[+-]?\d*)?", re.IGNORECASE)
# As C libraries print them, Microsoft's older one included.
_NOT_FINITE = re.compile(rb"[+-]?(?:nan(?:\(\w*\))?|inf(?:inity)?|1\.#\w+)", re.IGNORECASE)


def is_number(field: bytes) -> bool:
    """Return whether `field` is a number, which NaN and infinity are."""
    return bool(_NUMBER.fullmatch(field) or _NOT_FINITE.fullmatch(field))


def parse_number(field: bytes) -> float:
    """Return the number in `field`: NaN for all that is not finite.

    Raises
    ------
    ValueError
        If it is none.
    """
    if _NUMBER.fullmatch(field):
        return float(field)
    if _NOT_FINITE.fullmatch(field):
        return math.nan
    raise ValueError(f"{field[:40].decode(errors='replace')!r} is not a number")


def split_fields(line: bytes) -> list[bytes]:
    """Return the fields of `line`; one that begins with a blank has an empty first field."""
    fields = _FIELD.findall(line.rstrip(_BLANKS))
    return [b"", *fields] if line[:1] in (b" ", b"\t") else fields


def parse_line(line: bytes, dim: int) -> tuple[bytes, list[float]]:
    """Return the word and the `dim` numbers of `line`, told apart from the right.

    A word may hold spaces (". . ."), but not a number after one: "a 1 2 3" is no word "a 1", but
    has a number too many.

    Parameters
    ----------
    line
        Without its line end; not blank.
    dim
        How many numbers.

    Raises
    ------
    ValueError
        If there are more or fewer numbers, or one is none.
    """
    line = line.rstrip(_BLANKS)
    fields = split_fields(line)
    if len(fields) <= dim or (len(fields) > dim + 1 and is_number(fields[-dim - 1])):
        raise ValueError(f"{len(fields) - 1} numbers; expected {dim}")
    numbers = [parse_number(field) for field in fields[-dim:]]
    places = [match.start() for match in _FIELD.finditer(line)]
    return line[: places[-dim]].strip(b" \t"), numbers


def is_row(text: bytes, dim: int) -> bool:
    """Return whether `text` begins with a word and `dim` numbers, or with as much as is there."""
    line, ended, _ = text.partition(b"\n")
    if dim < 1:
        return False
    if not ended and len(fields := split_fields(line)) <= dim:
        return (
            len(fields) > 1
            and all(map(is_number, fields[1:-1]))
            and _PART.fullmatch(fields[-1]) is not None
        )
    try:
        parse_line(line, dim)
    except ValueError:
        return False
    return True


def read_rows(
    source: Source,
    text: bytes,
    builder: VectorsBuilder,
    *,
    line: int,
    words: int | None,
    limit: int | None,
) -> None:
    """Hand the rows of `text`, and of all that follows in `source`, to `builder`.

    Parameters
    ----------
    source, text
        The open file, and what was already read of the rows.
    builder
        Takes the rows.
    line
        The number of the first line, for messages.
    words
        How many rows there must be, None if that is not known.
    limit
        How many to read at most, None for all.
    Raises
    ------
    FormatError
        At a line that is no row, or if there are more or fewer rows than `words`.
    """
    reader = _RowReader(builder, line=line, words=words, limit=limit)
    for block in _line_blocks(source, text, builder.dim, reader):
        reader.take(block)
        if reader.done:
            return
    reader.check_end()


def _line_blocks(source: Source, text: bytes, dim: int, reader: "_RowReader") -> Iterator[bytes]:
    """Give blocks of whole lines; a line end is added to the last if it has none."""
    longest = _LONGEST_WORD + _LONGEST_NUMBER * dim
    while more := source.read(BLOCK_BYTES):
        text += more
        cut = text.rfind(b"\n") + 1
        if cut:
            yield text[:cut]
            text = text[cut:]
        if len(text) > longest:
            raise reader.error(f"the line is longer than {longest} bytes; this is no such file")
    if text:
        yield text if text.endswith(b"\n") else text + b"\n"


class _RowReader:
    """Takes blocks of lines, counts them, and hands their rows to the builder."""

    def __init__(
        self,
        builder: VectorsBuilder,
        *,
        line: int,
        words: int | None,
        limit: int | None,
    ) -> None:
        from wordvec.formats.numbers import Rows  # loads Numba

        self._builder = builder
        self._line = line
        self._words = words
        self._limit = limit
        self._read = 0
        size = max(1, BLOCK_BYTES // (4 * builder.dim))
        self._rows = Rows(
            np.empty((size, builder.dim), np.float32),
            np.empty(size, np.int64),
            np.empty(size, np.int64),
        )

    @property
    def done(self) -> bool:
        """Whether `limit` was reached."""
        return self._read == self._limit

    def take(self, text: bytes) -> None:
        """Read the rows of `text`, which ends in a line end."""
        from wordvec.formats.numbers import parse_rows

        data = np.frombuffer(text, np.uint8)
        place = 0
        while place < len(text) and not self.done:
            names: list[bytes] = []
            full = self._room()
            while place < len(text) and len(names) < full:
                before = len(names)
                place, filled = parse_rows(data, place, len(text), self._rows, before, full)
                spans = zip(
                    self._rows.starts[before:filled].tolist(),
                    self._rows.ends[before:filled].tolist(),
                    strict=True,
                )
                names += [text[start:end] for start, end in spans]
                self._line += filled - before
                if place < len(text) and filled < full:
                    place = self._take_line(text, place, names)
            self._builder.add(names, self._rows.numbers[: len(names)])
            self._read += len(names)
            if self._read == self._words and not self.done:
                self._check_blank(text[place:])
                return

    def _room(self) -> int:
        """Return how many rows the next block may have."""
        most = [n - self._read for n in (self._words, self._limit) if n is not None]
        return min([len(self._rows.numbers), *most])

    def _take_line(self, text: bytes, place: int, names: list[bytes]) -> int:
        """Read one row, or skip blank lines, in plain Python; return where the next line is."""
        if blank := _BLANK_LINES.match(text, place):
            self._line += text.count(b"\n", place, blank.end())
            return blank.end()
        end = text.index(b"\n", place)
        try:
            name, numbers = parse_line(text[place:end], self._builder.dim)
        except ValueError as error:
            raise self.error(str(error)) from error
        with np.errstate(over="ignore"):
            self._rows.numbers[len(names)] = np.array(numbers).astype(np.float32)
        names.append(name)
        self._line += 1
        return end + 1

    def _check_blank(self, text: bytes) -> None:
        if text.strip():
            raise self.error(
                f"the file goes on after the {self._words} words that line 1 announces; "
                "copy it again"
            )

    def check_end(self) -> None:
        """Check that no row is missing."""
        if self._words is not None and self._read < self._words:
            raise self.error(
                f"the file ends after {self._read} of {self._words} words; copy it again"
            )

    def error(self, what: str) -> FormatError:
        """Return an error that names the line."""
        return FormatError(f"{self._builder.path}: line {self._line}: {what}")


def write_rows(vectors: WordVectors, file: BinaryIO, progress: Progress | None) -> None:
    """Write a line for each word, with the fewest digits that are read back equal."""
    from wordvec.formats.numbers import ROOM_PER_NUMBER, format_rows

    for start, rows in row_blocks(vectors, progress):
        utf8, offsets = vectors.index_to_key.span(start, start + len(rows))
        out = np.empty(len(utf8) + len(rows) + ROOM_PER_NUMBER * rows.size, np.uint8)
        length = format_rows(np.asarray(utf8), offsets, rows, out)
        file.write(out[:length].data)


def row_blocks(
    vectors: WordVectors, progress: Progress | None
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Give blocks of rows, each with the number of its first, checked to be finite.

    Raises
    ------
    OutputError
        If a number is not: readers refuse or drop such a row.
    """
    step = max(1, BLOCK_BYTES // (4 * vectors.vector_size))
    size = 4 * vectors.vector_size
    for start in range(0, len(vectors), step):
        rows = np.ascontiguousarray(vectors.vectors[start : start + step], np.float32)
        if not (np.isfinite(rows.min()) and np.isfinite(rows.max())):
            row = start + int(np.argmin(np.isfinite(rows).all(axis=1)))
            raise OutputError(
                f"the vector of {vectors.index_to_key[row]!r} (row {row}) holds a NaN or infinity; "
                "leave this word out"
            )
        yield start, rows
        if progress is not None:
            progress(size * (start + len(rows)), size * len(vectors))


def check_words(vectors: WordVectors, bad: bytes, kind: str) -> None:
    """Check that no word holds one of the ASCII characters `bad`.

    Raises
    ------
    OutputError
        If one does; names it and `kind`, the file that cannot hold it.
    """
    table = vectors.index_to_key
    for start in range(0, len(table), _WORDS_PER_CHECK):
        stop = min(start + _WORDS_PER_CHECK, len(table))
        utf8, offsets = table.span(start, stop)
        found = np.flatnonzero(np.isin(utf8, np.frombuffer(bad, np.uint8)))
        if len(found):
            row = start + int(np.searchsorted(offsets, found[0], side="right")) - 1
            raise OutputError(
                f"the word {table[row]!r} (row {row}) cannot be kept in {kind}, where "
                f"{chr(utf8[found[0]])!r} ends a word; take the format npz or parquet"
            )
