"""How well cosines agree with people's judgements of word similarity.

`Similarity` gives the figures of gensim's `evaluate_word_pairs`: Spearman's and Pearson's
correlation over the pairs whose words are both known.
"""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.datasets import locate
from wordvec.evals.intervals import spearman_of
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.evals.result import SEED, Outcomes, Result
from wordvec.evals.wordpairs import WordPair, read_word_pairs
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

FEWEST_PAIRS = 3
"""Below this, a correlation is not defined or always perfect."""


class Similarity:
    """Correlate the cosine of each word pair with the score that people gave it.

    Equal to gensim's `evaluate_word_pairs` on the same vectors, but for lines that gensim skips
    and this reads (see `read_word_pairs`).

    Parameters
    ----------
    data
        "wordsim353", "simlex999", or a file of lines `word word score`, separated by tabs, commas
        or white space.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent answers.
    seed
        Of the intervals.

    Raises
    ------
    ConfigError
        If `data` is no known name and no file, or `restrict_vocab` is less than 1.
    FormatError
        If a line cannot be read; names it.
    """

    name: ClassVar[str] = "similarity"
    defaults: ClassVar[tuple[str, ...]] = ("wordsim353", "simlex999")

    def __init__(
        self,
        data: str | Path = "wordsim353",
        *,
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        seed: int = SEED,
    ) -> None:
        self.dataset = str(data)
        self._pairs = read_word_pairs(locate(data))
        self._lookup = {"cut": restrict_vocab, "case_insensitive": case_insensitive}
        self._seed = seed

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`."""
        known = RestrictedVocabulary(vectors.index_to_key, **self._lookup)
        scored, cosines = pair_cosines(vectors, self._pairs, known)
        outcomes = Outcomes(
            measure="Spearman",
            values=np.where(scored, cosines, np.nan),
            gold=np.array([pair.score for pair in self._pairs]),
            statistic=spearman_of,
            fewest=FEWEST_PAIRS,
        )
        words = dict.fromkeys(word for pair in self._pairs for word in (pair.first, pair.second))
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=(outcomes.figure(seed=self._seed),),
            outcomes=(outcomes,),
            policy="case ignored; pairs with a missing word are left out",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=tuple(word for word in words if known.row(word) == MISSING),
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
