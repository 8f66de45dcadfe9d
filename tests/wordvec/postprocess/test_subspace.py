from dataclasses import replace

import numpy as np
import pytest
from biased import DIM, SETS, biased_vectors
from sklearn.decomposition import PCA

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.subspace import find_sets, find_subspace, find_words, unit_vectors
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors


def found_of(vectors, sets=SETS):
    return find_sets(vectors, sets)[0]


def words_of(vectors, rows):
    return [vectors.index_to_key[int(row)] for row in rows]


def some(*words, dim=4):
    return WordVectors(words, np.random.default_rng(0).standard_normal((len(words), dim)))


@pytest.mark.parametrize("components", [1, 2, 3])
def test_directions_are_the_principal_components_of_differences_within_sets(components):
    vectors = biased_vectors()
    sets = replace(SETS, defining=(("she", "he", "person"), ("woman", "man"), ("girl", "boy")))
    found = found_of(vectors, sets)
    parts = [found.unit(rows) for rows in found.defining]
    pca = PCA(components).fit(np.concatenate([part - part.mean(axis=0) for part in parts]))
    subspace = find_subspace(found, components)
    cosines = np.abs(np.sum(subspace.directions * pca.components_, axis=1))
    assert np.allclose(cosines, 1, atol=1e-9)
    assert np.allclose(subspace.explained_variance, pca.explained_variance_ratio_)


def test_words_that_come_first_lie_on_the_positive_side():
    vectors = biased_vectors()
    turned = replace(SETS, defining=tuple(words[::-1] for words in SETS.defining))
    there, back = (find_subspace(found_of(vectors, sets)).directions for sets in (SETS, turned))
    assert there[0, -1] > 0.9
    assert np.allclose(there, -back)


def test_sets_that_are_not_there_are_left_out_and_named():
    sets = replace(SETS, defining=(("he", "she", "xe"), ("gal", "boy")), equalize=(("a", "b"),))
    sets = replace(sets, specific=("he", "him"))
    found, missing = find_sets(biased_vectors(), sets)
    assert [words_of(found.vectors, rows) for rows in found.defining] == [["he", "she"]]
    assert found.equalize == ()
    assert missing == {
        "defining": ("xe", "gal"),
        "equalize": ("a", "b"),
        "specific": ("him",),
        "neutral_examples": (),
        "targets": (),
        "attributes": (),
    }


def test_neutral_are_all_but_the_specific_and_the_equalized_words():
    found = found_of(biased_vectors())
    held = {"she", "he", "girl", "boy", "beard", "queen", "king", "woman", "man", "person"}
    assert set(words_of(found.vectors, np.flatnonzero(~found.neutral))) == held


def test_neutral_are_all_but_the_words_of_the_sets_if_nothing_says_more():
    found = found_of(biased_vectors(), replace(SETS, specific=None, equalize=None))
    held = {"she", "he", "girl", "boy", "woman", "man"}
    assert set(words_of(found.vectors, np.flatnonzero(~found.neutral))) == held
    assert [list(rows) for rows in found.equalize] == [list(rows) for rows in found.defining]


def test_neutral_are_only_the_words_named_so_if_they_are_and_not_equalized():
    sets = replace(SETS, specific=None, neutral=("w1", "job3", "queen", "nothing"))
    found, missing = find_sets(biased_vectors(), sets)
    assert set(words_of(found.vectors, np.flatnonzero(found.neutral))) == {"w1", "job3"}
    assert missing["neutral"] == ("nothing",)


def test_defining_words_are_found_in_lower_case_and_equalize_sets_in_each_case():
    vectors = some("mary", "john", "Queen", "King", "queen", "king", "QUEEN", "tree", "Beard")
    sets = WordSets(
        "x", defining=(("Mary", "John"),), equalize=(("queen", "king"),), specific=("beard",)
    )
    found, missing = find_sets(vectors, sets)
    assert [words_of(vectors, rows) for rows in found.defining] == [["mary", "john"]]
    assert [words_of(vectors, rows) for rows in found.equalize] == [
        ["queen", "king"],
        ["Queen", "King"],
    ]
    assert missing == {"defining": (), "equalize": (), "specific": ("beard",)}
    assert found.neutral[vectors.get_index("Beard")]


