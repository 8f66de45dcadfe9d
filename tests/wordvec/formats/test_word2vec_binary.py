import gzip
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from format_twins import read_binary, small_vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError, OutputError
from wordvec.formats import word2vec_binary
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.vectors import WordVectors

ONE = np.array([1, 2], "<f4").tobytes()
TWO = np.array([3, 4], "<f4").tobytes()
SPACES = np.frombuffer(b"    \n\n\n\n", "<f4").tobytes()


def write(vectors: WordVectors, path: Path) -> Path:
    path.unlink(missing_ok=True)
    word2vec_binary.write(vectors, path, progress=None)
    return path


def read(path: Path, limit: int | None = None) -> WordVectors:
    return word2vec_binary.read(path, limit=limit, progress=None)


@pytest.mark.parametrize("block", [1, 40, 1 << 20])
def test_what_is_written_is_read_back_equal(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word2vec_binary, "_BLOCK_BYTES", block)
    vectors = small_vectors()
    path = write(vectors, tmp_path / "v.bin")
    back = read(path)
    assert list(back.index_to_key) == list(vectors.index_to_key)
    assert np.array_equal(back.vectors, vectors.vectors)
    words, rows = read_binary(path.read_bytes())
    assert words == list(vectors.index_to_key)
    assert np.array_equal(rows, vectors.vectors)


@settings(deadline=None, max_examples=50)
@given(
    words=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \n"), min_size=1),
        min_size=1,
        unique=True,
    ),
    dim=st.integers(1, 5),
)
def test_odd_words_come_back(words: list[str], dim: int, tmp_path_factory) -> None:
    vectors = small_vectors([*words, "x" * 100_000], dim)
    path = write(vectors, tmp_path_factory.getbasetemp() / "v.bin")
    back = read(path)
    assert list(back.index_to_key) == list(vectors.index_to_key)
    assert np.array_equal(back.vectors, vectors.vectors)


def test_gensim_reads_what_is_written_and_is_read(tmp_path: Path) -> None:
    from gensim.models import KeyedVectors

    vectors = small_vectors()
    path = write(vectors, tmp_path / "v.bin")
    theirs = KeyedVectors.load_word2vec_format(str(path), binary=True)
    assert theirs.index_to_key == list(vectors.index_to_key)
    assert np.array_equal(theirs.vectors, vectors.vectors)
    theirs.save_word2vec_format(str(tmp_path / "g.bin"), binary=True)
    back = read(tmp_path / "g.bin")
    assert list(back.index_to_key) == theirs.index_to_key
    assert np.array_equal(back.vectors, theirs.vectors)


@pytest.mark.parametrize(
    "name", ["euclidean_vectors.bin", "high_precision.kv.bin", "poincare_vectors.bin"]
)
def test_files_that_come_with_gensim_are_read_as_gensim_reads_them(name: str) -> None:
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    path = Path(datapath(name))
    theirs = KeyedVectors.load_word2vec_format(str(path), binary=True)
    ours = read(path)
    assert list(ours.index_to_key) == theirs.index_to_key
    assert np.array_equal(ours.vectors, theirs.vectors)
    assert word2vec_binary.matches(path.read_bytes(), path)


@pytest.mark.parametrize(
    "content",
    [
        b"3 2\na " + ONE + b"\nb " + TWO + b"\nc " + SPACES + b"\n",
        b"3 2\na " + ONE + b"b " + TWO + b"c " + SPACES,
        b"3 2\r\na " + ONE + b"\n\nb " + TWO + b"\nc " + SPACES + b"\r\n",
    ],
    ids=["word2vec.c", "gensim", "mixed"],
)
@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_line_ends_between_rows_are_as_you_like(
    content: bytes, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word2vec_binary, "_BLOCK_BYTES", block)
    (tmp_path / "v").write_bytes(content)
    vectors = read(tmp_path / "v")
    assert list(vectors.index_to_key) == ["a", "b", "c"]
    assert vectors.vectors.tobytes() == ONE + TWO + SPACES


