"""How many analogy questions vector arithmetic answers: a is to b as c is to ...

`evaluate_analogies` gives the figures of gensim's `evaluate_word_analogies` (3CosAdd, Mikolov et
al. 2013). Called by the command line and `evaluate`.

A question's score of every word is cos(b, .) - cos(a, .) + cos(c, .): the words of all questions
are few (905 in questions-words), so their cosines are computed once and only added per question,
which takes a hundredth of the arithmetic of one product per question.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.datasets import Question, locate, read_questions
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

_CANDIDATES = 5
"""gensim looks at this many neighbours for one that is not a word of the question."""
_COLUMNS = 2048
_QUESTIONS = 64
"""Scores at a time, vocabulary by questions: half a megabyte, which stays in the cache."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Questions asked, those whose four words are all known, and those answered rightly."""

    correct: int
    answered: int
    total: int

    @property
    def accuracy(self) -> float:
        """Share of the answered questions that were answered rightly; NaN if there were none."""
        return self.correct / self.answered if self.answered else math.nan

    @property
    def coverage(self) -> float:
        """Share of the questions that could be answered; NaN if there were none."""
        return self.answered / self.total if self.total else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON: NaN becomes None."""
        shares = {"accuracy": self.accuracy, "coverage": self.coverage}
        return {**asdict(self), **{k: None if math.isnan(v) else v for k, v in shares.items()}}


@dataclass(frozen=True, kw_only=True)
class AnalogyResult:
    """Analogy questions answered, in all, by kind and by section of the file.

    Sections whose name starts with "gram" are syntactic, all others semantic: the convention of
    questions-words and of word2vec.c's `compute-accuracy`.
    """

    dataset: str
    sections: dict[str, Tally]
    """In the order of the file."""
    total: Tally
    semantic: Tally
    syntactic: Tally
    missing_words: tuple[str, ...]
    """Words of the data set that the vocabulary lacks, as written there, in its order."""
    vocabulary: int
    """Words that took part: those of the vectors, up to `restrict_vocab`."""

    @property
    def accuracy(self) -> float:
        """Share of the answered questions that were answered rightly; NaN if there were none."""
        return self.total.accuracy

    @property
    def coverage(self) -> float:
        """Share of the questions whose words are all known; NaN if there were none."""
        return self.total.coverage

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON: NaN becomes None."""
        return {
            "dataset": self.dataset,
            **self.total.to_dict(),
            "semantic": self.semantic.to_dict(),
            "syntactic": self.syntactic.to_dict(),
            "sections": {name: tally.to_dict() for name, tally in self.sections.items()},
            "missing_words": self.missing_words,
            "vocabulary": self.vocabulary,
        }


def evaluate_analogies(
    vectors: WordVectors,
    dataset: str | Path = "questions-words",
    *,
    restrict_vocab: int | None = DEFAULT_CUT,
    case_insensitive: bool = True,
) -> AnalogyResult:
    """Answer each question with the word nearest to b - a + c, and count the right answers.

    Questions with an unknown word are left out. Equal to gensim's `evaluate_word_analogies` on
    the same vectors, section by section, save that gensim skips lines which are not four words.

    Parameters
    ----------
    vectors
        The vectors to judge, most frequent word first.
    dataset
        "questions-words", or a file of lines of four words under ': section' lines.
    restrict_vocab
        Only this many of the most frequent words are known and can be an answer; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent asks, and any
        answers.

    Raises
    ------
    ConfigError
        If `dataset` is no known name and no file, or `restrict_vocab` is less than 1.
    FormatError
        If a line cannot be read; names it.
    """
    questions = read_questions(locate(dataset))
    known = RestrictedVocabulary(
        vectors.index_to_key, cut=restrict_vocab, case_insensitive=case_insensitive
    )
    answered, correct = judge_questions(vectors, questions, known)
    words = dict.fromkeys(w for q in questions for w in (q.a, q.b, q.c, q.expected))
    return AnalogyResult(
        dataset=str(dataset),
        **_tallies(questions, answered, correct),
        missing_words=tuple(word for word in words if known.row(word) == MISSING),
        vocabulary=len(known),
    )


