"""How well cosines agree with people's judgements of word similarity.

`Similarity` gives the figures of gensim's `evaluate_word_pairs`: Spearman's and Pearson's
correlation, over the pairs whose words are both known and with 0 for the others; and of pairs of
frequent and rare words, or of any column of the set. Called by name, through the registry.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.datasets import locate, number_of
from wordvec.evals.intervals import Numbers, pearson_of, spearman_of
from wordvec.evals.readers.columns import Column
from wordvec.evals.readers.wordpairs import ScoredPairs, WordPair, read_scored_pairs
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary, policy_of
from wordvec.evals.result import SEED, Figure, Outcomes, Result, check_seed
from wordvec.postprocess.result import check_finite
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

FEWEST_PAIRS = 3
"""Below this, a correlation is not defined or always perfect."""
FEWEST_FOR_PVALUE = 10
"""Below this, Student's t is far from the exact test of Spearman's correlation: of three pairs it
says p = 0 of an order that chance makes one time in three."""

_FEWEST_IN_BANDS = 30
"""Below so many pairs, thirds of them would tell nothing."""
_MOST_GROUPS = 20

Chosen = NDArray[np.bool_]
"""Which pairs: shape (pairs,)."""


class Similarity:
    """Correlate the cosine of each word pair with the score that people gave it.

    Spearman's correlation is of the order of the pairs, so it is the one to report (Hill,
    Reichart and Korhonen 2015, "SimLex-999"); Pearson's asks for cosines in proportion to the
    scores. Both equal gensim's `evaluate_word_pairs` on the same vectors, but for lines that
    gensim skips and this reads (see `read_word_pairs`), and for vectors of zeros, which are like
    nothing here, and of which gensim makes NaN.

    Parameters
    ----------
    data
        "wordsim353", "simlex999", or a file of words and scores: see `read_word_pairs`.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent answers.
    by
        A further column of the file, by its title or number from 1: the pairs are judged apart by
        what it says, or in thirds if it holds many different numbers.
    score_column
        The column of the scores, if it is not found rightly.
    seed
        Of the intervals.

    Raises
    ------
    ConfigError
        If `data` is no known name and no file, `restrict_vocab` is less than 1, or there is no
        such column.
    FormatError
        If a line cannot be read; names it.

    Examples
    --------
    >>> vectors = WordVectors(["king", "queen"], [[1, 0], [1, 1]])
    >>> result = Similarity("wordsim353")(vectors)
    >>> result.n, result.value, len(result.missing_words)
    (1, None, 435)
    """

    name: ClassVar[str] = "similarity"
    defaults: ClassVar[tuple[str, ...]] = ("wordsim353", "simlex999")

    def __init__(
        self,
        data: str | Path = "wordsim353",
        *,
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        by: Column | None = None,
        score_column: Column | None = None,
        seed: int = SEED,
    ) -> None:
        self.dataset = str(data)
        path = locate(data)
        self._read = read_scored_pairs(path, score_column=score_column, by=by)
        self._pairs = self._read.pairs
        self._groups = {} if by is None else _groups(self._pairs, by, path)
        self._restrict_vocab = restrict_vocab
        self._case_insensitive = case_insensitive
        self._seed = check_seed(seed)

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`; raises DataError if a vector of the pairs is not finite."""
        known = RestrictedVocabulary(
            vectors.index_to_key, cut=self._restrict_vocab, case_insensitive=self._case_insensitive
        )
        rows = _rows_of(self._pairs, known)
        found, cosines = _cosines(vectors, rows)
        spearman, pearson = (
            Outcomes(
                measure=measure,
                values=np.where(found, cosines, np.nan),
                gold=np.array([pair.score for pair in self._pairs]),
                statistic=statistic,
                fewest=FEWEST_PAIRS,
                unit="pairs",
            )
            for measure, statistic in (("Spearman", spearman_of), ("Pearson", pearson_of))
        )
        breakdown = []
        if found.any() and not found.all():
            n = int(np.count_nonzero(found))
            breakdown += [
                replace(self._figure(replace(one, values=cosines, part="missing scored 0")), n=n)
                for one in (spearman, pearson)
            ]
        parts = {**_bands(vectors, rows, found), **self._groups}
        breakdown += [self._figure(spearman.chosen(pairs, part)) for part, pairs in parts.items()]
        words = dict.fromkeys(word for pair in self._pairs for word in (pair.first, pair.second))
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=(self._figure(spearman), self._figure(pearson)),
            breakdown=tuple(breakdown),
            outcomes=(spearman,),  # the same pairs by another measure would be no second evidence
            policy=policy_of(case_insensitive=self._case_insensitive)
            + "; pairs with a missing word are left out, but where it says that they are scored 0",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=tuple(word for word in words if known.row(word) == MISSING),
            notes=tuple(_choices(self._read)),
        )

    def _figure(self, outcomes: Outcomes) -> Figure:
        figure = outcomes.figure(seed=self._seed)
        if figure.value is None or figure.n < FEWEST_FOR_PVALUE:
            return figure
        return replace(figure, pvalue=correlation_pvalue(figure.value, figure.n))


