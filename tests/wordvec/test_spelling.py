import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec import spelling
from wordvec.errors import FormatError
from wordvec.spelling import close_spellings, edit_distances
from wordvec.vocabulary import WordTable

TEXT = st.text("abcé日", max_size=7)


def slow_distance(a, b):
    """Optimal string alignment, as in the textbooks."""
    d = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            changed = a[i - 1] != b[j - 1]
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + changed)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)
    return d[len(a), len(b)]


@given(TEXT, st.lists(TEXT, max_size=5))
def test_distances_are_those_of_the_textbook(word, others):
    assert edit_distances(word, others).tolist() == [slow_distance(word, o) for o in others]


@given(TEXT.filter(bool), st.lists(TEXT.filter(bool), max_size=20, unique=True), st.integers(1, 5))
def test_no_near_word_is_lost_on_the_way(word, words, n):
    most = min(3, (len(word) + 1) // 3)
    distances = [(slow_distance(word, other), row) for row, other in enumerate(words)]
    expected = [words[row] for d, row in sorted(distances) if d <= most and d < len(word)][:n]
    assert close_spellings(word, WordTable.from_words(words), n) == expected


WORDS = ["the", "mississippi", "amazing", "queen", "Paris", "amaze", "король", "STRASSE"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("missisippi", "mississippi"),
        ("amazin", "amazing"),
        ("qeuen", "queen"),
        ("QUEEEN", "queen"),
        ("paris", "Paris"),
        ("корль", "король"),
        ("КОРОЛ", "король"),
        ("strase", "STRASSE"),
        ("teh", "the"),
    ],
)
def test_a_typing_error_finds_the_word_that_was_meant(typed, meant):
    assert close_spellings(typed, WordTable.from_words(WORDS))[0] == meant


def test_of_words_equally_near_the_frequent_ones_come_first():
    table = WordTable.from_words(["cart", "card", "care", "cars", "cat"])
    assert close_spellings("carx", table) == ["cart", "card", "care"]


@pytest.mark.parametrize("typed", ["", "x", "zzzzzz", "q" * 1000, "\ud800\ud800\ud800"])
def test_nothing_is_suggested_for_what_resembles_no_word(typed):
    assert close_spellings(typed, WordTable.from_words(WORDS)) == []


def test_an_empty_table_suggests_nothing():
    assert close_spellings("queen", WordTable.from_words([])) == []


def test_words_are_looked_at_block_by_block(monkeypatch):
    monkeypatch.setattr(spelling, "_WORDS_PER_BLOCK", 3)
    table = WordTable.from_words(WORDS)
    assert close_spellings("amazin", table) == ["amazing", "amaze"]
    assert close_spellings("strase", table) == ["STRASSE"]


def test_a_damaged_table_is_an_error():
    table = WordTable.from_words(WORDS)
    offsets = table.offsets.copy()
    offsets[2] = 10**9
    with pytest.raises(FormatError, match="/word_offsets"):
        close_spellings("amazin", WordTable(table.utf8, offsets, table.slots))
