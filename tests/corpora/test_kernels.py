from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from corpus_twins import decode_ids, tokenize
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.corpora import hashing, kernels, utf8
from wordvec.corpora.counting import WordCounter

MIXED = "Don’t ΟΔΟΣ İx, Ⱥ 😀 क्\u200dष\nb \r\n\n x ".encode() + b"\xe2\x80 y\xff\n"


def plain(function: object) -> Any:
    """Return a kernel as Python runs it."""
    return function.py_func  # type: ignore[attr-defined]


def run_as_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Python run all kernels of text and words."""
    for module in (utf8, hashing, kernels):
        for name, function in list(vars(module).items()):
            if hasattr(function, "py_func"):
                monkeypatch.setattr(module, name, plain(function))


def encode_text(text: bytes, tokenizer: str) -> tuple[list[list[str]], int]:
    """Return what a counter makes of a text, as `tokenize` does."""
    counter = WordCounter(tokenizer)
    ids = np.empty(len(text), np.int32)
    finished, written = counter.encode(np.frombuffer(text, np.uint8), ids, 0)
    assert finished == len(text)
    words = list(counter.gather(np.arange(counter.known)))
    return decode_ids(ids[:written], words), counter.invalid


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
def test_a_kernel_does_the_same_compiled_and_as_python(
    tokenizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = encode_text(MIXED, tokenizer)
    run_as_python(monkeypatch)
    with np.errstate(over="ignore"):
        assert encode_text(MIXED, tokenizer) == compiled
    sentences, wrong = tokenize(MIXED, tokenizer)
    assert compiled == ([s for s in sentences if s], wrong)


@pytest.mark.parametrize("choose", [lambda kernel: kernel, plain], ids=["compiled", "python"])
@settings(deadline=None)  # the first call may compile
@given(
    lines=st.lists(st.lists(st.integers(0, 5), max_size=12), max_size=8),
    kept=st.sets(st.integers(0, 5)),
    cut=st.integers(0, 40),
    limit=st.sampled_from([1, 3, 100]),
)
def test_renumber_drops_unknown_words_and_empty_sentences_and_cuts_long_ones(
    choose: Callable[[object], Any],
    lines: list[list[int]],
    kept: set[int],
    cut: int,
    limit: int,
) -> None:
    rows = np.array([10 + i if i in kept else -1 for i in range(6)], np.int32)
    ids = np.array([i for line in lines for i in [*line, -1]], np.int32)
    out: list[int] = []
    state = (0, False)
    ended = 0
    for part in (ids[:cut], ids[cut:]):
        block = np.empty(len(part) + len(part) // limit + 1, np.int32)
        written, *state, more = choose(kernels.renumber)(part, rows, block, *state, limit)
        out += block[:written].tolist()
        ended += more
    sentences = [line[i : i + limit] for line in lines for i in range(0, len(line), limit)]
    left = [[10 + i for i in sentence if i in kept] for sentence in sentences]
    assert out == [row for sentence in left if sentence for row in [*sentence, -1]]
    assert tuple(state) == (0, False)
    assert ended == len(sentences)


def test_the_vocabulary_grows_within_a_block() -> None:
    text = " ".join(f"w{i % 30_000}" for i in range(60_000)).encode()
    expected = [token for sentence in tokenize(text, "words")[0] for token in sentence]
    sentences, _ = encode_text(text + b"\n", "words")
    assert sentences == [expected]


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
def test_words_of_one_hash_are_told_apart(tokenizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    long = (
        "abcdefgh abcdefghi abcdefgx abcdefghabcdefghx abcdefghabcdefxhx abcdefghabcdefghx abcdefgh"
    )
    text = f"a b a ab b c ab a bb {long}\n".encode()
    run_as_python(monkeypatch)
    monkeypatch.setattr(hashing, "mix", lambda key: np.uint64(7))
    with np.errstate(over="ignore"):
        assert encode_text(text, tokenizer) == (tokenize(text, tokenizer)[0][:1], 0)


def test_a_nul_byte_is_part_of_a_field() -> None:
    text = b"a a\0 a\0\0 a\0 a abcdef\0 abcdef\n"
    assert encode_text(text, "whitespace") == (tokenize(text, "whitespace")[0][:1], 0)


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
@pytest.mark.parametrize("size", range(1, 26))
def test_every_byte_ends_or_joins_words_of_any_length_as_the_twin_has_it(
    tokenizer: str, size: int
) -> None:
    word = b"azAZ09mMkK5" * 3
    text = b"\n".join(word[:size] + bytes([byte]) + word for byte in range(256)) + b"\n"
    sentences, wrong = tokenize(text, tokenizer)
    assert encode_text(text, tokenizer) == ([s for s in sentences if s], wrong)


def test_every_word_is_found_again_after_the_table_was_rebuilt() -> None:
    words = " ".join(f"w{i}" for i in range(20_000)).encode() + b"\n"
    counter = WordCounter("words")
    ids = np.empty(len(words), np.int32)
    for _ in range(2):
        counter.encode(np.frombuffer(words, np.uint8), ids, 0)
    assert counter.known == 20_000
    assert (counter.counts == 2).all()
