import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from evaluation import write
from weats import named, planted, query

from wordvec.errors import ConfigError, DataError
from wordvec.evals import evaluate
from wordvec.evals.bias import Bias, Query
from wordvec.evals.bias.association import associations, weat
from wordvec.evals.bias.distance import relational_products, relative_distances
from wordvec.evals.bias.found import find_query
from wordvec.evals.bias.headline import measure_headline
from wordvec.evals.bias.querying import _hedge
from wordvec.evals.bias.sentiment import negative_sentiment
from wordvec.evals.intervals import Interval, bootstrap, difference
from wordvec.evals.result import Figure
from wordvec.formats import read_vectors
from wordvec.vectors import WordVectors


def figures(result):
    return {figure.measure: figure for figure in (*result.figures, *result.breakdown)}


def without(vectors, *words):
    """Return `vectors` without some of their words."""
    kept = [row for row, word in enumerate(vectors.index_to_key) if word not in words]
    return WordVectors([vectors.index_to_key[row] for row in kept], vectors.vectors[kept])


def test_two_sets_of_each_are_judged_by_every_measure():
    sets = planted(3)
    vectors = named(sets)
    x, y, a, b = (np.asarray(part, np.float32).astype(np.float64) for part in sets)
    result = Bias(query(paired=True))(vectors)
    found, expected = figures(result), weat(x, y, a, b)
    assert list(found) == [
        "WEAT effect size",
        "WEAT sum",
        "RND",
        "ECT",
        "RIPA",
        "RNSB",
        "MAC",
    ]
    assert [f.part for f in result.breakdown if f.measure == "RNSB"] == [
        "garden",
        "garden, shuffled labels",
    ]
    found["RNSB"] = result["RNSB"]
    assert [figure.measure for figure in result.figures] == ["WEAT effect size"]
    assert {figure.part for figure in found.values()} == {"garden"}
    assert result.details["asked"][0]["one_sided_p"] == expected.test.one_sided[0]
    assert result.value == pytest.approx(expected.effect_size, abs=1e-12)
    assert result.figures[0].pvalue == expected.test.pvalues[0]
    assert found["WEAT sum"].value == pytest.approx(expected.total, abs=1e-12)
    assert found["RND"].value == pytest.approx(relative_distances(x, y, a).mean(), abs=1e-9)
    assert found["RIPA"].value == pytest.approx(relational_products(x, y, a).mean(), abs=1e-9)
    rnsb = negative_sentiment(np.concatenate([x, y]), a, b).divergence
    assert found["RNSB"].value == pytest.approx(rnsb, abs=1e-9)
    assert 0 < found["MAC"].value < 2
    low, high = result.interval
    assert low < result.value < high
    assert (result.n, result.figures[0].items) == (16, 16)


def test_ripa_is_told_of_pairs_alone_and_a_pair_without_a_word_is_left_out():
    sets = planted(3)
    assert "RIPA" not in figures(Bias(query())(named(sets)))
    x, y, a, _ = (np.asarray(part, np.float32).astype(np.float64) for part in sets)
    fewer = without(named(sets), "flowers0", "insects3")
    both = [1, 2, 4, 5, 6, 7]
    ripa = figures(Bias(query(paired=True))(fewer))["RIPA"].value
    assert ripa == pytest.approx(relational_products(x[both], y[both], a).mean(), abs=1e-6)


def test_one_set_of_targets_is_judged_by_sc_weat():
    result = Bias(query(targets=1))(named(planted(3)))
    assert list(figures(result)) == ["SC-WEAT", "RNSB", "MAC"]
    words = result.details["asked"][0]["words"]
    assert [word["word"] for word in words] == [f"flowers{i}" for i in range(8)]
    assert result.value == pytest.approx(np.mean([word["SC-WEAT"] for word in words]))
    assert result.value > 0.5
    assert result.figures[0].pvalue < 0.01
    order = sorted(words, key=lambda word: -word["SC-WEAT"])
    assert f"nearest to pleasant: {order[0]['word']}, {order[1]['word']}, " in result.notes[0]
    said = "garden: flowers with pleasant rather than unpleasant, more than chance would give; "
    assert result.notes[0].startswith(said)


