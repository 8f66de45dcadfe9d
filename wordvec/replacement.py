"""Files that are written whole or not at all.

Called by whatever writes a file for a user: the store, and other tools' formats. What is there
already is replaced only if asked for, and only if it is of the kind that is being written.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from wordvec.errors import OutputError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def check_replaceable(
    path: str | os.PathLike[str],
    *,
    overwrite: bool,
    replaceable: Callable[[Path], bool],
    kind: str,
) -> None:
    """Check that a file could be written to `path`: to be asked before hours of work.

    Parameters
    ----------
    path
        Where to.
    overwrite
        Whether a file that is there may be replaced.
    replaceable
        Tells of a file that is there whether it is of the right kind (a corpus never is).
    kind
        What messages call that kind, such as "store".

    Raises
    ------
    OutputError
        If the folder is missing or may not be written to, if `path` is something else than a
        file, or exists and may not be replaced.
    """
    if not os.fspath(path):
        raise OutputError("the output path is empty; give the name of a file")
    target = _target(path)
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error) from error
    else:
        if stat.S_ISDIR(mode):
            raise OutputError(f"{path} is a folder; give the name of a file, such as vectors.h5")
        if not stat.S_ISREG(mode):
            raise OutputError(f"{path} is not an ordinary file; give another name")
        if not overwrite:
            raise OutputError(f"{path} exists; --force (in Python overwrite=True) replaces it")
        if target.stat().st_size and not replaceable(target):
            raise OutputError(
                f"{path} exists and is no {kind}, so it is not replaced; "
                "remove it yourself or give another name"
            )
    if not target.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {target.parent}; make it first")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(
            f"{path}: the folder {target.parent} may not be written to; "
            "change its permissions or write elsewhere"
        )


@contextlib.contextmanager
def replacement(
    path: str | os.PathLike[str],
    *,
    overwrite: bool,
    replaceable: Callable[[Path], bool],
    kind: str,
) -> Iterator[Path]:
    """Give a new name beside `path` to write to; what is there then takes the place of `path`.

    It is synced first. A reader, or a crash, sees the old file or the new one and never half of
    one. The permissions of a file that is replaced are kept; a symbolic link is followed.

    Raises
    ------
    OutputError
        As `check_replaceable`, or if writing fails; what was at `path` is as it was.
    """
    check_replaceable(path, overwrite=overwrite, replaceable=replaceable, kind=kind)
    target = _target(path)
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    try:
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            check_replaceable(path, overwrite=overwrite, replaceable=replaceable, kind=kind)
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error
    _sync_folder(target.parent)


def _target(path: str | os.PathLike[str]) -> Path:
    return Path(os.path.realpath(path))


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power failure, where the system lets one ask for it."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _cannot_write(path: str | os.PathLike[str], error: OSError | ValueError) -> OutputError:
    number = getattr(error, "errno", None)
    reason = os.strerror(number) if number else str(error.args[-1])
    remedy = "make room or write elsewhere" if number in _NO_ROOM else "write elsewhere"
    return OutputError(f"{path} cannot be written: {reason}; {remedy}")
