import itertools
import time

import numpy as np
import pytest

from wordvec.evals.clusters.oddone import Question, answer, draw_questions, questions_of
from wordvec.evals.readers.categories import OutlierSet

CATEGORIES = {
    "metal": ["iron", "lead", "gold"],
    "jewel": ["ruby", "gold", "pearl", "opal", "jade", "onyx", "garnet"],
    "sea": ["wave"],
}


def random_units(words, *, dim=6, seed=1):
    units = np.random.default_rng(seed).standard_normal((len(words), dim))
    return units / np.linalg.norm(units, axis=1, keepdims=True)


def compactness_place(units):
    """Return the outlier position of the last row, by the formula of Camacho-Collados, Navigli."""
    cosines = units @ units.T
    score = []
    for left_out in range(len(units)):
        others = [row for row in range(len(units)) if row != left_out]
        pairs = list(itertools.permutations(others, 2))
        score.append(sum(cosines[i, j] for i, j in pairs) / len(pairs))
    return sorted(range(len(units)), key=score.__getitem__).index(len(units) - 1)


def test_questions_are_of_one_category_and_a_word_that_is_not_in_it():
    for question in draw_questions(CATEGORIES, 300, seed=4):
        [own] = [name for name, words in CATEGORIES.items() if set(question.words) <= set(words)]
        assert question.odd not in CATEGORIES[own]
        assert len(set(question.words)) == min(5, len(CATEGORIES[own]))
        assert own != "sea"


def test_all_words_are_asked_for_sooner_or_later():
    questions = draw_questions(CATEGORIES, 300, seed=4)
    known = {word for words in CATEGORIES.values() for word in words}
    assert {question.odd for question in questions} == known - {"gold"}  # is of both that ask
    assert {word for question in questions for word in question.words} == known - {"wave"}


def test_the_same_seed_draws_the_same_questions_and_another_others():
    first, again, other = (draw_questions(CATEGORIES, 20, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_questions_of_large_categories_are_drawn_at_once():
    categories = {name: [f"{name}{n}" for n in range(2000)] for name in "ab"}
    start = time.perf_counter()
    assert len(draw_questions(categories, 1000, seed=1)) == 1000
    assert time.perf_counter() - start < 2  # 0.02 s; 31 s if each question searches the lists


@pytest.mark.parametrize(
    "categories", [{"a": ["x"], "b": ["y"]}, {"a": ["x", "y"], "b": ["x"]}, {}]
)
def test_without_a_category_of_two_or_a_stranger_there_are_no_questions(categories):
    assert draw_questions(categories, 5, seed=1) == []


def test_each_outlier_makes_a_question():
    found = questions_of([OutlierSet("birds", ("owl", "crow"), ("bee", "tree"))])
    assert found == [
        Question(("owl", "crow"), "bee", "birds"),
        Question(("owl", "crow"), "tree", "birds"),
    ]


def test_the_place_of_the_odd_word_is_that_of_the_compactness_score():
    words = [f"w{n}" for n in range(40)]
    units = random_units(words)
    rng = np.random.default_rng(2)
    chosen = [rng.choice(40, 7, replace=False) for _ in range(60)]
    questions = [Question(tuple(f"w{n}" for n in rows[:-1]), f"w{rows[-1]}", "") for rows in chosen]
    answers = answer(questions, {word: row for row, word in enumerate(words)}, units)
    expected = [compactness_place(units[rows]) for rows in chosen]
    assert answers.place.tolist() == expected
    assert answers.right.tolist() == [place == 6 for place in expected]
    assert answers.outlier_position.tolist() == [place / 6 for place in expected]
    assert len(set(expected)) == 7


def test_missing_words_are_left_out_and_questions_without_three_words_are_not_asked():
    units = random_units("abcd")
    places = {word: row for row, word in enumerate("abcd")}
    questions = [
        Question(("a", "b", "x"), "c", ""),
        Question(("a", "x", "y"), "c", ""),
        Question(("a", "b", "c"), "x", ""),
        Question(("a", "b", "c"), "d", ""),
    ]
    answers = answer(questions, places, units)
    assert answers.others == pytest.approx([2, np.nan, np.nan, 3], nan_ok=True)
    assert np.isnan(answers.right).tolist() == [False, True, True, False]
    assert answers.chance == pytest.approx([1 / 3, np.nan, np.nan, 1 / 4], nan_ok=True)
    assert (
        answer(questions[:1], places, units).place
        == answer([Question(("a", "b"), "c", "")], places, units).place
    )


def test_words_that_are_all_alike_do_not_give_the_odd_one_away():
    units = np.tile([0.6, 0.8], (3, 1))
    answers = answer([Question(("a", "b"), "c", "")], {"a": 0, "b": 1, "c": 2}, units)
    assert answers.right.tolist() == [0]
