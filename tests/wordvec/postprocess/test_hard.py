from dataclasses import replace

import numpy as np
import pytest
from biased import DIM, SETS, biased_vectors, debias_slowly, golden

from wordvec.errors import DataError
from wordvec.postprocess.debiasing import FoundSets
from wordvec.postprocess.hard import fit_hard
from wordvec.postprocess.result import change_rows
from wordvec.postprocess.subspace import find_sets, find_subspace
from wordvec.postprocess.wordsets import read_word_sets
from wordvec.vectors import WordVectors


def debiased(vectors, sets, components=1):
    """Return what is found, the directions, and all rows after hard debiasing."""
    found, _ = find_sets(vectors, sets)
    directions = find_subspace(found, components).directions
    return found, directions, change_rows(vectors, fit_hard(found, directions).change, out=None)


def test_pairs_equal_debiaswe(data_folder):
    vectors, expected = golden(data_folder, "hard_debias_gender")
    bias = data_folder / "data" / "bias"
    sets = read_word_sets(
        bias / "definitional_pairs.json",
        equalize=bias / "equalize_pairs.json",
        specific=bias / "gender_specific_full.json",
    )
    _, directions, matrix = debiased(vectors, sets)
    assert np.abs(matrix - expected["vectors"]).max() < 1e-6
    assert abs(directions[0] @ expected["direction"]) > 1 - 1e-6


@pytest.mark.parametrize("name", ["gender", "race", "religion"])
def test_sets_equal_those_of_manzini(data_folder, name):
    vectors, expected = golden(data_folder, f"multiclass_hard_{name}")
    sets = read_word_sets(data_folder / "data" / "bias" / f"multiclass_{name}.json")
    _, directions, matrix = debiased(vectors, sets, 2)
    assert np.abs(matrix - expected["vectors"]).max() < 1e-6
    assert np.allclose(np.abs(directions @ expected["subspace"].T), np.eye(2), atol=1e-5)


@pytest.mark.parametrize("components", [1, 2, 3])
def test_the_blocks_equal_the_slow_twin(components):
    vectors = biased_vectors(others=5000)  # over one block of rows
    overlapping = replace(SETS, equalize=(("she", "he", "person"), ("queen", "person", "man")))
    found, directions, matrix = debiased(vectors, overlapping, components)
    expected = debias_slowly(vectors.vectors, directions, found.neutral, found.equalize)
    assert np.abs(matrix - expected).max() < 1e-6


def test_neutral_words_become_orthogonal_to_the_subspace():
    found, directions, matrix = debiased(biased_vectors(), SETS, 2)
    assert np.abs(matrix[found.neutral] @ directions.T).max() < 1e-6
    assert np.abs(np.linalg.norm(matrix, axis=1) - 1).max() < 1e-6


@pytest.mark.parametrize("components", [1, 2])
def test_neutral_words_are_as_near_to_each_word_of_an_equalized_set(components):
    found, _, matrix = debiased(biased_vectors(), SETS, components)
    assert {len(rows) for rows in found.equalize} == {2, 3}
    for rows in found.equalize:
        cosines = matrix[found.neutral] @ matrix[rows].T
        assert np.ptp(cosines, axis=1).max() < 1e-6


def test_specific_words_keep_their_direction():
    vectors = biased_vectors()
    _, _, matrix = debiased(vectors, SETS)
    row = vectors.get_index("beard")
    assert np.allclose(matrix[row], vectors.get_vector("beard", norm=True), atol=1e-6)


def test_lengths_do_not_matter_however_small_or_large():
    vectors = biased_vectors()
    lengths = np.float32(10.0) ** np.linspace(-25, 25, len(vectors), dtype=np.float32)
    scaled = WordVectors(vectors.index_to_key, vectors.vectors * lengths[:, None])
    _, _, expected = debiased(vectors, SETS)
    _, _, matrix = debiased(scaled, SETS)
    assert np.abs(matrix - expected).max() < 1e-5


def test_a_word_with_little_beside_the_bias_is_changed_as_exactly():
    vectors = biased_vectors()
    matrix = vectors.vectors.copy()
    row = vectors.get_index("w5")
    matrix[row] = 0.003
    matrix[row, -1] = 1
    found, _ = find_sets(WordVectors(vectors.index_to_key, matrix), SETS)
    axis = np.eye(DIM)[-1:]
    changed = fit_hard(found, axis).change(0, matrix)
    assert abs(np.linalg.norm(changed[row].astype(np.float64)) - 1) < 1e-6
    assert abs(changed[row, -1]) < 1e-6


def test_a_word_that_is_all_bias_becomes_zero_by_row_and_by_rule_and_a_zero_stays_so():
    vectors = biased_vectors()
    found, _ = find_sets(vectors, SETS)
    fit = fit_hard(found, find_subspace(found, 2).directions)
    rest = np.eye(DIM) - fit.transforms[0].matrix
    matrix = vectors.vectors.copy()
    gone = [vectors.get_index(f"w{i}") for i in range(20)]
    matrix[gone] = matrix[gone] @ rest
    gone.append(vectors.get_index("w20"))
    matrix[gone[-1]] = 0
    (rule,) = fit.transforms
    assert not np.any(fit.change(0, matrix)[gone])
    assert not np.any(rule.apply(matrix[gone]))


def test_an_equalize_set_that_does_not_differ_is_an_error_that_names_it():
    vectors = WordVectors(["he", "she", "a", "b", "c"], [[1, 1], [-1, 1], [0, 1], [0, 2], [2, 1]])
    rows = np.array
    neutral = np.array([False, False, False, False, True])
    found = FoundSets(vectors, (rows([0, 1]),), (rows([0, 1]), rows([2, 3])), neutral)
    with pytest.raises(DataError, match=r"equalize set \(a, b\) do not differ in the direction"):
        fit_hard(found, np.array([[1.0, 0.0]]))


def test_the_rule_for_unseen_words_is_that_of_neutral_ones():
    vectors = biased_vectors()
    found, _ = find_sets(vectors, SETS)
    fit = fit_hard(found, find_subspace(found).directions)
    (rule,) = fit.transforms
    raw = vectors.vectors[found.neutral]
    assert np.abs(rule.apply(raw) - fit.change(0, vectors.vectors)[found.neutral]).max() < 1e-6


def test_the_report_counts_words():
    found, _ = find_sets(biased_vectors(), SETS)
    report = fit_hard(found, find_subspace(found).directions).report
    assert report == {"neutralized": 430, "equalized": 5, "equalized_sets": 2}
