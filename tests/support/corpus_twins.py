"""Slow, obvious twins of the tokenizers and of the encoder, and the encoder fed by hand.

And texts to try them on. Used by tests/corpora.
"""

import codecs
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from wordvec.corpora import chunks
from wordvec.corpora.encoder import Encoder
from wordvec.errors import CorpusError

SENTENCE_LIMIT = 10_000

SCRIPTS = st.sampled_from(
    [
        *"abzAZ09 _-.,\n\r\t\v\f",
        *"'’‘ʼ\u200c\u200d\ufeff\u00a0\u2028\u0085\ufffd",
        *"éÉßſİıǅ²½Ⅷ〇ΑΣσςΐᾼЖждІЇ",
        *"कि्षत्रम़०१",
        *"شمیخوا\u0670",
        *"漢字かなカナー한국ไทย",
        *"ȺⱥẞK\u0301\u20e3\ufe0f❤😀𐐀𝐀𞤀",
    ]
)
WRONG = st.sampled_from(
    [
        *(b"\x80", b"\xbf", b"\xc0\xaf", b"\xc3", b"\xe0\x80", b"\xe2\x80", b"\xed\xa0\x80"),
        *(b"\xf0\x9f", b"\xf0\x80\x80", b"\xf4\x90\x80\x80", b"\xf5", b"\xff", b"\xf1\x80\x80"),
        b"\xe1\x80\xe2",
    ]
)
TEXT = st.lists(
    st.one_of(
        SCRIPTS.map(str.encode),
        SCRIPTS.map(str.encode),
        st.text(max_size=4).map(lambda text: text.encode("utf-8")),
        WRONG,
        st.binary(max_size=3),
    ),
    max_size=40,
).map(b"".join)
"""Text in all scripts, with what is not UTF-8 here and there."""


def decode_counting(data: bytes) -> tuple[str, int]:
    """Return the text as bytes.decode(errors="replace") gives it, and how many bytes were wrong."""
    wrong = 0

    def replace(error: UnicodeError) -> tuple[str, int]:
        nonlocal wrong
        assert isinstance(error, UnicodeDecodeError)
        wrong += error.end - error.start
        return "\ufffd", error.end

    codecs.register_error("counting", replace)
    text = data.decode("utf-8", "counting")
    assert text == data.decode("utf-8", "replace")
    return text, wrong


def starts(character: str) -> bool:
    """Return whether a word may begin so."""
    category = unicodedata.category(character)
    return category[0] == "L" or category in ("Nd", "Nl")


def inside(character: str) -> bool:
    """Return whether a character may be in a word."""
    return starts(character) or unicodedata.category(character)[0] == "M"


def split_words(line: str) -> list[str]:
    """Return the tokens that "words" makes of a line."""
    tokens = []
    at = 0
    while at < len(line):
        if not starts(line[at]):
            at += 1
            continue
        end = at + 1
        while end < len(line) and (
            inside(line[end])
            or (line[end] in "'’\u200c\u200d" and inside(line[end + 1 :][:1] or " "))
        ):
            end += 1
        tokens.append(line[at:end].replace("’", "'").lower())
        at = end
    return tokens


def split_fields(line: str) -> list[str]:
    """Return the tokens that "whitespace" makes of a line."""
    for space in "\t\v\f\r":
        line = line.replace(space, " ")
    return [token for token in line.split(" ") if token]


def tokenize(data: bytes, tokenizer: str) -> tuple[list[list[str]], int]:
    """Return the sentences of a text, and how many of its bytes were wrong."""
    text, wrong = decode_counting(data)
    split = split_words if tokenizer == "words" else split_fields
    sentences = []
    for line in text.split("\n"):
        tokens = split(line)
        starts_at = range(0, len(tokens), SENTENCE_LIMIT)
        sentences += [tokens[start : start + SENTENCE_LIMIT] for start in starts_at]
    return sentences, wrong


def keep_frequent(
    sentences: list[list[str]], min_count: int
) -> tuple[list[tuple[str, int]], list[list[str]]]:
    """Return the words that remain with their counts, and the sentences that remain."""
    counts = Counter(token for sentence in sentences for token in sentence)
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    kept = {word: count for word, count in ranked if count >= min_count}
    left = [[token for token in sentence if token in kept] for sentence in sentences]
    return list(kept.items()), [sentence for sentence in left if sentence]


def encode_blocks(
    blocks: Iterable[bytes], tokenizer: str, *, threads: int = 2
) -> tuple[list[list[str]], int]:
    """Encode one text that comes in blocks, each a chunk; return the same as `tokenize`."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryFile() as file,
        Encoder(tokenizer, threads) as encoder,
    ):
        patch.setattr(chunks, "CHUNK", 1)
        patch.setattr(chunks, "STRETCH", 0)
        encoder.read([("text", blocks)], file, Path())
        try:
            vocabulary = encoder.make_vocabulary(1, "text")
        except CorpusError:
            return [], encoder.invalid_bytes
        number, ids = encoder.renumber(file)
        sentences = decode_ids(ids, list(vocabulary.words))
    assert number == len(sentences)
    assert encoder.tokens == sum(map(len, sentences))
    return sentences, encoder.invalid_bytes


def decode_ids(ids: np.ndarray, words: list[str]) -> list[list[str]]:
    """Return the sentences that ids stand for."""
    assert ids[-1] == -1
    sentences: list[list[str]] = [[]]
    for number in ids.tolist():
        if number == -1:
            sentences.append([])
        else:
            sentences[-1].append(words[number])
    return sentences[:-1]
