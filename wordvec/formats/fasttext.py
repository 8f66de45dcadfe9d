"""fastText's models, `.bin` and, quantized, `.ftz`: words, and vectors for parts of words.

A word's vector is the mean of its own row and those of its character n-grams (Bojanowski et al.
2017, "Enriching Word Vectors with Subword Information"), as `fasttext print-word-vectors` gives
it. Called by `wordvec.formats`; the file's layout is in `wordvec.formats.fasttext_model`.
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import OutputError
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.fasttext_model import (
    HEADER,
    MAGIC,
    NEGATIVE_SAMPLING,
    SIZES,
    SKIPGRAM,
    SUPERVISED,
    VERSION,
    Model,
    looks_like_old_model,
    read_model,
)
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import check_words, row_blocks
from wordvec.scratch import ScratchMatrix
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

_BLOCK_BYTES = 1 << 22
_MOST_WORDS = 1 << 14
_ENDS_A_WORD = b"\0\t\n\v\f\r "
_NO_SUBWORDS = (0, 0, 0)

log = logging.getLogger("wordvec")


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is the header of a model, with or without magic number."""
    return start.startswith(struct.pack("<i", MAGIC)) or looks_like_old_model(start)


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the model, as `wordvec.formats.read_vectors` says.

    Counts are kept, and `</s>` as a word; labels and the output layer are left out. Vectors of
    n-grams come along for unseen words: read-only, and in the mapped file if they are not
    quantized.
    """
    with Source(path):
        pass  # says what is wrong with a file that is none
    model = read_model(path)
    header, dictionary = model.header, model.dictionary
    if header.model == SUPERVISED:
        log.info(
            "%s is a classifier: its word vectors are read, its %d labels are left out",
            path,
            dictionary.labels,
        )
    subwords = _read_subwords(model)
    words = len(dictionary.starts) if limit is None else min(limit, len(dictionary.starts))
    size = len(model.content)
    with VectorsBuilder(path, "fasttext", header.dim, keep_counts=True) as builder:
        for first, last in _blocks(words, header.dim):
            names = _words(model, first, last)
            rows = np.array(model.input[first:last], np.float32)
            if subwords is not None:
                _compose(names, subwords, rows)
            builder.add(names, rows, dictionary.counts[first:last])
            if progress is not None:
                progress(size * last // words, size)
        return builder.finish(subwords=subwords, provenance={"fasttext": header.training})


def _blocks(n: int, dim: int) -> Iterator[tuple[int, int]]:
    step = max(1, min(_MOST_WORDS, _BLOCK_BYTES // (4 * dim)))
    return pairwise([*range(0, n, step), n])


def _words(model: Model, first: int, last: int) -> list[bytes]:
    starts, ends = model.dictionary.starts[first:last], model.dictionary.ends[first:last]
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    return [model.content[start:end] for start, end in spans]


def _compose(words: list[bytes], subwords: Subwords, rows: NDArray[np.float32]) -> None:
    """Turn the words' own rows into the means with those of their n-grams."""
    from wordvec.formats.composition import add_subwords  # loads Numba

    with np.errstate(over="ignore", invalid="ignore"):
        numbers = add_subwords(words, subwords, rows)
        rows /= (numbers + 1).astype(np.float32)[:, None]


