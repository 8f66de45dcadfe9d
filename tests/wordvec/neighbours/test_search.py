import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_twins import slow_cosines, slow_hubness, slow_nearest, stored
from threadpoolctl import threadpool_info

from wordvec.neighbours import cosines, hubness, nearest, products, row_norms, threads, unit
from wordvec.quantization import QUANTIZERS, QuantizedMatrix


def directions_of(n, dim, seed=1):
    asked = np.random.default_rng(seed).standard_normal((n, dim), np.float32)
    return np.array([unit(direction) for direction in asked])


@pytest.fixture
def matrix():
    return np.random.default_rng(0).standard_normal((500, 21), np.float32)


@pytest.fixture
def in_small_pieces(monkeypatch):
    """Blocks of a few rows, and several threads for little work."""
    monkeypatch.setattr(products, "ROWS_PER_BLOCK", 50)
    monkeypatch.setattr(products, "NUMBERS_TO_REUSE", 21 * 33)
    monkeypatch.setattr(threads, "PRODUCTS_A_THREAD", 100)


@pytest.fixture(params=[False, True], ids=["by NumPy", "by kernels"])
def with_kernels(request, monkeypatch):
    monkeypatch.setattr(products, "NUMBERS_BEFORE_KERNELS", 0 if request.param else 1 << 60)


@pytest.mark.parametrize("dtype", QUANTIZERS)
@pytest.mark.parametrize("asked", [1, 3, 5])
@pytest.mark.usefixtures("in_small_pieces", "with_kernels")
def test_the_nearest_rows_are_those_of_a_full_sort(matrix, dtype, asked):
    kept, directions = stored(matrix, dtype), directions_of(asked, 21)
    rows, scores = nearest(kept, row_norms(kept), directions, 10, threads=3)
    assert rows.shape == scores.shape == (asked, 10)
    expected_rows, expected = slow_nearest(kept, directions, 10)
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    swapped = rows != expected_rows  # rows that are equally near in float32's precision
    slow = np.take_along_axis(slow_cosines(kept, directions), rows, axis=1)
    np.testing.assert_allclose(slow[swapped], expected[swapped], atol=1e-6)


@pytest.mark.parametrize("dtype", QUANTIZERS)
@pytest.mark.usefixtures("in_small_pieces", "with_kernels")
def test_all_cosines_are_those_of_the_decoded_rows(matrix, dtype):
    kept, direction = stored(matrix, dtype), directions_of(1, 21)
    scores = cosines(kept, row_norms(kept), direction[0], threads=2)
    np.testing.assert_allclose(scores, slow_cosines(kept, direction)[0], atol=1e-6)


@settings(max_examples=50)
@given(
    rows=st.integers(1, 90),
    asked=st.integers(1, 6),
    n=st.integers(-1, 100),
    n_threads=st.integers(1, 4),
    per_block=st.integers(1, 40),
    seed=st.integers(0, 99),
)
def test_of_equal_scores_the_lower_rows_are_taken(rows, asked, n, n_threads, per_block, seed):
    random = np.random.default_rng(seed)
    # Lengths of 2 and 0, and cosines that are whole quarters: exact, with many ties.
    matrix = random.choice([-1, 1], (rows, 4)).astype(np.float32)
    matrix[random.random(rows) < 0.1] = 0
    directions = random.choice([-0.5, 0.5], (asked, 4)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(products, "ROWS_PER_BLOCK", per_block)
        patch.setattr(threads, "PRODUCTS_A_THREAD", 1)
        found, scores = nearest(matrix, row_norms(matrix), directions, n, threads=n_threads)
    expected_rows, expected = slow_nearest(matrix, directions, max(n, 0))
    assert found.tolist() == expected_rows.tolist()
    assert scores.tolist() == expected.tolist()


@pytest.mark.parametrize("asked", [1, 5])
@pytest.mark.parametrize("value", [0, np.nan, np.inf, -np.inf, 1e30])
def test_a_row_without_a_direction_is_similar_to_nothing(matrix, value, asked):
    matrix[4] = value
    norms, directions = row_norms(matrix), directions_of(asked, 21)
    scores = cosines(matrix, norms, directions[0])
    assert scores[4] == 0
    np.testing.assert_allclose(scores, slow_cosines(matrix, directions)[0], atol=1e-6)
    rows, scores = nearest(matrix, norms, directions, 500)
    assert np.all(scores[rows == 4] == 0)
    np.testing.assert_allclose(scores, slow_nearest(matrix, directions, 500)[1], atol=1e-6)


@pytest.mark.parametrize("asked", [1, 5])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_wrong_lengths_do_not_bring_rows_that_are_not_finite_to_the_top(matrix, value, asked):
    matrix[4] = value
    directions = directions_of(asked, 21)
    norms = np.where(np.arange(500) == 4, np.float32(1), row_norms(matrix))
    rows, scores = nearest(matrix, norms, directions, 10)
    np.testing.assert_allclose(scores, slow_nearest(matrix, directions, 10)[1], atol=1e-6)
    assert 4 not in rows
    assert cosines(matrix, norms, directions[0])[4] == 0


@pytest.mark.parametrize("dim", [1, 2, 7, 8, 9, 300, 513])
@pytest.mark.parametrize("dtype", QUANTIZERS)
@pytest.mark.usefixtures("with_kernels")
def test_vectors_of_any_length_and_a_single_row_are_searched(dtype, dim):
    kept = stored(np.random.default_rng(0).standard_normal((1, dim), np.float32), dtype)
    directions = directions_of(2, dim)
    rows, scores = nearest(kept, row_norms(kept), directions, 10)
    assert rows.tolist() == [[0], [0]]
    np.testing.assert_allclose(scores, slow_cosines(kept, directions), atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "int8"])
