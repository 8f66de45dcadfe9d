"""Temporary files without a name: where they lie, and what to say when there is no room.

The encoder keeps token ids in one, and whatever makes a new matrix keeps that in one. Having no
name in its folder, such a file leaves nothing behind, not even after a killed process; its space
is given back when the last map of it is gone.
"""

import contextlib
import errno
import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import OutputError, WordvecError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def scratch_folder() -> Path:
    """Return $TMPDIR, else /var/tmp, which is on disk where /tmp may be memory, else the usual."""
    if folder := os.environ.get("TMPDIR"):
        return Path(folder)
    var_tmp = Path("/var/tmp")  # noqa: S108 - the file made there has no name
    if var_tmp.is_dir() and os.access(var_tmp, os.W_OK | os.X_OK):
        return var_tmp
    return Path(tempfile.gettempdir())


@contextlib.contextmanager
def disk_errors(
    folder: Path, room: str, *, error_type: type[WordvecError] = OutputError
) -> Iterator[None]:
    """Turn a failure to write into an error that names the folder and the way out."""
    try:
        yield
    except OSError as error:
        what = "is full" if error.errno in _FULL else f"cannot be written: {error.strerror}"
        raise error_type(
            f"the folder for temporary files, {folder}, {what}; "
            f"set TMPDIR to a folder with room for {room}"
        ) from error


def open_scratch(folder: Path) -> BinaryIO:
    """Return a new file without a name in `folder`, open for writing and reading.

    Raises
    ------
    OSError
        If the folder takes no file.
    """
    return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))


class ScratchMatrix:
    """A float32 matrix that grows by blocks of rows in a temporary file.

    Memory holds one block at a time: the rest belongs to the system's cache.

    Parameters
    ----------
    dim
        Length of a row.

    Examples
    --------
    >>> with ScratchMatrix(2) as scratch:
    ...     scratch.append(np.zeros((3, 2), np.float32))
    ...     scratch.finish().shape
    (3, 2)
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.rows = 0
        self._folder = scratch_folder()
        with self._disk_errors():
            self._file = open_scratch(self._folder)

    def __enter__(self) -> "ScratchMatrix":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._file.close()

    def append(self, block: NDArray[np.float32]) -> None:
        """Add `block`, (n, dim), at the end.

        Raises
        ------
        OutputError
            If there is no room; says where.
        """
        with self._disk_errors():
            self._file.write(np.ascontiguousarray(block, "<f4").data)
        self.rows += len(block)

    def finish(self) -> NDArray[np.float32]:
        """Return all rows, mapped read-only: (rows, dim).

        Raises
        ------
        OutputError
            If there is no room; says where.
        """
        if not self.rows:
            return np.empty((0, self.dim), np.float32)
        with self._disk_errors():
            self._file.flush()
            mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, "<f4").reshape(self.rows, self.dim)

    def _disk_errors(self) -> contextlib.AbstractContextManager[None]:
        return disk_errors(self._folder, f"{4 * self.dim} bytes a word")
