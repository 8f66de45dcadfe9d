"""Reads all of a store and tells the first thing in it that is wrong.

Called by `wordvec verify`. Opening a store checks only what cannot wait; this checks the rest.
"""

import hashlib
import os

import numpy as np

from wordvec.errors import FormatError
from wordvec.neighbours import row_norms
from wordvec.store import layout
from wordvec.store.read import map_store, open_store, read_digests

_ROWS_PER_BLOCK = 1 << 16


def verify_store(path: str | os.PathLike[str]) -> None:
    """Check each digest of a store, each of its words, and the length of each vector.

    Raises
    ------
    FormatError
        At the first fault; names the file and the part of it.
    """
    digests = read_digests(path)
    _, arrays = map_store(path)
    for data_set, array in arrays.items():
        digest = hashlib.new(layout.CHECKSUM_ALGORITHM)
        for start in range(0, len(array), _ROWS_PER_BLOCK):
            digest.update(array[start : start + _ROWS_PER_BLOCK].data)
        if digest.hexdigest() != digests[data_set]:
            raise FormatError(
                f"{path}: /{data_set.name} is damaged: it is not what was written; copy it again"
            )
    vectors = open_store(path)
    for row, word in enumerate(vectors.index_to_key):
        found = vectors.index_to_key.find(word)
        if found != row:
            where = f"at row {found}" if found >= 0 else "not at all"
            raise FormatError(f"{path}: /word_index: {word!r} of row {row} is found {where}")
    if not np.allclose(vectors.norms, row_norms(vectors.vectors), rtol=1e-4, equal_nan=True):
        raise FormatError(f"{path}: /norms are not the lengths of /vectors")