def test_sets_without_two_words_in_the_vocabulary_are_an_error():
    with pytest.raises(DataError, match="none of the 2 defining sets has two words"):
        find_sets(some("he", "boy"), WordSets("x", defining=(("he", "she"), ("girl", "boy"))))


def test_a_vocabulary_of_nothing_but_specific_words_is_an_error():
    with pytest.raises(DataError, match="none of the 2 words is neutral"):
        find_sets(some("he", "she"), WordSets("x", defining=(("he", "she"),)))


def test_more_components_than_the_sets_allow_are_an_error():
    found = found_of(biased_vectors())
    with pytest.raises(DataError, match=r"4 components; the 3 defining sets found, .* allow 3"):
        find_subspace(found, 4)
    with pytest.raises(ConfigError, match="0 components; expected 1 or more"):
        find_subspace(found, 0)


def test_as_many_components_as_dimensions_are_an_error_since_nothing_would_be_left():
    found = found_of(some("he", "she", "a", "b", "c", dim=2), WordSets("x", (("he", "she", "a"),)))
    with pytest.raises(DataError, match=r"2 components; .*in 2 dimensions, allow 1"):
        find_subspace(found, 2)


def test_a_single_dimension_is_an_error():
    found = found_of(some("he", "she", "a", dim=1), WordSets("x", (("he", "she"),)))
    with pytest.raises(DataError, match="one dimension; a bias needs two dimensions or more"):
        find_subspace(found)


def test_a_direction_that_vanishes_is_an_error():
    vectors = WordVectors(["he", "she", "tree"], [[1, 2], [2, 4], [0, 1]])
    with pytest.raises(DataError, match="the same vectors; there is no direction of bias"):
        find_subspace(found_of(vectors, WordSets("x", defining=(("he", "she"),))))


def test_a_word_of_the_sets_whose_vector_is_nan_is_named():
    vectors = WordVectors(["he", "she", "tree"], [[1, 2], [np.nan, 4], [0, 1]])
    with pytest.raises(DataError, match=r"'she' \(row 1\) holds NaN or infinity; make a copy"):
        find_sets(vectors, WordSets("x", defining=(("he", "she"),)))


def test_words_are_found_once_and_in_their_usual_form_unless_as_written():
    vectors = some("a", "B", "c")
    words = ["B", "b", "a", "A", "C", "B"]
    rows, missing = find_words(vectors, words)
    assert list(rows) == [1, 0, 2]
    assert missing == ("b",)
    rows, missing = find_words(vectors, words, as_written=True)
    assert list(rows) == [1, 0]
    assert missing == ("b", "A", "C")


def test_neutral_words_are_found_in_their_usual_form_and_specific_ones_as_written():
    vectors = some("he", "she", "king", "nurse", "tree", "New")
    sets = WordSets("x", defining=(("he", "she"),), neutral=("Nurse", "new"))
    found, missing = find_sets(vectors, sets)
    assert words_of(vectors, np.flatnonzero(found.neutral)) == ["nurse"]
    assert missing["neutral"] == ("new",)
    found, missing = find_sets(vectors, replace(sets, neutral=None, specific=("King", "New")))
    assert words_of(vectors, np.flatnonzero(~found.neutral)) == ["he", "she", "New"]
    assert missing["specific"] == ("King",)


def test_missing_words_of_the_measures_are_named():
    sets = WordSets(
        "x",
        defining=(("he", "she"),),
        neutral_examples=("Nurse", "boss"),
        targets=(("he", "xe"), ("xe", "ze")),
        attributes=(("nurse",), ("kind",)),
    )
    _, missing = find_sets(some("he", "she", "nurse"), sets)
    assert missing == {
        "defining": (),
        "neutral_examples": ("boss",),
        "targets": ("xe", "ze"),
        "attributes": ("kind",),
    }


def test_unit_vectors_have_length_one_or_zero():
    vectors = WordVectors(["a", "b"], [[3, 4], [0, 0]])
    assert np.allclose(unit_vectors(vectors, np.array([0, 1])), [[0.6, 0.8], [0, 0]])


def test_the_planted_direction_is_found():
    subspace = find_subspace(found_of(biased_vectors()))
    assert subspace.directions.shape == (1, DIM)
    assert subspace.explained_variance[0] > 0.9
