import numpy as np
import pytest

from wordvec.evals.bias.association import effect_size_of
from wordvec.evals.bias.headline import interval_over_words
from wordvec.evals.result import Outcomes


def outcomes_of(values, words):
    sides = np.repeat([1.0, -1.0], words)
    return Outcomes(measure="d", values=values, gold=sides, statistic=effect_size_of, fewest=2)


@pytest.mark.parametrize("apart", [0.0, 0.5])
def test_intervals_of_eight_words_a_side_hold_the_truth_at_their_nominal_rate(apart):
    truth = apart / np.sqrt(1 + apart**2 / 4)
    rng = np.random.default_rng(7)
    wide = plain = 0
    for seed in range(250):
        values = rng.standard_normal(16) + np.repeat([apart, 0], 8)
        outcomes = outcomes_of(values, 8)
        low, high = interval_over_words(outcomes, (8, 8), seed=seed)
        wide += low <= truth <= high
        low, high = outcomes.figure(seed=seed).interval
        plain += low <= truth <= high
    assert 0.91 <= wide / 250 <= 0.99
    assert plain < wide


def test_the_interval_stays_within_what_an_effect_size_can_be():
    values = np.r_[np.linspace(1, 2, 8), np.linspace(-2, -1, 8)]
    low, high = interval_over_words(outcomes_of(values, 8), (8, 8), seed=1)
    assert 1.7 < low < high <= 2


def test_there_is_no_interval_of_a_set_of_one_or_of_words_that_are_alike():
    values = np.array([1.0, np.nan, 0.5, 0.2])
    assert interval_over_words(outcomes_of(values, 2), (2, 2), seed=1) is None
    assert interval_over_words(outcomes_of(np.ones(4), 2), (2, 2), seed=1) is None
