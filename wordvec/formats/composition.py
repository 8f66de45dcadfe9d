"""Vectors of a whole vocabulary from those of its words and their n-grams, as fastText adds them.

The kernels hash the n-grams of a block of words and add up their rows; `wordvec.subwords` has the
definition, for one word, with which they are compared. Called by the reader and the writer of
fastText's models. Loads Numba.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel, kernel
from wordvec.subwords import END_OF_SENTENCE, FNV_BASIS, FNV_PRIME, Subwords

_BASIS = np.uint32(FNV_BASIS)
_PRIME = np.uint32(FNV_PRIME)
_END = END_OF_SENTENCE.encode()
_MOST_NGRAMS = 1 << 20
"""Of so many at once, at most, the rows are listed, if they are not those of a single word."""
_FIRST = -64
"""The least signed byte that begins a character: those of 0x80 to 0xbf continue one."""


@byte_kernel
def hash_ngrams(
    utf8: NDArray[np.int8],
    offsets: NDArray[np.int64],
    sizes: tuple[int, int, int],
    found: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """List the bucket of each n-gram of each word.

    `utf8` (bytes,) holds the words with their marks, "<word>", as signed bytes, each from
    `offsets` (words + 1,) to the next; `sizes` is min_n, max_n and buckets. The buckets go into
    `found`, which must be long enough, those of word i ending at `ends[i]`, (words,).
    """
    min_n, max_n, buckets = sizes
    n_found = 0
    for word in range(len(ends)):
        first, last = offsets[word], offsets[word + 1]
        for start in range(first, last):
            if utf8[start] < _FIRST:
                continue
            hashed = _BASIS
            place = start
            n = 0
            while place < last and n < max_n:
                hashed = np.uint32((hashed ^ np.uint32(utf8[place])) * _PRIME)
                place += 1
                while place < last and utf8[place] < _FIRST:
                    hashed = np.uint32((hashed ^ np.uint32(utf8[place])) * _PRIME)
                    place += 1
                n += 1
                if n >= min_n and not (n == 1 and (start == first or place == last)):
                    found[n_found] = np.int64(hashed) % buckets
                    n_found += 1
        ends[word] = n_found


@kernel
def add_rows(
    matrix: NDArray[np.float32],
    rows: NDArray[np.int64],
    ends: NDArray[np.int64],
    sums: NDArray[np.float32],
    numbers: NDArray[np.int64],
) -> None:
    """Add to each of `sums`, (words, dim), its rows of `matrix`, (n, dim).

    The rows of word i are those in `rows` up to `ends[i]`; a row below 0 is passed over. How many
    were added is added to `numbers`, (words,).
    """
    place = 0
    for word in range(len(ends)):
        while place < ends[word]:
            row = rows[place]
            place += 1
            if row >= 0:
                numbers[word] += 1
                for d in range(sums.shape[1]):
                    sums[word, d] += matrix[row, d]


def add_subwords(
    words: Sequence[bytes], subwords: Subwords, sums: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Add to `sums`, (words, dim), the rows of the n-grams of `words`; return how many each has.

    Parameters
    ----------
    words
        As bytes, UTF-8 or not: fastText looks at bytes alone.
    subwords
        The n-grams; a quantized matrix is decoded whole at each call.
    sums
        Changed in place.
    """
    marked = [b"" if word == _END else b"<%b>" % word for word in words]
    lengths = np.fromiter(map(len, marked), np.int64, len(marked))
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    most = np.minimum(lengths, max(subwords.max_n - subwords.min_n + 1, 0))
    room = int(np.sum(lengths * most))
    if room > _MOST_NGRAMS and len(words) > 1:
        half = len(words) // 2
        parts = [(words[:half], sums[:half]), (words[half:], sums[half:])]
        return np.concatenate([add_subwords(part, subwords, rows) for part, rows in parts])
    found = np.empty(room, np.int64)
    ends = np.empty(len(words), np.int64)
    sizes = (max(subwords.min_n, 1), subwords.max_n, subwords.buckets)
    hash_ngrams(np.frombuffer(b"".join(marked), np.int8), offsets, sizes, found, ends)
    numbers = np.zeros(len(words), np.int64)
    rows = subwords.rows_of(found[: ends[-1]] if len(ends) else found[:0])
    add_rows(np.asarray(subwords.matrix), rows, ends, sums, numbers)
    return numbers
