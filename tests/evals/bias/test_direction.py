import json
from dataclasses import replace

import numpy as np
import pytest
from biased import SETS, biased_vectors
from evaluation import write

from wordvec.errors import DataError
from wordvec.evals.bias import Bias
from wordvec.evals.bias.direction import (
    bias_along_random_direction,
    bias_along_random_words,
    measure_direction,
)
from wordvec.evals.comparison import compare
from wordvec.evals.comparison.seeds import Group
from wordvec.postprocess.bias import measure_bias
from wordvec.postprocess.debias import debias
from wordvec.postprocess.wordsets import read_word_sets
from wordvec.vectors import WordVectors


@pytest.fixture
def word_sets(tmp_path):
    """Return the planted word sets as a file of our own format."""
    keys = ("defining", "equalize", "specific", "neutral_examples", "targets", "attributes")
    document = {key: getattr(SETS, key) for key in keys}
    return write(tmp_path / "planted.json", json.dumps(document))


def test_word_sets_are_judged_by_the_measures_of_debiasing(word_sets):
    vectors = biased_vectors()
    result, report = Bias(word_sets, before=vectors)(vectors), measure_bias(vectors, SETS)
    assert [(figure.measure, figure.value) for figure in result.figures] == [
        ("direct bias", pytest.approx(report.direct_bias)),
        ("MAC", report.mac),
        ("cluster accuracy", report.cluster_accuracy),
        ("neighbour correlation", report.neighbour_correlation),
    ]
    direct = result.figures[0]
    assert direct.interval.low < direct.value < direct.interval.high
    assert (direct.n, direct.items, direct.better) == (30, 30, "lower")
    assert [(f.n, f.items) for f in result.figures[1:]] == [(4, 4), (214, 214), (30, 30)]
    assert json.dumps(result.to_dict(), allow_nan=False)


def test_direct_bias_of_each_example_is_in_its_place_whatever_is_missing(word_sets):
    whole = Bias(word_sets)(biased_vectors()).outcomes[0]
    vectors = biased_vectors()
    kept = [row for row, word in enumerate(vectors.index_to_key) if word not in ("job3", "job7")]
    fewer = WordVectors([vectors.index_to_key[row] for row in kept], vectors.vectors[kept])
    result = Bias(word_sets)(fewer)
    [outcomes] = result.outcomes
    assert np.flatnonzero(~outcomes.judged).tolist() == [3, 7]
    judged = outcomes.judged
    assert outcomes.values[judged] == pytest.approx(whole.values[judged], abs=1e-9)
    assert result.missing_words == ("job3", "job7")
    assert (result.n, result.coverage) == (28, 28 / 30)


def test_an_example_in_two_spellings_is_one_word():
    sets = replace(SETS, neutral_examples=("job0", "JOB0", "job1"))
    answer = measure_direction(biased_vectors(), sets, before=None, seed=1)
    assert np.isnan(answer.outcomes[0].values).tolist() == [False, True, False]
    assert answer.figures[0].value == pytest.approx(
        measure_bias(biased_vectors(), sets).direct_bias
    )


def test_a_planted_bias_that_debiasing_hides_is_found_with_the_vectors_from_before(word_sets):
    before = biased_vectors()
    after = debias(before, SETS)
    alone = Bias(word_sets)(after)
    assert alone.value < 0.01 < 0.2 < Bias(word_sets)(before).value
    assert [figure.measure for figure in alone.figures] == ["direct bias", "MAC"]
    assert any("(--before)" in note for note in alone.notes)
    both = Bias(word_sets, before=before)(after)
    report = measure_bias(after, SETS, reference=before)
    assert both["cluster accuracy"].value == report.cluster_accuracy
    assert not any("(--before)" in note for note in both.notes)
    whole = Bias(word_sets)(before)
    assert [figure.measure for figure in whole.figures] == ["direct bias", "MAC"]
    assert sum("(--before)" in note for note in whole.notes) == 1


def noise(dim, seed):
    """Return vectors of nothing for the words of gender, and for others."""
    sets = read_word_sets("gender")
    groups = (*sets.defining, *sets.targets, *sets.attributes, sets.neutral_examples)
    words = dict.fromkeys(word.lower() for group in groups for word in group)
    words = [*words, *(f"filler{i}" for i in range(2000))]
    return WordVectors(words, np.random.default_rng(seed).standard_normal((len(words), dim)))


