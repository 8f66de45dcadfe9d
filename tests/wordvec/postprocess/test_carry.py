import logging

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from wordvec.errors import DataError
from wordvec.postprocess import carry
from wordvec.postprocess.carry import learn_map
from wordvec.transforms import unit_rows

DIM = 8


@pytest.fixture
def before():
    return unit_rows(np.random.default_rng(1).standard_normal((300, DIM)) + 0.5)


@pytest.fixture
def after(before):
    """Where a linear map and a little noise take them."""
    rng = np.random.default_rng(2)
    matrix = np.eye(DIM) + 0.3 * rng.standard_normal((DIM, DIM))
    return unit_rows(before @ matrix + 0.2 + 0.1 * rng.standard_normal(before.shape))


@pytest.fixture
def turn():
    return np.linalg.qr(np.random.default_rng(3).standard_normal((DIM, DIM)))[0]


def held_out_cosine(before, after, strength, folds=5, seed=1):
    """Return the mean cosine of held-out words with where they went, by scikit-learn's ridge."""
    part = np.random.default_rng(seed).permutation(len(before)) % folds
    found = np.empty(len(before))
    for fold in range(folds):
        rest, held = part != fold, part == fold
        ridge = Ridge(alpha=strength * rest.sum() / DIM)
        ridge.fit(before[rest], after[rest] - before[rest])
        there = unit_rows(before[held] + ridge.predict(before[held]))
        found[held] = np.sum(there * after[held], axis=1)
    return found.mean()


def test_a_turn_is_learned_for_words_not_seen(before, turn):
    transform, report = learn_map(before, before @ turn)
    unseen = np.random.default_rng(4).standard_normal((50, DIM)).astype(np.float32)
    there = transform.apply(unseen)
    assert np.sum(there * unit_rows(unseen @ turn), axis=1).min() > 0.999
    assert report["held_out_cosine"] > 0.999
    assert report["held_out_cosine_unmoved"] == pytest.approx(
        np.sum(before * (before @ turn), axis=1).mean(), abs=1e-6
    )


def test_the_map_is_that_of_ridge_regression(before, after):
    transform, report = learn_map(before, after)
    ridge = Ridge(alpha=report["strength"] * len(before) / DIM).fit(before, after - before)
    new = np.random.default_rng(5).standard_normal((20, DIM)).astype(np.float32)
    expected = unit_rows(unit_rows(new.astype(float)) + ridge.predict(unit_rows(new.astype(float))))
    np.testing.assert_allclose(transform.apply(new), expected, atol=1e-6)


def test_the_strength_is_that_with_the_best_held_out_cosine(before, after):
    report = learn_map(before[:40], after[:40])[1]
    cosines = {s: held_out_cosine(before[:40], after[:40], s) for s in carry._STRENGTHS}
    assert report["strength"] == max(cosines, key=cosines.get)
    assert report["strength"] != carry._STRENGTHS[0]
    assert report["held_out_cosine"] == pytest.approx(cosines[report["strength"]], abs=1e-6)
    assert report["words"] == 40


def test_folds_and_seed_decide_what_is_held_out(before, after):
    report = learn_map(before, after, folds=3, seed=7)[1]
    expected = held_out_cosine(before, after, report["strength"], folds=3, seed=7)
    assert report["held_out_cosine"] == pytest.approx(expected, abs=1e-6)
    assert report["held_out_cosine"] != learn_map(before, after)[1]["held_out_cosine"]


def test_a_map_that_helps_says_so_and_warns_of_nothing(before, after, caplog):
    assert learn_map(before, after)[1]["helps"]
    assert not caplog.records


def test_a_map_that_does_not_help_says_so_and_warns(before, caplog):
    # One word in fifty jumps somewhere: the rest are worse off for what is learned from it.
    after = before.copy()
    after[::50] = np.random.default_rng(6).standard_normal((6, DIM))
    with caplog.at_level(logging.WARNING, "wordvec"):
        report = learn_map(before, after)[1]
    assert not report["helps"]
    assert report["held_out_cosine"] <= report["held_out_cosine_unmoved"]
    assert "a map that does not help" in caplog.text


def test_lengths_do_not_matter(before, after):
    transform, report = learn_map(before, after)
    lengths = np.linspace(0.5, 3, len(before))[:, None]
    other, same = learn_map(before * lengths, after / lengths)
    np.testing.assert_allclose(other.matrix, transform.matrix, atol=1e-9)
    assert same == report


def test_any_number_of_threads_gives_the_same_bytes():
    rng = np.random.default_rng(8)
    before, step = rng.standard_normal((2, 4000, 100))
    maps = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            maps.append(learn_map(before, before + 0.3 * step, folds=2)[0])
    first, again = maps
    assert first.matrix.tobytes() == again.matrix.tobytes()
    assert first.mean.tobytes() == again.mean.tobytes()


def test_fewer_words_than_dimensions_are_enough(before, after):
    transform, report = learn_map(before[:10], after[:10], folds=2)
    assert np.isfinite(transform.apply(before[10:].astype(np.float32))).all()
    assert report["words"] == 10


def test_too_few_words_are_refused(before, after):
    with pytest.raises(
        DataError, match="carry learns from the words that moved: needed are at least 10, moved 9"
    ):
        learn_map(before[:9], after[:9])
