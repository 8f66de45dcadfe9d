import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError
from wordvec.vocabulary import Vocabulary, WordRows, WordTable, build_word_index

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True)


@given(WORDS, st.text())
@example(["a", "\0", "é", "日本"], "")
def test_a_table_answers_as_a_dict_does(words, other):
    table, rows = WordTable.from_words(words), {word: row for row, word in enumerate(words)}
    assert dict(WordRows(table)) == rows
    assert list(table) == words
    assert len(table) == len(words)
    for word in [*words, other, *(word + "x" for word in words)]:
        assert table.find(word) == rows.get(word, -1)
        assert (word in table) == (word in rows)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 5000))
def test_the_index_is_at_most_half_full_and_every_search_ends(n):
    words = [f"w{i}" for i in range(n)]
    table = WordTable.from_words(words)
    assert len(table.slots) >= 2 * n
    assert len(table.slots) & (len(table.slots) - 1) == 0
    assert sorted(table.slots[table.slots >= 0]) == list(range(n))
    assert [table.find(word) for word in words] == list(range(n))


def test_words_of_one_slot_are_all_found():
    mask = 63
    words = [w for i in range(2000) if zlib.crc32((w := f"w{i}").encode()) & mask == 60][:20]
    assert len(words) == 20
    table = WordTable.from_words(words)
    assert len(table.slots) == mask + 1
    assert [table.find(word) for word in words] == list(range(20))
    assert table.find("absent") == -1


def test_the_index_of_a_word_starts_at_its_crc32():
    table = WordTable.from_words(["král"])
    assert table.slots[zlib.crc32("král".encode()) & (len(table.slots) - 1)] == 0


def test_a_search_of_a_full_index_is_refused():
    table = WordTable.from_words(["a", "b"])
    full = WordTable(table.utf8, table.offsets, np.array([0, 1], np.int32))
    with pytest.raises(FormatError, match=r"/word_index: .* there are more than 2 rows"):
        full.find("c")


@pytest.mark.parametrize(
    ("words", "message"),
    [(["a", "b", "a"], r"'a' appears twice \(row 2\)"), (["a", ""], r"a word is empty \(row 1\)")],
)
def test_a_word_that_cannot_be_told_apart_is_named(words, message):
    with pytest.raises(ValueError, match=message):
        WordTable.from_words(words)


def test_rows_are_read_as_those_of_a_list():
    words = ["zero", "one", "two"]
    table = WordTable.from_words(words)
    assert table[-1] == "two"
    assert table[np.int64(1)] == "one"
    assert table[::2] == ["zero", "two"]
    assert table[5:] == []
    for row in (3, -4):
        with pytest.raises(IndexError, match=f"row {row} of 3 words"):
            table[row]


def test_the_row_of_a_word_is_found_as_in_a_list():
    table = WordTable.from_words(["zero", "one"])
    assert table.index("one") == 1
    for absent in (("two",), ("zero", 1), (0,)):
        with pytest.raises(ValueError, match="is not in the table"):
            table.index(*absent)


def test_tables_are_equal_to_tables_and_sequences_of_the_same_words():
    table = WordTable.from_words(["ab", "c"])
    assert table == WordTable.from_words(["ab", "c"])
    assert table != WordTable.from_words(["a", "bc"])
    assert table == ["ab", "c"]
    assert table != ["ab"]
    assert table != "ab"


def test_a_long_table_shows_its_first_words():
    assert repr(WordTable.from_words(list("abcdefg"))) == (
        "WordTable(['a', 'b', 'c', 'd', 'e', ...], 7 words)"
    )


def test_a_lone_surrogate_is_a_word_that_is_not_there():
    assert WordTable.from_words(["a"]).find("\ud800") == -1


def test_a_mapping_of_words_knows_only_strings():
    rows = WordRows(WordTable.from_words(["a"]))
    assert rows.get(0) is None
    with pytest.raises(KeyError, match="b"):
        rows["b"]


def test_a_span_is_the_bytes_and_offsets_of_some_rows():
    utf8, offsets = WordTable.from_words(["ab", "c", "déf"]).span(1, 3)
    assert bytes(utf8) == "cdéf".encode()
    assert offsets.tolist() == [0, 1, 5]


def damaged(utf8=b"abc", offsets=(0, 1, 3), slots=None):
    table = WordTable.from_words(["a", "bc"])
    return WordTable(
        np.frombuffer(utf8, np.uint8),
        np.array(offsets, np.int64),
        table.slots if slots is None else np.array(slots, np.int32),
        source="some.h5",
    )


@pytest.mark.parametrize("row", [2, 2**31 - 1, -2, -(2**31)])
def test_a_row_outside_the_table_is_an_error(row):
    with pytest.raises(FormatError, match=rf"some.h5: /word_index: slot \d holds row {row} of 2"):
        damaged(slots=[row] * 4).find("a")


@pytest.mark.parametrize("middle", [4, -1, 0, 3, 2**62, -(2**63)])
def test_offsets_out_of_order_are_an_error(middle):
    table = damaged(offsets=(0, middle, 3))
    with pytest.raises(FormatError, match=r"some.h5: /word_offsets: row"):
        list(table)
    with pytest.raises(FormatError, match=r"some.h5: /word_offsets: rows 0 to 2"):
        table.span(0, 2)
    assert table.find("a") in (-1, 0)


def test_bytes_that_are_not_utf8_are_an_error():
    with pytest.raises(FormatError, match=r"some.h5: /words: row 1 is not UTF-8"):
        list(damaged(utf8=b"a\xff\xfe"))


def test_a_table_of_no_words_finds_nothing():
    table = WordTable.from_words([])
    assert list(table) == []
    assert table.find("a") == -1
    assert len(build_word_index(table.utf8, table.offsets)) == 2


def vocabulary(counts):
    words = WordTable.from_words([f"w{i}" for i in range(len(counts))])
    return Vocabulary(words, np.array(counts, np.uint64))


def test_frequent_words_are_kept_by_the_formula_of_word2vec():
    counts = [900, 90, 10]
    threshold = 1e-2 * 1000
    expected = [min(1, (np.sqrt(c / threshold) + 1) * threshold / c) for c in counts]
    np.testing.assert_allclose(vocabulary(counts).keep_probability(1e-2), expected, rtol=1e-6)
    assert expected[0] < expected[1] < expected[2] == 1


def test_without_subsampling_everything_is_kept():
    assert vocabulary([900, 1]).keep_probability(0).tolist() == [1, 1]


def test_noise_follows_the_counts_to_the_power_of_three_quarters():
    noise = vocabulary([16, 1]).noise_distribution()
    np.testing.assert_allclose(noise, [8 / 9, 1 / 9])
    np.testing.assert_allclose(vocabulary([3, 1]).noise_distribution(1.0), [0.75, 0.25])


def test_a_vocabulary_is_as_long_as_its_words():
    assert len(vocabulary([3, 2, 1])) == 3


def test_words_are_given_as_they_are_kept():
    table = WordTable.from_words(["a", "král", "日本", "z"])
    assert table.encoded(1, 3) == ["král".encode(), "日本".encode()]
    assert table.encoded(2, 2) == []
