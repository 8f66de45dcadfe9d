import numpy as np
import pytest
from scipy.stats import binom
from weats import GOLDEN, ONE, OTHER, along, golden_sets, planted

from wordvec.evals.bias.association import associations, cosines, effect_size_of, sc_weat, weat


@pytest.mark.parametrize("name", GOLDEN)
def test_weat_is_that_of_wefe(data_folder, name):
    sets, expected = golden_sets(data_folder, name)
    found = weat(*sets)
    assert found.total == pytest.approx(expected["weat"], abs=1e-6)
    assert found.effect_size == pytest.approx(expected["effect_size"], abs=1e-6)
    assert found.test.exact
    assert found.test.one_sided[0] == pytest.approx(expected["p_value_exact"], abs=1e-12)


def test_the_effect_size_of_a_constructed_space_is_known():
    # Associations 0.5, 0.3 and 0.1, -0.1: means 0.4 and 0, deviation sqrt(0.05) of all four.
    found = weat(along(0.5, 0.3), 7 * along(0.1, -0.1), 2 * ONE, OTHER)
    assert found.effect_size == pytest.approx(0.4 / np.sqrt(0.05), abs=1e-12)
    assert found.total == pytest.approx(0.8, abs=1e-12)
    assert found.test.one_sided[0] == pytest.approx(1 / 6)


def test_targets_of_unequal_size_are_measured_by_their_means():
    values, sides = np.array([0.5, 0.3, 0.4, -0.1, 0.1]), np.array([1, 1, 1, -1, -1])
    found = weat(along(*values[:3]), along(*values[3:]), ONE, OTHER)
    expected = (values[sides > 0].mean() - values[sides < 0].mean()) / values.std()
    assert found.effect_size == pytest.approx(expected, abs=1e-12)
    assert found.test.one_sided[0] == pytest.approx(1 / 10)


def test_the_effect_size_of_a_resample_is_that_of_its_words_repeated():
    rng = np.random.default_rng(0)
    values, sides = rng.standard_normal(9), np.repeat([1.0, -1.0], [4, 5])
    counts = rng.multinomial(9, np.full(9, 1 / 9), size=20)
    found = effect_size_of(sides, values)(counts)
    for row, size in zip(counts, found, strict=True):
        v, s = np.repeat(values, row), np.repeat(sides, row)
        assert size == pytest.approx((v[s > 0].mean() - v[s < 0].mean()) / v.std(), abs=1e-12)


def test_the_effect_size_is_not_defined_without_a_difference_or_a_side():
    counts = np.array([[1, 1, 1, 1], [2, 2, 0, 0]])
    sides = np.array([1.0, 1.0, -1.0, -1.0])
    assert np.isnan(effect_size_of(sides, np.full(4, 0.1))(counts)).all()
    assert np.isnan(effect_size_of(sides, np.arange(4.0))(counts)).tolist() == [False, True]
    same = weat(along(0.2, 0.2), along(0.2, 0.2), ONE, OTHER)
    assert np.isnan(same.effect_size)
    assert same.test.pvalues[0] == 1
    nearly = along(0.2, 0.2 + 1e-9)  # float32 cannot tell these apart
    assert np.isnan(weat(nearly, along(0.2, 0.2), ONE, OTHER).effect_size)


def test_a_planted_bias_is_found():
    for seed in range(20):
        found = weat(*planted(4, seed=seed))
        assert found.effect_size > 1
        assert found.test.pvalues[0] < 0.01
        backwards = weat(*planted(-4, seed=seed))
        assert backwards.effect_size < -1
        assert backwards.test.one_sided[0] > 0.99
        assert backwards.test.pvalues[0] < 0.01


@pytest.mark.parametrize("words", [6, 12])
def test_where_none_is_planted_none_is_found_at_the_stated_rate(words):
    found = [weat(*planted(0, words=words, seed=s), permutations=999) for s in range(200)]
    assert found[0].test.exact == (words == 6)
    low, high = binom.interval(0.998, 200, 0.05)
    assert low <= sum(one.test.pvalues[0] < 0.05 for one in found) <= high
    assert abs(np.mean([one.effect_size for one in found])) < 0.15


def test_sc_weat_equals_its_formula_and_all_splits_of_the_attributes():
    words, _, first, second = planted(1, words=4, dim=10)
    sizes, test = sc_weat(words, first, second[:3])
    for word, size, p in zip(words, sizes, test.pvalues, strict=True):
        mine, other = (cosines(word[None], part)[0] for part in (first, second[:3]))
        both = np.concatenate([mine, other])
        assert size == pytest.approx((mine.mean() - other.mean()) / both.std(), abs=1e-12)
        assert p == pytest.approx(weat(first, second[:3], word[None], -word[None]).test.pvalues[0])
    assert test.exact
    assert test.splits == 35


def test_sc_weat_of_a_constructed_space_is_known():
    word = np.array([[1.0, 0, 0]])
    sizes, test = sc_weat(word, along(0.5, 0.3), along(0.1, -0.1))
    assert sizes == pytest.approx([0.4 / np.sqrt(0.05)], abs=1e-12)
    assert test.one_sided == pytest.approx([1 / 6])
    assert test.pvalues == pytest.approx([1 / 3])


def test_a_word_of_zeros_has_no_association():
    assert associations(np.zeros((1, 3)), ONE, OTHER).tolist() == [0]
    sizes, _ = sc_weat(np.zeros((1, 3)), along(0.5, 0.3), along(0.1, -0.1))
    assert np.isnan(sizes).all()
