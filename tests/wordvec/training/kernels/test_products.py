import numpy as np
import pytest
from numba.core.errors import TypingError

from wordvec.compilation import kernel
from wordvec.training.kernels.products import SCORES, make_rows, move_contexts, move_output, score
from wordvec.training.kernels.registers import LANES, padded, split


def make_products(dim, outputs):
    """Return a compiled function that does all three products, one after the other."""

    @kernel
    def multiply(x, chosen, count, o, scores, row, k):
        score(x, chosen, count, o, scores, dim, outputs)
        move_contexts(x, chosen, count, o, scores, dim, outputs)
        move_output(row, x, chosen, count, scores, k, dim, outputs)

    return multiply


def make_arguments(dim, outputs, count):
    rng = np.random.default_rng(dim)
    x, o = (np.zeros((n, padded(dim)), np.float32) for n in (20, outputs))
    x[:, :dim] = rng.standard_normal((20, dim)) / dim**0.5
    o[:, :dim] = rng.standard_normal((outputs, dim)) / dim**0.5
    matrix = rng.standard_normal((3, dim)).astype(np.float32)
    chosen = rng.permutation(20)
    scores = np.zeros((20, padded(outputs, SCORES)), np.float32)
    return x, chosen, count, o, scores, matrix[1], outputs - 1


@pytest.mark.parametrize(
    ("dim", "outputs", "count"),
    [(1, 2, 1), (7, 6, 2), (16, 6, 3), (100, 6, 10), (100, 6, 0), (129, 9, 5), (1000, 26, 4)],
)
def test_the_vector_instructions_equal_numpy(dim, outputs, count):
    multiply = make_products(dim, outputs)
    ours, numpys = (make_arguments(dim, outputs, count) for _ in range(2))
    multiply(*ours)
    multiply.py_func(*numpys)
    for which in (0, 5):
        np.testing.assert_allclose(ours[which], numpys[which], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        ours[4][:count, :outputs], numpys[4][:count, :outputs], rtol=1e-5, atol=1e-5
    )


def test_a_products_neighbours_stay_as_they_were():
    arguments = make_arguments(100, 6, 3)
    x, chosen, _, o, _, row, _ = arguments
    before = x.copy(), o.copy(), row.base.copy()
    make_products(100, 6)(*arguments)
    np.testing.assert_array_equal(np.delete(x, chosen[:3], 0), np.delete(before[0], chosen[:3], 0))
    np.testing.assert_array_equal(o, before[1])
    np.testing.assert_array_equal(row.base[[0, 2]], before[2][[0, 2]])
    assert not x[:, 100:].any()


def test_an_array_that_does_not_lie_row_after_row_is_refused():
    x, chosen, count, o, scores, row, k = make_arguments(100, 6, 3)
    with pytest.raises(TypingError, match="No implementation of function"):
        make_products(100, 6)(x[:, ::2], chosen, count, o, scores, row, k)


@pytest.mark.parametrize("numbers", [1, 15, 16, 100, 300])
def test_a_row_is_split_into_vectors_without_gap_or_overlap(numbers):
    covered = [place + lane for place, lanes in split(numbers) for lane in range(lanes)]
    assert covered == list(range(numbers))
    assert max(lanes for _, lanes in split(numbers)) <= LANES


@pytest.mark.parametrize("width", [16, 112])
def test_local_rows_begin_at_a_cache_line(width):
    @kernel
    def address(count):
        return make_rows(count, width).ctypes.data

    assert address(5) % 64 == 0
    rows = make_rows.py_func(5, width)
    assert rows.shape == (5, width)
    assert rows.ctypes.data % 64 == 0
