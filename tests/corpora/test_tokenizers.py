import itertools
import unicodedata

import pytest
from corpus_twins import TEXT, encode_blocks, inside, split_words, starts, tokenize
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.corpora import kernels
from wordvec.corpora.tokenizers import characters

NAMES = ["words", "whitespace"]


@settings(deadline=None)  # the first call may compile
@given(text=TEXT, cuts=st.lists(st.integers(0, 100), max_size=20), tokenizer=st.sampled_from(NAMES))
def test_blocks_cut_anywhere_give_the_tokens_that_python_gives(
    text: bytes, cuts: list[int], tokenizer: str
) -> None:
    edges = [0, *sorted(cut for cut in cuts if cut <= len(text)), len(text)]
    blocks = [text[a:b] for a, b in itertools.pairwise(edges)]
    sentences, wrong = tokenize(text, tokenizer)
    assert encode_blocks(blocks, tokenizer) == ([s for s in sentences if s], wrong)


@settings(deadline=None)  # the first call may compile
@given(text=TEXT, tokenizer=st.sampled_from(NAMES))
def test_blocks_of_one_byte_give_the_tokens_that_python_gives(text: bytes, tokenizer: str) -> None:
    sentences, wrong = tokenize(text, tokenizer)
    blocks = [text[i : i + 1] for i in range(len(text))]
    assert encode_blocks(blocks, tokenizer) == ([s for s in sentences if s], wrong)


@pytest.mark.parametrize("tokenizer", NAMES)
def test_a_character_or_word_over_two_blocks_is_the_same(tokenizer: str) -> None:
    text = "don’éa l'İ क्\u200dष ΟΔΟΣ’Α Ⱥ’ 😀𐐀 x\r\n".encode() + b"a\xf0\x9f b'\xe2\x80 c\xc3"
    whole = encode_blocks([text], tokenizer)
    for cut in range(len(text)):
        assert encode_blocks([text[:cut], text[cut:]], tokenizer) == whole


@settings(deadline=None)  # the first call may compile
@given(st.text(alphabet="aA1Σσς'’ʰ\u0301\u0903 .\u200d", max_size=12))
def test_sigma_is_final_where_python_has_it_final(text: str) -> None:
    words = [word for word in [split_words(text)] if word]
    assert encode_blocks([text.encode()], "words") == (words, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop!", ["don't", "stop"]),
        ("don’t 'quoted' rock 'n' roll's", ["don't", "quoted", "rock", "n", "roll's"]),
        ("the dogs' l'été", ["the", "dogs", "l'été"]),
        ("a''b c-d e_f", ["a", "b", "c", "d", "e", "f"]),
        ("ΟΔΥΣΣΕΥΣ Σ", ["οδυσσευς", "σ"]),
        ("İstanbul", ["i\u0307stanbul"]),
        ("Їжак МОСКВА", ["їжак", "москва"]),
        ("क्षत्रिय हिन्दी", ["क्षत्रिय", "हिन्दी"]),
        ("क्\u200dष", ["क्\u200dष"]),
        ("می\u200cخواهم کتاب\u200c ", ["می\u200cخواهم", "کتاب"]),
        ("word² ½ 42 Ⅷ", ["word", "42", "ⅷ"]),
        ("❤\ufe0f \u0301x", ["x"]),
        ("漢字、かな", ["漢字", "かな"]),
        ("naïve co\ufffdop", ["naïve", "co", "op"]),
    ],
)
def test_words_are_cut_and_folded_the_same_way_in_every_script(text: str, words: list[str]) -> None:
    assert encode_blocks([text.encode()], "words") == ([words], 0)


def test_whitespace_changes_nothing_but_wrong_bytes() -> None:
    text = "New_York's “B2B”\u00a0x\v3.5\fΣ\r\n".encode() + b"a\xffb\n"
    expected = [["New_York's", "“B2B”\u00a0x", "3.5", "Σ"], ["a\ufffdb"]]
    assert encode_blocks([text], "whitespace") == (expected, 1)


def test_the_table_knows_every_character_of_unicode() -> None:
    table = characters()
    joining = [ord(character) for character in "'’\u200c\u200d"]
    for code in range(0x110000):
        character, flags = chr(code), int(table.flags[code])
        if code in joining:
            assert flags == kernels.JOINS | kernels.IGNORABLE
            continue
        assert bool(flags & kernels.STARTS) == starts(character), hex(code)
        assert bool(flags & kernels.INSIDE) == inside(character), hex(code)
        if not flags:
            continue
        lower = code + (int(table.lower[code]) if code < len(table.lower) else 0)
        assert lower == ord(character.lower()[0]), hex(code)
        assert (len(character.lower()) == 1) == (code != 0x130), hex(code)


def test_the_table_knows_what_python_skips_and_stops_at_around_a_sigma() -> None:
    table = characters()
    for code in range(0x40000):
        flags = int(table.flags[code])
        if not flags or chr(code) in "Σ":
            continue
        after = f"AΣ{chr(code)} ".lower()[1] == "σ"
        before = f" {chr(code)}Σ".lower()[-1] == "ς"
        assert after == before, hex(code)
        through = f"A{chr(code)}Σ".lower()[-1] == "ς"
        if flags & kernels.IGNORABLE:
            assert through, hex(code)
            assert not after, hex(code)
        else:
            assert after == bool(flags & kernels.CASED), hex(code)


def test_the_ascii_table_is_the_ascii_part_of_the_whole() -> None:
    table = characters()
    for code in range(128):
        folded = chr(code).lower() if starts(chr(code)) else "\0"
        assert chr(table.fold[code]) == folded
    assert not table.fold[128:].any()
    assert unicodedata.category("_") == "Pc"
