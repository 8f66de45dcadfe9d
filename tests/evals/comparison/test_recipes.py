import json
import math
from dataclasses import replace

import numpy as np
import pytest
from judges import Judge, group

from wordvec.errors import DataError
from wordvec.evals.comparison import Group, Value, compare
from wordvec.evals.comparison.paired import compare_outcomes, holm
from wordvec.evals.comparison.verdict import notes, summary
from wordvec.evals.result import Outcomes, Result
from wordvec.vectors import WordVectors

GOOD, BAD = np.tile([1.0, 1, 1, 0], 25), np.tile([1.0, 0, 0, 0], 25)


def run(groups, *judges, **options):
    return compare(groups, judges, **({"agreement": False} | options))


def test_each_group_is_compared_with_the_first():
    compared = run(
        [group("a"), group("b"), group("c")],
        Judge("x", {"a": BAD, "b": GOOD, "c": BAD}),
    )
    assert [(d.baseline, d.other, d.difference) for d in compared.differences] == [
        ("a", "b", 0.5),
        ("a", "c", 0.0),
    ]
    assert [d.other for d in compared.of(compared.groups[2])] == ["c"]


def test_the_test_is_that_of_paired_outcomes_and_the_adjustment_is_over_all_of_them():
    rng = np.random.default_rng(0)
    values = {name: dict(zip("abc", rng.normal(size=(3, 40)), strict=True)) for name in "xyz"}
    judges = [Judge(name, by_space) for name, by_space in values.items()]
    compared = run([group("a"), group("b"), group("c")], *judges)
    pvalues = []
    for d in compared.differences:
        was, now = (
            Outcomes(measure="accuracy", values=values[d.dataset][n]) for n in (d.baseline, d.other)
        )
        pvalues.append(compare_outcomes([was], [now]).pvalue)
    assert [d.pvalue for d in compared.differences] == pvalues
    assert [d.adjusted for d in compared.differences] == holm(pvalues)
    assert compared.tests == 6


def test_descriptions_are_adjusted_apart_from_what_is_better():
    rng = np.random.default_rng(0)
    values = {name: dict(zip("ab", rng.normal(size=(2, 40)), strict=True)) for name in "wxyz"}
    described = [Judge(name, values[name], better="neither") for name in "yz"]
    marks = [Judge(name, values[name]) for name in "wx"]
    groups = [group("a"), group("b")]
    compared = run(groups, *marks, *described)
    apart = [*run(groups, *marks).differences, *run(groups, *described).differences]
    assert [d.adjusted for d in compared.differences] == [d.adjusted for d in apart]
    assert (compared.tests_of(mark=True), compared.tests_of(mark=False)) == (2, 2)
    told = summary(compared, compared.groups[1])
    assert "2 data sets: " in told
    assert "; 2 data sets that describe: " in told
    assert any("for the 2 tests of what is better, and apart" in line for line in notes(compared))


def test_equal_spaces_under_many_tests_rarely_show_any_difference():
    rng = np.random.default_rng(1)
    wrong = 0
    for _ in range(200):
        judges = [
            Judge(str(i), dict(zip("ab", rng.normal(size=(2, 30)), strict=True))) for i in range(5)
        ]
        found = run([group("a"), group("b")], *judges, draws=100).differences
        wrong += min(d.adjusted for d in found) < 0.05
    assert wrong / 200 <= 0.09


def test_items_that_one_space_could_not_judge_are_left_out_of_both():
    lacking = GOOD.copy()
    lacking[:10] = math.nan
    [found] = run([group("a"), group("b")], Judge("x", {"a": BAD, "b": lacking})).differences
    assert (found.n, found.items, found.found) == (90, 100, (100, 90))
    assert found.first.value == BAD[10:].mean()
    assert found.second.value == lacking[10:].mean()


def test_to_know_more_items_does_not_make_better():
    known = np.tile([1.0, 0.0], 50)
    fewer = known.copy()
    fewer[:40] = math.nan
    [found] = run([group("a"), group("b")], Judge("x", {"a": fewer, "b": known})).differences
    assert (found.difference, found.pvalue) == (0, 1)


def test_seeds_of_a_recipe_are_one_value_with_a_spread():
    a, b = group("a", 1, 2, 3), group("b")
    outcomes = {"a1": BAD, "a2": GOOD, "a3": BAD, "b": GOOD}
    [found] = run([a, b], Judge("x", outcomes)).differences
    assert found.first == Value(
        value=pytest.approx(np.mean([0.25, 0.75, 0.25])),
        sd=pytest.approx(np.std([0.25, 0.75, 0.25], ddof=1)),
        seeds=3,
    )
    assert found.second == Value(value=0.75)