def row_cosines(first: NDArray[Any], second: NDArray[Any]) -> Numbers:
    """Return the cosines of the rows of two matrices, (n, dim), 0 where one is all zero: (n,)."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    dots = np.einsum("ij,ij->i", first, second)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosines: Numbers = np.zeros_like(dots)
    np.divide(dots, lengths, out=cosines, where=lengths > 0)
    return cosines


def correlation_pvalue(r: float, n: int) -> float:
    """Return the two-sided p-value of a correlation of `n` pairs, 3 or more, by Student's t.

    As scipy.stats has it for Pearson's, exact for normal figures (Student 1908, "Probable error of
    a correlation coefficient"), and for Spearman's, nearly right from about 10 pairs on.

    Examples
    --------
    >>> round(correlation_pvalue(0.5, 20), 4)
    0.0248
    """
    from scipy.special import stdtr  # 50 ms to import; all of scipy.stats takes 250

    if abs(r) >= 1:
        return 0.0
    return float(2 * stdtr(n - 2, -abs(r) * math.sqrt((n - 2) / (1 - r * r))))


def _rows_of(pairs: list[WordPair], known: RestrictedVocabulary) -> NDArray[np.int64]:
    """Return the rows of both words of each pair, -1 if missing: shape (pairs, 2)."""
    return np.array([(known.row(p.first), known.row(p.second)) for p in pairs], np.int64)


def _cosines(vectors: WordVectors, rows: NDArray[np.int64]) -> tuple[Chosen, Numbers]:
    """Return of which pairs both words are known, and the cosine of each, else 0: both (pairs,)."""
    found = (rows != MISSING).all(axis=1)
    sides = []
    for side in (0, 1):
        matrix = vectors.vectors[rows[found, side]]
        check_finite(vectors, matrix, rows[found, side])
        sides.append(matrix)
    cosines = np.zeros(len(rows))
    cosines[found] = row_cosines(*sides)
    return found, cosines


def _bands(vectors: WordVectors, rows: NDArray[np.int64], found: Chosen) -> dict[str, Chosen]:
    """Return thirds of the pairs found, by how rare the rarer word is, the most frequent first."""
    if np.count_nonzero(found) < _FEWEST_IN_BANDS:
        return {}
    if vectors.counts is None:
        ranks = rows.max(axis=1) + 1
        return {
            f"rarer word of rank {_range(low, high)}": pairs
            for pairs, low, high in _thirds(ranks, found)
        }
    counts = np.asarray(vectors.counts).astype(np.float64)[rows].min(axis=1)
    return {
        f"rarer word {_range(-low, -high)} times": pairs
        for pairs, high, low in _thirds(-counts, found)
    }


def _groups(pairs: list[WordPair], by: Column, path: Path) -> dict[str, Chosen]:
    """Return the pairs of each thing that the column `by` says, or thirds of its numbers."""
    title = f"column {by}" if str(by).isdecimal() else str(by)
    told = list(dict.fromkeys(pair.group for pair in pairs))
    if len(told) <= _MOST_GROUPS:
        return {
            f"{title} {group or 'not told'}": np.array([pair.group == group for pair in pairs])
            for group in told
        }
    numbers = [number_of(pair.group) for pair in pairs]
    if None in numbers:
        raise ConfigError(
            f"{path}: column {by!r} says {len(told):,} different things; give one of at most "
            f"{_MOST_GROUPS}, or of numbers"
        )
    values = np.array(numbers, np.float64)
    everywhere = np.ones(len(values), np.bool_)
    return {
        f"{title} {_range(low, high)}": third for third, low, high in _thirds(values, everywhere)
    }


def _thirds(values: NDArray[Any], chosen: Chosen) -> Iterator[tuple[Chosen, float, float]]:
    """Yield which of the `chosen` are in each third by `values`, (pairs,), and its limits.

    Equal values are in the same third, of which there may be fewer for it; a third that is all of
    them is none.
    """
    ordered = np.sort(values[chosen])
    cuts = [ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]]
    third = np.searchsorted(cuts, values, side="right")
    for place in range(3):
        pairs = chosen & (third == place)
        if pairs.any() and (pairs != chosen).any():
            yield pairs, float(values[pairs].min()), float(values[pairs].max())


def _range(low: float, high: float) -> str:
    return f"{low:,.12g}" if low == high else f"{low:,.12g} to {high:,.12g}"


def _choices(read: ScoredPairs) -> Iterator[str]:
    if read.others:
        yield (
            f"the scores are from {read.score}; other columns of numbers: {read.others}, and "
            "score_column (--score-column) takes one of them"
        )
