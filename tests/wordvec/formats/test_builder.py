import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.formats import builder as builder_module
from wordvec.formats.builder import VectorsBuilder
from wordvec.vectors import WordVectors

NAN, INFINITY = float("nan"), float("inf")


def build(
    path: Path, *blocks: tuple[list[bytes], list[list[float]]], **more: object
) -> WordVectors:
    path.touch()
    with VectorsBuilder(path, "word2vec", 2) as builder:
        for words, rows in blocks:
            builder.add(words, np.array(rows, np.float32).reshape(-1, 2))
        return builder.finish(**more)


def test_blocks_come_back_in_their_order_and_outlive_the_builder(tmp_path: Path) -> None:
    vectors = build(tmp_path / "v", ([b"a", "král".encode()], [[1, 2], [3, 4]]), ([b"c"], [[5, 6]]))
    assert list(vectors.index_to_key) == ["a", "král", "c"]
    assert vectors.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert vectors.counts is None
    assert not vectors.vectors.flags.writeable


@pytest.mark.parametrize("one_by_one", [False, True])
def test_what_cannot_be_kept_is_left_out_and_counted(
    one_by_one: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "v.vec"
    path.write_bytes(b"1234567")
    words = [b"a", b"", b"b", b"a", b"c", b"\xffx", b"c", b"d"]
    rows = np.arange(16, dtype=np.float32).reshape(8, 2)
    rows[4, 1], rows[7, 0] = NAN, -INFINITY
    with caplog.at_level(logging.WARNING), VectorsBuilder(path, "glove", 2) as builder:
        for start in range(8) if one_by_one else [0]:
            stop = start + 1 if one_by_one else 8
            builder.add(words[start:stop], rows[start:stop])
        vectors = builder.finish()
    assert list(vectors.index_to_key) == ["a", "b", "\ufffdx", "c"]
    assert np.array_equal(vectors.vectors, rows[[0, 2, 5, 6]])
    assert vectors.provenance == {
        "read": {
            "file": "v.vec",
            "format": "glove",
            "bytes": 7,
            "words": 4,
            "invalid_utf8": 1,
            "duplicates": 1,
            "empty_words": 1,
            "not_finite": 2,
        }
    }
    [record] = caplog.records
    assert record.getMessage() == (
        f"{path}: left out 1 repeated word, 1 empty word, 2 rows with a NaN or infinity; "
        "1 word is not UTF-8: wrong bytes became U+FFFD"
    )


def test_a_character_cut_in_two_does_not_join_with_the_next_word(tmp_path: Path) -> None:
    vectors = build(tmp_path / "v", ([b"x\xc3", b"\xa9y"], [[1, 2], [3, 4]]))
    assert list(vectors.index_to_key) == ["x\ufffd", "\ufffdy"]


def test_words_that_become_equal_by_replacement_are_repeated(tmp_path: Path) -> None:
    vectors = build(tmp_path / "v", ([b"\xfe", b"\xff"], [[1, 2], [3, 4]]))
    assert vectors.vectors.tolist() == [[1, 2]]


def test_nothing_is_logged_of_a_file_without_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build(tmp_path / "v", ([b"a"], [[1, 2]]))
    assert not caplog.records


def test_counts_stay_with_their_words(tmp_path: Path) -> None:
    (tmp_path / "v").touch()
    with VectorsBuilder(tmp_path / "v", "fasttext", 1, keep_counts=True) as builder:
        ones = np.ones((3, 1), np.float32)
        builder.add([b"a", b"a", b"b"], ones, np.array([9, 8, 7], np.uint64))
        builder.add([b"c"], ones[:1], np.array([2**63], np.uint64))
        vectors = builder.finish()
    assert vectors.counts is not None
    assert dict(zip(vectors.index_to_key, vectors.counts.tolist(), strict=True)) == {
        "a": 9,
        "b": 7,
        "c": 2**63,
    }


def test_the_most_frequent_words_come_first_and_equal_ones_stay_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder_module, "_BLOCK_BYTES", 16)
    (tmp_path / "v").touch()
    with VectorsBuilder(tmp_path / "v", "npz", 2, keep_counts=True) as builder:
        rows = np.arange(10, dtype=np.float32).reshape(5, 2)
        words = [b"a", "král".encode(), b"c", b"d", b"e"]
        builder.add(words, rows, np.array([0, 7, 2**64 - 1, 7, 0], np.uint64))
        vectors = builder.finish()
    assert list(vectors.index_to_key) == ["c", "král", "d", "a", "e"]
    assert np.array_equal(vectors.vectors, rows[[2, 1, 3, 0, 4]])
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [2**64 - 1, 7, 7, 0, 0]


def test_more_goes_to_the_vectors_and_their_provenance_is_kept(tmp_path: Path) -> None:
    vectors = build(
        tmp_path / "v",
        ([b"a"], [[3, 4]]),
        provenance={"made": "by hand"},
        norms=np.array([5], np.float32),
    )
    assert set(vectors.provenance) == {"made", "read"}
    assert vectors.norms.tolist() == [5]


@pytest.mark.parametrize(
    ("words", "message"),
    [([], r"v: there is no word with a usable vector$"), ([b""], r"\(left out: 1 empty word\)")],
)
def test_a_file_without_a_usable_row_is_refused(
    words: list[bytes], message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message):
        build(tmp_path / "v", (words, [[1, 2]] * len(words)))


@pytest.mark.parametrize("dim", [-1, 0, builder_module.MOST_DIM + 1])
def test_a_dimension_that_cannot_be_is_refused(dim: int) -> None:
    with pytest.raises(FormatError, match=f"v.vec: the dimension is {dim}; expected 1 to"):
        VectorsBuilder("v.vec", "word2vec", dim)


@pytest.mark.parametrize(
    ("rows", "counts", "message"),
    [
        (np.ones((1, 3), np.float32), None, r"rows of shape \(1, 3\); expected \(1, 2\)"),
        (np.ones((1, 2), np.float32), np.ones(1, np.uint64), "keep_counts is False"),
    ],
)
def test_a_reader_that_hands_over_the_wrong_shape_is_told(
    rows: NDArray[np.float32], counts: NDArray[np.uint64] | None, message: str
) -> None:
    with (
        VectorsBuilder("v.vec", "word2vec", 2) as builder,
        pytest.raises(ValueError, match=message),
    ):
        builder.add([b"a"], rows, counts)


@settings(deadline=None)
@given(words=st.lists(st.binary(max_size=3)), cut=st.integers(0, 10))
def test_the_words_are_those_of_plain_python(
    words: list[bytes], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    decoded = [word.decode(errors="replace") for word in words]
    expected = list(dict.fromkeys(word for word in decoded if word))
    path = tmp_path_factory.getbasetemp() / "v"
    rows = [[float(row), 0.0] for row in range(len(words))]
    blocks = [(words[:cut], rows[:cut]), (words[cut:], rows[cut:])]
    if expected:
        vectors = build(path, *blocks)
        assert list(vectors.index_to_key) == expected
        assert vectors.vectors[:, 0].tolist() == [decoded.index(word) for word in expected]
