import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus_twins import encode_blocks, tokenize
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.corpora import kernels
from wordvec.corpora.encoder import Encoder

MIXED = "Don’t ΟΔΟΣ İx, Ⱥ 😀 क्\u200dष\nb \r\n\n x ".encode() + b"\xe2\x80 y\xff\n"


def plain(function: object) -> Any:
    """Return a kernel as Python runs it."""
    return function.py_func  # type: ignore[attr-defined]


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
def test_a_kernel_does_the_same_compiled_and_as_python(
    tokenizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = encode_blocks([MIXED], tokenizer)
    names = ["decode", "append", "place_sigmas", "hash_word", "count_word", "take_token"]
    names += ["close_sentence", "fold_word", "encode_words", "encode_fields", "gather_words"]
    for name in names:
        monkeypatch.setattr(kernels, name, plain(getattr(kernels, name)))
    with np.errstate(over="ignore"):
        assert encode_blocks([MIXED], tokenizer) == compiled
    sentences, wrong = tokenize(MIXED, tokenizer)
    assert compiled == ([s for s in sentences if s], wrong)


@pytest.mark.parametrize("choose", [lambda kernel: kernel, plain], ids=["compiled", "python"])
@settings(deadline=None)  # the first call may compile
@given(
    sentences=st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=8),
    kept=st.sets(st.integers(0, 5)),
    cut=st.integers(0, 40),
)
def test_renumber_drops_unknown_words_and_empty_sentences(
    choose: Callable[[object], Any], sentences: list[list[int]], kept: set[int], cut: int
) -> None:
    rows = np.array([10 + i if i in kept else -1 for i in range(6)], np.int32)
    ids = np.array([i for sentence in sentences for i in [*sentence, -1]], np.int32)
    out: list[int] = []
    in_sentence = False
    for part in (ids[:cut], ids[cut:]):
        block = np.empty(len(part), np.int32)
        written, in_sentence = choose(kernels.renumber)(part, rows, block, in_sentence)
        out += block[:written].tolist()
    left = [[10 + i for i in sentence if i in kept] for sentence in sentences]
    assert out == [row for sentence in left if sentence for row in [*sentence, -1]]
    assert not in_sentence


def test_the_vocabulary_grows_within_a_block() -> None:
    text = " ".join(f"w{i % 30_000}" for i in range(60_000))
    ((first, *_), _), (expected, _) = (
        encode_blocks([text.encode()], "words"),
        tokenize(text.encode(), "words"),
    )
    assert first == expected[0]


def test_words_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["hash_word", "count_word", "rebuild_slots", "take_token", "encode_words"]
    for name in names:
        monkeypatch.setattr(kernels, name, plain(getattr(kernels, name)))
    monkeypatch.setattr(kernels, "hash_word", lambda utf8, start, end: 7)
    text = b"a b a ab b c ab a bb\n"
    assert encode_blocks([text], "words") == (tokenize(text, "words")[0][:1], 0)


def test_every_word_is_found_again_after_the_table_was_rebuilt() -> None:
    encoder = Encoder("words", io.BytesIO(), Path())
    words = " ".join(f"w{i}" for i in range(20_000)).encode() + b"\n"
    encoder.feed(words, "text")
    encoder.feed(words, "text")
    assert encoder.total(kernels.WORDS) == 20_000
    vocabulary, _ = encoder.vocabulary(2, "text")
    assert (vocabulary.counts == 2).all()
