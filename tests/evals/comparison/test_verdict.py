import math
from dataclasses import replace

import numpy as np
import pytest
from judges import Judge, group

from wordvec.evals.comparison import compare
from wordvec.evals.comparison.seeds import Group
from wordvec.evals.comparison.verdict import notes, on_words, summary, verdicts
from wordvec.evals.intervals import Interval
from wordvec.vectors import WordVectors

N = 200
PLAIN = np.tile([0.0, 1.0], N // 2)
BETTER = np.where(np.arange(N) % 5 == 0, 1.0, PLAIN)


def run(groups, *judges):
    return compare(groups, judges, agreement=False)


def lines(*judges, groups=None):
    compared = run(groups or [group("a"), group("b")], *judges)
    return verdicts(compared, compared.groups[1])


def points(interval):
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} points"


def test_a_difference_is_told_in_points_of_its_interval():
    compared = run([group("a"), group("b")], Judge("/data/MEN.txt", {"a": PLAIN, "b": BETTER}))
    [found] = compared.differences
    assert verdicts(compared, compared.groups[1]) == [
        f"b is better on MEN.txt by {points(found.interval)}"
    ]
    assert summary(compared, compared.groups[1]) == "b against a, 1 data set: better on 1"


@pytest.mark.parametrize(
    ("better", "order", "word"),
    [
        ("higher", "ab", "better"),
        ("higher", "ba", "worse"),
        ("lower", "ab", "worse"),
        ("lower", "ba", "better"),
        ("neither", "ab", "higher"),
        ("neither", "ba", "lower"),
    ],
)
def test_the_direction_is_that_of_the_measure_and_the_span_is_positive(better, order, word):
    outcomes = dict(zip(order, (PLAIN, BETTER), strict=True))
    [line] = lines(Judge("x", outcomes, better=better))
    start, span = line.split(" by ")
    assert start == f"b is {word} on x"
    low, high = (float(part) for part in span.replace(" points", "").split(" to "))
    assert 0 < low < high
    assert span.endswith("points") == (better != "neither")


def test_no_difference_is_told_with_how_large_it_could_be():
    rng = np.random.default_rng(0)
    judge = Judge("x", dict(zip("ab", rng.normal(size=(2, 100)), strict=True)))
    compared = run([group("a"), group("b")], judge)
    [found] = compared.differences
    assert found.adjusted > 0.05
    assert verdicts(compared, compared.groups[1]) == [
        f"no difference found on x ({points(found.interval)})"
    ]
    assert summary(compared, compared.groups[1]).endswith("no difference found on 1")
    assert lines(Judge("x", {"a": PLAIN, "b": PLAIN})) == ["no difference at all on x"]


def test_what_only_many_tests_make_doubtful_says_so():
    few = PLAIN.copy()
    few[:16:2] = 1.0
    same = [Judge(str(i), {"a": PLAIN, "b": few}) for i in range(20)]
    for line in lines(*same):
        assert ", but p = 0." in line
        assert line.endswith(" among 20 tests)")
    assert lines(same[0])[0].startswith("b is better")


def test_a_data_set_of_several_figures_is_one_line_that_names_the_first():
    shape = [("shape", {"a": 0.1, "b": 0.2})]
    [line] = lines(Judge("x", {"a": PLAIN, "b": BETTER}, figures=shape))
    assert line.startswith("b is better on x (accuracy) by ")


class Both:
    """Judges by two measures: as told, and by the reverse."""

    name, dataset, defaults = "both", "x", ()

    def __init__(self, judge):
        self._judge = judge

    def __call__(self, vectors):
        result = self._judge(vectors)
        [first] = result.outcomes
        second = replace(first, measure="errors", values=1 - first.values, better="lower")
        figures = (*result.figures, second.figure(draws=10))
        return replace(result, figures=figures, outcomes=(first, second))


def test_further_figures_of_a_data_set_are_told_where_they_differ():
    [line] = lines(Both(Judge("x", {"a": PLAIN, "b": BETTER})))
    first, second = line.split("; ")
    assert first.startswith("b is better on x (accuracy) by ")
    assert second == f"better on errors by {first.split(' by ')[1]}"
    [line] = lines(Both(Judge("x", {"a": PLAIN, "b": PLAIN})))
    assert line == "no difference at all on x (accuracy)"


