"""Reads a variable-length string attribute without HDF5's help.

Such a string lies in a global heap, the one HDF5 structure of a store that has no checksum: a
flipped bit there can make the library loop for ever. So the reader of stores has HDF5 open the
file, which checks the rest, and follows the few steps to the text itself, each one bounded. After
the "HDF5 File Format Specification", version 3.0. Must not know what the text means.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

from wordvec.errors import FormatError

_CONTINUATION, _ATTRIBUTE, _ATTRIBUTE_INFO = 0x10, 0x0C, 0x15
_NOWHERE = 2**64 - 1
_MOST_STEPS = 1024
_MOST_HEADER = 1 << 20
_MOST_TEXT = 1 << 26
_STRING_TYPE = (9, 1)
"""Class and kind of a variable-length string."""


def file_end(number: int, path: str | os.PathLike[str]) -> int:
    """Return where the open HDF5 file `number` ends by its own account.

    Raises
    ------
    FormatError
        If it is of the old kind, whose files have no checksums, or begins later in the file.
    """
    data = os.pread(number, 48, 0)
    version, sizes, base, end = unpack_from("<8xBHxQ8xQ", data) if len(data) == 48 else (0, 0, 0, 0)
    if version not in (2, 3) or sizes != 0x0808 or base:
        raise FormatError(
            f"{path} is laid out as HDF5 before 1.8 did, without checksums; a store is made with "
            "libver v108 or later (docs/format-1.md)"
        )
    return int(end)


def long_text(number: int, header: int, name: str, path: str | os.PathLike[str]) -> str:
    """Return the text of an attribute in the open file `number`.

    `header` is the place of the header of the object that has it.

    Raises
    ------
    FormatError
        If it is not there or is kept in a way that HDF5 1.8 and later do not write by default.
    """
    try:
        return _File(number).attribute(header, name.encode()).decode("utf-8")
    except (_HeapError, struct.error, IndexError, UnicodeDecodeError) as fault:
        raise FormatError(
            f"{path}: the attribute {name} cannot be read ({fault}): the file is damaged, or "
            "another program has written it"
        ) from fault


class _HeapError(Exception):
    """What is wrong."""


@dataclass(frozen=True)
class _File:
    number: int

    def read(self, place: int, n: int, signature: bytes = b"") -> bytes:
        """Return `n` bytes, which must begin with `signature`."""
        size = os.fstat(self.number).st_size
        if n < 0 or place + n > size:
            raise _HeapError(f"{n} bytes at byte {place} are past the end of the file, {size}")
        data = os.pread(self.number, n, place)
        if not data.startswith(signature):
            raise _HeapError(f"there is no {signature.decode()} at byte {place}")
        return data

    def attribute(self, header: int, name: bytes) -> bytes:
        """Return the text of an attribute of the object whose header is at `header`."""
        for message in self.attributes(header):
            found, value = _attribute(message, name)
            if found:
                length, place, index = unpack_from("<IQI", value)
                return self.heap_object(place, index)[:length]
        raise _HeapError("it is not in the header")

    def heap_object(self, place: int, index: int) -> bytes:
        """Return an object of the global heap collection at `place`."""
        (size,) = unpack_from("<8xQ", self.read(place, 16, b"GCOL"))
        at, end = place + 16, place + size
        for _ in range(_MOST_STEPS):
            number, length = unpack_from("<H6xQ", self.read(at, 16))
            if number == 0:
                break
            if length > min(end - at - 16, _MOST_TEXT):
                raise _HeapError(f"the text at byte {at} of {length} bytes is too long")
            if number == index:
                return self.read(at + 16, length)
            at += 16 + -(-length // 8) * 8
        raise _HeapError(f"the heap at byte {place} has no text {index}")

    def attributes(self, header: int) -> Iterator[bytes]:
        """Yield the bodies of the attribute messages, wherever the object keeps them."""
        for kind, body in self.messages(header):
            if kind == _ATTRIBUTE:
                yield body
            elif kind == _ATTRIBUTE_INFO:
                at = 4 if body[1] & 1 else 2
                heap, index = unpack_from("<QQ", body, at)
                if heap != _NOWHERE:
                    yield from self.dense_attributes(heap, index)

    def messages(self, header: int) -> Iterator[tuple[int, bytes]]:
        """Yield type and body of each message of an object header of version 2."""
        flags = self.read(header, 6, b"OHDR\x02")[5]
        at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = int.from_bytes(self.read(header + at, width), "little")
        chunks = [(header + at + width, size)]
        head = struct.Struct("<BHB" + ("2x" if flags & 4 else ""))
        for place, size in chunks:
            if len(chunks) > _MOST_STEPS or sum(n for _, n in chunks) > _MOST_HEADER:
                raise _HeapError("the header is too large")
            chunk = self.read(place, size)
            at = 0
            while at + head.size <= size:
                kind, length, shared = head.unpack_from(chunk, at)
                at += head.size
                body = chunk[at : at + length]
                at += length
                if kind == _CONTINUATION:
                    next_place, next_size = unpack_from("<QQ", body)
                    self.read(next_place, 4, b"OCHK")
                    chunks.append((next_place + 4, next_size - 8))
                elif not shared & 2:
                    yield kind, body

    def dense_attributes(self, heap_place: int, index_place: int) -> Iterator[bytes]:
        """Yield the attributes that are kept in a fractal heap, where more than eight go."""
        heap = _FractalHeap(self, heap_place)
        head = self.read(index_place, 26, b"BTHD\x00\x08")
        record, depth, place, count = unpack_from("<10xHH2xQH", head)
        if depth or record != 17 or count > _MOST_STEPS:
            raise _HeapError("it is among too many attributes")
        leaf = self.read(place, 6 + record * count, b"BTLF\x00\x08")
        for at in range(6, 6 + record * count, record):
            yield heap.object(leaf[at : at + 8])


class _FractalHeap:
    """The heap of attributes: blocks of rising size, one after the other as one space."""

    def __init__(self, file: _File, place: int) -> None:
        head = file.read(place, 142, b"FRHP\x00")
        filters, width, start, most, bits, root, rows = unpack_from("<7xH101xHQQH2xQH", head)
        if filters or start < 64 or most > _MOST_HEADER or rows * width > _MOST_STEPS:
            raise _HeapError(f"the heap of attributes at byte {place} is not as usual")
        self._file = file
        self._offset_bytes = -(-bits // 8)
        self._blocks = [(0, start, root)]
        if rows:
            header = 13 + self._offset_bytes
            children = file.read(root, header + 8 * rows * width, b"FHIB\x00")[header:]
            self._blocks, offset = [], 0
            for child in range(rows * width):
                size = start << max(0, child // width - 1)
                if size > most:
                    break
                self._blocks.append((offset, size, *unpack_from("<Q", children, 8 * child)))
                offset += size

    def object(self, identifier: bytes) -> bytes:
        """Return the object of this heap that `identifier` names."""
        if identifier[0]:
            raise _HeapError("an attribute is not kept as usual")
        offset = int.from_bytes(identifier[1 : 1 + self._offset_bytes], "little")
        length = int.from_bytes(identifier[1 + self._offset_bytes :], "little")
        for first, size, place in self._blocks:
            if first <= offset and offset + length <= first + size:
                return self._file.read(place + offset - first, length)
        raise _HeapError("an attribute lies outside its heap")


def _attribute(body: bytes, wanted: bytes) -> tuple[bool, bytes]:
    """Return whether an attribute message is of the name `wanted`, and its value if so."""
    version, flags, *sizes = unpack_from("<BBHHH", body)
    if version not in (1, 3):
        raise _HeapError(f"an attribute is of version {version}")
    at, to = (8, 8) if version == 1 else (9, 1)  # the former is padded to multiples of 8 bytes
    name_size, type_size, space_size = (-(-size // to) * to for size in sizes)
    if body[at : at + name_size].rstrip(b"\0") != wanted:
        return False, b""
    at += name_size
    if flags or (body[at] & 0xF, body[at + 1] & 0xF) != _STRING_TYPE:
        raise _HeapError("it is not a string as usual")
    return True, body[at + type_size + space_size :]
