"""How well sentence vectors agree with people's judgements of how similar sentences are (STS).

The vector of a sentence is the mean of those of its words, as they are, or SIF; the figure is
Spearman's correlation of cosines and scores, as in the STS tasks since Reimers et al. (2016). The
sentences are split as a corpus is by the tokenizer `words`. Called by the command line and
`evaluate`.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.splitting import split_words
from wordvec.errors import ConfigError, DataError
from wordvec.evals.datasets import SentencePair, locate, read_sentence_pairs
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.evals.similarity import CorrelationResult, correlations, row_cosines
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Pooling = Literal["mean", "sif"]
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)


@dataclass(frozen=True, kw_only=True)
class SentenceResult(CorrelationResult):
    """Correlation over all pairs; where a sentence has no known word, the cosine is 0."""

    pooling: Pooling
    tokens: int
    known_tokens: int

    @property
    def coverage(self) -> float:
        """Share of the tokens that are known, 0 to 1; NaN if there are none."""
        return self.known_tokens / self.tokens if self.tokens else math.nan


@dataclass(frozen=True, eq=False)
class SentenceCosines:
    """The cosine of each pair of sentences, and what was known of their words."""

    cosines: NDArray[np.float64]
    """Shape (pairs,); 0 where a sentence has no known word."""
    found: NDArray[np.bool_]
    """Whether both have one: shape (pairs,)."""
    tokens: int
    known_tokens: int
    missing_words: tuple[str, ...]


def evaluate_sentences(
    vectors: WordVectors,
    dataset: str | Path,
    *,
    pooling: Pooling = "mean",
    restrict_vocab: int | None = DEFAULT_CUT,
    case_insensitive: bool = True,
) -> SentenceResult:
    """Correlate the cosine of each pair of sentences with the score that people gave it.

    Parameters
    ----------
    vectors
        The vectors to judge, most frequent word first.
    dataset
        A file of lines `score<TAB>sentence<TAB>sentence`.
    pooling
        "mean": of the vectors of the words that are known, as long as they are. "sif": weighted by
        a / (a + p) with a = 0.001 and p the word's probability by the counts of `vectors`, less
        the direction that the sentences of the data set share (Arora, Liang and Ma 2017).
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent answers. If
        not, only lower-case words are found: the tokenizer lowers all.

    Raises
    ------
    ConfigError
        If `dataset` is no file, an option is out of its range, or `pooling` is "sif" and there
        are no counts.
    FormatError
        If a line cannot be read; names it.
    """
    if pooling == "sif" and vectors.counts is None:
        raise DataError(
            "the vectors have no counts, by which SIF weighs words; take the pooling mean"
        )
    pairs = read_sentence_pairs(locate(dataset))
    known = RestrictedVocabulary(
        vectors.index_to_key, cut=restrict_vocab, case_insensitive=case_insensitive
    )
    judged = sentence_cosines(vectors, pairs, known, pooling=pooling)
    return SentenceResult(
        dataset=str(dataset),
        pooling=pooling,
        **correlations(np.array([pair.score for pair in pairs]), judged.cosines),
        pairs=len(pairs),
        found=int(np.count_nonzero(judged.found)),
        tokens=judged.tokens,
        known_tokens=judged.known_tokens,
        missing_words=judged.missing_words,
        vocabulary=len(known),
    )


def sentence_cosines(
    vectors: WordVectors,
    pairs: list[SentencePair],
    known: RestrictedVocabulary,
    *,
    pooling: Pooling = "mean",
) -> SentenceCosines:
    """Return the cosine of each of `pairs`.

    Raises
    ------
    ConfigError
        If `pooling` is neither "mean" nor "sif", or it is "sif" and there are no counts.
    """
    if pooling not in POOLINGS:
        raise ConfigError(f"pooling is {pooling!r}; it must be one of {', '.join(POOLINGS)}")
    from wordvec.postprocess.sentences import sentence_vectors

    sides = ([pair.first for pair in pairs], [pair.second for pair in pairs])
    tokens = [split_words(text) for side in sides for text in side]
    rows = {token: known.row(token) for sentence in tokens for token in sentence}
    forms = {t: vectors.index_to_key[row] for t, row in rows.items() if row != MISSING}
    sentences = [[forms[token] for token in some if token in forms] for some in tokens]
    made = sentence_vectors(
        vectors,
        sentences,
        weighting=pooling,
        remove_components=1 if pooling == "sif" else 0,
    )
    some_known = np.array([bool(sentence) for sentence in sentences])
    n = len(pairs)
    return SentenceCosines(
        cosines=row_cosines(made[:n], made[n:]),
        found=some_known[:n] & some_known[n:],
        tokens=sum(map(len, tokens)),
        known_tokens=sum(map(len, sentences)),
        missing_words=tuple(token for token in rows if token not in forms),
    )
