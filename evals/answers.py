"""The word that answers an analogy question, by vector arithmetic: a is to b as c is to ...

Called by `Analogy`. The words of all questions are few (905 in questions-words), so their cosines
with every word are computed once, a block of the vocabulary at a time, and only put together for
each question: a twentieth of the arithmetic of one product a question. The vectors may be mapped
and of any stored type; they are read in blocks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.neighbours.threads import in_parts, one_blas_thread
from wordvec.postprocess.result import check_finite
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Table = NDArray[np.float32]
Rows = NDArray[np.int64]

_COLUMNS = 2048
_QUESTIONS = 64
"""Scores at a time, questions by vocabulary: half a megabyte, which stays in the cache."""
_EPSILON = np.float32(1e-6)
"""As gensim's `most_similar_cosmul` has it, in place of 0.001 in the paper."""
_LEAST_GAP = np.float32(1e-5)
"""Squared distance below which two vectors of length 1 are taken for the same: what is left of it
after rounding is no direction."""
_LEAST_SQUARE = np.float32(1e-30)
"""Squared length below which squares of parts of a vector may be too small for float32."""
_CANDIDATES = 5
"""gensim looks at this many neighbours for one that is no spelling of a word of the question."""


@dataclass(frozen=True)
class Method:
    """Scores of every word: a number of b and one of a, joined, less a shift, joined with c's."""

    title: str
    tables: Callable[[Table], tuple[Table, Table, Table]]
    """From cosines, (asked words, columns), to the numbers of a word as b, as a and as c."""
    join_a: np.ufunc
    join_c: np.ufunc
    shifted: bool = False
    """Whether c . (b - a) is taken off in between."""


def _cosines(cosines: Table) -> tuple[Table, Table, Table]:
    return cosines, cosines, cosines


def _shifted_cosines(cosines: Table) -> tuple[Table, Table, Table]:
    near = np.maximum(cosines, np.float32(-1))
    near += np.float32(1)
    near *= np.float32(0.5)
    return near, near + _EPSILON, near


def _cosines_and_gaps(cosines: Table) -> tuple[Table, Table, Table]:
    gaps = np.float32(2) - np.float32(2) * cosines
    inverse = np.zeros_like(gaps)
    np.divide(np.float32(1), np.sqrt(np.maximum(gaps, 0)), out=inverse, where=gaps > _LEAST_GAP)
    return cosines, cosines, inverse


METHODS = {
    "add": Method("3CosAdd", _cosines, np.subtract, np.add),
    "mul": Method("3CosMul", _shifted_cosines, np.divide, np.multiply),
    "pair-direction": Method(
        "PairDirection", _cosines_and_gaps, np.subtract, np.multiply, shifted=True
    ),
}
"""With d a word that may answer, and all vectors at length 1:

- add: cos(d, b) - cos(d, a) + cos(d, c) (Mikolov, Yih and Zweig 2013, "Linguistic Regularities in
  Continuous Space Word Representations"),
- mul: cos'(d, b) cos'(d, c) / (cos'(d, a) + 1e-6), cos' being (1 + cos) / 2 (Levy and Goldberg
  2014, "Linguistic Regularities in Sparse and Explicit Word Representations"),
- pair-direction: cos(d - c, b - a) (ibid.), 0 where d is c; what is put together here is
  (d . (b - a) - c . (b - a)) / |d - c|, as |b - a| is the same for all d.
"""


def answer_questions(
    vectors: WordVectors, questions: Rows, first_rows: Rows, *, method: str = "add"
) -> Rows:
    """Return the row of the word that answers each question, -1 if none can: (questions,).

    The answer is the best word that is not, in any spelling, a word of the question, nor without
    a vector (all zeros). With "add" it is, like gensim's, among the five best that are not
    themselves asked; where these are all spellings of words of the question, there is none.

    Parameters
    ----------
    vectors
        Of which as many words take part as `first_rows` has.
    questions
        Rows of a, b and c, each the first of its spellings: shape (questions, 3).
    first_rows
        For each row the row of its first spelling: shape (words,).
    method
        "add", "mul" or "pair-direction"; see `METHODS`.

    Raises
    ------
    ConfigError
        If there is no such method.
    DataError
        If a vector holds NaN or infinity; names its word.

    Examples
    --------
    >>> vectors = WordVectors(
    ...     ["man", "woman", "king", "queen", "tree"], [[2, 0], [2, 1], [3, 1], [3, 2], [-1, 3]]
    ... )
    >>> answer_questions(vectors, np.array([[0, 1, 2]]), np.arange(5)).tolist()
    [3]
    """
    if method not in METHODS:
        raise ConfigError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    if not len(questions):
        return np.empty(0, np.int64)
    asked = _Asked.of(vectors, questions, first_rows)

    def scan(start: int, stop: int) -> tuple[Table, Rows]:
        return _scan(vectors, asked, METHODS[method], start, stop)

    words = len(first_rows)
    with one_blas_thread():
        products = len(asked.units) * words * vectors.vector_size
        (best, nearest), *others = in_parts(scan, words, products=products, threads=vectors.threads)
    for more, rows in others:
        nearest = np.where(more > best, rows, nearest)
        best = np.maximum(more, best)
    if method == "add":
        nearest[_crowded_out(vectors, asked, best)] = MISSING
    return nearest


