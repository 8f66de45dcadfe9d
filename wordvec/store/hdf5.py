"""The little of HDF5 that a store uses: attributes that are one value, and plain arrays.

Called by the readers of stores. Does no work, and takes no memory, that depends on a number which
the file claims, and never leaves the file: links, external or virtual data, filters and types
other than plain ones are refused. Knows nothing of what the names mean. After the "HDF5 File
Format Specification", version 3.0 (The HDF Group).
"""

import os
import stat
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from struct import unpack_from

import numpy as np

from wordvec.errors import FormatError, MissingFileError, WordvecError
from wordvec.store import layout
from wordvec.store.blocks import (
    NOWHERE,
    Message,
    Source,
    checksum,
    dense_objects,
    global_heap_object,
    messages,
)

_DATASPACE, _LINK_INFO, _DATATYPE, _EXTERNAL, _LINK = 0x01, 0x02, 0x03, 0x07, 0x06
_LAYOUT, _FILTERS, _ATTRIBUTE, _SYMBOL_TABLE, _ATTRIBUTE_INFO = 0x08, 0x0B, 0x0C, 0x11, 0x15
_SUPERBLOCK = 48
_CONTIGUOUS = 1
_TEXT = "text of any length"
_KINDS = ("integer", "float", "time", "string", "bits", "opaque", "compound", "reference", "enum")
_IEEE = {
    2: (0, 16, 10, 5, 0, 10, 15),
    4: (0, 32, 23, 8, 0, 23, 127),
    8: (0, 64, 52, 11, 0, 52, 1023),
}
"""Of floats by size: first bit, bits, where exponent and mantissa begin and how long, bias."""


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


@dataclass(frozen=True)
class Hdf5File:
    """An open HDF5 file."""

    source: Source
    root: "Node"
    end: int
    """Where it ends by its own account."""


@contextmanager
def open_hdf5(path: str | os.PathLike[str]) -> Iterator[Hdf5File]:
    """Open `path` for reading.

    Raises
    ------
    FormatError
        If there is no such file, it is not HDF5 or it is cut short; and for whatever is wrong
        with what is read from it until it is closed.
    """
    number = _open(path)
    try:
        source = Source(os.fspath(path), number, os.fstat(number).st_size)
        yield _superblock(source)
    except (struct.error, IndexError, ValueError) as error:
        raise FormatError(f"{path} is damaged: a part of its header is cut off") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}") from error
    finally:
        os.close(number)


