import itertools
import json
import math

import numpy as np
import pytest
from search_twins import stored
from spaces import make_space, manifold, with_hub, with_variances

from wordvec.errors import ConfigError, DataError
from wordvec.evals import evaluate
from wordvec.evals.geometry import Geometry
from wordvec.formats import read_vectors
from wordvec.vectors import WordVectors

BY_FREQUENCY = {"Sym1", "Sym2", "IsoScore", "length and frequency"}


def random_space(words=300, dim=8, seed=1, counted=True):
    matrix = np.random.default_rng(seed).normal(0.2, 1, (words, dim))
    return make_space(matrix, np.arange(words, 0, -1) if counted else None)


def told(result, part):
    return {f.measure for f in (*result.figures, *result.breakdown) if f.part == part}


def test_every_figure_is_told_as_neither_good_nor_bad():
    result = Geometry()(random_space())
    assert [f.measure for f in result.figures] == [
        "IsoScore",
        "participation ratio",
        "average cosine",
        "partition score",
        "Sym1",
        "Sym2",
        "hubness",
        "anti-hubs",
        "intrinsic dimension",
        "length and frequency",
    ]
    assert {f.better for f in (*result.figures, *result.breakdown)} == {"neither"}
    assert all(f.value is not None and f.n == 300 for f in result.figures)


def test_the_headline_is_the_isoscore_of_its_own_code(data_folder):
    folder = data_folder / "golden" / "postprocess"
    expected = json.loads((folder / "expected.json").read_text())["isoscore"]["raw"]
    assert evaluate(read_vectors(folder / "base.vec"), "geometry").value == pytest.approx(
        expected, abs=1e-6
    )


def test_a_chosen_covariance_gives_its_figures_and_its_spectrum():
    result = Geometry()(with_variances([4, 2, 1, 1]))
    assert result["participation ratio"].value == pytest.approx(64 / 22, rel=1e-5)
    assert result["IsoScore"].value == pytest.approx((64 / 22 - 1) / 3, rel=1e-5)
    assert result.details["spectrum"] == pytest.approx([0.5, 0.25, 0.125, 0.125], abs=1e-5)


def test_a_planted_hub_is_named():
    matrix = np.concatenate([np.zeros((1, 300)), with_hub().vectors])
    result = Geometry(neighbours=5)(make_space(matrix))
    assert result.details["hubs"][0] == {"word": "w1", "neighbour_of": 199}
    assert result["hubness"].value > 3
    assert result["hubness"].part == "5 neighbours"


def test_words_that_are_nobodys_neighbours_are_anti_hubs():
    angles = np.cumsum([0, 1, 2, 3, 4, 5]) / 10
    fan = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # each has the one before it
    result = Geometry(neighbours=1)(make_space(fan))
    assert result["anti-hubs"].value == pytest.approx(1 / 6)
    assert result["hubness"].value == pytest.approx(0)


def test_a_surface_has_its_intrinsic_dimension():
    assert Geometry()(make_space(manifold(2)))["intrinsic dimension"].value == pytest.approx(
        2, rel=0.1
    )


@pytest.mark.parametrize(("sign", "expected"), [(1, 1.0), (-1, -1.0)])
def test_length_that_goes_with_frequency_is_found_and_drawn(sign, expected):
    rng = np.random.default_rng(2)
    units = rng.normal(size=(200, 5))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    counts = rng.permutation(200) + 1
    lengths = 1 + counts / 200 if sign > 0 else 3 - counts / 200
    result = Geometry()(make_space(units * lengths[:, None], counts))
    assert result["length and frequency"].value == pytest.approx(expected)
    curve = result.details["length_by_rank"]
    assert (curve[0]["from_rank"], curve[-1]["to_rank"]) == (1, 200)
    assert all(a["to_rank"] + 1 == b["from_rank"] for a, b in itertools.pairwise(curve))
    medians = [band["median_length"] for band in curve]
    assert medians == sorted(medians, reverse=sign > 0)


def test_where_all_have_the_same_length_there_is_no_correlation_with_it():
    vectors = random_space()
    units = vectors.vectors / vectors.norms[:, None]
    result = Geometry()(make_space(units, vectors.counts))
    assert result["length and frequency"].value is None
    assert any("the same length" in note for note in result.notes)


