"""Fewer words, fewer dimensions: what makes vectors smaller, besides the type they are kept in.

Called by `wordvec convert`. Each function takes vectors and returns new ones, whose matrix lies in
a temporary file and is made in blocks of rows; what it did is one step in the provenance. The
types are `wordvec.quantization`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.quantization import QuantizedMatrix
from wordvec.scratch import ScratchMatrix
from wordvec.transforms import Transform
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING, WordTable

_ROWS_PER_BLOCK = 1 << 14

Matrix = NDArray[np.float32] | QuantizedMatrix


def add_step(provenance: dict[str, Any], step: str, **details: Any) -> dict[str, Any]:
    """Return a copy of `provenance` with one more entry in its list of steps.

    Examples
    --------
    >>> add_step({"corpus": {}}, "keep_words", words=10)
    {'corpus': {}, 'steps': [{'step': 'keep_words', 'words': 10}]}
    """
    steps = [*provenance.get("steps", []), {"step": step, **details}]
    return {**provenance, "steps": steps}


def keep_most_frequent(vectors: WordVectors, n: int) -> WordVectors:
    """Return the `n` most frequent words of `vectors`: the first ones, if counts do not tell.

    Raises
    ------
    ConfigError
        If `n` is below 1.
    """
    if n < 1:
        raise ConfigError(f"{n} words to keep; expected 1 or more")
    n = min(n, len(vectors))
    counts = vectors.counts
    if counts is not None and np.any(counts[1:] > counts[:-1]):
        falling = np.argsort(np.iinfo(np.uint64).max - counts, kind="stable")
        return keep_rows(vectors, falling[:n])
    table, matrix = vectors.index_to_key, vectors.vectors
    return WordVectors(
        WordTable(table.utf8[: table.offsets[n]], table.offsets[: n + 1]),
        matrix.first(n) if isinstance(matrix, QuantizedMatrix) else matrix[:n],
        None if vectors.counts is None else vectors.counts[:n],
        output=None if vectors.output is None else vectors.output[:n],
        provenance=add_step(vectors.provenance, "keep_words", words=n),
        norms=vectors.norms[:n],
        subwords=vectors.subwords,
        transforms=vectors.transforms,
    )


def keep_words(vectors: WordVectors, words: Iterable[str]) -> tuple[WordVectors, list[str]]:
    """Return those of `words` that are in `vectors`, in its order, and a list of the others.

    A word is looked up as `WordVectors.resolve` does, and keeps the form it has there.

    Raises
    ------
    ConfigError
        If none of them is there.
    """
    wanted = list(dict.fromkeys(words))
    rows = vectors.find_all_usual(wanted).tolist()
    if all(row == MISSING for row in rows):
        raise ConfigError(
            f"none of the {len(wanted)} words to keep is in the vocabulary; give one a line"
        )
    missing = [word for word, row in zip(wanted, rows, strict=True) if row == MISSING]
    there = np.unique([row for row in rows if row != MISSING])
    return keep_rows(vectors, there), missing


def keep_rows(vectors: WordVectors, rows: NDArray[np.int64]) -> WordVectors:
    """Return the words and vectors of `rows`, (n,), in that order."""
    return WordVectors(
        [vectors.index_to_key[int(row)] for row in rows],
        _select(vectors.vectors, rows),
        None if vectors.counts is None else vectors.counts[rows],
        output=None if vectors.output is None else _select(vectors.output, rows),
        provenance=add_step(vectors.provenance, "keep_words", words=len(rows)),
        norms=vectors.norms[rows],
        subwords=vectors.subwords,
        transforms=vectors.transforms,
    )


def merge_case(vectors: WordVectors) -> WordVectors:
    """Return one word, in lower case, for all that differ in case alone.

    Its count is the sum of theirs and its vector their mean, weighted by their counts. The most
    frequent word comes first. The output layer is merged likewise.

    Raises
    ------
    ConfigError
        If the counts are not known.
    """
    if vectors.counts is None:
        raise ConfigError(
            "the vectors have no counts, by which case variants are weighted; training records "
            "them, and .npz and .parquet files can hold them"
        )
    places: dict[str, int] = {}
    group = np.array([places.setdefault(w.lower(), len(places)) for w in vectors.index_to_key])
    counts = np.zeros(len(places), np.uint64)
    np.add.at(counts, group, vectors.counts)
    order = np.argsort(-counts.astype(np.int64), kind="stable")
    words = list(places)
    return WordVectors(
        [words[place] for place in order],
        _merged(vectors.vectors, vectors.counts, group, order),
        counts[order],
        output=(
            None
            if vectors.output is None
            else _merged(vectors.output, vectors.counts, group, order)
        ),
        provenance=add_step(vectors.provenance, "merge_case", words=len(places)),
        subwords=vectors.subwords,
        transforms=vectors.transforms,
    )


def reduce_dim(vectors: WordVectors, dim: int) -> WordVectors:
    """Return the coordinates of `vectors` along their `dim` leading principal directions.

    The directions are the eigenvectors of the matrix of second moments, not of the covariance: the
    mean is not taken away, so that cosines stay as near to what they were as `dim` directions
    allow (Eckart and Young 1936; with half of 300 dimensions, 77 % of the ten nearest neighbours
    stay, against 46 % without the mean). Vectors of n-grams go through the same map. The output
    layer is left out.

    Raises
    ------
    ConfigError
        If `dim` is not from 1 to the present one.
    """
    if not 1 <= dim <= vectors.vector_size:
        raise ConfigError(
            f"dim is {dim}; expected from 1 to {vectors.vector_size}, the present one"
        )
    moments = np.zeros((vectors.vector_size, vectors.vector_size))
    for block in _blocks(vectors.vectors):
        wide = block.astype(np.float64)
        moments += wide.T @ wide
    if not np.all(np.isfinite(moments)):
        raise ConfigError("a vector holds NaN or infinity, so there are no principal directions")
    values, directions = np.linalg.eigh(moments)
    leading = directions[:, ::-1][:, :dim]
    # The sign of an eigenvector is arbitrary; this one does not depend on the library.
    leading = leading * np.where(leading.sum(axis=0) < 0, -1, 1)
    kept = float(values[::-1][:dim].sum() / max(values.sum(), np.finfo(float).tiny))
    reduced = vectors.with_matrix(
        _mapped(vectors.vectors, leading),
        provenance=add_step(
            vectors.provenance, "reduce_dim", dim=dim, was=vectors.vector_size, kept=round(kept, 4)
        ),
        transforms=[Transform(np.zeros(vectors.vector_size), leading)],
    )
    if vectors.subwords is not None and not vectors.transforms:
        # As nothing comes before, the n-grams can be made smaller too.
        reduced.subwords = replace(
            vectors.subwords, matrix=_mapped(vectors.subwords.matrix, leading)
        )
        reduced.transforms = ()
    return reduced


def _blocks(matrix: Matrix) -> Iterable[NDArray[np.float32]]:
    for start in range(0, len(matrix), _ROWS_PER_BLOCK):
        yield matrix[start : start + _ROWS_PER_BLOCK]


def _select(matrix: Matrix, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    with ScratchMatrix(matrix.shape[1]) as scratch:
        for start in range(0, len(rows), _ROWS_PER_BLOCK):
            scratch.append(matrix[rows[start : start + _ROWS_PER_BLOCK]])
        return scratch.finish()


def _mapped(matrix: Matrix, directions: NDArray[np.float64]) -> NDArray[np.float32]:
    with ScratchMatrix(directions.shape[1]) as scratch:
        for block in _blocks(matrix):
            scratch.append((block @ directions).astype(np.float32))
        return scratch.finish()


def _merged(
    matrix: Matrix,
    counts: NDArray[np.uint64],
    group: NDArray[np.int64],
    order: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Return the mean by `counts` of the rows of each group; the groups in `order`."""
    by_group = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group))
    with ScratchMatrix(matrix.shape[1]) as scratch:
        for start in range(0, len(order), _ROWS_PER_BLOCK):
            places = order[start : start + _ROWS_PER_BLOCK]
            members = [by_group[ends[p - 1] if p else 0 : ends[p]] for p in places]
            rows = np.concatenate(members)
            weights = np.maximum(counts[rows].astype(np.float64), 1)
            firsts = np.cumsum([0, *map(len, members[:-1])])
            sums = np.add.reduceat(matrix[rows] * weights[:, None], firsts, axis=0)
            scratch.append((sums / np.add.reduceat(weights, firsts)[:, None]).astype(np.float32))
        return scratch.finish()
