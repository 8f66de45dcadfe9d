import numpy as np
import pytest

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.specific import learn_specific
from wordvec.vectors import WordVectors


def vocabulary(words=400, specific=60, gap=3.0, seed=1):
    """Return vectors of which every `words / specific`-th lies far out along one direction."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(words, 8))
    rows = np.arange(0, words, words // specific)[:specific]
    matrix[rows, 0] += gap * 2
    scales = rng.uniform(0.2, 5, size=(words, 1))  # lengths must not matter
    names = [f"w{row}" for row in range(words)]
    return WordVectors(names, (matrix * scales).astype(np.float32)), rows


def test_words_that_lie_with_the_known_ones_are_found():
    vectors, specific = vocabulary()
    rows, report = learn_specific(vectors, specific[::2], weight=3)
    assert np.isin(rows, specific).mean() > 0.95
    assert np.isin(specific, rows).mean() > 0.95
    assert report["learned"] == len(rows) - 30
    assert report["seeds"] == 30


def test_the_plane_is_that_of_the_published_recipe():
    from sklearn.svm import LinearSVC

    vectors, specific = vocabulary(gap=1.0)
    seeds = specific[:20]
    units = vectors.vectors / np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
    known = np.isin(np.arange(300), seeds)
    machine = LinearSVC(C=1, tol=1e-6, max_iter=100_000, random_state=0).fit(units[:300], known)
    expected = np.union1d(np.flatnonzero(machine.predict(units)), seeds)
    rows, report = learn_specific(vectors, seeds, words=300)
    np.testing.assert_array_equal(rows, expected)
    assert report["trained_on"] == 300


def test_words_beyond_those_learned_from_are_told_apart_too():
    vectors, specific = vocabulary()
    rows, _ = learn_specific(vectors, specific[specific < 200], words=200)
    later = specific[specific >= 200]
    assert np.isin(later, rows).mean() > 0.8


def test_seeds_stay_specific_wherever_they_lie():
    vectors, specific = vocabulary()
    astray = np.setdiff1d(np.arange(400), specific)[:3]
    rows, _ = learn_specific(vectors, np.concatenate([specific[:30], astray]))
    assert np.isin(astray, rows).all()
    assert list(rows) == sorted(set(rows))


def test_seeds_of_greater_weight_are_found_again_more_often():
    vectors, specific = vocabulary(words=2000, specific=20, gap=0.7)
    few, many = (
        learn_specific(vectors, specific, weight=weight)[1]["seeds_found_again"]
        for weight in (1.0, 50.0)
    )
    assert few < many


def test_a_plane_that_gives_up_the_seeds_is_warned_of(caplog):
    vectors, specific = vocabulary(words=2000, specific=20, gap=0.5)
    learn_specific(vectors, specific)
    assert "of the 20 words known to be specific again" in caplog.text
    assert "(--seed-weight 10, in Python seed_weight=10)" in caplog.text


def test_it_is_the_same_each_time():
    vectors, specific = vocabulary(gap=1.0)
    first, second = (learn_specific(vectors, specific[:20]) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1] == second[1]


def test_too_few_known_words_are_refused():
    vectors, specific = vocabulary()
    with pytest.raises(DataError, match="of the 300 most frequent words 4 are known"):
        learn_specific(vectors, np.append(specific[:4], 399), words=300)


def test_a_vocabulary_of_known_words_only_is_refused():
    vectors, _ = vocabulary()
    with pytest.raises(DataError, match="all 400 words to learn from are known"):
        learn_specific(vectors, np.arange(400))


@pytest.mark.parametrize(
    ("options", "message"),
    [({"words": 0}, "0 words to learn from"), ({"weight": 0}, "weight of a known specific word")],
)
def test_options_out_of_range_are_refused(options, message):
    vectors, specific = vocabulary()
    with pytest.raises(ConfigError, match=message):
        learn_specific(vectors, specific, **options)


def test_a_vector_that_is_not_finite_is_named():
    vectors, specific = vocabulary()
    vectors.vectors[5, 0] = np.nan
    with pytest.raises(DataError, match="'w5'"):
        learn_specific(vectors, specific)
