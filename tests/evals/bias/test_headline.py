import numpy as np
import pytest
from scipy.stats import binom, nct, ttest_1samp, ttest_ind

from wordvec.evals.bias.association import effect_size_of
from wordvec.evals.bias.headline import interval_over_words
from wordvec.evals.result import Outcomes


def outcomes_of(first, second):
    """Return the associations of two sets of words as WEAT's outcomes."""
    sides = np.repeat([1.0, -1.0], [len(first), len(second)])
    return Outcomes(
        measure="d",
        values=np.concatenate([first, second]),
        gold=sides,
        statistic=effect_size_of,
        fewest=2,
    )


@pytest.mark.parametrize("apart", [0, 1, 2, 4])
@pytest.mark.parametrize("words", [(2, 2), (4, 4), (8, 8), (25, 25), (5, 10)])
def test_intervals_hold_the_truth_at_their_nominal_rate(words, apart):
    rng = np.random.default_rng(apart)
    share = words[0] / sum(words)
    truth = apart / np.sqrt(1 + share * (1 - share) * apart**2)
    held = 0
    for _ in range(400):
        first, second = (rng.standard_normal(n) for n in words)
        low, high = interval_over_words(outcomes_of(first + apart, second))
        held += low <= truth <= high
    low, high = binom.interval(0.998, 400, 0.95)
    assert low <= held <= high


def test_the_interval_of_an_effect_size_is_that_of_noncentral_t():
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal(6) + 1, rng.standard_normal(9)
    t = ttest_ind(first, second).statistic
    ends = []
    for d in interval_over_words(outcomes_of(first, second)):
        apart = d / np.sqrt(1 - d**2 * 6 * 9 / 15**2)  # in deviations within the sets
        ends.append(nct.cdf(t, 13, apart * np.sqrt(6 * 9 / 15)))
    assert ends == pytest.approx([0.975, 0.025], abs=1e-5)


def test_the_interval_of_a_mean_is_that_of_student():
    values = np.random.default_rng(1).standard_normal(7)
    outcomes = Outcomes(measure="SC-WEAT", values=np.r_[values, np.nan])
    expected = ttest_1samp(values, 0).confidence_interval()
    assert interval_over_words(outcomes) == pytest.approx(tuple(expected), abs=1e-12)


@pytest.mark.parametrize("apart", [5, 1e3, 1e9])
def test_the_interval_stays_within_what_an_effect_size_can_be(apart):
    second = np.linspace(-2, -1, 8)
    low, high = interval_over_words(outcomes_of(second + apart, second))
    assert 1.9 < low <= high <= 2
    low, high = interval_over_words(outcomes_of(second[:2] - apart, second))
    assert -2.5 - 1e-12 <= low <= high < -1.9  # 1 / sqrt(0.2 * 0.8)


def test_sets_within_which_nothing_varies_are_as_far_apart_as_can_be():
    low, high = interval_over_words(outcomes_of(np.ones(4), np.zeros(4)))
    assert 1.99 < low <= high <= 2


def test_there_is_no_interval_of_a_set_of_one_or_of_words_that_are_alike():
    assert interval_over_words(outcomes_of([1.0, np.nan], [0.5, 0.2])) is None
    assert interval_over_words(outcomes_of(np.ones(2), np.ones(2))) is None
    assert interval_over_words(Outcomes(measure="RND", values=np.ones(5))) is None
