"""Analogy questions and their files.

Read by the evaluator of analogies; knows nothing of vectors.
"""

from dataclasses import dataclass
from pathlib import Path

from wordvec.errors import FormatError
from wordvec.evals.datasets import read_lines


@dataclass(frozen=True)
class Question:
    """`a` is to `b` as `c` is to `expected`, in a section of a file."""

    section: str
    a: str
    b: str
    c: str
    expected: str


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
    for number, line in read_lines(path):
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
