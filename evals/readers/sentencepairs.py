"""Pairs of sentences that people scored, and their files.

Read by the evaluator of sentences; knows nothing of vectors.
"""

import csv
import re
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


@dataclass(frozen=True)
class _Layout:
    """Which columns hold what, counted from 0."""

    score: int
    first: int
    second: int
    titles: int | None = None
    """Columns of the header, where that told the places."""

    def pair(self, columns: list[str]) -> SentencePair | None:
        """Return what the columns of a line hold; None if they hold no pair."""
        if len(columns) <= max(self.score, self.first, self.second):
            return None
        if self.titles is not None and len(columns) > self.titles:
            return None  # the titles stand over other columns, such as row numbers without one
        score = number_of(columns[self.score])
        if score is None or not columns[self.first] or not columns[self.second]:
            return None
        return SentencePair(columns[self.first], columns[self.second], score)

    def what_is_wrong(self, columns: list[str]) -> str:
        """Return the rest of a message on a line that holds no pair."""
        if self.titles is not None and len(columns) != self.titles:
            return f": {len(columns)} columns under {self.titles} titles"
        if len(columns) > self.score and number_of(columns[self.score]) is None:
            return f": {columns[self.score][:20]!r} is no number"
        return ""

    def __str__(self) -> str:
        names = {self.score: "score", self.first: "sentence", self.second: "sentence"}
        return " ".join(names.get(place, "...") for place in range(max(names) + 1))


_LAYOUTS = (
    _Layout(score=0, first=1, second=2),
    _Layout(score=4, first=5, second=6),  # STS-Benchmark: genre, file, year, id, score, sentences
    _Layout(score=2, first=0, second=1),
)
_SCORE = re.compile(r"(\w+[ _])?score|(\w+[ _])?similarity|gold", re.IGNORECASE)
_SENTENCE = re.compile(r"(sentence|text|s)[ _]?[12ab]", re.IGNORECASE)


def read_sentence_pairs(path: Path) -> list[SentencePair]:
    """Read lines of `score<TAB>sentence<TAB>sentence`, or of one of the other common layouts.

    These are `sentence<TAB>sentence<TAB>score`, and STS-Benchmark's own, `genre file year id score
    sentence sentence`, by tabs; what the first line fits, all must. A header that names a score
    and two sentences (score, sentence1, sentence2) tells their places, whatever their order; one
    that names not all of these is passed over. Columns are separated by commas, and may be quoted,
    if the first line has no tab; between tabs a quote is part of the text. Further columns, empty
    lines and lines that start with '#' are passed over.

    Raises
    ------
    FormatError
        If a line has too few columns, or no number where the score should be; names the line. Or
        if there is no pair at all.
    """
    pairs: list[SentencePair] = []
    layout: _Layout | None = None
    separator = ""
    for number, line in read_lines(path):
        is_first = not separator
        separator = separator or ("tabs" if "\t" in line or "," not in line else "commas")
        columns = _split(path, number, line, separator)
        if is_first and _is_header(columns):
            layout = _named(columns)
            continue
        layout = layout or next((one for one in _LAYOUTS if one.pair(columns)), _LAYOUTS[0])
        pair = layout.pair(columns)
        if pair is None:
            raise FormatError(
                f"{path}, line {number}: {line[:80]!r} is not '{layout}', separated by {separator}"
                f"{layout.what_is_wrong(columns)}"
            )
        pairs.append(pair)
    if not pairs:
        raise FormatError(
            f"{path} holds no sentence pairs; expected lines of score, sentence, sentence, "
            "separated by tabs"
        )
    return pairs


def _split(path: Path, number: int, line: str, separator: str) -> list[str]:
    if separator == "tabs":
        return [column.strip() for column in line.split("\t")]
    try:
        columns = next(csv.reader([line], skipinitialspace=True))
    except csv.Error as error:
        raise FormatError(f"{path}, line {number}: cannot be read as CSV ({error})") from None
    return [column.strip() for column in columns]


def _is_header(columns: list[str]) -> bool:
    """Tell titles of columns from a pair, even one whose score is not written as ours are."""
    if len(columns) < 3 or any(one.pair(columns) for one in _LAYOUTS):
        return False
    return any(title.fullmatch(column) for title in (_SCORE, _SENTENCE) for column in columns)


def _named(columns: list[str]) -> _Layout | None:
    """Return the places that a header gives; None if it names no score or no two sentences."""
    scores = [place for place, title in enumerate(columns) if _SCORE.fullmatch(title)]
    sentences = [place for place, title in enumerate(columns) if _SENTENCE.fullmatch(title)]
    if not scores or len(sentences) < 2:
        return None
    return _Layout(scores[0], sentences[0], sentences[1], titles=len(columns))
