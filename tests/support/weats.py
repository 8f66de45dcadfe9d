"""Spaces with a planted association, or none, for the tests of the measures of bias."""

import json

import numpy as np

from wordvec.evals.bias import Query
from wordvec.formats import read_vectors
from wordvec.vectors import WordVectors

GOLDEN = (
    "male female career family",
    "male female math arts",
    "male female pleasant unpleasant",
)
"""The queries that WEFE answered."""


def planted(strength, *, words=8, dim=40, seed=0):
    """Return four sets of vectors, (words, dim): targets that lean to their attributes, or none.

    Attributes lean along the first coordinate, the first two sets along it as far as `strength`.
    """
    rng = np.random.default_rng(seed)
    sets = rng.standard_normal((4, words, dim))
    sets[:, :, 0] += np.array([strength, -strength, 4, -4])[:, None]
    return list(sets)


def along(*values):
    """Return vectors of length 1 whose cosine with (1, 0, 0) is each of `values`, with (0, 1, 0) 0.

    With these two as the attributes, the values are the words' associations.
    """
    values = np.array(values, np.float64)
    return np.stack([values, 0 * values, np.sqrt(1 - values**2)], axis=1)


ONE, OTHER = np.array([[1.0, 0, 0]]), np.array([[0.0, 1, 0]])

NAMES = ("flowers", "insects", "pleasant", "unpleasant")


def named(sets):
    """Return `sets`, four of them, as the vectors of words flowers0, flowers1 ..."""
    words = [f"{name}{i}" for name, rows in zip(NAMES, sets, strict=True) for i in range(len(rows))]
    return WordVectors(words, np.concatenate(sets))


def query(sizes=(8, 8, 8, 8), *, targets=2, attributes=2, **more):
    """Return a query for the words of `named`."""
    words = {
        name: tuple(f"{name}{i}" for i in range(n)) for name, n in zip(NAMES, sizes, strict=True)
    }
    return Query(
        name="garden",
        targets={name: words[name] for name in NAMES[:targets]},
        attributes={name: words[name] for name in NAMES[2 : 2 + attributes]},
        **more,
    )


def golden_sets(data_folder, name):
    """Return the four sets of vectors of a query of `GOLDEN`, and what WEFE measured of them."""
    folder = data_folder / "golden" / "postprocess"
    vectors = read_vectors(folder / "base.vec")
    golden = json.loads((folder / "bias_metrics.json").read_text())
    assert tuple(golden["weat"]) == GOLDEN
    expected = golden["weat"][name]
    sizes = [expected["n_targets"]] * 2 + [expected["n_attributes"]] * 2
    sets = []
    for key, n in zip(name.split(), sizes, strict=True):
        here = [word for word in golden["word_sets"][key] if word in vectors]
        sets.append(np.asarray(vectors[here[:n]], np.float64))
    return sets, expected
