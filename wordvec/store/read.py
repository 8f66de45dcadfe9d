"""Opens a store: checks its header against the file's length and maps the data.

Called by `wordvec.open` and by every command with a model. Trusts nothing in the file: what would
make HDF5 reach outside it or decode anything is refused, and no work or memory depends on a number
that the file claims. HDF5 reads the header only; the data are NumPy views of one read-only map,
which stays valid when the file is replaced or deleted.
"""

import json
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.quantization import QUANTIZERS, QuantizedMatrix
from wordvec.store import layout
from wordvec.vectors import WordVectors
from wordvec.vocabulary import WordTable

_MOST_WORDS = 2**31 - 1
_MOST_DIM = 2**31 - 1


@dataclass(frozen=True)
class Extent:
    """Where in the file a data set lies, in bytes, and its shape."""

    place: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class StoreHeader:
    """What the attributes of a store say, and where its data are."""

    format_version: int
    generator: str
    created: str
    words: int
    dim: int
    dtype: str
    provenance: dict[str, Any]
    extents: dict[layout.DataSet, Extent]
    """Of the data sets that this version knows and the file holds."""


def open_store(path: str | os.PathLike[str]) -> WordVectors:
    """Open a store; its arrays are mapped, not read, and read-only.

    Raises
    ------
    FormatError
        If there is no file, or it is not a store this version can read, or is damaged; names the
        file and the part of it. Damage to words is found when they are looked up.
    """
    header, arrays = map_store(path)
    table = WordTable(
        arrays[layout.WORDS],
        arrays[layout.WORD_OFFSETS],
        arrays[layout.WORD_INDEX],
        source=os.fspath(path),
    )
    matrix = arrays[layout.VECTORS]
    if header.dtype != "float32":
        scales = arrays.get(layout.SCALES)
        matrix = QuantizedMatrix(matrix, header.dtype, header.dim, scales)
    return WordVectors(
        table,
        matrix,
        arrays.get(layout.COUNTS),
        output=arrays.get(layout.OUTPUT),
        provenance=header.provenance,
        norms=arrays[layout.NORMS],
    )


def read_header(path: str | os.PathLike[str]) -> StoreHeader:
    """Return what a store says of itself.

    Raises
    ------
    FormatError
        As `open_store` does.
    """
    return map_store(path)[0]


def map_store(
    path: str | os.PathLike[str],
) -> tuple[StoreHeader, dict[layout.DataSet, NDArray[Any]]]:
    """Return the header of a store, and its data sets as read-only views of the mapped file.

    Raises
    ------
    FormatError
        As `open_store` does.
    """
    with _open_hdf5(path) as file:
        header = _Reader(file, path).header()
        mapped = mmap.mmap(file.id.get_vfd_handle(), 0, access=mmap.ACCESS_READ)
        quantizer = QUANTIZERS[header.dtype]
        arrays = {d: _view(mapped, d.of(quantizer), e) for d, e in header.extents.items()}
    offsets = arrays[layout.WORD_OFFSETS]
    if offsets[0] != 0 or offsets[-1] != len(arrays[layout.WORDS]):
        raise FormatError(
            f"{path}: /word_offsets goes from {offsets[0]} to {offsets[-1]}; "
            f"expected from 0 to {len(arrays[layout.WORDS])}, the length of /words"
        )
    return header, arrays


def read_digests(path: str | os.PathLike[str]) -> dict[layout.DataSet, str]:
    """Return the SHA-256 that the store records for each data set, in hexadecimal digits.

    Raises
    ------
    FormatError
        As `open_store` does, or if a digest is missing or of another kind.
    """
    with _open_hdf5(path) as file:
        reader = _Reader(file, path)
        data_sets = reader.header().extents
        return reader.digests(list(data_sets))


def _view(mapped: mmap.mmap, data_set: layout.DataSet, extent: Extent) -> NDArray[Any]:
    flat = np.frombuffer(mapped, data_set.dtype, prod(extent.shape), extent.place)
    return flat.reshape(extent.shape)


