"""Texts split into words, and their vectors by a pooling: what judging sentences and texts share.

Texts are split once, as a corpus is by the tokenizer `words`, and looked up in as many spaces as
are judged. Called by the evaluators of sentences and of classification; knows nothing of figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.splitting import split_words
from wordvec.errors import ConfigError, DataError
from wordvec.evals.restrict import RestrictedVocabulary
from wordvec.lookup import Vector
from wordvec.postprocess.sentences import (
    WEIGHTINGS,
    Lengths,
    Rows,
    Weighting,
    idf_weights,
    mean_vectors,
    remove_common_component,
    sif_weights,
    transform_known,
)
from wordvec.postprocess.whiten import zipfian_transform
from wordvec.transforms import Transform
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Pooling = Weighting
POOLINGS = WEIGHTINGS
NEED_COUNTS: tuple[Pooling, ...] = ("sif", "zipfian")

_fitted: WeakKeyDictionary[WordVectors, Transform] = WeakKeyDictionary()
"""Fitting reads all vectors, and several data sets judge the same ones, which are taken to stay
as they are: changed in place, they would keep their old map, as they keep their old lengths."""


@dataclass(frozen=True, eq=False)
class SplitTexts:
    """The words of some texts."""

    words: tuple[str, ...]
    """Each once, in the order in which they come."""
    places: NDArray[np.int32]
    """Which of them each token is, one text after the other: shape (tokens,)."""
    lengths: Lengths
    """Tokens of each text: shape (texts,)."""


@dataclass(frozen=True, eq=False)
class KnownWords:
    """The words of some texts that a vocabulary has."""

    rows: Rows
    lengths: Lengths
    tokens: int
    """Known and unknown."""
    missing_words: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the tokens that are known, 0 to 1; 0 if there are none."""
        return len(self.rows) / self.tokens if self.tokens else 0.0


def split_texts(texts: Iterable[str]) -> SplitTexts:
    """Return the words of `texts`.

    Examples
    --------
    >>> split = split_texts(["A cat, a dog.", "Cat!"])
    >>> split.words, split.places.tolist(), split.lengths.tolist()
    (('a', 'cat', 'dog'), [0, 1, 0, 2, 1], [4, 1])
    """
    known: dict[str, int] = {}
    lengths: list[int] = []
    parts: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
    for text in texts:
        part = [known.setdefault(word, len(known)) for word in split_words(text)]
        parts.append(np.array(part, np.int32))
        lengths.append(len(part))
    return SplitTexts(tuple(known), np.concatenate(parts), np.array(lengths, np.int64))


def find_words(split: SplitTexts, known: RestrictedVocabulary) -> KnownWords:
    """Return what `known` has of the words of texts."""
    row_of = np.array([known.row(word) for word in split.words], np.int64)
    rows = row_of[split.places]
    there = rows != MISSING
    before = np.concatenate([[0], np.cumsum(there)])
    stops = np.concatenate([[0], np.cumsum(split.lengths)])
    return KnownWords(
        rows[there],
        np.diff(before[stops]),
        len(rows),
        tuple(split.words[place] for place in np.flatnonzero(row_of == MISSING).tolist()),
    )


def check_pooling(pooling: Pooling) -> None:
    """Check that there is such a pooling.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if pooling not in POOLINGS:
        raise ConfigError(f"pooling is {pooling!r}; it must be one of {', '.join(POOLINGS)}")


def pool(vectors: WordVectors, found: KnownWords, pooling: Pooling) -> Vector:
    """Return the vectors of texts, (texts, dim), float32; zeros for one without a known word.

    As `wordvec.sentence_vectors` has them, SIF less what all texts share. The map of Zipfian
    whitening is fitted once to a `WordVectors`, whose numbers must not change while it is judged.

    Raises
    ------
    DataError
        If there are no counts and `pooling` needs them, or a vector holds NaN or infinity.
    """
    if pooling in NEED_COUNTS and vectors.counts is None:
        raise DataError(
            f"the vectors have no counts, which {pooling} pooling needs; take the pooling mean or "
            "tf-idf"
        )
    if pooling == "tf-idf":
        weights = idf_weights(found.rows, found.lengths, len(vectors))
        return mean_vectors(vectors, found.rows, found.lengths, weights)
    if pooling == "sif":
        made = mean_vectors(vectors, found.rows, found.lengths, sif_weights(vectors))
        return remove_common_component(made)
    made = mean_vectors(vectors, found.rows, found.lengths)
    if pooling == "zipfian":
        if vectors not in _fitted:
            _fitted[vectors] = zipfian_transform(vectors)
        return transform_known(made, found.lengths, _fitted[vectors])
    return made
