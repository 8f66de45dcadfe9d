import numpy as np
import pytest
from planted import planted_sets

from wordvec.errors import DataError
from wordvec.postprocess.leaning import both_ends, measure_lean, sort_by_clusters, unit_blocks
from wordvec.vectors import WordVectors


@pytest.mark.parametrize("words", [50, 600, 10_000])
def test_cosines_are_those_of_the_neutral_words_among_the_first(words):
    found, subspace = planted_sets()
    directions = np.concatenate([subspace, np.eye(12)[:1]])
    rows, cosines = measure_lean(found, directions, words=words)
    expected = np.flatnonzero(found.neutral[:words])
    np.testing.assert_array_equal(rows, expected)
    np.testing.assert_allclose(cosines, found.unit(expected) @ directions.T, atol=1e-12)


def test_words_in_later_blocks_are_measured_too():
    found, subspace = planted_sets(words=9000)
    rows, cosines = measure_lean(found, subspace, words=8500)
    assert rows[-1] == 8499
    np.testing.assert_allclose(cosines, found.unit(rows) @ subspace.T, atol=1e-12)


def test_neither_end_has_more_than_half_of_the_words():
    towards, away = both_ends(np.arange(5), np.array([0.3, -0.2, 0.1, 0.5, -0.4]), 100)
    assert list(towards) == [3, 0]
    assert list(away) == [4, 1]


def test_a_vector_without_a_direction_stays_0():
    vectors = WordVectors(["a", "b"], np.array([[0, 0], [3, 4]], np.float32))
    ((start, units),) = unit_blocks(vectors)
    assert start == 0
    np.testing.assert_allclose(units, [[0, 0], [0.6, 0.8]])


def test_a_vector_that_is_not_finite_is_named():
    found, subspace = planted_sets()
    found.vectors.vectors[40, 0] = np.inf
    with pytest.raises(DataError, match="'w40'"):
        measure_lean(found, subspace, words=600)


@pytest.mark.parametrize("turned", [False, True])
def test_words_of_two_clouds_are_sorted_whichever_comes_first(turned):
    points = np.random.default_rng(2).normal(size=(60, 3)) / 10
    points[:20, 0] += 1 if turned else -1
    points[25, 0] += 1 if turned else -1  # lies among the others
    rightly = sort_by_clusters(points, 20, seed=1)
    assert list(np.flatnonzero(~rightly)) == [25]


@pytest.mark.parametrize("coordinate", [0.0, 0.6])
def test_words_that_are_all_the_same_cannot_be_sorted(coordinate):
    points = np.full((10, 2), coordinate)
    points[3] += 1e-8  # as rounding does
    assert sort_by_clusters(points, 5, seed=1) is None


def test_words_on_two_points_are_sorted():
    points = np.repeat([[0.0, 0.0], [0.6, 0.8]], [9, 1], axis=0)
    assert list(sort_by_clusters(points, 9, seed=1)) == [True] * 10
