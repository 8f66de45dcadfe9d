"""How well cosines agree with people's judgements of word similarity.

`evaluate_similarity` gives the figures of gensim's `evaluate_word_pairs`: Pearson's and Spearman's
correlation over the pairs whose words are both known. Called by the command line and `evaluate`.
"""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.datasets import WordPair, locate, read_word_pairs
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

_FEWEST_PAIRS = 3
"""Below this, a correlation is not defined or always perfect."""


@dataclass(frozen=True, kw_only=True)
class CorrelationResult:
    """Correlation of cosines with human scores.

    The correlations and their two-sided p-values are NaN where there are fewer than three pairs
    to score or all scores are equal.
    """

    dataset: str
    pearson: float
    pearson_pvalue: float
    spearman: float
    spearman_pvalue: float
    pairs: int
    found: int
    """Pairs of which both sides are known."""
    missing_words: tuple[str, ...]
    """Words of the data set that the vocabulary lacks, each once, in its order."""
    vocabulary: int
    """Words that took part: those of the vectors, up to `restrict_vocab`."""

    @property
    def coverage(self) -> float:
        """Share of the pairs of which both sides are known, 0 to 1; NaN if there are none."""
        return self.found / self.pairs if self.pairs else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON: NaN becomes None."""
        values = {**asdict(self), "coverage": self.coverage}
        return {
            key: None if isinstance(value, float) and math.isnan(value) else value
            for key, value in values.items()
        }


@dataclass(frozen=True, kw_only=True)
class SimilarityResult(CorrelationResult):
    """Correlation over the pairs of which both words are known."""


def evaluate_similarity(
    vectors: WordVectors,
    dataset: str | Path,
    *,
    restrict_vocab: int | None = DEFAULT_CUT,
    case_insensitive: bool = True,
) -> SimilarityResult:
    """Correlate the cosine of each word pair with the score that people gave it.

    Equal to gensim's `evaluate_word_pairs` on the same vectors, but for lines that gensim skips
    and this reads (see `read_word_pairs`).

    Parameters
    ----------
    vectors
        The vectors to judge, most frequent word first.
    dataset
        "wordsim353", "simlex999", or a file of lines `word word score`, separated by tabs, commas
        or white space.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent answers.

    Raises
    ------
    ConfigError
        If `dataset` is no known name and no file, or `restrict_vocab` is less than 1.
    FormatError
        If a line cannot be read; names it.
    """
    path = locate(dataset)
    pairs = read_word_pairs(path)
    known = RestrictedVocabulary(
        vectors.index_to_key, cut=restrict_vocab, case_insensitive=case_insensitive
    )
    scored, cosines = pair_cosines(vectors, pairs, known)
    scores = np.array([pair.score for pair in pairs])[scored]
    words = dict.fromkeys(word for pair in pairs for word in (pair.first, pair.second))
    return SimilarityResult(
        dataset=str(dataset),
        **correlations(scores, cosines[scored]),
        pairs=len(pairs),
        found=len(scores),
        missing_words=tuple(word for word in words if known.row(word) == MISSING),
        vocabulary=len(known),
    )


def pair_cosines(
    vectors: WordVectors, pairs: list[WordPair], known: RestrictedVocabulary
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return of which pairs both words are known, and the cosine of each, else 0: both (pairs,)."""
    rows = np.array([(known.row(p.first), known.row(p.second)) for p in pairs], np.int64)
    rows = rows.reshape(-1, 2)
    scored = (rows != MISSING).all(axis=1)
    cosines = np.zeros(len(pairs))
    first, second = (vectors.vectors[rows[scored, side]] for side in (0, 1))
    cosines[scored] = row_cosines(first, second)
    return scored, cosines


def row_cosines(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """Return the cosines of the rows of two matrices, (n, dim), 0 where one is all zero: (n,)."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    dots = np.einsum("ij,ij->i", first, second)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosines: NDArray[np.float64] = np.zeros_like(dots)
    np.divide(dots, lengths, out=cosines, where=lengths > 0)
    return cosines


def correlations(scores: NDArray[np.float64], cosines: NDArray[np.float64]) -> dict[str, float]:
    """Return both correlations and their p-values, by the names that the results have."""
    if len(scores) < _FEWEST_PAIRS or np.ptp(scores) == 0 or np.ptp(cosines) == 0:
        names = ("pearson", "pearson_pvalue", "spearman", "spearman_pvalue")
        return dict.fromkeys(names, math.nan)
    from scipy import stats  # 0.5 s to import

    pearson, spearman = stats.pearsonr(scores, cosines), stats.spearmanr(scores, cosines)
    return {
        "pearson": float(pearson.statistic),
        "pearson_pvalue": float(pearson.pvalue),
        "spearman": float(spearman.statistic),
        "spearman_pvalue": float(spearman.pvalue),
    }
