"""The words that several spaces share, and the spaces with these alone.

Called by the comparison, which judges all spaces on the same words: else the one with fewer wrong
answers to choose from would look the better one. Knows nothing of evaluators.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DataError
from wordvec.postprocess.result import ROWS_PER_BLOCK
from wordvec.quantization import QuantizedMatrix
from wordvec.scratch import ScratchMatrix
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING, WordTable


def share_words(spaces: Sequence[WordVectors]) -> list[WordVectors]:
    """Return the spaces with the words that all of them know, in the order of the first.

    Words are the same if they are written alike. A space that has these words in this order is
    returned as it is; another has its own vectors, counts and provenance, as `take_rows` does.

    Raises
    ------
    DataError
        If there is no such word.
    OutputError
        If there is no room for a temporary file.

    Examples
    --------
    >>> one = WordVectors(["a", "b", "c"], [[1, 0], [2, 0], [3, 0]])
    >>> other = WordVectors(["c", "d", "a"], [[4, 0], [5, 0], [6, 0]])
    >>> [dict(zip(v.index_to_key, v.vectors[:, 0].tolist())) for v in share_words([one, other])]
    [{'a': 1.0, 'c': 3.0}, {'a': 6.0, 'c': 4.0}]
    """
    first = spaces[0].index_to_key
    if all(vectors.index_to_key == first for vectors in spaces[1:]):
        return list(spaces)
    words = list(first)
    rows = np.stack([vectors.get_indices(words) for vectors in spaces])
    shared = np.flatnonzero((rows != MISSING).all(axis=0))
    if not len(shared):
        raise DataError(
            f"no word is in all {len(spaces)} vocabularies, written alike; give vectors of one "
            "language, whose words are written in one way"
        )
    table = WordTable.from_words(words[row] for row in shared)
    return [
        take_rows(vectors, own[shared], table) for vectors, own in zip(spaces, rows, strict=True)
    ]


def take_rows(vectors: WordVectors, rows: NDArray[np.int64], words: WordTable) -> WordVectors:
    """Return `words` with the vectors, counts and provenance of `rows`, (n,): theirs in `vectors`.

    The first rows are of the same memory, others lie in a mapped file without a name. The output
    layer and the n-grams are left out.

    Raises
    ------
    OutputError
        If there is no room for that file.
    """
    matrix, n = vectors.vectors, len(rows)
    if np.array_equal(rows, np.arange(n)):
        if n == len(vectors):
            return vectors
        taken = matrix.first(n) if isinstance(matrix, QuantizedMatrix) else matrix[:n]
    else:
        with ScratchMatrix(vectors.vector_size) as scratch:
            for start in range(0, n, ROWS_PER_BLOCK):
                scratch.append(matrix[rows[start : start + ROWS_PER_BLOCK]])
            taken = scratch.finish()
    return WordVectors(
        words,
        taken,
        None if vectors.counts is None else vectors.counts[rows],
        provenance=vectors.provenance,
        norms=vectors.norms[rows],
    )
