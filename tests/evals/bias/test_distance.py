import numpy as np
import pytest
from scipy.stats import spearmanr
from weats import GOLDEN, golden_sets, planted

from wordvec.evals.bias.distance import (
    coherence,
    mean_cosines,
    relational_products,
    relative_distances,
)


@pytest.mark.parametrize("name", GOLDEN)
def test_rnd_ect_and_ripa_are_those_of_wefe(data_folder, name):
    (first, second, attributes, _), expected = golden_sets(data_folder, name)
    distances = relative_distances(first, second, attributes)
    assert distances.mean() == pytest.approx(expected["rnd"], abs=1e-6)
    assert coherence(first, second, attributes) == pytest.approx(expected["ect"], abs=1e-6)
    products = relational_products(first, second, attributes)
    assert products.mean() == pytest.approx(expected["ripa"], abs=1e-6)


def test_rnd_of_a_constructed_space_is_known():
    first, second = np.array([[0.0, 1], [0, -1]]), np.array([[4.0, 0]])  # means (0, 0), (4, 0)
    attributes = np.array([[3.0, 0], [0, 3], [2, 7]])
    assert relative_distances(first, second, attributes) == pytest.approx([2, -2, 0], abs=1e-12)


def test_ect_is_1_where_both_groups_see_the_same_order_and_less_where_they_do_not():
    rng = np.random.default_rng(0)
    group, attributes = rng.standard_normal((5, 8)), rng.standard_normal((9, 8))
    assert coherence(group, 3 * group, attributes) == pytest.approx(1)
    assert coherence(group, -group, attributes) == pytest.approx(-1)
    other = rng.standard_normal((5, 8))
    slow = [
        attributes @ mean / np.linalg.norm(attributes, axis=1)
        for mean in (group.mean(0), other.mean(0))
    ]
    assert coherence(group, other, attributes) == pytest.approx(spearmanr(*slow).statistic)
    assert mean_cosines(group, np.zeros((2, 8))).tolist() == [0, 0]
    assert np.isnan(coherence(group, other, np.ones((4, 8))))


def test_ripa_is_the_mean_product_with_the_directions_of_the_pairs():
    first, second, attributes, _ = planted(2, words=3, dim=5)
    slow = [
        np.mean([a @ (x - y) / np.linalg.norm(x - y) for x, y in zip(first, second, strict=True)])
        for a in attributes
    ]
    assert relational_products(first, second, attributes) == pytest.approx(slow, abs=1e-12)


def test_a_pair_of_the_same_vector_counts_as_0_in_ripa():
    first, second = np.array([[3.0, 1], [1, 1]]), np.array([[1.0, 1], [1, 1]])
    assert relational_products(first, second, np.array([[6.0, 9]])) == pytest.approx([3.0])
