"""How many nearest neighbours two sets of vectors have in common.

Called by `wordvec convert`, which asks what a smaller store has lost.
"""

import numpy as np

from wordvec.neighbours import nearest
from wordvec.vectors import WordVectors


def neighbour_overlap(
    a: WordVectors, b: WordVectors, *, topn: int = 10, words: int = 1000, seed: int = 1
) -> float:
    """Return the mean share of a word's `topn` nearest neighbours in `a` that it has in `b`, too.

    Over `words` words drawn at random by `seed`. The two must hold the same words in the same
    rows.

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
    shared = 0
    for start in range(0, len(asked), 64):
        rows = asked[start : start + 64]
        found = [_neighbours(vectors, rows, topn) for vectors in (a, b)]
        shared += sum(len(set(mine) & set(other)) for mine, other in zip(*found, strict=True))
    return shared / (topn * len(asked))


def _neighbours(vectors: WordVectors, rows: np.ndarray, topn: int) -> list[list[int]]:
    directions = np.stack([vectors.get_vector(int(row), norm=True) for row in rows])
    found, _ = nearest(
        vectors.vectors, vectors.norms, directions, topn + 1, threads=vectors.threads
    )
    lists = zip(found.tolist(), rows.tolist(), strict=True)
    return [[row for row in near if row != own][:topn] for near, own in lists]
