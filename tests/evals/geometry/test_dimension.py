import numpy as np
import pytest
from spaces import manifold

from wordvec.evals.geometry.dimension import two_nn


def slow_two_nn(rows):
    """Facco et al. 2017, by all distances."""
    rows = rows.astype(np.float64)
    ratios = []
    for row in rows:
        first, second = np.sort(np.linalg.norm(rows - row, axis=1))[1:3]
        ratios.append(second / first)
    ratios.sort()
    n = len(ratios)
    x = [np.log(mu) for mu in ratios[: int(0.9 * n)]]
    y = [-np.log(1 - i / n) for i in range(1, len(x) + 1)]
    return np.dot(x, y) / np.dot(x, x)


def test_it_is_the_fit_of_the_paper():
    rows = np.random.default_rng(1).normal(size=(400, 7)).astype(np.float32)
    assert two_nn(rows) == pytest.approx(slow_two_nn(rows), rel=1e-9)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_the_dimension_of_a_curved_surface_in_50_dimensions_is_found(dim):
    assert two_nn(manifold(dim)) == pytest.approx(dim, rel=0.1)


def test_vectors_far_from_the_origin_and_very_near_each_other_keep_their_dimension():
    rows = np.random.default_rng(3).uniform(0, 1e-2, (2000, 2)).astype(np.float32) + np.float32(3)
    rows = np.unique(rows, axis=0)
    assert two_nn(rows) == pytest.approx(slow_two_nn(rows), rel=1e-6)


def test_two_vectors_have_none_and_neither_has_a_grid():
    assert two_nn(np.eye(2, dtype=np.float32)) is None
    assert two_nn(np.eye(5, dtype=np.float32)) is None
