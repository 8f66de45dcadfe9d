"""Evaluation sets: where they lie, and how their lines are read.

The named ones come with gensim, which wordvec depends on, so none is shipped here; anything else
is the path of a file. Read by the evaluators; knows nothing of vectors.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Literal

from wordvec.errors import ConfigError, FormatError

GENSIM_FILES = {
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
    "questions-words": "questions-words.txt",
}
"""Named sets, and their files among gensim's test data."""

Kind = Literal["pairs", "analogies", "sentences"]
"""What a data set asks of vectors."""

_SUFFIXES = {".txt", ".tsv", ".csv"}
_SEPARATORS = (re.compile(r"\t"), re.compile(r","), re.compile(r"\s+"))


@dataclass(frozen=True)
class WordPair:
    """Two words and how similar people found them."""

    first: str
    second: str
    score: float


@dataclass(frozen=True)
class SentencePair:
    """Two sentences and how similar people found them."""

    first: str
    second: str
    score: float


@dataclass(frozen=True)
class Question:
    """`a` is to `b` as `c` is to `expected`, in a section of a file."""

    section: str
    a: str
    b: str
    c: str
    expected: str


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


def read_word_pairs(path: Path) -> list[WordPair]:
    """Read lines of `word word score`, separated by tabs, commas or white space.

    Empty lines, lines that start with '#' and a header (a first line without a score) are passed
    over, columns after the third are ignored. gensim reads tabs only, and silently skips a line
    that has more than three columns.

    Raises
    ------
    FormatError
        If a line has fewer than three columns or no number in the third; names the line. Or if
        there is no pair at all.
    """
    pairs: list[WordPair] = []
    header_may_come = True
    for number, line in _lines(path):
        columns = _columns(line)
        pair = _word_pair(columns)
        if pair is not None:
            pairs.append(pair)
        elif not (header_may_come and len(columns) >= 3):
            raise FormatError(
                f"{path}, line {number}: {line[:80]!r} is not 'word word score' "
                "(separated by tabs, commas or spaces)"
            )
        header_may_come = False
    if not pairs:
        raise FormatError(f"{path} holds no word pairs; expected lines of 'word word score'")
    return pairs


def read_questions(path: Path) -> list[Question]:
    """Read lines of four words, under section lines that start with ':'.

    Empty lines and lines that start with '#' are passed over.

    Raises
    ------
    FormatError
        If a line does not hold four words, or stands before the first section; names the line.
        Or if there is no question at all.
    """
    questions: list[Question] = []
    section = None
    for number, line in _lines(path):
        if line.startswith(":"):
            section = line.lstrip(": ").strip()
            continue
        words = line.split()
        if section is None:
            raise FormatError(f"{path}, line {number}: a question before any ': section' line")
        if len(words) != 4:
            raise FormatError(f"{path}, line {number}: {line[:80]!r} is not four words")
        questions.append(Question(section, *words))
    if not questions:
        raise FormatError(f"{path} holds no questions; expected lines of four words")
    return questions


def read_sentence_pairs(path: Path) -> list[SentencePair]:
    """Read lines of `score<TAB>sentence<TAB>sentence`.

    Empty lines, lines that start with '#' and a header (a first line without a score) are passed
    over, columns after the third are ignored.

    Raises
    ------
    FormatError
        If a line has fewer than three columns or no number in the first; names the line. Or if
        there is no pair at all.
    """
    pairs: list[SentencePair] = []
    header_may_come = True
    for number, line in _lines(path):
        columns = [column.strip() for column in line.split("\t")]
        score = _number(columns[0])
        if score is not None and len(columns) >= 3 and columns[1] and columns[2]:
            pairs.append(SentencePair(columns[1], columns[2], score))
        elif not (header_may_come and len(columns) >= 3 and _is_title(columns[0])):
            wrong = "" if score is not None else f": {columns[0][:20]!r} is no number"
            raise FormatError(
                f"{path}, line {number}: {line[:80]!r} is not 'score sentence sentence', "
                f"separated by tabs{wrong}"
            )
        header_may_come = False
    if not pairs:
        raise FormatError(
            f"{path} holds no sentence pairs; expected lines of score, sentence, sentence, "
            "separated by tabs"
        )
    return pairs


def kind_of(path: Path) -> Kind:
    """Tell what a file holds by its first lines, of which one may be a header.

    Analogy questions open with a ': section' line; sentence pairs have three columns separated by
    tabs, the first a number and the next two not; all else is word pairs.

    Raises
    ------
    FormatError
        If it is no text or cannot be read.
    """
    for place, (_, line) in enumerate(islice(_lines(path), 2)):
        if place == 0 and line.startswith(":"):
            return "analogies"
        if _word_pair(_columns(line)) is not None:
            break
        columns = line.split("\t")
        if len(columns) >= 3 and [_number(c) is None for c in columns[:3]] == [False, True, True]:
            return "sentences"
    return "pairs"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
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


def _columns(line: str) -> list[str]:
    """Split `line` at the first separator that makes three columns of it."""
    columns: list[str] = []
    for separator in _SEPARATORS:
        columns = [column.strip() for column in separator.split(line)]
        if len(columns) >= 3:
            break
    return columns


def _word_pair(columns: list[str]) -> WordPair | None:
    if len(columns) < 3 or not columns[0] or not columns[1]:
        return None
    score = _number(columns[2])
    return None if score is None else WordPair(columns[0], columns[1], score)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_title(text: str) -> bool:
    """Tell the title of a column from a number, even one that is not written as ours are."""
    return text.isalpha()


def _is_data_file(path: Path) -> bool:
    return path.is_file() and path.suffix in _SUFFIXES and not path.name.startswith(".")


def _gensim_test_data() -> Path:
    spec = find_spec("gensim")  # finds the folder without the 0.6 s of importing gensim
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("gensim, whose files the named data sets are, is not installed")
    return Path(spec.submodule_search_locations[0]) / "test" / "test_data"
