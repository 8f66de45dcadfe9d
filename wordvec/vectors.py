"""`WordVectors`, which everything speaks: words, a matrix, counts, and how they came to be.

Neighbours carry the names of gensim's `KeyedVectors` and give its results; looking up is
`wordvec.lookup`, comparing words with each other `wordvec.comparison`. The matrix may be mapped
from a file and of any stored type: it is read in blocks of rows and never copied whole. Knows
nothing of training, nor of file formats beyond the call to the store's writer.
"""

import functools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from wordvec.comparison import WordComparison, as_list
from wordvec.errors import ConfigError, ExpressionError, UnknownWordError
from wordvec.expression import Term, divide_by_sign, parse_expression, pasted_parts
from wordvec.lookup import Key, Unseen, Vector
from wordvec.neighbours import best_rows, cosines, hubness, nearest, unit
from wordvec.quantization import QuantizedMatrix

if TYPE_CHECKING:
    from wordvec.approximate import ApproximateIndex

Method = Literal["add", "mul"]
Item = Key | Vector | tuple[Key | Vector, float]
"""What can be added up: a word, a row, a vector, or one of these with a weight."""
Ranking = list[tuple[str, float]]

_COSMUL_EPSILON = 0.000001
CSLS_NEIGHBOURS = 10
CSLS_WORDS = 20_000
"""Over so many of the most frequent words CSLS ranks, if not told otherwise."""


