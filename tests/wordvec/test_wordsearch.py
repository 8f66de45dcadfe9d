import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError
from wordvec.vocabulary import WordTable
from wordvec.wordsearch import CRC_TABLE, find_rows, find_words

WORDS = st.lists(st.text(min_size=1, max_size=6), max_size=30, unique=True)


def test_the_table_is_that_of_zlibs_crc():
    for byte in range(256):
        crc = CRC_TABLE[(0xFFFFFFFF ^ byte) & 0xFF] ^ (0xFFFFFFFF >> 8)
        assert crc ^ 0xFFFFFFFF == zlib.crc32(bytes([byte]))


@pytest.mark.parametrize("kernel", [find_words, find_words.py_func])
@settings(deadline=None)
@given(known=WORDS, asked=WORDS)
def test_it_finds_what_the_search_for_one_word_finds(kernel, known, asked):
    table = WordTable.from_words([*{word for word in known if "\0" not in word} | {"x"}])
    asked = [word for word in asked + known if "\0" not in word] or ["x"]
    text = np.frombuffer("\0".join(asked).encode("utf-8", "surrogatepass"), np.uint8)
    rows = np.empty(len(asked), np.int64)
    assert kernel(text, CRC_TABLE, table.utf8, table.offsets, table.slots, rows) == -1
    assert rows.tolist() == [table.find(word) for word in asked]


@pytest.mark.parametrize("words", [["a", 1], ["a\0b"], [b"a"]])
def test_what_it_cannot_take_is_left_to_others(words):
    assert find_rows(WordTable.from_words(["a", "b"]), words) is None


def test_a_row_that_cannot_be_is_told():
    table = WordTable.from_words(["a", "b"])
    table = WordTable(table.utf8, table.offsets, np.full(4, 7, np.int32), source="vectors.h5")
    with pytest.raises(FormatError, match=r"vectors\.h5: /word_index: slot \d holds row 7 of 2"):
        find_rows(table, ["b"])


def test_a_table_without_an_end_is_told():
    table = WordTable.from_words(["a", "b"])
    table = WordTable(table.utf8, table.offsets, np.zeros(4, np.int32), source="vectors.h5")
    with pytest.raises(FormatError, match=r"vectors\.h5: /word_index: .* more than 2 rows"):
        find_rows(table, ["b"])
