from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError
from wordvec.formats import text as text_module
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.source import Source
from wordvec.formats.text import is_row, parse_line, parse_number, read_rows
from wordvec.vectors import WordVectors


def read_lines(
    path: Path,
    content: bytes,
    *,
    dim: int = 2,
    words: int | None = None,
    limit: int | None = None,
) -> WordVectors:
    path.write_bytes(content)
    with Source(path) as source, VectorsBuilder(path, "glove", dim) as builder:
        read_rows(source, b"", builder, line=2, words=words, limit=limit)
        return builder.finish()


@pytest.mark.parametrize(
    ("line", "word", "numbers"),
    [
        (b"a 1 2", b"a", [1, 2]),
        (b"a\t1\t2\r", b"a", [1, 2]),
        (b"a  1 2  ", b"a", [1, 2]),
        (b" 1 2", b"", [1, 2]),
        (b". . . 1 2", b". . .", [1, 2]),
        (b"at name@domain.com 1 2", b"at name@domain.com", [1, 2]),
        ("a\u00a0b\u2028c\x0b 1 2".encode(), "a\u00a0b\u2028c\x0b".encode(), [1, 2]),
        (b"1 2 3", b"1", [2, 3]),
    ],
)
def test_the_numbers_are_taken_from_the_right(
    line: bytes, word: bytes, numbers: list[float]
) -> None:
    assert parse_line(line, 2) == (word, numbers)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"a", "0 numbers; expected 2"),
        (b"a 1", "1 numbers; expected 2"),
        (b"a 1 2 3", "3 numbers; expected 2"),
        (b"May 5 1 2", "3 numbers; expected 2"),
        (b"a nan 1 2", "3 numbers; expected 2"),
        (b"a b 1", "'b' is not a number"),
        (b"a 1 0,5", "'0,5' is not a number"),
        (b"a 1 1_000", "'1_000' is not a number"),
        ("a 1 2\u00a0".encode(), "is not a number"),
    ],
)
def test_a_line_without_its_numbers_is_refused(line: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_line(line, 2)


@pytest.mark.parametrize(
    "field", [b"nan", b"-NaN", b"-nan(ind)", b"inf", b"-Infinity", b"1.#QNAN0"]
)
def test_what_c_prints_for_numbers_that_are_not_finite_is_read(field: bytes) -> None:
    assert not np.isfinite(parse_number(field))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        (b"a 1 2\nb", True),
        (b"a 1 2", True),
        (b"a 1 0.", True),
        (b"a 1", True),  # cut off: the rest may follow
        (b"a 1\n", False),
        (b"a 1 2 3\n", False),
        (b"a b c\n", False),
        (b"a b c", False),
        (b"", False),
    ],
)
def test_a_row_is_told_by_its_numbers(text: bytes, fits: bool) -> None:
    assert is_row(text, 2) == fits


def test_odd_lines_among_usual_ones_keep_their_order(tmp_path: Path) -> None:
    content = b"a 1 2\n\nb c 3 4\nd 16777217 5\n \t\r\ne nan 1\nf 5 6\r\n g 7 8\n 9 9"
    vectors = read_lines(tmp_path / "v", content)
    assert list(vectors.index_to_key) == ["a", "b c", "d", "f", "g"]
    assert vectors.vectors.tolist() == [[1, 2], [3, 4], [16777216, 5], [5, 6], [7, 8]]
    report = vectors.provenance["read"]
    assert (report["not_finite"], report["empty_words"]) == (1, 1)


def test_a_number_beyond_float32_counts_as_infinite(tmp_path: Path) -> None:
    vectors = read_lines(tmp_path / "v", b"a 1e39 2\nb 1e400 2\nc 3.5e38 2\nd 1 2\n")
    assert list(vectors.index_to_key) == ["d"]
    assert vectors.provenance["read"]["not_finite"] == 3