class WordVectors(WordComparison):
    """Words and their vectors.

    Parameters
    ----------
    words
        A `WordTable`, or distinct words in row order, the most frequent first.
    matrix
        One row a word: shape (words, dim), float32 or a `QuantizedMatrix`; in memory or mapped.
        Kept, not copied.
    counts
        How often the corpus holds each word: shape (words,), uint64; None if not known.
    output
        The output layer of training: shape (words, dim), float32; None if not kept.
    provenance
        How these vectors were made; anything that JSON can hold.
    norms
        Length of each row: shape (words,), float32; computed when first needed if None.
    subwords
        Vectors of character n-grams, for words that are not here; None if there are none.
    spelling_index
        What finds the closest spellings of a word; made when first needed if None.
    transforms
        What vectors of the n-grams and later vectors go through to be of this space, in order.

    Attributes
    ----------
    threads
        How many threads a search for neighbours may take; None for the CPUs to be had.

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

    threads: int | None = None

    @functools.cached_property
    def _hubness(self) -> dict[int, Vector]:
        """Mean cosine of each word to its nearest neighbours, by how many words took part."""
        return {}

    def distances(self, word_or_vector: Key | Vector, other_words: Sequence[Key] = ()) -> Vector:
        """Return 1 less the cosine with each of `other_words`, or with every word: (n,)."""
        direction = unit(self._vector(word_or_vector))
        if not len(other_words):
            return 1 - self._cosines(direction)
        rows = self[list(other_words)]
        return np.array([1 - np.dot(unit(row), direction) for row in rows], np.float32)

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

    @overload
    def most_similar(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int = 10,
        restrict_vocab: int | None = None,
        *,
        min_similarity: float | None = None,
        csls: bool = False,
        approximate: bool = False,
    ) -> Ranking: ...
    @overload
    def most_similar(
        self,
        positive: Item | Sequence[Item] | None,
        negative: Item | Sequence[Item] | None,
        topn: None,
        restrict_vocab: int | None = None,
        *,
        csls: bool = False,
    ) -> Vector: ...
    def most_similar(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
        *,
        min_similarity: float | None = None,
        csls: bool = False,
        approximate: bool = False,
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
        min_similarity
            Leave out words that are less similar than this.
        csls
            Rank by cross-domain similarity local scaling (Conneau et al. 2018, "Word translation
            without parallel data"), which holds back words that are near to everything: twice the
            cosine, less the mean cosine of each side to its 10 nearest neighbours. Over the 20,000
            most frequent words unless `restrict_vocab` says how many.
        approximate
            Search through the index that `wordvec index` made beside the store.

        Returns
        -------
        (word, similarity) pairs, best first, without the words that were given.

        Raises
        ------
        ConfigError
            If `approximate` comes with `csls` or `restrict_vocab`, or the vectors are not from a
            store.
        """
        given, weights = _weighted(positive, negative)
        if approximate and (csls or topn is None):
            raise ConfigError(
                "approximate search goes neither with csls nor with all similarities (topn=None)"
            )
        if topn is not None and topn < 1:
            return []
        direction = self.get_mean_vector(given, weights, post_normalize=True)
        answered = self._rows_of(given)
        if csls:
            scores = self._csls(direction, answered, restrict_vocab)
        elif topn is None:
            scores = self._cosines(direction, restrict_vocab)
        else:
            n = topn + len(answered)
            rows, found = self._nearest(direction[None], n, restrict_vocab, approximate=approximate)
            return self._ranking(rows[0], found[0], answered, topn, min_similarity)
        if topn is None:
            return scores
        best = best_rows(scores, topn + len(answered))
        return self._ranking(best, scores[best], answered, topn, min_similarity)

    def most_similar_batch(
        self,
        queries: Sequence[Item | Sequence[Item]],
        topn: int = 10,
        restrict_vocab: int | None = None,
        *,
        min_similarity: float | None = None,
        approximate: bool = False,
    ) -> list[Ranking]:
        """Return the nearest neighbours of several queries, found in one pass over the matrix.

        Each query is what `most_similar` takes as `positive`; the other arguments and the answers
        are those of `most_similar`.
        """
        if not len(queries) or topn < 1:
            return [[] for _ in queries]
        given = [_weighted(query, None) for query in queries]
        directions = np.stack([self.get_mean_vector(*each, post_normalize=True) for each in given])
        answered = [self._rows_of(keys) for keys, _ in given]
        n = topn + max(map(len, answered))
        rows, scores = self._nearest(directions, n, restrict_vocab, approximate=approximate)
        return [
            self._ranking(*found, topn, min_similarity)
            for found in zip(rows, scores, answered, strict=True)
        ]

    @overload
    def most_similar_cosmul(
        self,
        positive: Item | Sequence[Item] | None = None,
        negative: Item | Sequence[Item] | None = None,
        topn: int = 10,
        restrict_vocab: int | None = None,
        *,
        min_similarity: float | None = None,
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
        *,
        min_similarity: float | None = None,
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
        added, subtracted = as_list(positive), as_list(negative)
        if any(isinstance(item, tuple) for item in added + subtracted):
            raise ValueError("an item has a weight; most_similar_cosmul takes none")
        if topn is not None and topn < 1:
            return []
        if not added:
            raise ValueError("no positive words given; expected one or more")
        scores = self._shifted_product(added, restrict_vocab)
        scores /= self._shifted_product(subtracted, restrict_vocab) + np.float32(_COSMUL_EPSILON)
        if topn is None:
            return scores
        answered = self._rows_of(added + subtracted)
        best = best_rows(scores, topn + len(answered))
        return self._ranking(best, scores[best], answered, topn, min_similarity)

    def similar_by_key(
        self, key: Key, topn: int = 10, restrict_vocab: int | None = None
    ) -> Ranking:
        """Return the nearest neighbours of one word."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    similar_by_word = similar_by_key

    def similar_by_vector(
        self, vector: Vector, topn: int = 10, restrict_vocab: int | None = None
    ) -> Ranking:
        """Return the words whose vectors have the highest cosine with `vector`, (dim,)."""
        return self.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)

    def query(
        self,
        expression: str | Sequence[str],
        topn: int = 10,
        method: Method = "add",
        restrict_vocab: int | None = None,
        *,
        unseen: Unseen = "error",
        min_similarity: float | None = None,
        csls: bool = False,
        approximate: bool = False,
    ) -> Ranking:
        """Return the words nearest to an expression such as "king - man + woman".

        The grammar is that of `wordvec.expression.parse_expression`; each word is looked up as
        `resolve` does.

        Parameters
        ----------
        expression
            The text, or its pieces.
        topn, restrict_vocab, min_similarity, csls, approximate
            As for `most_similar`.
        method
            "add" for `most_similar` (3CosAdd), "mul" for `most_similar_cosmul`, where every
            weight must be 1 or -1.
        unseen
            What stands for a word that is not here, as for `lookup`.

        Raises
        ------
        ExpressionError
            If it cannot be read, or weights or signs do not suit the method.
        UnknownWordError
            If a word is not in the vocabulary and `unseen` is "error".
        ConfigError
            If the options do not go together.

        Examples
        --------
        >>> vectors = WordVectors(["a", "b", "c", "d"], [[1, 0], [0, 1], [1, 1], [-1, 1]])
        >>> vectors.query("c - a", topn=1)[0][0]
        'b'
        """
        if method not in ("add", "mul"):
            raise ConfigError(f"method is {method!r}; it must be add or mul")
        terms = parse_expression(expression)
        keys = [self._term(term, unseen) for term in terms]
        if method == "add":
            items: list[Item] = [(key, t.weight) for key, t in zip(keys, terms, strict=True)]
            return self.most_similar(
                items,
                topn=topn,
                restrict_vocab=restrict_vocab,
                min_similarity=min_similarity,
                csls=csls,
                approximate=approximate,
            )
        if csls or approximate:
            raise ConfigError("method mul goes neither with csls nor with approximate search")
        added, subtracted = divide_by_sign(terms, keys)
        return self.most_similar_cosmul(
            added, subtracted, topn, restrict_vocab, min_similarity=min_similarity
        )

    def _term(self, term: Term, unseen: Unseen) -> Key | Vector:
        """Return the row of a word, or what stands for it at length 1."""
        try:
            return self.resolve(term.word)
        except UnknownWordError:
            if parts := pasted_parts(term, self):
                raise ExpressionError(
                    f"{term.word!r} is not in the vocabulary but {' and '.join(parts)} "
                    f"{'are' if len(parts) > 1 else 'is'}; put spaces around + and -"
                ) from None
            return unit(self.lookup(term.word, unseen))

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write a store, which `wordvec.open` reads; see `wordvec.store.write.write_store`."""
        from wordvec.store.write import write_store

        write_store(self, path, overwrite=overwrite)

    def _limit(self, restrict_vocab: int | None) -> int:
        if restrict_vocab is not None and restrict_vocab < 0:
            raise ValueError(f"restrict_vocab is {restrict_vocab}; expected a number of words")
        return min(restrict_vocab or len(self), len(self))

    def _first(self, limit: int) -> tuple[Vector | QuantizedMatrix, Vector]:
        """Return the matrix and the norms of the `limit` first words, as views."""
        kept = self.vectors
        matrix = kept.first(limit) if isinstance(kept, QuantizedMatrix) else kept[:limit]
        return matrix, self.norms[:limit]

    def _cosines(self, direction: Vector, restrict_vocab: int | None = None) -> Vector:
        first = self._first(self._limit(restrict_vocab))
        return cosines(*first, unit(direction), threads=self.threads)

    def _nearest(
        self, directions: Vector, n: int, restrict_vocab: int | None, *, approximate: bool
    ) -> tuple[NDArray[np.int64], Vector]:
        if approximate:
            if restrict_vocab:
                raise ConfigError("approximate search cannot be restricted; leave one of them out")
            return self._index.nearest(directions, n)
        first = self._first(self._limit(restrict_vocab))
        return nearest(*first, directions, n, threads=self.threads)

    @functools.cached_property
    def _index(self) -> "ApproximateIndex":
        from wordvec.approximate import open_index

        if self.origin is None:
            raise ConfigError(
                "these vectors are not from a store, so there is no index beside it; "
                "save them, run `wordvec index` and open them again"
            )
        return open_index(self.origin.path, vectors=self)

    def _csls(self, direction: Vector, answered: set[int], restrict_vocab: int | None) -> Vector:
        """Return the CSLS of `direction` and each of the most frequent words."""
        limit = self._limit(restrict_vocab or min(CSLS_WORDS, len(self)))
        scores = self._cosines(direction, limit)
        others = np.delete(scores, [row for row in answered if row < limit])
        mine = np.mean(others[best_rows(others, CSLS_NEIGHBOURS)]) if len(others) else 0
        if limit not in self._hubness:
            self._hubness[limit] = hubness(
                *self._first(limit), CSLS_NEIGHBOURS, threads=self.threads
            )
        return np.asarray(2 * scores - self._hubness[limit] - np.float32(mine))

    def _shifted_product(self, items: list[Any], restrict_vocab: int | None) -> Vector:
        """Return the product over `items` of (1 + cosine) / 2 with every word, 1 for no items."""
        product = np.ones(min(restrict_vocab or len(self), len(self)), np.float32)
        for item in items:
            product *= (1 + self._cosines(self._vector(item), restrict_vocab)) / 2
        return product

    def _rows_of(self, given: Sequence[Key | Vector]) -> set[int]:
        return {self.get_index(key) for key in given if not isinstance(key, np.ndarray)}

    def _ranking(
        self,
        rows: NDArray[np.intp] | NDArray[np.int64],
        scores: Vector,
        answered: set[int],
        topn: int,
        min_similarity: float | None,
    ) -> Ranking:
        """Return the `topn` first of `rows` that were not given, as words with their scores."""
        ranked = zip(rows.tolist(), scores.tolist(), strict=True)
        left = [(row, score) for row, score in ranked if row not in answered][:topn]
        if min_similarity is not None:
            left = [(row, score) for row, score in left if score >= min_similarity]
        return [(self.index_to_key[row], score) for row, score in left]


def _weighted(positive: Any, negative: Any) -> tuple[list[Key | Vector], list[float]]:
    """Return all items, and the weight of each: by default 1 if positive, -1 if negative."""
    given, weights = [], []
    for items, weight in ((positive, 1.0), (negative, -1.0)):
        for item in as_list(items):
            key, own = item if isinstance(item, tuple) else (item, weight)
            given.append(key)
            weights.append(float(own))
    return given, weights
