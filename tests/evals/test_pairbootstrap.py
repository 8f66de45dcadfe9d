import itertools

import numpy as np
import pytest

from wordvec.evals.intervals import bootstrap, mean_of
from wordvec.evals.pairbootstrap import PairBootstrap


def questions_of(pairs, section=0):
    """Return the word pairs of all questions that these many make, numbered by section."""
    both = np.array(list(itertools.permutations(range(pairs), 2)))
    return both + 1000 * section, np.full(len(both), section)


def test_the_interval_is_that_of_the_definition():
    rng = np.random.default_rng(1)
    pairs, sections = questions_of(8)
    right = rng.random(len(pairs)) < 0.6
    found = PairBootstrap(right, pairs, sections, 1, draws=5000).interval([0])
    means = []
    while len(means) < 1500:
        drawn = rng.integers(8, size=8)
        chosen = [
            right[(pairs == (drawn[i], drawn[j])).all(axis=1)]
            for i, j in itertools.permutations(range(8), 2)
            if drawn[i] != drawn[j]
        ]
        means.append(np.mean(chosen))
    assert found == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.03)


def test_intervals_cover_the_truth_where_questions_share_their_pairs():
    """Word pairs are easy or hard, as that which asks and as that which is asked for.

    Of 200 data sets from a population whose accuracy is known, 95 % of the intervals should hold
    it; those that resample questions hold it far less often.
    """
    pairs, sections = questions_of(24)
    covered = {"pairs": 0, "questions": 0}
    for seed in range(200):
        rng = np.random.default_rng(seed)
        asks, asked = rng.uniform(-0.15, 0.15, 24), rng.uniform(-0.35, 0.35, 24)
        right = rng.random(len(pairs)) < 0.5 + asks[pairs[:, 0]] + asked[pairs[:, 1]]
        low, high = PairBootstrap(right, pairs, sections, 1, draws=300).interval([0])
        covered["pairs"] += low <= 0.5 <= high
        low, high = bootstrap(mean_of(right.astype(float)), len(right), draws=100)
        covered["questions"] += low <= 0.5 <= high
    assert 182 <= covered["pairs"] <= 198
    assert covered["questions"] < 140


def test_sections_have_pairs_of_their_own_and_may_be_taken_together():
    small, few = questions_of(5)
    large, many = questions_of(20, section=1)
    right = np.concatenate([np.ones(len(small)), np.zeros(len(large))])
    both = PairBootstrap(right, np.concatenate([small, large]), np.concatenate([few, many]), 3)
    assert both.interval([0]) == (1, 1)
    assert both.interval([1]) == (0, 0)
    assert both.interval([2]) is None
    low, high = both.interval([0, 1, 2])
    assert low < len(small) / (len(small) + len(large)) < high


def test_the_seed_decides():
    pairs, sections = questions_of(10)
    right = pairs[:, 1] < 4
    one, same, other = (
        PairBootstrap(right, pairs, sections, 1, seed=seed).interval([0]) for seed in (1, 1, 2)
    )
    assert one == same != other


def test_the_interval_does_not_depend_on_how_the_work_is_cut(monkeypatch):
    pairs, sections = questions_of(10)
    right = pairs[:, 1] < 4
    whole = PairBootstrap(right, pairs, sections, 1).interval([0])
    monkeypatch.setattr("wordvec.evals.pairbootstrap._CELLS_AT_ONCE", 1000)
    assert PairBootstrap(right, pairs, sections, 1).interval([0]) == whole
