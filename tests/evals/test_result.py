import json
import math

import numpy as np
import pytest

from wordvec.errors import ConfigError
from wordvec.evals.intervals import Interval, share_interval, spearman_of
from wordvec.evals.result import Figure, Outcomes, Result, check_seed


def figure(**more):
    return Figure(**{"measure": "accuracy", "value": 0.5, "n": 2, "items": 4, **more})


def result(**more):
    plain = {"evaluator": "x", "dataset": "d", "figures": (figure(),), "policy": "p"}
    return Result(**{**plain, "vocabulary": 9, **more})


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize("place", ["value", "pvalue", "interval"])
def test_a_figure_is_never_nan_or_infinite(place, number):
    value = Interval(0.1, number) if place == "interval" else number
    with pytest.raises(ValueError, match="is no figure; expected None"):
        figure(**{place: value})


def test_coverage_is_the_share_of_items_that_a_figure_is_of():
    assert figure().coverage == 0.5
    assert figure(n=0, items=0).coverage is None


def test_outcomes_leave_out_items_that_could_not_be_judged():
    values = np.array([1, 0, np.nan, 1.0] * 4)
    made = Outcomes(measure="accuracy", values=values).figure()
    assert made.value == pytest.approx(2 / 3)
    assert (made.n, made.items) == (12, 16)
    assert made.interval.low < made.value < made.interval.high


def test_outcomes_with_gold_agree_with_it_on_the_items_judged():
    gold, values = np.array([1, 2, 3, 4, 99.0]), np.array([2, 4, 6, 5, np.nan])
    outcomes = Outcomes(measure="Spearman", values=values, gold=gold, statistic=spearman_of)
    assert outcomes.value() == pytest.approx(0.8)
    assert outcomes.value(np.array([1, 1, 1, 0, 0], bool)) == pytest.approx(1.0)


def test_too_few_items_or_all_alike_make_no_figure():
    few = Outcomes(measure="Spearman", values=np.ones(2), gold=np.arange(2.0), fewest=3)
    alike = Outcomes(
        measure="Spearman", values=np.ones(9), gold=np.arange(9.0), statistic=spearman_of
    )
    for outcomes in (few, alike):
        made = outcomes.figure()
        assert made.value is None
        assert made.interval is None


def test_the_same_seed_gives_the_same_interval():
    outcomes = Outcomes(measure="accuracy", values=np.random.default_rng(1).random(30))
    assert outcomes.figure(seed=3) == outcomes.figure(seed=3) != outcomes.figure(seed=4)


def test_chosen_items_are_a_part():
    outcomes = Outcomes(measure="m", values=np.array([1, 0.0, 1]), gold=np.array([3, 2.0, 1]))
    part = outcomes.chosen(np.array([True, False, True]), "odd")
    assert part.part == "odd"
    assert part.values.tolist() == [1, 1]
    assert part.gold.tolist() == [3, 1]


def test_the_headline_of_a_result_is_its_first_figure():
    first = figure(value=0.25, interval=Interval(0.2, 0.3))
    made = result(figures=(first, figure(measure="MRR", value=0.9)))
    assert (made.value, made.interval, made.n, made.coverage) == (0.25, (0.2, 0.3), 2, 0.5)


def test_a_figure_is_found_by_its_measure_and_a_wrong_one_names_those_there():
    made = result(breakdown=(figure(measure="MRR", value=0.9),))
    assert made["MRR"].value == 0.9
    with pytest.raises(KeyError, match="no figure 'F1'; there are accuracy, MRR"):
        made["F1"]


def test_a_result_as_json_holds_everything_but_the_outcomes():
    made = result(seed=1, missing_words=("a",), notes=("n",), details={"curve": [1, 2]}).to_dict()
    assert made == {
        "evaluator": "x",
        "dataset": "d",
        "figures": [figure().to_dict()],
        "breakdown": [],
        "policy": "p",
        "seed": 1,
        "vocabulary": 9,
        "missing_words": ["a"],
        "notes": ["n"],
        "details": {"curve": [1, 2]},
    }
    assert made["figures"][0]["coverage"] == 0.5


def test_items_that_share_units_have_the_interval_of_other_units():
    right = np.repeat([1.0, 0.0] * 6, 50)
    free = Outcomes(measure="accuracy", values=right)
    shared = Outcomes(measure="accuracy", values=right, units=np.repeat(np.arange(12), 50)[:, None])
    narrow, wide = free.figure().interval, shared.figure().interval
    assert wide.high - wide.low > 4 * (narrow.high - narrow.low)
    part = shared.chosen(right > 0, "right")
    assert np.unique(part.units).tolist() == [0, 2, 4, 6, 8, 10]


def test_few_items_or_units_have_no_interval_of_resamples():
    values = np.linspace(0, 1, 8)
    assert Outcomes(measure="MRR", values=values).figure().interval is None
    right = np.array([1.0, 0.0] * 4)
    many, units = np.tile(right, 10), np.repeat(np.arange(8), 10)[:, None]
    assert Outcomes(measure="accuracy", values=many).figure().interval is not None
    assert Outcomes(measure="accuracy", values=many, units=units).figure().interval is None


@pytest.mark.parametrize("right", [[1, 0, 1, 1], [1], [0] * 30, [1] * 30])
def test_a_share_has_wilsons_interval_also_of_few_items_or_where_all_are_alike(right):
    values = np.array([*right, np.nan], float)
    interval = Outcomes(measure="accuracy", values=values).figure().interval
    assert interval == share_interval(values[:-1])
    assert 0 <= interval.low < interval.high <= 1
    assert Outcomes(measure="accuracy", values=values).figure(draws=0).interval is None


def test_ranks_that_are_all_1_and_figures_with_gold_are_no_shares():
    ones = np.ones(30)
    assert Outcomes(measure="mean rank", values=ones, better="lower").figure().interval is None
    bits = np.array([1.0, 0.0] * 20)
    told = Outcomes(measure="Spearman", values=bits, gold=bits[::-1], statistic=spearman_of)
    assert told.value() == -1
    assert told.figure().interval is None  # that of a share would be 0.35 to 0.65


def test_numbers_of_numpy_are_those_of_json():
    made = figure(value=np.float32(0.5), pvalue=np.float64(0.25)).to_dict()
    assert json.dumps(made) == json.dumps(figure(value=0.5, pvalue=0.25).to_dict())


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_no_generator_takes_is_refused(seed):
    with pytest.raises(ConfigError, match=f"seed is {seed}; expected a whole number from 0 to"):
        check_seed(seed)
    assert check_seed(7) == 7


def test_a_result_of_few_of_its_items_says_so():
    few = result(figures=(figure(n=3, items=7, unit="pairs"),), notes=("own",))
    assert few.notes == (
        "own",
        "only 3 of 7 pairs found: figures of so few do not compare with those of all",
    )
    assert result(figures=(figure(n=4, items=7),)).notes == ()
    assert result(figures=(figure(n=0, items=7, value=None),)).notes == ()


def test_a_result_is_shown_in_a_line():
    assert repr(result()) == "<Result of x d: accuracy 0.5000, 2 of 4>"
    nothing = figure(value=None, n=0, unit="pairs")
    assert repr(result(figures=(nothing,))) == "<Result of x d: accuracy no figure, 0 of 4 pairs>"
