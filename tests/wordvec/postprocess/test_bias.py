import json
from dataclasses import replace

import numpy as np
import pytest
from biased import SETS, biased_vectors, golden

from wordvec.errors import DataError
from wordvec.postprocess.bias import direct_bias, mean_average_cosine, measure_bias
from wordvec.postprocess.debias import debias
from wordvec.postprocess.subspace import find_sets, find_subspace, find_words
from wordvec.postprocess.wordsets import WordSets, read_word_sets
from wordvec.vectors import WordVectors


@pytest.fixture(scope="module")
def expected(data_folder):
    return json.loads((data_folder / "golden" / "postprocess" / "expected.json").read_text())


def cosine(a, b):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_direct_bias_of_professions_is_that_of_the_reference(data_folder, expected):
    vectors, arrays = golden(data_folder, "hard_debias_gender")
    bias = data_folder / "data" / "bias"
    sets = read_word_sets(
        bias / "definitional_pairs.json",
        specific=bias / "gender_specific_full.json",
        examples=bias / "professions.json",
    )
    found, _ = find_sets(vectors, sets)
    axis = find_subspace(found).directions
    rows, _ = find_words(vectors, sets.neutral_examples)
    after = vectors.with_matrix(arrays["vectors"], provenance={})
    assert len(rows) == expected["professions_present"]
    before = direct_bias(vectors, rows, axis).mean()
    assert before == pytest.approx(expected["direct_bias_professions_before"], abs=1e-6)
    assert measure_bias(vectors, sets).direct_bias == pytest.approx(before, abs=1e-12)
    left = measure_bias(after, sets, reference=vectors, directions=axis).direct_bias
    assert left == pytest.approx(expected["direct_bias_professions_after"], abs=1e-6)


@pytest.mark.parametrize("name", ["gender", "race", "religion"])
def test_mac_is_that_of_the_reference(data_folder, expected, name):
    vectors, arrays = golden(data_folder, f"multiclass_hard_{name}")
    sets = read_word_sets(data_folder / "data" / "bias" / f"multiclass_{name}.json")
    after = vectors.with_matrix(arrays["vectors"], provenance={})
    numbers = expected[f"multiclass_{name}"]
    assert measure_bias(vectors, sets).mac == pytest.approx(numbers["mac_before"], abs=1e-6)
    assert measure_bias(after, sets).mac == pytest.approx(numbers["mac_after"], abs=1e-6)


@pytest.mark.parametrize("c", [1, 2, 0.5])
def test_direct_bias_is_the_mean_power_of_cosines(c):
    vectors, axis = biased_vectors(), np.eye(12)[-1]
    rows = np.arange(10, 40)
    slow = np.mean([abs(cosine(vectors.vectors[row], axis)) ** c for row in rows])
    assert direct_bias(vectors, rows, axis[None], c=c).mean() == pytest.approx(slow, abs=1e-9)


def test_direct_bias_along_several_directions_is_the_length_of_the_projection():
    vectors = WordVectors(["a"], [[3, 4, 12]])
    assert direct_bias(vectors, np.array([0]), np.eye(3)[:2]) == pytest.approx(5 / 13)


def test_mean_average_cosine_equals_two_loops():
    vectors = biased_vectors()
    targets, attributes = np.arange(4), [np.arange(10, 15), np.arange(15, 17)]
    matrix = vectors.vectors
    slow = np.mean(
        [
            np.mean([1 - cosine(matrix[t], matrix[a]) for a in words])
            for t in targets
            for words in attributes
        ]
    )
    assert mean_average_cosine(vectors, targets, attributes) == pytest.approx(slow, abs=1e-9)


def two_clouds(bias, apart):
    """Return he, she and 1,200 words that lean to either side, in clouds that far `apart`."""
    rng = np.random.default_rng(0)
    side = np.repeat([1.0, -1.0], 600)
    matrix = rng.standard_normal((1202, 8)) / 10
    matrix[:, 2] += 1
    matrix[:2] = 0
    matrix[:2, 0] = 1, -1
    matrix[2:, 0] = bias * side * rng.uniform(1, 2, 1200)
    matrix[2:, 1] = apart * side
    words = ["she", "he", *(f"w{i}" for i in range(1200))]
    return WordVectors(words, matrix)


