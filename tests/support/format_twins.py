"""Slow, plain readers and writers of other tools' files, which the real ones are compared with.

Used by tests/wordvec/formats.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from wordvec.vectors import WordVectors


def small_vectors(words: list[str] | None = None, dim: int = 3) -> WordVectors:
    """Return words with vectors of all sizes."""
    words = words or ["the", "král", "日本", "a\u00a0b", "x\u2028y", "e\u0301", "1999", "</s>"]
    draw = np.random.default_rng(0)
    sizes = 10.0 ** draw.integers(-40, 38, (len(words), dim))
    return WordVectors(words, (draw.standard_normal((len(words), dim)) * sizes).astype("f4"))


def read_text(data: bytes, dim: int) -> tuple[list[str], NDArray[np.float32]]:
    """Read lines of a word and `dim` numbers, without a header."""
    words, rows = [], []
    for line in data.split(b"\n"):
        fields = line.rstrip(b" \t\r").replace(b"\t", b" ").split(b" ")
        if fields != [b""]:
            words.append(b" ".join(fields[:-dim]).decode("utf-8"))
            rows.append([float(field) for field in fields[-dim:]])
    with np.errstate(over="ignore"):
        return words, np.array(rows).astype(np.float32)


def read_binary(data: bytes) -> tuple[list[str], NDArray[np.float32]]:
    """Read word2vec's binary file as word2vec.c's distance.c does, a byte at a time."""
    header, data = data.split(b"\n", 1)
    n, dim = map(int, header.split())
    words, rows = [], []
    for _ in range(n):
        word = b""
        while (byte := data[:1]) != b" ":
            word += byte if byte != b"\n" else b""
            data = data[1:]
        words.append(word.decode("utf-8"))
        rows.append(struct.unpack(f"<{dim}f", data[1 : 1 + 4 * dim]))
        data = data[1 + 4 * dim :]
    return words, np.array(rows, np.float32)
