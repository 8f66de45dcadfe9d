import numpy as np
import pytest
from stores import small_vectors

from wordvec import compact
from wordvec.compact import keep_most_frequent, keep_words, merge_case, reduce_dim
from wordvec.errors import ConfigError
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(compact, "_ROWS_PER_BLOCK", 3)


def test_the_most_frequent_words_are_kept_with_all_they_have():
    vectors = small_vectors(output=np.ones((20, 5)))
    kept = keep_most_frequent(vectors, 4)
    assert list(kept.index_to_key) == ["king", "queen", "král", "日本"]
    assert kept.get_index("日本") == 3
    assert np.array_equal(kept.vectors, vectors.vectors[:4])
    assert kept.counts.tolist() == [20, 19, 18, 17]
    assert kept.output.shape == (4, 5)
    assert kept.provenance == {
        "corpus": "král.txt",
        "steps": [{"step": "keep_words", "words": 4}],
    }


def test_more_words_than_there_are_means_all():
    assert len(keep_most_frequent(small_vectors(), 1000)) == 20


def test_a_list_of_words_is_kept_in_the_order_of_the_vectors():
    vectors = small_vectors()
    kept, missing = keep_words(vectors, ["w3", "QUEEN", "nowhere", "king", "w3"])
    assert list(kept.index_to_key) == ["king", "queen", "w3"]
    assert missing == ["nowhere"]
    assert np.array_equal(kept.vectors, vectors[["king", "queen", "w3"]])
    assert kept.counts.tolist() == [20, 19, 13]


def test_a_list_of_which_nothing_is_there_is_refused():
    with pytest.raises(ConfigError, match="none of the 2 words to keep is in the vocabulary"):
        keep_words(small_vectors(), ["a", "b"])


def test_rows_of_a_quantized_matrix_are_kept():
    codes, scales = encode(small_vectors().vectors, "int8")
    vectors = WordVectors(
        small_vectors().index_to_key, QuantizedMatrix(codes, "int8", 5, scales), None
    )
    assert np.array_equal(keep_words(vectors, ["w9"])[0]["w9"], vectors["w9"])
    assert np.array_equal(keep_most_frequent(vectors, 7).vectors[:], vectors[:7])


def test_case_variants_become_their_mean_by_count():
    matrix = np.array([[4, 0], [0, 1], [1, 1], [0, 8], [2, 2]], np.float32)
    words = ["the", "Paris", "The", "paris", "PARIS"]
    merged = merge_case(WordVectors(words, matrix, [6, 5, 2, 2, 1], output=matrix))
    assert list(merged.index_to_key) == ["the", "paris"]
    assert merged.counts.tolist() == [8, 8]
    expected = [[(6 * 4 + 2) / 8, 2 / 8], [2 / 8, (5 + 16 + 2) / 8]]
    assert np.allclose(merged.vectors, expected)
    assert np.allclose(merged.output, expected)


def test_the_most_frequent_word_comes_first_after_merging():
    matrix = np.eye(3, dtype=np.float32)
    merged = merge_case(WordVectors(["a", "b", "B"], matrix, [5, 4, 3]))
    assert list(merged.index_to_key) == ["b", "a"]
    assert merged.counts.tolist() == [7, 5]


def test_without_counts_case_cannot_be_merged():
    with pytest.raises(ConfigError, match="have no counts, by which case variants are weighted"):
        merge_case(small_vectors(counts=None))


def test_all_dimensions_keep_every_dot_product():
    vectors = small_vectors()
    turned = reduce_dim(vectors, 5)
    assert np.allclose(
        turned.vectors @ turned.vectors.T, vectors.vectors @ vectors.vectors.T, atol=1e-5
    )


def test_fewer_dimensions_keep_as_much_as_the_singular_values_allow():
    vectors = small_vectors()
    reduced = reduce_dim(vectors, 2)
    u, s, vt = np.linalg.svd(vectors.vectors, full_matrices=False)
    best = (u[:, :2] * s[:2]) @ vt[:2]
    assert np.allclose(reduced.vectors @ reduced.vectors.T, best @ best.T, atol=1e-4)
    assert reduced.provenance["steps"][0] == {
        "step": "reduce_dim",
        "dim": 2,
        "was": 5,
        "kept": round(float((s[:2] ** 2).sum() / (s**2).sum()), 4),
    }


def test_vectors_of_ngrams_go_through_the_same_map():
    matrix = np.random.default_rng(1).standard_normal((7, 5), np.float32)
    vectors = small_vectors(subwords=Subwords(matrix, 3, 3, 7, None))
    reduced = reduce_dim(vectors, 5)
    assert np.allclose(
        reduced.subwords.matrix @ reduced.vectors.T, matrix @ vectors.vectors.T, atol=1e-5
    )


@pytest.mark.parametrize("dim", [0, 6])
def test_a_dimension_that_is_not_there_is_refused(dim):
    with pytest.raises(ConfigError, match=f"dim is {dim}; expected from 1 to 5"):
        reduce_dim(small_vectors(), dim)


def test_vectors_that_are_not_finite_have_no_principal_directions():
    with pytest.raises(ConfigError, match="holds NaN or infinity"):
        reduce_dim(WordVectors(["a"], [[np.inf, 1]]), 1)
