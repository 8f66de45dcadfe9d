import gzip
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from format_twins import read_text, small_vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError, OutputError
from wordvec.formats import word2vec
from wordvec.formats.word2vec import Header
from wordvec.vectors import WordVectors


def write(vectors: WordVectors, path: Path) -> Path:
    path.unlink(missing_ok=True)
    word2vec.write(vectors, path, progress=None)
    return path


def read(path: Path, limit: int | None = None) -> WordVectors:
    return word2vec.read(path, limit=limit, progress=None)


def test_what_is_written_is_read_back_equal(tmp_path: Path) -> None:
    vectors = small_vectors()
    path = write(vectors, tmp_path / "v.txt")
    back = read(path)
    assert back.index_to_key == vectors.index_to_key
    assert np.array_equal(back.vectors, vectors.vectors)
    words, rows = read_text(path.read_bytes().partition(b"\n")[2], 3)
    assert words == list(vectors.index_to_key)
    assert np.array_equal(rows, vectors.vectors)


@settings(deadline=None, max_examples=50)
@given(
    words=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \t\n"), min_size=1),
        min_size=1,
        unique=True,
    ),
    dim=st.integers(1, 5),
)
def test_odd_words_come_back(words: list[str], dim: int, tmp_path_factory) -> None:
    vectors = small_vectors([*words, "x" * 100_000], dim)
    path = write(vectors, tmp_path_factory.getbasetemp() / "v.txt")
    back = read(path)
    assert list(back.index_to_key) == list(vectors.index_to_key)
    assert np.array_equal(back.vectors, vectors.vectors)


def test_gensim_reads_what_is_written(tmp_path: Path) -> None:
    from gensim.models import KeyedVectors

    vectors = small_vectors()
    path = write(vectors, tmp_path / "v.txt")
    theirs = KeyedVectors.load_word2vec_format(str(path))
    assert theirs.index_to_key == list(vectors.index_to_key)
    assert np.array_equal(theirs.vectors, vectors.vectors)


@pytest.mark.parametrize(
    "name",
    [
        "EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt",
        "high_precision.kv.txt",
        "lee_fasttext.vec",
        "word2vec_pre_kv_c",
    ],
)
def test_files_that_come_with_gensim_are_read_as_gensim_reads_them(name: str) -> None:
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    path = Path(datapath(name))
    theirs = KeyedVectors.load_word2vec_format(str(path))
    ours = read(path)
    assert list(ours.index_to_key) == theirs.index_to_key
    assert np.array_equal(ours.vectors, theirs.vectors)
    assert word2vec.matches(path.read_bytes(), path)


def test_a_file_packed_by_gzip_is_read(tmp_path: Path) -> None:
    vectors = small_vectors()
    packed = tmp_path / "v.vec.gz"
    packed.write_bytes(gzip.compress(write(vectors, tmp_path / "v.vec").read_bytes()))
    assert np.array_equal(read(packed).vectors, vectors.vectors)


def test_a_limit_and_odd_ends_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "v.vec"
    path.write_bytes(b"3 2 \r\na 1 2 \r\nb 3 4 \r\nc 5 6 \r\n")
    assert read(path).vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert read(path, 2).vectors.tolist() == [[1, 2], [3, 4]]
    assert list(read(path, 9).index_to_key) == ["a", "b", "c"]


def test_a_word_with_spaces_is_read_unless_a_number_stands_before_the_numbers(
    tmp_path: Path,
) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes(b"2 2\n. . . 1 2\na@b c@d 3 4\n")
    assert list(read(path).index_to_key) == [". . .", "a@b c@d"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a 1 2\n", r"line 1: 'a 1 2'; expected two whole numbers"),
        (b"\xff\xfe\x00\x01" * 500, "line 1: .*expected two whole numbers"),
        (b"2 3 4\n", "expected two whole numbers"),
        (b"2 2\na 1 2\nb 3\n", r"v: line 3: 1 numbers; expected 2"),
        (b"2 2\na 1 2 3\nb 1 2 3\n", r"line 2: 3 numbers; expected 2"),
        (b"2 2\na 1 2\nb 3 4\nc 5 6\n", r"line 4: the file goes on after the 2 words"),
        (b"2 2\na 1.000000 2.00000\n", r"line 3: the file ends after 1 of 2 words; copy it again"),
        (b"0 2\n", "there is no word with a usable vector"),
        (b"-1 2\n", "line 1 announces -1 words of dimension 2; expected 0 words or more"),
        (b"1 0\na\n", "dimension 0; expected .* from 1 to"),
        (b"1 -3\na\n", "dimension -3; expected .* from 1 to"),
        (b"1 99999999999\na 1\n", "dimension 99999999999; expected .* from 1 to"),
        (b"1000000000000 300\na 1 2\n", "601000000000017 bytes or more, but .* only 24; copy"),
        (b"1000000 1000000\na 1\n", "but the file can hold only"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_at_once(
    content: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "v").write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match=message):
            read(tmp_path / "v")
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("start", "fits"),
    [
        (b"2 2\na 1 2\n", True),
        (b"2 2\n", True),
        (b"2 2\na 1 2 3\n", False),
        (b"10 20\nonce upon a time\n", False),
        (b"a 1 2\n", False),
        (b"2 2\na \x00\x01\x02\x03\x04\x05\x06\x07", False),
    ],
)
def test_the_format_is_told_by_header_and_first_row(start: bytes, fits: bool) -> None:
    assert word2vec.matches(start, Path("v")) == fits


def test_a_header_may_have_blanks_around_its_numbers() -> None:
    assert Header.parse(b" 12\t3 \r\na") == Header(12, 3, 8)


@pytest.mark.parametrize("word", ["New York", "a\tb", "a\nb"])
def test_a_word_that_would_be_cut_is_refused(word: str, tmp_path: Path) -> None:
    vectors = small_vectors(["a", word, "b c"])
    with pytest.raises(OutputError, match=r"\(row 1\) cannot be kept .* take the format npz"):
        write(vectors, tmp_path / "v.txt")


def test_a_vector_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    vectors = WordVectors(["a", "b"], [[1, 2], [3, np.inf]])
    with pytest.raises(OutputError, match=r"the vector of 'b' \(row 1\) holds a NaN or infinity"):
        write(vectors, tmp_path / "v.txt")
