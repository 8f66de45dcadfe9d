"""The temporary file of token ids: where it lies, and what to say when there is no room.

The encoder writes it. The file has no name in its folder, so nothing is left behind, not even by
a killed process; its space is given back when the last map of it is gone.
"""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from wordvec.errors import CorpusError

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
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a failure to write into a CorpusError that names the folder and the way out."""
    try:
        yield
    except OSError as error:
        what = "is full" if error.errno in _FULL else f"cannot be written: {error.strerror}"
        raise CorpusError(
            f"the folder for temporary files, {folder}, {what}; "
            "set TMPDIR to a folder with room for 4 bytes a token"
        ) from error


def open_scratch(folder: Path) -> BinaryIO:
    """Return a new file without a name in `folder`, open for writing and reading."""
    with disk_errors(folder):
        return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))