def test_a_check_of_the_vectors_is_told_to_be_no_bias():
    for check in (True, False):
        result = Bias(query(check=check))(named(planted(3)))
        assert result.details["check"] is check
        assert ("it is a check of the vectors" in result.notes[-1]) is check


def test_words_are_told_on_the_side_that_they_are_on():
    sets = planted(4)
    result = Bias(query((2, 8, 8, 8), targets=1))(named([sets[0][:2], *sets[1:]]))
    assert "nearest to pleasant: flowers" in result.notes[0]
    assert result.notes[0].endswith("; to unpleasant: none")


def test_the_p_of_one_set_of_targets_is_at_its_stated_rate_where_nothing_is_planted():
    low, asked = 0, query((5, 5, 5, 5), targets=1)
    for seed in range(200):
        vectors = named(np.random.default_rng(seed).standard_normal((4, 5, 20)))
        found = find_query(vectors, asked)
        low += measure_headline(found, permutations=99, seed=1)[0].pvalue < 0.05
    assert 2 <= low <= 21  # the 99.8 % of a binomial of 200 draws


def test_one_set_of_attributes_is_judged_by_rnd():
    result = Bias(query(attributes=1))(named(planted(3)))
    assert list(figures(result)) == ["RND", "ECT", "MAC"]
    assert result.value < 0
    assert result.figures[0].pvalue < 0.01
    assert (result.n, result.figures[0].items) == (8, 8)
    said = "garden: pleasant is nearer to flowers than to insects, more than chance would give"
    assert result.notes[0] == said


@pytest.mark.parametrize("kind", [{}, {"targets": 1}, {"attributes": 1}])
def test_of_noise_nothing_is_said_to_be_more_than_chance_in_either_direction(kind):
    asked, sure = query((6, 6, 6, 6), **kind), []
    for seed in range(60):
        vectors = named(np.random.default_rng(seed).standard_normal((4, 6, 30)))
        [said, *_] = Bias(asked, permutations=99)(vectors).notes
        assert "chance" in said
        sure.append("more than chance would give" in said)
    assert sum(sure) <= 9  # the 99.8 % of a binomial of 60 draws


def test_words_and_interval_do_not_contradict_each_other():
    figure = Figure(measure="x", value=0.3, n=9, items=9, pvalue=0.04, interval=Interval(-0.1, 1))
    assert _hedge(figure, 0.01).endswith("but the interval holds 0: other words may show none")
    assert _hedge(replace(figure, interval=Interval(0.1, 1)), 0.01) == "more than chance would give"
    assert _hedge(replace(figure, pvalue=0.06), 0.01) == "but chance alone may give as much"
    assert _hedge(replace(figure, pvalue=0.33), 0.33).startswith("but of so few words p is 0.33 at")


@pytest.mark.parametrize(
    ("strength", "said"),
    [
        (4, "flowers with pleasant, insects with unpleasant, more than chance would give"),
        (
            -4,
            "the other way round: flowers with unpleasant, insects with pleasant, more than chance "
            "would give",
        ),
        (0, "flowers with pleasant, insects with unpleasant, but chance alone may give as much"),
    ],
)
def test_what_was_found_is_said_in_words(strength, said):
    result = Bias(query())(named(planted(strength, seed=3)))
    assert result.notes[0] == f"garden: {said}"
    assert "none found is no proof of none" in result.notes[-1]


