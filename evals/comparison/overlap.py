"""How many nearest neighbours two sets of vectors have in common.

Called by `wordvec convert`, which asks what a smaller store has lost, and by `stability`. Both
sets hold the same words in the same rows.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours import nearest
from wordvec.vectors import WordVectors

Rows = NDArray[np.int64]


def neighbour_overlap(
    a: WordVectors, b: WordVectors, *, topn: int = 10, words: int = 1000, seed: int = 1
) -> float:
    """Return the mean share of a word's `topn` nearest neighbours in `a` that it has in `b`, too.

    Over `words` words drawn at random by `seed`. The two must hold the same words in the same
    rows; `wordvec.evals.comparison.stability` compares others.

    Raises
    ------
    ValueError
        If they have not as many words.

    Examples
    --------
    >>> vectors = WordVectors(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])
    >>> neighbour_overlap(vectors, vectors, topn=1)
    1.0
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} words; expected the same ones")
    topn = min(topn, len(a) - 1)
    if topn < 1:
        return 1.0
    asked = np.random.default_rng(seed).permutation(len(a))[:words]
    found = (neighbours(vectors, asked, topn) for vectors in (a, b))
    return float(shared(*found).mean())


def neighbours(vectors: WordVectors, rows: Rows, topn: int) -> list[list[int]]:
    """Return the `topn` other rows that are nearest to each of `rows`, (n,), best first."""
    directions = np.stack([vectors.get_vector(int(row), norm=True) for row in rows])
    found, _ = nearest(
        vectors.vectors, vectors.norms, directions, topn + 1, threads=vectors.threads
    )
    return without_own(found, rows, topn)


def without_own(found: Rows, rows: Rows, topn: int) -> list[list[int]]:
    """Return the `topn` first of what was found for each row, (n, any), but for itself."""
    lists = zip(found.tolist(), rows.tolist(), strict=True)
    return [[row for row in near if row != own][:topn] for near, own in lists]


def shared(mine: list[list[int]], theirs: list[list[int]]) -> NDArray[np.float64]:
    """Return the share of each word's neighbours that are in both lists: (n,)."""
    pairs = zip(mine, theirs, strict=True)
    return np.array([len(set(near) & set(other)) / len(near) for near, other in pairs])
