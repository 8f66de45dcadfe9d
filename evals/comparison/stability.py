"""How much two trainings agree on what is near what: the stability of their neighbours.

Called by `wordvec compare`. Of Antoniak and Mimno (2018, "Evaluating the Stability of
Embedding-based Word Similarities") and Wendlandt, Kummerfeld and Mihalcea (2018, "Factors
Influencing the Surprising Instability of Word Embeddings"): the overlap of nearest neighbours; and
the same after turning one space onto the other. Knows nothing of how they were trained.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.evals.comparison.overlap import neighbours, shared, without_own
from wordvec.evals.comparison.words import take_rows
from wordvec.evals.restrict import DEFAULT_CUT
from wordvec.evals.result import SEED, Outcomes, Result
from wordvec.neighbours import nearest
from wordvec.neighbours.threads import one_blas_thread
from wordvec.postprocess.result import ROWS_PER_BLOCK, blocks
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING, WordTable

_ALIGNED = "after alignment"
_TOLD_WORDS = 10


def stability(
    a: WordVectors,
    b: WordVectors,
    *,
    topn: int = 10,
    words: int = 1000,
    restrict_vocab: int | None = DEFAULT_CUT,
    seed: int = SEED,
) -> Result:
    """Return how much of the neighbourhoods of words two spaces share.

    "neighbour overlap" is the mean share of a word's `topn` nearest neighbours, among the words
    that both have, that are the same in both. Turning a space changes nothing in it. Then `a` is
    turned onto `b` by the orthogonal map that brings its vectors, at length 1, nearest to those of
    `b` (Procrustes: Schönemann 1966, "A generalized solution of the orthogonal Procrustes
    problem"), fitted to the common words that are not judged, and three more figures follow:
    "cosine", of a word in `a` with itself in `b`; "nearest is itself", the share of words in `a`
    whose nearest word in `b` is the same; and "neighbour overlap", of the neighbours that the
    vector of `a` finds in `b` with those that the word has there.

    Parameters
    ----------
    a, b
        Two spaces with words in common, written alike.
    topn
        How many neighbours.
    words
        How many are judged, drawn at random; at most half of the common ones.
    restrict_vocab
        Only so many of the most frequent words of each take part; None for all.
    seed
        Of the words judged and of the intervals.

    Raises
    ------
    ConfigError
        If a number is less than 1.
    DataError
        If fewer than three words are common, or a vector holds NaN or infinity.

    Examples
    --------
    >>> vectors = WordVectors(["a", "b", "c", "d"], [[2, 1], [1, 1], [1, 2], [-1, 0]])
    >>> stability(vectors, vectors, topn=1).value
    1.0
    """
    for name, number in (("topn", topn), ("words", words), ("restrict_vocab", restrict_vocab)):
        if number is not None and number < 1:
            raise ConfigError(f"{name} is {number}; it must be at least 1")
    one, other = _common(a, b, restrict_vocab)
    n = len(one)
    topn = min(topn, n - 1)
    drawn = np.random.default_rng(seed).permutation(n)
    asked, fitted = (np.sort(rows) for rows in np.split(drawn, [min(words, n // 2)]))
    zero = (one.norms[asked] == 0) | (other.norms[asked] == 0)
    mine, theirs = neighbours(one, asked, topn), neighbours(other, asked, topn)
    overlap = np.where(zero, np.nan, shared(mine, theirs))
    aligned: list[Outcomes] = []
    if not (note := _why_not_turned(one, other, fitted)):
        note = "after alignment: the first space turned onto the second, its cosines as they were"
        turn = _procrustes(one, other, fitted)
        aligned = _compare_turned(one, other, turn, asked, zero, theirs)
    outcomes = (Outcomes(measure="neighbour overlap", values=overlap), *aligned[:-1])
    first, second = (_taking_part(vectors, restrict_vocab) for vectors in (a, b))
    return Result(
        evaluator="stability",
        dataset="",
        figures=tuple(each.figure(seed=seed) for each in outcomes),
        breakdown=tuple(each.figure(seed=seed) for each in aligned[-1:]),
        outcomes=outcomes,
        policy=f"{len(asked):,} words drawn at random (seed {seed}) and their {topn} nearest "
        "neighbours, among the words that both spaces have, written alike",
        vocabulary=n,
        seed=seed,
        notes=(
            f"{n:,} words are in both spaces, of {first:,} and {second:,} that take part",
            "neighbour overlap: how many of a word's nearest neighbours in one space are so in the "
            f"other, too; by chance alone it would be {topn / (n - 1):.4f}",
            note,
        ),
        details=_single_words(one, asked, overlap),
    )


def _common(
    a: WordVectors, b: WordVectors, restrict_vocab: int | None
) -> tuple[WordVectors, WordVectors]:
    """Return the words that are among the first of both, in the order of `a`.

    Raises
    ------
    DataError
        If they are fewer than three, or a vector of one holds NaN or infinity.
    """
    first, second = (_taking_part(vectors, restrict_vocab) for vectors in (a, b))
    kept = list(a.index_to_key[:first])
    theirs = b.get_indices(kept)
    mine = np.flatnonzero((theirs != MISSING) & (theirs < second))
    if len(mine) < 3:
        raise DataError(
            f"words that both spaces have, written alike: {len(mine)}; expected three or more"
        )
    words = WordTable.from_words(kept[row] for row in mine)
    one, other = take_rows(a, mine, words), take_rows(b, theirs[mine], words)
    for vectors in (one, other):
        for _ in blocks(vectors):  # raises what there is to raise
            pass
    return one, other


def _taking_part(vectors: WordVectors, restrict_vocab: int | None) -> int:
    return min(len(vectors), restrict_vocab or len(vectors))


def _why_not_turned(one: WordVectors, other: WordVectors, rows: NDArray[np.int64]) -> str:
    """Return why there is no orthogonal map from `one` to `other`; "" if there is."""
    dim = one.vector_size
    if dim != other.vector_size:
        return (
            f"the spaces have {dim} and {other.vector_size} dimensions, so neither can be turned "
            "onto the other"
        )
    if len(rows) < dim:
        return f"{len(rows):,} common words to turn {dim} dimensions by are too few"
    return ""


def _procrustes(
    one: WordVectors, other: WordVectors, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the orthogonal map of the vectors of `rows` from `one` to `other`: (dim, dim)."""
    product = np.zeros((one.vector_size, one.vector_size))
    with one_blas_thread():
        for start in range(0, len(rows), ROWS_PER_BLOCK):
            some = rows[start : start + ROWS_PER_BLOCK]
            product += _units(one, some).T @ _units(other, some)
        left, _, right = np.linalg.svd(product)
        return np.asarray(left @ right)


def _units(vectors: WordVectors, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the vectors of `rows` at length 1, those of length 0 as they are: (n, dim)."""
    found: NDArray[np.float64] = vectors.vectors[rows].astype(np.float64)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    np.divide(found, lengths, out=found, where=lengths > 0)
    return found


def _compare_turned(
    one: WordVectors,
    other: WordVectors,
    turn: NDArray[np.float64],
    asked: NDArray[np.int64],
    zero: NDArray[np.bool_],
    theirs: list[list[int]],
) -> list[Outcomes]:
    """Return what `turn` makes of the words `asked`, whose neighbours in `other` are `theirs`.

    The last are cosines with another word each: what is to be had without any agreement.
    """
    with one_blas_thread():
        turned, units = _units(one, asked) @ turn, _units(other, asked)
    topn = len(theirs[0])
    found, _ = nearest(
        other.vectors,
        other.norms,
        turned.astype(np.float32),
        topn + 1,
        threads=other.threads,
    )
    values = {
        "cosine": np.vecdot(turned, units),
        "nearest is itself": (found[:, 0] == asked).astype(np.float64),
        "neighbour overlap": shared(theirs, without_own(found, asked, topn)),
        "cosine with another word": np.vecdot(turned, np.roll(units, 1, axis=0)),
    }
    return [
        Outcomes(measure=measure, values=np.where(zero, np.nan, each), part=_ALIGNED)
        for measure, each in values.items()
    ]


def _single_words(
    vectors: WordVectors, asked: NDArray[np.int64], overlap: NDArray[np.float64]
) -> dict[str, Any]:
    """Return the judged words whose neighbours are shared least and most, frequent ones first."""
    judged = ~np.isnan(overlap)
    rows, shares = asked[judged], overlap[judged]
    return {
        name: [
            {"word": vectors.index_to_key[int(rows[place])], "overlap": float(shares[place])}
            for place in np.argsort(sign * shares, kind="stable")[:_TOLD_WORDS]
        ]
        for name, sign in (("least_stable", 1), ("most_stable", -1))
    }