@pytest.mark.parametrize("counts", [None, np.zeros(300, int)])
def test_without_counts_nothing_is_said_by_frequency(counts):
    result = Geometry()(make_space(random_space().vectors, counts))
    assert told(result, "by frequency") == set()
    assert told(result, "by row") == {"length and frequency"}
    assert any("no counts" in note for note in result.notes)
    assert told(Geometry()(random_space()), "by frequency") == BY_FREQUENCY


def test_neighbours_are_those_of_a_sample_that_the_seed_decides():
    vectors = random_space(600)
    first, again, other = (Geometry(sample=100, seed=seed)(vectors) for seed in (1, 1, 2))
    assert json.dumps(first.to_dict()) == json.dumps(again.to_dict())
    assert first["hubness"].value != other["hubness"].value
    assert (first["hubness"].n, first["hubness"].items) == (100, 600)
    assert first["IsoScore"].n == 600
    assert any("100 words drawn at random (seed 1)" in note for note in first.notes)


def test_with_no_more_words_than_the_sample_nothing_is_drawn():
    result = Geometry(sample=300)(random_space(300))
    assert result.seed is None
    assert result["hubness"].n == 300
    assert not any("drawn" in note for note in result.notes)


def test_zero_and_equal_vectors_are_left_out_and_said():
    matrix = random_space().vectors.copy()
    matrix[3] = 0
    matrix[10:13] = matrix[20]
    result = Geometry()(make_space(matrix))
    assert result["hubness"].n == result["anti-hubs"].n == 296
    assert result["intrinsic dimension"].n == 296
    assert any(note.endswith("have no neighbours: 1") for note in result.notes)
    said = "left out of hubness, anti-hubs and intrinsic dimension: 3"
    assert any(note.endswith(said) for note in result.notes)


def test_words_that_share_a_vector_are_no_hubs():
    matrix = np.random.default_rng(0).standard_normal((600, 50))
    alone = Geometry()(make_space(matrix[:571]))
    matrix[570:] = matrix[570]
    shared = Geometry()(make_space(matrix))
    for measure in ("hubness", "anti-hubs", "intrinsic dimension"):
        assert shared[measure].value == alone[measure].value
        assert (shared[measure].n, shared[measure].items) == (571, 600)
    assert shared.details["hubs"] == alone.details["hubs"]


def test_a_vector_that_is_not_finite_is_named():
    with pytest.raises(DataError, match="the vector of 'w1'"):
        Geometry()(make_space([[1, 0], [math.nan, 0]]))


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((0, 3)),
        [[1, 2]],
        [[1], [2], [3]],
        np.zeros((20, 3)),
        np.ones((20, 3)),
        np.eye(20),
        np.full((20, 4), 3e38),
        np.random.default_rng(1).normal(size=(20, 3)) * 1e37,
        np.random.default_rng(1).normal(size=(20, 3)) * 1e-37,
    ],
)
def test_odd_spaces_give_figures_or_none_and_never_nan(matrix):
    result = Geometry()(make_space(matrix))
    json.dumps(result.to_dict(), allow_nan=False)
    assert result.vocabulary == len(matrix)


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_a_smaller_type_has_nearly_the_same_geometry(dtype):
    vectors = random_space(dim=16)
    small = WordVectors(vectors.index_to_key, stored(vectors.vectors, dtype), vectors.counts)
    before, after = Geometry()(vectors), Geometry()(small)
    for measure in ("IsoScore", "average cosine", "Sym1", "Sym2", "partition score"):
        assert after[measure].value == pytest.approx(before[measure].value, rel=0.02)


def test_data_are_refused():
    with pytest.raises(ConfigError, match=r"takes no data; leave out 'my\.tsv'"):
        evaluate(random_space(), "geometry", "my.tsv")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed is -1; expected a whole number from 0"),
        ({"neighbours": 0}, "neighbours is 0; it must be at least 1"),
        ({"sample": 10}, "sample is 10; it must be more than neighbours, 10"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        Geometry(**options)
