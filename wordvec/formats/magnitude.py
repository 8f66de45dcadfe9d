"""Magnitude's file: an SQLite database whose table `magnitude` has a row a word.

Each row has the key, the vector at length 1 as whole numbers (times 10 ** precision), and the
vector's own length in the column `magnitude`, which the oldest files (version 1) do not have:
their numbers are the vector's own. Called by `wordvec.formats`. The database may be hostile: it
is opened read-only, its schema is not trusted, and no more rows are read than fit into the file.
"""

import contextlib
import errno
import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError, OutputError
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import row_blocks
from wordvec.vectors import WordVectors

_SIGNATURE = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_NEWEST_VERSION = 2
_PRECISION = 7
_MOST_PRECISION = 18
_BLOCK_NUMBERS = 1 << 18
_LONGEST_VALUE = 1 << 22  # bytes of a row, or of the statement that makes the table
_FORMAT_ROWS = 1 << 13  # of magnitude_format: a dozen, and one for each dimension
_BINS = 100  # of a number from 0 to 1, for the entropy of a dimension


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is that of an SQLite database."""
    return start.startswith(_SIGNATURE)


@dataclass(frozen=True)
class _Layout:
    """What the tables' definitions and magnitude_format say, checked."""

    dim: int
    words: int
    scale: float
    """What the whole numbers are multiplied by."""
    own_length: bool
    """Whether there is a column with the vectors' lengths."""


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the file, as `wordvec.formats.read_vectors` says; vectors get their own length back."""
    with Source(path) as source:
        size = source.most_bytes
        _check_header(source.read(_HEADER_BYTES), path, size)
    with contextlib.closing(_open(path)) as database:
        with _damage(path, "tables"):
            layout = _read_layout(database, path, size)
        with VectorsBuilder(path, "magnitude", layout.dim) as builder:
            rows = 0
            for words, block in _blocks(database, path, layout, limit):
                builder.add(words, block)
                rows += len(words)
                if progress is not None:
                    progress(size * min(rows, layout.words) // layout.words, size)
            if limit is None and rows < layout.words:
                raise FormatError(
                    f"{path}: the table magnitude ends after {rows} of the {layout.words} words "
                    "that magnitude_format announces; copy it again"
                )
            return builder.finish()


def _check_header(header: bytes, path: Path, size: int) -> None:
    """Check that the file is as long as it says: SQLite takes what is missing for zeros."""
    if not matches(header, path):
        raise FormatError(f"{path} is no SQLite database, as Magnitude's files are")
    page = int.from_bytes(header[16:18], "big")
    whole = int.from_bytes(header[28:32], "big") * (page if page != 1 else 1 << 16)
    if len(header) < _HEADER_BYTES or size < whole:
        raise FormatError(f"{path} ends after {size} of {whole} bytes; copy it again")


def _open(path: Path) -> sqlite3.Connection:
    """Open the database so that nothing is written and nothing in it is trusted."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with _damage(path, "header"):
        database = sqlite3.connect(address, uri=True, isolation_level=None)
        database.text_factory = bytes
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON", "mmap_size=0"):
            database.execute(f"PRAGMA {pragma}")
    return database


