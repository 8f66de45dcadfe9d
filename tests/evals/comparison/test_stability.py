import json
import math

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from search_twins import slow_nearest, stored
from spaces import make_space, turned

from wordvec.errors import ConfigError, DataError
from wordvec.evals.comparison.stability import stability
from wordvec.vectors import WordVectors

ALIGNED = "after alignment"


def random_matrix(words=400, dim=12, seed=1):
    return np.random.default_rng(seed).normal(size=(words, dim)) * np.linspace(2, 0.5, dim)


def figures(result):
    return {(f.measure, f.part): f.value for f in (*result.figures, *result.breakdown)}


def units(matrix):
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_a_turned_space_is_the_same_space():
    matrix = random_matrix()
    lengths = np.linspace(0.5, 3, 400)[:, None]
    found = figures(stability(make_space(matrix), make_space(turned(matrix) * lengths)))
    assert found["neighbour overlap", ""] == 1
    assert found["cosine", ALIGNED] == pytest.approx(1)
    assert found["nearest is itself", ALIGNED] == 1
    assert found["neighbour overlap", ALIGNED] == 1
    assert abs(found["cosine with another word", ALIGNED]) < 0.2


def test_spaces_that_have_nothing_to_do_with_each_other_agree_by_chance():
    found = figures(
        stability(
            make_space(random_matrix(2000)), make_space(random_matrix(2000, seed=2)), topn=100
        )
    )
    chance = 100 / 1999
    assert found["neighbour overlap", ""] == pytest.approx(chance, abs=0.005)
    assert found["neighbour overlap", ALIGNED] == pytest.approx(chance, abs=0.02)
    assert found["cosine", ALIGNED] == pytest.approx(0, abs=0.04)
    assert found["nearest is itself", ALIGNED] < 0.01


def test_the_more_noise_the_less_stability():
    matrix = random_matrix()
    noise = np.random.default_rng(3).normal(size=matrix.shape)
    values = [
        [f.value for f in stability(make_space(matrix), make_space(matrix + size * noise)).figures]
        for size in (0.3, 0.6, 1.5)
    ]
    assert len(values[0]) == 4
    for falling in zip(*values, strict=True):
        assert 1 >= falling[0] > falling[1] > falling[2] > 0


def test_the_figures_are_those_of_their_definitions():
    mine, theirs = random_matrix(300), random_matrix(300) + random_matrix(300, seed=4)
    result = stability(make_space(mine), make_space(theirs), topn=7, words=100, seed=5)
    drawn = np.random.default_rng(5).permutation(300)
    asked, others = np.sort(drawn[:100]), drawn[100:]
    turn, _ = orthogonal_procrustes(units(mine)[others], units(theirs)[others])
    turned_units = units(mine) @ turn

    def near(matrix, directions):
        rows, _ = slow_nearest(matrix, directions, 8)
        return [
            [r for r in row if r != own][:7] for own, row in zip(asked, rows.tolist(), strict=True)
        ]

    def overlap(one, other):
        return np.mean([len(set(a) & set(b)) / 7 for a, b in zip(one, other, strict=True)])

    in_mine, in_theirs = near(mine, units(mine)[asked]), near(theirs, units(theirs)[asked])
    found = figures(result)
    assert found["neighbour overlap", ""] == pytest.approx(overlap(in_mine, in_theirs))
    crossed = near(theirs, turned_units[asked])
    assert found["neighbour overlap", ALIGNED] == pytest.approx(overlap(crossed, in_theirs))
    cosines = np.sum(turned_units[asked] * units(theirs)[asked], axis=1)
    assert found["cosine", ALIGNED] == pytest.approx(cosines.mean(), abs=1e-6)
    first = slow_nearest(theirs, turned_units[asked], 1)[0][:, 0]
    assert found["nearest is itself", ALIGNED] == pytest.approx(np.mean(first == asked))


def test_only_words_of_both_spaces_count_in_whatever_rows_they_are():
    matrix = random_matrix()
    words = [f"w{i}" for i in range(400)]
    order = np.random.default_rng(6).permutation(400)[:300]
    other = WordVectors(
        ["new", *(words[row] for row in order)],
        np.concatenate([np.ones((1, 12)), turned(matrix)[order]]),
    )
    result = stability(make_space(matrix), other)
    assert result.vocabulary == 300
    assert [f.value for f in result.figures] == pytest.approx([1, 1, 1, 1])
    assert result.notes[0] == "300 words are in both spaces, of 400 and 301 that take part"