@dataclass(frozen=True)
class _Asked:
    """The words of the questions, each once, and all their spellings."""

    units: Table
    """Their vectors at length 1: (asked words, dim)."""
    places: Rows
    """Which of them a, b and c are: (questions, 3)."""
    shifts: Table
    """c . (b - a) of each question: (questions, 1)."""
    spellings: Rows
    """Rows that are a spelling of one of them, rising: (spellings,)."""
    spelled: Rows
    """Of which one: (spellings,)."""

    @classmethod
    def of(cls, vectors: WordVectors, questions: Rows, first_rows: Rows) -> "_Asked":
        rows, places = np.unique(questions, return_inverse=True)
        places = places.reshape(questions.shape)
        units = _units(vectors, rows)
        shifts = np.empty((len(places), 1), np.float32)
        for some in _slices(len(places)):
            a, b, c = (units[places[some, role]] for role in range(3))
            shifts[some, 0] = np.vecdot(c, b - a)
        place_of = np.full(len(first_rows), MISSING, np.int64)
        place_of[rows] = np.arange(len(rows))
        spelled = place_of[first_rows]
        spellings = np.flatnonzero(spelled != MISSING)
        return cls(units, places, shifts, spellings, spelled[spellings])


def _scan(
    vectors: WordVectors, asked: _Asked, method: Method, start: int, stop: int
) -> tuple[Table, Rows]:
    """Return each question's best score among the rows start to stop, and its row."""
    best = np.full(len(asked.places), -np.inf, np.float32)
    nearest = np.full(len(asked.places), MISSING, np.int64)
    scores_room, table_room = np.empty((2, _QUESTIONS * _COLUMNS), np.float32)
    for first in range(start, stop, _COLUMNS):
        last = min(first + _COLUMNS, stop)
        units = _units(vectors, slice(first, last))
        tables = method.tables(asked.units @ units.T)
        blank = np.flatnonzero(~units.any(axis=1))
        inside = slice(*np.searchsorted(asked.spellings, (first, last)))
        columns, words = asked.spellings[inside] - first, asked.spelled[inside]
        for some in _slices(len(best)):
            places = asked.places[some]
            shape = len(places), last - first
            scores, table = (
                room[: shape[0] * shape[1]].reshape(shape) for room in (scores_room, table_room)
            )
            _join(method, tables, places, asked.shifts[some], scores, table)
            questions, found = np.nonzero((places[:, :, None] == words).any(axis=1))
            scores[questions, columns[found]] = -np.inf
            scores[:, blank] = -np.inf
            top = scores.max(axis=1)
            better = np.flatnonzero(top > best[some])
            best[some.start + better] = top[better]
            nearest[some.start + better] = first + scores[better].argmax(axis=1)
    return best, nearest


def _join(
    method: Method,
    tables: tuple[Table, Table, Table],
    places: Rows,
    shifts: Table,
    scores: Table,
    room: Table,
) -> None:
    """Write the scores of some questions, (questions, columns); `room` is as large as they."""
    of_b, of_a, of_c = tables
    a, b, c = places.T
    np.take(of_b, b, axis=0, out=scores, mode="clip")  # "clip" spares a copy through a buffer
    method.join_a(scores, np.take(of_a, a, axis=0, out=room, mode="clip"), out=scores)
    if method.shifted:
        scores -= shifts
    method.join_c(scores, np.take(of_c, c, axis=0, out=room, mode="clip"), out=scores)


def _crowded_out(vectors: WordVectors, asked: _Asked, best: Table) -> list[int]:
    """Return the questions of which five spellings of their words are better than the best."""
    others = np.bincount(asked.spelled, minlength=len(asked.units)) - 1
    crowded = np.flatnonzero(others[asked.places].sum(axis=1) >= _CANDIDATES)
    if not len(crowded):
        return []
    units = _units(vectors, asked.spellings)
    by_word = np.split(np.argsort(asked.spelled, kind="stable"), np.cumsum(others + 1)[:-1])
    found = []
    for question in crowded.tolist():
        a, b, c = asked.places[question]
        # The first of each word's spellings is asked, and so no candidate.
        rows = np.concatenate([by_word[place][1:] for place in {a, b, c}])
        scores = units[rows] @ (asked.units[b] - asked.units[a] + asked.units[c])
        if np.count_nonzero(scores > best[question]) >= _CANDIDATES:
            found.append(question)
    return found


def _units(vectors: WordVectors, rows: slice | Rows) -> Table:
    """Return some vectors at length 1, those of zeros as they are: (rows, dim)."""
    block = vectors.vectors[rows]
    with np.errstate(over="ignore", invalid="ignore"):
        squares: NDArray[Any] = np.vecdot(block, block)
    sure = (squares > _LEAST_SQUARE) & (squares < np.inf)
    units: Table = np.divide(block, np.sqrt(np.where(sure, squares, np.float32(1)))[:, None])
    unsure = np.flatnonzero(~sure)
    if len(unsure):
        check_finite(vectors, block, rows.start if isinstance(rows, slice) else rows)
        wide = block[unsure].astype(np.float64)
        lengths = np.linalg.norm(wide, axis=1, keepdims=True)
        units[unsure] = wide / np.where(lengths > 0, lengths, 1)
    return units


def _slices(n: int) -> Iterator[slice]:
    return (slice(start, min(start + _QUESTIONS, n)) for start in range(0, n, _QUESTIONS))
