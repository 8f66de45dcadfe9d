import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from wordvec.neighbours import best_rows, row_norms, unit
from wordvec.neighbours import rows as module
from wordvec.quantization import QuantizedMatrix, encode

SCORES = arrays.arrays(np.float32, st.integers(0, 50), elements=st.integers(-3, 3).map(float))


@given(SCORES, st.integers(-1, 60))
def test_the_best_rows_are_those_of_a_full_sort(scores, n):
    expected = sorted(range(len(scores)), key=lambda row: (-scores[row], row))[: max(n, 0)]
    assert best_rows(scores, n).tolist() == expected


@pytest.mark.parametrize("rows_per_block", [1, 7, 50, 64])
def test_lengths_by_blocks_are_those_of_the_whole_matrix(monkeypatch, rows_per_block):
    monkeypatch.setattr(module, "ROWS_PER_BLOCK", rows_per_block)
    matrix = np.random.default_rng(0).standard_normal((50, 7), np.float32)
    codes, scales = encode(matrix, "int8")
    quantized = QuantizedMatrix(codes, "int8", 7, scales)
    for rows in (matrix, np.asfortranarray(matrix), quantized):
        expected = np.linalg.norm(np.asarray(rows, np.float64), axis=1)
        np.testing.assert_allclose(row_norms(rows), expected, rtol=1e-6)


def test_a_row_too_long_for_float32_has_an_infinite_length():
    matrix = np.array([[1e30, 0], [np.nan, 0], [0, 0]], np.float32)
    np.testing.assert_array_equal(row_norms(matrix), [np.inf, np.nan, 0])


@pytest.mark.parametrize("scale", [1e-20, 1, 1e30])
def test_a_vector_of_any_length_is_brought_to_length_one(scale):
    np.testing.assert_allclose(unit(np.array([3, 4], np.float32) * np.float32(scale)), [0.6, 0.8])


@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_a_vector_without_a_direction_becomes_zero(value):
    assert unit(np.array([value, 1 if value else 0], np.float32)).tolist() == [0, 0]
