import numpy as np
import pytest
from planted import planted_sets

from wordvec.errors import ConfigError
from wordvec.postprocess.leaning import both_ends, measure_lean, unit_blocks
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
    with pytest.raises(ConfigError, match="'w40'"):
        measure_lean(found, subspace, words=600)
