"""The parts of a fastText model file, each checked against the file's length as it is met.

Layout of fastText 0.9.2, `FastText::saveModel`, all little-endian and packed: header, dictionary,
input matrix, output matrix. Nothing is copied but where the words lie: the matrices stay in the
mapped file. Called by `wordvec.formats.fasttext`; knows nothing of n-grams.
"""

import math
import mmap
import struct
from array import array
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.formats.builder import MOST_DIM
from wordvec.formats.productquantizer import CENTROIDS, ProductMatrix, ProductQuantizer

MAGIC = 793712314
VERSION = 12
HEADER = struct.Struct("<12id")
SIZES = struct.Struct("<3iq")
SKIPGRAM, SUPERVISED = 2, 3
NEGATIVE_SAMPLING = 2
LONGEST_NGRAM = 100
"""Longer n-grams are not believed: nobody trains them, and they would take for ever to list."""

_MODELS = ("cbow", "skipgram", "supervised")
_LOSSES = ("hierarchical softmax", "negative sampling", "softmax", "one-vs-all")
_ENTRY = struct.Struct("<qb")
_LONGEST_WORD = 1 << 18
_MOST_DSUB = 256

Matrix = NDArray[np.float32] | ProductMatrix


@dataclass(frozen=True)
class Header:
    """What a model says of its training, as far as it matters to a reader of vectors."""

    dim: int
    model: int
    buckets: int
    min_n: int
    max_n: int
    training: dict[str, int | float | str]
    """The options of training, by the names that wordvec's own have where it has them."""

    @classmethod
    def unpack(cls, data: bytes) -> "Header":
        """Return what `data`, as long as `HEADER`, says.

        Raises
        ------
        ValueError
            If a number cannot be.
        """
        numbers = HEADER.unpack(data)
        dim, window, epochs, min_count, negatives, word_ngrams, loss, model = numbers[:8]
        buckets, min_n, max_n, _, subsample = numbers[8:]
        limits = {
            "dimension": (dim, 1, MOST_DIM),
            "loss": (loss, 1, 4),
            "model": (model, 1, 3),
            "number of buckets": (buckets, 0, 2**31 - 1),
            "length of the shortest n-gram": (min_n, 0, 2**31 - 1),
            "length of the longest n-gram": (max_n, 0, LONGEST_NGRAM),
        }
        for name, (number, least, most) in limits.items():
            if not least <= number <= most:
                raise ValueError(f"the {name} is {number}; expected {least} to {most}")
        training = {
            "architecture": _MODELS[model - 1],
            "loss": _LOSSES[loss - 1],
            "window": window,
            "negatives": negatives,
            "epochs": epochs,
            "min_count": min_count,
            "subsample": subsample if math.isfinite(subsample) else str(subsample),
            "word_ngrams": word_ngrams,
        }
        return cls(dim, model, buckets, min_n, max_n, training)


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Where the words lie in the file."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    counts: NDArray[np.uint64]
    """Shape (words,), these three."""
    labels: int
    pruned: NDArray[np.int32] | None
    """Pairs of a bucket and the row of its n-gram, shape (pairs, 2); None if all have rows."""


@dataclass(frozen=True, eq=False)
class Model:
    """A model file, mapped: valid as long as one of its arrays is, also if it is replaced."""

    content: mmap.mmap
    header: Header
    dictionary: Dictionary
    input: Matrix
    """Rows of words, then of n-grams."""