@pytest.mark.parametrize("block", [16, 33, 1 << 20])
@pytest.mark.parametrize("limit", [None, 1, 7, 40])
def test_the_size_of_blocks_does_not_matter(
    block: int, limit: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_module, "BLOCK_BYTES", block)
    lines = [b"%d w 0.5 %d" % (i, i) if i % 3 else b"w%d 0.5 %d\r" % (i, i) for i in range(40)]
    for words in (None, 40):
        vectors = read_lines(tmp_path / "v", b"\n".join(lines), words=words, limit=limit)
        assert vectors.vectors.tolist() == [[0.5, i] for i in range(limit or 40)]
        assert vectors.index_to_key[0] == "w0"


@pytest.mark.parametrize(
    ("content", "words", "message"),
    [
        (b"a 1 2\nb 3 4\n\nc 5\nd 1 2\n", None, r"v: line 5: 1 numbers; expected 2"),
        (b"a 1 2\nb 3 x\n", None, r"v: line 3: 'x' is not a number"),
        (b"a 1 2\nb 3 4\n", 3, r"line 4: the file ends after 2 of 3 words; copy it again"),
        (b"a 1 2\nb 3 4\n", 1, r"line 3: the file goes on after the 1 words that line 1 announces"),
        (b"a 1 2\n\n \nb 3 4", 1, r"the file goes on after the 1 words"),
        (b"a 1 2\nb 1 2\nc 3 4 9\n", None, r"line 4: 3 numbers; expected 2"),
    ],
)
@pytest.mark.parametrize("block", [8, 1 << 20])
def test_the_line_at_fault_is_named(
    content: bytes, words: int | None, message: str, block: int, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(text_module, "BLOCK_BYTES", block)
    with pytest.raises(FormatError, match=message):
        read_lines(tmp_path / "v", content, words=words)


def test_a_file_of_blank_lines_is_skipped_quickly(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="line 3000003: 'x' is not a number"):
        read_lines(tmp_path / "v", b"a 1 2\n" + b"\n" * 3_000_000 + b"b 1 x\n")


def test_blank_lines_at_the_end_are_no_words(tmp_path: Path) -> None:
    assert len(read_lines(tmp_path / "v", b"a 1 2\n\n\r\n  \n", words=1)) == 1


def test_a_limit_reads_no_further(tmp_path: Path) -> None:
    vectors = read_lines(tmp_path / "v", b"a 1 2\nb 3 4\ngarbage\n", words=100, limit=2)
    assert list(vectors.index_to_key) == ["a", "b"]


def test_a_file_without_line_ends_is_given_up_early(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(text_module, "_LONGEST_WORD", 100)
    monkeypatch.setattr(text_module, "BLOCK_BYTES", 64)
    with pytest.raises(FormatError, match="line 2: the line is longer than 228 bytes"):
        read_lines(tmp_path / "v", b"x" * 10_000)


@settings(deadline=None, max_examples=100)
@given(
    rows=st.lists(
        st.tuples(
            st.binary(min_size=1, max_size=5).filter(lambda w: not set(w) & set(b" \t\n")),
            st.lists(
                st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=2, max_size=2
            ),
        ),
        min_size=1,
        unique_by=lambda row: row[0].decode(errors="replace"),
    ),
    form=st.sampled_from(["%r", "%.9g", "%.17g"]),
    end=st.sampled_from([b"\n", b"\r\n", b" \n", b"\t\n"]),
)
def test_lines_are_read_as_plain_python_reads_them(
    rows, form: str, end: bytes, tmp_path_factory
) -> None:
    lines = [
        word + b" %s %s" % tuple((form % n).encode() for n in numbers) for word, numbers in rows
    ]
    lines.insert(0, b"first 1 2")  # no odd word looks like the start of a packed file
    expected = [parse_line(line, 2) for line in lines]
    vectors = read_lines(tmp_path_factory.getbasetemp() / "v", end.join([*lines, b""]))
    assert list(vectors.index_to_key) == [word.decode(errors="replace") for word, _ in expected]
    assert np.array_equal(vectors.vectors, np.array([n for _, n in expected]).astype("f4"))
