"""A small set of vectors to store, and ways to change a store that wordvec itself never would.

Used by tests/wordvec/store.
"""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from wordvec.store import layout
from wordvec.vectors import WordVectors

WORDS = ["king", "queen", "král", "日本", *(f"w{i}" for i in range(16))]


def small_vectors(**more: object) -> WordVectors:
    """Return 20 words with vectors of dimension 5 and counts."""
    matrix = np.random.default_rng(0).standard_normal((20, 5), np.float32)
    options = {"counts": np.arange(20, 0, -1), "provenance": {"corpus": "král.txt"}} | more
    return WordVectors(WORDS, matrix, **options)  # type: ignore[arg-type]


def everything() -> WordVectors:
    """Return vectors with all that a store can hold besides them."""
    from wordvec.subwords import Subwords
    from wordvec.transforms import Transform

    matrix = np.random.default_rng(2).standard_normal((3, 5), np.float32)
    rows = np.array([0, 2, 5], np.int32)
    subwords = Subwords(matrix, min_n=3, max_n=4, buckets=7, rows=rows)
    transforms = [Transform(np.ones(5), np.eye(5), unit_output=True)]
    return small_vectors(output=np.ones((20, 5)), subwords=subwords, transforms=transforms)


def change(path: Path, action: Callable[[h5py.File], None]) -> None:
    """Let `action` change an HDF5 file in place."""
    with h5py.File(path, "r+", libver=(layout.HDF5_VERSION, "latest")) as file:
        action(file)


def replace(name: str, value: object, **options: object) -> Callable[[h5py.File], None]:
    """Return an action that puts `value` in the place of a data set."""

    def action(file: h5py.File) -> None:
        del file[name]
        file.create_dataset(name, data=value, **options)

    return action


def poke(path: Path, name: str, row: int, value: object) -> None:
    """Change one element of a data set."""
    change(path, lambda file: file[name].__setitem__(row, value))
