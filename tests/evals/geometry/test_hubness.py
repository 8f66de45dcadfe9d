import numpy as np
import pytest
from scipy.stats import skew
from search_twins import slow_cosines
from spaces import with_hub

from wordvec.evals.geometry.hubness import k_occurrences, skewness


def slow_k_occurrences(rows, k):
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = slow_cosines(rows, units)
    times = [0] * len(rows)
    for own, scores in enumerate(cosines):
        order = [row for row in np.argsort(-scores, kind="stable") if row != own]
        for row in order[:k]:
            times[row] += 1
    return times


@pytest.mark.parametrize("k", [1, 5])
def test_k_occurrences_are_those_of_their_definition(k):
    rows = np.random.default_rng(1).normal(0.3, 1, (300, 20)).astype(np.float32)
    rows *= np.linspace(0.01, 9, 300, dtype=np.float32)[:, None]
    found = k_occurrences(rows, k)
    assert found.tolist() == slow_k_occurrences(rows, k)
    assert found.sum() == 300 * k


def test_a_planted_hub_is_the_neighbour_of_all():
    found = k_occurrences(with_hub().vectors, 10)
    assert found[0] == 199
    assert found[1:].max() < 60
    assert skewness(found) > 3


def test_on_a_circle_no_word_is_a_hub():
    angles = np.linspace(0, 2 * np.pi, 100, endpoint=False) + 0.01
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert k_occurrences(circle, 2).tolist() == [2] * 100


def test_neighbours_among_equal_vectors_are_never_a_word_itself():
    assert sorted(k_occurrences(np.ones((2, 3), np.float32), 1)) == [1, 1]


def test_the_skewness_is_that_of_scipy():
    values = np.random.default_rng(2).poisson(3, 500)
    assert skewness(values) == pytest.approx(skew(values))
