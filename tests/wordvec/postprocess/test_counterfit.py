import numpy as np
import pytest
from counterfit_twin import counterfit_twin, neighbours_of, pairs_of

from wordvec.errors import ConfigError
from wordvec.postprocess import counterfit as module
from wordvec.postprocess.counterfit import counterfit
from wordvec.transforms import unit_rows

NONE = np.empty((0, 2), np.int64)


@pytest.fixture
def rows():
    """Five tight groups of words: shape (40, 6)."""
    rng = np.random.default_rng(1)
    centers = rng.standard_normal((5, 6))
    return unit_rows(np.repeat(centers, 8, axis=0) + 0.3 * rng.standard_normal((40, 6)))


@pytest.fixture
def pairs():
    """Synonyms and antonyms with pairs in either direction, repeated, in both, and of one word."""
    rng = np.random.default_rng(2)
    synonyms, antonyms = rng.integers(0, 40, (60, 2)), rng.integers(0, 40, (20, 2))
    return (
        np.concatenate([synonyms, synonyms[:9, ::-1], antonyms[:4], [[3, 3]]]),
        np.concatenate([antonyms, antonyms[:5, ::-1], antonyms[:2], [[7, 7]]]),
    )


def cosines(rows, pairs):
    return np.array([rows[i] @ rows[j] for i, j in pairs])


@pytest.mark.parametrize(
    ("weights", "delta", "gamma", "rho"),
    [
        ((0.1, 0.1, 0.1), 1.0, 0.0, 0.2),
        ((0.3, 0.1, 0.2), 1.2, 0.3, 0.4),
        ((0.0, 0.1, 0.1), 1.0, 0.2, 0.2),
        ((0.1, 0.0, 0.1), 0.8, 0.0, 0.1),
        ((0.1, 0.1, 0.0), 1.0, 0.1, 0.2),
        ((0.1, 0.1, 0.1), 1.0, 0.1, 0.0),
    ],
)
def test_rows_are_those_of_the_slow_twin(rows, pairs, weights, delta, gamma, rho):
    settings = {"weights": weights, "delta": delta, "gamma": gamma, "rho": rho, "epochs": 12}
    fitted, _ = counterfit(rows, synonyms=pairs[0], antonyms=pairs[1], **settings)
    expected = counterfit_twin(rows, *pairs, **settings)
    np.testing.assert_allclose(fitted, expected, atol=1e-10)
    assert np.abs(expected - rows).max() > 0.1


def test_float32_stays_float32_and_is_near_the_twin(rows, pairs):
    fitted, _ = counterfit(rows.astype(np.float32), synonyms=pairs[0], antonyms=pairs[1])
    expected = counterfit_twin(rows, *pairs, (0.1, 0.1, 0.1), 1.0, 0.0, 0.2, 20)
    assert fitted.dtype == np.float32
    np.testing.assert_allclose(fitted, expected, atol=2e-3)


def test_antonyms_end_delta_apart_or_a_step_further(rows):
    near = np.array([[0, 1], [8, 9], [16, 17]])
    fitted, _ = counterfit(rows, synonyms=NONE, antonyms=near, weights=(0.1, 0.1, 0))
    assert cosines(rows, near).min() > 0.5
    after = cosines(fitted, near)
    assert after.max() <= 0
    assert after.min() > -0.2


def test_synonyms_end_near(rows):
    far = np.array([[0, 8], [16, 24]])
    fitted, _ = counterfit(rows, synonyms=far, antonyms=NONE, weights=(0.1, 0.1, 0))
    assert cosines(rows, far).max() < 0.6
    assert cosines(fitted, far).min() > 0.9


def test_neighbours_of_a_word_that_moves_come_along(rows):
    far = np.array([[0, 8]])
    neighbours = [pair for pair in neighbours_of(rows, 0.2) if 0 in pair]
    alone, _ = counterfit(rows, synonyms=far, antonyms=NONE, weights=(0.1, 0.1, 0))
    kept, _ = counterfit(rows, synonyms=far, antonyms=NONE)
    assert neighbours
    assert cosines(kept, neighbours).mean() > cosines(alone, neighbours).mean() + 0.05


def test_words_without_a_violated_pair_keep_their_bytes(rows):
    fitted, _ = counterfit(rows, synonyms=[[0, 1]], antonyms=NONE, weights=(0.1, 0.1, 0))
    assert fitted[2:].tobytes() == rows[2:].tobytes()


def test_rows_have_length_1_and_what_was_given_stays(rows, pairs):
    given = rows.copy()
    fitted, _ = counterfit(rows, synonyms=pairs[0], antonyms=pairs[1])
    np.testing.assert_allclose(np.linalg.norm(fitted, axis=1), 1)
    assert given.tobytes() == rows.tobytes()


def test_order_direction_and_repeats_of_pairs_change_no_byte(rows, pairs):
    fitted, report = counterfit(rows, synonyms=pairs[0], antonyms=pairs[1])
    turned = [np.concatenate([p[::-1, ::-1], p[:3]]) for p in pairs]
    again, same = counterfit(rows, synonyms=turned[0], antonyms=turned[1])
    assert fitted.tobytes() == again.tobytes()
    assert report == same


