"""Words by category, and sets of words with outliers: their files.

Read by the evaluator of clusters; knows nothing of vectors.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from wordvec.errors import FormatError
from wordvec.evals.datasets import expand, read_lines

WORD_TITLES = ("word", "words", "concept", "item", "noun", "term")
CATEGORY_TITLES = ("category", "categories", "class", "cluster", "group", "label", "topic")

_SEPARATORS = ("\t", ";", ",")

Numbered = tuple[int, str]
"""A line's number and text."""


@dataclass(frozen=True)
class OutlierSet:
    """Words that belong together, and others, each of which does not belong to them."""

    name: str
    words: tuple[str, ...]
    outliers: tuple[str, ...]


def read_categories(path: Path) -> dict[str, list[str]]:
    """Read which words a category holds, in the order of the file; a word may be in several.

    Lines hold a word and its category, separated by a tab, a semicolon, a comma or white space.
    A header that names both (`WORD_TITLES`, `CATEGORY_TITLES`) says which columns these are, and
    further columns are passed over, and lines without a word. Without one there are two columns,
    and the category is the one with fewer different values; a header in other words would count as
    a word.

    A folder of files with one word a line is one set, in which the files are the categories.

    Raises
    ------
    FormatError
        If a line cannot be read; names it. If the category cannot be told from the word, or there
        are not two categories at least.
    """
    if path.is_dir():
        found = {Path(file).stem: _words(Path(file)) for file in expand(path)}
    else:
        found = _read_columns(path)
    categories = {name: list(dict.fromkeys(words)) for name, words in found.items()}
    if len(categories) < 2:
        raise FormatError(f"{path} holds words of one category; expected two categories or more")
    return categories


def read_outlier_sets(path: Path) -> list[OutlierSet]:
    """Read a file, or a folder of them, of words one a line, an empty line, and their outliers.

    The format of Camacho-Collados and Navigli's 8-8-8.

    Raises
    ------
    FormatError
        If a file does not have these two parts, or fewer than two words that belong together.
    """
    return [_read_outlier_set(Path(file)) for file in expand(path)]


def holds_outliers(path: Path) -> bool:
    """Tell whether a file, or each in a folder, has one word a line, in parts."""
    found = [_parts(Path(file)) for file in expand(path)]
    return all(len(parts) > 1 and _is_list(parts) for parts in found)


def data_sets(path: str | Path) -> list[str | Path]:
    """Return the data sets of a folder: itself if its files make one, else the files.

    Raises
    ------
    ConfigError
        If there is no such file, or the folder holds none.
    """
    files = expand(path)
    if Path(path).is_dir() and all(_is_list(_parts(Path(file))) for file in files):
        return [path]
    return files


@contextmanager
def lasting(path: Path) -> Iterator[Path]:
    """Give `path`, or a copy of what it gives if it is a pipe, which can be read only once.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    if path.is_file() or path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="wordvec-") as folder:
        copy = Path(folder) / path.name
        try:
            copy.write_bytes(path.read_bytes())
        except OSError as error:
            raise FormatError(f"{path}: cannot be read ({error.strerror})") from None
        yield copy


def split_line(line: str) -> list[str]:
    """Split `line` at tabs, semicolons, commas or white space, the first of these that it holds.

    A column in double quotes may hold the separator.

    Examples
    --------
    >>> split_line("ice cream,food"), split_line("cup mug")
    (['ice cream', 'food'], ['cup', 'mug'])
    """
    separator = next((one for one in _SEPARATORS if one in line), None)
    if separator is None:
        return line.split()
    try:
        [columns] = csv.reader([line], delimiter=separator, skipinitialspace=True)
    except csv.Error:  # a column longer than any word
        return [line]
    return [column.strip() for column in columns]


def _read_columns(path: Path) -> dict[str, list[str]]:
    rows = [(number, line, split_line(line)) for number, line in read_lines(path)]
    if not rows:
        raise FormatError(f"{path} holds no lines but comments; expected 'word category'")
    titled = _titled(rows[0][2])
    for number, line, columns in rows:
        if (titled is None and len(columns) != 2) or len(columns) <= max(titled or (1,)):
            expected = "'word category'" if titled is None else "columns as in its header"
            raise FormatError(
                f"{path}, line {number}: {line[:80]!r} is not {expected} (separated by a tab, a "
                "comma or spaces); a header with 'word' and 'category' names them among others"
            )
    word, category = _untitled(path, rows) if titled is None else titled
    found: dict[str, list[str]] = {}
    for number, line, columns in rows[titled is not None :]:
        if columns[word] and columns[category]:
            found.setdefault(columns[category], []).append(columns[word])
        elif titled is None or columns[word]:
            raise FormatError(f"{path}, line {number}: {line[:80]!r} has a word or category only")
    return found


def _titled(header: Sequence[str]) -> tuple[int, int] | None:
    """Return the places of the word and the category if `header` names both."""
    titles = [title.casefold() for title in header]
    places = [
        next((titles.index(title) for title in known if title in titles), None)
        for known in (WORD_TITLES, CATEGORY_TITLES)
    ]
    return None if places[0] is None or places[1] is None else (places[0], places[1])


def _untitled(path: Path, rows: Sequence[tuple[int, str, list[str]]]) -> tuple[int, int]:
    """Return the places of the word and the category, which is the one that repeats more."""
    first, second = (len({columns[place] for *_, columns in rows}) for place in (0, 1))
    if first == second:
        raise FormatError(
            f"{path}: both columns hold {first:,} different words, so which is the category? Name "
            "them in a header: 'word' and 'category'"
        )
    return (0, 1) if second < first else (1, 0)


def _words(path: Path) -> list[str]:
    """Return the words of a file of one a line."""
    parts = _parts(path)
    if not _is_list(parts) or len(parts) != 1:
        raise FormatError(
            f"{path}: is not a word a line without empty lines between; in a folder, each file is "
            "a category and holds its words"
        )
    return [word for _, word in parts[0]]


def _read_outlier_set(path: Path) -> OutlierSet:
    parts = _parts(path)
    if not _is_list(parts) or len(parts) != 2 or len(parts[0]) < 2:
        raise FormatError(
            f"{path}: expected two words or more that belong together, one a line, an empty line, "
            f"and the words that do not belong to them; it has {len(parts)} parts"
        )
    words, outliers = ([word for _, word in part] for part in parts)
    return OutlierSet(path.stem, tuple(dict.fromkeys(words)), tuple(dict.fromkeys(outliers)))


def _is_list(parts: Sequence[Sequence[Numbered]]) -> bool:
    """Tell whether lines hold a word each: no columns, and most of them no space either."""
    lines = [line for part in parts for _, line in part]
    if any(separator in line for line in lines for separator in _SEPARATORS):
        return False
    return 2 * sum(len(line.split()) == 1 for line in lines) > len(lines)


def _parts(path: Path) -> list[list[Numbered]]:
    """Return the lines of a file and their numbers, in the parts between empty lines."""
    lines = dict(read_lines(path))
    parts: list[list[Numbered]] = [[]]
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if number in lines:
                parts[-1].append((number, lines[number]))
            elif not line.strip() and parts[-1]:
                parts.append([])
    return [part for part in parts if part]
