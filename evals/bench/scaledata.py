"""Text by Zipf's law, made while it is read: as long as one likes, and never kept.

All words have seven letters, so that a block of text is one look-up in a table of them. Called by
`wordvec.evals.bench.scale`; the trainer sees plain text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WORD_BYTES = 8
"""Seven letters and the blank or the line's end after them."""
LINE_WORDS = 200
"""Long against the widest window, so that a window has the contexts that its size promises."""
_LETTERS = WORD_BYTES - 1
_SPREAD = 5_000_000_029
"""A prime: neighbouring ranks get words that do not look alike."""
_LINES_PER_BLOCK = 2_500
_WITHIN = 1e-3


@dataclass(frozen=True)
class ZipfText:
    """Text of `tokens` words in which about `words` different ones occur."""

    words: int
    tokens: int
    seed: int = 1

    def blocks(self) -> Iterator[bytes]:
        """Yield the text: lines of 200 words, the last one shorter."""
        rng = np.random.default_rng(self.seed)
        spelled = spell_words(count_drawn(self.words, self.tokens))
        step = LINE_WORDS * _LINES_PER_BLOCK
        for start in range(0, self.tokens, step):
            text = spelled[draw_ranks(len(spelled), min(step, self.tokens - start), rng)]
            ends = text.view(np.uint8)[WORD_BYTES - 1 :: WORD_BYTES]
            ends[LINE_WORDS - 1 :: LINE_WORDS] = ends[-1] = ord("\n")
            yield text.tobytes()


def draw_ranks(n: int, size: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Draw `size` ranks below `n`, 0 the most frequent: shape (size,).

    By Zipf's law with exponent 1, smoothed so that its inverse is a formula: rank k has the
    probability log((k + 2) / (k + 1)) / log(n + 1).
    """
    drawn = np.exp(np.log(n + 1) * rng.random(size)).astype(np.int32) - 1
    return np.asarray(np.minimum(drawn, n - 1), np.int32)  # against rounding


def count_drawn(words: int, tokens: int) -> int:
    """Return from how many ranks to draw, so that about `words` of them occur in `tokens` draws.

    The rarest do not occur by chance, so it takes more ranks than words. Asked for more words than
    a tenth of the tokens, it may look for a number that there is not.

    Examples
    --------
    >>> count_drawn(100, 1_000_000), count_drawn(100_000, 1_000_000)
    (100, 136371)
    """
    n = words
    while (met := expect_words(n, tokens)) < words * (1 - _WITHIN):
        n = round(n * words / met)
    return n


def expect_words(n: int, tokens: int) -> float:
    """Return how many of `n` ranks `tokens` draws are expected to meet."""
    probability = np.log1p(1 / np.arange(1.0, n + 1)) / np.log(n + 1)
    return float(-np.expm1(tokens * np.log1p(-probability)).sum())


def spell_words(n: int) -> NDArray[np.uint64]:
    """Return a word for each rank, distinct, its eight bytes as one number: shape (n,)."""
    code = np.arange(n) * _SPREAD % 26**_LETTERS
    spelled = np.full((n, WORD_BYTES), ord(" "), np.uint8)
    for place in range(_LETTERS):
        spelled[:, place] = ord("a") + code % 26
        code //= 26
    return spelled.view(np.uint64)[:, 0]
