"""The vectors that the store benchmark is made with: words, counts and a matrix, out of a seed.

Words are strung together from syllables, counts follow Zipf's law, and the matrix has neighbours
worth the name: groups of words around centres that lie near a few leading directions. Called by
`wordvec.evals.bench.store` and by its jobs.
"""

from collections.abc import Callable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from wordvec.scratch import ScratchMatrix
from wordvec.vectors import WordVectors
from wordvec.vocabulary import WordTable

_ONSETS = (*"strkpmbdlnfghvw", "st", "tr", "ch", "br", "pl", "sh", "gr", "th", "qu")
_NUCLEI = (*"aeiou", "ea", "ou", "ai", "y", "oo")
_CODAS = ("", "", "", *"nrlstm", "ng", "ck", "nd", "st")
_SYLLABLES = (1, 2, 3, 4, 5)
_SYLLABLES_PROBABILITY = (0.05, 0.41, 0.42, 0.1, 0.02)

_WORDS_PER_CENTER = 50
_LEADING = 60
_SPREAD = 0.7
"""Length of what a word's vector adds to its centre: neighbours have cosines of about 0.67."""
_ROWS_PER_BLOCK = 1 << 16


def make_vectors(words: int, dim: int, *, seed: int = 1) -> WordVectors:
    """Return `words` made-up words, the most frequent first, with vectors of `dim` numbers.

    The matrix lies in a temporary file.
    """
    rng = np.random.default_rng(seed)
    table = WordTable.from_words(make_words(words, rng))
    counts = (10 * words * zipf_probabilities(words)).astype(np.uint64) + 1
    return WordVectors(table, _make_matrix(words, dim, rng), np.sort(counts)[::-1])


def make_words(n: int, rng: np.random.Generator) -> list[str]:
    """Return `n` distinct words of one to five syllables, common sounds more often than rare ones.

    Examples
    --------
    >>> words = make_words(1000, np.random.default_rng(1))
    >>> len(set(words)), 8 < sum(map(len, words)) / 1000 < 9
    (1000, True)
    """
    found: dict[str, None] = {}
    while len(found) < n:
        lengths = rng.choice(_SYLLABLES, n, p=_SYLLABLES_PROBABILITY)
        sounds = [
            rng.choice(kind, lengths.sum(), p=zipf_probabilities(len(kind))).tolist()
            for kind in (_ONSETS, _NUCLEI, _CODAS)
        ]
        syllables = list(map("".join, zip(*sounds, strict=True)))
        ends = np.cumsum(lengths).tolist()
        starts = [0, *ends[:-1]]
        found |= dict.fromkeys("".join(syllables[a:b]) for a, b in zip(starts, ends, strict=True))
    return list(found)[:n]


def zipf_probabilities(n: int) -> NDArray[np.float64]:
    """Return the share of each rank by Zipf's law: (n,), falling."""
    weights = 1 / (np.arange(n) + 2.7)  # 2.7: Mandelbrot's shift, as English text has it
    return np.asarray(weights / weights.sum())


def draw_rows(n: int, size: int, *, seed: int = 1) -> NDArray[np.int64]:
    """Return `size` of `n` rows as a text would ask for them: by Zipf's law."""
    return np.random.default_rng(seed).choice(n, size, p=zipf_probabilities(n))


def unseen_words(table: WordTable) -> list[str]:
    """Return four words that `table` has not: its own, misspelt in three ways, and two in one."""
    ways: list[Callable[[str], str]] = [
        lambda word: word[:3] + word[2:],
        lambda word: word[:2] + word[3:],
        lambda word: word[:2] + word[3] + word[2] + word[4:],
        lambda word: word + table[0],
    ]
    found = []
    for start, change in enumerate(ways, 1):
        long = (word for word in islice(table, 10 * start, None) if len(word) > 5)
        found.append(next(wrong for word in long if (wrong := change(word)) not in table))
    return found


def _make_matrix(words: int, dim: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return vectors around centres, in groups of about 50, of different lengths: (words, dim)."""
    rank = min(_LEADING, dim)
    leading = rng.standard_normal((rank, dim), np.float32)
    leading *= (np.arange(1, rank + 1) ** -0.5).astype(np.float32)[:, None]
    centers = rng.standard_normal((words // _WORDS_PER_CENTER + 1, rank), np.float32) @ leading
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    with ScratchMatrix(dim) as scratch:
        for start in range(0, words, _ROWS_PER_BLOCK):
            n = min(_ROWS_PER_BLOCK, words - start)
            block = rng.standard_normal((n, dim), np.float32) * np.float32(_SPREAD / np.sqrt(dim))
            block += centers[rng.integers(0, len(centers), n)]
            block *= rng.lognormal(0.5, 0.3, (n, 1)).astype(np.float32)
            scratch.append(block)
        return scratch.finish()
