import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.linear_model import LogisticRegression
from weats import planted

from wordvec.evals.bias.sentiment import divergence_from_equal, negative_sentiment


def test_the_divergence_is_that_from_equal_shares():
    amounts = np.random.default_rng(0).uniform(size=9)
    expected = entropy(amounts / amounts.sum(), np.full(9, 1 / 9))
    assert divergence_from_equal(amounts) == pytest.approx(expected, abs=1e-12)
    assert divergence_from_equal(np.full(9, 0.2)) == pytest.approx(0, abs=1e-12)


def test_without_words_to_spare_it_is_one_classifier_of_all_attributes():
    first, second, good, bad = planted(1, words=4, dim=10)
    words = np.concatenate([first, second])
    model = LogisticRegression(solver="liblinear").fit(
        np.concatenate([good, bad]), [0] * 4 + [1] * 4
    )
    found = negative_sentiment(words, good, bad)
    expected = model.predict_proba(words)[:, 1]
    assert found.probabilities == pytest.approx(expected, abs=1e-4)
    assert found.divergence == pytest.approx(divergence_from_equal(expected), abs=1e-4)


def test_each_classifier_goes_without_a_fifth_of_each_set():
    first, second, good, bad = planted(1, words=10, dim=10)
    words = np.concatenate([first, second])
    one, two, ten = (negative_sentiment(words, good, bad, splits=n) for n in (1, 2, 10))
    assert one.divergence != two.divergence != ten.divergence
    assert ten.divergence == negative_sentiment(words, good, bad).divergence
    assert ten.divergence != negative_sentiment(words, good, bad, seed=2).divergence


def test_of_noise_it_is_as_high_as_with_shuffled_attributes_and_of_a_bias_higher():
    for strength, above in ((0, (3, 17)), (4, (20, 20))):
        higher = 0
        for seed in range(20):
            first, second, good, bad = planted(strength, words=8, seed=seed)
            if not strength:
                good, bad = np.random.default_rng(seed + 99).standard_normal((2, 8, 40))
            words = np.concatenate([first, second])
            found, chance = (
                negative_sentiment(words, good, bad, shuffled=s).divergence for s in (False, True)
            )
            assert chance > 0.01
            higher += found > chance
        assert above[0] <= higher <= above[1]


def test_words_with_the_same_vector_have_no_bias_and_those_near_the_second_attributes_have():
    first, second, good, bad = planted(4, words=10)
    none = negative_sentiment(np.repeat(first[:1], 6, axis=0), good, bad)
    assert none.divergence == pytest.approx(0, abs=1e-12)
    found = negative_sentiment(np.concatenate([first, second]), good, bad)
    assert found.probabilities[:10].max() < 0.5 < found.probabilities[10:].min()
    neutral, other, _, _ = planted(0, words=10, seed=1)
    assert found.divergence > 2 * negative_sentiment(np.r_[neutral, other], good, bad).divergence
