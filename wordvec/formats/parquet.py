"""A Parquet table with the columns `word`, `vector` and, if they are known, `count`.

Called by `wordvec.formats`; needs pyarrow, the extra `arrow`. Vectors are lists of numbers, all
of one length. Read and written some rows at a time.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, FormatError, OutputError
from wordvec.formats.builder import MOST_DIM, VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import row_blocks
from wordvec.vectors import WordVectors

if TYPE_CHECKING:
    import pyarrow

_NAMES = {
    "word": ("word", "words", "token", "key"),
    "vector": ("vector", "vectors", "embedding", "embeddings"),
    "count": ("count", "counts"),
}
"""What the columns are called: the first by us, the others by whoever made the file."""
_BLOCK_BYTES = 1 << 22


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is that of a Parquet file."""
    return start.startswith(b"PAR1")


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the file, as `wordvec.formats.read_vectors` says.

    Raises
    ------
    ConfigError
        If pyarrow is not installed.
    """
    _need_pyarrow("reading")
    import pyarrow.parquet

    with Source(path) as source:
        size = source.most_bytes
    with (
        _damage(path),
        # Without pre_buffer=False a row group, often the whole table, is held in memory.
        pyarrow.parquet.ParquetFile(
            path, buffer_size=_BLOCK_BYTES, pre_buffer=False, page_checksum_verification=True
        ) as file,
    ):
        columns = _find_columns(file.schema_arrow, path)
        n = file.metadata.num_rows
        dim = _dimension(file, columns, path)
        with VectorsBuilder(path, "parquet", dim, keep_counts="count" in columns) as builder:
            done = 0
            step = max(1, _BLOCK_BYTES // (4 * dim))
            for batch in file.iter_batches(batch_size=step, columns=list(columns.values())):
                if limit is not None:
                    batch = batch.slice(0, limit - done)
                _Batch(batch, columns, path, done).add_to(builder)
                done += len(batch)
                if progress is not None:
                    progress(size * min(done, n) // max(n, 1), size)
                if done == limit:
                    break
            return builder.finish()


def _find_columns(schema: "pyarrow.Schema", path: Path) -> dict[str, str]:
    """Return the table's names of the columns by ours, their types checked."""
    from pyarrow import types

    columns = {}
    for name, others in _NAMES.items():
        found = next((other for other in others if schema.names.count(other) == 1), None)
        if found is not None:
            columns[name] = found
        elif name != "count":
            raise FormatError(
                f"{path} has the columns {', '.join(schema.names[:10]) or '(none)'}; "
                f"expected one called {name}, or {', '.join(others[1:])}"
            )
    kind = schema.field(columns["word"]).type
    text = kind.value_type if types.is_dictionary(kind) else kind
    tests = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    if not any(test(text) for test in tests):
        raise FormatError(f"{path}: column {columns['word']!r} is of type {kind}; expected string")
    kind = schema.field(columns["vector"]).type
    lists = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    if not lists or not (types.is_floating(kind.value_type) or types.is_integer(kind.value_type)):
        raise FormatError(
            f"{path}: column {columns['vector']!r} is of type {kind}; expected lists of numbers"
        )
    if "count" in columns and not types.is_integer(schema.field(columns["count"]).type):
        kind = schema.field(columns["count"]).type
        raise FormatError(
            f"{path}: column {columns['count']!r} is of type {kind}; expected whole numbers"
        )
    return columns


def _dimension(file: Any, columns: dict[str, str], path: Path) -> int:
    """Return the length of the first vector."""
    for batch in file.iter_batches(batch_size=1, columns=[columns["vector"]]):
        [vector] = batch.column(0)
        if vector.is_valid:
            dim = len(vector.values)
            if 1 <= dim <= MOST_DIM:
                return dim
            raise FormatError(f"{path}: row 0: {dim} numbers; expected 1 to {MOST_DIM}")
        raise FormatError(f"{path}: row 0 has no vector")
    raise FormatError(f"{path}: the table has no rows")


