"""A lexicon found in a vocabulary: edges from rows to rows.

Called by `wordvec.postprocess.retrofit`. Knows nothing of what the vectors are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.lookup import usual_form
from wordvec.postprocess.lexicon import Lexicon
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Rows = NDArray[np.int64]

_WORDS_AT_ONCE = 1 << 12


@dataclass(frozen=True, eq=False)
class Graph:
    """Directed edges between rows of a vocabulary, each pair once, in the order of the rows."""

    heads: int
    """How many rows edges start from."""
    heads_found: int
    """How many heads of the lexicon are in the vocabulary, with such neighbours or without."""
    tails: Rows
    """The row of the head that each edge starts from: shape (edges,)."""
    neighbours: Rows
    """The row of the neighbour that it leads to: shape (edges,)."""
    weights: NDArray[np.float64]
    """Shape (edges,), above 0."""


def find_graph(vectors: WordVectors, lexicon: Lexicon) -> Graph:
    """Return the edges of `lexicon` whose two words are in `vectors`.

    Words are found by `find_in_any_case`. Words of the lexicon that differ in case alone may be
    one word of the vocabulary, which then has the neighbours of all.

    Raises
    ------
    ConfigError
        If there is none: says how much of the lexicon was found.
    """
    places: dict[str, int] = {}
    for head, words in lexicon.neighbours.items():
        places.setdefault(head, len(places))
        for word in words:
            places.setdefault(word, len(places))
    rows = find_in_any_case(vectors, list(places))
    related = lexicon.neighbours
    edges = sum(map(len, related.values()))
    degrees = np.fromiter(map(len, related.values()), np.int64, len(related))
    heads = rows[np.fromiter((places[head] for head in related), np.int64, len(related))]
    tails = np.repeat(heads, degrees)
    ends = rows[np.fromiter((places[w] for ws in related.values() for w in ws), np.int64, edges)]
    weights = np.fromiter((x for ws in related.values() for x in ws.values()), np.float64, edges)
    there = (tails != MISSING) & (ends != MISSING)
    if not np.any(there):
        raise ConfigError(
            f"{lexicon.source}: of {lexicon.lines:,} lines with {len(related):,} heads none "
            f"relates two words of the vocabulary, which has {np.count_nonzero(rows != MISSING):,} "
            f"of its {len(places):,} words; expected a lexicon in the language of the vectors"
        )
    _, first = np.unique(tails[there] * len(vectors) + ends[there], return_index=True)
    return Graph(
        heads=len(np.unique(tails[there])),
        tails=tails[there][first],
        heads_found=int(np.count_nonzero(heads != MISSING)),
        neighbours=ends[there][first],
        weights=weights[there][first],
    )


def find_in_any_case(vectors: WordVectors, words: Sequence[str]) -> Rows:
    """Return the row of each of `words`, (n,), -1 for those that are not there in any case.

    A word is that of the vocabulary which is written alike; if there is none, its usual form
    (`wordvec.lookup.usual_form`: in lower case); if that is not there either, the first in row
    order, the most frequent, that is the same in lower case. So "paris" in a lexicon is "paris" in
    the vocabulary, or else "Paris", and "Paris" keeps its vector where both are there.

    Examples
    --------
    >>> vectors = WordVectors(["Rome", "Paris", "paris"], np.eye(3))
    >>> find_in_any_case(vectors, ["paris", "rome", "bonn"])
    array([ 2,  0, -1])
    """
    rows = vectors.get_indices(words)
    usual = {place: usual_form(words[place]) for place in np.flatnonzero(rows == MISSING).tolist()}
    other = [place for place, form in usual.items() if form != words[place]]
    rows[other] = vectors.get_indices([usual[place] for place in other])
    lower: dict[str, list[int]] = {}
    for place in usual:
        if rows[place] == MISSING:
            lower.setdefault(words[place].lower(), []).append(place)
    table = vectors.index_to_key
    for start in range(0, len(table) if lower else 0, _WORDS_AT_ONCE):
        stop = min(start + _WORDS_AT_ONCE, len(table))
        text = table.span(start, stop)[0].tobytes().decode("utf-8", "replace")
        if text == text.lower():
            continue
        for row in range(start, stop):
            for place in lower.pop(table[row].lower(), ()):
                rows[place] = row
    return rows