CLOUDS = WordSets(
    "clouds",
    defining=(("she", "he"),),
    neutral_examples=tuple(f"w{i}" for i in range(0, 1200, 10)),
)


def test_bias_that_clusters_still_show_is_measured_by_the_labels_of_the_reference():
    before = two_clouds(bias=0.3, apart=1)
    after = debias(before, CLOUDS)
    report = measure_bias(after, CLOUDS, reference=before)
    assert report.direct_bias < 1e-6
    assert report.cluster_accuracy == 1
    assert report.neighbour_correlation > 0.9


def test_clusters_of_debiased_vectors_are_not_read_from_themselves():
    after = debias(two_clouds(bias=0.3, apart=1), CLOUDS)
    report = measure_bias(after, CLOUDS)
    assert report.cluster_accuracy is report.neighbour_correlation is None
    assert "the vectors from before it" in str(report.notes)


def test_clusters_that_hard_debiasing_takes_away_are_gone():
    before = two_clouds(bias=0.3, apart=0)
    after = debias(before, CLOUDS)
    assert measure_bias(before, CLOUDS).cluster_accuracy > 0.95
    assert measure_bias(before, CLOUDS).neighbour_correlation > 0.9
    report = measure_bias(after, CLOUDS, reference=before)
    assert report.cluster_accuracy < 0.6
    assert abs(report.neighbour_correlation) < 0.4


def test_neighbours_equal_a_slow_search():
    vectors = two_clouds(bias=0.3, apart=0.2)
    matrix, axis = vectors.vectors.astype(np.float64), np.eye(8)[0]
    own, shares = [], []
    for row in range(2, 1202, 60):
        order = sorted(
            (r for r in range(2, 1202) if r != row), key=lambda r: -cosine(matrix[row], matrix[r])
        )
        shares.append(np.mean([matrix[r, 0] > 0 for r in order[:100]]))
        own.append(cosine(matrix[row], axis))
    sets = replace(CLOUDS, neutral_examples=tuple(f"w{i}" for i in range(0, 1200, 60)))
    slow = np.corrcoef(own, shares)[0, 1]
    assert measure_bias(vectors, sets).neighbour_correlation == pytest.approx(slow, abs=1e-6)


def test_words_of_the_reference_are_found_in_another_order():
    before = two_clouds(bias=0.3, apart=1)
    order = np.random.default_rng(1).permutation(len(before))
    words = [before.index_to_key[int(row)] for row in order]
    shuffled = WordVectors(words, before.vectors[order])
    there, here = measure_bias(before, CLOUDS), measure_bias(shuffled, CLOUDS, reference=before)
    assert there.cluster_accuracy == here.cluster_accuracy
    assert there.neighbour_correlation == pytest.approx(here.neighbour_correlation, abs=1e-9)


def test_a_rotated_space_has_the_same_bias():
    vectors = biased_vectors()
    turn = np.linalg.qr(np.random.default_rng(2).standard_normal((12, 12)))[0]
    turned = WordVectors(vectors.index_to_key, vectors.vectors @ turn)
    one, other = measure_bias(vectors, SETS), measure_bias(turned, SETS, reference=vectors)
    assert one.direct_bias == pytest.approx(other.direct_bias, abs=1e-6)
    assert one.mac == pytest.approx(other.mac, abs=1e-6)
    assert np.allclose(one.explained_variance, other.explained_variance, atol=1e-6)


def test_words_to_measure_with_are_found_in_their_usual_form():
    vectors = biased_vectors()
    shouted = replace(
        SETS,
        neutral_examples=tuple(map(str.upper, SETS.neutral_examples)),
        targets=tuple(tuple(map(str.title, words)) for words in SETS.targets),
        attributes=tuple(tuple(map(str.title, words)) for words in SETS.attributes),
    )
    assert measure_bias(vectors, shouted) == measure_bias(vectors, SETS)


