"""Word pairs that people scored, and their files.

Read by the evaluators of similarity and ranking; knows nothing of vectors.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from wordvec.errors import FormatError
from wordvec.evals.datasets import number_of, read_lines

_SEPARATORS = (re.compile(r"\t"), re.compile(r","), re.compile(r"\s+"))


@dataclass(frozen=True)
class WordPair:
    """Two words and how similar people found them."""

    first: str
    second: str
    score: float


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
    for number, line in read_lines(path):
        columns = columns_of(line)
        pair = word_pair(columns)
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


def columns_of(line: str) -> list[str]:
    """Split `line` at the first separator that makes three columns of it."""
    columns: list[str] = []
    for separator in _SEPARATORS:
        columns = [column.strip() for column in separator.split(line)]
        if len(columns) >= 3:
            break
    return columns


def word_pair(columns: list[str]) -> WordPair | None:
    """Return the pair that the columns of a line hold; None if they hold none."""
    if len(columns) < 3 or not columns[0] or not columns[1]:
        return None
    score = number_of(columns[2])
    return None if score is None else WordPair(columns[0], columns[1], score)
