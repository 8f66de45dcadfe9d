"""What all post-processors share: rows changed block by block, and a result with its provenance.

Called by the post-processors; `blocks` and `check_finite` also by evaluators, which read the rows
of a space alike. A result lies in memory, or in a file where it was asked for; an input is never
changed.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.compact import add_step
from wordvec.errors import DataError, OutputError
from wordvec.quantization import QuantizedMatrix
from wordvec.scratch import ScratchMatrix
from wordvec.transforms import Transform
from wordvec.vectors import WordVectors

ROWS_PER_BLOCK = 1 << 12
_HASHED_AT_ONCE = 1 << 24

Block = NDArray[np.float32]
Change = Callable[[int, Block], Block]
"""From the first row of a block and the block, (n, dim), to its new rows, (n, new dim)."""
Progress = Callable[[int, int], None]
"""Called now and then with the rows done and the rows to do."""


class Place(Enum):
    """Where a result may lie that is not a store of its own."""

    TEMPORARY = "a mapped file without a name"


Out = str | os.PathLike[str] | Place | None
"""Where a result goes. None: memory. A path: a store, which comes back mapped."""


def check_out(vectors: WordVectors, out: Out, *, overwrite: bool) -> None:
    """Check that a result of `vectors` could be written to `out`: to be asked before the work.

    Raises
    ------
    OutputError
        If it is the store that they come from; or as `wordvec.store.check_writable`.
    """
    if out is None or isinstance(out, Place):
        return
    from wordvec.store import check_writable

    path = Path(out)
    if vectors.origin is not None and path.exists() and path.samefile(vectors.origin.path):
        raise OutputError(f"{path} is the input itself; give another name")
    check_writable(out, overwrite=overwrite)


def blocks(vectors: WordVectors, progress: Progress | None = None) -> Iterator[tuple[int, Block]]:
    """Yield the first row and the vectors, (n, dim), of one block after the other.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity; names its word.
    """
    matrix = vectors.vectors
    for start in range(0, len(matrix), ROWS_PER_BLOCK):
        block = matrix[start : start + ROWS_PER_BLOCK]
        check_finite(vectors, block, start)
        yield start, block
        if progress is not None:
            progress(start + len(block), len(matrix))


def change_rows(
    vectors: WordVectors,
    change: Change,
    *,
    out: Out,
    dim: int | None = None,
    progress: Progress | None = None,
) -> Block:
    """Return all rows of `vectors` after `change`, (words, dim): in memory if `out` is None.

    Parameters
    ----------
    vectors
        What to change; stays as it is.
    change
        Called with one block after the other.
    out
        Where the result will go; a file's rows are mapped and take no memory.
    dim
        Length of the new rows; None for that of the old.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity, or what it becomes is more than float32 holds; names its
        word.
    OutputError
        If there is no room for a temporary file.
    """
    dim = vectors.vector_size if dim is None else dim
    if out is None:
        changed = np.empty((len(vectors), dim), np.float32)
        for start, block in blocks(vectors, progress):
            changed[start : start + len(block)] = _changed(vectors, change, start, block)
        return changed
    with ScratchMatrix(dim) as scratch:
        for start, block in blocks(vectors, progress):
            scratch.append(_changed(vectors, change, start, block))
        return scratch.finish()


def finish(
    vectors: WordVectors,
    matrix: Block,
    step: str,
    *,
    parameters: Mapping[str, Any],
    report: Mapping[str, Any],
    inputs: Mapping[str, str] | None = None,
    transforms: Sequence[Transform] = (),
    out: Out = None,
    overwrite: bool = False,
) -> WordVectors:
    """Return the words of `vectors` with `matrix`, (words, dim), and one more step of provenance.

    Parameters
    ----------
    vectors
        What the step started from.
    matrix
        What it made, from `change_rows`.
    step
        Its name, that of the function and the command.
    parameters
        The options it ran with, as JSON can hold them, files by name.
    report
        What it did and measured, as JSON can hold it.
    inputs
        SHA-256 of each file it read, by the name of the parameter; those of `vectors` are added.
    transforms
        The way from a vector of the old space to one of the new, for words not among these.
    out, overwrite
        A store to write, if it is a path, and whether it may be there already.

    Raises
    ------
    OutputError
        If the store cannot be written.
    """
    digests = {**input_digests(vectors), **(inputs or {})}
    result = vectors.with_matrix(
        matrix,
        provenance=add_step(
            vectors.provenance, step, **parameters, inputs=digests, report=dict(report)
        ),
        transforms=transforms,
    )
    if out is None or isinstance(out, Place):
        return result
    from wordvec.store import open_store

    result.save(out, overwrite=overwrite)
    return open_store(out)


def input_digests(vectors: WordVectors) -> dict[str, str]:
    """Return the SHA-256 of what a step may take from `vectors`, by the data sets of a store.

    They are those that a store records of its /vectors, /scales, /words and /counts.
    """
    matrix = vectors.vectors
    arrays: dict[str, NDArray[Any] | None] = {}
    if isinstance(matrix, QuantizedMatrix):
        arrays |= {"vectors": matrix.codes, "scales": matrix.scales}
    else:
        arrays["vectors"] = matrix
    arrays |= {"words": vectors.index_to_key.utf8, "counts": vectors.counts}
    return {name: _digest(array) for name, array in arrays.items() if array is not None}


def _digest(array: NDArray[Any]) -> str:
    digest = hashlib.sha256()
    step = max(1, _HASHED_AT_ONCE // max(1, array[:1].nbytes))
    for start in range(0, len(array), step):
        digest.update(np.ascontiguousarray(array[start : start + step]).data.cast("B"))
    return digest.hexdigest()


def _changed(vectors: WordVectors, change: Change, start: int, block: Block) -> Block:
    with np.errstate(over="ignore"):
        changed = change(start, block)
    if (row := _first_wrong(changed)) is not None:
        raise DataError(
            f"the vector of {vectors.index_to_key[start + row]!r} (row {start + row}) becomes more "
            "than float32 holds; give vectors with smaller numbers"
        )
    return changed


def check_finite(vectors: WordVectors, block: Block, rows: int | NDArray[np.int64]) -> None:
    """Check that no vector of `block`, (n, dim), holds NaN or infinity.

    Parameters
    ----------
    vectors
        Whose words the message names.
    block
        Some of their rows.
    rows
        Which: the first of them, if they follow each other, or all, (n,).

    Raises
    ------
    DataError
        If one does; names its word.
    """
    if (place := _first_wrong(block)) is not None:
        row = rows + place if isinstance(rows, int) else int(rows[place])
        raise DataError(
            f"the vector of {vectors.index_to_key[row]!r} (row {row}) holds NaN or infinity; "
            "make a copy without it: `wordvec convert IN OUT --words FILE`"
        )


def _first_wrong(block: Block) -> int | None:
    """Return the first row that holds NaN or infinity, if one does."""
    flat = block.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.dot(flat, flat)):  # a tenth of the time that looking at each takes
            return None
    wrong = np.flatnonzero(~np.isfinite(block).all(axis=1))
    return int(wrong[0]) if len(wrong) else None
