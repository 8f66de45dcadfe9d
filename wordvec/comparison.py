"""Words compared with each other: the part of `WordVectors` that searches nothing.

Means, similarities of pairs and lists, the odd one out, under the names of gensim's `KeyedVectors`
and with its results. Only the rows of the words given are read.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from wordvec.lookup import Key, Vector, WordLookup
from wordvec.neighbours import unit


class WordComparison(WordLookup):
    """Words and their vectors, to be compared; the arguments are those of `WordVectors`."""

    def get_mean_vector(
        self,
        keys: Sequence[Key | Vector],
        weights: Sequence[float] | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
    ) -> Vector:
        """Return the weighted mean, (dim,), of the vectors of `keys`.

        Parameters
        ----------
        keys
            Words or rows, whose vectors are brought to length 1 first if `pre_normalize`; or
            vectors, taken as they are.
        weights
            One for each, or None for 1 each. Their absolute values are what the sum is divided by.
        pre_normalize, post_normalize
            Whether to bring the vectors of words, and the mean, to length 1.

        Raises
        ------
        ValueError
            If there are no keys, or not as many weights.
        """
        if not len(keys):
            raise ValueError("no words given; expected one or more")
        factors = np.ones(len(keys)) if weights is None else np.asarray(weights, np.float64)
        if factors.shape != (len(keys),):
            raise ValueError(
                f"{len(keys)} keys and weights of shape {factors.shape}; give one each"
            )
        mean = np.zeros(self.vector_size)
        for key, factor in zip(keys, factors, strict=True):
            mean += factor * self._vector(key, pre_normalize)
        total = np.abs(factors).sum()
        result = (mean / total if total > 0 else mean).astype(np.float32)
        return unit(result) if post_normalize else result

    def similarity(self, w1: Key, w2: Key) -> float:
        """Return the cosine of the two words' vectors; 0 if one has length 0."""
        return _cosine(self.get_vector(w1), self.get_vector(w2))

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Return the cosine of the means of two lists of words.

        The vectors go into the means at their own lengths, as in gensim.
        """
        means = [self.get_mean_vector(as_list(ws), pre_normalize=False) for ws in (ws1, ws2)]
        return _cosine(*means)

    def distance(self, w1: Key, w2: Key) -> float:
        """Return 1 less the cosine of the two words' vectors."""
        return 1 - self.similarity(w1, w2)

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[str]) -> str:
        """Return that of `keys_list` which is most similar to `key1`."""
        return max(keys_list, key=lambda key: self.similarity(key1, key))

    def doesnt_match(self, words: Sequence[Key]) -> str:
        """Return that of `words` whose vector is farthest from the mean of all of them."""
        rows = [self.get_index(word) for word in words]
        mean = self.get_mean_vector(rows, post_normalize=True)
        farthest = min(rows, key=lambda row: float(np.dot(self.get_vector(row, norm=True), mean)))
        return self.index_to_key[farthest]

    def _vector(self, key: Key | Vector, norm: bool = False) -> Vector:
        """Return a vector that was given as it is, and that of a word, at length 1 if `norm`."""
        if not isinstance(key, np.ndarray):
            return self.get_vector(key, norm)
        if key.shape != (self.vector_size,):
            raise ValueError(f"vector of shape {key.shape}; expected ({self.vector_size},)")
        return key


def _cosine(a: Vector, b: Vector) -> float:
    return float(np.dot(unit(a), unit(b)))


def as_list(items: Any) -> list[Any]:
    """Return `items` as a list, be it none, one, several, or the rows of a matrix."""
    if items is None:
        return []
    if isinstance(items, str | int | np.integer) or getattr(items, "ndim", None) == 1:
        return [items]
    return list(items)