def _read_subwords(model: Model) -> Subwords | None:
    """Return the n-grams: in the file, or decoded in a temporary one; None if there are none."""
    header, pruned = model.header, model.dictionary.pruned
    words = len(model.dictionary.starts)
    if not 0 < max(header.min_n, 1) <= header.max_n or not header.buckets:
        return None
    sizes = (header.min_n, header.max_n, header.buckets)
    if isinstance(model.input, np.ndarray):
        return Subwords(model.input[words:], *sizes)
    if pruned is None:
        chosen = np.arange(words, words + header.buckets)
        buckets = None
    elif len(pruned):
        order = np.argsort(pruned[:, 0])
        buckets = pruned[order, 0].astype(np.int32)
        chosen = words + pruned[order, 1].astype(np.int64)
    else:
        return None
    with ScratchMatrix(header.dim) as scratch:
        for first, last in _blocks(len(chosen), header.dim):
            scratch.append(model.input[chosen[first:last]])
        return Subwords(scratch.finish(), *sizes, buckets)


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write a model (version 12, skip-gram with negative sampling) that is not quantized.

    With n-grams, each word's own row is chosen so that its mean with theirs is the vector that it
    has here, but for rounding. A count that is not known is written as 1, an output layer that is
    not kept as zeros.

    Raises
    ------
    OutputError
        If a word holds white space, a number is not finite, n-grams were pruned, or the words have
        been through a map that those of n-grams have not.
    """
    check_words(vectors, _ENDS_A_WORD, "fastText's model")
    subwords = vectors.subwords
    if subwords is not None and vectors.transforms:
        raise OutputError(
            "the vectors were post-processed by a map that unseen words must go through, which "
            "fastText's model cannot hold; take another format, which keeps the words alone"
        )
    if subwords is not None and subwords.rows is not None:
        raise OutputError(
            "some n-grams have no vector, which fastText knows in quantized models alone; "
            "take another format, which keeps the words without n-grams"
        )
    sizes = _NO_SUBWORDS
    if subwords is not None:
        sizes = (subwords.buckets, subwords.min_n, subwords.max_n)
    counts = np.ones(len(vectors), np.int64)
    if vectors.counts is not None:
        counts = np.minimum(vectors.counts, 2**62 // len(vectors)).astype(np.int64)
    with path.open("xb") as file:
        training = (5, 5, 1, 5, 1)  # window, epochs, least count, negatives, word n-grams
        header = (vectors.vector_size, *training, NEGATIVE_SAMPLING, SKIPGRAM, *sizes, 100, 1e-4)
        file.write(struct.pack("<2i", MAGIC, VERSION) + HEADER.pack(*header))
        file.write(SIZES.pack(len(vectors), len(vectors), 0, int(counts.sum())))
        file.write(struct.pack("<q", -1))
        _write_words(vectors, counts, file)
        _write_input(vectors, file, progress)
        _write_output(vectors, file)


def _write_words(vectors: WordVectors, counts: NDArray[np.int64], file: BinaryIO) -> None:
    table = vectors.index_to_key
    for first, last in _blocks(len(vectors), 1):
        numbers = counts[first:last].tolist()
        entries = [
            word + struct.pack("<bqb", 0, count, 0)
            for word, count in zip(table.encoded(first, last), numbers, strict=True)
        ]
        file.write(b"".join(entries))


def _write_input(vectors: WordVectors, file: BinaryIO, progress: Progress | None) -> None:
    subwords, dim = vectors.subwords, vectors.vector_size
    if subwords is not None:
        subwords = _decoded(subwords)
    ngrams = 0 if subwords is None else len(subwords.matrix)
    file.write(struct.pack("<?2q", False, len(vectors) + ngrams, dim))
    for first, rows in row_blocks(vectors, progress):
        own = rows
        if subwords is not None:
            words = vectors.index_to_key.encoded(first, first + len(rows))
            own = _decompose(words, subwords, rows)
        file.write(np.ascontiguousarray(own, "<f4").data)
    if subwords is not None:
        for first, last in _blocks(ngrams, dim):
            file.write(np.ascontiguousarray(subwords.matrix[first:last], "<f4").data)


def _write_output(vectors: WordVectors, file: BinaryIO) -> None:
    file.write(struct.pack("<?2q", False, len(vectors), vectors.vector_size))
    zeros: NDArray[np.float32] | None = None
    for first, last in _blocks(len(vectors), vectors.vector_size):
        if vectors.output is not None:
            rows = vectors.output[first:last]
        else:
            zeros = np.zeros((last - first, vectors.vector_size), "<f4") if zeros is None else zeros
            rows = zeros[: last - first]
        file.write(np.ascontiguousarray(rows, "<f4").data)


def _decoded(subwords: Subwords) -> Subwords:
    """Return the n-grams as float32, in a temporary file if they were not."""
    if isinstance(subwords.matrix, np.ndarray):
        return subwords
    n, dim = subwords.matrix.shape
    with ScratchMatrix(dim) as scratch:
        for first, last in _blocks(n, dim):
            scratch.append(subwords.matrix[first:last])
        return replace(subwords, matrix=scratch.finish())


def _decompose(
    words: list[bytes], subwords: Subwords, rows: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the words' own rows, with which their n-grams have the means `rows`."""
    from wordvec.formats.composition import add_subwords  # loads Numba

    own = np.empty_like(rows)
    for first, last in _blocks(len(words), rows.shape[1]):
        sums = np.zeros((last - first, rows.shape[1]), np.float32)
        numbers = add_subwords(words[first:last], subwords, sums)
        own[first:last] = (numbers + 1).astype(np.float32)[:, None] * rows[first:last] - sums
    return own
