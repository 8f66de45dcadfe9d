import numpy as np
import pytest

import wordvec
from wordvec.compact import keep_most_frequent, reduce_dim
from wordvec.subwords import Subwords
from wordvec.transforms import (
    Transform,
    apply_all,
    pack_transforms,
    unit_rows,
    unpack_transforms,
)
from wordvec.vectors import WordVectors

RNG = np.random.default_rng(3)
DOWN = Transform(RNG.standard_normal(5), RNG.standard_normal((5, 3)), unit_input=True)
TURN = Transform(np.zeros(3), RNG.standard_normal((3, 3)), unit_output=True)


def with_subwords(*, transforms=(), dim=3):
    subwords = Subwords(RNG.standard_normal((7, 5)).astype(np.float32), 3, 4, 7)
    matrix = RNG.standard_normal((8, dim)).astype(np.float32)
    return WordVectors(list("abcdefgh"), matrix, subwords=subwords, transforms=transforms)


@pytest.mark.parametrize("unit_input", [False, True])
@pytest.mark.parametrize("unit_output", [False, True])
def test_a_transform_shifts_then_multiplies_between_what_brings_to_length_1(
    unit_input, unit_output
):
    transform = Transform(DOWN.mean, DOWN.matrix, unit_input, unit_output)
    rows = RNG.standard_normal((6, 5)).astype(np.float32)
    for row, changed in zip(rows.astype(float), transform.apply(rows), strict=True):
        expected = row / np.linalg.norm(row) if unit_input else row
        expected = (expected - DOWN.mean) @ DOWN.matrix
        expected = expected / np.linalg.norm(expected) if unit_output else expected
        np.testing.assert_allclose(changed, expected, rtol=1e-6)


def test_a_row_of_zeros_keeps_its_length():
    np.testing.assert_array_equal(unit_rows(np.zeros((2, 3))), np.zeros((2, 3)))


def test_what_is_left_of_a_vector_that_the_map_takes_away_is_not_blown_up():
    axis = np.array([0.6, 0.8, 0.0])
    removed = Transform(np.zeros(3), np.eye(3) - np.outer(axis, axis), True, True)
    rows = np.array([3 * axis, [0, 0, 2], [0.6, 0.8, 1e-3]], np.float32)
    expected = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 1]])
    np.testing.assert_allclose(removed.apply(rows), expected, atol=1e-4)


def test_transforms_are_applied_in_order():
    rows = RNG.standard_normal((2, 5)).astype(np.float32)
    np.testing.assert_array_equal(apply_all([DOWN, TURN], rows), TURN.apply(DOWN.apply(rows)))


@pytest.mark.parametrize(
    ("mean", "matrix", "message"),
    [
        (np.zeros(2), np.eye(3), "mean of shape"),
        (np.zeros(3), np.zeros(3), "mean of shape"),
        (np.zeros(3), np.full((3, 3), np.nan), "NaN"),
        (np.full(3, np.inf), np.eye(3), "infinite"),
    ],
)
def test_shapes_and_numbers_that_are_none_are_refused(mean, matrix, message):
    with pytest.raises(ValueError, match=message):
        Transform(mean, matrix)


def test_what_is_packed_is_unpacked():
    for old, new in zip(
        (DOWN, TURN), unpack_transforms(*pack_transforms([DOWN, TURN])), strict=True
    ):
        np.testing.assert_array_equal(old.mean, new.mean)
        np.testing.assert_array_equal(old.matrix, new.matrix)
        assert (old.unit_input, old.unit_output) == (new.unit_input, new.unit_output)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ([[5, 3, 0, 2]], "neither 0 nor 1"),
        ([[0, 3, 0, 0]], "below 1"),
        ([[5, 4, 0, 0]], "20 numbers for transforms of 25"),
        ([[-5, -3, 0, 0]], "below 1"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(sizes, message):
    _, numbers = pack_transforms([DOWN])
    assert len(numbers) == 20
    with pytest.raises(ValueError, match=message):
        unpack_transforms(np.array(sizes, np.int32), numbers)


def test_an_unseen_word_goes_through_the_transforms():
    vectors = with_subwords(transforms=[DOWN, TURN])
    raw = vectors.subwords.vector("where")
    np.testing.assert_array_equal(
        vectors.lookup("where", unseen="subword"), apply_all([DOWN, TURN], raw[None])[0]
    )
    np.testing.assert_array_equal(vectors.transform(raw), vectors.transform(raw[None])[0])


def test_a_word_without_ngrams_stays_zero():
    vectors = with_subwords(transforms=[DOWN])
    np.testing.assert_array_equal(vectors.lookup("", unseen="subword"), np.zeros(3))


@pytest.mark.parametrize(
    ("transforms", "dim", "message"),
    [
        ([DOWN], 4, "a transform to 3 numbers; expected 4"),
        ([TURN, DOWN], 3, "a transform to 3 numbers; expected 5"),
        ([TURN], 3, "subwords of dimension 5; expected 3"),
    ],
)
def test_transforms_that_do_not_lead_from_the_subwords_to_the_vectors_are_refused(
    transforms, dim, message
):
    with pytest.raises(ValueError, match=message):
        with_subwords(transforms=transforms, dim=dim)


@pytest.mark.parametrize("dtype", ["float32", "int8", "binary"])
def test_a_store_keeps_transforms(tmp_path, dtype):
    from wordvec.store import write_store

    vectors = with_subwords(transforms=[DOWN, TURN])
    write_store(vectors, tmp_path / "v.h5", dtype=dtype)
    opened = wordvec.open(tmp_path / "v.h5")
    raw = opened.subwords.vector("where")
    np.testing.assert_array_equal(opened.lookup("where", unseen="subword"), vectors.transform(raw))
    assert opened.subwords.matrix.shape == (7, 5)


def test_fewer_words_keep_the_transforms():
    vectors = keep_most_frequent(with_subwords(transforms=[DOWN, TURN]), 2)
    assert vectors.transforms == (DOWN, TURN)


@pytest.mark.parametrize("transforms", [(), (Transform(np.ones(5), np.eye(5)),)])
def test_fewer_dimensions_are_those_of_unseen_words_too(transforms):
    vectors = with_subwords(transforms=transforms, dim=5)
    before = vectors.lookup("where", unseen="subword")
    small = reduce_dim(vectors, 2)
    directions = np.linalg.lstsq(vectors.vectors, small.vectors, rcond=None)[0]
    after = small.lookup("where", unseen="subword")
    np.testing.assert_allclose(after, before @ directions, atol=1e-5)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 1, 5), ()])
def test_vectors_of_another_length_are_refused(shape):
    vectors = with_subwords(transforms=[DOWN, TURN])
    with pytest.raises(ValueError, match=r"rows of shape .*; expected \(n, 5\)"):
        vectors.transform(np.zeros(shape))
