import itertools

import numpy as np
import pytest
from analogies import METHOD_TWINS, answer_one
from evaluation import make_keyed_vectors

from wordvec.errors import ConfigError, DataError
from wordvec.evals.answers import METHODS, answer_questions
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, encode
from wordvec.vectors import WordVectors

ALL = pytest.mark.parametrize("method", list(METHODS))


def space(matrix, words=None):
    words = [f"w{row}" for row in range(len(matrix))] if words is None else words
    return WordVectors(words, np.asarray(matrix, np.float32))


def answers(vectors, questions, *, first_rows=None, method="add"):
    first_rows = np.arange(len(vectors)) if first_rows is None else np.array(first_rows)
    return answer_questions(vectors, np.array(questions), first_rows, method=method).tolist()


@pytest.fixture(scope="module")
def crowd():
    """Return vectors, some of zeros and some much alike, and the first spelling of each."""
    rng = np.random.default_rng(5)
    matrix = rng.standard_normal((500, 12)) * rng.uniform(0.1, 9, (500, 1))
    matrix[[7, 40]] = 0
    matrix[300:340] = matrix[:40] + 0.05 * rng.standard_normal((40, 12))
    first_rows = np.arange(500)
    first_rows[300:330] = np.arange(30)
    return space(matrix), first_rows


@ALL
def test_answers_are_those_of_the_formula(crowd, method):
    vectors, first_rows = crowd
    questions = np.random.default_rng(1).integers(0, 300, (400, 3))
    questions[:5] = [[1, 1, 2], [1, 2, 2], [1, 2, 1], [3, 3, 3], [7, 8, 9]]
    matrix = vectors.vectors.astype(np.float64)
    expected = [answer_one(matrix, q, first_rows, METHOD_TWINS[method]) for q in questions]
    assert answers(vectors, questions, first_rows=first_rows, method=method) == expected


@ALL
def test_answers_do_not_depend_on_how_the_work_is_cut(crowd, method, monkeypatch):
    vectors, first_rows = crowd
    questions = np.random.default_rng(2).integers(0, 300, (100, 3))
    whole = answers(vectors, questions, first_rows=first_rows, method=method)
    monkeypatch.setattr("wordvec.evals.answers._COLUMNS", 97)
    monkeypatch.setattr("wordvec.evals.answers._QUESTIONS", 13)
    monkeypatch.setattr("wordvec.neighbours.threads.PRODUCTS_A_THREAD", 1)
    vectors.threads = 3
    assert answers(vectors, questions, first_rows=first_rows, method=method) == whole


def test_products_are_those_of_gensims_most_similar_cosmul(monkeypatch):
    vectors = space(np.random.default_rng(3).standard_normal((400, 10)))
    keyed = make_keyed_vectors(vectors)
    monkeypatch.setattr(keyed, "init_sims", keyed.fill_norms)  # deprecated, and gensim calls it
    questions = [q for q in np.random.default_rng(4).integers(0, 400, (200, 3)) if len({*q}) == 3]
    found = answers(vectors, questions, method="mul")
    for (a, b, c), row in zip(questions, found, strict=True):
        best = keyed.most_similar_cosmul([f"w{b}", f"w{c}"], [f"w{a}"], topn=1)
        assert f"w{row}" == best[0][0]


@ALL
def test_planted_parallelograms_are_found(method):
    rng = np.random.default_rng(6)
    kinds = rng.standard_normal((20, 30))
    kinds /= np.linalg.norm(kinds, axis=1, keepdims=True)
    # All of one length, so that they are parallelograms at length 1, too.
    countries, capitals = (np.column_stack([kinds, np.full(20, side)]) for side in (-0.5, 0.5))
    vectors = space(np.concatenate([countries, capitals, rng.standard_normal((200, 31))]))
    pairs = list(itertools.permutations(range(20), 2))
    questions = [(a, a + 20, c) for a, c in pairs]
    assert answers(vectors, questions, method=method) == [c + 20 for _, c in pairs]


