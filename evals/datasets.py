"""Evaluation sets: where they lie, what they hold, and their lines.

The named ones come with gensim, which wordvec depends on, so none is shipped here; anything else
is the path of a file or a folder. Read by the evaluators; knows nothing of vectors.
"""

import math
import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from wordvec.errors import ConfigError, FormatError

GENSIM_FILES = {
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
    "questions-words": "questions-words.txt",
}
"""Named sets, and their files among gensim's test data."""

_SUFFIXES = {".txt", ".tsv", ".csv"}
_BINARY = {
    b"\x1f\x8b": "compressed by gzip",
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"\x89HDF": "an HDF5 file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""What errors="surrogateescape" makes of bytes that are not UTF-8."""


def locate(dataset: str | Path) -> Path:
    """Return the file of a named set, or `dataset` itself as a path.

    Raises
    ------
    ConfigError
        If it is neither a known name nor a file.
    """
    known = ", ".join(GENSIM_FILES)
    if dataset in GENSIM_FILES:
        path = _gensim_test_data() / GENSIM_FILES[str(dataset)]
        if not path.is_file():
            raise ConfigError(
                f"{dataset}: this gensim came without its file {path}; give the path of a copy"
            )
        return path
    path = Path(dataset)
    if path.is_dir():
        raise ConfigError(f"{str(dataset)!r} is a folder; give a file of it")
    if not path.exists():  # a pipe is no file and can be read
        raise ConfigError(f"{str(dataset)!r} is no file and no known data set; known are {known}")
    return path


def expand(dataset: str | Path) -> list[str | Path]:
    """Return the data sets of a folder, .txt, .tsv and .csv in the order of names; else `dataset`.

    Hidden files and folders in the folder are passed over. A folder of nothing but folders is one
    data set, as BATS is.

    Raises
    ------
    ConfigError
        If the folder holds neither.
    """
    folder = Path(dataset)
    if dataset in GENSIM_FILES or not folder.is_dir():
        return [dataset]
    found = sorted(path for path in folder.iterdir() if _is_data_file(path))
    if not found and any(p.is_dir() and not p.name.startswith(".") for p in folder.iterdir()):
        return [dataset]
    if not found:
        raise ConfigError(
            f"{folder} holds no data set; expected files named *.txt, *.tsv or *.csv in it"
        )
    return list(found)


def short_names(datasets: Sequence[str]) -> dict[str, str]:
    """Return for each data set the shortest end of its path that no other of them has.

    Examples
    --------
    >>> list(short_names(["wordsim353", "a/pairs.tsv", "b/pairs.tsv", "b/c.tsv"]).values())
    ['wordsim353', 'a/pairs.tsv', 'b/pairs.tsv', 'c.tsv']
    """
    names: dict[str, str] = {}
    parts = {dataset: Path(dataset).parts for dataset in datasets}
    for dataset, own in parts.items():
        others = [other for name, other in parts.items() if name != dataset]
        length = 1
        while length < len(own) and any(other[-length:] == own[-length:] for other in others):
            length += 1
        names[dataset] = str(Path(*own[-length:])) if own else dataset
    return names


def kind_of(dataset: str | Path) -> str:
    """Return the name of the evaluator that a data set is for, by its first lines.

    "analogy" if it opens with a ': section' line or holds four words a line, or is a folder
    (BATS); "sentence" if it has three columns separated by tabs, the first a number and the next
    two not, or a number anywhere and two columns of several words, but for a header; "bias" if it
    is a .toml or .json file; "classification" or "clusters" by the titles label and text, word and
    category, or fastText's labels; else "similarity".

    Raises
    ------
    ConfigError
        If it is neither a known name nor there.
    FormatError
        If it is no text or cannot be read.
    """
    if dataset not in GENSIM_FILES and Path(dataset).is_dir():
        return "analogy"
    path = locate(dataset)
    if path.suffix.lower() in (".toml", ".json"):
        return "bias"
    widths = []
    for _, line in islice(read_lines(path), 2):
        if (kind := _kind_by_titles(line)) is not None:
            return kind
        if line.startswith(":"):
            return "analogy"
        columns = [column.strip() for column in line.split("\t")]
        numbers = [number_of(column) is not None for column in columns]
        texts = sum(" " in column for column in columns)
        if numbers[:3] == [True, False, False] or (any(numbers) and texts > 1):
            return "sentence"
        words = line.split()
        if any(numbers) or any(number_of(word) is not None for word in words):
            return "similarity"  # whether or not a header came before
        widths.append(len(words))
    return "analogy" if set(widths) == {4} else "similarity"


def _kind_by_titles(line: str) -> str | None:
    """Return what a line says by a fastText label or by the titles of its columns, else None."""
    if line.startswith("__label__"):
        return "classification"
    titles = {title.strip().strip('"').lower() for title in re.split(r"[\t,;]", line)}
    if titles >= {"label", "text"}:
        return "classification"
    return "clusters" if titles >= {"word", "category"} else None


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is neither empty nor a comment.

    Text without the white space around it, of a file in UTF-8; lines may end as on any system, and
    a comment is a line that starts with '#'.

    Raises
    ------
    FormatError
        If it cannot be read or is no text; names the line.
    """
    try:
        with path.open("rb") as binary:
            if (what := _binary_kind(binary.peek(4))) is not None:
                raise FormatError(f"{path}: is {what}; expected text in UTF-8")
            text = TextIOWrapper(binary, encoding="utf-8-sig", errors="surrogateescape")
            for number, line in enumerate(text, start=1):
                if not line.isascii() and _NOT_UTF8.search(line):
                    raise FormatError(
                        f"{path}, line {number}: not UTF-8 text; save the file in UTF-8"
                    )
                if "\0" in line:
                    raise FormatError(
                        f"{path}, line {number}: holds a NUL byte, so it is no text in UTF-8"
                    )
                stripped = line.strip()
                if stripped and not stripped.startswith("#"):
                    yield number, stripped
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from None


def number_of(text: str) -> float | None:
    """Return the finite number that `text` is; None if it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _binary_kind(head: bytes) -> str | None:
    """Return what a file that opens with `head` is, if it is known to be no text in UTF-8."""
    return next((what for magic, what in _BINARY.items() if head.startswith(magic)), None)


def _is_data_file(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")


def _gensim_test_data() -> Path:
    spec = find_spec("gensim")  # finds the folder without the 0.6 s of importing gensim
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("gensim, whose files the named data sets are, is not installed")
    return Path(spec.submodule_search_locations[0]) / "test" / "test_data"
