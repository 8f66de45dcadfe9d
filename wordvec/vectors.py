"""`WordVectors`, which everything speaks: words, a matrix, counts, and how they came to be.

Look-up, similarity and neighbours carry the names of gensim's `KeyedVectors` and give its
results. The matrix may be mapped from a file: it is read in blocks of rows and never copied
whole. Knows nothing of training, nor of file formats beyond the call to the store's writer.
"""

import functools
import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.errors import ExpressionError, UnknownWordError
from wordvec.expression import Term, parse_expression
from wordvec.neighbours import best_rows, cosines, row_norms, unit
from wordvec.spelling import close_spellings
from wordvec.vocabulary import MISSING, WordRows, WordTable

Vector = NDArray[np.float32]
Key = str | int | np.integer[Any]
"""A word or its row."""
Item = Key | Vector | tuple[Key | Vector, float]
"""What can be added up: a word, a row, a vector, or one of these with a weight."""
Ranking = list[tuple[str, float]]

_COSMUL_EPSILON = 0.000001


class WordVectors:
    """Words and their vectors.

    Parameters
    ----------
    words
        A `WordTable`, or distinct words in row order, the most frequent first.
    matrix
        One row a word: shape (words, dim), float32; in memory or mapped. Kept, not copied.
    counts
        How often the corpus holds each word: shape (words,), uint64; None if not known.
    output
        The output layer of training: shape (words, dim), float32; None if not kept.
    provenance
        How these vectors were made; anything that JSON can hold.
    norms
        Length of each row: shape (words,), float32; computed when first needed if None.

    Raises
    ------
    ValueError
        If the shapes do not fit together, or a word is empty or appears twice.

    Examples
    --------
    >>> vectors = WordVectors(["king", "queen", "bread"], [[2, 1], [1, 1], [-1, 2]])
    >>> vectors["king"]
    array([2., 1.], dtype=float32)
    >>> [(word, round(score, 3)) for word, score in vectors.most_similar("king")]
    [('queen', 0.949), ('bread', 0.0)]
    """

    def __init__(
        self,
        words: WordTable | Iterable[str],
        matrix: ArrayLike,
        counts: ArrayLike | None = None,
        *,
        output: ArrayLike | None = None,
        provenance: dict[str, Any] | None = None,
        norms: Vector | None = None,
    ) -> None:
        self.index_to_key = words if isinstance(words, WordTable) else WordTable.from_words(words)
        self.key_to_index = WordRows(self.index_to_key)
        n = len(self.index_to_key)
        self.vectors: Vector = np.asarray(matrix, np.float32)
        if self.vectors.ndim != 2 or len(self.vectors) != n or not self.vectors.shape[1]:
            raise ValueError(
                f"matrix of shape {self.vectors.shape} for {n} words; expected one row each"
            )
        self.vector_size: int = self.vectors.shape[1]
        self.counts = None if counts is None else _whole_numbers(counts)
        if self.counts is not None and self.counts.shape != (n,):
            raise ValueError(f"counts of shape {self.counts.shape} for {n} words; expected ({n},)")
        self.output: Vector | None = None if output is None else np.asarray(output, np.float32)
        if self.output is not None and self.output.shape != self.vectors.shape:
            raise ValueError(
                f"output layer of shape {self.output.shape}; expected that of the matrix, "
                f"{self.vectors.shape}"
            )
        self.provenance: dict[str, Any] = {} if provenance is None else provenance
        self._norms = None if norms is None else np.asarray(norms, np.float32)
        if self._norms is not None and self._norms.shape != (n,):
            raise ValueError(f"norms of shape {self._norms.shape} for {n} words; expected ({n},)")

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str | int | np.integer) and self.get_index(key, MISSING) != MISSING

    def __getitem__(self, keys: Key | Iterable[Key]) -> Vector:
        """Return the vector of a word, (dim,), or of several, (n, dim); read-only or a copy."""
        if isinstance(keys, str | int | np.integer):
            return self.get_vector(keys)
        rows = np.array([self.get_index(key) for key in keys], np.intp)
        return np.asarray(self.vectors[rows])

    def __repr__(self) -> str:
        return f"WordVectors({len(self)} words, {self.vector_size} dimensions)"

    @property
    def norms(self) -> Vector:
        """Length of each row: shape (words,), float32."""
        if self._norms is None:
            self._norms = row_norms(self.vectors)
        return self._norms

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the row of `key`, else `default`.

        Raises
        ------
        UnknownWordError
            If there is neither; carries the words spelled most like it.
        """
        if isinstance(key, str):
            row = self.index_to_key.find(key)
            if row != MISSING:
                return row
        elif 0 <= key < len(self):
            return int(key)
        if default is not None:
            return default
        if isinstance(key, str):
            raise UnknownWordError(key, functools.partial(close_spellings, key, self.index_to_key))
        raise UnknownWordError(str(key))

    def resolve(self, word: str) -> int:
        """Return the row of `word` as typed or, if that is not here, of its usual form.

        That is: composed (Unicode's NFC), in lower case, with a straight apostrophe.

        Raises
        ------
        UnknownWordError
            If neither is here; carries the words spelled most like it.

        Examples
        --------
        >>> WordVectors(["king", "Paris"], [[1], [2]]).resolve("King")
        0
        """
        row = self.index_to_key.find(word)
        if row == MISSING:
            usual = unicodedata.normalize("NFC", word).lower().replace("\u2019", "'")
            row = self.index_to_key.find(usual)
        return self.get_index(word) if row == MISSING else row

    def get_vector(self, key: Key, norm: bool = False) -> Vector:
        """Return the vector of `key`, (dim,), at length 1 if `norm`; read-only.

        At length 1, a vector whose own length is 0 or not finite is all zeros.
        """
        row = self.get_index(key)
        vector: Vector = self.vectors[row].view()
        if norm:
            vector = unit(vector)
        vector.flags.writeable = False
        return vector

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
        means = [self.get_mean_vector(_as_list(ws), pre_normalize=False) for ws in (ws1, ws2)]
        return _cosine(*means)

    def distance(self, w1: Key, w2: Key) -> float:
        """Return 1 less the cosine of the two words' vectors."""
        return 1 - self.similarity(w1, w2)

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[str]) -> str:
        """Return that of `keys_list` which is most similar to `key1`."""
        return max(keys_list, key=lambda key: self.similarity(key1, key))

    def closer_than(self, key1: Key, key2: Key) -> list[str]:
        """Return the words that are more similar to `key1` than `key2` is, in row order."""
        row, other = self.get_index(key1), self.get_index(key2)
        scores = self._cosines(self.get_vector(row))
        closer = np.flatnonzero(scores > scores[other])
        return [self.index_to_key[int(r)] for r in closer if r != row]

    def rank(self, key1: Key, key2: Key) -> int:
        """Return the place of `key2` among the neighbours of `key1`, the nearest being 1."""
        row, other = self.get_index(key1), self.get_index(key2)
        scores = self._cosines(self.get_vector(row))
        return int(np.count_nonzero(scores > scores[other]) - (scores[row] > scores[other])) + 1

    def doesnt_match(self, words: Sequence[Key]) -> str:
        """Return that of `words` whose vector is farthest from the mean of all of them."""
        rows = [self.get_index(word) for word in words]
        mean = self.get_mean_vector(rows, post_normalize=True)
        farthest = min(rows, key=lambda row: float(np.dot(self.get_vector(row, norm=True), mean)))
        return self.index_to_key[farthest]

    @overload
    def most_similar(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int = 10,
        restrict_vocab: int | None = None,
    ) -> Ranking: ...
    @overload
    def most_similar(
        self,
        positive: Item | Sequence[Item] | None,
        negative: Item | Sequence[Item] | None,
        topn: None,
        restrict_vocab: int | None = None,
    ) -> Vector: ...
    def most_similar(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Ranking | Vector:
        """Return the words whose vectors have the highest cosine with a weighted mean.

        Parameters
        ----------
        positive, negative
            What to add and to subtract: words, rows, vectors, or pairs of one of these and a
            weight. Words and rows count with vectors of length 1. A weight given with a negative
            item is used as it stands (as in gensim): -0.5 subtracts half.
        topn
            How many; None for the similarity to every word, an array in row order.
        restrict_vocab
            Look only at so many first (most frequent) words.

        Returns
        -------
        (word, similarity) pairs, best first, without the words that were given.
        """
        given, weights = _weighted(positive, negative)
        if topn is not None and topn < 1:
            return []
        mean = self.get_mean_vector(given, weights, post_normalize=True)
        return self._ranked(self._cosines(mean, restrict_vocab), given, topn)

    @overload
    def most_similar_cosmul(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int = 10,
        restrict_vocab: int | None = None,
    ) -> Ranking: ...
    @overload
    def most_similar_cosmul(
        self,
        positive: Item | Sequence[Item] | None,
        negative: Item | Sequence[Item] | None,
        topn: None,
        restrict_vocab: int | None = None,
    ) -> Vector: ...
    def most_similar_cosmul(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Ranking | Vector:
        """Return the words that are best by products of similarities, 3CosMul.

        Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word
        Representations", equation 4: the product of (1 + cosine) / 2 over the positive items,
        divided by that over the negative ones. There are no weights; otherwise the arguments and
        the answer are those of `most_similar`. Vectors count at length 1, as words do.

        Raises
        ------
        ValueError
            If an item has a weight, or there is no positive one.
        """
        added, subtracted = _as_list(positive), _as_list(negative)
        if any(isinstance(item, tuple) for item in added + subtracted):
            raise ValueError("an item has a weight; most_similar_cosmul takes none")
        if topn is not None and topn < 1:
            return []
        if not added:
            raise ValueError("no positive words given; expected one or more")
        scores = self._shifted_product(added, restrict_vocab)
        scores /= self._shifted_product(subtracted, restrict_vocab) + np.float32(_COSMUL_EPSILON)
        return self._ranked(scores, added + subtracted, topn)

    def similar_by_word(
        self, word: Key, topn: int = 10, restrict_vocab: int | None = None
    ) -> Ranking:
        """Return the nearest neighbours of one word."""
        return self.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_vector(
        self, vector: Vector, topn: int = 10, restrict_vocab: int | None = None
    ) -> Ranking:
        """Return the words whose vectors have the highest cosine with `vector`, (dim,)."""
        return self.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)

    def query(
        self,
        expression: str | Sequence[str],
        topn: int = 10,
        method: Literal["add", "mul"] = "add",
        restrict_vocab: int | None = None,
    ) -> Ranking:
        """Return the words nearest to an expression such as "king - man + woman".

        The grammar is that of `wordvec.expression.parse_expression`; each word is looked up as
        `resolve` does.

        Parameters
        ----------
        expression
            The text, or its pieces.
        topn, restrict_vocab
            As for `most_similar`.
        method
            "add" for `most_similar` (3CosAdd), "mul" for `most_similar_cosmul`, where every
            weight must be 1 or -1.

        Raises
        ------
        ExpressionError
            If it cannot be read, or weights or signs do not suit the method.
        UnknownWordError
            If a word is not in the vocabulary.

        Examples
        --------
        >>> vectors = WordVectors(["a", "b", "c", "d"], [[1, 0], [0, 1], [1, 1], [-1, 1]])
        >>> vectors.query("c - a", topn=1)[0][0]
        'b'
        """
        if method not in ("add", "mul"):
            raise ValueError(f"method is {method!r}; it must be add or mul")
        terms = parse_expression(expression)
        rows = [self._resolve_term(term) for term in terms]
        if method == "add":
            items: list[Item] = [(row, t.weight) for row, t in zip(rows, terms, strict=True)]
            return self.most_similar(items, topn=topn, restrict_vocab=restrict_vocab)
        odd = next((term for term in terms if abs(term.weight) != 1), None)
        if odd is not None:
            raise ExpressionError(
                f"{odd.word!r} has the weight {odd.weight:g}; with method mul it must be 1 or -1"
            )
        added = [row for row, term in zip(rows, terms, strict=True) if term.weight > 0]
        subtracted = [row for row, term in zip(rows, terms, strict=True) if term.weight < 0]
        if not added:
            raise ExpressionError("no word is added; with method mul at least one must be")
        return self.most_similar_cosmul(added, subtracted, topn, restrict_vocab)

    def _resolve_term(self, term: Term) -> int:
        try:
            return self.resolve(term.word)
        except UnknownWordError:
            parts = term.word.replace("+", " ").replace("-", " ").split()
            known = [part for part in parts if part in self or part.lower() in self]
            if parts and parts != [term.word] and known == parts:
                raise ExpressionError(
                    f"{term.word!r} is not in the vocabulary but {' and '.join(parts)} "
                    f"{'are' if len(parts) > 1 else 'is'}; put spaces around + and -"
                ) from None
            raise

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write a store, which `wordvec.open` reads; see `wordvec.store.write.write_store`."""
        from wordvec.store.write import write_store

        write_store(self, path, overwrite=overwrite)

    def _vector(self, key: Key | Vector, norm: bool = False) -> Vector:
        """Return a vector that was given as it is, and that of a word, at length 1 if `norm`."""
        if not isinstance(key, np.ndarray):
            return self.get_vector(key, norm)
        if key.shape != (self.vector_size,):
            raise ValueError(f"vector of shape {key.shape}; expected ({self.vector_size},)")
        return key

    def _cosines(self, direction: Vector, restrict_vocab: int | None = None) -> Vector:
        if restrict_vocab is not None and restrict_vocab < 0:
            raise ValueError(f"restrict_vocab is {restrict_vocab}; expected a number of words")
        limit = restrict_vocab or len(self)
        return cosines(self.vectors[:limit], self.norms[:limit], unit(direction))

    def _shifted_product(self, items: list[Any], restrict_vocab: int | None) -> Vector:
        """Return the product over `items` of (1 + cosine) / 2 with every word, 1 for no items."""
        product = np.ones(min(restrict_vocab or len(self), len(self)), np.float32)
        for item in items:
            product *= (1 + self._cosines(self._vector(item), restrict_vocab)) / 2
        return product

    def _ranked(
        self, scores: Vector, given: Sequence[Key | Vector], topn: int | None
    ) -> Ranking | Vector:
        """Return the `topn` best words that were not given, or all scores if None."""
        if topn is None:
            return scores
        answered = {self.get_index(key) for key in given if not isinstance(key, np.ndarray)}
        rows = best_rows(scores, topn + len(answered)).tolist()
        left = [row for row in rows if row not in answered][:topn]
        return [(self.index_to_key[row], float(scores[row])) for row in left]


def _whole_numbers(counts: ArrayLike) -> NDArray[np.uint64]:
    given = np.asarray(counts)
    if given.dtype.kind not in "ui" or (given.dtype.kind == "i" and np.any(given < 0)):
        raise ValueError("counts hold a number that is not whole or is below 0")
    return given.astype(np.uint64, copy=False)


def _cosine(a: Vector, b: Vector) -> float:
    return float(np.dot(unit(a), unit(b)))


def _as_list(items: Any) -> list[Any]:
    """Return `items` as a list, be it none, one, several, or the rows of a matrix."""
    if items is None:
        return []
    if isinstance(items, str | int | np.integer) or getattr(items, "ndim", None) == 1:
        return [items]
    return list(items)


def _weighted(positive: Any, negative: Any) -> tuple[list[Key | Vector], list[float]]:
    """Return all items, and the weight of each: by default 1 if positive, -1 if negative."""
    given, weights = [], []
    for items, weight in ((positive, 1.0), (negative, -1.0)):
        for item in _as_list(items):
            key, own = item if isinstance(item, tuple) else (item, weight)
            given.append(key)
            weights.append(float(own))
    return given, weights