def test_what_cannot_be_measured_is_said_with_numbers():
    vectors = WordVectors(["he", "she", "tree"], [[1, 0], [-1, 0.5], [0, 1]])
    sets = WordSets(
        "x",
        defining=(("he", "she"),),
        neutral_examples=("nurse", "boss"),
        targets=(("he", "she"),),
        attributes=(("kind",),),
    )
    report = measure_bias(vectors, sets)
    assert (report.direct_bias, report.mac, report.cluster_accuracy) == (None, None, None)
    assert report.neighbour_correlation is None
    assert report.notes == (
        "no direct bias: none of 2 neutral examples is in the vocabulary",
        "no MAC: 2 of 2 target words and 0 of 1 attribute words are in the vocabulary",
        "no clusters: 1 neutral words are too few",
        "no correlation with neighbours: 0 neutral examples, 1 neutral words",
    )
    assert json.loads(json.dumps(report.to_dict()))["explained_variance"] == [1.0]


def test_sets_without_examples_and_groups_say_so():
    notes = measure_bias(biased_vectors(), WordSets("x", defining=(("she", "he"),))).notes
    assert notes[0] == "no direct bias: the word sets name no neutral examples"
    assert notes[1] == "no MAC: the word sets name no targets and attributes"


def test_the_share_along_directions_that_are_given_is_that_of_these_vectors():
    vectors = biased_vectors()
    found, _ = find_sets(vectors, SETS)
    axes = np.eye(12)[[11, 0]]
    differences = [found.unit(rows) - found.unit(rows).mean(axis=0) for rows in found.defining]
    squares = np.concatenate(differences) ** 2
    slow = squares[:, [11, 0]].sum(axis=0) / squares.sum()
    given = measure_bias(vectors, SETS, components=2, directions=axes).explained_variance
    assert given == pytest.approx(list(slow))
    own = find_subspace(found, 2)
    given = measure_bias(vectors, SETS, components=2, directions=own.directions)
    assert given.explained_variance == pytest.approx(own.explained_variance)


def test_there_is_no_share_of_differences_that_are_gone():
    before = biased_vectors()
    matrix = before.vectors.copy()
    matrix[1:6:2] = matrix[0:6:2]
    after = WordVectors(before.index_to_key, matrix)
    report = measure_bias(after, SETS, reference=before, directions=np.eye(12)[-1:])
    assert report.explained_variance == ()


@pytest.mark.parametrize(
    ("value", "reason"),
    [(0.0, "no neutral word leans to a side"), (0.3, "the 214 most biased words have the same")],
)
def test_words_that_are_all_the_same_leave_no_clusters_to_measure(value, reason):
    before = biased_vectors()
    matrix = before.vectors.copy()
    matrix[10:] = value
    report = measure_bias(
        WordVectors(before.index_to_key, matrix), replace(SETS, neutral_examples=())
    )
    assert report.cluster_accuracy is None
    assert reason in str(report.notes)


def test_defining_words_that_no_longer_differ_leave_no_direct_bias_to_measure():
    before = biased_vectors()
    matrix = before.vectors.copy()
    matrix[1:6:2] = matrix[0:6:2]
    after = WordVectors(before.index_to_key, matrix)
    report = measure_bias(after, SETS, reference=before)
    assert report.direct_bias is None
    assert report.notes[0].startswith("no direct bias: the words of each defining set have the sam")
    with pytest.raises(DataError, match="no direction of bias"):
        measure_bias(after, SETS)


def test_a_vector_that_is_nan_is_an_error_that_names_its_word():
    matrix = biased_vectors().vectors.copy()
    matrix[50] = np.nan
    vectors = WordVectors(biased_vectors().index_to_key, matrix)
    with pytest.raises(DataError, match=r"the vector of 'w10' \(row 50\) holds NaN or infinity"):
        measure_bias(vectors, SETS)
