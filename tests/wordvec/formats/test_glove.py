import gzip
from pathlib import Path

import numpy as np
import pytest
from format_twins import read_text, small_vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError, OutputError
from wordvec.formats import glove
from wordvec.formats.text import is_number
from wordvec.vectors import WordVectors

PLAIN = b"the 0.1 0.2\n, 0.3 0.4\n"


def write(vectors: WordVectors, path: Path) -> Path:
    path.unlink(missing_ok=True)
    glove.write(vectors, path, progress=None)
    return path


def read(path: Path, limit: int | None = None) -> WordVectors:
    return glove.read(path, limit=limit, progress=None)


def test_what_is_written_is_read_back_equal(tmp_path: Path) -> None:
    vectors = small_vectors(["the", ". . .", "a@b c@d", "日本", "5 May", "42"])
    path = write(vectors, tmp_path / "v.glove")
    words, rows = read_text(path.read_bytes(), 3)
    for back in (read(path), WordVectors(words, rows)):
        assert list(back.index_to_key) == list(vectors.index_to_key)
        assert np.array_equal(back.vectors, vectors.vectors)


@settings(deadline=None, max_examples=50)
@given(
    words=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n"), min_size=1)
        .map(lambda word: word.strip(" "))
        .filter(bool)
        .filter(lambda word: " " not in word or not is_number(word.split(" ")[-1].encode())),
        unique=True,
    )
)
def test_odd_words_come_back(words: list[str], tmp_path_factory) -> None:
    words = ["first word", *words]
    vectors = small_vectors(list(dict.fromkeys(words)), 3)
    back = read(write(vectors, tmp_path_factory.getbasetemp() / "v.glove"))
    assert list(back.index_to_key) == list(vectors.index_to_key)
    assert np.array_equal(back.vectors, vectors.vectors)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # gensim's, with no_header
def test_gensim_reads_what_is_written_and_what_it_brings_is_read(tmp_path: Path) -> None:
    from gensim.models import KeyedVectors
    from gensim.test.utils import datapath

    ours = read(Path(datapath("test_glove.txt")))
    theirs = KeyedVectors.load_word2vec_format(datapath("test_glove.txt"), no_header=True)
    assert list(ours.index_to_key) == theirs.index_to_key
    assert np.array_equal(ours.vectors, theirs.vectors)
    path = write(ours, tmp_path / "v.glove")
    again = KeyedVectors.load_word2vec_format(str(path), no_header=True)
    assert np.array_equal(again.vectors, ours.vectors)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PLAIN, ["the", ","]),
        (b"1999 0.1 0.2\n5 May 0.1 0.2\nthe 0.3 0.4\n", ["1999", "5 May", "the"]),
        (b"42 1 2\n43 1 2\n", ["42", "43"]),
        (b"a 1 2\nat x@y 1 2\n", ["a", "at x@y"]),
        (b". . . 0.1 0.2\n", [". . ."]),
        (b"a 0.1 0.2", ["a"]),
        (b"a 1 2\nb nan 2\nc 1 2\n", ["a", "c"]),
        (PLAIN.replace(b"\n", b"\r\n"), ["the", ","]),
        (gzip.compress(PLAIN), ["the", ","]),
    ],
)
def test_the_dimension_is_what_the_first_lines_agree_on(
    content: bytes, words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "v").write_bytes(content)
    vectors = read(tmp_path / "v")
    assert list(vectors.index_to_key) == words
    assert vectors.vector_size == 2


def test_a_limit_reads_the_first_words(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(PLAIN + b"cut 0.1")
    assert list(read(tmp_path / "v", 1).index_to_key) == ["the"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"once upon a time\nthere was\n",
            "line 1: 'once upon a time'; expected a word and numbers",
        ),
        (b"\n\n", "line 1: ''; expected a word and numbers"),
        (b"cat 1 2 3\ndog 1 2\n", "line 2: 2 numbers; expected 3"),
        (b"cat 1 2\nMay 5 1 2\n", "line 2: 3 numbers; expected 2"),
        (b"cat 1 2\ndog 1\nemu 1 2\n", "line 2: 1 numbers; expected 2"),
        (b"2 3\ncat 1 2 3\ndog 1 2 3\n", "line 1 is word2vec's header; take --from word2vec"),
        (b"1 3\n. . . 1 2 3", "line 1 is word2vec's header"),
        (b"30 2\nshort 1\n" + PLAIN * 15, "line 1 is word2vec's header"),
        (PLAIN * 30 + b"cut 0.1", "line 61: 1 numbers; expected 2"),
        (PLAIN * 30 + b"x 0.1 a.b\n", "line 61: 'a.b' is not a number"),
        (b"\x00\xff\x80 " * 999, "expected a word and numbers"),
        (gzip.compress(PLAIN * 9999)[:-30], "cut short or damaged inside its gzip"),
    ],
)
def test_a_file_that_is_not_what_it_claims_is_refused(
    content: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read(tmp_path / "v")


@pytest.mark.parametrize(
    ("start", "fits"),
    [
        (PLAIN, True),
        (PLAIN + b"cut 0.1", True),
        (b". . . 0.1 0.2\n" + PLAIN, True),
        (b"the 100\nof 90\n", False),  # a list of words and counts
        (b"0.1\t0.2\t0.3\n0.4\t0.5\t0.6\n", False),  # numbers alone
        (b"1 0 1\n2 1 0\n", False),
        (b"1999 0.1 0.2\n42 0.3 0.4\n", True),
        (PLAIN * 5 + b"short 0.1\n", True),
        (PLAIN * 5 + b"bad 0.1 x\n", True),
        (PLAIN + b"once upon a time\n", False),
        (b"cat 1 2 3\ndog 1 2\n", True),
        (b"tiger cat 7.35 2\nbook and a big paper 7 3\na b c d 1 1\n", False),
        (b"once upon a time\n", False),
        (b"", False),
    ],
)
def test_the_format_is_told_by_words_before_equally_many_numbers(start: bytes, fits: bool) -> None:
    assert glove.matches(start, Path("v")) == fits


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("a\tb", "cannot be kept in GloVe's text file, where .* ends a word"),
        ("a\nb", r"\(row 1\) cannot be kept in GloVe's text file"),
        (" a", "where a space at its end would be lost"),
        ("a ", "where a space at its end would be lost"),
        ("May 5", "its last part would be taken for a number"),
    ],
)
def test_a_word_that_would_come_back_as_another_is_refused(
    word: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match=message):
        write(small_vectors(["a", word]), tmp_path / "v.glove")
