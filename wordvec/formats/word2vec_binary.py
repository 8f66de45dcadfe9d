"""word2vec's binary file: "words dim", then each word, a space, and its numbers as float32.

After the numbers word2vec.c writes a line end and gensim none: both are read. Called by
`wordvec.formats`; the header is that of `wordvec.formats.word2vec`.
"""

import codecs
from pathlib import Path

import numpy as np

from wordvec.errors import FormatError
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import check_words, is_row, row_blocks
from wordvec.formats.word2vec import Header, read_header
from wordvec.vectors import WordVectors

_BLOCK_BYTES = 1 << 22
_LONGEST_WORD = 1 << 20
_LINE_END = 10
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is a header and then no text."""
    header = Header.parse(start)
    if header is None or is_row(start[header.length :], header.dim):
        return False
    rest = start[header.length :]
    if not rest:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(rest)  # takes a character cut at the end
    except UnicodeDecodeError:
        return True
    return len(rest.translate(None, _CONTROL)) != len(rest)


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the file, as `wordvec.formats.read_vectors` says."""
    with Source(path, progress) as source:
        header, data = read_header(source, bytes_per_word=lambda dim: 1 + 4 * dim, limit=limit)
        with VectorsBuilder(path, "word2vec-binary", header.dim) as builder:
            left = header.words if limit is None else min(header.words, limit)
            place = header.length  # of `data` in the file
            while left:
                words, rows, used = _split(data, header.dim, left)
                if words:
                    matrix = np.frombuffer(b"".join(rows), "<f4").reshape(len(words), header.dim)
                    builder.add(words, matrix)
                    left -= len(words)
                    place += used
                    data = data[used:]
                if left:
                    data += _more(source, data, place, header, left)
            if limit is None or header.words < limit:
                _check_end(source, data, place, header)
            return builder.finish()


def _split(data: bytes, dim: int, most: int) -> tuple[list[bytes], list[bytes], int]:
    """Return the words and the rows, at most `most`, that lie whole in `data`, and their bytes."""
    words: list[bytes] = []
    rows: list[bytes] = []
    used, size = 0, 4 * dim
    find, length = data.find, len(data)
    while len(words) < most:
        start = used
        while start < length and data[start] == _LINE_END:
            start += 1
        space = find(b" ", start)
        end = space + 1 + size
        if space < 0 or end > length:
            break
        words.append(data[start:space])
        rows.append(data[space + 1 : end])
        used = end
    return words, rows, used


def _more(source: Source, data: bytes, place: int, header: Header, left: int) -> bytes:
    """Return the next block, once it is sure that `data` begins with a row that goes on."""
    if b" " not in data and len(data) > _LONGEST_WORD:
        raise FormatError(
            f"{source.path}: byte {place}: no word ends within {_LONGEST_WORD} bytes; "
            "the file is damaged, or not word2vec's binary one"
        )
    more = source.read(max(_BLOCK_BYTES, 4 * header.dim))
    if not more:
        raise FormatError(
            f"{source.path}: byte {place + len(data)}: the file ends after "
            f"{header.words - left} of {header.words} words; copy it again"
        )
    return more


def _check_end(source: Source, data: bytes, place: int, header: Header) -> None:
    """Check that nothing but line ends follows the last row."""
    while data or (data := source.read(_BLOCK_BYTES)):
        if rest := data.lstrip(b"\r\n"):
            raise FormatError(
                f"{source.path}: byte {place + len(data) - len(rest)}: the file goes on after "
                f"the {header.words} words of {header.dim} numbers that its header announces; "
                "copy it again"
            )
        place += len(data)
        data = b""


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write the file as word2vec.c does, with a line end after each row.

    Raises
    ------
    OutputError
        If a word holds a space or line end, or a number is not finite.
    """
    check_words(vectors, b" \n", "word2vec's binary file")
    with path.open("xb") as file:
        file.write(f"{len(vectors)} {vectors.vector_size}\n".encode())
        for start, rows in row_blocks(vectors, progress):
            words = vectors.index_to_key.encoded(start, start + len(rows))
            numbers = np.asarray(rows, "<f4")
            lines = [
                word + b" " + row.tobytes() + b"\n"
                for word, row in zip(words, numbers, strict=True)
            ]
            file.write(b"".join(lines))
