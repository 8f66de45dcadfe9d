"""Approximate search for the nearest rows, through usearch: the index is kept beside the store.

`build_index` is called by `wordvec index`, `open_index` by `WordVectors`. The graph only proposes
rows: their similarities are computed from the store's own vectors, so that they are the exact
ones. Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search using
hierarchical navigable small world graphs".
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.cpus import available_threads
from wordvec.errors import ConfigError, FormatError, OutputError
from wordvec.indexfile import Trailer, append_trailer, index_path, map_index, read_trailer
from wordvec.neighbours import best_rows, cosines, nearest
from wordvec.replacement import check_replaceable, replacement
from wordvec.store.read import open_store, read_digests
from wordvec.vectors import WordVectors

_log = logging.getLogger("wordvec")

AIMED_RECALL = 0.95
SAMPLE = 1000
"""How many words, drawn with a fixed seed, recall is measured over."""
# Measured on two cores with 300,000 x 100 vectors of words seen five times or more: built in 24 s,
# 98 % of the ten nearest found with 64 candidates, in 0.24 ms (4.3 ms exactly). Vectors of words
# seen once are hard: there 128 candidates find 85, 85 and 89 % with 16, 24 and 32 links, and 96 %
# takes 1024. Keeping 200 candidates when adding takes 1.7 times as long and finds 1 % more.
_LINKS = 32
_CANDIDATES_ADDING = 128
_EXPANSIONS = (64, 128, 256, 512, 1024)
_MORE = 30
"""How many rows beyond those asked for are scored exactly: bfloat16 blurs their order."""
_ROWS_PER_BLOCK = 1 << 14


@dataclass(frozen=True)
class IndexReport:
    """What was built, and how good it is."""

    path: Path
    words: int
    """In the store."""
    rows: int
    """In the index: words whose vector has a length."""
    bytes: int
    seconds: float
    """For building and writing, without measuring."""
    recall_at_10: float
    """Share of the ten nearest words that are found, the mean over `sampled` words."""
    sampled: int
    expansion: int
    """How many candidates a search keeps: the fewest tried that reach `AIMED_RECALL`."""
    exact_seconds: float
    """Mean time of one exact query."""
    approximate_seconds: float
    """Mean time of one approximate query."""


class ApproximateIndex:
    """A graph over the rows of a matrix, which it proposes candidates from.

    Parameters
    ----------
    graph
        A `usearch.index.Index` whose keys are rows.
    vectors
        What the rows belong to.
    data
        What the graph is mapped from, if it is: usearch does not keep it alive.
    """

    def __init__(
        self, graph: Any, vectors: WordVectors, data: NDArray[np.uint8] | None = None
    ) -> None:
        self.vectors = vectors
        self._graph = graph
        self._data = data
        self._lock = threading.Lock()  # usearch gives the same work space to each calling thread

    def __len__(self) -> int:
        return len(self._graph)

    def nearest(
        self, directions: NDArray[np.float32], n: int, *, threads: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return about the `n` rows nearest to each direction and their cosines: two (q, n).

        `directions` are vectors of length 1, (q, dim). Best first, of equal ones the lower row;
        `n` is cut to the number of rows. The cosines are exact. Where the graph proposes too few
        rows, or none with a cosine above 0, the answer is that of an exact search.
        """
        n = max(min(n, len(self.vectors)), 0)
        rows = np.empty((len(directions), n), np.int64)
        scores = np.empty((len(directions), n), np.float32)
        if not rows.size:
            return rows, scores
        matrix, norms = self.vectors.vectors, self.vectors.norms
        for query, candidates in enumerate(self._candidates(directions, n, threads)):
            direction = directions[query]
            found = cosines(matrix[candidates], norms[candidates], direction)
            best = best_rows(found, n)
            if len(best) == n and found[best[-1]] > 0:
                rows[query], scores[query] = candidates[best], found[best]
            else:
                exact = nearest(matrix, norms, direction[None], n, threads=threads)
                rows[query], scores[query] = exact[0][0], exact[1][0]
        return rows, scores

    def _candidates(
        self, directions: NDArray[np.float32], n: int, threads: int | None
    ) -> list[NDArray[np.intp]]:
        """Return some more than `n` rows for each direction, in ascending order."""
        queries = len(directions)
        workers = 1 if queries == 1 else min(threads or available_threads(), queries)
        count = min(n + max(n // 2, _MORE), len(self))
        with self._lock:
            found = self._graph.search(
                np.ascontiguousarray(directions, np.float32), count, threads=workers
            )
        counts = [len(found)] if queries == 1 else found.counts
        keys = found.keys.reshape(queries, -1).astype(np.intp)
        return [np.unique(row[:count]) for row, count in zip(keys, counts, strict=True)]


def open_index(
    store: str | os.PathLike[str], vectors: WordVectors | None = None
) -> ApproximateIndex:
    """Open the index that `wordvec index` has built of a store; it is mapped, not read.

    Parameters
    ----------
    store
        The file of the store.
    vectors
        What was opened from it, if it has been; rows are then those of these vectors.

    Raises
    ------
    ConfigError
        If usearch is not installed.
    FormatError
        If there is no index, or it is damaged, or belongs to other vectors than the store's.
    """
    make_graph = _graph_maker()
    path = index_path(store)
    remedy = f"`wordvec index -m {os.fspath(store)}` builds it"
    stored = open_store(store)
    if vectors is None:
        vectors = stored
    elif not np.array_equal(vectors.norms, stored.norms, equal_nan=True):
        raise FormatError(f"{store} has been replaced since it was opened; open it again")
    try:
        trailer, data = map_index(path)
    except FileNotFoundError:
        raise FormatError(f"{store} has no index for approximate search; {remedy}") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}") from error
    except FormatError as error:
        raise FormatError(f"{error}; {remedy} again (--force)") from error
    if not _belongs(trailer, stored, _digests(store)):
        raise FormatError(f"{path} is the index of other vectors than {store} holds; {remedy} anew")
    graph = make_graph(trailer.dim)
    try:
        graph.view(data.data)
    except RuntimeError as error:
        raise FormatError(
            f"{path} cannot be read: usearch says: {error}; {remedy} again"
        ) from error
    graph.expansion_search = trailer.expansion
    return ApproximateIndex(graph, vectors, data)


def build_index(
    store: str | os.PathLike[str],
    *,
    threads: int | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> IndexReport:
    """Build the index of a store, measure it, and write it beside the store.

    Memory holds the whole index: two bytes a number and about 280 a word.

    Parameters
    ----------
    store
        The file of the store.
    threads
        How many; None for `available_threads`. With one, the same store gives the same graph.
    overwrite
        Whether to replace whatever has the name of the index. An index of an earlier version of
        the store is replaced in any case.
    progress
        Called with the number of rows done and of all rows.

    Raises
    ------
    ConfigError
        If usearch is not installed.
    FormatError
        If the store cannot be read, or has no vector to index.
    OutputError
        If the index is up to date, what has its name is not an index, or it cannot be written.
    """
    make_graph = _graph_maker()
    threads = threads or available_threads()
    vectors = open_store(store)
    digests = _digests(store)
    target = index_path(store)
    _check_target(target, vectors, digests, overwrite=overwrite)
    begin = time.perf_counter()
    graph = make_graph(vectors.vector_size)
    rows = np.flatnonzero(np.isfinite(vectors.norms) & (vectors.norms > 0))
    if not len(rows):
        raise FormatError(f"{store}: no word has a vector of a length above 0; nothing to index")
    for start in range(0, len(rows), _ROWS_PER_BLOCK):
        block = rows[start : start + _ROWS_PER_BLOCK]
        try:
            graph.add(block.astype(np.uint64), _directions(vectors, block), threads=threads)
        except RuntimeError as error:
            if "terminated" in str(error):  # what usearch makes of Ctrl-C
                raise KeyboardInterrupt from error
            raise
        if progress is not None:
            progress(start + len(block), len(rows))
    built = time.perf_counter()
    measured = _measure(ApproximateIndex(graph, vectors), rows, threads)
    trailer = Trailer(
        words=len(vectors),
        rows=len(rows),
        dim=vectors.vector_size,
        digests=digests,
        expansion=measured["expansion"],
        recall_at_10=measured["recall_at_10"],
    )
    write = time.perf_counter()
    with replacement(target, overwrite=True, replaceable=lambda _: True, kind="index") as path:
        try:
            graph.save(path)
        except RuntimeError as error:  # usearch tells no more than that
            raise OSError(0, str(error)) from error
        append_trailer(path, trailer)
        map_index(path)
    return IndexReport(
        path=target,
        words=len(vectors),
        rows=len(rows),
        bytes=target.stat().st_size,
        seconds=built - begin + time.perf_counter() - write,
        **measured,
    )


def _measure(index: ApproximateIndex, rows: NDArray[np.intp], threads: int) -> dict[str, Any]:
    """Find how many candidates are enough; return that, the recall and the times of a query."""
    vectors = index.vectors
    sample = np.random.default_rng(0).choice(rows, min(SAMPLE, len(rows)), replace=False)
    directions = _directions(vectors, sample)
    exact, _ = nearest(vectors.vectors, vectors.norms, directions, 11, threads=threads)
    for expansion in _EXPANSIONS:
        index._graph.expansion_search = expansion
        found, _ = index.nearest(directions, 11, threads=threads)
        recall = _recall(found, exact, sample)
        _log.info("recall at 10 with %d candidates: %.3f", expansion, recall)
        if recall >= AIMED_RECALL:
            break
    return {
        "expansion": expansion,
        "recall_at_10": recall,
        "sampled": len(sample),
        "exact_seconds": _mean_time(
            lambda one: nearest(vectors.vectors, vectors.norms, one, 10, threads=threads),
            directions[:20],
        ),
        "approximate_seconds": _mean_time(lambda one: index.nearest(one, 10), directions[:200]),
    }


def _recall(found: NDArray[np.int64], exact: NDArray[np.int64], own: NDArray[np.intp]) -> float:
    """Return the mean share of the ten exact neighbours that are found; a word is not its own."""
    shares = []
    for row, got, right in zip(own, found, exact, strict=True):
        ten = right[right != row][:10]
        shares.append(np.isin(ten, got[got != row][:10]).mean() if len(ten) else 1.0)
    return float(np.mean(shares))


def _mean_time(
    ask: Callable[[NDArray[np.float32]], object], directions: NDArray[np.float32]
) -> float:
    begin = time.perf_counter()
    for direction in directions:
        ask(direction[None])
    return (time.perf_counter() - begin) / len(directions)


def _directions(vectors: WordVectors, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    return np.asarray(vectors.vectors[rows] / vectors.norms[rows, None])


def _graph_maker() -> Callable[[int], Any]:
    """Return what makes an empty graph for vectors of a dimension."""
    try:
        from usearch.index import Index
    except ImportError:
        raise ConfigError(
            "approximate search needs usearch, which is not installed: pip install 'wordvec[ann]'"
        ) from None

    def make_graph(dim: int) -> Any:
        return Index(
            ndim=dim,
            metric="cos",
            dtype="bf16",
            connectivity=_LINKS,
            expansion_add=_CANDIDATES_ADDING,
            enable_key_lookups=False,
        )

    return make_graph


def _digests(store: str | os.PathLike[str]) -> dict[str, str]:
    """Return the checksums that the store records of what its vectors are made of."""
    recorded = {data_set.name: digest for data_set, digest in read_digests(store).items()}
    return {name: recorded[name] for name in ("vectors", "scales") if name in recorded}


def _belongs(trailer: Trailer, vectors: WordVectors, digests: dict[str, str]) -> bool:
    size = (len(vectors), vectors.vector_size)
    return trailer.digests == digests and (trailer.words, trailer.dim) == size


def _check_target(
    target: Path, vectors: WordVectors, digests: dict[str, str], *, overwrite: bool
) -> None:
    """Check, before the work, that the index may be written to `target`."""
    check_replaceable(target, overwrite=True, replaceable=lambda _: True, kind="index")
    if overwrite or not target.exists() or not target.stat().st_size:
        return
    try:
        trailer = read_trailer(target)
    except FormatError as error:
        raise OutputError(f"{error}; --force (in Python overwrite=True) replaces it") from error
    if _belongs(trailer, vectors, digests):
        raise OutputError(
            f"{target} is up to date; --force (in Python overwrite=True) builds it again"
        )