def test_the_cut_leaves_out_rare_words_of_each():
    matrix = random_matrix()
    backwards = WordVectors([f"w{i}" for i in range(399, -1, -1)], turned(matrix)[::-1])
    result = stability(make_space(matrix), backwards, restrict_vocab=300)
    assert result.vocabulary == 200
    assert result.figures[0].items == 100
    assert result.notes[0] == "200 words are in both spaces, of 300 and 300 that take part"


def test_spaces_of_other_dimensions_are_compared_by_their_neighbours_alone():
    matrix = random_matrix()
    result = stability(make_space(matrix), make_space(matrix[:, :5]))
    assert [f.measure for f in result.figures] == ["neighbour overlap"]
    assert 0 < result.value < 1
    assert any("have 12 and 5 dimensions" in note for note in result.notes)


def test_too_few_words_turn_no_space():
    matrix = random_matrix(20)
    result = stability(make_space(matrix), make_space(turned(matrix)))
    assert [f.measure for f in result.figures] == ["neighbour overlap"]
    assert result.figures[0].items == 10
    assert any("10 common words to turn 12 dimensions by are too few" in n for n in result.notes)


def test_words_without_a_direction_are_not_judged():
    matrix = random_matrix()
    other = turned(matrix)
    other[::4] = 0
    result = stability(make_space(matrix), make_space(other))
    zeros = np.count_nonzero(np.isnan(result.outcomes[0].values))
    assert 30 < zeros < 70
    assert {f.n for f in result.figures} == {200 - zeros}
    assert {f.items for f in result.figures} == {200}
    assert result["nearest is itself"].value == 1


def test_the_least_and_the_most_stable_words_are_named():
    matrix = random_matrix(600)
    moved = matrix.copy()
    moved[100:200] = random_matrix(600, seed=7)[100:200]
    details = stability(make_space(matrix), make_space(moved), words=300).details
    least = [int(told["word"][1:]) for told in details["least_stable"]]
    assert sum(100 <= row < 200 for row in least) >= 9
    assert details["most_stable"][0]["overlap"] > details["least_stable"][0]["overlap"]


def test_the_outcomes_are_those_of_the_figures():
    result = stability(make_space(random_matrix()), make_space(random_matrix(seed=2)))
    for figure, outcomes in zip(result.figures, result.outcomes, strict=True):
        assert (figure.measure, figure.part) == (outcomes.measure, outcomes.part)
        assert figure.value == pytest.approx(outcomes.value())
        assert figure.interval.low <= figure.value <= figure.interval.high
        assert figure.better == "higher"


def test_the_same_seed_judges_the_same_words():
    one, other = make_space(random_matrix()), make_space(random_matrix() + 0.3)
    first, again, third = (stability(one, other, words=50, seed=s).to_dict() for s in (1, 1, 2))
    assert json.dumps(first, allow_nan=False) == json.dumps(again)
    assert first != third
    assert "50 words drawn at random (seed 1)" in first["policy"]


def test_a_smaller_type_is_nearly_as_stable():
    matrix = random_matrix().astype(np.float32)
    space = make_space(matrix)
    for rows in (slice(None), slice(None, None, -1)):
        words = [f"w{i}" for i in range(400)][rows]
        small = WordVectors(words, stored(matrix[rows], "int8"))
        result = stability(space, small)
        assert result.value > 0.9
        assert result["nearest is itself"].value == 1


@pytest.mark.parametrize("order", [1, -1])
def test_a_vector_that_is_not_finite_is_named(order):
    matrix = random_matrix(40)
    wrong = matrix.copy()
    wrong[3, 2] = math.nan
    other = WordVectors([f"w{i}" for i in range(40)][::order], wrong[::order])
    with pytest.raises(DataError, match="the vector of 'w3'"):
        stability(make_space(matrix), other)


def test_spaces_without_common_words_are_refused():
    other = WordVectors(["w0", "W1", "W2", "W3"], np.eye(4))
    with pytest.raises(DataError, match="written alike: 1; expected three or more"):
        stability(make_space(np.eye(4)), other)


@pytest.mark.parametrize("option", ["topn", "words", "restrict_vocab"])
def test_numbers_below_1_are_refused(option):
    space = make_space(np.eye(4))
    with pytest.raises(ConfigError, match=f"{option} is 0; it must be at least 1"):
        stability(space, space, **{option: 0})


def test_with_few_words_all_others_are_neighbours():
    assert stability(make_space(random_matrix(3)), make_space(random_matrix(3, seed=2))).value == 1
