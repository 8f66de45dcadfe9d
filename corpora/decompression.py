"""Bytes of a file, decompressed where its first bytes say so; used by `readers`.

gzip, bzip2, xz and Zstandard, in one or several members. Knows nothing of text.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from wordvec.errors import CorpusError

BLOCK = 1 << 20
_ZSTD_INPUT = 1 << 14  # a piece is decompressed whole, to some ten times its size in text
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
LONGEST_MAGIC = 6


class Input(io.RawIOBase):
    """An open file that counts what is read from it and shows its first bytes beforehand."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin where `file` stands."""
        self.position = 0
        self._file = file
        self._start = b""

    def start(self) -> bytes:
        """Return the first bytes, enough to tell a compression."""
        while len(self._start) < LONGEST_MAGIC:
            more = self._file.read(LONGEST_MAGIC - len(self._start))
            if not more:
                break
            self._start += more
        return self._start

    def readable(self) -> bool:
        """Return True: `io` asks for it."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as io calls it
        """Read at most as much as `buffer` holds; return how much."""
        if self._start:
            size = min(len(buffer), len(self._start))
            buffer[:size] = self._start[:size]
            self._start = self._start[size:]
        else:
            size = self._file.readinto(buffer) or 0  # type: ignore[attr-defined]  # files have it
        self.position += size
        return size


def decompress(source: Input, name: str) -> Iterator[bytes]:
    """Yield blocks of what the file `name` holds.

    Raises
    ------
    CorpusError
        If the file is cut short, damaged or cannot be read; says how far it was read.
    """
    size = 0
    try:
        for block in _decompressed(source, name):
            size += len(block)
            yield block
    except EOFError as error:
        raise CorpusError(
            f"{name} is cut short: its compressed data ends after {size:,} bytes of text; "
            "get the whole file"
        ) from error
    except (OSError, lzma.LZMAError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(
            f"{name} cannot be read beyond {size:,} bytes of text: {reason}; is it damaged?"
        ) from error


def _decompressed(source: Input, name: str) -> Iterator[bytes]:
    start = source.start()
    buffered = io.BufferedReader(source, 1 << 17)
    file: IO[bytes] | io.BufferedIOBase = buffered
    if start.startswith(_ZSTD_MAGIC):
        yield from _read_zstd(cast(BinaryIO, buffered), name)
        return
    if start.startswith(b"\x1f\x8b"):
        file = gzip.GzipFile(fileobj=buffered)
    elif start.startswith(b"BZh"):
        file = bz2.BZ2File(buffered)
    elif start.startswith(b"\xfd7zXZ\0"):
        file = lzma.LZMAFile(buffered)  # noqa: SIM115 - closed with the file below it
    while block := file.read(BLOCK):
        yield block


def _read_zstd(file: BinaryIO, name: str) -> Iterator[bytes]:
    try:
        import zstandard
    except ModuleNotFoundError as error:
        raise CorpusError(
            f"{name} is compressed with Zstandard; to read it: pip install zstandard"
        ) from error
    # 2 GiB: the window of files made with --long=31, which takes memory only where it is used.
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    frame = None
    held: list[bytes] = []
    try:
        while piece := file.read(_ZSTD_INPUT):
            while piece:
                frame = frame or decompressor.decompressobj()
                held.append(frame.decompress(piece))
                piece = frame.unused_data
                frame = None if frame.eof else frame
            if sum(map(len, held)) >= BLOCK:
                yield b"".join(held)
                held.clear()
    except zstandard.ZstdError as error:
        raise OSError(str(error)) from error
    yield b"".join(held)
    if frame is not None:
        raise EOFError
