"""Whether a word's partner is among its nearest neighbours: EvalRank.

Wang, Kuo and Li (2022, "Just Rank: Rethinking Evaluation with Word and Sentence Similarities").
`Ranking` looks up the words and tells the figures; `rank_pairs` counts, on matrices alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.intervals import Numbers
from wordvec.evals.readers.positives import Pair, read_positive_pairs, read_words
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary, policy_of
from wordvec.evals.result import SEED, Better, Outcomes, Result, check_seed
from wordvec.neighbours.threads import in_parts, one_blas_thread
from wordvec.postprocess.result import ROWS_PER_BLOCK, check_finite
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Similarity = Literal["cos", "l2"]

FREQUENT = 20_000
"""So many of the most frequent words are the background, unless files of words are given."""
HITS = (1, 3, 10)
CURVE = 15
"""Hits are told up to here in the details."""

_SETS = ("wordsim353", "simlex999")
_STEP = 128
_NOTHING = 1e-6
"""Of its length before, what rounding leaves of a vector that is the mean of all."""


class Ranking:
    """Rank the partner of each word among background words by similarity to the word.

    The rank is the number of background words whose similarity to the word is greater than the
    partner's, and 1 at least. The background holds the words of the pairs, so the word itself,
    which is nearest to itself, counts as one: the rank is 1 if the partner is the nearest of all
    others. Of several words that are exactly as near as the partner none counts against it. That
    is the reference's arithmetic, with two differences. There, all words that are not in the
    vocabulary share the mean of all vectors, so that two of them are as near as can be, at rank 1;
    here such pairs are left out, and told once more as if ranked last. And there, the partner's
    similarity is computed apart, and rounding makes it less than itself in three pairs of ten,
    which costs each a rank: on skip-gram vectors of film reviews the MRR was 0.077 in float32 and
    0.073 in float64 where it is 0.083.

    Both directions of a pair, where the data have both, are one item: the mean of the two.

    Parameters
    ----------
    data
        A file of lines of two words, all of them positive pairs; or of word, word, score, of which
        the quarter with the highest scores is positive; or "wordsim353" or "simlex999". These two
        together if None.
    background
        Files of words, one a line, to rank among besides the words of the pairs. The 20,000 most
        frequent words of the vocabulary if there are none: figures of two spaces compare only if
        their background is the same, and files make it so.
    similarity
        "cos": cosine, after the mean of all words that take part is taken from each vector (the
        words of the whole vocabulary, not of the background alone). "l2": nearness by Euclidean
        distance, of the vectors as they are.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent stands for all.
    seed
        Of the intervals.

    Raises
    ------
    ConfigError
        If `data` is no known name and no file, or an option is out of range.
    FormatError
        If a line cannot be read; names it.
    """

    name: ClassVar[str] = "ranking"
    defaults: ClassVar[tuple[None]] = (None,)

    def __init__(
        self,
        data: str | Path | None = None,
        *,
        background: Sequence[str | Path] = (),
        similarity: Similarity = "cos",
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        seed: int = SEED,
    ) -> None:
        if similarity not in get_args(Similarity):
            raise ConfigError(f"similarity is {similarity!r}; it must be cos or l2")
        self.dataset = " + ".join(_SETS) if data is None else str(data)
        read = [p for one in (_SETS if data is None else (data,)) for p in read_positive_pairs(one)]
        self._pairs = _distinct(read, case_insensitive=case_insensitive)
        items = {frozenset(pair): None for pair in self._pairs}
        place = {item: n for n, item in enumerate(items)}
        self._items = np.array([place[frozenset(pair)] for pair in self._pairs], np.int64)
        self._background = read_words(background)
        self._similarity: Similarity = similarity
        self._cut, self._case_insensitive = restrict_vocab, case_insensitive
        self._seed = check_seed(seed)

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`; raises DataError if one that is needed holds NaN or infinity."""
        known = RestrictedVocabulary(
            vectors.index_to_key, cut=self._cut, case_insensitive=self._case_insensitive
        )
        rows = np.array([(known.row(a), known.row(b)) for a, b in self._pairs], np.int64)
        wanted = np.union1d(rows, self._background_rows(known))
        pool, space = _space(vectors, known, wanted[wanted != MISSING], self._similarity)
        found = np.isin(rows, pool).all(axis=1)
        ranks = np.full(len(rows), np.nan)
        level = np.zeros(len(rows), np.int64)
        places = np.searchsorted(pool, rows[found])
        ranks[found], level[found] = rank_pairs(space, places, similarity=self._similarity)
        return self._result(known, ranks, level, len(pool))

    def _background_rows(self, known: RestrictedVocabulary) -> NDArray[np.int64]:
        if self._background:
            return np.array([known.row(word) for word in self._background], np.int64)
        return np.flatnonzero(known.first_rows == np.arange(len(known)))[:FREQUENT]

    def _result(
        self, known: RestrictedVocabulary, ranks: Numbers, level: NDArray[np.int64], pool: int
    ) -> Result:
        reciprocal = self._outcomes("MRR", 1 / ranks)
        hits = [self._outcomes(f"hits@{n}", _within(ranks, n)) for n in HITS]
        mean_rank = self._outcomes("mean rank", ranks, better="lower")
        last = np.where(np.isnan(ranks), max(pool, 1), ranks)
        rules = [self._outcomes("MRR", 1 / last, part="missing ranked last")]
        if level.any():
            rules.append(self._outcomes("MRR", 1 / (ranks + level), part="ties ranked last"))
        curve = [self._outcomes("", _within(ranks, n)).value() for n in range(1, CURVE + 1)]
        words = dict.fromkeys(word for pair in self._pairs for word in pair)
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(o.figure(seed=self._seed) for o in (reciprocal, *hits, mean_rank)),
            breakdown=tuple(o.figure(seed=self._seed) for o in rules),
            outcomes=(reciprocal,),
            policy=policy_of(case_insensitive=self._case_insensitive)
            + "; pairs with a missing word are left out",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=tuple(word for word in words if known.row(word) == MISSING),
            notes=self._notes(known, level, pool),
            details={"background": pool, "hits": curve},
        )

    def _outcomes(
        self, measure: str, values: Numbers, *, part: str = "", better: Better = "higher"
    ) -> Outcomes:
        """Return the outcome of each item: the mean of its directions' `values`, (pairs,)."""
        means = np.bincount(self._items, values) / np.bincount(self._items)
        return Outcomes(measure=measure, values=means, unit="pairs", part=part, better=better)

    def _notes(
        self, known: RestrictedVocabulary, level: NDArray[np.int64], pool: int
    ) -> tuple[str, ...]:
        ways = " in both directions" if len(self._pairs) > self._items.max() + 1 else ""
        notes = [
            f"each pair is asked{ways}: at which rank is the partner among the neighbours of the "
            f"word, of {pool:,} words? MRR is the mean of 1 / rank, so 1 if all are nearest"
        ]
        if self._background:
            absent = sum(known.row(word) == MISSING for word in self._background)
            notes.append(
                f"{absent:,} of the {len(self._background):,} background words given are not in "
                "the vocabulary"
            )
        if level.any():
            notes.append(
                f"{np.count_nonzero(level):,} of {len(level):,} times another word is exactly as "
                "near as the partner; that does not count against it"
            )
        return tuple(notes)