@contextlib.contextmanager
def _damage(path: Path, part: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise FormatError(
            f"{path}: {part}: {error}; the file is damaged or no Magnitude file"
        ) from error


def _read_layout(database: sqlite3.Connection, path: Path, size: int) -> _Layout:
    columns = _columns(database, path, "magnitude")
    _columns(database, path, "magnitude_format")
    found: dict[str, object] = {}
    query = "SELECT CAST(key AS TEXT), value FROM main.magnitude_format WHERE key <> 'entropy'"
    for key, value in database.execute(f"{query} LIMIT {_FORMAT_ROWS}"):
        found.setdefault((key or b"").decode(errors="replace").lower(), value)
    if found.get("elmo"):
        raise FormatError(
            f"{path} holds an ELMo model, whose vectors depend on the sentence; "
            "only files with one vector a word are read"
        )
    version = _whole(found, path, "version", 1, 1 << 30, default=1)
    if version > _NEWEST_VERSION:
        raise FormatError(
            f"{path}: magnitude_format says version {version}; known are 1 and {_NEWEST_VERSION}"
        )
    precision = _whole(found, path, "precision", 0, _MOST_PRECISION)
    dim = _whole(found, path, "dim", 1, len(columns))
    own_length = "magnitude" in columns
    expected = ["key", *(f"dim_{d}" for d in range(dim))] + ["magnitude"] * own_length
    if columns != expected:
        raise FormatError(
            f"{path}: table magnitude has the columns {', '.join(columns[:3])}, ..., "
            f"{columns[-1]}, {len(columns)} in all; expected {expected[0]}, {expected[1]}, ..., "
            f"{expected[-1]}, {len(expected)} in all, for dim {dim} in magnitude_format"
        )
    # A row has at least a byte for each column.
    words = _whole(found, path, "size", 1, max(1, size // len(columns)))
    return _Layout(dim, words, 10.0**-precision, own_length)


def _columns(database: sqlite3.Connection, path: Path, table: str) -> list[str]:
    """Return the columns of `table`, once it is sure that it is nothing but a table."""
    query = "SELECT type, sql FROM main.sqlite_master WHERE name = ? COLLATE NOCASE AND type <> ?"
    entries = database.execute(query, (table, "index")).fetchmany(2)
    if not entries:
        raise FormatError(f"{path} has no table {table}; it is no Magnitude file")
    plain = len(entries) == 1 and entries[0][0] == b"table"
    if not plain or b"VIRTUAL" in (entries[0][1] or b"").upper().split(b"(")[0].split():
        raise FormatError(f"{path}: {table} is no plain table, as Magnitude's is; not read")
    columns = database.execute(f"PRAGMA main.table_xinfo('{table}')").fetchall()
    if any(column[6] for column in columns):
        raise FormatError(f"{path}: table {table} has a computed column; not read")
    return [bytes(column[1]).decode(errors="replace").lower() for column in columns]


def _whole(
    found: dict[str, object],
    path: Path,
    key: str,
    least: int,
    most: int,
    *,
    default: int | None = None,
) -> int:
    value = found.get(key, default)
    if not isinstance(value, int) or not least <= value <= most:
        raise FormatError(
            f"{path}: magnitude_format says {key} {value!r}; expected a whole number from "
            f"{least} to {most} in a file of this size"
        )
    return value


def _blocks(
    database: sqlite3.Connection, path: Path, layout: _Layout, limit: int | None
) -> Iterator[tuple[list[bytes], NDArray[np.float32]]]:
    """Give the words and vectors in the order of the table, some rows at a time."""
    numbers = ", ".join(f"dim_{d}" for d in range(layout.dim))
    length = ", magnitude" if layout.own_length else ""
    query = f"SELECT CAST(key AS TEXT), {numbers}{length} FROM main.magnitude ORDER BY rowid"  # noqa: S608 - of whole numbers alone
    step = max(1, _BLOCK_NUMBERS // layout.dim)
    left = layout.words if limit is None else min(layout.words, limit)
    start = 0
    with _damage(path, "table magnitude"):
        cursor = database.execute(query)
    while left:
        with _damage(path, f"table magnitude, after row {start}"):
            rows = cursor.fetchmany(min(step, left))
        if not rows:
            return
        yield [row[0] or b"" for row in rows], _matrix(rows, path, start, layout)
        start += len(rows)
        left -= len(rows)
    if limit is None or limit >= layout.words:
        with _damage(path, f"table magnitude, after row {start}"):
            further = cursor.fetchone()
        if further is not None:
            raise FormatError(
                f"{path}: the table magnitude goes on after the {layout.words} words that "
                "magnitude_format announces; copy it again"
            )


def _matrix(
    rows: list[tuple[Any, ...]], path: Path, start: int, layout: _Layout
) -> NDArray[np.float32]:
    """Return the vectors of `rows`, (rows, dim), float32; NULL is NaN, as SQLite keeps it."""
    width = layout.dim + layout.own_length
    values = itertools.chain.from_iterable(row[1:] for row in rows)
    try:
        numbers = np.fromiter(values, np.float64, len(rows) * width).reshape(len(rows), width)
    except (TypeError, ValueError, OverflowError) as error:
        raise FormatError(_not_a_number(rows, path, start)) from error
    scale = numbers[:, layout.dim :] * layout.scale if layout.own_length else layout.scale
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray((numbers[:, : layout.dim] * scale).astype(np.float32))


def _not_a_number(rows: list[tuple[Any, ...]], path: Path, start: int) -> str:
    place = f"{path}: table magnitude, rows {start + 1} to {start + len(rows)}"
    for row, values in enumerate(rows, start + 1):
        for column, value in enumerate(values[1:], 1):
            if isinstance(value, bytes):
                place = f"{path}: table magnitude, row {row}, number {column}"
                return f"{place}: text or bytes; expected a number"
    return f"{place}: not numbers"


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write the file in Magnitude's "light" layout: without its index of parts of words.

    The numbers of a vector are kept to 7 decimals at length 1, as its converter keeps them.

    Raises
    ------
    OutputError
        If there are more dimensions than SQLite has columns, or a number is not finite.
    """
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        most = database.getlimit(sqlite3.SQLITE_LIMIT_COLUMN) - 2
        if vectors.vector_size > most:
            raise OutputError(
                f"vectors of dimension {vectors.vector_size}; a Magnitude file holds at most "
                f"{most} dimensions; take the format npz or parquet"
            )
        try:
            _write_tables(database, vectors, progress)
        except sqlite3.OperationalError as error:
            full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
            raise OSError(errno.ENOSPC if full else 0, str(error)) from error


def _write_tables(
    database: sqlite3.Connection, vectors: WordVectors, progress: Progress | None
) -> None:
    dim = vectors.vector_size
    columns = ", ".join(f"dim_{d} INTEGER" for d in range(dim))
    for statement in (
        "PRAGMA journal_mode = OFF",  # the file has no name yet that anyone reads
        "PRAGMA synchronous = OFF",
        f"CREATE TABLE magnitude (key TEXT COLLATE NOCASE, {columns}, magnitude REAL)",
        "CREATE TABLE magnitude_format (key TEXT COLLATE NOCASE, value INTEGER)",
        "BEGIN",
    ):
        database.execute(statement)
    insert = f"INSERT INTO magnitude VALUES ({', '.join('?' * (dim + 2))})"  # noqa: S608 - question marks
    tally = np.zeros((dim, 2 * _BINS + 1), np.int64)
    for start, block in row_blocks(vectors, progress):
        keys = vectors.index_to_key[start : start + len(block)]
        codes, lengths = _encode(block, tally)
        rows = zip(keys, codes.tolist(), lengths.tolist(), strict=True)
        database.executemany(insert, ((key, *row, length) for key, row, length in rows))
    database.execute("CREATE INDEX magnitude_key_idx ON magnitude (key)")
    order = _by_entropy(tally)
    database.execute(f"CREATE INDEX magnitude_dim_{order[0]}_idx ON magnitude (dim_{order[0]})")
    counted = "SELECT MAX(n) FROM (SELECT COUNT(key) AS n FROM magnitude GROUP BY key)"
    [(duplicates,)] = database.execute(counted).fetchall()
    facts = {
        "version": _NEWEST_VERSION,
        "elmo": 0,
        "size": len(vectors),
        "dim": dim,
        "precision": _PRECISION,
        "subword": 0,
        "subword_start": 3,
        "subword_end": 6,
        "approx": 0,
        "approx_trees": 0,
        "max_duplicate_keys": duplicates,
    }
    rows_of_format = [*facts.items(), *(("entropy", d) for d in order)]
    database.executemany("INSERT INTO magnitude_format VALUES (?, ?)", rows_of_format)
    database.execute("COMMIT")


def _encode(
    block: NDArray[np.float32], tally: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the whole numbers, (rows, dim), and lengths, (rows,); count the numbers in `tally`.

    A vector of length 0 becomes the smallest numbers there are, one up, one down, as Magnitude
    wants none of length 0; with its own length it is 0 again.
    """
    numbers = block.astype(np.float64)
    lengths = np.linalg.norm(numbers, axis=1)
    zero = lengths == 0
    unit = numbers / np.where(zero, 1, lengths)[:, None]
    unit[zero] = np.resize([10.0**-_PRECISION, -(10.0**-_PRECISION)], block.shape[1])
    bins = np.trunc(unit * _BINS).astype(np.int64) + _BINS
    places = bins + np.arange(len(tally)) * tally.shape[1]
    tally += np.bincount(places.ravel(), minlength=tally.size).reshape(tally.shape)
    return np.rint(unit * 10**_PRECISION).astype(np.int64), lengths


def _by_entropy(tally: NDArray[np.int64]) -> list[int]:
    """Return the dimensions, those first whose numbers tell rows apart best."""
    share = tally / tally.sum(axis=1, keepdims=True)
    entropy = -np.sum(share * np.log2(np.where(share > 0, share, 1)), axis=1)
    return [int(d) for d in np.argsort(-entropy, kind="stable")]
