"""The blocks an HDF5 file is made of: header messages, and the heaps that hold what is too large.

Called by wordvec.store.hdf5 alone, which knows what the messages mean. Stores are not read by the
HDF5 library, since a crafted file makes it crash or loop for ever: here every block has a bound
and its checksum is compared before it is used. After the "HDF5 File Format Specification",
version 3.0 (The HDF Group), of which this reads what HDF5 1.8 and later write.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct, pack, unpack_from

from wordvec.errors import FormatError

NOWHERE = 2**64 - 1
"""The address of what is not there."""

_CONTINUATION = 0x10
_SHARED = 2
_MOST_STEPS = 1024
_MOST_BLOCK = 1 << 16
_MOST_HEADER = 1 << 20
_MOST_TEXT = 1 << 26
_MASK = 0xFFFFFFFF


@dataclass(frozen=True)
class Source:
    """An open file, read at places."""

    path: str
    number: int
    size: int

    def damage(self, what: str) -> FormatError:
        """Return the error that says what is wrong."""
        return FormatError(f"{self.path} is damaged: {what}; copy it again")

    def start(self, n: int, place: int = 0) -> bytes:
        """Return `n` bytes, or those that are left before the end of the file."""
        os.lseek(self.number, place, os.SEEK_SET)
        pieces = []
        while n and (piece := os.read(self.number, n)):
            pieces.append(piece)
            n -= len(piece)
        return b"".join(pieces)

    def read(self, place: int, n: int) -> bytes:
        """Return `n` bytes.

        Raises
        ------
        FormatError
            If they are not in the file.
        """
        if n < 0 or place + n > self.size:
            raise self.damage(f"{n} bytes at byte {place} are not in the file")
        data = self.start(n, place)
        if len(data) != n:
            raise self.damage(f"its end, after byte {place}, went away while it was read")
        return data

    def block(self, place: int, signature: bytes, n: int) -> bytes:
        """Return a block of `n` bytes that begins with `signature`; its checksum follows it.

        Raises
        ------
        FormatError
            If it is not such a block, or not as it was written.
        """
        if n > _MOST_HEADER:
            raise self.damage(f"the block at byte {place} has {n} bytes")
        data = self.read(place, n + 4)
        if not data.startswith(signature):
            raise self.damage(f"there is no {signature[:4].decode()} at byte {place}")
        if checksum(data[:n]) != int.from_bytes(data[n:], "little"):
            raise self.damage(f"the block at byte {place} does not have its checksum")
        return data[:n]


@dataclass(frozen=True)
class Message:
    """One message of an object header."""

    kind: int
    is_shared: bool
    body: bytes


def messages(source: Source, place: int) -> list[Message]:
    """Return the messages of the object header, of version 2, at `place`.

    Raises
    ------
    FormatError
        If it is damaged, too large, or of version 1, which has no checksum.
    """
    start = source.read(place, 6)
    if start[:4] != b"OHDR":
        raise FormatError(
            f"{source.path}: the object at byte {place} is laid out as HDF5 before 1.8 did, or "
            "damaged; a store is written with libver v108 or later (docs/format-1.md)"
        )
    flags = start[5]
    at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(source.read(place + at, width), "little")
    at += width
    chunks = [source.block(place, b"OHDR\x02", at + size)[at:]]
    head = Struct("<BHB" + ("2x" if flags & 4 else ""))
    found = []
    for chunk in chunks:
        at = 0
        while at + head.size <= len(chunk):
            kind, length, shared = head.unpack_from(chunk, at)
            at += head.size
            body = chunk[at : at + length]
            at += length
            if kind == _CONTINUATION:
                next_place, next_size = unpack_from("<QQ", body)
                chunks.append(source.block(next_place, b"OCHK", next_size - 4)[4:])
                if len(chunks) > _MOST_STEPS or sum(map(len, chunks)) > _MOST_HEADER:
                    raise source.damage(f"the header at byte {place} is too large")
            else:
                found.append(Message(kind, bool(shared & _SHARED), body))
    return found


def dense_objects(source: Source, heap: int, index: int, kind: int) -> Iterator[bytes]:
    """Yield what a header keeps in a heap since it is many: attributes or links.

    `index` is the place of their B-tree by name, `kind` 5 for links and 8 for attributes.

    Raises
    ------
    FormatError
        If it is damaged, or there are hundreds of them.
    """
    head = source.block(index, b"BTHD\x00" + bytes([kind]), 34)
    record, depth, place, count = unpack_from("<10xHH2xQH", head)
    if depth or record > 32 or count > _MOST_STEPS:
        raise source.damage(f"there are too many names at byte {index}")
    leaf = source.block(place, b"BTLF\x00" + bytes([kind]), 6 + record * count)
    fractal_heap = _FractalHeap(source, heap)
    for at in range(6, len(leaf), record):
        # The identifier comes first for attributes, after four bytes of hash for links.
        yield fractal_heap.object(leaf[at : at + 8] if kind == 8 else leaf[at + 4 : at + record])


def global_heap_object(source: Source, place: int, index: int) -> bytes:
    """Return an object of the global heap at `place`, the one structure without a checksum.

    Raises
    ------
    FormatError
        If it is not there or very long.
    """
    start = source.read(place, 16)
    if start[:5] != b"GCOL\x01":
        raise source.damage(f"there is no GCOL at byte {place}")
    (size,) = unpack_from("<8xQ", start)
    at, end = place + 16, place + size
    for _ in range(_MOST_STEPS):
        number, length = unpack_from("<H6xQ", source.read(at, 16))
        if number == 0:
            break
        if length > min(end - at - 16, _MOST_TEXT):
            raise source.damage(f"the text at byte {at} claims {length} bytes")
        if number == index:
            return source.read(at + 16, length)
        at += 16 + -(-length // 8) * 8
    raise source.damage(f"the heap at byte {place} has no text {index}")


@dataclass
class _FractalHeap:
    """Blocks of rising size, one after the other as one space, of which objects are pieces."""

    source: Source
    place: int
    _blocks: list[tuple[int, int, int]] = field(default_factory=list)
    _read: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        head = self.source.block(self.place, b"FRHP\x00", 142)
        filters, flags, width, start, most, bits, root, rows = unpack_from(
            "<7xHB100xHQQH2xQH", head
        )
        if filters or not flags & 2 or not 64 <= start <= most <= _MOST_BLOCK:
            raise self.source.damage(f"the heap at byte {self.place} is not as usual")
        if rows * width > _MOST_STEPS or bits > 64:
            raise self.source.damage(f"the heap at byte {self.place} is too large")
        self._offset_bytes = -(-bits // 8)
        if not rows:
            self._blocks = [(0, start, root)]
            return
        before = 13 + self._offset_bytes
        children = self.source.block(root, b"FHIB\x00", before + 8 * rows * width)[before:]
        offset = 0
        for child in range(rows * width):
            size = start << max(0, child // width - 1)
            if size > most:
                break
            self._blocks.append((offset, size, *unpack_from("<Q", children, 8 * child)))
            offset += size

    def object(self, identifier: bytes) -> bytes:
        """Return the object of this heap that `identifier` names."""
        if identifier[0]:
            raise self.source.damage(f"the heap at byte {self.place} holds what is not usual")
        offset = int.from_bytes(identifier[1 : 1 + self._offset_bytes], "little")
        length = int.from_bytes(identifier[1 + self._offset_bytes :], "little")
        for first, size, place in self._blocks:
            if first <= offset and offset + length <= first + size:
                return self._block(place, size)[offset - first :][:length]
        raise self.source.damage(f"the heap at byte {self.place} has nothing at {offset}")

    def _block(self, place: int, size: int) -> bytes:
        """Return a block; its checksum lies within, and is of the block with zeros there."""
        if place not in self._read:
            data = self.source.read(place, size)
            at = 13 + self._offset_bytes
            blank = data[:at] + bytes(4) + data[at + 4 :]
            if data[:5] != b"FHDB\x00" or data[at : at + 4] != pack("<I", checksum(blank)):
                raise self.source.damage(f"the block at byte {place} does not have its checksum")
            self._read[place] = data
        return self._read[place]


def checksum(data: bytes) -> int:
    """Return Bob Jenkins's lookup3 hash (hashlittle, 2006, initial value 0), which HDF5 uses.

    Examples
    --------
    >>> hex(checksum(b"Four score and seven years ago"))
    '0x17770551'
    """
    a = b = c = (0xDEADBEEF + len(data)) & _MASK
    whole = max(0, len(data) - 1) // 12
    for x, y, z in _TRIPLE.iter_unpack(data[: 12 * whole]):
        a, b, c = (a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK
        a = ((a - c) & _MASK) ^ ((c << 4 | c >> 28) & _MASK)
        c += b
        b = ((b - a) & _MASK) ^ ((a << 6 | a >> 26) & _MASK)
        a += c
        c = ((c - b) & _MASK) ^ ((b << 8 | b >> 24) & _MASK)
        b = (b + a) & _MASK
        a = ((a - c) & _MASK) ^ ((c << 16 | c >> 16) & _MASK)
        c = (c + b) & _MASK
        b = ((b - a) & _MASK) ^ ((a << 19 | a >> 13) & _MASK)
        a = (a + c) & _MASK
        c = ((c - b) & _MASK) ^ ((b << 4 | b >> 28) & _MASK)
        b = (b + a) & _MASK
    if not data:
        return c
    x, y, z = _TRIPLE.unpack(data[12 * whole :].ljust(12, b"\0"))
    a, b, c = (a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK
    c = ((c ^ b) - (b << 14 | b >> 18)) & _MASK
    a = ((a ^ c) - (c << 11 | c >> 21)) & _MASK
    b = ((b ^ a) - (a << 25 | a >> 7)) & _MASK
    c = ((c ^ b) - (b << 16 | b >> 16)) & _MASK
    a = ((a ^ c) - (c << 4 | c >> 28)) & _MASK
    b = ((b ^ a) - (a << 14 | a >> 18)) & _MASK
    return int((c ^ b) - (b << 24 | b >> 8)) & _MASK


_TRIPLE = Struct("<III")