class _Batch:
    """Some rows of the table; `start` is the number of the first."""

    def __init__(
        self, batch: "pyarrow.RecordBatch", columns: dict[str, str], path: Path, start: int
    ) -> None:
        self._batch = batch
        self._columns = columns
        self._path = path
        self._start = start

    def add_to(self, builder: VectorsBuilder) -> None:
        """Hand the rows to `builder`."""
        counts = self._counts() if "count" in self._columns else None
        builder.add(self._words(), self._rows(builder.dim), counts)

    def _words(self) -> list[bytes]:
        import pyarrow

        column = self._batch.column(self._columns["word"])
        if pyarrow.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        return [word or b"" for word in column.cast(pyarrow.large_binary()).to_pylist()]

    def _rows(self, dim: int) -> NDArray[np.float32]:
        column = self._batch.column(self._columns["vector"])
        lengths = column.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False)
        odd = np.flatnonzero(lengths != dim)
        if len(odd):
            length = int(lengths[odd[0]])
            has = "no vector" if length < 0 else f"{length} numbers"
            raise FormatError(
                f"{self._path}: row {self._start + int(odd[0])} has {has}; expected {dim} numbers"
            )
        numbers = column.flatten().to_numpy(
            zero_copy_only=False
        )  # NaN for those that are not there
        with np.errstate(over="ignore"):
            return np.asarray(numbers.astype(np.float32)).reshape(len(self._batch), dim)

    def _counts(self) -> NDArray[np.uint64]:
        column = self._batch.column(self._columns["count"])
        counts = column.fill_null(-1) if column.null_count else column
        numbers = np.asarray(counts.to_numpy(zero_copy_only=False))
        if numbers.dtype.kind == "i" and len(numbers) and numbers.min() < 0:
            row = self._start + int(np.argmin(numbers))
            raise FormatError(f"{self._path}: row {row} has no count, or one below 0")
        return numbers.astype(np.uint64)


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write the file, a row group for each block of rows.

    Raises
    ------
    ConfigError
        If pyarrow is not installed.
    OutputError
        If a number is not finite.
    """
    _need_pyarrow("writing")
    import pyarrow
    import pyarrow.parquet

    fields = [
        ("word", pyarrow.string()),
        ("vector", pyarrow.list_(pyarrow.float32(), vectors.vector_size)),
    ]
    if vectors.counts is not None:
        fields.append(("count", pyarrow.uint64()))
    schema = pyarrow.schema([pyarrow.field(*field, nullable=False) for field in fields])
    try:
        # The vectors' numbers do not repeat: neither a dictionary nor packing makes them smaller.
        with pyarrow.parquet.ParquetWriter(
            path, schema, compression="none", use_dictionary=False, write_page_checksum=True
        ) as file:
            for start, rows in row_blocks(vectors, progress):
                stop = start + len(rows)
                columns = [
                    pyarrow.array(vectors.index_to_key[start:stop], pyarrow.string()),
                    pyarrow.FixedSizeListArray.from_arrays(rows.ravel(), vectors.vector_size),
                ]
                if vectors.counts is not None:
                    columns.append(pyarrow.array(vectors.counts[start:stop]))
                file.write_batch(pyarrow.record_batch(columns, schema=schema))
    except pyarrow.ArrowException as error:
        raise OutputError(f"the Parquet file cannot be written: {_one_line(error)}") from error


def _need_pyarrow(doing: str) -> None:
    try:
        import pyarrow  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise ConfigError(
            f"{doing} Parquet needs pyarrow, which is not installed; pip install 'wordvec[arrow]'"
        ) from error


@contextlib.contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Turn what pyarrow raises into a FormatError."""
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise FormatError(
            f"{path}: {_one_line(error)}; the file is damaged or no Parquet file"
        ) from error


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