def is_hdf5(path: Path) -> bool:
    """Return whether the file at `path` begins as HDF5 does.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(layout.HDF5_SIGNATURE)) == layout.HDF5_SIGNATURE


def _open(path: str | os.PathLike[str]) -> int:
    if not os.fspath(path):
        raise FormatError("the path is empty; give the name of a store, such as vectors.h5")
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise FormatError(f"{path} is not a file; expected a store, such as vectors.h5")
        return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise MissingFileError(
            f"{path}: there is no such file; `wordvec train` makes one, -m names another"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FormatError(f"{path} cannot be read: {reason}") from error


def _superblock(source: Source) -> Hdf5File:
    data = source.start(_SUPERBLOCK)
    if data[:8] != layout.HDF5_SIGNATURE:
        raise FormatError(f"{source.path} {_kind_of_file(source.path, data)}")
    if len(data) < _SUPERBLOCK:
        raise FormatError(f"{source.path} is cut short: its end is missing; copy it again")
    version, sizes, base, end, root, digest = unpack_from("<8xBHxQ8xQQI", data)
    if version in (0, 1):
        raise FormatError(
            f"{source.path} is laid out as HDF5 before 1.8 did, without checksums; "
            "a store is written with libver v108 or later (docs/format-1.md)"
        )
    if version > 3 or sizes != 0x0808 or base or checksum(data[:44]) != digest:
        raise FormatError(f"{source.path} is damaged: its first bytes do not have their checksum")
    if end > source.size:
        raise FormatError(
            f"{source.path} is cut short: it has {source.size} bytes of {end}; copy it again"
        )
    return Hdf5File(source, Node(source, root, ""), end)


def _kind_of_file(path: str, start: bytes) -> str:
    """Return what a file that is not HDF5 is, and what to do about it."""
    from wordvec.formats import FORMATS, sniff_format

    try:
        found = FORMATS[sniff_format(path)] if start else None
    except (WordvecError, ImportError):
        found = None
    if found is None:
        return (
            f"is {'not HDF5' if start else 'empty'}, so not a wordvec store; "
            "`wordvec train` makes one, -m names another"
        )
    if not found.reads:
        return f"is a {found.description}, not a wordvec store"
    return (
        f"is of the format {found.name}, not a wordvec store; "
        f"`wordvec convert {path} vectors.h5` makes one of it"
    )


class Node:
    """A group or data set of an open file."""

    def __init__(self, source: Source, place: int, name: str) -> None:
        self.path = source.path
        self._source = source
        self._place = place
        self._name = name
        self._of = f" of {name}" if name else ""

    @cached_property
    def _messages(self) -> list[Message]:
        return messages(self._source, self._place)

    def number(self, name: str, most: int, least: int = 1) -> int:
        """Return an attribute that is a whole number from `least` to `most`."""
        value = self.attribute(name)
        if not isinstance(value, int) or not least <= value <= most:
            raise FormatError(
                f"{self.path}: the attribute {name}{self._of} is {str(value)[:40]}; "
                f"expected a whole number from {least} to {most}"
            )
        return value

    def text(self, name: str) -> str:
        """Return an attribute that is a string."""
        value = self.attribute(name)
        if not isinstance(value, str):
            raise FormatError(f"{self.path}: the attribute {name}{self._of} is not a string")
        return value

    def has_attribute(self, name: str) -> bool:
        """Return whether there is an attribute `name`."""
        return name.encode() in self._attributes

    def attribute(self, name: str) -> int | float | str:
        """Return an attribute that is one number or string.

        Raises
        ------
        FormatError
            If there is none, or it is anything else.
        """
        key = f"{self.path}: the attribute {name}{self._of}"
        if name.encode() not in self._attributes:
            raise FormatError(f"{key} is missing")
        kind, shape, data = _attribute_value(self._attributes[name.encode()])
        if shape != ():
            raise FormatError(f"{key} is not a single value")
        if kind == _TEXT:
            length, place, index = unpack_from("<IQI", data)
            text = global_heap_object(self._source, place, index)[:length]
        elif kind[0] in "<>|":
            value: int | float | bytes = np.frombuffer(data, kind, 1)[0].item()
            if not isinstance(value, bytes):
                return value
            text = value
        else:
            raise FormatError(f"{key} is of the type {kind}; expected a number or a string")
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(f"{key} is not UTF-8") from error

    @cached_property
    def _attributes(self) -> dict[bytes, bytes]:
        """Attribute messages by name."""
        found = [m.body for m in self._messages if m.kind == _ATTRIBUTE and not m.is_shared]
        for message in self._messages:
            if message.kind == _ATTRIBUTE_INFO:
                found += self._dense(message.body, 2, 8)
        return {_attribute_name(body): body for body in found}

    @cached_property
    def _links(self) -> dict[bytes, int | None]:
        """Where the header of each object of a group is; None for what lies elsewhere."""
        found = [m.body for m in self._messages if m.kind == _LINK]
        for message in self._messages:
            if message.kind == _LINK_INFO:
                found += self._dense(message.body, 8, 5)
            elif message.kind == _SYMBOL_TABLE:
                raise FormatError(
                    f"{self.path}: {self._name or '/'} is a group as HDF5 before 1.8 made them; "
                    "a store is written with libver v108 or later (docs/format-1.md)"
                )
        return dict(map(_link, found))

    def _dense(self, body: bytes, order_bytes: int, kind: int) -> Iterator[bytes]:
        heap, index = unpack_from("<QQ", body, 2 + (order_bytes if body[1] & 1 else 0))
        return iter(()) if heap == NOWHERE else dense_objects(self._source, heap, index, kind)

    def has(self, name: str) -> bool:
        """Return whether this group holds anything of that name."""
        return name.encode() in self._links

    def node(self, name: str) -> "Node":
        """Return a group or data set in this group.

        Raises
        ------
        FormatError
            If there is none, or it lies elsewhere.
        """
        key = f"{self._name}/{name}"
        if not self.has(name):
            raise FormatError(f"{self.path}: {key} is missing")
        place = self._links[name.encode()]
        if place is None:
            raise FormatError(f"{self.path}: {key} is a link; expected the data themselves")
        return Node(self._source, place, key)

    def group(self, name: str) -> "Node":
        """Return a group in this group; raises as `node` does."""
        node = self.node(name)
        if not any(message.kind == _LINK_INFO for message in node._messages):
            raise FormatError(f"{self.path}: {node._name} is not a group")
        return node

    def value(self, name: str) -> str:
        """Return the digits of a checksum, a data set of one value in this group."""
        extent = self.extent(layout.DataSet(name, layout.DIGEST_DTYPE, ()), "|S64", {})
        return self._source.read(extent.place, extent.bytes).decode("ascii")

    def extent(self, data_set: layout.DataSet, dtype: str, lengths: Mapping[str, int]) -> Extent:
        """Return where a data set of this group lies, once it is sure to be plain bytes.

        `lengths` are those of the axes that are known; others are 1 or more.

        Raises
        ------
        FormatError
            As `node` does; if it has another type or shape, is not contiguous and as it is, or
            does not lie inside the file.
        """
        node = self.node(data_set.name)
        key = f"{self.path}: {node._name}"
        parts = {message.kind: message for message in node._messages}
        if not parts.keys() >= {_DATASPACE, _DATATYPE, _LAYOUT}:
            raise FormatError(f"{key} is not a data set")
        version, kind = parts[_LAYOUT].body[:2]
        if version not in (3, 4) or kind != _CONTIGUOUS or parts.keys() & {_FILTERS, _EXTERNAL}:
            raise FormatError(
                f"{key} is chunked, compressed, compact, external or virtual; "
                "expected contiguous data in this file"
            )
        is_shared = parts[_DATATYPE].is_shared
        found = "a type of its own" if is_shared else _dtype(parts[_DATATYPE].body)
        if found != dtype:
            raise FormatError(f"{key} has the type {found}; expected {dtype}")
        shape = _shape(parts[_DATASPACE].body)
        _check_shape(key, shape, data_set.axes, lengths)
        (place,) = unpack_from("<Q", parts[_LAYOUT].body, 2)
        extent = Extent(place, shape or (), dtype)
        if place + extent.bytes > self._source.size:
            where = "nowhere" if place == NOWHERE else f"from byte {place}"
            raise FormatError(
                f"{key} needs {extent.bytes} bytes {where}, but the file ends at "
                f"{self._source.size}; copy it again"
            )
        if place % np.dtype(dtype).itemsize and shape:
            raise FormatError(f"{key} begins at byte {place}; expected a multiple of 64")
        return extent


def _check_shape(
    key: str, shape: tuple[int, ...] | None, axes: tuple[str, ...], lengths: Mapping[str, int]
) -> None:
    if (
        shape is not None
        and len(shape) == len(axes)
        and all(
            length == lengths[axis] if axis in lengths else length > 0
            for length, axis in zip(shape, axes, strict=True)
        )
    ):
        return
    known = ", ".join(f"{axis} {lengths[axis]}" for axis in axes if axis in lengths)
    raise FormatError(
        f"{key} has the shape {shape}; expected ({', '.join(axes)}){known and ' with ' + known}"
    )


def _attribute_name(body: bytes) -> bytes:
    (size,) = unpack_from("<H", body, 2)
    at = 9 if body[0] == 3 else 8
    return body[at : at + size].rstrip(b"\0")


def _attribute_value(body: bytes) -> tuple[str, tuple[int, ...] | None, bytes]:
    """Return the type, the shape and the bytes of an attribute."""
    version, flags, *sizes = unpack_from("<BBHHH", body)
    if version not in (1, 3) or flags:
        return "another type", (), b""
    at, to = (8, 8) if version == 1 else (9, 1)  # the former is padded to multiples of 8 bytes
    name, kind, space = (-(-size // to) * to for size in sizes)
    start = at + name + kind
    return _dtype(body[at + name : start]), _shape(body[start:]), body[start + space :]


def _link(body: bytes) -> tuple[bytes, int | None]:
    """Return name and place of a link, the place None if it is not a hard one."""
    flags = body[1]
    is_hard = not flags & 8 or body[2] == 0
    at = 2 + (1 if flags & 8 else 0) + (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    start = at + width
    end = start + int.from_bytes(body[at:start], "little")
    return body[start:end], unpack_from("<Q", body, end)[0] if is_hard else None


def _shape(body: bytes) -> tuple[int, ...] | None:
    """Return the shape that a dataspace message says; None if it is of nothing."""
    version, rank, _, kind = body[:4]
    if version not in (1, 2) or rank > 32 or (version == 2 and kind == 2):
        return None
    return unpack_from(f"<{rank}Q", body, 8 if version == 1 else 4)


def _dtype(body: bytes) -> str:
    """Return the NumPy type that a datatype message says, or a name for what it has none for."""
    kind, flags, size = body[0] & 0xF, body[1], unpack_from("<I", body, 4)[0]
    order = ">" if flags & 1 else "<"
    if kind == 0 and size in (1, 2, 4, 8) and unpack_from("<HH", body, 8) == (0, 8 * size):
        sign = "i" if flags & 8 else "u"
        return f"{'|' if size == 1 else order}{sign}{size}"
    if kind == 1 and unpack_from("<HHBBBBI", body, 8) == _IEEE.get(size) and not flags & 0x40:
        return f"{order}f{size}"
    if kind == 3 and 0 < size <= len(body) + (1 << 16):
        return f"|S{size}"
    if kind == 9:
        return _TEXT if flags & 0xF == 1 else "sequence"
    return _KINDS[kind] if kind < len(_KINDS) else "array"