def test_figures_without_outcomes_are_shown_beside_each_other_untested():
    shape = [("shape", {"a1": 0.2, "a2": 0.4, "b": 0.1})]
    outcomes = dict.fromkeys(("a1", "a2", "b"), GOOD)
    compared = run([group("a", 1, 2), group("b")], Judge("x", outcomes, figures=shape))
    _, found = compared.differences
    assert found.first.value == pytest.approx(0.3)
    assert found.difference == pytest.approx(-0.2)
    assert (found.n, found.pvalue, found.untested) == (None, None, "not a figure of items")
    assert compared.tests == 1


def test_a_figure_that_is_not_defined_for_one_has_no_difference():
    shape = [("shape", {"a": 0.2, "b": None})]
    compared = run([group("a"), group("b")], Judge("x", {"a": GOOD, "b": GOOD}, figures=shape))
    found = compared.differences[1]
    assert (found.first.value, found.second.value, found.difference) == (0.2, None, None)


def test_what_one_space_cannot_be_judged_by_is_not_compared():
    compared = run([group("a"), group("b")], Judge("x", {"a": GOOD}))
    assert compared.differences == ()
    assert compared.judgements[1][0].skipped == ("judge x: it has no such words",)


def test_fewer_wrong_answers_to_choose_from_do_not_make_better():
    """The same vectors cut to 250 of 2,000 words; odd one out and MRR go by the vocabulary."""
    rng = np.random.default_rng(5)
    centers = rng.standard_normal((25, 8))
    words = [f"w{i}" for i in range(2000)]
    matrix = rng.standard_normal((2000, 8))
    matrix[:250] = np.repeat(centers, 10, axis=0) + 0.6 * rng.standard_normal((250, 8))
    whole, cut = (WordVectors(words[:n], matrix[:n]) for n in (2000, 250))
    judge = Neighbours()
    assert judge(cut).value > judge(whole).value + 0.1
    for spaces in ((whole, cut), (cut, whole)):
        compared = run([Group(n, (v,)) for n, v in zip("ab", spaces, strict=True)], judge)
        assert [(d.difference, d.found) for d in compared.differences] == [(0, (250, 250))] * 2
        assert compared.differences[0].pvalue == 1
        assert compared.shared_words == compared.to_dict()["shared_words"] == 250
        assert [g["words"] for g in compared.to_dict()["groups"]] == [[len(v)] for v in spaces]


class Neighbours:
    """Tells how often the nearest word is of the same ten: among all words of the space."""

    name, dataset, defaults = "neighbours", "", ()

    def __call__(self, vectors):
        right = np.full(250, math.nan)
        for i in range(250):
            if f"w{i}" in vectors:
                [(nearest, _)] = vectors.most_similar(f"w{i}", topn=1)
                right[i] = int(nearest[1:]) // 10 == i // 10
        outcomes = Outcomes(measure="accuracy", values=right)
        plain = replace(outcomes.figure(draws=0), measure="without outcomes")
        return Result(
            evaluator=self.name,
            dataset="",
            figures=(outcomes.figure(draws=0), plain),
            outcomes=(outcomes,),
            policy="",
            vocabulary=len(vectors),
        )


def test_spaces_without_a_common_word_are_refused_before_the_work():
    a, b = (Group(word, (WordVectors([word], [[1.0]]),)) for word in "ab")
    with pytest.raises(DataError, match="no word is in all 2 vocabularies, written alike; give"):
        compare([a, b], [Neighbours()], progress=lambda *_: pytest.fail("it has begun"))


def test_neighbours_are_compared_within_recipes_of_several_seeds_and_with_the_baseline():
    compared = compare([group("a", 1, 2), group("b", 1), group("c")], [])
    assert [(g.first, g.second, g.same_seed) for g in compared.agreements] == [
        ("a1", "a2", False),
        ("a2", "b1", False),
        ("a1", "c", False),
    ]
    [same] = compare([group("a", 1), group("b", 1)], []).agreements
    assert same.same_seed
    assert "both spaces have, written alike: 2;" in same.why


def test_progress_counts_every_judgement_and_every_pair():
    told = []
    judges = [Judge(name, {"a": GOOD, "b": BAD}) for name in "xy"]
    compare([group("a"), group("b")], judges, progress=lambda *at: told.append(at))
    assert told == [(i, 5) for i in range(1, 6)]


def test_the_same_seed_gives_the_same_comparison_and_all_of_it_is_json():
    rng = np.random.default_rng(2)
    judge = Judge("x", dict(zip("ab", rng.normal(size=(2, 30)), strict=True)))
    one, again, other = (
        compare([group("a"), group("b")], [judge], seed=seed).to_dict() for seed in (1, 1, 2)
    )
    assert json.dumps(one, allow_nan=False) == json.dumps(again)
    assert one["differences"] != other["differences"]
    [found] = one["differences"]
    assert found["first"] == {
        "value": pytest.approx(found["first"]["value"]),
        "sd": None,
        "seeds": 1,
    }
    assert one["verdicts"]["b"]["summary"].startswith("b against a, 1 data set: ")
    assert (one["draws"], one["seed"], one["groups"][1]["name"]) == (1000, 1, "b")
