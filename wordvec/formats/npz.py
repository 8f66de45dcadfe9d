"""NumPy's archive `.npz` with the arrays `words`, `vectors` and, if they are known, `counts`.

Called by `wordvec.formats`. What is written, `numpy.load` reads; what `numpy.savez` and
`savez_compressed` write is read, without pickle, by blocks: each array's header is checked
against the size of its member of the archive before anything is read.
"""

import contextlib
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wordvec.errors import FormatError, OutputError
from wordvec.formats.builder import MOST_DIM, VectorsBuilder
from wordvec.formats.source import Progress, Source
from wordvec.formats.text import row_blocks
from wordvec.vectors import WordVectors

_NAMES = {
    "words": ("words", "vocab", "vocabulary", "tokens", "labels"),
    "vectors": ("vectors", "embeddings", "matrix", "weights"),
    "counts": ("counts",),
}
"""What the arrays are called: the first by us, the others by whoever made the file."""
_BLOCK_BYTES = 1 << 22
_WORDS_PER_BLOCK = 1 << 16
_LONGEST_WORD = 1 << 20
_MOST_PACKED = 1032  # how many bytes one byte of deflate can stand for
_FIRST_HEADER = 30  # bytes before the name of the first member


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is that of a zip archive whose first member is an array."""
    if not start.startswith(b"PK\x03\x04"):
        return False
    length = int.from_bytes(start[26:28], "little")
    return start[_FIRST_HEADER : _FIRST_HEADER + length].endswith(b".npy")


class _Array:
    """An array in the archive, read some rows at a time; `opened` closes it."""

    def __init__(
        self, archive: zipfile.ZipFile, path: Path, name: str, opened: contextlib.ExitStack
    ) -> None:
        self.name = name
        self._path = path
        member = archive.getinfo(f"{name}.npy")
        stored = member.compress_type == zipfile.ZIP_STORED
        if not stored and member.compress_type != zipfile.ZIP_DEFLATED:
            raise self.error("packed in a way that numpy.savez does not; save it again")
        if member.file_size > member.compress_size * (1 if stored else _MOST_PACKED):
            raise self.error(
                f"the archive says that its {member.compress_size} bytes hold "
                f"{member.file_size}, which cannot be"
            )
        with self.damage():
            self._file = opened.enter_context(archive.open(member))
            self.shape, self.dtype = self._read_header()
        if self.dtype.hasobject:
            raise self.error("holds Python objects, which are not read; save plain arrays")
        self._row = int(np.prod(self.shape[1:], dtype=object)) * self.dtype.itemsize
        claimed = self._file.tell() + self.shape[0] * self._row
        if claimed != member.file_size:
            raise self.error(
                f"of shape {self.shape} and type {self.dtype} takes {claimed} bytes, but there "
                f"are {member.file_size}"
            )

    def _read_header(self) -> tuple[tuple[int, ...], np.dtype[Any]]:
        version = np.lib.format.read_magic(self._file)
        readers = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        if version not in readers:
            raise self.error(f"is of version {version[0]}.{version[1]}; expected 1.0 or 2.0")
        shape, by_columns, dtype = readers[version](self._file)
        if not shape:
            raise self.error("is a single value; expected one for each word")
        if by_columns and len(shape) > 1:
            raise self.error("is kept column by column; save np.ascontiguousarray of it")
        return shape, dtype

    def block(self, rows: int) -> NDArray[Any]:
        """Return the next `rows` rows."""
        with self.damage():
            data = self._file.read(rows * self._row)
        if len(data) != rows * self._row:
            raise self.error("ends too soon; copy the file again")
        return np.frombuffer(data, self.dtype).reshape(rows, *self.shape[1:])

    def check_end(self) -> None:
        """Read past the last row, where the archive's checksum is compared."""
        with self.damage():
            self._file.read(1)

    @contextlib.contextmanager
    def damage(self) -> Iterator[None]:
        """Turn what zipfile and numpy raise into a FormatError that names the array."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
            raise self.error(f"{error}; the file is damaged") from error
        except (NotImplementedError, RuntimeError) as error:  # encrypted, or a newer zip
            raise self.error(f"{error}; save it again with numpy.savez") from error

    def error(self, what: str) -> FormatError:
        """Return an error that names the array."""
        return FormatError(f"{self._path}: array {self.name!r}: {what}")


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:
    """Read the file, as `wordvec.formats.read_vectors` says."""
    with Source(path) as source:
        size = source.most_bytes
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FormatError(f"{path}: {error}; cut short, or no NumPy archive") from error
    with archive, contextlib.ExitStack() as opened:
        arrays = _find_arrays(archive, path, opened)
        vectors = arrays["vectors"]
        n, dim = vectors.shape
        with VectorsBuilder(path, "npz", dim, keep_counts="counts" in arrays) as builder:
            step = _rows_per_block(arrays)
            wanted = n if limit is None else min(n, limit)
            for start in range(0, wanted, step):
                rows = min(step, wanted - start)
                counts = _counts(arrays["counts"], start, rows) if "counts" in arrays else None
                with np.errstate(over="ignore"):
                    numbers = vectors.block(rows).astype(np.float32)
                builder.add(_words(arrays["words"], start, rows), numbers, counts)
                if progress is not None:
                    progress(size * (start + rows) // n, size)
            if wanted == n:
                for array in arrays.values():
                    array.check_end()
            return builder.finish()


def _find_arrays(
    archive: zipfile.ZipFile, path: Path, opened: contextlib.ExitStack
) -> dict[str, _Array]:
    """Return the arrays by our names for them, their shapes and types checked."""
    there = {name[:-4] for name in archive.namelist() if name.endswith(".npy")}
    arrays = {}
    for name, others in _NAMES.items():
        found = next((other for other in others if other in there), None)
        if found is not None:
            arrays[name] = _Array(archive, path, found, opened)
        elif name != "counts":
            raise FormatError(
                f"{path} has the arrays {', '.join(sorted(there)[:10]) or '(none)'}; "
                f"expected one called {name}, or {', '.join(others[1:])}"
            )
    vectors, words = arrays["vectors"], arrays["words"]
    if len(vectors.shape) != 2 or vectors.dtype.kind not in "fiu":
        raise vectors.error(
            f"is of shape {vectors.shape} and type {vectors.dtype}; "
            "expected a row of real numbers for each word"
        )
    if not 1 <= vectors.shape[1] <= MOST_DIM:
        raise vectors.error(f"the dimension is {vectors.shape[1]}; expected 1 to {MOST_DIM}")
    if words.dtype.kind not in "US" or words.dtype.itemsize > 4 * _LONGEST_WORD:
        raise words.error(f"is of type {words.dtype}; expected text (U) or its bytes (S)")
    if "counts" in arrays and arrays["counts"].dtype.kind not in "iu":
        counts = arrays["counts"]
        raise counts.error(f"is of type {counts.dtype}; expected whole numbers")
    for array in arrays.values():
        if array is not vectors and array.shape != vectors.shape[:1]:
            raise array.error(f"is of shape {array.shape} for vectors of shape {vectors.shape}")
    return arrays


def _rows_per_block(arrays: dict[str, _Array]) -> int:
    vectors, words = arrays["vectors"], arrays["words"]
    row = max(vectors.shape[1] * max(4, vectors.dtype.itemsize), words.dtype.itemsize, 1)
    return int(max(1, _BLOCK_BYTES // row))


def _words(array: _Array, start: int, rows: int) -> list[bytes]:
    block = array.block(rows)
    try:
        words = block.tolist()
    except ValueError as error:  # a number that is no character
        raise array.error(f"rows {start} to {start + rows}: {error}") from error
    if array.dtype.kind == "S":
        return list(words)
    return [word.encode("utf-8", "surrogatepass") for word in words]


def _counts(array: _Array, start: int, rows: int) -> NDArray[np.uint64]:
    block = array.block(rows)
    if block.dtype.kind == "i" and rows and block.min() < 0:
        row = start + int(np.argmin(block))
        raise array.error(f"row {row} is {block.min()}; expected 0 or more")
    return block.astype(np.uint64)


def write(vectors: WordVectors, path: Path, *, progress: Progress | None) -> None:
    """Write the file: `words` as text, packed since NumPy keeps short words as long as the longest.

    Raises
    ------
    OutputError
        If a word ends in a zero byte, which NumPy would drop, or a number is not finite.
    """
    n = len(vectors)
    with zipfile.ZipFile(path, "x", allowZip64=True) as archive:
        longest = max(_longest_word(vectors, start) for start in range(0, n, _WORDS_PER_BLOCK))
        with _member(archive, "words", f"<U{longest}", (n,), packed=True) as file:
            for start in range(0, n, _WORDS_PER_BLOCK):
                _write_words(vectors.index_to_key[start : start + _WORDS_PER_BLOCK], longest, file)
        if vectors.counts is not None:
            with _member(archive, "counts", "<u8", (n,), packed=True) as file:
                file.write(vectors.counts.astype("<u8").tobytes())
        with _member(archive, "vectors", "<f4", (n, vectors.vector_size), packed=False) as file:
            for _, rows in row_blocks(vectors, progress):
                file.write(rows.astype("<f4", copy=False).data)


def _longest_word(vectors: WordVectors, start: int) -> int:
    """Return how many characters the longest of the words from `start` on has."""
    stop = min(start + _WORDS_PER_BLOCK, len(vectors))
    utf8, offsets = vectors.index_to_key.span(start, stop)
    ends = np.flatnonzero(utf8[offsets[1:] - 1] == 0)
    if len(ends):
        row = start + int(ends[0])
        raise OutputError(
            f"the word {vectors.index_to_key[row]!r} (row {row}) cannot be kept in a NumPy "
            "archive, where a zero byte ends a word; take the format parquet"
        )
    first_bytes = np.concatenate([[0], np.cumsum((utf8 & 0xC0) != 0x80)])  # one a character
    return int(np.max(np.diff(first_bytes[offsets])))


def _write_words(words: list[str], longest: int, file: IO[bytes]) -> None:
    step = max(1, _BLOCK_BYTES // (4 * longest))
    for start, stop in pairwise([*range(0, len(words), step), len(words)]):
        file.write(np.array(words[start:stop], f"<U{longest}").tobytes())


@contextlib.contextmanager
def _member(
    archive: zipfile.ZipFile, name: str, dtype: DTypeLike, shape: tuple[int, ...], *, packed: bool
) -> Iterator[IO[bytes]]:
    """Begin an array of the archive; give the file that its rows are written to."""
    member = zipfile.ZipInfo(f"{name}.npy")  # of 1980: the same input gives the same bytes
    member.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    with archive.open(member, "w", force_zip64=True) as file:
        np.lib.format.write_array_header_1_0(file, header)
        yield file
