"""Whether a word's partner is among its nearest neighbours: EvalRank.

Wang, Kuo and Li (2022, "Just Rank: Rethinking Evaluation with Word and Sentence Similarities").
`Ranking` looks up the words and tells the figures; `rank_pairs` counts, on matrices alone.
"""

from collections.abc import Sequence
from dataclasses import replace
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
_STEP, _ROWS = 256, 2048
"""Pairs and words at once."""
_ROUNDING = 1e-12
"""Of what two vectors' squared lengths sum to, what rounding makes of equal products."""
_NOTHING = 1e-6
"""Of its length before, what rounding leaves of a vector that is the mean of all."""


class Ranking:
    """Rank the partner of each word among background words by similarity to the word.

    The rank is 1 if the partner is the nearest of all words of the background but the word itself.
    Words that are exactly as near as the partner may as well come before it as behind it, so each
    figure is its mean over all orders of them (McSherry and Najork 2008, "Computing information
    retrieval performance measures efficiently in the presence of tied scores"). EvalRank ranks the
    partner first of them, which rewards a space in which many words share a vector: 20,000 words
    on four vectors have hits@1 of 0.25 by that rule. Where there are ties, that MRR is told too.

    There are two other differences to EvalRank. There, all words that are not in the vocabulary
    share the mean of all vectors, so that two of them are as near as can be, at rank 1; here such
    pairs are left out, and told once more as if ranked last. And there, rounding makes the
    partner's similarity less than itself in three pairs of ten, which costs each a rank: on
    skip-gram vectors of film reviews the MRR was 0.077 in float32 and 0.073 in float64 where it is
    0.083.

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
        ranks, level = np.full((2, len(rows)), np.nan)
        places = np.searchsorted(pool, rows[found])
        ranks[found], level[found] = rank_pairs(space, places, similarity=self._similarity)
        return self._result(known, ranks, level, len(pool))

    def _background_rows(self, known: RestrictedVocabulary) -> NDArray[np.int64]:
        if self._background:
            return np.array([known.row(word) for word in self._background], np.int64)
        return np.flatnonzero(known.first_rows == np.arange(len(known)))[:FREQUENT]

    def _result(
        self, known: RestrictedVocabulary, ranks: Numbers, level: Numbers, pool: int
    ) -> Result:
        reciprocals = reciprocal_rank(ranks, level)
        reciprocal = self._outcomes("MRR", reciprocals)
        hits = [self._outcomes(f"hits@{n}", hit(ranks, level, n)) for n in HITS]
        mean_rank = self._outcomes("mean rank", ranks + level / 2, better="lower")
        last = np.where(np.isnan(ranks), 1 / max(pool, 1), reciprocals)
        found = int(np.count_nonzero(reciprocal.judged))
        rules = []
        if 0 < found < len(reciprocal.values):
            rules.append(self._outcomes("MRR", last, part="missing ranked last"))
        if np.any(level > 0):
            rules.append(self._outcomes("MRR", 1 / ranks, part="ties ranked first"))
        curve = [self._outcomes("", hit(ranks, level, n)).value() for n in range(1, CURVE + 1)]
        words = dict.fromkeys(word for pair in self._pairs for word in pair)
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(o.figure(seed=self._seed) for o in (reciprocal, *hits, mean_rank)),
            breakdown=tuple(replace(o.figure(seed=self._seed), n=found) for o in rules),
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

    def _notes(self, known: RestrictedVocabulary, level: Numbers, pool: int) -> tuple[str, ...]:
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
        if tied := np.count_nonzero(level > 0):
            notes.append(
                f"{tied:,} of {np.count_nonzero(level >= 0):,} times other words are exactly as "
                "near as the partner: figures are means over all orders of these; EvalRank ranks "
                "the partner first of them"
            )
        return tuple(notes)


def rank_pairs(
    matrix: NDArray[np.float32], pairs: NDArray[np.int64], *, similarity: Similarity = "cos"
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rank of each pair's second row for its first, and how many others are as near.

    All rows compete but the first itself. In float64, as in float32 the product of a row differs
    by its place in the matrix, and would tell a row from its copy.

    Parameters
    ----------
    matrix
        Shape (words, dim), float32; rows of length 1 for "cos".
    pairs
        Rows of the two words, which differ: shape (pairs, 2).
    similarity
        "cos" for the product, "l2" for nearness by Euclidean distance.

    Returns
    -------
    Two arrays (pairs,). The rank is one more than the number of rows that are nearer.

    Examples
    --------
    >>> matrix = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0.6, 0.8]], np.float32)
    >>> ranks, level = rank_pairs(matrix, np.array([[0, 1], [0, 2]]))
    >>> ranks.tolist(), level.tolist()
    ([1, 2], [0, 1])
    """
    order = np.argsort(pairs[:, 0], kind="stable")  # so that blocks hold few different words
    nearer, level = np.zeros((2, len(pairs)), np.int64)

    def count(start: int, stop: int) -> None:
        for step in range(start, stop):
            some = order[step * _STEP : (step + 1) * _STEP]
            _, asked, which = np.unique(pairs[some, 0], return_index=True, return_inverse=True)
            first, second = (matrix[pairs[some, side]].astype(np.float64) for side in (0, 1))
            own, itself = (_nearness(first, x, similarity) for x in (second, first))
            rounding = _ROUNDING * (np.vecdot(first, first) + np.vecdot(second, second))
            low, high = own - rounding, own + rounding
            # The partner, and the word itself, are among the rows that are counted below.
            above = -(itself > high).astype(np.int64)
            within = -1 - (np.abs(itself - own) <= rounding).astype(np.int64)
            for row in range(0, len(matrix), _ROWS):
                block = matrix[row : row + _ROWS].astype(np.float64)
                scores = first[asked] @ block.T
                if similarity == "l2":
                    scores -= np.vecdot(block, block) / 2
                of_pairs = scores[which]
                over = np.count_nonzero(of_pairs > high[:, None], axis=1)
                above += over
                within += np.count_nonzero(of_pairs >= low[:, None], axis=1) - over
            nearer[some], level[some] = above, within

    # The blocks are the same for any number of threads, so that the figures are.
    with one_blas_thread():
        steps = -(-len(pairs) // _STEP)
        in_parts(count, steps, products=len(pairs) * matrix.size, threads=None)
    return nearer + 1, level


def reciprocal_rank(ranks: Numbers, level: Numbers) -> Numbers:
    """Return the mean of 1 / rank over all orders of those that are level: shape (pairs,).

    Parameters
    ----------
    ranks
        The best rank that each partner may have, NaN for none: shape (pairs,).
    level
        How many others may as well have it: shape (pairs,).

    Examples
    --------
    >>> reciprocal_rank(np.array([2.0, 2.0]), np.array([0.0, 1.0])).round(6).tolist()
    [0.5, 0.416667]
    """
    last = ranks + level
    harmonic = np.cumsum(1 / np.arange(1, np.max(last, where=~np.isnan(last), initial=0) + 1))
    harmonic = np.concatenate([[0.0], harmonic])
    means = np.full(len(ranks), np.nan)
    there = ~np.isnan(ranks)
    upper, lower = (harmonic[x[there].astype(np.int64)] for x in (last, ranks - 1))
    means[there] = (upper - lower) / (level[there] + 1)
    return means


def hit(ranks: Numbers, level: Numbers, n: int) -> Numbers:
    """Return the share of orders of those that are level in which the rank is `n` at most.

    Shape (pairs,); `ranks` and `level` as for `reciprocal_rank`.

    Examples
    --------
    >>> hit(np.array([1.0, 3.0, 3.0]), np.array([0.0, 3.0, 0.0]), 3).tolist()
    [1.0, 0.25, 1.0]
    """
    return np.clip((n + 1 - ranks) / (level + 1), 0, 1)


def _nearness(first: Numbers, second: Numbers, similarity: Similarity) -> Numbers:
    """Return how near the rows of two matrices, (n, dim), are: what orders them for a first."""
    products = np.vecdot(first, second)
    if similarity == "l2":
        products = products - np.vecdot(second, second) / 2
    return np.asarray(products)


def _space(
    vectors: WordVectors, known: RestrictedVocabulary, rows: NDArray[np.int64], kind: Similarity
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return those of `rows` that have a vector, (n,), and these as they are compared, (n, dim)."""
    space = np.empty((len(rows), vectors.vectors.shape[1]), np.float32)
    there = np.zeros(len(rows), np.bool_)
    centre = _mean(vectors, known) if kind == "cos" else 0.0
    for start in range(0, len(rows), ROWS_PER_BLOCK):
        some = rows[start : start + ROWS_PER_BLOCK]
        given = np.asarray(vectors.vectors[some], np.float32)
        check_finite(vectors, given, some)
        centred = given - centre
        lengths, left = (np.linalg.norm(x.astype(np.float64), axis=1) for x in (given, centred))
        kept = lengths > 0
        if kind == "cos":
            kept &= left > _NOTHING * lengths
            centred /= np.where(kept, left, 1)[:, None]
        filled = np.count_nonzero(there)
        space[filled : filled + np.count_nonzero(kept)] = centred[kept]
        there[start : start + len(some)] = kept
    return rows[there], space[: np.count_nonzero(there)]


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
