import itertools
import subprocess
import sys
from unicodedata import combining, is_normalized, normalize
from unicodedata import name as name_of

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import FormatError
from wordvec.ngrams import LONGEST, ROWS_PER_BLOCK, SpellingIndex, plain_form, single_form
from wordvec.vocabulary import WordTable

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True)


def syllables(n):
    parts = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
    return ["".join(word) for word in itertools.islice(itertools.product(parts, repeat=3), n)]


def closest(words, typed, n=3):
    rows, _ = SpellingIndex.build(WordTable.from_words(words)).close(typed, n)
    return [words[row] for row in rows]


def unaccented(letter):
    if letter in "đħıłøŧ":
        return "dhilot"["đħıłøŧ".index(letter)]
    name = name_of(letter, "")
    if not name.startswith(("LATIN", "GREEK", "CYRILLIC")) or not "À" <= letter < "ἀ":
        return letter
    base, *marks = normalize("NFD", letter)
    return base if all(map(combining, marks)) else letter


def trigrams(word):
    """Return the trigrams of a word as the index defines them, one letter after the other."""
    low = [{"İ": "i", "ς": "σ"}.get(c, c.replace("İ", "i").lower()) for c in word]
    low = [unaccented("σ" if c == "ς" else c) for c in low]
    letters = [c for c, _ in itertools.groupby(low)]
    marked = [0, *map(ord, letters), 0]
    return [tuple(marked[i : i + 3]) for i in range(min(len(letters), LONGEST))]


def bucket(gram, bits):
    value = 0
    for code in gram:
        value = (value * 16777619 + code) % 2**32
    return (value * 2654435769 % 2**32) >> (32 - bits)


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_the_index_holds_the_trigrams_of_each_word(words):
    index = SpellingIndex.build(WordTable.from_words(words))
    expected = {(bucket(g, 8), row) for row, word in enumerate(words) for g in trigrams(word)}
    found = [
        (b, int(row))
        for b in range(256 if words else 0)
        for row in index.postings[index.offsets[0, b] : index.offsets[0, b + 1]]
    ]
    assert found == sorted(expected)


@settings(max_examples=100, deadline=None)
@given(WORDS, st.text())
def test_any_text_gets_an_answer_and_a_word_finds_itself(words, other):
    index = SpellingIndex.build(WordTable.from_words(words))
    for word in [other, "\ud800", *words]:
        rows, scores = index.close(word, 2)
        assert len(rows) == len(scores) <= 2
        assert np.all((scores >= 0) & (scores <= 1))
    for row, word in enumerate(words):
        if is_normalized("NFC", word):
            rows, scores = index.close(word, len(words))
            assert row in rows
            assert scores[rows == row] == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("missispi", "mississippi"),
        ("kral", "král"),
        ("zolc", "żółć"),
        ("ёлка", "елка"),
        ("discrimnatory", "discriminatory"),
        ("hiiiiiiiiii", "hi"),
        ("teh", "the"),
        ("Lodnon", "London"),
        ("tounge", "tongue"),
        ("recieve", "receive"),
        ("embarass", "embarrass"),
        ("NAIVE", "naïve"),
        ("корль", "король"),
        ("Οδυσσευς", "ΟΔΥΣΣΕΥΣ"),
        ("日木語", "日本語"),
    ],
)
def test_the_word_that_was_meant_comes_first(typed, meant):
    others = ["lounge", "relieve", "missing", "thin", "discrimination", "hit", "loud", "navy"]
    others += ["мороз", "odd", "日", "embrace"]
    words = [*others, "mississippi", "discriminatory", "hi", "the", "London", "tongue", "receive"]
    words += ["embarrass", "naïve", "король", "ΟΔΥΣΣΕΥΣ", "日本語"]
    words += ["král", "żółć", "елка"]
    assert closest(words, typed)[0] == meant


def test_among_equals_the_lower_row_comes_first():
    assert closest(["brake", "brave", "crate", "grate"], "brate", 2) == ["brake", "brave"]


def test_scores_fall_with_the_mistakes():
    words = ["letter", "better", "latter", "litterer", "orange"]
    rows, scores = SpellingIndex.build(WordTable.from_words(words)).close("Leter", 4)
    assert words[rows[0]] == "letter"
    assert scores.tolist() == sorted(scores, reverse=True)
    assert scores[0] == pytest.approx(1 - 0.5 / 5)


def test_words_of_every_block_are_found():
    words = syllables(ROWS_PER_BLOCK + 3000)
    index = SpellingIndex.build(WordTable.from_words(words))
    assert index.offsets.shape == (2, 65537)
    for row in (0, ROWS_PER_BLOCK - 1, ROWS_PER_BLOCK, len(words) - 1):
        rows, scores = index.close(words[row], 1)
        assert (rows[0], scores[0]) == (row, 1)
    assert index.close(words[-1][:-1] + "y", 5)[0].max() >= ROWS_PER_BLOCK


def test_a_large_index_is_small():
    index = SpellingIndex.build(WordTable.from_words(syllables(ROWS_PER_BLOCK)))
    assert (index.offsets.nbytes + index.postings.nbytes) / ROWS_PER_BLOCK < 18


