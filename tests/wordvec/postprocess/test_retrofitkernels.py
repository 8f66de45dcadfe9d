import numpy as np
import pytest
from retrofit_twins import slow_sweep

from wordvec.postprocess import retrofitkernels as kernels

N, DIM = 12, 5


@pytest.fixture(params=["compiled", "plain Python"])
def way(request):
    return (lambda run: run) if request.param == "compiled" else (lambda run: run.py_func)


@pytest.fixture
def system():
    """Return x, base, a sparse matrix by rows, and the same dense."""
    random = np.random.default_rng(3)
    dense = random.random((N, N)) * (random.random((N, N)) < 0.3) / 12
    dense[4] = 0
    dense[5, 5] = 0.1
    tails, columns = np.nonzero(dense)
    starts = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=N))])
    x, base = random.standard_normal((2, N, DIM), np.float32)
    return x, base, (starts, columns, dense[tails, columns]), dense


def test_a_sweep_uses_the_rows_that_are_new_already(way, system):
    x, base, sparse, dense = system
    expected, went = slow_sweep(x, base, dense)
    changes = np.empty(N)
    way(kernels.sweep)(x, base, *sparse, np.empty(DIM), changes)
    np.testing.assert_allclose(x, expected, atol=1e-6)
    np.testing.assert_allclose(changes, went, atol=1e-6)


def test_residuals_are_distances_from_the_equations_of_the_rows_asked_for(way, system):
    x, base, sparse, dense = system
    residuals = np.full(N, -1.0)
    way(kernels.measure)(2, 9, x.copy(), base, *sparse, np.empty(DIM), residuals)
    expected = np.linalg.norm(base + dense @ x - x, axis=1)
    np.testing.assert_allclose(residuals[2:9], expected[2:9], atol=1e-6)
    assert residuals[:2].tolist() == [-1, -1]
    assert residuals[9:].tolist() == [-1, -1, -1]


def test_neighbours_are_added_with_their_weights(way):
    block = np.random.default_rng(1).standard_normal((4, DIM), np.float32)
    base = np.ones((3, DIM), np.float32)
    heads, columns = np.array([0, 2, 0]), np.array([1, 1, 3])
    way(kernels.add_neighbours)(block, heads, columns, np.array([0.5, 0.25, 2.0]), base)
    expected = 1 + np.array([0.5 * block[1] + 2 * block[3], 0 * block[0], 0.25 * block[1]])
    np.testing.assert_allclose(base, expected, atol=1e-6)
