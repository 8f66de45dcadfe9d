"""Pairs of sentences that people scored, and their files.

Read by the evaluator of sentences; knows nothing of vectors.
"""

from dataclasses import dataclass
from pathlib import Path

from wordvec.errors import FormatError
from wordvec.evals.datasets import number_of, read_lines


@dataclass(frozen=True)
class SentencePair:
    """Two sentences and how similar people found them."""

    first: str
    second: str
    score: float


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
    for number, line in read_lines(path):
        columns = [column.strip() for column in line.split("\t")]
        score = number_of(columns[0])
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


def _is_title(text: str) -> bool:
    """Tell the title of a column from a number, even one that is not written as ours are."""
    return text.isalpha()