def test_a_file_packed_by_gzip_is_read(tmp_path: Path) -> None:
    vectors = small_vectors()
    packed = tmp_path / "v.bin.gz"
    packed.write_bytes(gzip.compress(write(vectors, tmp_path / "v.bin").read_bytes()))
    assert np.array_equal(read(packed).vectors, vectors.vectors)


def test_a_limit_reads_the_start_of_a_file_that_is_cut_short(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(b"3000000 2\na " + ONE + b"\nb " + TWO + b"\nc ab")
    assert list(read(tmp_path / "v", 2).index_to_key) == ["a", "b"]
    assert list(read(tmp_path / "v", 1).index_to_key) == ["a"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "v is empty"),
        (b"a " + ONE, "line 1: .*; expected two whole numbers"),
        (b"2 2\nlonger " + ONE + b"\nb 2", "byte 23: the file ends after 1 of 2 words; copy it"),
        (b"3 2\nlongerlonger " + ONE + b"\nx " + TWO, "byte 36: the file ends after 2 of 3 words"),
        (b"1 2\na " + ONE + b"\nb " + TWO, "byte 15: the file goes on after the 1 words of 2"),
        (
            b"1000000000000 300\na " + ONE,
            "line 1 announces 1000000000000 words .* 1201000000000017",
        ),
        (b"5 1000000\na " + ONE, "line 1 announces 5 words of dimension 1000000; 5 of them take"),
        (b"1 99999999999999999999\na " + ONE, "expected .* a dimension from 1 to"),
        (b"1 0\na ", "expected .* a dimension from 1 to"),
        (b"-5 2\na " + ONE, "announces -5 words"),
        (b"0 2\n", "there is no word with a usable vector"),
        (b"1 1\n" + b"x" * (1 << 21), "byte 4: no word ends within 1048576 bytes"),
        (gzip.compress(b"1000000 300\na " + ONE), "line 1 announces 1000000 words"),
        (gzip.compress(b"2 2\nlonger " + ONE), "byte 19: the file ends after 1 of 2 words"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused_at_once(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word2vec_binary, "_BLOCK_BYTES", 1 << 16)
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
        (b"1 2\na " + ONE, True),
        (b"9 2\n\xe4 " + TWO[:3], True),
        (b"1 2\na 1 2\n", False),
        (b"1 2\na 1\n", False),
        ("1 2\nkr\u00e1l 1 2 3\n".encode()[:8], False),  # a character cut in two
        (b"1 2\n", False),
        (b"\x00\x01\x02", False),
    ],
)
def test_the_format_is_told_by_what_is_no_text(start: bytes, fits: bool) -> None:
    assert word2vec_binary.matches(start, Path("v")) == fits


def test_quantized_vectors_are_written_as_what_they_stand_for(tmp_path: Path) -> None:
    codes, scales = encode(np.array([[1, -0.5], [0.25, 3]], np.float32), "int8")
    matrix = QuantizedMatrix(codes, "int8", 2, scales)
    back = read(write(WordVectors(["a", "b"], matrix), tmp_path / "v.bin"))
    assert np.array_equal(back.vectors, matrix[:])


@pytest.mark.parametrize("word", ["New York", "a\nb"])
def test_a_word_that_would_be_cut_is_refused(word: str, tmp_path: Path) -> None:
    vectors = small_vectors(["a", word, "b c"])
    with pytest.raises(OutputError, match=r"\(row 1\) cannot be kept in word2vec's binary file"):
        write(vectors, tmp_path / "v.bin")


def test_a_vector_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    vectors = WordVectors(["a", "b"], [[1, 2], [3, np.nan]])
    with pytest.raises(OutputError, match=r"the vector of 'b' \(row 1\) holds a NaN or infinity"):
        write(vectors, tmp_path / "v.bin")
