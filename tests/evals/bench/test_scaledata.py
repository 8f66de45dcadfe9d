import numpy as np
import pytest

from wordvec.evals.bench.scaledata import (
    LINE_WORDS,
    WORD_BYTES,
    ZipfText,
    count_drawn,
    draw_ranks,
    expect_words,
    spell_words,
)


def read(words, tokens, seed=1):
    return b"".join(ZipfText(words, tokens, seed).blocks())


def test_text_has_the_words_and_the_lines_that_were_asked_for():
    text = read(words=5_000, tokens=1_234_567)
    lines = text.decode("ascii").splitlines()
    lengths = [len(line.split(" ")) for line in lines]
    assert sum(lengths) == 1_234_567
    assert set(lengths[:-1]) == {LINE_WORDS}
    assert text.endswith(b"\n")
    assert len(set(text.split())) == pytest.approx(5_000, rel=0.01)


def test_as_many_words_occur_as_were_asked_for_where_the_rarest_would_be_missing():
    words = 20_000
    assert len(set(read(words, 10 * words).split())) == pytest.approx(words, rel=0.01)
    assert expect_words(words, 10 * words) < 0.9 * words


def test_text_repeats_with_its_seed_only():
    assert read(1_000, 20_000) == read(1_000, 20_000)
    assert read(1_000, 20_000) != read(1_000, 20_000, seed=2)


def test_ranks_follow_the_law_of_zipf():
    n, size = 1_000, 2_000_000
    counts = np.bincount(draw_ranks(n, size, np.random.default_rng(1)), minlength=n)
    assert len(counts) == n
    rank = np.arange(1, n + 1)
    expected = size * np.log((rank + 1) / rank) / np.log(n + 1)
    assert np.abs(counts - expected).max() < 5 * np.sqrt(expected).max()
    tail = slice(100, n)
    np.testing.assert_allclose(counts[tail].sum(), expected[tail].sum(), rtol=0.01)


def test_the_ranks_to_draw_from_are_the_words_where_all_of_them_occur():
    assert count_drawn(100, 1_000_000) == 100


def test_every_rank_has_a_word_of_seven_letters_and_a_blank():
    spelled = spell_words(300_000)
    assert len(np.unique(spelled)) == 300_000
    text = spelled[:1_000].tobytes().decode("ascii")
    assert all(len(word) == WORD_BYTES - 1 and word.isalpha() for word in text.split(" ")[:-1])
    assert text.islower()
