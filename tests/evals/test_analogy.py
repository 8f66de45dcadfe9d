import json

import numpy as np
import pytest
from evaluation import make_keyed_vectors, make_vectors, structured_vectors, write

from wordvec.evals import Tally, evaluate_analogies
from wordvec.evals.datasets import locate

FAMILY = """: family
man woman king queen
: gram-number
king kings Queen queens
man men king kings
man men duke dukes
"""
PLANE = {
    "man": (1, 0, 0),
    "woman": (1, 1, 0),
    "king": (3, 0, 0.5),
    "queen": (3, 1, 0.5),
    "kings": (3, 0, 2.5),
    "queens": (3, 1, 2.5),
    "men": (1, 0, 2),
    "tree": (-9, -1, 5),
}


@pytest.fixture(scope="module")
def plane():
    return make_vectors(PLANE, np.array(list(PLANE.values())))


def sections_of_gensim(vectors, path, **options):
    _, sections = make_keyed_vectors(vectors).evaluate_word_analogies(str(path), **options)
    return {
        s["section"]: (len(s["correct"]), len(s["correct"]) + len(s["incorrect"]))
        for s in sections[:-1]
    }


def sections_of(result):
    return {name: (tally.correct, tally.answered) for name, tally in result.sections.items()}


def test_sections_equal_those_stored_from_gensim(data_folder):
    folder = data_folder / "golden" / "postprocess"
    words = np.loadtxt(folder / "base.vec", skiprows=1, usecols=0, dtype=str, comments=None)
    matrix = np.loadtxt(folder / "base.vec", skiprows=1, usecols=range(1, 51), comments=None)
    expected = json.loads((folder / "expected.json").read_text())["gensim_analogies"]
    result = evaluate_analogies(make_vectors(words.tolist(), matrix))
    stored = {name: tuple(counts) for name, counts in expected["sections"].items()}
    assert (result.total.correct, result.total.answered) == stored.pop("Total accuracy")
    assert sections_of(result) == stored
    assert result.accuracy == pytest.approx(expected["accuracy"])


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("cut", [800, None])
def test_sections_equal_gensims_on_the_same_vectors(cut, case_insensitive):
    vectors = structured_vectors(3)
    options = {"restrict_vocab": cut, "case_insensitive": case_insensitive}
    result = evaluate_analogies(vectors, "questions-words", **options)
    assert sections_of(result) == sections_of_gensim(vectors, locate("questions-words"), **options)
    assert 0 < result.total.correct < result.total.answered < result.total.total


def test_right_answers_are_counted_by_section_and_kind(plane, tmp_path):
    result = evaluate_analogies(plane, write(tmp_path / "questions", FAMILY))
    assert result.sections == {
        "family": Tally(correct=1, answered=1, total=1),
        "gram-number": Tally(correct=2, answered=2, total=3),
    }
    assert result.semantic == result.sections["family"]
    assert result.syntactic == result.sections["gram-number"]
    assert result.total == Tally(correct=3, answered=3, total=4)
    assert (result.accuracy, result.coverage) == (1, 0.75)
    assert result.missing_words == ("duke", "dukes")


def test_a_spelling_of_an_asked_word_is_no_answer(tmp_path):
    words = ["man", "woman", "king", "queen", "KING", "Woman"]
    matrix = [[1, 0, 0], [1, 1, 0], [3, 0, 1], [3, 4, 1.4], [3, 3.2, 1.4], [3, 3, 1.4]]
    vectors = make_vectors(words, matrix)
    path = write(tmp_path / "questions", ": family\nman woman king queen\n")
    assert evaluate_analogies(vectors, path).total.correct == 1
    assert evaluate_analogies(vectors, path, case_insensitive=False).total.correct == 0


@pytest.mark.parametrize(("spellings", "correct"), [(4, 1), (5, 0), (6, 0)])
def test_only_five_neighbours_are_looked_at_as_gensim_does(tmp_path, spellings, correct):
    others = ["King", "KING", "kING", "KInG", "KiNG", "KINg"][:spellings]
    near = [[3, 3.2 + 0.01 * n, 1.44] for n in range(spellings)]
    vectors = make_vectors(
        ["man", "woman", "king", "queen", *others, "tree"],
        [[1, 0, 0], [1, 1, 0], [3, 0, 1], [3, 4, 1.4], *near, [-9, 2, 2]],
    )
    path = write(tmp_path / "questions", ": family\nman woman king queen\n")
    result = sections_of(evaluate_analogies(vectors, path))
    assert result == {"family": (correct, 1)} == sections_of_gensim(vectors, path)


def test_a_vocabulary_of_the_asked_words_alone_answers_nothing(plane, tmp_path):
    path = write(tmp_path / "questions", ": family\nman woman king king\n")
    result = evaluate_analogies(plane, path, restrict_vocab=3)
    assert result.total == Tally(correct=0, answered=1, total=1)


def test_without_known_words_accuracy_is_null_in_json(plane, tmp_path):
    path = write(tmp_path / "questions", ": family\nuncle aunt boy girl\n: empty\n")
    report = json.loads(json.dumps(evaluate_analogies(plane, path).to_dict(), allow_nan=False))
    assert (report["accuracy"], report["coverage"], report["total"]) == (None, 0, 1)


def test_answers_do_not_depend_on_how_the_work_is_cut(monkeypatch):
    vectors = structured_vectors(5)
    whole = evaluate_analogies(vectors)
    monkeypatch.setattr("wordvec.evals.analogy._COLUMNS", 97)
    monkeypatch.setattr("wordvec.evals.analogy._QUESTIONS", 13)
    assert evaluate_analogies(vectors) == whole
