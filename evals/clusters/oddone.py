"""Questions of which word does not belong: drawn or read, and answered.

Called by the evaluator of clusters. Knows no vocabulary: the words come with their vectors.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.intervals import Numbers
from wordvec.evals.readers.categories import OutlierSet

WORDS = 5
"""So many words of one category are in a question that is drawn; fewer if it has no more."""
FEWEST = 2
"""Without so many words that belong together there is no question."""


@dataclass(frozen=True)
class Question:
    """Words that belong together, and one that does not belong to them."""

    words: tuple[str, ...]
    odd: str
    group: str
    """The category or set that the words are of."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What became of each question; all of shape (questions,)."""

    place: Numbers
    """How many of the other words are nearer to the middle than the odd one; NaN if not asked."""
    others: Numbers
    """How many other words there were; NaN if not asked."""

    @property
    def right(self) -> Numbers:
        """1 where the odd word was found, else 0; NaN if not asked."""
        return np.where(np.isnan(self.place), np.nan, self.place == self.others)

    @property
    def outlier_position(self) -> Numbers:
        """Place of the odd word, from 0 (most at the middle of all) to 1 (found)."""
        return self.place / self.others

    @property
    def chance(self) -> Numbers:
        """How likely a guess is right; NaN if not asked."""
        return 1 / (self.others + 1)


def draw_questions(categories: Mapping[str, Sequence[str]], n: int, *, seed: int) -> list[Question]:
    """Draw `n` questions: words of one category, and one of another that is not in the first.

    Categories are drawn with equal probability, those of two words at least; then words of them.
    None if no category has two words.

    Examples
    --------
    >>> [question] = draw_questions({"pets": ["dog", "cat"], "tools": ["saw"]}, 1, seed=1)
    >>> sorted(question.words), question.odd, question.group
    (['cat', 'dog'], 'saw', 'pets')
    """
    rng = np.random.default_rng(seed)
    names = [name for name, words in categories.items() if len(words) >= FEWEST]
    members = {name: set(words) for name, words in categories.items()}

    @functools.cache
    def others_than(name: str) -> list[str]:
        return [other for other in categories if not members[other] <= members[name]]

    @functools.cache
    def strangers_to(name: str, other: str) -> list[str]:
        return [word for word in categories[other] if word not in members[name]]

    questions = []
    for _ in range(n if names else 0):
        name = names[rng.integers(len(names))]
        own, others = categories[name], others_than(name)
        if not others:
            continue
        strangers = strangers_to(name, others[rng.integers(len(others))])
        chosen = rng.choice(len(own), min(WORDS, len(own)), replace=False)
        words = tuple(own[place] for place in chosen)
        questions.append(Question(words, strangers[rng.integers(len(strangers))], name))
    return questions


def questions_of(sets: Sequence[OutlierSet]) -> list[Question]:
    """Return the questions of outlier sets: the words of each with every outlier in turn."""
    return [Question(one.words, odd, one.name) for one in sets for odd in one.outliers]


def answer(
    questions: Sequence[Question], places: Mapping[str, int], units: NDArray[np.float64]
) -> Answers:
    """Answer each question: the word with the least cosine to the mean of all does not belong.

    The rule of gensim's `doesnt_match`, which orders the words as the compactness score of
    Camacho-Collados and Navigli (2016, "Find the word that does not belong") does: both are a
    word's summed cosine to all, but for a constant. A word that is exactly as far as the odd one
    counts as farther.

    Parameters
    ----------
    questions
        Words that are not in `places` are left out; a question whose odd word is, or that has
        fewer than two others left, is not asked.
    places
        Of each word its row in `units`.
    units
        Vectors of length 1: shape (words, dim).
    """
    place, others = np.full((2, len(questions)), np.nan)
    for number, question in enumerate(questions):
        rows = [places[word] for word in (*question.words, question.odd) if word in places]
        if question.odd not in places or len(rows) <= FEWEST:
            continue
        some = units[rows]
        scores = some @ some.sum(axis=0)
        place[number] = np.count_nonzero(scores[:-1] > scores[-1])
        others[number] = len(rows) - 1
    return Answers(place, others)