def test_what_is_not_tested_is_told_with_the_reason():
    [line] = lines(Judge("x", {"a": [1.0, 0, 0], "b": [1.0, 1, 1]}))
    assert line == "not tested on x: only 2 of 3 items came out differently, of 6 at least"
    compared = run([group("a"), group("b")], Judge("x", {"a": [1.0, 0], "b": [1.0, 1]}))
    assert summary(compared, compared.groups[1]) == "nothing could be tested between a and b"


def test_where_one_could_judge_fewer_items_the_numbers_of_both_are_told():
    lacking = BETTER.copy()
    lacking[:20] = math.nan
    told = notes(run([group("a"), group("b")], Judge("x", {"a": PLAIN, "b": lacking})))
    assert (
        "x: of 200 items a could judge 200 and b 180; the 180 that both could are compared" in told
    )
    told = notes(run([group("a"), group("b")], Judge("x", {"a": PLAIN, "b": BETTER})))
    assert not any("could judge" in line for line in told)


def test_where_the_words_differ_those_that_all_have_are_told():
    a, b = (
        Group(name, (WordVectors(words, np.eye(len(words))),))
        for name, words in (("a", ["x", "y", "z"]), ("b", ["z", "v", "w", "x"]))
    )
    compared = run([a, b])
    [line] = on_words(compared)
    assert line.startswith("all are judged on the 2 words that every one of them has")
    assert "(a 3, b 4)" in line
    assert compared.to_dict()["notes"][0] == line
    assert on_words(run([a, replace(a, name="c")])) == []


def test_data_sets_of_one_file_name_are_told_apart():
    judges = [Judge(f"/data/{of}/set.txt", {"a": PLAIN, "b": PLAIN}) for of in "xy"]
    assert lines(*judges, Judge("/data/z.txt", {"a": PLAIN, "b": PLAIN})) == [
        f"no difference at all on {name}" for name in ("x/set.txt", "y/set.txt", "z.txt")
    ]


def test_measures_that_head_a_data_set_or_are_tested_are_explained_and_no_others():
    values = {"a": PLAIN, "b": BETTER}
    further = [("IsoScore", {"a": 0.1, "b": 0.2})]
    told = notes(run([group("a"), group("b")], Judge("x", values, figures=further)))
    assert told[0] == "accuracy: share of items answered rightly"
    assert not any(line.startswith("IsoScore") for line in told)


def test_one_training_each_is_told_not_to_cover_seeds():
    judge = Judge("x", {"a": PLAIN, "a1": PLAIN, "a2": BETTER, "b": BETTER})
    assert (
        "seeds: of a and b there is one training each; the tests do not tell what another seed "
        "would change" in notes(run([group("a"), group("b")], judge))
    )
    told = notes(run([group("a", 1, 2), group("b")], judge))
    assert (
        "seeds: of b there is one training; where it stands against several, a seed is taken to "
        "change it as much as these" in told
    )
    assert any(line.startswith("figures of several seeds: mean and") for line in told)


def test_seeds_of_one_recipe_are_told_to_be_that():
    whole = group("a", 1, 2)
    groups = [Group(n, (v,)) for n, v in zip(whole.members, whole.spaces, strict=True)]
    told = notes(run(groups, Judge("x", {"a1": PLAIN, "a2": BETTER})))
    assert any(line.startswith("these are trainings of one recipe") for line in told)


def test_the_number_of_tests_and_what_could_not_be_judged_are_told():
    judges = [Judge(name, {"a": PLAIN, "b": BETTER}) for name in "xyz"]
    told = notes(run([group("a"), group("b")], *judges, Judge("w", {"a": PLAIN})))
    assert any("adjusted for all 3 tests (Holm 1979)" in line for line in told)
    assert "b not judged by judge w: it has no such words" in told


def test_no_amount_is_shown_as_less_than_nothing():
    rng = np.random.default_rng(1)
    tiny = PLAIN + 1e-5 * rng.normal(size=N)
    compared = run([group("a"), group("b")], Judge("x", {"a": PLAIN, "b": tiny}))
    assert compared.differences[0].interval != Interval(0, 0)
    assert verdicts(compared, compared.groups[1]) == [
        "no difference found on x (0.0 to 0.0 points)"
    ]
