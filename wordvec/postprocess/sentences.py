"""Vectors of sentences from those of their words: the mean, or SIF.

SIF is smooth inverse frequency (Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for
Sentence Embeddings"): frequent words weigh less, and what all sentences share is taken away.
Called by the evaluation of sentence similarity; knows nothing of tokenizers.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.lookup import Vector
from wordvec.postprocess.probabilities import Counts, word_probabilities
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Weighting = Literal["mean", "sif"]
WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)
SIF_A = 1e-3
"""What Arora et al. found best, between 1e-4 and 1e-3 for most data."""

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
        Of the words; with the probabilities that "sif" weighs by.
    sentences
        Their tokens, which are looked up as `WordVectors.resolve` does; those that are not in the
        vocabulary are left out.
    weighting
        "mean": all words weigh 1. "sif": a / (a + p), of their probability p; the weighted sum is
        divided by the number of words, as Arora et al. do, not by the sum of the weights.
    a
        For "sif"; 1e-3 if None. The smaller, the less frequent words weigh.
    remove_components
        Take away so many components that the sentences have in common, by
        `remove_common_component`; Arora et al. take 1.
    counts, assume_rank
        For "sif": where the probabilities come from, if not from the counts of the vectors; as
        `wordvec.postprocess.whiten` has them.

    Returns
    -------
    Shape (sentences, dim), float32; zeros for a sentence without a known word.

    Raises
    ------
    ConfigError
        If an option is out of range or of the other weighting, or text is given for tokens.
    DataError
        If there are no counts for "sif", or a vector holds NaN or infinity.
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
    weights = _word_weights(vectors, weighting, a, counts, assume_rank=assume_rank)
    made = np.zeros((len(sentences), vectors.vector_size), np.float32)
    for start in range(0, len(sentences), _SENTENCES_AT_ONCE):
        some = sentences[start : start + _SENTENCES_AT_ONCE]
        of_sentence = np.repeat(np.arange(start, start + len(some)), [len(s) for s in some])
        rows = vectors.find_all_usual([token for sentence in some for token in sentence])
        of_sentence, rows = of_sentence[rows != MISSING], rows[rows != MISSING]
        if not len(rows):
            continue
        known, firsts, lengths = np.unique(of_sentence, return_index=True, return_counts=True)
        wide = vectors.vectors[rows].astype(np.float64)
        if weights is not None:
            wide *= weights[rows, None]
        made[known] = np.add.reduceat(wide, firsts, axis=0) / lengths[:, None]
    if not np.all(np.isfinite(made)):
        raise DataError("a vector of a word in the sentences holds NaN or infinity")
    return remove_common_component(made, remove_components) if remove_components else made


def _check_tokens(sentences: Sequence[Sequence[str]]) -> None:
    for sentence in [sentences] if isinstance(sentences, str) else sentences:
        if isinstance(sentence, str):
            shown = sentence if len(sentence) <= 40 else sentence[:40] + "..."
            raise ConfigError(
                f"{shown!r} is text; expected a list of sentences, each a list of words: "
                "[text.split() for text in texts], or what your tokenizer gives"
            )


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
    _, directions = np.linalg.eigh(wide.T @ wide)
    leading = directions[:, rows.shape[1] - n :]
    return np.asarray(wide - (wide @ leading) @ leading.T, np.float32)


def _word_weights(
    vectors: WordVectors,
    weighting: Weighting,
    a: float | None,
    counts: Counts | None,
    *,
    assume_rank: bool,
) -> NDArray[np.float64] | None:
    """Return by what each word is multiplied, (words,); None if all are alike."""
    if weighting not in WEIGHTINGS:
        raise ConfigError(f"weighting is {weighting!r}; it must be one of {', '.join(WEIGHTINGS)}")
    if weighting == "mean":
        if a is not None or counts is not None or assume_rank:
            raise ConfigError("a, counts and assume_rank are for weighting='sif'; this is 'mean'")
        return None
    a = SIF_A if a is None else a
    if not 0 < a < float("inf"):
        raise ConfigError(f"a is {a}; expected a number above 0, such as {SIF_A}")
    p = word_probabilities(vectors, counts=counts, assume_rank=assume_rank).values
    return np.asarray(a / (a + p))