@contextmanager
def _open_hdf5(path: str | os.PathLike[str]) -> Iterator[h5py.File]:
    """Open `path` with HDF5; what HDF5 raises, then or later, becomes a FormatError."""
    _check_signature(path)
    try:
        # A store is replaced, never changed, so there is nothing to lock.
        with h5py.File(path, "r", locking=False) as file:
            yield file
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError) as error:
        if "truncated file" in str(error):
            raise FormatError(f"{path} is cut short: its end is missing; copy it again") from error
        reason = str(error.args[-1] if error.args else error).partition("\n")[0]
        raise FormatError(f"{path} is damaged: HDF5 says: {reason}") from error


def _check_signature(path: str | os.PathLike[str]) -> None:
    if not os.fspath(path):
        raise FormatError("the path is empty; give the name of a store, such as vectors.h5")
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise FormatError(f"{path} is not a file; expected a store, such as vectors.h5")
        with Path(path).open("rb") as start:
            signature = start.read(len(layout.HDF5_SIGNATURE))
    except FileNotFoundError:
        raise FormatError(
            f"{path}: there is no such file; `wordvec train` makes one, -m names another"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FormatError(f"{path} cannot be read: {reason}") from error
    if signature != layout.HDF5_SIGNATURE:
        raise FormatError(
            f"{path} is {'empty' if not signature else 'not HDF5'}, so not a wordvec store; "
            "`wordvec train` makes one, -m names another"
        )


class _Reader:
    """Reads and checks the header of one open file: what a group of it holds."""

    def __init__(self, group: h5py.Group, path: str | os.PathLike[str]) -> None:
        self._id = group.id
        self._group = group
        self._path = path
        self._bytes = os.fstat(group.file.id.get_vfd_handle()).st_size

    def header(self) -> StoreHeader:
        """Return the header, all of it checked."""
        self._check_version()
        words = self._number("words", _MOST_WORDS)
        dim = self._number("dim", _MOST_DIM)
        dtype = self._text("dtype")
        if dtype not in QUANTIZERS:
            raise FormatError(
                f"{self._path}: the attribute dtype is {dtype!r}, which {layout.generator()} does "
                f"not read (only {', '.join(QUANTIZERS)}): upgrade wordvec"
            )
        quantizer = QUANTIZERS[dtype]
        width = quantizer.width(dim)
        lengths = {"words": words, "words + 1": words + 1, "dim": dim, "width": width}
        extents = {
            data_set: self._extent(data_set.of(quantizer), lengths)
            for data_set in layout.DATA_SETS
            if data_set.required or self._id.links.exists(data_set.name.encode())
        }
        slots = extents[layout.WORD_INDEX].shape[0]
        if slots <= words or slots & (slots - 1):
            raise FormatError(
                f"{self._path}: /word_index has {slots} slots; "
                f"expected a power of two above {words}, the number of words"
            )
        return StoreHeader(
            format_version=self._number("format_version", layout.FORMAT_VERSION),
            generator=self._text("generator"),
            created=self._text("created"),
            words=words,
            dim=dim,
            dtype=dtype,
            provenance=self._provenance(),
            extents=extents,
        )

    def digests(self, data_sets: list[layout.DataSet]) -> dict[layout.DataSet, str]:
        """Return the recorded digest of each of `data_sets`."""
        self._check_link(layout.CHECKSUMS)
        group = self._group[layout.CHECKSUMS]
        if not isinstance(group, h5py.Group):
            raise FormatError(f"{self._path}: /{layout.CHECKSUMS} is not a group")
        inside = _Reader(group, self._path)
        algorithm = inside._text("algorithm")
        if algorithm != layout.CHECKSUM_ALGORITHM:
            raise FormatError(
                f"{self._path}: /{layout.CHECKSUMS} are of the algorithm {algorithm!r}; "
                f"expected {layout.CHECKSUM_ALGORITHM!r}"
            )
        digests = {}
        for data_set in data_sets:
            inside._extent(layout.DataSet(data_set.name, layout.DIGEST_DTYPE, ()), {})
            digests[data_set] = group[data_set.name][()].decode("ascii")
        return digests

    def _check_version(self) -> None:
        if not h5py.h5a.exists(self._id, b"format") or self._text("format") != layout.FORMAT:
            raise FormatError(
                f"{self._path} is HDF5 but not a wordvec store: "
                f"it has no attribute format with the value {layout.FORMAT!r}"
            )
        version = self._number("format_version", 2**31)
        if version > layout.FORMAT_VERSION:
            raise FormatError(
                f"{self._path} has format version {version}; {layout.generator()} reads up to "
                f"version {layout.FORMAT_VERSION}: upgrade wordvec"
            )

    def _attribute(self, name: str) -> Any:
        """Return a scalar attribute, its size checked before it is read."""
        if not h5py.h5a.exists(self._id, name.encode()):
            raise FormatError(f"{self._path}: the attribute {name} is missing")
        attribute = h5py.h5a.open(self._id, name.encode())
        if attribute.shape != () or attribute.get_storage_size() > self._bytes:
            raise FormatError(f"{self._path}: the attribute {name} is not a single value")
        return self._group.attrs[name]

    def _text(self, name: str) -> str:
        value = self._attribute(name)
        if isinstance(value, bytes):
            value = value.decode("utf-8")
        if not isinstance(value, str):
            raise FormatError(f"{self._path}: the attribute {name} is not a string")
        return value

    def _number(self, name: str, most: int) -> int:
        value = self._attribute(name)
        if not isinstance(value, np.integer) or not 1 <= value <= most:
            raise FormatError(
                f"{self._path}: the attribute {name} is {str(value)[:40]}; "
                f"expected a whole number from 1 to {most}"
            )
        return int(value)

    def _provenance(self) -> dict[str, Any]:
        try:
            provenance = json.loads(self._text("provenance"))
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{self._path}: the attribute provenance is not JSON") from error
        if not isinstance(provenance, dict):
            raise FormatError(f"{self._path}: the attribute provenance is not a JSON object")
        return provenance

    def _check_link(self, name: str) -> str:
        """Check that `name` is an object of this file; return how messages call it."""
        key = f"{self._path}: {self._group.name.rstrip('/')}/{name}"
        if not self._id.links.exists(name.encode()):
            raise FormatError(f"{key} is missing")
        if self._id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
            raise FormatError(f"{key} is a link; expected the data themselves")
        return key

    def _extent(self, data_set: layout.DataSet, lengths: dict[str, int]) -> Extent:
        """Return where `data_set` lies, once it is sure to be plain bytes inside the file."""
        key = self._check_link(data_set.name)
        try:
            found = h5py.h5d.open(self._id, data_set.name.encode())
        except KeyError as error:
            raise FormatError(f"{key} is not a data set, or is damaged") from error
        how = found.get_create_plist()
        if (
            how.get_layout() != h5py.h5d.CONTIGUOUS
            or how.get_nfilters()
            or how.get_external_count()
        ):
            raise FormatError(
                f"{key} is chunked, compressed, compact, external or virtual; "
                "expected contiguous data in this file"
            )
        if found.dtype != np.dtype(data_set.dtype):
            raise FormatError(f"{key} has the type {found.dtype}; expected {data_set.dtype}")
        expected = tuple(lengths.get(axis) for axis in data_set.axes)
        if len(found.shape) != len(expected) or any(
            length != want if want is not None else length < 1
            for length, want in zip(found.shape, expected, strict=True)
        ):
            known = ", ".join(
                f"{axis} {lengths[axis]}" for axis in data_set.axes if axis in lengths
            )
            raise FormatError(
                f"{key} has the shape {found.shape}; "
                f"expected ({', '.join(data_set.axes)}){known and ' with ' + known}"
            )
        place = found.get_offset()
        size = prod(found.shape) * found.dtype.itemsize
        if place is None or place + size > self._bytes:
            raise FormatError(
                f"{key} needs {size} bytes from byte {place}, but the file ends at {self._bytes}; "
                "copy it again"
            )
        return Extent(int(place), tuple(found.shape))
