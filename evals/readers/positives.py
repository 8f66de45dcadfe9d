"""Pairs of words that belong together, and the words that they are looked for among: their files.

Read by the evaluator of ranking; knows nothing of vectors.
"""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from wordvec.errors import FormatError
from wordvec.evals.datasets import locate, number_of, read_lines
from wordvec.evals.readers.categories import WORD_TITLES, lasting, split_line
from wordvec.evals.readers.wordpairs import read_word_pairs

Pair = tuple[str, str]

POSITIVE_SHARE = 0.25
"""So much of a scored set, those with the highest scores, are positive pairs (Wang et al. 2022)."""

_TITLE = re.compile(
    rf"(first|second)([ _]?({'|'.join(WORD_TITLES)}))?"
    rf"|({'|'.join(WORD_TITLES)})[ _]?[12ab]?|cue|target|synonym|partner",
    re.IGNORECASE,
)


def read_positive_pairs(data: str | Path) -> list[Pair]:
    """Read the positive pairs of a data set, each pair of two words once.

    Lines of two words, separated by a tab, a comma or white space, are all positive, and a word
    is asked for the second from the first. Of lines of word, word, score, the quarter with the
    highest scores is positive, in both directions. Pairs of a word with itself are left out. A
    header is passed over, a first line of two titles such as "word1 word2", "first second", "cue
    target".

    Raises
    ------
    ConfigError
        If `data` is no known name and no file.
    FormatError
        If a line cannot be read; names it. Or if there is no pair at all.
    """
    path = locate(data)
    with lasting(path) as kept:
        pairs = _read_scored(kept) if _is_scored(kept) else _read_plain(kept)
    found = dict.fromkeys(pair for pair in pairs if pair[0] != pair[1])
    if not found:
        raise FormatError(
            f"{path} holds no positive pairs; expected lines of 'word word', or four at least of "
            "'word word score'"
        )
    return list(found)


def read_words(paths: Sequence[str | Path]) -> list[str]:
    """Return the words of files of one a line, each once; a count behind a word is passed over.

    Raises
    ------
    FormatError
        If a file cannot be read or holds no word.
    """
    words: dict[str, None] = {}
    for path in map(Path, paths):
        found = [line.split()[0] for _, line in read_lines(path)]
        if not found:
            raise FormatError(f"{path} holds no words; expected one a line")
        words.update(dict.fromkeys(found))
    return list(words)


def _is_scored(path: Path) -> bool:
    """Tell by the first line."""
    return any(len(split_line(line)) > 2 for _, line in islice(read_lines(path), 1))


def _read_scored(path: Path) -> list[Pair]:
    scored = read_word_pairs(path)
    best = sorted(scored, key=lambda pair: pair.score, reverse=True)
    best = best[: int(len(scored) * POSITIVE_SHARE)]
    return [way for p in best for way in ((p.first, p.second), (p.second, p.first))]


def _read_plain(path: Path) -> list[Pair]:
    pairs = []
    for place, (number, line) in enumerate(read_lines(path)):
        columns = split_line(line)
        if place == 0 and len(columns) == 2 and all(map(_TITLE.fullmatch, columns)):
            continue
        decimal_comma = "," in line and number_of(columns[-1]) is not None
        if len(columns) != 2 or not all(columns) or decimal_comma:
            raise FormatError(
                f"{path}, line {number}: {line[:80]!r} is not 'word word' (separated by a tab, a "
                "comma or spaces), nor is the first line 'word word score'"
            )
        pairs.append((columns[0], columns[1]))
    return pairs