def read_model(path: Path) -> Model:
    """Map the file at `path` and check that all its parts are there and nothing else.

    Raises
    ------
    FormatError
        If not; names the part and the byte.
    """
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    cursor = _Cursor(path, content)
    magic, version = cursor.unpack("<2i", "header")
    magical = magic == MAGIC
    if not magical:  # the oldest files begin with the dimension
        cursor.place = 0
    elif not 11 <= version <= VERSION:
        raise cursor.error("header", f"version {version} of the format; 11 and 12 are read", at=4)
    place = cursor.place
    try:
        header = Header.unpack(cursor.take(HEADER.size, "header"))
    except ValueError as error:
        raise cursor.error("header", str(error), at=place) from error
    if header.model == SUPERVISED and not (magical and version == VERSION):
        # Such models had no character n-grams yet, whatever they say.
        header = replace(header, min_n=0, max_n=0)
    dictionary = _read_dictionary(cursor, header, pruning=magical)
    words, labels = len(dictionary.starts), dictionary.labels
    ngrams = header.buckets if dictionary.pruned is None else len(dictionary.pruned)
    quantized = magical and cursor.flag("input matrix")
    if not quantized and dictionary.pruned is not None:
        raise cursor.error("input matrix", "n-grams are pruned, but nothing is quantized")
    matrix = cursor.matrix("input matrix", (words + ngrams, header.dim), quantized)
    output_quantized = magical and cursor.flag("output matrix") and quantized
    rows = labels if header.model == SUPERVISED else words
    cursor.matrix("output matrix", (rows, header.dim), output_quantized)
    if cursor.place != len(content):
        raise cursor.error("end", f"the model ends here, but {cursor.left} bytes follow")
    return Model(content, header, dictionary, matrix)


def looks_like_old_model(start: bytes) -> bool:
    """Return whether `start` is the header of a file from before there was a magic number."""
    if len(start) < HEADER.size + SIZES.size:
        return False
    try:
        Header.unpack(start[: HEADER.size])
    except ValueError:
        return False
    size, words, labels, tokens = SIZES.unpack_from(start, HEADER.size)
    return bool(words > 0 and labels >= 0 and size == words + labels and tokens >= 0)


def _read_dictionary(cursor: "_Cursor", header: Header, *, pruning: bool) -> Dictionary:
    """Read the dictionary; only with `pruning` does the file say what became of n-grams."""
    begin = cursor.place
    size, words, labels, tokens = cursor.unpack(SIZES.format, "dictionary")
    n_pruned = cursor.unpack("<q", "dictionary")[0] if pruning else -1
    if min(words, labels, tokens) < 0 or size != words + labels:
        what = f"{size} entries, {words} words, {labels} labels and {tokens} tokens cannot be"
        raise cursor.error("dictionary", what, at=begin)
    if size * (1 + _ENTRY.size) > cursor.left:
        raise cursor.error("dictionary", f"{size} entries do not fit the file", at=begin)
    if not -1 <= n_pruned <= header.buckets:
        what = f"{n_pruned} n-grams of {header.buckets} are left after pruning"
        raise cursor.error("dictionary", what, at=begin + SIZES.size)
    starts, ends, counts = array("q"), array("q"), array("q")
    for entry in range(size):
        start, end, count = cursor.entry(is_label=entry >= words)
        if entry < words:
            starts.append(start)
            ends.append(end)
            counts.append(count)
    pruned = None
    if n_pruned >= 0:
        pruned = _read_pruned(cursor, n_pruned, header.buckets)
    return Dictionary(
        np.array(starts, np.int64),
        np.array(ends, np.int64),
        np.array(counts, np.uint64),
        labels,
        pruned,
    )


def _read_pruned(cursor: "_Cursor", n: int, buckets: int) -> NDArray[np.int32]:
    place = cursor.place
    pairs = cursor.array("<i4", (n, 2), "pruned n-grams")
    wrong = np.any((pairs < 0) | (pairs >= (buckets, n)), axis=1)
    if np.any(wrong):
        pair = int(np.argmax(wrong))
        what = f"bucket {pairs[pair, 0]} of {buckets} has row {pairs[pair, 1]} of {n}"
        raise cursor.error("pruned n-grams", what, at=place + 8 * pair)
    if len(np.unique(pairs[:, 0])) != n:
        raise cursor.error("pruned n-grams", "a bucket has two rows", at=place)
    return pairs


