import itertools

import numpy as np
import pytest
from scipy.stats import binom, spearmanr
from weats import GOLDEN, golden_sets, planted

from wordvec.evals.bias.distance import (
    coherence,
    distance_test,
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


def test_the_test_of_rnd_goes_over_all_splits_of_the_groups():
    rng = np.random.default_rng(2)
    first, second, attributes = (rng.standard_normal((n, 6)) + 3 for n in (3, 4, 5))
    first += 0.4
    words = np.concatenate([first, second])
    slow = []
    for chosen in itertools.combinations(range(7), 3):
        rest = [i for i in range(7) if i not in chosen]
        slow.append(relative_distances(words[list(chosen)], words[rest], attributes).mean())
    given = relative_distances(first, second, attributes).mean()
    high, low = np.mean(np.array(slow) >= given - 1e-9), np.mean(np.array(slow) <= given + 1e-9)
    found = distance_test(first, second, attributes)
    assert (found.splits, found.exact) == (35, True)
    assert found.one_sided == pytest.approx([high])
    assert found.pvalues == pytest.approx([min(1, 2 * (high if given >= 0 else low))])


def test_the_test_of_rnd_finds_what_is_planted_and_at_its_rate_what_is_not():
    for strength, low, high in ((3, 40, 40), (0, *binom.interval(0.998, 40, 0.05))):
        found = 0
        for seed in range(40):
            first, second, attributes, _ = planted(strength, words=6, seed=seed)
            found += distance_test(first, second, attributes).pvalues[0] < 0.05
        assert low <= found <= high
