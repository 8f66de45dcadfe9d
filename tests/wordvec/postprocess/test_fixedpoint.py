from itertools import pairwise

import numpy as np
import pytest

from wordvec.errors import ConfigError
from wordvec.postprocess import fixedpoint
from wordvec.postprocess.fixedpoint import System
from wordvec.transforms import unit_rows


def system(dense, dim=3):
    n = len(dense)
    tails, columns = np.nonzero(dense)
    starts = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=n))])
    x, base = np.random.default_rng(0).standard_normal((2, n, dim), np.float32)
    return System(x, base, starts, columns, dense[tails, columns])


@pytest.fixture
def dense():
    """Return a matrix whose rows have sums of 0.8."""
    random = np.random.default_rng(5)
    found = random.random((40, 40)) * (random.random((40, 40)) < 0.1) + 0.01 * np.eye(40)
    return 0.8 * found / found.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("dim", [1, 5, 70])
@pytest.mark.parametrize("most", [0, 500])
def test_the_exact_solution_is_that_of_a_dense_solver(dense, dim, most, monkeypatch):
    monkeypatch.setattr(fixedpoint, "_DENSE_UP_TO", most)
    equations, done = system(dense, dim), []
    equations.solve(lambda *columns: done.append(columns))
    expected = np.linalg.solve(np.eye(40) - dense, equations.base)
    np.testing.assert_allclose(equations.x, expected, atol=1e-5)
    assert equations.residual() < 1e-5
    assert done[-1] == (dim, dim)


def test_no_sweep_makes_the_residual_larger(dense):
    equations = system(dense)
    before = equations.residual()
    residuals = [equations.sweep().residual for _ in range(30)]
    assert all(new < old for old, new in pairwise([before, *residuals]))
    assert residuals[-1] < 1e-3 * before


def test_the_residual_is_the_same_by_any_number_of_threads(dense, monkeypatch):
    equations = system(dense, 30)
    alone = equations.residual()
    monkeypatch.setattr("wordvec.neighbours.threads.PRODUCTS_A_THREAD", 1)
    monkeypatch.setenv("WORDVEC_THREADS", "3")
    assert equations.residual() == alone


def test_few_words_with_a_tiny_alpha_are_solved_from_any_start():
    pulls = np.array([[0, 0.5, 0.5], [1, 0, 0], [0, 1, 0]]) / (1 + 1e-6)
    random = np.random.default_rng(0)
    for _ in range(100):
        equations = system(pulls)
        equations.x[:] = unit_rows(random.standard_normal((3, 3)))
        equations.base[:] = equations.x * (1e-6 / (1 + 1e-6))
        expected = np.linalg.solve(np.eye(3) - pulls, equations.base.astype(np.float64))
        equations.solve(lambda *_: None)
        np.testing.assert_allclose(equations.x, expected, atol=1e-6)


@pytest.mark.parametrize("most", [0, 500])
@pytest.mark.parametrize("pull", [1.0, 1 - 1e-12])
def test_equations_that_are_too_near_to_singular_are_an_error(most, pull, monkeypatch):
    monkeypatch.setattr(fixedpoint, "_DENSE_UP_TO", most)
    equations = system(np.array([[0, pull], [pull, 0]]))
    with pytest.raises(ConfigError, match="too near to singular to be solved exactly"):
        equations.solve(lambda *_: None)


def test_too_few_steps_are_an_error(dense, monkeypatch):
    monkeypatch.setattr(fixedpoint, "_DENSE_UP_TO", 0)
    monkeypatch.setattr(fixedpoint, "_MOST_STEPS", 1)
    with pytest.raises(ConfigError, match="too near to singular to be solved exactly"):
        system(dense).solve(lambda *_: None)