def test_missing_words_are_left_out_and_told_and_sets_may_be_of_unequal_size():
    sets = planted(3)
    lost = ("flowers1", "flowers2", "insects0", "pleasant7")
    result = Bias(query())(without(named(sets), *lost))
    x, y, a, b = (np.asarray(part, np.float32).astype(np.float64) for part in sets)
    expected = weat(np.delete(x, [1, 2], 0), y[1:], a[:7], b)
    assert result.value == pytest.approx(expected.effect_size, abs=1e-9)
    assert result.figures[0].pvalue == expected.test.pvalues[0]
    assert (result.n, result.figures[0].items) == (13, 16)
    assert result.missing_words == lost
    assert result.details["asked"][0]["sets"]["flowers"] == {"found": 6, "words": 8}
    losses = [note for note in result.notes if "missing" in note]
    assert [note.split(";")[0] for note in losses] == [
        "garden: 2 of 8 words of flowers are missing"
    ]


def test_a_set_with_fewer_than_two_words_leaves_no_figure_but_the_reason():
    lost = [f"insects{i}" for i in range(7)]
    result = Bias(query())(without(named(planted(3)), *lost))
    assert result.value is None
    assert (result.n, result.figures[0].items) == (0, 16)
    assert result.breakdown == ()
    assert result.notes == (
        "garden: not measured: 1 of 8 words of the set 'insects' are in the vocabulary; it takes 2",
    )
    assert result.outcomes[0].values.shape == (16,)
    nothing = Bias(query())(WordVectors(["x", "y"], np.eye(2)))
    assert nothing.value is None
    assert len(nothing.missing_words) == 32


def test_words_are_found_in_lower_case_and_no_row_counts_twice():
    vectors = named(planted(3))
    asked = query()
    shouted = replace(
        asked,
        targets={name: tuple(w.upper() for w in words) for name, words in asked.targets.items()},
    )
    assert Bias(shouted)(vectors).value == Bias(asked)(vectors).value
    twice = replace(
        asked, targets={**asked.targets, "insects": (*asked.targets["insects"], "Flowers0")}
    )
    result = Bias(twice)(vectors)
    assert result.value == Bias(asked)(vectors).value
    assert (result.n, result.figures[0].items) == (16, 17)
    assert result.missing_words == ()


def test_words_that_are_all_alike_have_no_effect_size():
    sets = planted(3)
    result = Bias(query())(named([np.ones_like(sets[0]), np.ones_like(sets[0]), *sets[2:]]))
    assert result.value is result.interval is result.figures[0].pvalue is None
    assert result.notes[0] == "garden: no figure: all its words have the same association"
    assert json.dumps(result.to_dict(), allow_nan=False)


def test_a_word_of_zeros_has_no_association_and_one_of_nan_is_refused():
    sets = planted(3)
    sets[0][2] = 0
    result = Bias(query())(named(sets))
    assert result.n == 16
    [word] = [w for w in result.details["asked"][0]["words"] if w["word"] == "flowers2"]
    assert word["association"] == 0
    assert word["SC-WEAT"] is None
    assert Bias(query(targets=1))(named(sets)).n == 7
    sets[2][5] = np.nan
    with pytest.raises(DataError, match="'pleasant5'"):
        Bias(query())(named(sets))


def test_ect_of_fewer_than_three_words_is_not_told():
    result = Bias(query((4, 4, 2, 4)))(
        named([part[:n] for part, n in zip(planted(3), (4, 4, 2, 4), strict=True)])
    )
    assert figures(result)["ECT"].value is None
    assert figures(result)["RND"].value is not None


def test_large_sets_are_tested_on_random_splits_by_the_seed():
    sets = planted(0.3, words=12)
    asked, vectors = query((12, 12, 12, 12)), named(sets)
    one, same, other, more = (
        Bias(asked, **options)(vectors)
        for options in ({"seed": 1}, {}, {"seed": 2}, {"permutations": 500})
    )
    assert one.to_dict() == same.to_dict()
    assert one.figures[0].pvalue != other.figures[0].pvalue
    assert one.details["asked"][0]["splits"] == 10_000
    assert not one.details["asked"][0]["all_splits"]
    assert more.details["asked"][0]["splits"] == 500
    with pytest.raises(ConfigError, match="0 permutations; expected 1 or more"):
        Bias(asked, permutations=0)
    with pytest.raises(ConfigError, match="seed is 5000000000; expected"):
        Bias(asked, seed=5_000_000_000)


