import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from wordvec.neighbours import rows as neighbours
from wordvec.neighbours import best_rows, cosines, row_norms, unit

SCORES = arrays.arrays(np.float32, st.integers(0, 50), elements=st.integers(-3, 3).map(float))


@given(SCORES, st.integers(-1, 60))
def test_the_best_rows_are_those_of_a_full_sort(scores, n):
    expected = sorted(range(len(scores)), key=lambda row: (-scores[row], row))[: max(n, 0)]
    assert best_rows(scores, n).tolist() == expected


@pytest.fixture
def matrix():
    return np.random.default_rng(0).standard_normal((50, 7), np.float32)


@pytest.mark.parametrize("rows_per_block", [1, 7, 50, 64])
def test_blocks_give_what_the_whole_matrix_gives(monkeypatch, matrix, rows_per_block):
    monkeypatch.setattr(neighbours, "ROWS_PER_BLOCK", rows_per_block)
    norms = row_norms(matrix)
    np.testing.assert_array_equal(norms, np.linalg.norm(matrix, axis=1))
    direction = unit(matrix[3])
    np.testing.assert_allclose(
        cosines(matrix, norms, direction), matrix @ direction / norms, atol=1e-6
    )


def test_a_matrix_of_any_layout_is_read(matrix):
    direction = unit(matrix[3, :4])
    for view in (matrix[:, :4], np.asfortranarray(matrix[:, :4]), matrix[::-1, :4][::-1]):
        scores = cosines(view, row_norms(view), direction)
        np.testing.assert_allclose(
            scores, cosines(view.copy(), row_norms(view), direction), atol=1e-6
        )


@pytest.mark.parametrize("value", [0, np.nan, np.inf, -np.inf, 1e30])
def test_a_row_without_a_direction_is_similar_to_nothing(matrix, value):
    matrix[4] = value
    scores = cosines(matrix, row_norms(matrix), unit(matrix[3]))
    assert scores[4] == 0
    assert np.isfinite(scores).all()
    assert scores[3] == pytest.approx(1)


@pytest.mark.parametrize("scale", [1e-20, 1, 1e30])
def test_a_vector_of_any_length_is_brought_to_length_one(scale):
    np.testing.assert_allclose(unit(np.array([3, 4], np.float32) * np.float32(scale)), [0.6, 0.8])


@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_a_vector_without_a_direction_becomes_zero(value):
    assert unit(np.array([value, 1 if value else 0], np.float32)).tolist() == [0, 0]