@pytest.mark.parametrize("dim", [20, 100])
def test_of_noise_direct_bias_is_what_random_words_give_and_no_clusters_are_told(dim):
    for seed in range(5):
        result = Bias("gender")(noise(dim, seed))
        assert [figure.measure for figure in result.figures] == ["direct bias", "MAC"]
        chance = {figure.part: figure.value for figure in result.breakdown}
        assert {figure.measure for figure in result.breakdown} == {"direct bias"}
        assert list(chance) == ["differences of random words", "a random direction"]
        along_words, along_direction = chance.values()
        assert along_words == pytest.approx(along_direction, rel=0.05)
        assert result.value == pytest.approx(along_direction, rel=0.4)
        said = f"and {along_direction:.3f} along a random direction"
        assert any(said in note for note in result.notes)


@pytest.mark.parametrize("dim", [2, 3, 50])
def test_the_bias_along_a_random_direction_is_known_exactly(dim):
    drawn = np.random.default_rng(0).standard_normal((100_000, dim))
    slow = np.mean(np.abs(drawn[:, 0]) / np.linalg.norm(drawn, axis=1))
    assert bias_along_random_direction(dim) == pytest.approx(slow, rel=0.01)


def test_a_planted_bias_is_more_than_chance():
    vectors = noise(100, 1)
    matrix = vectors.vectors.copy()
    sets = read_word_sets("gender")
    for first, second in sets.defining:
        matrix[[vectors.index_to_key.find(w.lower()) for w in (first, second)], 0] += [9, -9]
    matrix[[vectors.index_to_key.find(w.lower()) for w in sets.neutral_examples], 0] += 6
    result = Bias("gender")(WordVectors(vectors.index_to_key, matrix))
    assert len(result.breakdown) == 2
    assert all(figure.value < result.interval.low / 2 for figure in result.breakdown)


def test_random_words_that_are_zero_or_too_few_are_no_harm(word_sets):
    assert bias_along_random_words(biased_vectors(), np.arange(5), [600, 600], 1) is None
    zeros = WordVectors([f"w{i}" for i in range(20)], np.zeros((20, 4)))
    assert bias_along_random_words(zeros, np.arange(5), [2, 3], 1) == 0


def test_direct_bias_of_other_dimensions_is_not_compared(word_sets):
    first = biased_vectors()
    fewer = WordVectors(first.index_to_key, first.vectors[:, :9])
    judges = [Bias(word_sets)]
    for other, compared in ((first, ["direct bias", "MAC"]), (fewer, ["MAC"])):
        groups = [Group("a", (first,)), Group("b", (other,))]
        found = compare(groups, judges, agreement=False)
        assert [difference.measure for difference in found.differences] == compared


def test_word_sets_of_which_nothing_is_here_give_no_figure_but_the_reason(word_sets):
    result = Bias(word_sets)(WordVectors(["x", "y"], np.eye(2)))
    assert result.value is None
    assert result.n == 0
    assert result.figures[0].items == 30
    assert "none of the 3 defining sets has two words in the vocabulary" in result.notes
    assert result.missing_words == ("she", "he", "woman", "man", "girl", "boy")


def test_vectors_with_nan_are_refused(word_sets):
    vectors = biased_vectors()
    matrix = vectors.vectors.copy()
    matrix[0] = np.nan
    with pytest.raises(DataError, match="'she'"):
        Bias(word_sets)(WordVectors(vectors.index_to_key, matrix))


def test_the_files_of_debiaswe_and_of_manzini_are_read(data_folder):
    folder = data_folder / "data" / "bias"
    vectors = biased_vectors()
    pairs = Bias(folder / "definitional_pairs.json")(vectors)
    assert [(figure.measure, figure.value) for figure in pairs.figures] == [("direct bias", None)]
    assert any("name no neutral examples" in note for note in pairs.notes)
    race = Bias(folder / "multiclass_race.json")(vectors)
    assert race.value is None
    assert "no neutral" not in str(race.notes)
