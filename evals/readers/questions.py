"""Analogy questions and their files: lines of four words, or of word pairs (BATS).

Read by the evaluator of analogies; knows nothing of vectors.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from wordvec.errors import FormatError
from wordvec.evals.datasets import read_lines

SEMANTIC, SYNTACTIC = "semantic", "syntactic"
MOST_PAIRS = 1000
"""More in a file of pairs would make more than a million questions of it."""

_SUFFIXES = {".txt", ".tsv", ".csv"}


@dataclass(frozen=True)
class Question:
    """`a` is to `b` as `c` is to any of `answers`."""

    a: str
    b: str
    c: str
    answers: tuple[str, ...]
    section: str
    """Of the file; where it has none, the name of the file."""
    group: str = ""
    """What the section belongs to: "semantic" or "syntactic", or a folder."""


def read_questions(path: Path) -> list[Question]:
    """Read a file of questions or of word pairs, or a folder of such files.

    Questions are lines of four words under ': section' lines. Sections whose name starts with
    "gram" are syntactic, all others semantic: the convention of questions-words (Mikolov et al.
    2013) and of word2vec.c's `compute-accuracy`. A file that opens without a section line, as the
    questions of MSR are found, is one section, without such a kind.

    Word pairs are lines of a word and its answers, as BATS has them (Gladkova, Drozd and Matsuoka
    2016): `word<TAB>answer/answer/...`. Any two lines make a question: b is the first answer of
    the one, and any answer of the other is right. The file is one section; its folder, if it lies
    in one of the folder that is read, is the group.

    Words are separated by tabs in a line that holds one, else by white space. Empty lines and
    lines that start with '#' are passed over. Of a folder those files .txt, .tsv and .csv are read
    that lie in its folders, or, if there are none, in itself, in the order of names.

    Raises
    ------
    FormatError
        If a line is neither; names it. Or if there is no question at all.
    """
    if not path.is_dir():
        return _read_file(path, group="")
    files = [*_data_files(path, "*/*")] or [*_data_files(path, "*")]
    if not files:
        raise FormatError(
            f"{path} holds no questions; expected files .txt, .tsv or .csv of questions or word "
            "pairs, in it or in its folders"
        )
    return [
        question
        for file in files
        for question in _read_file(file, group="" if file.parent == path else file.parent.name)
    ]


def _data_files(folder: Path, pattern: str) -> Iterator[Path]:
    for path in sorted(folder.glob(pattern)):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in _SUFFIXES and path.is_file() and not hidden:
            yield path


def _read_file(path: Path, *, group: str) -> list[Question]:
    lines = list(read_lines(path))
    if not lines:
        raise FormatError(
            f"{path} holds no questions; expected lines of four words, or of a word and its answers"
        )
    number, first = lines[0]
    if first.startswith(":") or _columns(first, 4) is not None:
        return _read_fours(path, lines)
    if _columns(first, 2) is None:
        raise FormatError(
            f"{path}, line {number}: {first[:80]!r} is neither a ': section' line nor four words, "
            "nor a word and its answers 'word<TAB>answer/answer'"
        )
    return _read_pairs(path, lines, group)


def _read_fours(path: Path, lines: list[tuple[int, str]]) -> list[Question]:
    questions = []
    section, kind = path.stem, ""
    for number, line in lines:
        if line.startswith(":"):
            section = line.lstrip(": ").strip()
            kind = SYNTACTIC if section.startswith("gram") else SEMANTIC
            continue
        words = _columns(line, 4)
        if words is None:
            raise FormatError(f"{path}, line {number}: {line[:80]!r} is not four words")
        a, b, c, expected = words
        questions.append(Question(a, b, c, (expected,), section, kind))
    if not questions:
        raise FormatError(f"{path} holds no questions; expected lines of four words")
    return questions


def _read_pairs(path: Path, lines: list[tuple[int, str]], group: str) -> list[Question]:
    pairs = []
    for number, line in lines:
        word, answers = _columns(line, 2) or ("", "")
        listed = tuple(answer.strip() for answer in answers.split("/") if answer.strip())
        if not listed:
            raise FormatError(
                f"{path}, line {number}: {line[:80]!r} is not a word and its answers "
                "'word<TAB>answer/answer'"
            )
        pairs.append((word, listed))
    if not 2 <= len(pairs) <= MOST_PAIRS:
        raise FormatError(
            f"{path} holds {len(pairs):,} word pairs, any two of which make a question; expected 2 "
            f"to {MOST_PAIRS:,}"
        )
    return [
        Question(a, b[0], c, answers, path.stem, group)
        for (a, b), (c, answers) in permutations(pairs, 2)
    ]


def _columns(line: str, n: int) -> list[str] | None:
    """Split `line` at tabs if it has one, else at white space; None if not into `n` words."""
    columns = [column.strip() for column in line.split("\t" if "\t" in line else None)]
    return columns if len(columns) == n and all(columns) else None