def rank_pairs(
    matrix: NDArray[np.float32], pairs: NDArray[np.int64], *, similarity: Similarity = "cos"
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rank of each pair's second row for its first, and how many others are as near.

    All rows compete, the first itself too. A pair's similarity is read from the same product as
    those of the others: computed apart, it would differ from itself by rounding, and the partner
    would often count against itself.

    Parameters
    ----------
    matrix
        Shape (words, dim), float32; rows of length 1 for "cos".
    pairs
        Rows of the two words: shape (pairs, 2).
    similarity
        "cos" for the product, "l2" for nearness by Euclidean distance.

    Returns
    -------
    Two arrays (pairs,). The rank is the number of rows that are nearer, and 1 at least.

    Examples
    --------
    >>> matrix = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8]], np.float32)
    >>> ranks, level = rank_pairs(matrix, np.array([[0, 1], [0, 2]]))
    >>> ranks.tolist(), level.tolist()
    ([1, 2], [0, 0])
    """
    firsts, which = np.unique(pairs[:, 0], return_inverse=True)
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], np.arange(0, len(firsts) + _STEP, _STEP))
    halves = np.vecdot(matrix, matrix) / 2 if similarity == "l2" else None
    nearer, level = np.zeros((2, len(pairs)), np.int64)

    def count(start: int, stop: int) -> None:
        for step in range(start, stop):
            some = firsts[step * _STEP : (step + 1) * _STEP]
            scores = matrix[some] @ matrix.T
            if halves is not None:
                scores -= halves
            for pair in order[starts[step] : starts[step + 1]]:
                of_all = scores[which[pair] - step * _STEP]
                own = of_all[pairs[pair, 1]]
                nearer[pair] = np.count_nonzero(of_all > own)
                level[pair] = np.count_nonzero(of_all == own) - 1

    # The blocks are the same for any number of threads, so that the figures are.
    with one_blas_thread():
        in_parts(count, len(starts) - 1, products=len(firsts) * matrix.size, threads=None)
    return np.maximum(nearer, 1), level


def _space(
    vectors: WordVectors, known: RestrictedVocabulary, rows: NDArray[np.int64], kind: Similarity
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return those of `rows` that have a vector, (n,), and these as they are compared, (n, dim).

    Centring does not change distances; it only spares them rounding.
    """
    kept = np.asarray(vectors.vectors[rows], np.float32)
    check_finite(vectors, kept, rows)
    given = kept.astype(np.float64)
    centre = _mean(vectors, known) if kind == "cos" else given.mean(axis=0) if len(given) else 0
    centred = given - centre
    lengths, left = (np.linalg.norm(x, axis=1) for x in (given, centred))
    there = lengths > 0
    if kind == "cos":
        there &= left > _NOTHING * lengths
        centred[there] /= left[there, None]
    return rows[there], centred[there].astype(np.float32)


def _mean(vectors: WordVectors, known: RestrictedVocabulary) -> Numbers:
    """Return the mean vector of all words that take part, each in one case: (dim,)."""
    takes_part = known.first_rows == np.arange(len(known))
    total = np.zeros(vectors.vectors.shape[1])
    for start in range(0, len(known), ROWS_PER_BLOCK):
        stop = min(start + ROWS_PER_BLOCK, len(known))
        block = vectors.vectors[start:stop]
        check_finite(vectors, block, start)
        some = takes_part[start:stop]
        total += np.sum(block if some.all() else block[some], axis=0, dtype=np.float64)
    return total / np.count_nonzero(takes_part)


def _distinct(pairs: Sequence[Pair], *, case_insensitive: bool) -> list[Pair]:
    """Return each pair once, without those of a word with itself."""
    folded = {
        (a.upper(), b.upper()) if case_insensitive else (a, b): (a, b) for a, b in reversed(pairs)
    }
    return [pair for key, pair in reversed(folded.items()) if key[0] != key[1]]


def _within(ranks: Numbers, n: int) -> Numbers:
    """Return 1 for a rank of `n` at most, else 0, NaN for none."""
    return np.where(np.isnan(ranks), np.nan, ranks <= n)