def test_the_methods_differ_where_they_should():
    """With a, b and c at right angles, the cosines with them are the first three coordinates.

    add: d2 - d1 + d3 is 0.95, 0.9 and 0.5; one large cosine is enough. mul: (1 + d2) (1 + d3) /
    (1 + d1) is 1.95, 2.1 and 1.4; both must be large. pair-direction: (d2 - d1) / |d - c| is 0,
    0.43 and 0.54; the answer may be far from c.
    """
    first_three = [[0, 0, 0.95], [0, 0.45, 0.45], [-0.3, 0.6, -0.4]]
    rest = [[np.sqrt(1 - np.square(row).sum())] for row in first_three]
    vectors = space(np.concatenate([np.eye(3, 4), np.column_stack([first_three, rest])]))
    found = [answers(vectors, [[0, 1, 2]], method=method) for method in METHODS]
    assert found == [[3], [4], [5]]


def test_a_word_in_the_place_of_c_lies_in_no_direction_from_it():
    rng = np.random.default_rng(7)
    c, other = rng.standard_normal((2, 40)) / np.sqrt(40)
    other[2:] *= np.linalg.norm(c[2:]) / np.linalg.norm(other[2:])
    other[:2] = c[0] + 1e-6, c[1]  # a little towards b; rounding makes more of some copies of c
    copies = rng.uniform(0.1, 9, (200, 1)) * c
    rows = np.concatenate([np.eye(2, 40), [c], copies, [other]])
    assert answers(space(rows), [[1, 0, 2]], method="pair-direction") == [203]


@ALL
@pytest.mark.parametrize("dtype", [name for name in QUANTIZERS if name != "float32"])
def test_codes_are_answered_as_what_they_stand_for(crowd, method, dtype):
    vectors, first_rows = crowd
    codes, scales = encode(vectors.vectors, dtype)
    coded = QuantizedMatrix(codes, dtype, 12, scales)
    questions = np.random.default_rng(2).integers(0, 300, (50, 3))
    decoded = answers(space(coded[:]), questions, first_rows=first_rows, method=method)
    encoded = WordVectors(vectors.index_to_key, coded)
    assert answers(encoded, questions, first_rows=first_rows, method=method) == decoded


@ALL
def test_a_word_without_a_vector_is_no_answer(method):
    vectors = space([[1, 0], [0, 1], [1, 1], [0, 0], [-1, -1]])
    assert answers(vectors, [[0, 1, 2]], method=method) == [4]
    assert answers(space(vectors.vectors[:4]), [[0, 1, 2]], method=method) == [-1]


@ALL
def test_words_below_the_cut_are_no_answers(method):
    vectors = space([[1, 0], [1, 1], [2, 0.1], [-1, 2], [2, 1]])
    assert answers(vectors, [[0, 1, 2]], method=method) == [4]
    assert answers(vectors, [[0, 1, 2]], first_rows=range(4), method=method) == [3]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("row", [1, 4])
def test_a_vector_that_is_not_finite_is_named(row, bad):
    matrix = np.eye(5, dtype=np.float32)
    matrix[row, 0] = bad
    with pytest.raises(DataError, match=rf"the vector of 'w{row}' \(row {row}\) holds NaN"):
        answers(space(matrix), [[0, 1, 2]])


@ALL
@pytest.mark.parametrize("scale", [1e37, 1e30, 1e-17, 1e-19, 1e-22, 1e-30])
def test_numbers_whose_squares_float32_does_not_hold_are_no_hindrance(crowd, method, scale):
    vectors, first_rows = crowd
    questions = np.random.default_rng(8).integers(0, 300, (100, 3))
    scales = np.where(np.arange(500) % 3, 1.0, scale)[:, None]
    scaled = space((vectors.vectors * scales).astype(np.float32))
    expected = answers(vectors, questions, first_rows=first_rows, method=method)
    assert answers(scaled, questions, first_rows=first_rows, method=method) == expected


def test_without_questions_there_are_no_answers():
    assert answers(space(np.eye(3)), np.empty((0, 3), np.int64)) == []


def test_an_unknown_method_is_told_the_known_ones():
    with pytest.raises(ConfigError, match="method is 'cos'; it must be one of add, mul, pair-dir"):
        answers(space(np.eye(3)), [[0, 1, 2]], method="cos")
