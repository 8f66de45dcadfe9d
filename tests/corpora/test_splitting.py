import unicodedata

import corpus_twins
from hypothesis import given
from hypothesis import strategies as st

from wordvec.corpora.splitting import split_words


@given(st.text())
def test_any_text_is_split_as_a_corpus_is(text):
    assert split_words(text) == corpus_twins.split_words(text)


@given(st.text(alphabet="aB9'’ -.\u200dé\u0301Σς_\n"))
def test_apostrophes_marks_and_sigmas_are_taken_as_in_a_corpus(text):
    assert split_words(text) == corpus_twins.split_words(text)


def test_the_compiled_tokenizer_gives_the_same(tmp_path):
    text = "Don't—it’s Zoë's 2nd ΟΔΟΣ, na\u0131\u0308ve x² über_all!"
    sentences, _ = corpus_twins.encode_blocks([text.encode()], "words")
    assert sentences == [split_words(text)]


def test_every_character_is_judged_as_in_a_corpus():
    for start in range(0, 0x20000, 0x100):
        codes = [c for c in range(start, start + 0x100) if unicodedata.category(chr(c)) != "Cs"]
        text = " ".join(f"{chr(c)} a{chr(c)}a" for c in codes)
        assert split_words(text) == corpus_twins.split_words(text), hex(start)
