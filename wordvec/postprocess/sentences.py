"""Vectors of sentences from those of their words: four ways to weigh words and to pool them.

The plain mean; TF-IDF; SIF, smooth inverse frequency (Arora, Liang and Ma 2017, "A Simple but
Tough-to-Beat Baseline for Sentence Embeddings"); and the mean after Zipfian whitening (Yokoi et
al. 2024, "Zipfian Whitening"). Called by the evaluators of sentences and texts; knows nothing of
tokenizers.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.lookup import Vector
from wordvec.neighbours.threads import one_blas_thread
from wordvec.postprocess.probabilities import Counts, word_probabilities
from wordvec.postprocess.whiten import zipfian_transform
from wordvec.transforms import Transform
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Weighting = Literal["mean", "tf-idf", "sif", "zipfian"]
WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)
SIF_A = 1e-3
"""What Arora et al. found best, between 1e-4 and 1e-3 for most data."""

Rows = NDArray[np.int64]
"""The rows of the known words of all sentences, one sentence after the other: shape (words,)."""
Lengths = NDArray[np.int64]
"""How many known words each sentence has: shape (sentences,)."""
Weights = NDArray[np.float64]
"""By what each word of the vocabulary is multiplied: shape (vocabulary,)."""

_SENTENCES_AT_ONCE = 1 << 13


def sentence_vectors(
    vectors: WordVectors,
    sentences: Sequence[Sequence[str]],
    *,
    weighting: Weighting = "mean",
    a: float | None = None,
    remove_components: int = 0,
    counts: Counts | None = None,
    assume_rank: bool = False,
) -> Vector:
    """Return a vector for each of `sentences`, the mean over those of its words that are known.

    Parameters
    ----------
    vectors
        Of the words; with the probabilities that "sif" and "zipfian" need.
    sentences
        Their tokens, which are looked up as `WordVectors.resolve` does; those that are not in the
        vocabulary are left out.
    weighting
        "mean": all words weigh 1. "tf-idf": the fewer of `sentences` have a word, the more it
        weighs; see `idf_weights`. "sif": a / (a + p), of their probability p. "zipfian": all weigh
        1, and the vectors are those that `wordvec.whiten` would make of `vectors`. A weighted sum
        is divided by the number of words, as Arora et al. do, not by the sum of the weights.
    a
        For "sif"; 1e-3 if None. The smaller, the less frequent words weigh.
    remove_components
        Take away so many components that the sentences have in common, by
        `remove_common_component`; Arora et al. take 1.
    counts, assume_rank
        For "sif" and "zipfian": where the probabilities come from, if not from the counts of the
        vectors; as `wordvec.postprocess.whiten` has them.

    Returns
    -------
    Shape (sentences, dim), float32; zeros for a sentence without a known word.

    Raises
    ------
    ConfigError
        If an option is out of range or of another weighting, or text is given for tokens.
    DataError
        If there are no counts for "sif" or "zipfian", or a vector holds NaN or infinity.
    FormatError
        If the file of counts is not one, or shares no word with the vocabulary.

    Examples
    --------
    >>> vectors = WordVectors(["the", "king"], [[1, 0], [0, 2]], [999, 1])
    >>> sentence_vectors(vectors, [["the", "king", "qzx"], []])
    array([[0.5, 1. ],
           [0. , 0. ]], dtype=float32)
    >>> sentence_vectors(vectors, [["the", "king"]], weighting="sif").round(3)
    array([[0. , 0.5]], dtype=float32)
    """
    _check_tokens(sentences)
    if weighting not in WEIGHTINGS:
        raise ConfigError(f"weighting is {weighting!r}; it must be one of {', '.join(WEIGHTINGS)}")
    if a is not None and weighting != "sif":
        raise ConfigError(f"a is for weighting='sif'; this is {weighting!r}")
    if (counts is not None or assume_rank) and weighting not in ("sif", "zipfian"):
        raise ConfigError(
            f"counts and assume_rank are for weighting='sif' or 'zipfian'; this is {weighting!r}"
        )
    rows = vectors.find_all_usual([token for sentence in sentences for token in sentence])
    of_sentence = np.repeat(np.arange(len(sentences)), [len(s) for s in sentences])
    lengths = np.bincount(of_sentence[rows != MISSING], minlength=len(sentences))
    rows = rows[rows != MISSING]
    weights = None
    if weighting == "tf-idf":
        weights = idf_weights(rows, lengths, len(vectors))
    elif weighting == "sif":
        a = SIF_A if a is None else a
        weights = sif_weights(vectors, a, counts=counts, assume_rank=assume_rank)
    made = mean_vectors(vectors, rows, lengths, weights)
    if weighting == "zipfian":
        zipfian = zipfian_transform(vectors, counts=counts, assume_rank=assume_rank)
        made = transform_known(made, lengths, zipfian)
    return remove_common_component(made, remove_components) if remove_components else made


def mean_vectors(
    vectors: WordVectors, rows: Rows, lengths: Lengths, weights: Weights | None = None
) -> Vector:
    """Return the mean over the known words of each sentence, (sentences, dim), float32.

    Each word is multiplied by its weight, 1 if `weights` is None. Zeros without a known word.

    Raises
    ------
    DataError
        If the vector of a word holds NaN or infinity.
    """
    from scipy.sparse import csr_matrix

    made = np.zeros((len(lengths), vectors.vector_size), np.float32)
    stops = np.concatenate([[0], np.cumsum(lengths)])
    for start in range(0, len(lengths), _SENTENCES_AT_ONCE):
        bounds = stops[start : start + _SENTENCES_AT_ONCE + 1]
        some = rows[bounds[0] : bounds[-1]]
        if not len(some):
            continue
        distinct, places = np.unique(some, return_inverse=True)
        weighted = np.ones(len(some)) if weights is None else weights[some]
        shape = (len(bounds) - 1, len(distinct))
        bag = csr_matrix((weighted, places, bounds - bounds[0]), shape=shape)
        sums = bag @ vectors.vectors[distinct].astype(np.float64)
        made[start : start + len(sums)] = sums / np.maximum(np.diff(bounds), 1)[:, None]
    if not np.all(np.isfinite(made)):
        raise DataError("a vector of a word in the sentences holds NaN or infinity")
    return made


def idf_weights(rows: Rows, lengths: Lengths, words: int) -> Weights:
    """Return the inverse document frequency of each of `words` words in these sentences.

    ln((1 + n) / (1 + df)) + 1 for a word that df of the n sentences have: the idea of Spärck Jones
    (1972), smoothed as scikit-learn's `TfidfTransformer` does it, so that a word that all sentences
    have still weighs 1. Multiplied by how often a sentence has the word, it is TF-IDF.

    Examples
    --------
    >>> idf_weights(np.array([0, 0, 1, 0]), np.array([3, 1]), 2).round(2)
    array([1.  , 1.41])
    """
    sentences = len(lengths)
    of_sentence = np.repeat(np.arange(sentences), lengths)
    found = np.unique(of_sentence * np.int64(words) + rows) % max(words, 1)
    having = np.bincount(found, minlength=words)
    return np.asarray(np.log((1 + sentences) / (1 + having)) + 1)


def sif_weights(
    vectors: WordVectors,
    a: float = SIF_A,
    *,
    counts: Counts | None = None,
    assume_rank: bool = False,
) -> Weights:
    """Return a / (a + p) for each word, of its probability p (Arora, Liang and Ma 2017).

    Raises
    ------
    ConfigError
        If `a` is out of range.
    DataError
        If there are no counts.
    FormatError
        If the file of counts is not one, or shares no word with the vocabulary.
    """
    if not 0 < a < float("inf"):
        raise ConfigError(f"a is {a}; expected a number above 0, such as {SIF_A}")
    p = word_probabilities(vectors, counts=counts, assume_rank=assume_rank).values
    return np.asarray(a / (a + p))


def transform_known(made: Vector, lengths: Lengths, transform: Transform) -> Vector:
    """Return sentence vectors, (sentences, dim), after `transform`; zeros stay without a word."""
    moved = transform.apply(made)
    moved[lengths == 0] = 0
    return moved


def remove_common_component(rows: Vector, n: int = 1) -> Vector:
    """Return `rows`, (sentences, dim), without their first `n` principal components.

    The components are the right singular vectors of `rows` as they are: as Arora et al. have it
    and unlike a principal component analysis, the mean is not taken away first, for it is the
    better part of what sentences have in common. A row of zeros stays so.

    Raises
    ------
    ConfigError
        If `n` is not from 0 to the length of a row.

    Examples
    --------
    >>> rows = np.array([[3, 0], [3, 0], [2, 1]], np.float32)
    >>> np.abs(remove_common_component(rows) @ np.array([3, 0.3])).max() < 0.2
    np.True_
    """
    if not 0 <= n <= rows.shape[1]:
        raise ConfigError(f"remove_components is {n}; expected from 0 to {rows.shape[1]}")
    wide = rows.astype(np.float64)
    with one_blas_thread():
        _, directions = np.linalg.eigh(wide.T @ wide)
        leading = directions[:, rows.shape[1] - n :]
        return np.asarray(wide - (wide @ leading) @ leading.T, np.float32)


def _check_tokens(sentences: Sequence[Sequence[str]]) -> None:
    for sentence in [sentences] if isinstance(sentences, str) else sentences:
        if isinstance(sentence, str):
            shown = sentence if len(sentence) <= 40 else sentence[:40] + "..."
            raise ConfigError(
                f"{shown!r} is text; expected a list of sentences, each a list of words: "
                "[text.split() for text in texts], or what your tokenizer gives"
            )
