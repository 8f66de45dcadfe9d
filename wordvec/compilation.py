"""Every Numba flag of the project, and how compiled code is kept on disk.

The kernel modules take their decorators from here: `kernel` for arithmetic called from Python,
`inlined` for the steps inside it, `byte_kernel` for loops over bytes. Importing this imports Numba.
"""

import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core.caching import FunctionCache

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Sums may be reordered, which is what lets them run in vector registers. The two flags that
# would allow the compiler to assume that no NaN or infinity occurs are left out: training that
# diverges must be seen.
_ARITHMETIC = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"reassoc", "contract", "nsz", "arcp", "afn"},
}
# Without `_nrt` (counted references to arrays, needed only where arrays are made) text is encoded
# four times faster.
_BYTES = {"nogil": True, "_nrt": False}

log = logging.getLogger("wordvec")


class _Cache(FunctionCache):  # type: ignore[misc]
    """Numba's cache on disk, with two gaps closed.

    A disk that takes no file is no reason to fail. And code is compiled anew when a file beside
    the kernel's has changed: Numba itself looks at the kernel's own file alone, not at those of
    the functions that were compiled into it.
    """

    def save_overload(self, signature: Any, data: Any) -> None:
        try:
            super().save_overload(signature, data)
        except OSError as error:
            log.info("compiled code is not kept, and will be compiled again: %s", error)

    def _index_key(self, signature: Any, codegen: Any) -> tuple[Any, ...]:
        folder = Path(self._py_func.__code__.co_filename).parent
        return (*super()._index_key(signature, codegen), _stamp_sources(folder))


@functools.cache
def _stamp_sources(folder: Path) -> tuple[tuple[str, int, int], ...]:
    found = ((path.name, path.stat()) for path in folder.glob("*.py"))
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in found))


def kernel(function: _Function) -> _Function:
    """Compile arithmetic to run without the GIL, and keep the machine code on disk."""
    return _compile(function, _ARITHMETIC)


def byte_kernel(function: _Function) -> _Function:
    """Compile a loop over bytes and whole numbers, which must make no array; likewise kept."""
    return _compile(function, _BYTES)


def inlined(function: _Function) -> _Function:
    """Compile arithmetic into the body of each caller, so that its constants become theirs."""
    compiled: _Function = numba.njit(forceinline=True, **_ARITHMETIC)(function)
    return compiled


def _compile(function: _Function, flags: dict[str, Any]) -> _Function:
    compiled = numba.njit(**flags)(function)
    try:
        compiled._cache = _Cache(function)
    except RuntimeError:
        log.info("there is no folder to keep compiled code in; set NUMBA_CACHE_DIR to one")
    result: _Function = compiled
    return result
