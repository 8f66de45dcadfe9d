"""Collects words and rows, block by block, into `WordVectors` under one policy for odd input.

Every reader of another tool's format hands its rows to a `VectorsBuilder`, which alone decides
what becomes of words that are not UTF-8, empty or repeated and of rows that are not finite.
It knows of no format: a file that is not what it claims to be is told by the reader.
"""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.scratch import ScratchMatrix
from wordvec.vectors import WordVectors
from wordvec.vocabulary import WordTable

_BLOCK_BYTES = 1 << 22
MOST_DIM = 1 << 20
"""The longest rows that are believed of a file: a damaged header often claims far longer ones."""

log = logging.getLogger("wordvec")


class VectorsBuilder:
    """Words and rows of one file, taken in by blocks; memory holds the words and one block.

    Bytes of a word that are not UTF-8 become U+FFFD. Empty words, rows with a NaN or infinity and
    repeated words (the first that is kept stays) are left out. All are counted in the provenance,
    and logged as one warning. Where counts are kept, the most frequent words come first.

    Parameters
    ----------
    path
        The file that is read: begins the messages.
    format
        Its format, a name of `wordvec.formats.FORMATS`.
    dim
        Length of a row.
    keep_counts
        Whether each word comes with how often its corpus held it.

    Raises
    ------
    FormatError
        If `dim` is below 1 or above MOST_DIM.

    Examples
    --------
    >>> with VectorsBuilder("some.vec", "word2vec", dim=2) as builder:
    ...     builder.add([b"a", b"b", b"a"], np.ones((3, 2), np.float32))
    ...     vectors = builder.finish()
    >>> vectors, vectors.provenance["read"]["duplicates"]
    (WordVectors(2 words, 2 dimensions), 1)
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        format: str,  # noqa: A002 - what the option and the provenance call it
        dim: int,
        *,
        keep_counts: bool = False,
    ) -> None:
        if not 1 <= dim <= MOST_DIM:
            raise FormatError(f"{path}: the dimension is {dim}; expected 1 to {MOST_DIM}")
        self.path = Path(path)
        self.format = format
        self.dim = dim
        self.keep_counts = keep_counts
        self.left_out = {"duplicates": 0, "empty_words": 0, "not_finite": 0}
        self.invalid_utf8 = 0
        self._seen: set[bytes] = set()
        self._utf8 = bytearray()
        self._lengths: list[NDArray[np.int64]] = []
        self._counts: list[NDArray[np.uint64]] = []
        self._matrix = ScratchMatrix(dim)

    def __enter__(self) -> "VectorsBuilder":
        return self

    def __exit__(self, *_: object) -> None:
        self._matrix.__exit__()

    def add(
        self,
        words: Sequence[bytes],
        rows: NDArray[np.float32],
        counts: NDArray[np.uint64] | None = None,
    ) -> None:
        """Take in `words` with their `rows`, (words, dim), and `counts`, (words,), if kept.

        Raises
        ------
        ValueError
            If the shapes do not fit, or counts are kept and not given or the other way round.
        OutputError
            If the folder for temporary files is full.
        """
        if rows.shape != (len(words), self.dim):
            raise ValueError(f"rows of shape {rows.shape}; expected {(len(words), self.dim)}")
        if (counts is not None) != self.keep_counts:
            raise ValueError(f"counts are {counts}; keep_counts is {self.keep_counts}")
        if not words:
            return
        words = self._decode(words)
        kept = self._choose(words, rows)
        if kept is not None:
            words, rows = [words[row] for row in kept], rows[kept]
            counts = None if counts is None else counts[kept]
        self._utf8 += b"".join(words)
        self._lengths.append(np.fromiter(map(len, words), np.int64, len(words)))
        if counts is not None:
            self._counts.append(np.array(counts, np.uint64))
        self._matrix.append(rows)

    def finish(self, **more: Any) -> WordVectors:
        """Return all that was taken in, the matrix mapped; `more` goes to `WordVectors`.

        What is in the provenance already is kept; the entry "read" is added.

        Raises
        ------
        FormatError
            If no row was usable.
        OutputError
            If the folder for temporary files is full.
        """
        self._seen.clear()
        matrix = self._matrix.finish()
        if not len(matrix):
            reasons = self._left_out()
            raise FormatError(
                f"{self.path}: there is no word with a usable vector"
                + (f" (left out: {reasons})" if reasons else "")
            )
        offsets = np.zeros(len(matrix) + 1, np.int64)
        np.cumsum(np.concatenate(self._lengths), out=offsets[1:])
        words = WordTable(np.frombuffer(bytes(self._utf8), np.uint8), offsets)
        counts = np.concatenate(self._counts) if self.keep_counts else None
        if counts is not None and np.any(counts[1:] > counts[:-1]):
            order = np.argsort(np.iinfo(np.uint64).max - counts, kind="stable")
            words = WordTable.from_words(words[row] for row in order.tolist())
            matrix, counts = _gather(matrix, order), counts[order]
        more["provenance"] = (more.get("provenance") or {}) | {"read": self._report(len(matrix))}
        self._warn()
        return WordVectors(words, matrix, counts, **more)

    def _decode(self, words: Sequence[bytes]) -> Sequence[bytes]:
        """Return `words`, what is not UTF-8 in them replaced."""
        try:
            # An ASCII byte between the words: what begins in one does not end in the next.
            str(b"\n".join(words), "utf-8")
        except UnicodeDecodeError:
            decoded = [word.decode("utf-8", errors="replace").encode() for word in words]
            self.invalid_utf8 += sum(a != b for a, b in zip(words, decoded, strict=True))
            return decoded
        return words

    def _choose(self, words: Sequence[bytes], rows: NDArray[np.float32]) -> NDArray[np.intp] | None:
        """Return which of `rows` to keep, None for all, and note their words as seen."""
        block = set(words)
        # The usual case in one step. A NaN anywhere is the minimum and the maximum.
        finite = bool(np.isfinite(rows.min()) and np.isfinite(rows.max()))
        if (
            finite
            and len(block) == len(words)
            and b"" not in block
            and self._seen.isdisjoint(block)
        ):
            self._seen |= block
            return None
        usable = np.all(np.isfinite(rows), axis=1)
        kept = []
        for row, word in enumerate(words):
            if not word:
                self.left_out["empty_words"] += 1
            elif not usable[row]:
                self.left_out["not_finite"] += 1
            elif word in self._seen:
                self.left_out["duplicates"] += 1
            else:
                self._seen.add(word)
                kept.append(row)
        return np.array(kept, np.intp)

    def _report(self, words: int) -> dict[str, str | int]:
        return {
            "file": self.path.name,
            "format": self.format,
            "bytes": self.path.stat().st_size if self.path.is_file() else 0,
            "words": words,
            "invalid_utf8": self.invalid_utf8,
            **self.left_out,
        }

    def _left_out(self) -> str:
        """Return what was left out and how often, for a message."""
        names = {
            "duplicates": ("repeated word", ""),
            "empty_words": ("empty word", ""),
            "not_finite": ("row", " with a NaN or infinity"),
        }
        parts = [(n, *names[key]) for key, n in self.left_out.items() if n]
        return ", ".join(f"{n} {what}{'s' * (n != 1)}{more}" for n, what, more in parts)

    def _warn(self) -> None:
        reasons = self._left_out()
        notes = [f"left out {reasons}"] if reasons else []
        if self.invalid_utf8:
            words = "word is" if self.invalid_utf8 == 1 else "words are"
            notes.append(f"{self.invalid_utf8} {words} not UTF-8: wrong bytes became U+FFFD")
        if notes:
            log.warning("%s: %s", self.path, "; ".join(notes))


def _gather(matrix: NDArray[np.float32], order: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the rows of `matrix`, (n, dim), in the order of the row numbers `order`, mapped."""
    dim = matrix.shape[1]
    step = max(1, _BLOCK_BYTES // (4 * dim))
    with ScratchMatrix(dim) as scratch:
        for start in range(0, len(order), step):
            scratch.append(matrix[order[start : start + step]])
        return scratch.finish()
