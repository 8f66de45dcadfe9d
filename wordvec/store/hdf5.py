"""The little of HDF5 that a store uses, checked: attributes that are one value, plain arrays.

Called by the readers of stores. Refuses what would make HDF5 reach outside the file, follow a
chain of blocks without checksums, or decode anything; does no work, and takes no memory, that
depends on a number which the file claims. Knows nothing of what the names mean.
"""

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

from wordvec.errors import FormatError
from wordvec.store import layout
from wordvec.store.heap import file_end, long_text

_PLAIN = (h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.STRING)


@dataclass(frozen=True)
class Extent:
    """Where in the file an array lies, in bytes, its shape and its NumPy type."""

    place: int
    shape: tuple[int, ...]
    dtype: str

    @property
    def bytes(self) -> int:
        """How many bytes it takes."""
        return prod(self.shape) * np.dtype(self.dtype).itemsize


@contextmanager
def open_hdf5(path: str | os.PathLike[str]) -> Iterator[h5py.File]:
    """Open `path` with HDF5.

    Raises
    ------
    FormatError
        If there is no such file or it is not HDF5; and whatever HDF5 raises, then or later.
    """
    check_signature(path)
    try:
        # A store is replaced, never changed, so there is nothing to lock.
        with h5py.File(path, "r", locking=False) as file:
            yield file
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError) as error:
        if "truncated file" in str(error):
            raise FormatError(f"{path} is cut short: its end is missing; copy it again") from error
        reason = str(error.args[-1] if error.args else error).partition("\n")[0]
        raise FormatError(f"{path} is damaged: HDF5 says: {reason}") from error


def check_signature(path: str | os.PathLike[str]) -> None:
    """Check that `path` is a file that begins as HDF5 does.

    Raises
    ------
    FormatError
        If it is not; says what it is instead.
    """
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


class Node:
    """A group or data set of one open file, whose attributes and arrays are read with care."""

    def __init__(self, node: h5py.Group | h5py.Dataset, path: str | os.PathLike[str]) -> None:
        self.path = path
        self.file_bytes = os.fstat(node.file.id.get_vfd_handle()).st_size
        self._id = node.id
        self._node = node
        name = node.name.rstrip("/")
        self._of = f" of {name}" if name else ""
        self._prefix = f"{path}: {name}/"

    def has_attribute(self, name: str) -> bool:
        """Return whether there is an attribute `name`."""
        return bool(h5py.h5a.exists(self._id, name.encode()))

    def number(self, name: str, most: int) -> int:
        """Return an attribute that is a whole number from 1 to `most`."""
        value = self._attribute(name)
        if not isinstance(value, np.integer) or not 1 <= value <= most:
            raise FormatError(
                f"{self.path}: the attribute {name}{self._of} is {str(value)[:40]}; "
                f"expected a whole number from 1 to {most}"
            )
        return int(value)

    def text(self, name: str) -> str:
        """Return an attribute that is a string."""
        value = self._attribute(name)
        if isinstance(value, bytes):
            value = value.decode("utf-8")
        if not isinstance(value, str):
            raise FormatError(f"{self.path}: the attribute {name}{self._of} is not a string")
        return value

    def group(self, name: str) -> "Node":
        """Return a group in this one."""
        key = self._check_link(name)
        group = self._node[name]
        if not isinstance(group, h5py.Group):
            raise FormatError(f"{key} is not a group")
        return Node(group, self.path)

    def end(self) -> int:
        """Return where the file ends as HDF5 has it: other bytes may follow."""
        return file_end(self._node.file.id.get_vfd_handle(), self.path)

    def length(self, name: str) -> int:
        """Return the length of the first axis of a data set, 0 if it has none."""
        self._check_link(name)
        shape = getattr(self._node[name], "shape", None)
        return int(shape[0]) if shape else 0

    def data_set(self, name: str) -> "Node":
        """Return a data set whose extent has been checked, for its attributes."""
        return Node(self._node[name], self.path)

    def has(self, name: str) -> bool:
        """Return whether there is anything of that name here."""
        return bool(self._id.links.exists(name.encode()))

    def value(self, name: str, dtype: str) -> Any:
        """Return the single value of a data set."""
        self.extent(layout.DataSet(name, dtype, ()), dtype, {})
        return self._node[name][()]

    def extent(self, data_set: layout.DataSet, dtype: str, lengths: dict[str, int]) -> Extent:
        """Return where `data_set` lies, once it is sure to be plain bytes inside the file."""
        key = self._check_link(data_set.name)
        try:
            found = h5py.h5d.open(self._id, data_set.name.encode())
        except KeyError as error:
            raise FormatError(f"{key} is not a data set, or is damaged") from error
        # First of all: of other types HDF5 might read a fill value, from places not checked.
        if found.get_type().get_class() not in _PLAIN or found.dtype != np.dtype(dtype):
            raise FormatError(f"{key} has the type {found.dtype}; expected {dtype}")
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
        self._check_shape(key, found.shape, data_set.axes, lengths)
        place, size = found.get_offset(), prod(found.shape) * found.dtype.itemsize
        if place is None or place + size > self.file_bytes:
            raise FormatError(
                f"{key} needs {size} bytes from byte {place}, but the file ends at "
                f"{self.file_bytes}; copy it again"
            )
        return Extent(int(place), tuple(found.shape), dtype)

    def _check_shape(
        self, key: str, shape: tuple[int, ...], axes: tuple[str, ...], lengths: dict[str, int]
    ) -> None:
        if len(shape) == len(axes) and all(
            length == lengths[axis] if axis in lengths else length > 0
            for length, axis in zip(shape, axes, strict=True)
        ):
            return
        known = ", ".join(f"{axis} {lengths[axis]}" for axis in axes if axis in lengths)
        raise FormatError(
            f"{key} has the shape {shape}; expected ({', '.join(axes)}){known and ' with ' + known}"
        )

    def _check_link(self, name: str) -> str:
        """Check that `name` is an object of this file; return how messages call it."""
        key = f"{self._prefix}{name}"
        if not self.has(name):
            raise FormatError(f"{key} is missing")
        if self._id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
            raise FormatError(f"{key} is a link; expected the data themselves")
        return key

    def _attribute(self, name: str) -> Any:
        """Return a scalar number or string, its type and size checked before it is read."""
        if not self.has_attribute(name):
            raise FormatError(f"{self.path}: the attribute {name}{self._of} is missing")
        attribute = h5py.h5a.open(self._id, name.encode())
        if attribute.shape != () or attribute.get_storage_size() > self.file_bytes:
            raise FormatError(f"{self.path}: the attribute {name}{self._of} is not a single value")
        kind = attribute.get_type()
        if isinstance(kind, h5py.h5t.TypeStringID) and kind.is_variable_str():
            header = h5py.h5o.get_info(self._id).addr
            return long_text(self._node.file.id.get_vfd_handle(), header, name, self.path)
        if kind.get_class() not in _PLAIN:
            raise FormatError(
                f"{self.path}: the attribute {name}{self._of} is neither a number nor a string"
            )
        return self._node.attrs[name]