def test_blocks_of_any_size_give_the_same(rows, pairs, monkeypatch):
    whole, _ = counterfit(rows, synonyms=pairs[0], antonyms=pairs[1], rho=0.3)
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(module, "_COSINES_AT_ONCE", 3 * len(rows))
    parts, _ = counterfit(rows, synonyms=pairs[0], antonyms=pairs[1], rho=0.3)
    np.testing.assert_allclose(parts, whole, atol=1e-12)


@pytest.mark.parametrize("rho", [0.2, 1.0, 1.5])
def test_neighbours_are_all_pairs_within_rho(rows, rho):
    found, taken = module._neighbours(rows, rho, lambda _done: None)
    assert taken == rho
    assert list(map(tuple, found)) == sorted(neighbours_of(rows, rho))


def test_a_pair_that_is_both_counts_as_antonyms(rows):
    fitted, report = counterfit(rows, synonyms=[[0, 1], [2, 9]], antonyms=[[1, 0]])
    alone, _ = counterfit(rows, synonyms=[[2, 9]], antonyms=[[0, 1]])
    assert fitted.tobytes() == alone.tobytes()
    assert report["synonyms_that_are_antonyms"] == 1


def test_report_holds_costs_and_cosines_before_and_after(rows, pairs):
    fitted, report = counterfit(
        rows, synonyms=pairs[0], antonyms=pairs[1], weights=(0.1, 0.2, 0.3), gamma=0.1
    )
    antonyms = pairs_of(pairs[1])
    synonyms = [pair for pair in pairs_of(pairs[0]) if pair not in antonyms]
    kept = [pair for pair in neighbours_of(rows, 0.2) if pair not in antonyms]
    assert (report["words"], report["epochs"]) == (40, 20)
    for name, there, cost in (
        ("antonyms", antonyms, lambda x: 0.1 * np.maximum(x, 0).sum()),
        ("synonyms", synonyms, lambda x: 0.2 * np.maximum(0.9 - x, 0).sum()),
        ("neighbours", kept, lambda x: 0.3 * np.maximum(cosines(rows, kept) - x, 0).sum()),
    ):
        part = report[name]
        assert part["pairs"] == len(there)
        for when, now in (("before", rows), ("after", fitted)):
            found = cosines(now, there)
            assert part[f"cosine_{when}"] == pytest.approx(found.mean(), abs=1e-4)
            assert part[f"cost_{when}"] == pytest.approx(cost(found), abs=1e-4)


def test_report_of_no_pairs_holds_no_cosine(rows):
    fitted, report = counterfit(rows, synonyms=NONE, antonyms=NONE, rho=0)
    assert fitted.tobytes() == rows.tobytes()
    assert report["antonyms"] == {"pairs": 0, "cost_before": 0, "cost_after": 0}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weights": (0.1, -0.1, 0.1)}, "weights are .* expected three numbers"),
        ({"weights": (0.1, 0.1, np.nan)}, "weights are .* expected three numbers"),
        ({"delta": 2.5}, "delta is 2.5; expected a distance from 0 to 2"),
        ({"gamma": -0.1}, "gamma is -0.1; expected a distance"),
        ({"rho": np.nan}, "rho is nan; expected a distance"),
        ({"epochs": 0}, "epochs is 0; expected at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(rows, settings, message):
    with pytest.raises(ConfigError, match=message):
        counterfit(rows, synonyms=NONE, antonyms=[[0, 1]], **settings)


@pytest.mark.parametrize("at_once", [40, 200, 1 << 23])
def test_of_too_many_neighbours_the_nearest_are_kept_and_it_is_said(
    rows, monkeypatch, caplog, at_once
):
    monkeypatch.setattr(module, "_MOST_NEIGHBOURS", 50)
    monkeypatch.setattr(module, "_COSINES_AT_ONCE", at_once)
    assert len(neighbours_of(rows, 0.2)) > 50
    fitted, report = counterfit(rows, synonyms=NONE, antonyms=[[0, 1]])
    assert 0 < report["rho"] < 0.2
    [warning] = [record.getMessage() for record in caplog.records]
    assert warning.startswith("more than 50 pairs of words are as near as distance 0.2, so that")
    assert f"up to {report['rho']:.2g} alone (rho)" in warning
    assert 10 < report["neighbours"]["pairs"] <= 50
    lowered = report["rho"] - 1e-12
    expected, exact = counterfit(rows, synonyms=NONE, antonyms=[[0, 1]], rho=lowered)
    assert exact["neighbours"] == report["neighbours"]
    assert len(caplog.records) == 1
    assert np.array_equal(fitted, expected)


def test_words_all_in_one_place_are_no_reason_to_stop(monkeypatch, caplog):
    monkeypatch.setattr(module, "_MOST_NEIGHBOURS", 50)
    rows = np.tile(np.array([0.6, 0.8], np.float32), (20, 1))
    _, report = counterfit(rows, synonyms=NONE, antonyms=[[0, 1]])
    assert (report["rho"], report["neighbours"]["pairs"]) == (0, 0)
    assert "50 pairs of words are as near" in caplog.text


def test_progress_tells_of_the_neighbours_and_of_each_step(rows, monkeypatch):
    monkeypatch.setattr(module, "_COSINES_AT_ONCE", 400)
    told = []
    options = {"antonyms": [[0, 1]], "epochs": 4}
    counterfit(rows, synonyms=NONE, progress=lambda *done: told.append(done), **options)
    shares = [done / total for done, total in told]
    assert shares == pytest.approx([0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1])
