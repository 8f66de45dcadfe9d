"""How often each word of a vocabulary is said: the probabilities that whitening and SIF weigh by.

From the counts that came with the vectors, a file of counts, or the order of the words, and never
guessed without being told. Called by `wordvec.postprocess.whiten` and
`wordvec.postprocess.sentences`.
"""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.postprocess.lexicon import decompress, read_bytes
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Counts = str | os.PathLike[str] | ArrayLike
"""A file of lines `word count`, or numbers of shape (words,)."""

_LINES_AT_ONCE = 1 << 16


@dataclass(frozen=True, eq=False)
class WordProbabilities:
    """The probability of each word, and where it is from."""

    values: NDArray[np.float64]
    """Shape (words,); the sum is 1. A word that was not counted has 0."""
    source: str
    """"counts of the vectors", "counts given", "rank", or the name of a file."""
    sha256: str | None
    """Of the file's bytes, or of the numbers given, as float64."""

    def report(self) -> dict[str, Any]:
        """Return how they were had, as JSON can hold it."""
        present = int(np.count_nonzero(self.values))
        return {
            "probabilities": self.source,
            "words": present,
            "words_without_count": len(self.values) - present,
        }

    def inputs(self) -> dict[str, str]:
        """Return the digest of what was read, for the provenance."""
        return {} if self.sha256 is None else {"counts": self.sha256}


def word_probabilities(
    vectors: WordVectors, *, counts: Counts | None = None, assume_rank: bool = False
) -> WordProbabilities:
    """Return how probable each word of `vectors` is: its count over the sum of all counts.

    Parameters
    ----------
    vectors
        Whose words; their own counts are taken unless one of the others is given.
    counts
        A text file in UTF-8, as it is or in .gz or .xz, whose lines hold a word and its count, with
        a tab or spaces between them; words that are not in the vocabulary are passed over, and what
        a word has on several lines is added up. Or the counts themselves, shape (words,).
    assume_rank
        Take 1 / (row + 1) for the count, by Zipf's law: for words that lie in falling order of
        their frequency, as most published vectors do.

    Raises
    ------
    ConfigError
        If both options are given, or the counts given are no numbers, below 0 or not finite.
    DataError
        If there are no counts, they are not as many as the words, or all are 0.
    FormatError
        If the file is not there, has a line that is no word and count, or none of the words.

    Examples
    --------
    >>> vectors = WordVectors(["the", "king"], [[1], [2]], [30, 10])
    >>> word_probabilities(vectors).values
    array([0.75, 0.25])
    """
    if counts is not None and assume_rank:
        raise ConfigError("counts and assume_rank exclude each other; give one of them")
    digest = None
    if assume_rank:
        source, found = "rank", 1 / np.arange(1.0, len(vectors) + 1)
    elif isinstance(counts, str | os.PathLike):
        source = Path(counts).name
        found, digest = _read_counts(Path(counts), vectors)
    elif counts is not None:
        source, found = "counts given", _as_numbers(counts)
        digest = hashlib.sha256(np.ascontiguousarray(found).data).hexdigest()
    elif vectors.counts is not None:
        source, found = "counts of the vectors", vectors.counts.astype(np.float64)
    else:
        raise DataError(
            "the vectors have no counts to tell how frequent a word is; give counts "
            "(--counts FILE), or assume_rank (--assume-rank) if the most frequent word comes first"
        )
    if found.shape != (len(vectors),):
        raise DataError(
            f"counts has the shape {found.shape}; expected ({len(vectors)},), one number a word"
        )
    if not (np.all(np.isfinite(found)) and np.all(found >= 0)):
        raise ConfigError("counts: one is below 0 or not finite; expected 0 or more")
    if not np.any(found):
        raise DataError(f"{source}: all are 0, so they do not tell which word is frequent")
    # By the largest first: the sum of what a file may hold could be infinite.
    found = found / found.max()
    return WordProbabilities(found / found.sum(), source, digest)


def _as_numbers(counts: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(counts, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ConfigError(f"counts are not numbers, one a word: {error}") from error


def _read_counts(path: Path, vectors: WordVectors) -> tuple[NDArray[np.float64], str]:
    """Return the counts of a file by row, (words,), and the digest of its bytes."""
    found = np.zeros(len(vectors))
    lines = matched = 0
    data = read_bytes(path)
    for words, numbers in _batches(path, decompress(path, data)):
        rows = vectors.get_indices(words)
        there = rows != MISSING
        np.add.at(found, rows[there], np.array(numbers)[there])
        lines += len(words)
        matched += int(there.sum())
    if not lines:
        raise FormatError(f"{path} holds no counts; expected lines of a word and its count")
    if not matched:
        raise FormatError(
            f"{path}: none of its lines ({lines:,}) has a word of the vocabulary; give counts "
            "of these words, in the same case"
        )
    return found, hashlib.sha256(data).hexdigest()


def _batches(path: Path, data: bytes) -> Iterator[tuple[list[str], list[float]]]:
    """Yield the words and the counts of some lines at a time."""
    words: list[str] = []
    numbers: list[float] = []
    for number, raw in enumerate(io.BytesIO(data), 1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise FormatError(f"{path}, line {number}: not text in UTF-8") from error
        if not line:
            continue
        word, count = _word_and_count(path, number, line)
        words.append(word)
        numbers.append(count)
        if len(words) == _LINES_AT_ONCE:
            yield words, numbers
            words, numbers = [], []
    if words:
        yield words, numbers


def _word_and_count(path: Path, number: int, line: str) -> tuple[str, float]:
    fields = line.rsplit("\t" if "\t" in line else None, 1)
    try:
        word, count = fields[0].strip(), float(fields[1])
    except (IndexError, ValueError):
        count = float("nan")
    if not 0 <= count < float("inf"):
        shown = line if len(line) <= 40 else line[:40] + "..."
        raise FormatError(
            f"{path}, line {number}: expected a word and its count, 0 or more; found {shown!r}"
        )
    return word, count
