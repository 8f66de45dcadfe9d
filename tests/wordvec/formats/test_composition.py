import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.formats import composition
from wordvec.formats.composition import add_rows, add_subwords, hash_ngrams
from wordvec.subwords import Subwords, subword_buckets

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=6)
MATRIX = np.random.default_rng(1).normal(size=(60, 3)).astype(np.float32)


def check_sums(words: list[str], subwords: Subwords) -> None:
    sums = np.ones((len(words), 3), np.float32)
    numbers = add_subwords([word.encode() for word in words], subwords, sums)
    assert len(numbers) == len(words)
    for word, got, number in zip(words, sums, numbers, strict=True):
        buckets = subword_buckets(word, subwords.min_n, subwords.max_n, subwords.buckets)
        rows = subwords.rows_of(np.array(buckets, np.int64))
        rows = rows[rows >= 0]
        assert number == len(rows)
        np.testing.assert_allclose(got, 1 + np.sum(MATRIX[rows], axis=0), rtol=1e-4, atol=1e-5)


@settings(deadline=None)  # compiles at first
@given(WORDS, st.integers(0, 4), st.integers(0, 4))
def test_the_sums_are_those_of_the_words_one_by_one(
    words: list[str], min_n: int, more: int
) -> None:
    check_sums([*words, "</s>"], Subwords(MATRIX, min_n, min_n + more, 60))


def test_ngrams_without_a_row_are_passed_over() -> None:
    kept = np.arange(0, 240, 4, dtype=np.int32)
    check_sums(["where", "wherever", "žluťoučký", "a"], Subwords(MATRIX, 2, 4, 240, kept))
    none = Subwords(MATRIX[:0], 2, 4, 240, kept[:0])
    assert add_subwords([b"where"], none, np.zeros((1, 3), np.float32)).tolist() == [0]


def test_many_words_are_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "_MOST_NGRAMS", 40)
    check_sums(["where", "wherever", "</s>", "a", "unwatchability"], Subwords(MATRIX, 2, 4, 60))


def test_bytes_that_are_no_utf8_are_hashed_all_the_same() -> None:
    words = [b"\x80", b"b\xect", b"\xff\xfe", b""]
    subwords = Subwords(MATRIX, 1, 2, 60)
    # 0x80 goes with "<": only both marks make an n-gram. Other bytes begin characters.
    numbers = add_subwords(words, subwords, np.zeros((4, 3), np.float32))
    assert numbers.tolist() == [1, 7, 5, 1]


@settings(max_examples=20, deadline=None)  # compiles at first
@given(WORDS)
def test_compiled_kernels_do_what_their_source_says(words: list[str]) -> None:
    marked = [f"<{word}>".encode() for word in words]
    utf8 = np.frombuffer(b"".join(marked), np.int8)
    offsets = np.cumsum([0, *map(len, marked)])
    results = []
    for hash_function, add in ((hash_ngrams, add_rows), (hash_ngrams.py_func, add_rows.py_func)):
        found, ends = np.full(3 * len(utf8), -1), np.zeros(len(words), np.int64)
        sums, numbers = np.zeros((len(words), 3), np.float32), np.zeros(len(words), np.int64)
        with np.errstate(over="ignore"):
            hash_function(utf8, offsets, (2, 4, 60), found, ends)
        add(MATRIX, found, ends, sums, numbers)
        results.append((found, ends, sums, numbers))
    for compiled, plain in zip(*results, strict=True):
        assert np.array_equal(compiled, plain)
