import numpy as np
import pytest

from wordvec.errors import DataError
from wordvec.evals.comparison.words import share_words
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.vectors import WordVectors


def space(words, *, counts=True, **more):
    """Return vectors of single letters that tell which letter of which space they are of."""
    numbers = np.array([[ord(word), place] for place, word in enumerate(words)], float)
    return WordVectors(list(words), numbers, range(1, len(words) + 1) if counts else None, **more)


def test_all_spaces_get_the_words_of_all_in_the_order_of_the_first():
    spaces = [space("abcdefg"), space("gxedbf", counts=False), space("fegb")]
    shared = share_words(spaces)
    for was, now in zip(spaces, shared, strict=True):
        assert list(now.index_to_key) == list("befg")
        for word in "befg":
            row = was.get_index(word)
            assert now[word].tolist() == was[word].tolist()
            assert now.norms[now.get_index(word)] == was.norms[row]
            assert was.counts is None or now.counts[now.get_index(word)] == was.counts[row]
    assert [v.counts is None for v in shared] == [False, True, False]


def test_spaces_that_need_no_change_are_the_same_objects():
    one, other = space("abc"), space("abc")
    assert share_words([one, other]) == [one, other]
    small, large = space("abc"), space("abcd")
    found = share_words([small, large])
    assert found[0] is small
    assert np.shares_memory(found[1].vectors, large.vectors)
    assert share_words([space("cab"), one])[1] is not one


def test_others_lie_in_mapped_files():
    shared = share_words([space("abc"), space("cba")])[1]
    assert not shared.vectors.flags.writeable
    assert not shared.vectors.flags.owndata


def test_provenance_stays_and_quantized_vectors_are_those_that_they_stand_for():
    matrix = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)
    codes, scales = encode(matrix, "int8")
    quantized = QuantizedMatrix(codes, "int8", 8, scales)
    made = {"training": {"seed": 3}}
    for order, rows in (("abc", [0, 1, 2]), ("db", [3, 1])):
        given = WordVectors(list("abcd"), quantized, provenance=made)
        _, found = share_words([space(order), given])
        assert found.provenance == made
        assert np.array_equal(np.asarray(found.vectors), np.asarray(quantized)[rows])


def test_no_word_in_common_is_an_error():
    with pytest.raises(DataError, match="no word is in all 3 vocabularies, written alike"):
        share_words([space("ab"), space("ac"), space("bc")])
