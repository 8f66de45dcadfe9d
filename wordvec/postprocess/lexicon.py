"""Lexicons of related words, and how their files are read.

Called by `wordvec.postprocess.retrofit`, which moves the vectors of related words together, and by
the command. Knows nothing of vectors.
"""

import gzip
import hashlib
import json
import lzma
import math
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from wordvec.errors import ConfigError, FormatError, MissingFileError

LexiconFormat = Literal["faruqui", "tsv"]
LEXICON_FORMATS: tuple[LexiconFormat, ...] = ("faruqui", "tsv")
ANTONYM = "antonym"
"""The relation of a TSV's rows that are no neighbours but opposites."""
_MOST_RELATIONS = 50
"""More, in a file of which nobody said that it is a TSV of pairs, are words: lists with tabs."""

NUMBER = "---num---"
PUNCTUATION = "---punc---"
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w")
_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"

Neighbours = dict[str, dict[str, float]]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Which words are related to which."""

    neighbours: Neighbours
    """From each head to its neighbours and their weights, in the order of the file."""
    source: str
    """The file's name, or what else it came from."""
    sha256: str
    """Of the file as it is; of the words and weights, written as JSON, if there is no file."""
    lines: int
    """How many lines held something."""
    antonyms_left_out: int = 0
    """How many rows of a TSV were not taken since their relation is "antonym"."""

    @classmethod
    def from_mapping(cls, related: Mapping[str, Iterable[str]], *, source: str) -> "Lexicon":
        """Make one of `related`, from each head to the words it is to be drawn to.

        A value that is itself a mapping gives the weights.

        Raises
        ------
        ConfigError
            If a weight is not a number above 0, a value is no list of words, or a word is not text.

        Examples
        --------
        >>> Lexicon.from_mapping({"good": ["fine", "great"]}, source="mine").neighbours
        {'good': {'fine': 1.0, 'great': 1.0}}
        """
        neighbours: Neighbours = {}
        for head, words in related.items():
            if isinstance(words, str) or not isinstance(words, Iterable):
                raise ConfigError(f"{head!r} goes with {words!r}; expected a list of words")
            listed = list(words)
            for word in (head, *listed):
                if not isinstance(word, str):
                    raise ConfigError(f"{word!r} is given as a word; expected text")
            weights = words if isinstance(words, Mapping) else dict.fromkeys(listed, 1.0)
            neighbours[head] = {w: _weight(head, w, weight) for w, weight in weights.items()}
        written = json.dumps(neighbours, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return cls(neighbours, source, hashlib.sha256(written).hexdigest(), len(neighbours))

    def both_ways(self) -> "Lexicon":
        """Return the same with each edge going both ways.

        Where an edge goes both ways already, each way keeps its weight.
        """
        neighbours = {head: dict(words) for head, words in self.neighbours.items()}
        for head, words in self.neighbours.items():
            for word, weight in words.items():
                neighbours.setdefault(word, {}).setdefault(head, weight)
        return replace(self, neighbours=neighbours)


def _weight(head: str, word: str, given: Any) -> float:
    try:
        weight = float(given)
    except (TypeError, ValueError, OverflowError):
        weight = math.nan
    if not (weight > 0 and math.isfinite(weight)):
        raise ConfigError(
            f"the weight of {head!r} and {word!r} is {given!r}; expected a number above 0"
        )
    return weight


def read_lexicon(
    path: str | os.PathLike[str],
    *,
    format: LexiconFormat | None = None,  # noqa: A002 - the word for it
    merge_heads: bool = False,
    symmetric: bool = False,
    keep_numbers: bool = False,
    antonyms: bool = False,
) -> Lexicon:
    """Read a lexicon from a file of text in UTF-8, as it is or in .gz or .xz.

    Parameters
    ----------
    path
        The file.
    format
        "faruqui": a line is a head and its neighbours, with spaces between, read as the program of
        Faruqui et al. (2015) reads it: in lower case; a token that holds a digit becomes
        "---num---" and one without a letter "---punc---"; of several lines with the same head the
        last alone counts; an edge goes from head to neighbour only. "#" starts no comment.
        "tsv": a line is two words, with a tab between, and if wanted a relation, or a weight, or
        both; words are taken as written, and of a pair that is repeated the last weight counts.
        None: "tsv" if the first line holds a tab; then more than 50 relations are taken for
        neighbours that stand in lists with tabs, and are an error.
    merge_heads
        Of several lines with the same head, take all (a TSV's pairs are always taken all).
    symmetric
        Let each edge go both ways.
    keep_numbers
        Take tokens with digits, and without letters, as they are (a TSV's words always are).
    antonyms
        Read pairs of opposites: of a TSV the rows whose relation is "antonym", or, if it has no
        such row, those without a relation. Else the rows with this relation are left out, so that
        one file may hold both.

    Raises
    ------
    ConfigError
        If `format` is none of these.
    FormatError
        If the file is not there, not text in UTF-8, holds no pair, or a line that is not as above;
        names the line.
    """
    path = Path(path)
    if format is not None and format not in LEXICON_FORMATS:
        raise ConfigError(f"format is {format!r}; expected {' or '.join(LEXICON_FORMATS)}")
    data = read_bytes(path)
    lines = [
        (number, line.rstrip().lstrip(" "))
        for number, line in enumerate(_decode(path, data).split("\n"), 1)
        if line.strip()
    ]
    if format == "tsv" or (format is None and lines and "\t" in lines[0][1]):
        most = _MOST_RELATIONS if format is None else len(lines)
        neighbours, left_out = _read_pairs(path, lines, antonyms=antonyms, most_relations=most)
    else:
        neighbours = _read_lists(lines, merge_heads=merge_heads, keep_numbers=keep_numbers)
        left_out = 0
    if not any(neighbours.values()):
        other = "its antonym" if antonyms else "another that it goes with"
        aside = f"; left out with the relation antonym: {left_out}" if left_out else ""
        raise FormatError(
            f"{path}: no line of {len(lines)} holds a word and {other}; expected a head and its "
            f"neighbours, with spaces between, or two words with a tab between{aside}"
        )
    digest = hashlib.sha256(data).hexdigest()
    lexicon = Lexicon(neighbours, str(path), digest, len(lines), left_out)
    return lexicon.both_ways() if symmetric else lexicon


def read_bytes(path: Path) -> bytes:
    """Return what is in a file of words."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(f"{path}: there is no such file") from error
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error


def decompress(path: Path, data: bytes) -> bytes:
    """Return `data`, which is from `path`, decompressed if it is a .gz or .xz."""
    try:
        if data.startswith(_GZIP):
            return gzip.decompress(data)
        return lzma.decompress(data) if data.startswith(_XZ) else data
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise FormatError(f"{path}: cannot be decompressed: {error}") from error


def _decode(path: Path, data: bytes) -> str:
    data = decompress(path, data)
    if b"\0" in data:
        raise FormatError(f"{path}: is not text, it holds a zero byte; give a list of words")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"{path}, line {line}: is not text in UTF-8; convert it first (iconv)"
        ) from error


def _read_lists(
    lines: Iterable[tuple[int, str]], *, merge_heads: bool, keep_numbers: bool
) -> Neighbours:
    forms: dict[str, str] = {}
    neighbours: Neighbours = {}
    for _, line in lines:
        # One string a word, however often it is listed: a lexicon takes half the memory.
        head, *others = (
            forms.get(token) or forms.setdefault(token, _form(token, keep_numbers))
            for token in line.lower().split()
        )
        weights = dict.fromkeys(others, 1.0)
        if merge_heads and head in neighbours:
            neighbours[head] |= weights
        else:
            neighbours[head] = weights
    return neighbours


def _form(token: str, keep_numbers: bool) -> str:
    if keep_numbers:
        return token
    if _DIGIT.search(token):
        return NUMBER
    return token if _WORD.search(token) else PUNCTUATION


def _read_pairs(
    path: Path, lines: Iterable[tuple[int, str]], *, antonyms: bool, most_relations: int
) -> tuple[Neighbours, int]:
    """Return the pairs, and how many rows were left out as antonyms."""
    neighbours: Neighbours = {}
    opposites: Neighbours = {}
    relations: set[str] = set()
    left_out = 0
    for head, word, relation, weight in _pairs(path, lines):
        if relation:
            relations.add(relation)
        if len(relations) > most_relations:
            raise FormatError(
                f"{path}: the third column holds more than {most_relations} relations; give "
                "the format faruqui if it holds words (a head and its neighbours), or tsv"
            )
        if relation == ANTONYM:
            left_out += not antonyms
            opposites.setdefault(head, {})[word] = weight
        elif not antonyms or not relation:
            neighbours.setdefault(head, {})[word] = weight
    return (opposites if antonyms and opposites else neighbours), left_out


def _pairs(path: Path, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, str, str, float]]:
    for number, line in lines:
        head, *others = (column.strip() for column in line.split("\t"))
        relation = others[1] if len(others) > 1 and _number(others[1]) is None else ""
        rest = others[2:] if relation else others[1:]
        weight = _number(rest[0]) if rest else 1.0
        if not head or not others or not others[0] or len(rest) > 1 or weight is None:
            raise FormatError(
                f"{path}, line {number}: expected two words, then if wanted a relation and a "
                f"weight, with tabs between; got {line[:60]!r} (lines of a head and its "
                "neighbours are read with the format faruqui)"
            )
        if not (weight > 0 and math.isfinite(weight)):
            raise FormatError(
                f"{path}, line {number}: the weight is {rest[0]}; expected a number above 0"
            )
        yield head, others[0], relation.lower(), weight


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