def test_a_planted_difference_between_two_spaces_shows_in_the_outcomes():
    sets = planted(4)
    biased = Bias(query())(named(sets)).outcomes[0]
    sets[0][:, 0], sets[1][:, 0] = 0, 0
    fair = Bias(query())(without(named(sets), "flowers3")).outcomes[0]
    assert np.flatnonzero(~fair.judged).tolist() == [3]
    both = biased.judged & fair.judged
    low, high = bootstrap(difference(biased.of(both), fair.of(both)), int(both.sum()))
    assert 0 < low < biased.value() - fair.value() < high


def test_outcomes_are_the_associations_behind_the_effect_size():
    sets = planted(3)
    [outcomes] = Bias(query())(named(sets)).outcomes
    x, y, a, b = (np.asarray(part, np.float32).astype(np.float64) for part in sets)
    expected = associations(np.concatenate([x, y]), a, b)
    assert outcomes.values == pytest.approx(expected, abs=1e-12)
    assert outcomes.part == "garden"
    assert outcomes.better == "neither"


def test_a_file_holds_several_queries(tmp_path):
    asked = query()
    entries = [
        {
            "name": name,
            "targets": asked.targets,
            "attributes": dict(list(asked.attributes.items())[:n]),
        }
        for name, n in (("weat", 2), ("rnd", 1))
    ]
    path = write(tmp_path / "two.json", json.dumps({"query": entries}))
    result = evaluate(named(planted(3)), path)
    assert result.evaluator == "bias"
    assert [(f.measure, f.part) for f in result.figures] == [
        ("WEAT effect size", "weat"),
        ("RND", "rnd"),
    ]
    assert [outcomes.part for outcomes in result.outcomes] == ["weat", "rnd"]
    assert json.dumps(result.to_dict(), allow_nan=False)


def test_what_comes_along_says_something_of_real_vectors(data_folder):
    vectors = read_vectors(data_folder / "golden" / "postprocess" / "base.vec")
    results = {name: Bias(name)(vectors) for name in Bias.defaults}
    assert list(results) == ["gender-roles", "age", "illness", "attitudes", "gender"]
    assert [r.details["check"] for r in results.values()] == [False, False, False, True, False]
    told = [f.value for result in results.values() for f in result.figures]
    assert sum(value is not None for value in told) >= 7
    for result in results.values():
        assert json.dumps(result.to_dict(), allow_nan=False)


def test_weat_of_the_reference_is_found_by_the_evaluator(data_folder):
    folder = data_folder / "golden" / "postprocess"
    golden = json.loads((folder / "bias_metrics.json").read_text())
    vectors = read_vectors(folder / "base.vec")
    words, expected = golden["word_sets"], golden["weat"]["male female career family"]
    n = expected["n_attributes"]
    asked = Query(
        name="golden",
        targets={key: tuple(words[key]) for key in ("male", "female")},
        attributes={key: tuple(words[key][:n]) for key in ("career", "family")},
        paired=True,
    )
    result = Bias(asked)(vectors)
    found = figures(result)
    for measure, key in (
        ("WEAT effect size", "effect_size"),
        ("WEAT sum", "weat"),
        ("RND", "rnd"),
        ("ECT", "ect"),
        ("RIPA", "ripa"),
    ):
        assert found[measure].value == pytest.approx(expected[key], abs=1e-6), measure
    one_sided = result.details["asked"][0]["one_sided_p"]
    assert one_sided == pytest.approx(expected["p_value_exact"], abs=1e-12)


def test_the_evaluator_is_imported_without_scikit_learn():
    heavy = ("numba", "gensim", "scipy", "sklearn")
    code = f"import sys, wordvec.evals.bias; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    assert done.stdout == b"[]\n"
