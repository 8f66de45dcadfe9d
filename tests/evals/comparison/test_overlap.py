import numpy as np
import pytest
from search_twins import slow_nearest
from spaces import make_space

from wordvec.evals.comparison.overlap import neighbour_overlap, neighbours


def test_neighbours_are_the_nearest_rows_but_for_the_word_itself():
    vectors = make_space(np.random.default_rng(1).normal(size=(80, 6)))
    directions = vectors.vectors / vectors.norms[:, None]
    expected, _ = slow_nearest(vectors.vectors, directions, 5)
    asked = np.array([7, 0, 79])
    assert neighbours(vectors, asked, 4) == [
        [row for row in expected[word].tolist() if row != word] for word in asked
    ]


def test_the_overlap_is_the_share_of_neighbours_that_stay():
    before = [[1, 0], [1, 0.1], [0, 1], [0.1, 1]]
    after = [[1, 0], [1, 0.1], [0, 1], [1, 0.2]]
    assert neighbour_overlap(make_space(before), make_space(after), topn=1) == 0.5


def test_other_words_are_refused():
    with pytest.raises(ValueError, match="2 and 3 words"):
        neighbour_overlap(make_space(np.eye(2)), make_space(np.eye(3)))


def test_one_word_has_all_its_neighbours():
    assert neighbour_overlap(make_space([[1, 2]]), make_space([[1, 2]])) == 1
