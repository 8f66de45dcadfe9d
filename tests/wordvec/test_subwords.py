import numpy as np
import pytest
from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes
from hypothesis import given
from hypothesis import strategies as st

from wordvec.quantization import QuantizedMatrix, encode
from wordvec.subwords import Subwords, subword_buckets

LARGEST = 2**32


def some_subwords(buckets: int = 50, rows: list[int] | None = None) -> Subwords:
    n = buckets if rows is None else len(rows)
    matrix = np.random.default_rng(1).normal(size=(n, 4)).astype(np.float32)
    return Subwords(matrix, 3, 6, buckets, None if rows is None else np.array(rows, np.int32))


@pytest.mark.parametrize(("letter", "hashed"), [("a", 3826002220), ("é", 1023043777)])
def test_the_hash_is_that_of_fasttext_with_bytes_above_127_extended_by_their_sign(
    letter: str, hashed: int
) -> None:
    assert subword_buckets(letter, 1, 1, LARGEST) == [hashed]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(1, 5),
    st.integers(0, 4),
)
def test_the_buckets_are_those_of_gensim(word: str, min_n: int, more: int) -> None:
    if word == "</s>":
        return
    theirs = [ft_hash_bytes(n) for n in compute_ngrams_bytes(word, min_n, min_n + more)]
    assert subword_buckets(word, min_n, min_n + more, LARGEST) == theirs


def test_an_ngram_that_occurs_twice_is_listed_twice_and_a_short_word_is_taken_whole() -> None:
    repeated = subword_buckets("aaaaa", 3, 3, LARGEST)
    assert len(repeated) == 5
    assert len(set(repeated)) == 3
    assert len(subword_buckets("a", 3, 6, LARGEST)) == 1
    assert len(subword_buckets("日本語", 3, 3, LARGEST)) == 3


@pytest.mark.parametrize(
    ("word", "sizes"),
    [("</s>", (3, 6, 10)), ("word", (3, 6, 0)), ("word", (0, 0, 10)), ("a", (4, 6, 10))],
)
def test_there_is_no_ngram_of_the_end_of_a_line_nor_outside_the_sizes(
    word: str, sizes: tuple[int, int, int]
) -> None:
    assert subword_buckets(word, *sizes) == []


def test_a_vector_is_the_mean_of_the_rows_of_the_ngrams() -> None:
    subwords = some_subwords()
    rows = subword_buckets("where", 3, 6, 50)
    expected = sum(subwords.matrix[row] for row in rows) / len(rows)
    vector = subwords.vector("where")
    assert vector is not None
    assert vector.dtype == np.float32
    np.testing.assert_allclose(vector, expected, rtol=1e-5, atol=1e-7)


def test_ngrams_without_a_row_are_left_out_of_the_mean() -> None:
    buckets = subword_buckets("where", 3, 6, 50)
    kept = sorted({*buckets[:3], 49})
    subwords = some_subwords(rows=kept)
    rows = [kept.index(bucket) for bucket in buckets if bucket in kept]
    vector = subwords.vector("where")
    assert vector is not None
    np.testing.assert_allclose(vector, subwords.matrix[rows].mean(axis=0), rtol=1e-5, atol=1e-7)


def test_a_word_none_of_whose_ngrams_has_a_row_has_no_vector() -> None:
    assert some_subwords(rows=[]).vector("where") is None
    assert some_subwords().vector("</s>") is None
    missing = sorted(set(range(50)) - set(subword_buckets("where", 3, 6, 50)))
    assert some_subwords(rows=missing).vector("where") is None


def test_rows_that_are_not_finite_are_left_out_of_the_mean() -> None:
    matrix = np.ones((50, 4), np.float32)
    matrix[subword_buckets("where", 3, 6, 50)[0], 1] = np.nan
    vector = Subwords(matrix, 3, 6, 50).vector("where")
    assert vector is not None
    assert np.array_equal(vector, np.ones(4))
    assert Subwords(matrix * np.inf, 3, 6, 50).vector("where") is None


def test_quantized_rows_are_decoded() -> None:
    dense = some_subwords()
    codes, scales = encode(dense.matrix[:], "int8")
    compact = Subwords(QuantizedMatrix(codes, "int8", 4, scales), 3, 6, 50)
    np.testing.assert_allclose(compact.vector("where"), dense.vector("where"), atol=0.02)


@pytest.mark.parametrize("rows", [None, np.array([1, 2], np.int32)])
def test_a_matrix_with_other_rows_than_the_buckets_is_refused(rows: None) -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 4\); expected [25] rows, one a bucket"):
        Subwords(np.zeros((3, 4), np.float32), 3, 6, 5, rows)