class _Cursor:
    """A place in the mapped file, and what is read from there on."""

    def __init__(self, path: Path, content: mmap.mmap) -> None:
        self.path = path
        self.content = content
        self.place = 0

    @property
    def left(self) -> int:
        """How many bytes follow."""
        return len(self.content) - self.place

    def error(self, part: str, what: str, at: int | None = None) -> FormatError:
        place = self.place if at is None else at
        return FormatError(
            f"{self.path}: byte {place}: {part}: {what}; "
            "the file is damaged, or not a fastText model: copy it again"
        )

    def claim(self, size: int, part: str) -> int:
        """Pass over `size` bytes, which must be there; return where they begin."""
        if size > self.left:
            raise self.error(part, f"the file ends {size - self.left} bytes too early")
        self.place += size
        return self.place - size

    def take(self, size: int, part: str) -> bytes:
        place = self.claim(size, part)
        return self.content[place : place + size]

    def unpack(self, layout: str, part: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout), part))

    def array(self, dtype: str, shape: tuple[int, ...], part: str) -> NDArray[Any]:
        """Return an array that stays in the file."""
        count = 1
        for length in shape:
            count *= length
        place = self.claim(count * np.dtype(dtype).itemsize, part)
        if not count:
            return np.empty(shape, dtype)
        return np.frombuffer(self.content, dtype, count, place).reshape(shape)

    def flag(self, part: str) -> bool:
        (value,) = self.unpack("<B", part)
        if value > 1:
            raise self.error(part, f"{value} where 0 or 1 is expected", at=self.place - 1)
        return bool(value)

    def entry(self, *, is_label: bool) -> tuple[int, int, int]:
        """Return where the next word of the dictionary begins and ends, and its count."""
        start = self.place
        end = self.content.find(b"\0", start, start + _LONGEST_WORD)
        if end < 0:
            raise self.error("dictionary", "no word ends here")
        self.place = end + 1
        if _ENTRY.size > self.left:
            raise self.error("dictionary", "the file ends inside")
        count, kind = _ENTRY.unpack_from(self.content, self.place)
        if count < 0 or kind != is_label:
            what = f"a {'label' if is_label else 'word'} of kind {kind} and count {count} cannot be"
            raise self.error("dictionary", what)
        self.place += _ENTRY.size
        return start, end, count

    def matrix(self, part: str, shape: tuple[int, int], quantized: bool) -> Matrix:
        """Return the matrix that follows, which must be of `shape`."""
        with_norms = quantized and self.flag(part)
        place = self.place
        found = self.unpack("<2q", part)
        if found != shape:
            what = f"{found[0]} rows of {found[1]} numbers; expected {shape[0]} of {shape[1]}"
            raise self.error(part, what, at=place)
        if not quantized:
            return self.array("<f4", shape, part)
        place = self.place
        (size,) = self.unpack("<i", part)
        codes_at = self.claim(size if size >= 0 else len(self.content) + 1, part)
        quantizer = self._quantizer(part, shape[1])
        if size != shape[0] * quantizer.pieces:
            what = f"{size} codes; expected {shape[0]} x {quantizer.pieces}"
            raise self.error(part, what, at=place)
        codes = np.frombuffer(self.content, np.uint8, size, codes_at).reshape(shape[0], -1)
        if not with_norms:
            return ProductMatrix(quantizer, codes)
        norm_codes = self.array("|u1", shape[:1], part)
        return ProductMatrix(quantizer, codes, self._quantizer(part, 1).centroids, norm_codes)

    def _quantizer(self, part: str, dim: int) -> ProductQuantizer:
        place = self.place
        found = self.unpack("<4i", part)
        pieces, dsub = found[1:3]
        expected = (dim, -(-dim // max(dsub, 1)), dsub, dim - (pieces - 1) * dsub)
        if not 1 <= dsub <= _MOST_DSUB or found != expected:
            what = f"a quantizer of {dim} numbers with the sizes {found} cannot be"
            raise self.error(part, what, at=place)
        centroids = self.array("<f4", (CENTROIDS * dim,), part)
        if not np.all(np.isfinite(centroids)):
            raise self.error(part, "a quantizer holds a NaN or infinity", at=place)
        return ProductQuantizer(dim, dsub, centroids)
