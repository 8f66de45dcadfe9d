"""How many analogy questions vector arithmetic answers: a is to b as c is to ...

`Analogy` gives the figures of gensim's `evaluate_word_analogies`, in all, by kind and by section.
Which word answers is the business of `wordvec.evals.answers`.
"""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.answers import METHODS, answer_questions
from wordvec.evals.datasets import GENSIM_FILES, locate
from wordvec.evals.readers.questions import SEMANTIC, SYNTACTIC, read_questions
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary, policy_of
from wordvec.evals.result import SEED, Outcomes, Result, check_seed
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

_Key = TypeVar("_Key")
Chosen = NDArray[np.bool_]
Places = NDArray[np.int64]


class Analogy:
    """Answer each question by vector arithmetic, and tell the share of right answers.

    With "add" equal to gensim's `evaluate_word_analogies` on the same vectors, section by section,
    save that gensim skips lines which are not four words, and that it gets NaN for vectors of
    zeros: here a word that has one is no answer. Questions are made of word pairs, each
    of which is in many, so intervals are those of other word pairs: see
    `wordvec.evals.intervals.resample`.

    Parameters
    ----------
    data
        "questions-words", a file of questions or of word pairs, or a folder of such files, such
        as BATS: see `wordvec.evals.readers.questions.read_questions`.
    method
        "add" (3CosAdd), "mul" (3CosMul) or "pair-direction": see `wordvec.evals.answers.METHODS`.
    restrict_vocab
        Only this many of the most frequent words are known and can be an answer; None for all.
    case_insensitive
        Compare upper-case forms; of several spellings of a word the most frequent asks, and any
        answers.
    seed
        Of the intervals.

    Raises
    ------
    ConfigError
        If `data` is no known name, file or folder, there is no such method, or `restrict_vocab`
        is less than 1.
    FormatError
        If a line cannot be read; names it.

    Examples
    --------
    >>> vectors = WordVectors(
    ...     ["man", "woman", "king", "queen", "tree"], [[2, 0], [2, 1], [3, 1], [3, 2], [-1, 3]]
    ... )
    >>> result = Analogy()(vectors)
    >>> result.n, result.value
    (2, 1.0)
    """

    name: ClassVar[str] = "analogy"
    defaults: ClassVar[tuple[str, ...]] = ("questions-words",)

    def __init__(
        self,
        data: str | Path = "questions-words",
        *,
        method: str = "add",
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        seed: int = SEED,
    ) -> None:
        if method not in METHODS:
            raise ConfigError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
        self.dataset = str(data)
        self._method = method
        self._cut = restrict_vocab
        self._case_insensitive = case_insensitive
        self._seed = check_seed(seed)
        folder = data not in GENSIM_FILES and Path(data).is_dir()
        self._questions = _Questions(Path(data) if folder else locate(data))

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`; raises DataError if one of them holds NaN or infinity."""
        asked = self._questions
        known = RestrictedVocabulary(
            vectors.index_to_key, cut=self._cut, case_insensitive=self._case_insensitive
        )
        rows = np.array([known.row(word) for word in asked.words], np.int64)
        judged, right = self._answer(vectors, known, rows)
        outcomes = Outcomes(
            measure="accuracy",
            values=np.where(judged, right, np.nan),
            units=asked.pair_of,
            unit="questions",
        )
        wrong = replace(outcomes, values=right, part="missing counted as wrong")
        found = int(np.count_nonzero(judged))
        kinds = [outcomes.chosen(*kind) for kind in asked.kinds()]
        parts = [outcomes.chosen(*part) for part in asked.parts()]
        pairs = len(np.unique(asked.pair_of[judged]))
        note = (
            f"the {found:,} questions answered are made of {pairs:,} word "
            "pairs, and the intervals are those of other such pairs"
        )
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(one.figure(seed=self._seed) for one in (outcomes, *kinds)),
            breakdown=(
                replace(wrong.figure(seed=self._seed), n=found),
                *(one.figure(seed=self._seed) for one in parts),
            ),
            outcomes=(outcomes,),
            policy=f"{METHODS[self._method].title}; "
            f"{policy_of(case_insensitive=self._case_insensitive)}; "
            "questions with a missing word are left out, but where it says that they count as "
            "wrong",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=tuple(
                word for word, row in zip(asked.words, rows, strict=True) if row == MISSING
            ),
            notes=(note,) if pairs else (),
        )

    def _answer(
        self, vectors: WordVectors, known: RestrictedVocabulary, rows: Places
    ) -> tuple[Chosen, NDArray[np.float64]]:
        """Return which questions can be judged, and 1 for those answered rightly, else 0.

        Both of shape (questions,); `rows` are those of the words of the questions, -1 for none.
        """
        asked = self._questions
        judged = asked.judged(rows)
        given = np.full(len(asked), MISSING, np.int64)
        given[judged] = answer_questions(
            vectors, rows[asked.asked[judged]], known.first_rows, method=self._method
        )
        there = given != MISSING
        given[there] = known.first_rows[given[there]]
        return judged, asked.right(rows, given).astype(np.float64)


class _Questions:
    """The questions of a data set, their words, sections and word pairs as numbers."""

    def __init__(self, path: Path) -> None:
        numbers: dict[str, int] = {}
        sections: dict[tuple[str, str], int] = {}
        pairs: dict[tuple[tuple[str, str], str, str], int] = {}
        asked, pair_of, section_of, answers, answered = [], [], [], [], []
        for place, q in enumerate(read_questions(path)):
            section = q.group, q.section
            section_of.append(_number(sections, section))
            asked.append([_number(numbers, word) for word in (q.a, q.b, q.c)])
            both = (section, q.a, q.b), (section, q.c, q.answers[0])
            pair_of.append([_number(pairs, pair) for pair in both])
            answers += [_number(numbers, word) for word in q.answers]
            answered += [place] * len(q.answers)
        self.words = tuple(numbers)
        """Each once, in the order of the data."""
        self.sections = tuple(sections)
        """Their groups and names, in the order of the data."""
        self.section_of: Places = np.array(section_of)
        """The section of each question: (questions,)."""
        self.asked: Places = np.array(asked)
        """The words a, b and c of each: (questions, 3)."""
        self.pair_of: Places = np.array(pair_of)
        """The two word pairs that each is made of: (questions, 2)."""
        self._answers: Places = np.array(answers)
        self._answered: Places = np.array(answered)
        """Every answer that is right, and to which question: (answers,)."""

    def __len__(self) -> int:
        return len(self.asked)

    def judged(self, rows: Places) -> Chosen:
        """Return of which a, b, c and an answer are known, by the `rows` of all words."""
        answerable = np.zeros(len(self), np.bool_)
        answerable[self._answered[rows[self._answers] != MISSING]] = True
        answerable &= (rows[self.asked] != MISSING).all(axis=1)
        return answerable

    def right(self, rows: Places, given: Places) -> Chosen:
        """Return which are answered rightly by the rows `given`, (questions,), -1 for none."""
        found = rows[self._answers]
        hits = (found != MISSING) & (found == given[self._answered])
        right = np.zeros(len(self), np.bool_)
        right[self._answered[hits]] = True
        return right

    def kinds(self) -> list[tuple[Chosen, str]]:
        """Return which questions are semantic and which syntactic, if there are both."""
        kinds = [(self._of_group(kind), kind) for kind in (SEMANTIC, SYNTACTIC)]
        return kinds if all(chosen.any() for chosen, _ in kinds) else []

    def parts(self) -> list[tuple[Chosen, str]]:
        """Return which questions belong to each folder, and to each section if there are some."""
        groups = dict.fromkeys(group for group, _ in self.sections)
        folders = [group for group in groups if group not in ("", SEMANTIC, SYNTACTIC)]
        parts = [(self._of_group(folder), folder) for folder in folders]
        if len(self.sections) > 1:
            parts += [
                (self.section_of == place, name) for place, (_, name) in enumerate(self.sections)
            ]
        return parts

    def _of_group(self, group: str) -> Chosen:
        return np.array([name == group for name, _ in self.sections])[self.section_of]


def _number(numbers: dict[_Key, int], key: _Key) -> int:
    return numbers.setdefault(key, len(numbers))
