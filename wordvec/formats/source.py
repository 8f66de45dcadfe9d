"""The file that is read, plain or packed by gzip, as blocks of bytes.

Called by `wordvec.formats` to look at a file's first bytes, and by the readers of text and of
word2vec's binary files, which are often kept packed. Knows nothing of what the bytes mean, but
for the mark that editors of Windows put before text.
"""

import contextlib
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from wordvec.errors import FormatError

Progress = Callable[[int, int], None]
"""Called now and then with the bytes done and the bytes there are."""

_GZIP = b"\x1f\x8b\x08"
_MOST_PACKED = 1032
"""How many bytes one byte of gzip can stand for, at most."""
_OTHER_PACKERS = {
    "bzip2": re.compile(rb"BZh[1-9]1AY&SY"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "7z": re.compile(rb"7z\xbc\xaf\x27\x1c"),
}
_MAGIC_BYTES = 10
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Source:
    """An open file; `read` unpacks gzip, told by its first bytes, and skips a byte order mark.

    Parameters
    ----------
    path
        The file.
    progress
        Told of each read, by place in the file as it is on disk.

    Raises
    ------
    FormatError
        If it cannot be opened, is not an ordinary file, is empty, or packed by another program.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.path = path
        self._progress = progress
        if not path.is_file():
            what = "is not an ordinary file" if path.exists() else "there is no such file"
            raise FormatError(f"{path}: {what}; give the name of a file of word vectors")
        with self._errors():
            self._file = path.open("rb")
        try:
            self._size = path.stat().st_size
            start = self._file.read(_MAGIC_BYTES)
            self._file.seek(0)
            self._check_start(start)
            self.packed = start.startswith(_GZIP)
            self._content: BinaryIO = self._file
            if self.packed:
                self._content = cast(BinaryIO, gzip.GzipFile(fileobj=self._file))
            with self._errors():
                if self._content.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
                    self._content.seek(0)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._content.close()
        self._file.close()

    @property
    def most_bytes(self) -> int:
        """How many bytes the file can hold, unpacked: all that a header may lay claim to."""
        return self._size * (_MOST_PACKED if self.packed else 1)

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end.

        Raises
        ------
        FormatError
            If they cannot be read or unpacked.
        """
        with self._errors():
            data = self._content.read(size)
        if self._progress is not None:
            self._progress(self._file.tell(), self._size)
        return data

    def _check_start(self, start: bytes) -> None:
        if start in (b"", _BYTE_ORDER_MARK):
            raise FormatError(f"{self.path} is empty; expected a file of word vectors")
        for program, magic in _OTHER_PACKERS.items():
            if magic.match(start):
                raise FormatError(f"{self.path} is packed by {program}; unpack it first")

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FormatError(
                f"{self.path} is cut short or damaged inside its gzip packing ({error}); "
                "copy it again"
            ) from error
        except OSError as error:
            raise FormatError(f"{self.path} cannot be read: {error.strerror or error}") from error