@pytest.mark.usefixtures("with_kernels")
def test_no_rows_no_directions_and_none_asked_for_give_nothing(matrix, dtype):
    kept = stored(matrix, dtype)
    empty = stored(matrix[:0], dtype)
    norms = row_norms(kept)
    assert nearest(kept, norms, directions_of(2, 21), 0)[0].shape == (2, 0)
    assert nearest(kept, norms, directions_of(2, 21)[:0], 3)[0].shape == (0, 3)
    assert nearest(empty, norms[:0], directions_of(2, 21), 3)[0].shape == (2, 0)
    assert cosines(empty, norms[:0], directions_of(1, 21)[0]).shape == (0,)
    assert hubness(empty, norms[:0]).shape == (0,)


def test_more_directions_than_are_searched_at_once_all_get_their_answers(matrix):
    directions = directions_of(300, 21)
    rows, scores = nearest(matrix, row_norms(matrix), directions, 1)
    assert np.array_equal(rows, slow_nearest(matrix, directions, 1)[0])
    assert scores.shape == (300, 1)


def test_a_matrix_of_any_layout_is_read(matrix):
    directions = directions_of(5, 4)
    for view in (matrix[:, :4], np.asfortranarray(matrix[:, :4]), matrix[::-1, :4]):
        for some in (directions[:1], directions):
            _, scores = nearest(view, row_norms(view), some, 10)
            np.testing.assert_allclose(scores, slow_nearest(view, some, 10)[1], atol=1e-6)


@pytest.mark.usefixtures("with_kernels")
def test_codes_of_any_layout_are_read(matrix):
    kept = stored(matrix, "int8")
    directions = directions_of(1, 21)
    for codes in (np.asfortranarray(kept.codes), kept.codes[::2]):
        view = QuantizedMatrix(codes, "int8", 21, kept.scales[:: 500 // len(codes)])
        _, scores = nearest(view, row_norms(view), directions, 10)
        np.testing.assert_allclose(scores, slow_nearest(view, directions, 10)[1], atol=1e-6)


@pytest.mark.parametrize("dtype", QUANTIZERS)
@pytest.mark.parametrize("k", [1, 10, 498, 499, 600])
def test_hubness_is_the_mean_over_the_nearest_other_rows(matrix, dtype, k):
    matrix[7], matrix[8] = 0, matrix[9]
    kept = stored(matrix, dtype)
    found = hubness(kept, row_norms(kept), k)
    np.testing.assert_allclose(found, slow_hubness(kept, min(k, 499)), atol=1e-6)


@pytest.mark.usefixtures("in_small_pieces")
def test_hubness_by_blocks_is_that_of_the_whole_matrix(matrix):
    matrix[7] = np.nan
    found = hubness(matrix, row_norms(matrix), 10, threads=3)
    np.testing.assert_allclose(found, slow_hubness(matrix, 10), atol=1e-6)


def test_a_single_row_has_no_hubness(matrix):
    assert hubness(matrix[:1], row_norms(matrix[:1])).tolist() == [0]


@pytest.mark.parametrize("dtype", ["float32", "float16", "binary"])
def test_a_first_search_loads_no_numba(dtype):
    script = f"""
import sys
import numpy as np
from wordvec.neighbours import nearest, row_norms, unit
from wordvec.quantization import QuantizedMatrix, encode
matrix = np.random.default_rng(0).standard_normal((5000, 100), np.float32)
if {dtype!r} != "float32":
    codes, scales = encode(matrix, {dtype!r})
    matrix = QuantizedMatrix(codes, {dtype!r}, 100, scales)
nearest(matrix, row_norms(matrix), unit(matrix[3])[None], 10)
heavy = {{"numba", "joblib", "threadpoolctl", "concurrent.futures.thread"}}
sys.exit(", ".join(heavy & set(sys.modules)) or 0)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_kernels_take_over_once_much_has_been_decoded(matrix, monkeypatch):
    monkeypatch.setattr(products, "NUMBERS_BEFORE_KERNELS", 3 * matrix.size)
    monkeypatch.setattr(products, "_decoded", 0)
    assert [products._kernels_pay(matrix.size) for _ in range(5)] == [False] * 3 + [True] * 2


@pytest.mark.usefixtures("in_small_pieces")
def test_searches_of_several_threads_at_once_do_not_disturb_each_other(matrix):
    asked = [directions_of(n, 21, seed=n) for n in (1, 2, 4, 5, 6, 7)] * 3
    norms = row_norms(matrix)
    before = threadpool_info()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda some: nearest(matrix, norms, some, 10, threads=2), asked))
    for some, (_, scores) in zip(asked, answers, strict=True):
        np.testing.assert_allclose(scores, slow_nearest(matrix, some, 10)[1], atol=1e-6)
    assert threadpool_info() == before
