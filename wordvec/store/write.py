"""Writes a `WordVectors` to a store: all of it or nothing, and the same bytes for the same input.

Called by `WordVectors.save` and by commands with an output. HDF5 lays the file out under a
temporary name, each data set with its place but empty; the data are then written there as plain
bytes, so that a full disk is an ordinary OSError, and the file is renamed when it is complete.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError, OutputError
from wordvec.quantization import QUANTIZERS
from wordvec.store import layout
from wordvec.store.read import open_store
from wordvec.vectors import WordVectors

_BLOCK_BYTES = 1 << 24
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def check_writable(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Check that a store could be written to `path`: to be asked before hours of work.

    Raises
    ------
    OutputError
        If the folder is missing or may not be written to, if `path` is something else than a
        file, or exists and `overwrite` is false, or is not a store (only a store is ever
        replaced: a corpus never is); if $SOURCE_DATE_EPOCH is not a number.
    """
    _time(None)
    if not os.fspath(path):
        raise OutputError("the output path is empty; give the name of a file")
    target = _target(path)
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _cannot_write(path, error) from error
    else:
        if stat.S_ISDIR(mode):
            raise OutputError(f"{path} is a folder; give the name of a file, such as vectors.h5")
        if not stat.S_ISREG(mode):
            raise OutputError(f"{path} is not an ordinary file; give another name")
        if not overwrite:
            raise OutputError(f"{path} exists; --force (in Python overwrite=True) replaces it")
        if not _is_replaceable(target):
            raise OutputError(
                f"{path} exists and is no store, so it is not replaced; "
                "remove it yourself or give another name"
            )
    if not target.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {target.parent}; make it first")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(
            f"{path}: the folder {target.parent} may not be written to; "
            "change its permissions or write elsewhere"
        )


def write_store(
    vectors: WordVectors,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    created: datetime | None = None,
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
    overwrite
        Whether to replace a file that is there.
    created
        The time to record; None for $SOURCE_DATE_EPOCH or, without it, now.

    Raises
    ------
    OutputError
        If it cannot be written; what was at `path` before is as it was.
    """
    check_writable(path, overwrite=overwrite)
    if not len(vectors):
        raise OutputError(f"{path}: there are no words to write")
    attributes = _attributes(vectors, created)
    arrays = _arrays(vectors)
    target = _target(path)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        try:
            places = _lay_out(temporary, attributes, arrays)
            _fill(temporary, places, arrays)
            _check(temporary, vectors)
            check_writable(path, overwrite=overwrite)
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error
    _sync_folder(target.parent)


def _is_replaceable(path: Path) -> bool:
    """Return whether there is a store at `path`, by its first bytes, or nothing to lose."""
    with path.open("rb") as file:
        return file.read(len(layout.HDF5_SIGNATURE)) in (b"", layout.HDF5_SIGNATURE)


def _target(path: str | os.PathLike[str]) -> Path:
    return Path(os.path.realpath(path))


def _attributes(vectors: WordVectors, created: datetime | None) -> dict[str, str | int]:
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
        "dtype": "float32",
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


def _arrays(vectors: WordVectors) -> dict[layout.DataSet, NDArray[Any]]:
    table = vectors.index_to_key
    arrays: dict[layout.DataSet, NDArray[Any] | None] = {
        layout.WORD_INDEX: table.slots,
        layout.WORD_OFFSETS: table.offsets,
        layout.WORDS: table.utf8,
        layout.COUNTS: vectors.counts,
        layout.NORMS: vectors.norms,
        layout.VECTORS: vectors.vectors,
        layout.OUTPUT: vectors.output,
    }
    kept = QUANTIZERS["float32"]
    return {d.of(kept): array for d in layout.DATA_SETS if (array := arrays.get(d)) is not None}


def _lay_out(
    path: Path, attributes: dict[str, str | int], arrays: dict[layout.DataSet, NDArray[Any]]
) -> dict[str, int]:
    """Make the file with empty data sets; return where in it each begins, by name.

    Raises
    ------
    OSError
        If the file cannot be made.
    """
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
            for data_set in arrays:
                digest = f"{layout.CHECKSUMS}/{data_set.name}"
                places[digest] = _reserve(file, digest, np.dtype(layout.DIGEST_DTYPE), ())
            for data_set, array in arrays.items():
                dtype = np.dtype(data_set.dtype)
                places[data_set.name] = _reserve(file, data_set.name, dtype, array.shape)
    except RuntimeError as error:
        # HDF5 reports a failed write as either, RuntimeError without a proper errno.
        code = re.search(r"errno = (\d+)", str(error))
        raise OSError(int(code[1]) if code else 0, "HDF5 cannot write") from error
    return places


def _fixed(text: str | int) -> np.bytes_:
    """Return `text` as a string of fixed length, which HDF5 keeps in the header it checksums."""
    return np.bytes_(str(text).encode("ascii"))


def _reserve(file: h5py.File, name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """Make a contiguous data set without data; return where its bytes belong."""
    how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.set_layout(h5py.h5d.CONTIGUOUS)
    how.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    how.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    how.set_obj_track_times(False)
    space = h5py.h5s.create_simple(shape) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
    kind = h5py.h5t.py_create(dtype)
    place = h5py.h5d.create(file.id, name.encode(), kind, space, how).get_offset()
    return int(place)


def _fill(path: Path, places: dict[str, int], arrays: dict[layout.DataSet, NDArray[Any]]) -> None:
    """Write the data and their digests where they belong, and sync the file."""
    with path.open("r+b") as file:
        for data_set, array in arrays.items():
            digest = hashlib.new(layout.CHECKSUM_ALGORITHM)
            file.seek(places[data_set.name])
            for block in _blocks(array, np.dtype(data_set.dtype)):
                file.write(block)
                digest.update(block)
            _write_at(file, places[f"{layout.CHECKSUMS}/{data_set.name}"], digest.hexdigest())
        file.flush()
        os.fsync(file.fileno())


def _write_at(file: BinaryIO, place: int, text: str) -> None:
    file.seek(place)
    file.write(text.encode("ascii"))


def _blocks(array: NDArray[Any], dtype: np.dtype[Any]) -> Iterator[memoryview]:
    """Yield the bytes of `array` as `dtype`, some rows at a time."""
    row_bytes = dtype.itemsize * int(np.prod(array.shape[1:]))
    rows = max(1, _BLOCK_BYTES // row_bytes)
    for start in range(0, len(array), rows):
        yield np.ascontiguousarray(array[start : start + rows], dtype).data.cast("B")


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


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power failure, where the system lets one ask for it."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _cannot_write(path: str | os.PathLike[str], error: OSError) -> OutputError:
    reason = os.strerror(error.errno) if error.errno else str(error.args[-1])
    remedy = "make room or write elsewhere" if error.errno in _NO_ROOM else "write elsewhere"
    return OutputError(f"{path} cannot be written: {reason}; {remedy}")