def test_an_empty_word_and_an_empty_table_have_no_neighbours():
    index = SpellingIndex.build(WordTable.from_words(["a"]))
    assert index.close("")[0].tolist() == []
    assert SpellingIndex.build(WordTable.from_words([])).close("a")[0].tolist() == []


def test_a_long_word_is_cut():
    word = "ab" * 500_000
    assert len(plain_form(word)) == LONGEST
    assert closest(["abab", "ab" * LONGEST], word)[0] == "ab" * LONGEST


def test_forms_fold_case_and_repetitions():
    assert plain_form("HIIIIi") == "hii"
    assert plain_form("e\u0301tude") == "étude"
    assert single_form("Bookkeeeper") == "bokeper"


def test_it_is_read_back_from_its_arrays():
    table = WordTable.from_words(["queen", "king"])
    built = SpellingIndex.build(table)
    assert SpellingIndex(table, built.offsets, built.postings).close("quen", 1)[0].tolist() == [0]


@pytest.mark.parametrize(
    ("offsets", "postings", "message"),
    [
        (np.zeros((2, 257)), np.zeros(1), r"m\.h5: /ngram_index/offsets has the shape \(2, 257\)"),
        (np.zeros((1, 256)), np.zeros(1), r"/ngram_index/offsets has the shape \(1, 256\)"),
        (np.zeros((1, 129)), np.zeros(1), r"/ngram_index/offsets has the shape"),
        (np.zeros((1, 131073)), np.zeros(1), r"/ngram_index/offsets has the shape"),
        (np.zeros(257), np.zeros(1), r"/ngram_index/offsets has the shape \(257,\)"),
        (np.zeros((1, 257)), np.zeros((1, 1)), r"/ngram_index/postings has the shape \(1, 1\)"),
    ],
)
def test_shapes_that_cannot_be_are_refused(offsets, postings, message):
    plain = WordTable.from_words(["queen", "king"])
    table = WordTable(plain.utf8, plain.offsets, plain.slots, source="m.h5")
    with pytest.raises(FormatError, match=message):
        SpellingIndex(table, offsets.astype(np.uint32), postings.astype(np.uint16))


def damaged(part, value):
    built = SpellingIndex.build(WordTable.from_words(["queen", "king"]))
    arrays = {"offsets": built.offsets.copy(), "postings": built.postings.copy()}
    arrays[part][...] = value(arrays[part])
    return SpellingIndex(built.table, **arrays)


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("offsets", lambda a: a[:, ::-1], r"offsets: bucket \d+ of block 0 goes from"),
        ("offsets", lambda a: a * 1000, r"offsets: bucket \d+ of block 0 goes from"),
        ("offsets", lambda a: a + 2, r"offsets: block 0 ends at 10 of 8; the file is damaged"),
        ("offsets", lambda a: 2**32 - 1, r"offsets: block 0 ends at 4294967295 of 8"),
        ("postings", lambda a: 2, r"postings: block 0 holds row 2 of 2"),
        ("postings", lambda a: 65535, r"postings: block 0 holds row 65535 of 2"),
    ],
)
def test_numbers_that_cannot_be_are_named(part, value, message):
    with pytest.raises(FormatError, match=message):
        damaged(part, value).close("queen")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_numbers_give_an_answer_or_a_format_error(data):
    built = SpellingIndex.build(WordTable.from_words(["queen", "king", "kinder"]))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    offsets, postings = built.offsets.copy(), built.postings.copy()
    most = data.draw(st.sampled_from([2, 20, 2**32 - 1]))
    for array in (offsets, postings):
        for _ in range(data.draw(st.integers(0, 40))):
            place = random.integers(array.size)
            array.flat[place] = random.integers(min(most, np.iinfo(array.dtype).max) + 1)
    try:
        rows, _ = SpellingIndex(built.table, offsets, postings).close("kingdom")
    except FormatError:
        return
    assert np.all((rows >= 0) & (rows < 3))


def test_offsets_of_words_that_cannot_be_are_named():
    built = SpellingIndex.build(WordTable.from_words(["queen", "king"]))
    offsets = np.array([0, -(2**62), 2**62])
    table = WordTable(built.table.utf8, offsets, built.table.slots)
    with pytest.raises(FormatError, match="/word_offsets: row 0 goes from"):
        SpellingIndex(table, built.offsets, built.postings).close("queen")


@pytest.mark.parametrize("utf8", [b"ab\xffc", b"ab\xc3\xa9"])
def test_words_that_are_not_text_cannot_be_indexed(utf8):
    table = WordTable(np.frombuffer(utf8, np.uint8), np.array([0, 3, 4]), source="m.h5")
    with pytest.raises(FormatError, match=r"m\.h5: /words: rows 0 to 2 are not UTF-8"):
        SpellingIndex.build(table)


def test_no_compiler_and_no_masked_arrays_are_loaded():
    code = (
        "import sys\n"
        "from wordvec.ngrams import SpellingIndex\n"
        "from wordvec.vocabulary import WordTable\n"
        "SpellingIndex.build(WordTable.from_words(['queen', 'king'])).close('quen')\n"
        "assert not {'numba', 'numpy.ma'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True)
