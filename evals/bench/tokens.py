"""An encoded corpus written back as text, so that every tool trains on the very same tokens."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.vocabulary import EncodedCorpus, WordTable

_BLOCK = 1 << 18
"""Tokens at a time: some 15 MB of byte positions."""


def write_tokens(corpus: EncodedCorpus, path: Path) -> None:
    """Write the words of `corpus`, a blank after each and a sentence a line, as UTF-8.

    White space is all that is needed to tell the tokens apart again. The corpus must be encoded
    with `min_count` 1, or words are missing.
    """
    with path.open("wb") as file:
        for text in _spell(corpus.ids, corpus.vocabulary.words):
            file.write(text)


def _spell(ids: NDArray[np.int32], words: WordTable) -> Iterator[memoryview]:
    """Yield the text of `ids`, block by block, by gathering bytes of the words' own UTF-8."""
    lengths = np.diff(words.offsets)
    # The table again, a blank after each word; the line end, which -1 means, is its last word.
    spaced = np.full(len(words.utf8) + len(lengths) + 1, ord(" "), np.uint8)
    spaced[np.arange(len(words.utf8)) + np.repeat(np.arange(len(lengths)), lengths)] = words.utf8
    spaced[-1] = ord("\n")
    starts = np.append(words.offsets[:-1] + np.arange(len(lengths)), len(spaced) - 1)
    lengths = np.append(lengths + 1, 1)
    for first in range(0, len(ids), _BLOCK):
        block = np.asarray(ids[first : first + _BLOCK])
        length = lengths[block]
        ends = np.cumsum(length)
        positions = np.arange(ends[-1]) + np.repeat(starts[block] - ends + length, length)
        yield memoryview(spaced[positions])
