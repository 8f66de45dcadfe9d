"""word2vec's text file, which fastText's .vec is too: "words dim", then a word and its numbers.

Called by `wordvec.formats`. The header, which the binary file shares, is read here; the lines are
those of `wordvec.formats.text`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wordvec.errors import FormatError
from wordvec.formats.builder import MOST_DIM, VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import BLOCK_BYTES, check_words, is_row, read_rows, write_rows
from wordvec.vectors import WordVectors

_HEADER = re.compile(rb"[ \t]*(-?\d{1,30})[ \t]+(-?\d{1,30})[ \t]*\r?(?:\n|$)")


@dataclass(frozen=True)
class Header:
    """The first line: what it announces, which need not be true."""

    words: int
    dim: int
    length: int
    """Of the line, in bytes."""

    @classmethod
    def parse(cls, start: bytes) -> "Header | None":
        """Return the header that `start` begins with, None if there is none.

        Examples
        --------
        >>> Header.parse(b"3000000 300\\nthe ")
        Header(words=3000000, dim=300, length=12)
        """
        match = _HEADER.match(start)
        return match and cls(int(match[1]), int(match[2]), match.end())


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is a header and a row that it fits, or a header alone."""
    header = Header.parse(start)
    if header is None:
        return False
    rest = start[header.length :]
    return not rest or is_row(rest, header.dim)


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the file, as `wordvec.formats.read_vectors` says."""
    with Source(path, progress) as source:
        header, text = read_header(source, bytes_per_word=lambda dim: 1 + 2 * dim, limit=limit)
        with VectorsBuilder(path, "word2vec", header.dim) as builder:
            read_rows(source, text, builder, line=2, words=header.words, limit=limit)
            return builder.finish()


def read_header(
    source: Source, *, bytes_per_word: Callable[[int], int], limit: int | None
) -> tuple[Header, bytes]:
    """Return the header, and what was read after it.

    Parameters
    ----------
    source
        The file, at its start.
    bytes_per_word
        How many bytes a row takes at least, by its dimension.
    limit
        How many rows are wanted, None for all.

    Raises
    ------
    FormatError
        If there is no header, or it announces what cannot be in a file of this size.
    """
    data = source.read(BLOCK_BYTES)
    header = Header.parse(data)
    if header is None:
        line = data[:60].partition(b"\n")[0].decode(errors="replace")
        raise FormatError(
            f"{source.path}: line 1: {line!r}; expected two whole numbers, "
            "how many words there are and their dimension"
        )
    if header.words < 0 or not 1 <= header.dim <= MOST_DIM:
        raise FormatError(
            f"{source.path}: line 1 announces {header.words} words of dimension {header.dim}; "
            f"expected 0 words or more, and a dimension from 1 to {MOST_DIM}"
        )
    wanted = header.words if limit is None else min(header.words, limit)
    least = header.length + wanted * bytes_per_word(header.dim) - 1  # no last line end
    if least > source.most_bytes:
        raise FormatError(
            f"{source.path}: line 1 announces {header.words} words of dimension {header.dim}; "
            f"{wanted} of them take {least} bytes or more, but the file can hold only "
            f"{source.most_bytes}; copy it again"
        )
    return header, data[header.length :]


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write the file.

    Raises
    ------
    OutputError
        If a word holds a space, tab or line end, or a number is not finite.
    """
    check_words(vectors, b" \t\n", "word2vec's text file")
    with path.open("xb") as file:
        file.write(f"{len(vectors)} {vectors.vector_size}\n".encode())
        write_rows(vectors, file, progress)
