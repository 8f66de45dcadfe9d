"""Text files of columns: what separates them, which hold numbers, what a header calls them.

Called by the readers of word pairs; knows nothing of what the columns mean.
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.datasets import number_of, read_lines

Column = str | int
"""The title of a column, or its number from 1."""

FEWEST_COLUMNS = 3


@dataclass(frozen=True)
class Line:
    """One line of a file."""

    number: int
    text: str
    columns: list[str]


@dataclass(frozen=True)
class Table:
    """The lines of a file, the header still among them."""

    path: Path
    separator: str
    """Its name: "tabs", "semicolons", "commas" or "white space"."""
    lines: list[Line]
    numeric: tuple[bool, ...]
    """Of each column, whether it holds a number in the kind of line that is commonest."""

    def header(self, place: int) -> list[str] | None:
        """Return the titles if the first line has a title where others have a number: `place`.

        As many titles as columns: none at all ("") where they cannot be told apart, such as those
        of several words in a file separated by white space.
        """
        first = self.lines[0].columns
        width = len(self.numeric)
        if len(first) == width - 1 and self.numeric[0]:
            first = ["", *first]  # the numbers of rows have no title in what R and pandas write
        if len(first) <= place or not _is_title(first[place]):
            return None
        return first if len(first) == width else [""] * width

    def place(self, column: Column, titles: list[str] | None) -> int:
        """Return the place, from 0, of a column that a user asked for.

        Raises
        ------
        ConfigError
            If there is none.
        """
        wanted = str(column).casefold()
        named = [title.casefold() for title in titles or ()]
        if isinstance(column, str) and column and wanted in named:
            return named.index(wanted)
        width = len(self.numeric)
        if wanted.isdecimal() and 1 <= int(wanted) <= width:
            return int(wanted) - 1
        known = ", ".join(filter(None, titles or ())) or "no header"
        raise ConfigError(
            f"{self.path} has no column {column!r}; it has columns 1 to {width} ({known})"
        )


def read_table(path: Path) -> Table:
    """Read the lines of a file of three columns or more.

    Columns are separated by tabs, semicolons, commas or white space, whichever first makes three
    columns of most lines. A column in double quotes may hold the separator, but no tab; a quote
    that does not close is a letter like others.

    Raises
    ------
    FormatError
        If it is no text, or holds no line.
    """
    texts = list(read_lines(path))
    if not texts:
        raise FormatError(f"{path} is empty but for comments; expected lines of columns")
    for separator, split in _SPLITS.items():  # noqa: B007 - the last one stays
        lines = [Line(number, text, split(text)) for number, text in texts]
        if 2 * sum(len(line.columns) >= FEWEST_COLUMNS for line in lines) >= len(lines):
            break
    return Table(path, separator, lines, _commonest(lines))


def _commonest(lines: list[Line]) -> tuple[bool, ...]:
    """Tell of each column whether it is a number, in most of the lines that hold one."""
    kinds = (tuple(number_of(c) is not None for c in line.columns) for line in lines)
    counted = Counter(kind for kind in kinds if any(kind) and len(kind) >= FEWEST_COLUMNS)
    if not counted:
        return (False,) * max(FEWEST_COLUMNS, len(lines[-1].columns))
    return counted.most_common(1)[0][0]


def _is_title(text: str) -> bool:
    """Tell the title of a column of numbers from a number, also one that is missing or infinite."""
    if not text[:1].isalpha() or text.casefold() in ("na", "n/a", "none", "null"):
        return False
    try:
        float(text)
    except ValueError:
        return True
    return False


def _split_by(delimiter: str) -> Callable[[str], list[str]]:
    def split(text: str) -> list[str]:
        plain = delimiter == "\t" or text.count('"') % 2 == 1
        quoting: Literal[0, 3] = csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL
        try:
            [columns] = csv.reader(
                [text], delimiter=delimiter, skipinitialspace=True, quoting=quoting
            )
        except csv.Error:  # a column longer than any word
            return [text]
        return [_unquoted(column.strip()) if plain else column.strip() for column in columns]

    return split


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _split_by_white_space(text: str) -> list[str]:
    return _split_by(" ")(" ".join(text.split()))


_SPLITS: dict[str, Callable[[str], list[str]]] = {
    "tabs": _split_by("\t"),
    "semicolons": _split_by(";"),
    "commas": _split_by(","),
    "white space": _split_by_white_space,
}
