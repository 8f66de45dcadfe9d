"""Lexicons loaded and found in a vocabulary: edges from rows to rows.

Called by `wordvec.postprocess.retrofit`. Knows nothing of what the vectors are.
"""

import functools
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.lexicon import Lexicon, read_lexicon
from wordvec.postprocess.wordnet import Relations, read_wordnet
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

Rows = NDArray[np.int64]
Related = str | os.PathLike[str] | Lexicon | Mapping[str, Iterable[str]]
"""A file, or the name of one of `WORDNETS`; or the words themselves."""
WORDNETS: dict[str, Relations] = {"wordnet": "synonyms", "wordnet-all": "all"}
"""WordNet in place of a file: which of its relations are taken."""
_ReadWordNet = Callable[[], tuple[Lexicon, Lexicon]]

_WORDS_AT_ONCE = 1 << 12
_FEW = 0.05
"""Share of the heads, or of the words where these are fewer, that hints at another language."""

_log = logging.getLogger("wordvec")


@dataclass(frozen=True, eq=False)
class Graph:
    """Directed edges between rows of a vocabulary, each pair once, in the order of the rows."""

    heads_found: int
    """How many heads of the lexicon are in the vocabulary, with such neighbours or without."""
    tails: Rows
    """The row of the head that each edge starts from: shape (edges,)."""
    neighbours: Rows
    """The row of the neighbour that it leads to: shape (edges,)."""
    weights: NDArray[np.float64]
    """Shape (edges,), above 0."""


@dataclass(frozen=True)
class Source:
    """A lexicon, as the provenance has it."""

    name: str
    """As it was asked for."""
    sha256: str
    report: dict[str, Any]


def find_lexicons(
    vectors: WordVectors,
    lexicon: Related,
    antonyms: Related | None,
    reading: dict[str, Any],
    *,
    symmetric: bool,
    progress: Callable[[int, int], None],
) -> tuple[dict[str, Graph], dict[str, Source]]:
    """Return the edges of one or two lexicons in the vocabulary, and where they are from, by role.

    Parameters
    ----------
    vectors, lexicon, antonyms, symmetric
        As `wordvec.postprocess.retrofit.retrofit` has them.
    reading
        The other options that the file of `lexicon` is read with.
    progress
        Called with what is read of WordNet, which is read once.

    Raises
    ------
    ConfigError, DataError, FormatError
        As `find_graph`, `read_lexicon`, `read_wordnet` and `Lexicon.from_mapping`.
    """
    names = [str(each) for each in (lexicon, antonyms) if _is_wordnet(each)]

    @functools.cache
    def wordnet() -> tuple[Lexicon, Lexicon]:
        relations = WORDNETS[names[0]]  # the antonyms are the same with either
        return read_wordnet(vectors.index_to_key, relations=relations, progress=progress)

    loaded = {"lexicon": (lexicon, _load(lexicon, reading, wordnet, symmetric=symmetric))}
    if antonyms is not None:
        loaded["antonyms"] = antonyms, _load_antonyms(antonyms, wordnet)
    graphs, sources = {}, {}
    for role, (related, found) in loaded.items():
        graph = graphs[role] = find_graph(vectors, found)
        source = Path(found.source).name
        _warn_of_few(source, found, graph, len(vectors))
        sources[role] = Source(
            str(related) if _is_wordnet(related) else source,
            found.sha256,
            {
                "source": source,
                "lines": found.lines,
                "heads": len(found.neighbours),
                "heads_found": graph.heads_found,
                "edges": sum(map(len, found.neighbours.values())),
                "edges_found": len(graph.tails),
                "antonyms_left_out": found.antonyms_left_out,
            },
        )
    progress(1, 1)
    return graphs, sources


def _warn_of_few(source: str, lexicon: Lexicon, graph: Graph, words: int) -> None:
    heads = len(lexicon.neighbours)
    if graph.heads_found < _FEW * min(heads, words):
        _log.warning(
            "%s: the vocabulary has %s of %s heads; is the lexicon in the language of the vectors, "
            "and read in the right format?",
            source,
            f"{graph.heads_found:,}",
            f"{heads:,}",
        )


def _load(
    related: Related, reading: dict[str, Any], wordnet: _ReadWordNet, *, symmetric: bool
) -> Lexicon:
    if _is_file(related):
        return read_lexicon(related, symmetric=symmetric, **reading)
    if any(reading.values()):
        given = ", ".join(name for name, value in reading.items() if value)
        raise ConfigError(f"{given}: for a lexicon in a file; leave out, or give a file")
    lexicon = wordnet()[0] if _is_wordnet(related) else _from_python(related)
    return lexicon.both_ways() if symmetric else lexicon


def _load_antonyms(related: Related, wordnet: _ReadWordNet) -> Lexicon:
    if _is_file(related):
        return read_lexicon(related, merge_heads=True, keep_numbers=True, antonyms=True)
    return wordnet()[1] if _is_wordnet(related) else _from_python(related)


def _is_wordnet(related: Related | None) -> bool:
    return isinstance(related, str) and related in WORDNETS


def _is_file(related: Related) -> TypeGuard[str | os.PathLike[str]]:
    return isinstance(related, str | os.PathLike) and not _is_wordnet(related)


def _from_python(related: Related) -> Lexicon:
    if isinstance(related, Lexicon):
        return related
    if isinstance(related, Mapping):
        return Lexicon.from_mapping(related, source="words given")
    raise ConfigError(
        f"a lexicon is {related!r}; expected a file, {' or '.join(WORDNETS)}, or a mapping from "
        "words to lists of words"
    )


def find_graph(vectors: WordVectors, lexicon: Lexicon) -> Graph:
    """Return the edges of `lexicon` whose two words are in `vectors`.

    Words are found by `find_in_any_case`. Words of the lexicon that differ in case alone may be
    one word of the vocabulary, which then has the neighbours of all.

    Raises
    ------
    DataError
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
        raise DataError(
            f"{lexicon.source}: no line relates two words of the vocabulary, which has "
            f"{np.count_nonzero(rows != MISSING):,} of the {len(places):,} words there; expected a "
            "lexicon in the language of the vectors"
        )
    _, first = np.unique(tails[there] * len(vectors) + ends[there], return_index=True)
    return Graph(
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
    rows = vectors.find_all_usual(words)
    lower: dict[str, list[int]] = {}
    for place in np.flatnonzero(rows == MISSING).tolist():
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
