"""Reads all of a store and tells the first thing in it that is wrong.

Called by `wordvec verify`. Opening a store checks only what cannot wait; this checks the rest: that
every byte is what was written, and that what was written makes sense.
"""

import hashlib
import os
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.neighbours import row_norms
from wordvec.ngrams import ROWS_PER_BLOCK as NGRAM_ROWS_PER_BLOCK
from wordvec.quantization import QuantizedMatrix
from wordvec.store import layout
from wordvec.store.read import Arrays, StoreHeader, as_vectors, map_store, read_digests
from wordvec.vectors import WordVectors

_BLOCK_BYTES = 1 << 24
_ROWS_PER_BLOCK = 1 << 16
_ROWS_SHOWN = 3
Progress = Callable[[int, int], None]


def verify_store(path: str | os.PathLike[str], *, progress: Progress | None = None) -> StoreHeader:
    """Check each digest of a store, each of its words, each of its numbers; return its header.

    Parameters
    ----------
    path
        The store.
    progress
        Called now and then with the bytes checked and the bytes there are.

    Raises
    ------
    FormatError
        At the first fault; names the file and the part of it.
    """
    header, arrays = check_digests(path, progress=progress)
    if header.size > header.end:
        raise FormatError(
            f"{path} ends at byte {header.end}, but {header.size - header.end} bytes follow "
            "that are none of it; copy it again"
        )
    vectors = as_vectors(path, header, arrays)
    _check_index(path, vectors)
    _check_numbers(path, vectors.vectors, "vectors", vectors.norms)
    if vectors.output is not None:
        _check_numbers(path, vectors.output, "output")
    if vectors.subwords is not None:
        _check_numbers(path, vectors.subwords.matrix, "subwords")
        _check_subword_rows(path, vectors.subwords.rows, vectors.subwords.buckets)
    if layout.NGRAM_INDEX in arrays:
        _check_ngrams(path, header.words, arrays[layout.NGRAM_INDEX], arrays[layout.NGRAM_ROWS])
    return header


def check_digests(
    path: str | os.PathLike[str], *, progress: Progress | None = None
) -> tuple[StoreHeader, Arrays]:
    """Check that each data set of a store is what was written; return what `map_store` does.

    Raises
    ------
    FormatError
        If one is not, or as `open_store` does.
    """
    digests = read_digests(path)
    header, arrays = map_store(path)
    total, done = sum(array.nbytes for array in arrays.values()), 0
    for data_set, array in arrays.items():
        digest = hashlib.new(layout.CHECKSUM_ALGORITHM)
        data = array.reshape(-1).view(np.uint8)
        for start in range(0, len(data), _BLOCK_BYTES):
            digest.update(data[start : start + _BLOCK_BYTES].data)
            if progress is not None:
                progress(done + min(start + _BLOCK_BYTES, len(data)), total)
        done += len(data)
        if digest.hexdigest() != digests[data_set]:
            raise FormatError(
                f"{path}: /{data_set.name} is damaged: it is not what was written; copy it again"
            )
    return header, arrays


def _check_index(path: str | os.PathLike[str], vectors: WordVectors) -> None:
    """Check that each word is text, is found at its row, and that the table holds no more."""
    table = vectors.index_to_key
    for start in range(0, len(table), _ROWS_PER_BLOCK):
        stop = min(start + _ROWS_PER_BLOCK, len(table))
        table.span(start, stop)
        words = table[start:stop]
        rows = vectors.get_indices(words)
        wrong = np.flatnonzero(rows != np.arange(start, stop))
        if len(wrong):
            row, word, found = start + wrong[0], words[wrong[0]], rows[wrong[0]]
            where = f"at row {found}" if found >= 0 else "not at all"
            raise FormatError(f"{path}: /word_index: {word!r} of row {row} is found {where}")
    held = int(np.count_nonzero(table.slots != -1))
    if held != len(table):
        raise FormatError(f"{path}: /word_index holds {held} rows of {len(table)} words")


def _check_numbers(
    path: str | os.PathLike[str],
    matrix: NDArray[np.float32] | QuantizedMatrix,
    name: str,
    norms: NDArray[np.float32] | None = None,
) -> None:
    """Check that a matrix holds numbers, and that `norms`, if given, are its rows' lengths."""
    lengths = row_norms(matrix)
    # Lengths of very large numbers overflow; only rows without a length are looked at.
    suspects = np.flatnonzero(~np.isfinite(lengths))
    bad = [row for row in suspects.tolist() if not np.all(np.isfinite(matrix[row]))]
    if bad:
        shown = ", ".join(map(str, bad[:_ROWS_SHOWN])) + (", ..." if bad[_ROWS_SHOWN:] else "")
        which = f"row {shown} holds" if len(bad) == 1 else f"{len(bad)} rows ({shown}) hold"
        raise FormatError(f"{path}: /{name}: {which} what is not a number or is infinite")
    if norms is not None and not np.allclose(norms, lengths, rtol=1e-4):
        raise FormatError(f"{path}: /norms are not the lengths of /{name}")


def _check_subword_rows(
    path: str | os.PathLike[str], rows: NDArray[np.int32] | None, buckets: int
) -> None:
    if rows is None:
        return
    if rows[0] < 0 or rows[-1] >= buckets or np.any(rows[1:] <= rows[:-1]):
        raise FormatError(f"{path}: /subword_rows do not rise from 0 to {buckets - 1}")


def _check_ngrams(
    path: str | os.PathLike[str], words: int, offsets: NDArray[Any], postings: NDArray[Any]
) -> None:
    """Check that the spelling index leads to nothing outside itself and the words."""
    if np.any(offsets[:, 0]) or np.any(offsets[:, 1:] < offsets[:, :-1]):
        raise FormatError(f"{path}: /ngram_index does not rise from 0")
    ends = np.cumsum(offsets[:, -1], dtype=np.int64)
    if ends[-1] != len(postings):
        raise FormatError(
            f"{path}: /ngram_index ends at {ends[-1]}; expected {len(postings)}, the length of "
            "/ngram_rows"
        )
    for block, postings_of_block in enumerate(np.split(postings, ends[:-1])):
        size = min(NGRAM_ROWS_PER_BLOCK, words - block * NGRAM_ROWS_PER_BLOCK)
        if np.any(postings_of_block >= size):
            raise FormatError(f"{path}: /ngram_rows: block {block} holds a row above {size - 1}")
