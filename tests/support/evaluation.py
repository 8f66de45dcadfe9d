"""Vectors and small data sets for the tests of the evaluators."""

from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

from wordvec.evals.datasets import GENSIM_FILES, locate
from wordvec.vectors import WordVectors


def make_vectors(words, matrix, counts=None):
    """Return vectors of `words`; a string is as many words as it has letters."""
    return WordVectors(list(words), np.asarray(matrix, np.float32), counts)


def make_keyed_vectors(vectors):
    """Return gensim's vectors of the same numbers."""
    keyed = KeyedVectors(vectors.vectors.shape[1])
    keyed.add_vectors(list(vectors.index_to_key), vectors.vectors)
    return keyed


def structured_vectors(seed, *, dim=20):
    """Return vectors in which many analogies hold and many words have several spellings.

    The words are a third of those of all named data sets. Each question of questions-words pulls
    its fourth word towards b - a + c; every other word comes in upper case too, nearly the same.
    """
    rng = np.random.default_rng(seed)
    words = dict.fromkeys(
        word
        for name in GENSIM_FILES
        for line in locate(name).read_text().splitlines()
        if not line.startswith(("#", ":"))
        for word in line.split()
        if word[0].isalpha()
    )
    words = [word for word in words if rng.random() < 0.6]
    row = {word: r for r, word in enumerate(words)}
    matrix = rng.standard_normal((len(words), dim))
    for line in locate("questions-words").read_text().splitlines():
        question = line.split()
        if all(word in row for word in question) and rng.random() < 0.5:
            a, b, c, d = (row[word] for word in question)
            matrix[d] += 0.2 * (matrix[b] - matrix[a] + matrix[c] - matrix[d])
    spellings = [word.swapcase() for word in words] + [word.upper() for word in words]
    near = np.concatenate([matrix, matrix]) + 0.1 * rng.standard_normal((2 * len(words), dim))
    kept = [r for r, word in enumerate(spellings) if word not in row and rng.random() < 0.5]
    kept = list({spellings[r]: r for r in kept}.values())
    order = rng.permutation(len(words) + len(kept))
    words = [*words, *(spellings[r] for r in kept)]
    lengths = rng.uniform(0.5, 3, (len(words), 1))
    matrix = np.concatenate([matrix, near[kept]]) * lengths
    return make_vectors([words[r] for r in order], matrix[order])


def write(path: Path, text: str) -> Path:
    """Write `text` as UTF-8 and return the path."""
    path.write_text(text, encoding="utf-8")
    return path
