"""Evaluation sets: where they lie, what they hold, and their lines.

The named ones come with gensim, which wordvec depends on, so none is shipped here; anything else
is the path of a file or a folder. Read by the evaluators; knows nothing of vectors.
"""

import math
from collections.abc import Iterator
from importlib.util import find_spec
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
    if not path.is_file():
        raise ConfigError(f"{str(dataset)!r} is no file and no known data set; known are {known}")
    return path


def expand(dataset: str | Path) -> list[str | Path]:
    """Return the data sets of a folder, .txt, .tsv and .csv in the order of names; else `dataset`.

    Hidden files and folders in the folder are passed over.

    Raises
    ------
    ConfigError
        If the folder holds no such file.
    """
    folder = Path(dataset)
    if dataset in GENSIM_FILES or not folder.is_dir():
        return [dataset]
    found = sorted(path for path in folder.iterdir() if _is_data_file(path))
    if not found:
        raise ConfigError(
            f"{folder} holds no data set; expected files named *.txt, *.tsv or *.csv in it"
        )
    return list(found)


def kind_of(path: Path) -> str:
    """Return the name of the evaluator that a file is for, by its first lines.

    "analogy" if it opens with a ': section' line, or is a folder of files of pairs (BATS);
    "sentence" if it has three columns separated by tabs, the first a number and the next two not,
    but for a header; "bias" if it is a .toml or .json file; else "similarity".

    Raises
    ------
    FormatError
        If it is no text or cannot be read.
    """
    if path.is_dir():
        return "analogy"
    if path.suffix.lower() in (".toml", ".json"):
        return "bias"
    for place, (_, line) in enumerate(islice(read_lines(path), 2)):
        if place == 0 and line.startswith(":"):
            return "analogy"
        numbers = [number_of(column) is not None for column in line.split("\t")[:3]]
        if numbers == [True, False, False]:
            return "sentence"
    return "similarity"


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is neither empty nor a comment."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                text = line.strip()
                if text and not text.startswith("#"):
                    yield number, text
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{path}: not UTF-8 text ({error.reason} at byte {error.start})"
        ) from None
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from None


def number_of(text: str) -> float | None:
    """Return the finite number that `text` is; None if it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_data_file(path: Path) -> bool:
    return path.is_file() and path.suffix in _SUFFIXES and not path.name.startswith(".")


def _gensim_test_data() -> Path:
    spec = find_spec("gensim")  # finds the folder without the 0.6 s of importing gensim
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("gensim, whose files the named data sets are, is not installed")
    return Path(spec.submodule_search_locations[0]) / "test" / "test_data"
