"""The words of a query in a vocabulary: which are there, and their vectors.

Called by the judging of queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.bias.association import Vectors
from wordvec.evals.bias.queries import Query, Sets
from wordvec.evals.intervals import Numbers
from wordvec.postprocess.subspace import finite_vectors
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING


@dataclass(frozen=True, eq=False)
class FoundSet:
    """The words of one set."""

    name: str
    words: tuple[str, ...]
    """Each once, in the order of the query."""
    rows: NDArray[np.int64]
    """Shape (words,), -1 for a word that is not here, or whose row a word before it has."""
    missing: tuple[str, ...]
    vectors: Vectors
    """Of the words that are here: shape (n, dim)."""

    def __len__(self) -> int:
        """Return how many words are here."""
        return len(self.vectors)

    @property
    def lost(self) -> float:
        """Share of the words that are not here, 0 to 1."""
        return 1 - len(self) / len(self.words)

    @property
    def here(self) -> NDArray[np.bool_]:
        """Which words are here: shape (words,)."""
        return np.asarray(self.rows != MISSING)

    def spread(self, values: Numbers) -> Numbers:
        """Return figures of the words that are here, (n,), as of all, (words,): NaN elsewhere."""
        wide = np.full(len(self.words), np.nan)
        wide[self.here] = values
        return wide


@dataclass(frozen=True, eq=False)
class FoundQuery:
    """The words of a query."""

    query: Query
    targets: tuple[FoundSet, ...]
    attributes: tuple[FoundSet, ...]

    @property
    def sets(self) -> tuple[FoundSet, ...]:
        """The targets, then the attributes."""
        return (*self.targets, *self.attributes)

    @property
    def items(self) -> tuple[FoundSet, ...]:
        """The sets over whose words the headline is: the targets; of RND the attributes."""
        return self.attributes if len(self.attributes) == 1 else self.targets

    @property
    def missing(self) -> tuple[str, ...]:
        """Words that are not here, each once."""
        return tuple(dict.fromkeys(word for found in self.sets for word in found.missing))


def find_query(vectors: WordVectors, query: Query) -> FoundQuery:
    """Return the words of `query` as they are in `vectors`: as written, else in usual form.

    Raises
    ------
    DataError
        If the vector of a word is NaN or infinite; names it.
    """
    return FoundQuery(query, _find(vectors, query.targets), _find(vectors, query.attributes))


def together(sets: Sequence[FoundSet]) -> Vectors:
    """Return the vectors of all of `sets`, (n, dim)."""
    return np.concatenate([found.vectors for found in sets])


def _find(vectors: WordVectors, sets: Sets) -> tuple[FoundSet, ...]:
    taken: set[int] = set()
    found = []
    for name, listed in sets.items():
        words = tuple(dict.fromkeys(listed))
        rows = vectors.find_all_usual(words)
        missing = tuple(w for w, row in zip(words, rows, strict=True) if row == MISSING)
        for place, row in enumerate(rows.tolist()):
            if row in taken:  # "Bill" is here as "bill", which another set or word has
                rows[place] = MISSING
            taken.add(row)
        there = finite_vectors(vectors, rows[rows != MISSING])
        found.append(FoundSet(name, words, rows, missing, there))
    return tuple(found)
