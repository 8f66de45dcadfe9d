import gzip
import hashlib
import lzma
import os

import numpy as np
import pytest

from wordvec.errors import ConfigError, DataError, FormatError, MissingFileError
from wordvec.postprocess.probabilities import word_probabilities
from wordvec.vectors import WordVectors

WORDS = ["the", "král", "New York", "qzx"]


def vectors(counts=None, words=WORDS):
    return WordVectors(words, np.ones((len(words), 2)), counts)


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_counts_of_the_vectors_become_shares():
    found = word_probabilities(vectors([6, 3, 1, 0]))
    assert np.allclose(found.values, [0.6, 0.3, 0.1, 0])
    assert found.values.dtype == np.float64
    assert found.report() == {
        "probabilities": "counts of the vectors",
        "words": 3,
        "words_without_count": 1,
    }
    assert found.inputs() == {}


def test_rank_gives_shares_by_zipfs_law():
    values = word_probabilities(vectors([1, 1, 1, 1]), assume_rank=True).values
    assert np.allclose(values * 25 / 12, [1, 1 / 2, 1 / 3, 1 / 4])


def test_counts_can_be_given_as_numbers():
    found = word_probabilities(vectors([1, 1, 1, 1]), counts=[1, 3, 0, 0])
    assert np.array_equal(found.values, [0.25, 0.75, 0, 0])
    assert found.source == "counts given"
    assert list(found.inputs()) == ["counts"]


def test_counts_so_large_that_their_sum_is_infinite_give_shares():
    values = word_probabilities(vectors(), counts=[1e308, 1e308, 1e308, 1e308]).values
    assert np.array_equal(values, [0.25] * 4)


@pytest.mark.parametrize(
    "text",
    [
        "the 6\nother 50\nkrál 4\n",
        "the\t6\nkrál\t4\n",
        "\ufeffthe   6\r\n\r\nkrál 4",
        "the 2\nkrál 4.0\nthe 4\n",
    ],
)
def test_a_file_of_counts_is_read_with_spaces_or_tabs(tmp_path, text):
    path = write(tmp_path / "counts.txt", text)
    found = word_probabilities(vectors(), counts=path)
    assert np.allclose(found.values, [0.6, 0.4, 0, 0])
    assert found.source == "counts.txt"
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_file_of_counts_may_be_compressed(tmp_path, pack):
    data = pack("\ufeffthe 6\nkrál 4\n".encode())
    found = word_probabilities(vectors(), counts=write(tmp_path / "counts", data))
    assert np.allclose(found.values, [0.6, 0.4, 0, 0])
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    path = write(tmp_path / "counts", data[:-6])
    with pytest.raises(FormatError, match="counts: cannot be decompressed"):
        word_probabilities(vectors(), counts=path)


def test_a_file_of_counts_may_be_a_pipe():
    text = b"the 6\nkr\xc3\xa1l 4\n"
    reading, writing = os.pipe()
    os.write(writing, text)
    os.close(writing)
    found = word_probabilities(vectors(), counts=f"/dev/fd/{reading}")
    os.close(reading)
    assert np.allclose(found.values, [0.6, 0.4, 0, 0])
    assert found.sha256 == hashlib.sha256(text).hexdigest()


def test_a_word_with_a_space_in_it_is_found_before_a_tab_or_the_last_space(tmp_path):
    for between in "\t ":
        path = write(tmp_path / "counts", f"New York{between}5\n")
        assert word_probabilities(vectors(), counts=str(path)).values[2] == 1


def test_a_file_is_read_over_many_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("wordvec.postprocess.probabilities._LINES_AT_ONCE", 2)
    path = write(tmp_path / "counts", "a 1\nthe 1\nb 1\nkrál 2\nqzx 1\n")
    assert np.allclose(word_probabilities(vectors(), counts=path).values, [0.25, 0.5, 0, 0.25])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("the 5\nkrál\n", "line 2: expected a word and its count, 0 or more; found 'král'"),
        ("the many\n", "line 1: expected a word and its count, 0 or more; found 'the many'"),
        ("the -1\n", "line 1: .*found 'the -1'"),
        ("the nan\n", "line 1: .*found 'the nan'"),
        ("the inf\n", "line 1: .*found 'the inf'"),
        ("5\n", "line 1: .*found '5'"),
        (b"the 1\n\xff 5\n", "line 2: not text in UTF-8"),
        ("x" * 99 + "\n", r"found 'x{40}\.\.\.'"),
        ("\n", "holds no counts; expected lines of a word and its count"),
        ("The 5\nother 7\n", r"none of its lines \(2\) has a word of the vocabulary"),
    ],
)
def test_a_file_that_is_no_list_of_counts_is_named_with_its_line(tmp_path, text, message):
    path = write(tmp_path / "counts.tsv", text)
    with pytest.raises(FormatError, match=f"counts.tsv.*{message}"):
        word_probabilities(vectors(), counts=path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingFileError, match="nowhere: there is no such file"):
        word_probabilities(vectors(), counts=tmp_path / "nowhere")
    with pytest.raises(FormatError, match="cannot be read: Is a directory"):
        word_probabilities(vectors(), counts=tmp_path)


def test_without_counts_the_ways_out_are_named():
    with pytest.raises(DataError, match=r"no counts.*--counts FILE.*--assume-rank"):
        word_probabilities(vectors())


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (["a", "b", "c", "d"], "counts are not numbers, one a word: could not convert"),
        ([None, 1, [2], 3], "counts are not numbers, one a word"),
        ([10**400, 1, 1, 1], "counts are not numbers, one a word"),
        ([1, -1, 1, 1], "below 0 or not finite"),
        ([1, np.nan, 1, 1], "below 0 or not finite"),
    ],
)
def test_counts_that_are_not_fit_are_refused(counts, message):
    with pytest.raises(ConfigError, match=message):
        word_probabilities(vectors(), counts=counts)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([1, 2], r"counts has the shape \(2,\); expected \(4,\), one number a word"),
        ([0, 0, 0, 0], "counts given: all are 0"),
    ],
)
def test_counts_that_do_not_tell_what_is_frequent_are_the_datas_fault(counts, message):
    with pytest.raises(DataError, match=message):
        word_probabilities(vectors(), counts=counts)


def test_counts_of_the_vectors_that_are_all_zero_are_refused():
    with pytest.raises(DataError, match="counts of the vectors: all are 0"):
        word_probabilities(vectors([0, 0, 0, 0]))


def test_two_sources_of_counts_are_refused():
    with pytest.raises(ConfigError, match="counts and assume_rank exclude each other"):
        word_probabilities(vectors(), counts=[1, 1, 1, 1], assume_rank=True)
