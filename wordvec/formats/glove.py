"""GloVe's text file: a word and its numbers a line, with no header.

Called by `wordvec.formats`; the lines are those of `wordvec.formats.text`. Words may hold spaces
(glove.840B has ". . ." and "at name@domain.com"), so the dimension is what most of the first lines
agree on, and the numbers are counted from the right.
"""

from collections import Counter
from pathlib import Path

from wordvec.errors import FormatError, OutputError
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import (
    BLOCK_BYTES,
    check_words,
    is_number,
    read_rows,
    split_fields,
    write_rows,
)
from wordvec.formats.word2vec import Header
from wordvec.vectors import WordVectors

_LINES = 50


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether the lines of `start` end in equally many numbers, and are words before.

    Half of the lines need have that form, a word without spaces, and one in ten may be no row: it
    is named when it is read.
    """
    rows = _first_lines(start)
    dim = _dimension(rows)
    plain = [fields for fields in rows if len(fields) == dim + 1]
    faulty = sum(_count_numbers(fields) < 2 for fields in rows)
    if dim < 2 or 2 * len(plain) < len(rows) or 10 * faulty > len(rows) or b"\0" in start:
        return False
    if not all(is_number(fields[0]) for fields in rows):
        return True
    # Words that are numbers are whole; without any point, it is a table of whole numbers.
    return all(fields[0].isdigit() for fields in rows) and any(
        b"." in field for fields in plain for field in fields
    )


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the file, as `wordvec.formats.read_vectors` says."""
    with Source(path, progress) as source:
        text = source.read(BLOCK_BYTES)
        header = Header.parse(text)
        if header is not None and header.dim == _dimension(_first_lines(text[header.length :])):
            raise FormatError(
                f"{path}: line 1 is word2vec's header; take --from word2vec "
                '(in Python format="word2vec")'
            )
        dim = _dimension(_first_lines(text))
        if dim < 1:
            line = text[:60].partition(b"\n")[0].decode(errors="replace")
            raise FormatError(f"{path}: line 1: {line!r}; expected a word and numbers")
        with VectorsBuilder(path, "glove", dim) as builder:
            read_rows(source, text, builder, line=1, words=None, limit=limit)
            return builder.finish()


def _first_lines(start: bytes) -> list[list[bytes]]:
    """Return the fields of the first lines that are not blank."""
    lines = start.split(b"\n", _LINES)
    lines = lines[:-1] or lines  # what follows the last line end may be cut off
    return [split_fields(line) for line in lines if line.strip()]


def _dimension(rows: list[list[bytes]]) -> int:
    """Return in how many numbers most rows end, a word being before them; 0 for no rows."""
    numbers = Counter(map(_count_numbers, rows)).most_common(1)
    return numbers[0][0] if numbers else 0


def _count_numbers(fields: list[bytes]) -> int:
    for count, field in enumerate(reversed(fields[1:])):
        if not is_number(field):
            return count
    return len(fields) - 1


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write the file. A space inside a word is kept, as GloVe itself does.

    Raises
    ------
    OutputError
        If a word holds a tab or line end, begins or ends with a space, or ends in a space and a
        number; if a number of a vector is not finite.
    """
    check_words(vectors, b"\t\n", "GloVe's text file")
    odd = next((word for word in vectors.index_to_key if word.strip(" ") != word), None)
    if odd is not None:
        raise OutputError(
            f"the word {odd!r} cannot be kept in GloVe's text file, where a space at its end "
            "would be lost; take the format npz or parquet"
        )
    odd = next((word for word in vectors.index_to_key if _ends_in_number(word)), None)
    if odd is not None:
        raise OutputError(
            f"the word {odd!r} cannot be kept in GloVe's text file, where its last part would be "
            "taken for a number of the vector; take the format npz or parquet"
        )
    with path.open("xb") as file:
        write_rows(vectors, file, progress)


def _ends_in_number(word: str) -> bool:
    return " " in word and is_number(word.rpartition(" ")[2].encode())