def judge_questions(
    vectors: WordVectors, questions: list[Question], known: RestrictedVocabulary
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which questions could be answered, and which were rightly: both (questions,)."""
    words = {w for q in questions for w in (q.a, q.b, q.c, q.expected)}
    row_of = {word: known.row(word) for word in words}
    rows = np.array(
        [[row_of[word] for word in (q.a, q.b, q.c, q.expected)] for q in questions], np.int64
    ).reshape(-1, 4)
    answered = (rows != MISSING).all(axis=1)
    correct = np.zeros(len(questions), np.bool_)
    matrix = vectors.vectors[: len(known)]
    answers = answer_questions(matrix, rows[answered, :3], known.first_rows)
    correct[answered] = answers == rows[answered, 3]
    return answered, correct


def answer_questions(
    matrix: NDArray[np.float32], questions: NDArray[np.int64], first_rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the first row of the word that answers each question, -1 if none can.

    The answer is the nearest word that is not, in any variant, a word of the question; like
    gensim, the last of five nearest that all are.

    Parameters
    ----------
    matrix
        Vectors of shape (words, dim), float32.
    questions
        Rows of a, b and c: shape (questions, 3).
    first_rows
        For each row the row of its most frequent variant: shape (words,).
    """
    answers = np.full(len(questions), MISSING, np.int64)
    excluded = questions
    pending = np.arange(len(questions))
    for _ in range(_CANDIDATES):
        nearest = _nearest_rows(matrix, questions[pending], excluded)
        pending, excluded, nearest = (x[nearest != MISSING] for x in (pending, excluded, nearest))
        answers[pending] = first_rows[nearest]
        again = (questions[pending] == answers[pending, None]).any(axis=1)
        pending, excluded = pending[again], np.column_stack([excluded, nearest])[again]
        if not len(pending):
            break
    return answers


def _nearest_rows(
    matrix: NDArray[np.float32], questions: NDArray[np.int64], excluded: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the row nearest to b - a + c that is not among the question's `excluded` rows."""
    asked, positions = np.unique(questions, return_inverse=True)
    positions = positions.reshape(questions.shape)
    unit_asked = _unit_rows(matrix[asked])
    best = np.full(len(questions), -np.inf, np.float32)
    nearest = np.full(len(questions), MISSING, np.int64)
    for start in range(0, len(matrix), _COLUMNS):
        cosines = unit_asked @ _unit_rows(matrix[start : start + _COLUMNS]).T
        for block in _blocks(len(questions)):
            scores = _scores(cosines, positions[block])
            inside, columns = _inside(excluded[block] - start, scores.shape[1])
            scores[inside, columns] = -np.inf
            column = scores.argmax(axis=1)
            score = scores[np.arange(len(column)), column]
            better = score > best[block]
            best[block] = np.where(better, score, best[block])
            nearest[block] = np.where(better, column + start, nearest[block])
    return nearest


def _scores(cosines: NDArray[np.float32], positions: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return cos(b, .) - cos(a, .) + cos(c, .), of shape (questions, columns)."""
    a, b, c = positions.T
    scores: NDArray[np.float32] = cosines[b]
    scores -= cosines[a]
    scores += cosines[c]
    return scores


def _inside(columns: NDArray[np.int64], width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the (question, column) pairs that lie in a block of `width` columns."""
    questions, slots = np.nonzero((columns >= 0) & (columns < width))
    return questions, columns[questions, slots]


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + _QUESTIONS) for start in range(0, n, _QUESTIONS))


def _unit_rows(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows at length 1, those of zeros as they are."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.zeros_like(matrix)
    np.divide(matrix, lengths, out=unit, where=lengths > 0)
    return unit


def _tallies(
    questions: list[Question], answered: NDArray[np.bool_], correct: NDArray[np.bool_]
) -> dict[str, Any]:
    sections = np.array([question.section for question in questions], np.str_)
    syntactic = np.char.startswith(sections, "gram")

    def tally(chosen: NDArray[np.bool_]) -> Tally:
        counts = (int(np.count_nonzero(chosen & what)) for what in (correct, answered))
        return Tally(
            correct=next(counts), answered=next(counts), total=int(np.count_nonzero(chosen))
        )

    return {
        "sections": {name: tally(sections == name) for name in dict.fromkeys(sections.tolist())},
        "total": tally(np.ones(len(questions), np.bool_)),
        "semantic": tally(~syntactic),
        "syntactic": tally(syntactic),
    }
