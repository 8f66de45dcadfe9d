"""Vectors with a planted bias, by words, and a slow twin of hard debiasing.

Used by the tests of word sets, hard debiasing and the measures of bias.
"""

import numpy as np

from wordvec.formats import read_vectors
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors

DIM = 12
SETS = WordSets(
    "planted",
    defining=(("she", "he"), ("woman", "man"), ("girl", "boy")),
    equalize=(("queen", "king"), ("woman", "man", "person")),
    specific=("she", "he", "girl", "boy", "beard"),
    neutral_examples=tuple(f"job{i}" for i in range(30)),
    targets=(("she", "he"), ("woman", "man")),
    attributes=(tuple(f"job{i}" for i in range(5)), tuple(f"job{i}" for i in range(5, 10))),
)
GENDERED = ("she", "he", "woman", "man", "girl", "boy", "queen", "king", "person", "beard")


def biased_vectors(others=400, seed=3, **more):
    """Return the words of `SETS` and others, whose bias lies along the last coordinate."""
    rng = np.random.default_rng(seed)
    words = [*GENDERED, *SETS.neutral_examples, *(f"w{i}" for i in range(others))]
    matrix = rng.standard_normal((len(words), DIM))
    matrix[1:8:2, :-1] = matrix[0:8:2, :-1] + rng.standard_normal((4, DIM - 1)) / 20
    matrix[0:8:2, -1], matrix[1:8:2, -1] = 2, -2
    return WordVectors(words, 3 * matrix, **more)


def golden(data_folder, name):
    """Return the vectors that all golden results start from, and the arrays of one of these."""
    folder = data_folder / "golden" / "postprocess"
    return read_vectors(folder / "base.vec"), np.load(folder / f"{name}.npz")


def debias_slowly(matrix, subspace, neutral, equalize):
    """Return `matrix`, (n, dim), debiased hard: word by word, in float64, by the formulas."""
    rows = [w / np.linalg.norm(w) for w in np.asarray(matrix, np.float64)]

    def inside(vector):
        return sum((vector @ b) * b for b in subspace)

    for i in np.flatnonzero(neutral):
        rest = rows[i] - inside(rows[i])
        rows[i] = rest / np.linalg.norm(rest)
    for members in equalize:
        mean = sum(rows[i] for i in members) / len(members)
        common = mean - inside(mean)
        for i in members:
            difference = inside(rows[i]) - inside(mean)
            share = np.sqrt(1 - common @ common) / np.linalg.norm(difference)
            rows[i] = common + share * difference
    return np.array([w / np.linalg.norm(w) for w in rows])
