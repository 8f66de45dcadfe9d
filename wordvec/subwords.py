"""Vectors of character n-grams, from which words that are in no vocabulary get theirs.

fastText's n-grams and hash function, exactly. `Subwords` is what a store or a fastText model
holds of them; `WordVectors` asks it for unseen words. Loads no Numba: whole vocabularies are put
together by `wordvec.formats.composition`, whose kernels are compared with what is here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.quantization import QuantizedMatrix

END_OF_SENTENCE = "</s>"
"""fastText's word for the end of a line: it has no n-grams."""

FNV_BASIS = 2166136261
FNV_PRIME = 16777619
_SIGN = 0xFFFFFF00
_MASK = 0xFFFFFFFF


def subword_buckets(word: str, min_n: int, max_n: int, buckets: int) -> list[int]:
    """Return the bucket of each character n-gram of `word`, in fastText's order.

    The n-grams are those of "<word>", of `min_n` to `max_n` characters, without the single "<"
    and ">"; one that occurs twice is listed twice. The bucket is the remainder by `buckets` of
    the n-gram's UTF-8 bytes hashed by FNV-1a with 32 bits, each byte extended with its sign
    (fastText, `Dictionary::computeSubwords` and `hash`; Bojanowski et al. 2017, "Enriching Word
    Vectors with Subword Information").

    Examples
    --------
    >>> subword_buckets("at", 3, 6, 2_000_000)  # <at, <at>, at>
    [1096174, 887408, 351106]
    >>> len(subword_buckets("where", 3, 6, 2_000_000)), subword_buckets("</s>", 3, 6, 2_000_000)
    (14, [])
    """
    if word == END_OF_SENTENCE or not buckets:
        return []
    characters = [
        [
            byte | _SIGN if byte > 127 else byte
            for byte in character.encode("utf-8", "surrogatepass")
        ]
        for character in f"<{word}>"
    ]
    last = len(characters)
    found = []
    for start in range(last):
        hashed = FNV_BASIS
        for stop in range(start + 1, min(start + max_n, last) + 1):
            for byte in characters[stop - 1]:
                hashed = ((hashed ^ byte) * FNV_PRIME) & _MASK
            n = stop - start
            if n >= min_n and not (n == 1 and (start == 0 or stop == last)):
                found.append(hashed % buckets)
    return found


@dataclass(frozen=True, eq=False)
class Subwords:
    """Vectors of character n-grams.

    Raises
    ------
    ValueError
        If the sizes do not fit together.

    Examples
    --------
    >>> subwords = Subwords(np.eye(4, dtype=np.float32), min_n=3, max_n=6, buckets=4)
    >>> subwords.vector("where").round(2)
    array([0.21, 0.29, 0.21, 0.29], dtype=float32)
    """

    matrix: NDArray[np.float32] | QuantizedMatrix
    """Shape (rows, dim); in memory or mapped."""
    min_n: int
    max_n: int
    """How many characters an n-gram has, at least and at most."""
    buckets: int
    """The n-grams are hashed to so many numbers."""
    rows: NDArray[np.int32] | None = None
    """The buckets that have a row, in rising order: row i is that of bucket rows[i]; shape
    (rows,). None if every bucket has one: row i is that of bucket i."""

    def __post_init__(self) -> None:
        expected = self.buckets if self.rows is None else len(self.rows)
        if self.matrix.ndim != 2 or len(self.matrix) != expected:
            raise ValueError(
                f"matrix of shape {self.matrix.shape}; expected {expected} rows, one a bucket"
            )

    def rows_of(self, buckets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each of `buckets`, -1 where it has none."""
        if self.rows is None:
            return buckets
        if not len(self.rows):
            return np.full_like(buckets, -1)
        places = np.minimum(np.searchsorted(self.rows, buckets), len(self.rows) - 1)
        return np.where(self.rows[places] == buckets, places, -1)

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the mean of the rows of the n-grams of `word`, (dim,); None if there are none.

        A row with a NaN or infinity is left out.
        """
        buckets = subword_buckets(word, self.min_n, self.max_n, self.buckets)
        places = self.rows_of(np.array(buckets, np.int64))
        rows = self.matrix[places[places >= 0]]
        rows = rows[np.isfinite(rows).all(axis=1)]
        if not len(rows):
            return None
        with np.errstate(over="ignore"):
            return np.asarray(rows.mean(axis=0, dtype=np.float32))
