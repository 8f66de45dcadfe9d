from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wordvec.errors import FormatError, OutputError
from wordvec.formats import projector, read_vectors, sniff_format, write_vectors
from wordvec.vectors import WordVectors

WORDS = ["the", "král", "日本", "a b", "1999"]
ROWS = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)


def save(path: Path, vectors: str | bytes, metadata: str | bytes) -> Path:
    """Write a pair with the usual names; return the path of the vectors."""
    for name, text in (("v.tsv", vectors), ("v.metadata.tsv", metadata)):
        (path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return path / "v.tsv"


def test_words_alone_are_written_without_a_header(tmp_path: Path) -> None:
    write_vectors(WordVectors(WORDS[:2], [[1, -0.5], [0.1, 1e-7]]), tmp_path / "v.tsv")
    assert (tmp_path / "v.tsv").read_text() == "1\t-0.5\n0.1\t1e-07\n"
    assert (tmp_path / "v.metadata.tsv").read_text("utf-8") == "the\nkrál\n"
    assert len(list(tmp_path.iterdir())) == 2


def test_counts_are_a_second_column_under_a_header(tmp_path: Path) -> None:
    write_vectors(
        WordVectors(WORDS[:2], [[1], [2]], np.array([2**63, 0], np.uint64)), tmp_path / "v.tsv"
    )
    assert (tmp_path / "v.tsv").read_text() == "1\n2\n"
    text = (tmp_path / "v.metadata.tsv").read_text("utf-8")
    assert text == f"word\tcount\nthe\t{2**63}\nkrál\t0\n"


@pytest.mark.parametrize("counts", [None, np.array([9, 7, 5, 3, 0], np.uint64)])
def test_what_is_written_is_read_back(counts: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("wordvec.formats.text.BLOCK_BYTES", 40)
    monkeypatch.setattr(projector, "BLOCK_BYTES", 40)
    write_vectors(WordVectors(WORDS, ROWS, counts), tmp_path / "v.tsv")
    assert sniff_format(tmp_path / "v.tsv") == "projector"
    vectors = read_vectors(tmp_path / "v.tsv")
    assert list(vectors.index_to_key) == WORDS
    assert np.array_equal(vectors.vectors, ROWS)
    assert np.array_equal(vectors.counts, counts) if counts is not None else vectors.counts is None


PAIRS = [
    ("v.tsv", "v.metadata.tsv"),
    ("vectors.tsv", "metadata.tsv"),
    ("my_tensor.tsv", "my_metadata.tsv"),
    ("word2vec_10000_200d_tensors.tsv", "word2vec_10000_200d_labels.tsv"),
    ("v.tsv", "v_metadata.tsv"),
    ("v.tsv", "metadata.tsv"),
]


@pytest.mark.parametrize(("vectors", "metadata"), PAIRS)
def test_the_words_are_found_under_the_usual_names(
    vectors: str, metadata: str, tmp_path: Path
) -> None:
    (tmp_path / vectors).write_text("1\t2\n3\t4\n")
    (tmp_path / metadata).write_text("king\nqueen\n")
    assert read_vectors(tmp_path / vectors)["queen"].tolist() == [3, 4]


def test_without_words_the_error_says_where_they_were_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "my_vectors.tsv"
    path.write_text("0.1\t2\n")
    expected = "looked for the words in my_vectors.metadata.tsv, .*my_metadata.tsv, .*metadata.tsv"
    with pytest.raises(FormatError, match=expected):
        read_vectors(path)


def test_of_several_columns_the_one_called_word_is_taken(tmp_path: Path) -> None:
    metadata = "Rank\tWord\tCount\tTag\n1\ta b\t7\tDET\n2\tqueen\t5\tNN\n"
    vectors = read_vectors(save(tmp_path, "1\t2\n3\t4\n", metadata))
    assert list(vectors.index_to_key) == ["a b", "queen"]
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [7, 5]


def test_of_columns_with_other_names_the_first_is_taken(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, "1\t2\n3\t4\n", "Wort\tArt\nKönig\tNN\nder\tART\n"))
    assert list(vectors.index_to_key) == ["König", "der"]
    assert vectors.counts is None


def test_line_ends_of_windows_and_no_last_line_end_will_do(tmp_path: Path) -> None:
    vectors = read_vectors(save(tmp_path, "0.1\t2\r\n3\t4", "king\r\nqueen\r\n"))
    assert list(vectors.index_to_key) == ["king", "queen"]
    assert vectors["queen"].tolist() == [3, 4]


def test_odd_rows_are_left_out(tmp_path: Path) -> None:
    numbers = "1\t2\n3\t4\n5\t6\nnan\t8\n1e99\t2\n-inf\t3\n"
    vectors = read_vectors(save(tmp_path, numbers, b"a\n\na\nb\nc\n\xff\n"))
    assert list(vectors.index_to_key) == ["a"]
    report = vectors.provenance["read"]
    assert (report["empty_words"], report["duplicates"], report["not_finite"]) == (1, 1, 3)
    assert report["invalid_utf8"] == 1


def test_a_limit_reads_the_first_rows(tmp_path: Path) -> None:
    path = save(tmp_path, "1\t2\n3\t4\nx\n", "king\nqueen\n")
    assert len(read_vectors(path, limit=2)) == 2
    assert len(read_vectors(path, limit=1)) == 1


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    read_vectors(
        save(tmp_path, ".1\t2\n", "a\n"), progress=lambda done, all_: calls.append((done, all_))
    )
    assert calls[-1] == (5, 5)


TEXTS = {
    "more words": ("1\t2\n3\t4\n", "a\nb\nc\n", r"v.tsv ends after 2 vectors, but .* goes on"),
    "fewer words": ("1\t2\n3\t4\n", "a\n", r"v.metadata.tsv ends after 1 words, but .* goes on"),
    "a header where none may be": ("1\t2\n", "word\na\n", "ends after 1 vectors"),
    "too many numbers": ("1\t2\n3\t4\t5\n", "a\nb\n", "line 2: 3 numbers; expected 2"),
    "too few numbers": ("1\t2\n3\n", "a\nb\n", "line 2: 1 numbers; expected 2"),
    "a blank line": ("1\t2\n\n", "a\nb\n", "line 2: 0 numbers; expected 2"),
    "a word": ("1\t2\n3\tfour\n", "a\nb\n", "v.tsv: line 2: 'four' is not a number"),
    "no number": ("1\t2\n3\t\n", "a\nb\n", "v.tsv: line 2: '' is not a number"),
    "a hexadecimal number": ("1\t2\n3\t0x10\n", "a\nb\n", "line 2: '0x10' is not a number"),
    "more columns": ("1\t2\n", "word\tcount\na\t1\t2\n", "line 2: 3 columns; expected 2, as in l"),
    "a count below 0": ("1\t2\n", "word\tcount\na\t-1\n", "line 2: the count is '-1'"),
    "a huge count": ("1\t2\n", f"word\tcount\na\t{10**30}\n", "line 2: the count is '1000"),
    "no words": ("1\t2\n", "", "v.metadata.tsv is empty"),
    "no vectors": ("", "a\n", "v.tsv is empty"),
}


@pytest.mark.parametrize(("vectors", "metadata", "message"), TEXTS.values(), ids=TEXTS)
def test_pairs_that_do_not_fit_are_refused(
    vectors: str, metadata: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        read_vectors(save(tmp_path, vectors, metadata), format="projector")
    assert str(tmp_path) in str(caught.value)


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(projector, "BLOCK_BYTES", 64)
    monkeypatch.setattr(projector, "_LONGEST_LINE", 100)
    path = save(tmp_path, "1\t2\n" + "1" * 500, "a\nb\n")
    with pytest.raises(FormatError, match="line 2 is longer than 100 bytes"):
        read_vectors(path, format="projector")
    path = save(tmp_path, ".1\t2\n", "a" * 500)
    with pytest.raises(FormatError, match=r"v.metadata.tsv: line 1 is longer than 100 bytes"):
        read_vectors(path)


@pytest.mark.parametrize("text", ["a\t1\t2\n", "1 2 3\n", "1\n2\n", "word\tcount\n", "2\t3 4\n"])
def test_other_text_is_not_taken_for_vectors(text: str, tmp_path: Path) -> None:
    assert not projector.matches(text.encode(), tmp_path / "v.tsv")


@pytest.mark.parametrize("word", ["a\tb", "a\n", "\r"])
def test_a_word_that_the_metadata_cannot_hold_is_not_written(word: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be kept in the Projector's metadata"):
        write_vectors(WordVectors(["a", word], ROWS[:2]), tmp_path / "v.tsv")
    assert list(tmp_path.iterdir()) == []
