"""Writes a store: to a temporary file beside the target, synced, checked, then renamed.

Called by `WordVectors.save` and the commands that make stores. HDF5 lays out the file; the data
are then written where it says, in blocks, so that nothing is copied whole and a full disk shows
as an error. What it writes is docs/format-1.md.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, FormatError, OutputError
from wordvec.neighbours import row_norms
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, Quantizer, encode
from wordvec.replacement import check_replaceable, replacement
from wordvec.store import layout
from wordvec.store.hdf5 import is_hdf5
from wordvec.store.read import open_store
from wordvec.transforms import pack_transforms
from wordvec.vectors import WordVectors

if TYPE_CHECKING:
    import h5py

_BLOCK_BYTES = 1 << 24


def check_writable(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Check that a store could be written to `path`: to be asked before hours of work.

    Raises
    ------
    OutputError
        As `wordvec.replacement.check_replaceable`: of what is there, only a store is ever
        replaced; if $SOURCE_DATE_EPOCH is not a number.
    """
    _time(None)
    check_replaceable(path, overwrite=overwrite, replaceable=is_hdf5, kind="store")


def write_store(
    vectors: WordVectors,
    path: str | os.PathLike[str],
    *,
    dtype: str | None = None,
    overwrite: bool = False,
    created: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write `vectors` to a store at `path`, in format version 1.

    A reader, or a crash, sees the old file or the new one and never half of one. The permissions
    of a file that is replaced are kept; a symbolic link is followed.

    Parameters
    ----------
    vectors
        What to write. It may be mapped, even from the file that is replaced.
    path
        Where to.
    dtype
        How to keep vectors and subwords, a name of `wordvec.quantization.QUANTIZERS`; None for
        the type they have. The output layer stays float32.
    overwrite
        Whether to replace a file that is there.
    created
        The time to record; None for $SOURCE_DATE_EPOCH or, without it, now.
    progress
        Called now and then with the bytes written and the bytes to write.

    Raises
    ------
    ConfigError
        If there is no such type.
    OutputError
        If it cannot be written; what was at `path` before is as it was.
    """
    check_writable(path, overwrite=overwrite)
    if not len(vectors):
        raise OutputError(f"{path}: there are no words to write")
    quantizer = _quantizer(vectors, dtype)
    attributes = _attributes(vectors, quantizer, created)
    contents = _contents(vectors, quantizer)
    with replacement(path, overwrite=overwrite, replaceable=is_hdf5, kind="store") as temporary:
        places = _lay_out(temporary, attributes, contents, quantizer, _subword_numbers(vectors))
        try:
            _fill(temporary, places, contents, quantizer, progress)
        except ValueError as error:  # a number that the type does not hold
            raise OutputError(f"{path} cannot be written: {error}") from error
        _check(temporary, vectors)


class _Rows:
    """A matrix on its way into the file, block by block, with the scales and norms that emerge."""

    def __init__(self, matrix: NDArray[np.float32] | QuantizedMatrix, quantizer: Quantizer) -> None:
        self._matrix, self._quantizer = matrix, quantizer
        self.shape = (len(matrix), quantizer.width(matrix.shape[1]))
        self.scales = np.empty(len(matrix), np.float32) if quantizer.scaled else None
        self.norms = np.empty(len(matrix), np.float32)

    def blocks(self) -> Iterator[NDArray[Any]]:
        """Yield codes; once all are taken, `scales` and `norms` are those of what was yielded."""
        matrix, name, dim = self._matrix, self._quantizer.name, self._matrix.shape[1]
        step = max(1, _BLOCK_BYTES // (4 * dim))
        for start in range(0, len(matrix), step):
            rows = slice(start, start + step)
            if isinstance(matrix, QuantizedMatrix) and matrix.quantizer.name == name:
                codes, scales = (
                    matrix.codes[rows],
                    None if matrix.scales is None else matrix.scales[rows],
                )
            else:
                codes, scales = encode(matrix[rows], name)
            if self.scales is not None:
                self.scales[rows] = scales
            self.norms[rows] = row_norms(QuantizedMatrix(codes, name, dim, scales))
            yield codes


def _quantizer(vectors: WordVectors, dtype: str | None) -> Quantizer:
    if dtype is None:
        return vectors.quantizer
    if dtype not in QUANTIZERS:
        raise ConfigError(f"dtype is {dtype!r}; it must be one of {', '.join(QUANTIZERS)}")
    return QUANTIZERS[dtype]


def _subword_numbers(vectors: WordVectors) -> dict[str, int]:
    subwords = vectors.subwords
    names = () if subwords is None else layout.SUBWORD_ATTRIBUTES
    return {name: getattr(subwords, name) for name in names}


def _attributes(
    vectors: WordVectors, quantizer: Quantizer, created: datetime | None
) -> dict[str, str | int]:
    try:
        provenance = json.dumps(vectors.provenance, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise OutputError(f"the provenance cannot be written as JSON: {error}") from error
    return {
        "format": layout.FORMAT,
        "format_version": layout.FORMAT_VERSION,
        "generator": layout.generator(),
        "created": _time(created),
        "words": len(vectors),
        "dim": vectors.vector_size,
        "dtype": quantizer.name,
        "provenance": provenance,
    }


def _time(created: datetime | None) -> str:
    if created is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if not epoch:
            created = datetime.now(UTC)
        else:
            try:
                created = datetime.fromtimestamp(int(epoch), UTC)
            except (ValueError, OverflowError, OSError) as error:
                raise OutputError(
                    f"SOURCE_DATE_EPOCH is {epoch!r}; expected seconds since 1970"
                ) from error
    return created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _contents(
    vectors: WordVectors, quantizer: Quantizer
) -> dict[layout.DataSet, NDArray[Any] | _Rows]:
    """Return what goes into each data set, in the order of the file."""
    table, spelling, subwords = vectors.index_to_key, vectors.spelling_index, vectors.subwords
    rows = _Rows(vectors.vectors, quantizer)
    contents: dict[layout.DataSet, NDArray[Any] | _Rows | None] = {
        layout.WORD_INDEX: table.slots,
        layout.WORD_OFFSETS: table.offsets,
        layout.WORDS: table.utf8,
        layout.COUNTS: vectors.counts,
        layout.NORMS: rows.norms,
        layout.SCALES: rows.scales,
        layout.NGRAM_INDEX: spelling.offsets,
        layout.NGRAM_ROWS: spelling.postings,
        layout.VECTORS: rows,
        layout.OUTPUT: vectors.output,
    }
    if vectors.transforms:
        sizes, numbers = pack_transforms(vectors.transforms)
        contents |= {layout.TRANSFORM_SIZES: sizes, layout.TRANSFORMS: numbers}
    if subwords is not None:
        subword_rows = _Rows(subwords.matrix, quantizer)
        contents |= {
            layout.SUBWORD_ROWS: subwords.rows,
            layout.SUBWORD_SCALES: subword_rows.scales,
            layout.SUBWORDS: subword_rows,
        }
    return {d: content for d in layout.DATA_SETS if (content := contents.get(d)) is not None}


def _lay_out(
    path: Path,
    attributes: dict[str, str | int],
    contents: dict[layout.DataSet, NDArray[Any] | _Rows],
    quantizer: Quantizer,
    subwords: dict[str, int],
) -> dict[str, int]:
    """Make the file with empty data sets; return where in it each begins, by name.

    Raises
    ------
    OSError
        If the file cannot be made.
    """
    # Here and not above: whoever only reads a store need not wait for the library.
    import h5py

    version = layout.HDF5_VERSION
    places = {}
    try:
        with h5py.File(
            path,
            "x",
            libver=(version, version),
            locking=False,
            alignment_threshold=1,
            alignment_interval=layout.ALIGNMENT,
        ) as file:
            for name, value in attributes.items():
                file.attrs[name] = _fixed(value) if name in layout.SHORT_STRINGS else value
            digests = file.create_group(layout.CHECKSUMS)
            digests.attrs["algorithm"] = _fixed(layout.CHECKSUM_ALGORITHM)
            made = str(attributes["provenance"]).encode()
            digests.attrs["provenance"] = _fixed(hashlib.sha256(made).hexdigest())
            for data_set in contents:
                digest = f"{layout.CHECKSUMS}/{data_set.name}"
                places[digest] = _reserve(file, digest, np.dtype(layout.DIGEST_DTYPE), ())
            for data_set, content in contents.items():
                dtype = np.dtype(data_set.of(quantizer).dtype)
                places[data_set.name] = _reserve(file, data_set.name, dtype, content.shape)
            for name, number in subwords.items():
                file[layout.SUBWORDS.name].attrs[name] = number
    except RuntimeError as error:
        # HDF5 reports a failed write as either, RuntimeError without a proper errno.
        code = re.search(r"errno = (\d+)", str(error))
        raise OSError(int(code[1]) if code else 0, "HDF5 cannot write") from error
    return places


def _fixed(text: str | int) -> np.bytes_:
    """Return `text` as a string of fixed length, which HDF5 keeps in the header it checksums."""
    return np.bytes_(str(text).encode("ascii"))


def _reserve(file: "h5py.File", name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """Make a contiguous data set without data; return where its bytes belong."""
    import h5py

    how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.set_layout(h5py.h5d.CONTIGUOUS)
    how.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    how.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    how.set_obj_track_times(False)
    space = h5py.h5s.create_simple(shape) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
    kind = h5py.h5t.py_create(dtype)
    place = h5py.h5d.create(file.id, name.encode(), kind, space, how).get_offset()
    return int(place)


def _fill(
    path: Path,
    places: dict[str, int],
    contents: dict[layout.DataSet, NDArray[Any] | _Rows],
    quantizer: Quantizer,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Write the data and their digests where they belong."""
    types = {d: np.dtype(d.of(quantizer).dtype) for d in contents}
    total = sum(prod(content.shape) * types[d].itemsize for d, content in contents.items())
    done = 0
    with path.open("r+b") as file:
        # Last to first: the norms and scales come out of the passage of the matrix.
        for data_set, content in reversed(contents.items()):
            digest = hashlib.new(layout.CHECKSUM_ALGORITHM)
            file.seek(places[data_set.name])
            for block in content.blocks() if isinstance(content, _Rows) else _blocks(content):
                raw = np.ascontiguousarray(block, types[data_set]).data.cast("B")
                file.write(raw)
                digest.update(raw)
                done += len(raw)
                if progress is not None:
                    progress(done, total)
            _write_at(file, places[f"{layout.CHECKSUMS}/{data_set.name}"], digest.hexdigest())


def _write_at(file: BinaryIO, place: int, text: str) -> None:
    file.seek(place)
    file.write(text.encode("ascii"))


def _blocks(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    step = max(1, _BLOCK_BYTES // (array.nbytes // max(1, len(array)) or 1))
    for start in range(0, len(array), step):
        yield array[start : start + step]


def _check(path: Path, vectors: WordVectors) -> None:
    """Open what was written as a reader would, and look up the first and last word."""
    try:
        written = open_store(path)
        for row in {0, len(vectors) - 1}:
            word = vectors.index_to_key[row]
            if written.index_to_key.find(word) != row:
                raise FormatError(f"{word!r} is not found at row {row}")
    except FormatError as error:
        raise OSError(0, f"what was written cannot be read back: {error}") from error
