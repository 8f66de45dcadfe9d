"""Arrays with memory of their own, for what is large and goes when a corpus is encoded.

Used by `chunks` and `counting`. Memory from the heap stays with the process after use: up to
17 MiB did, of which half would not be there while a model is trained.
"""

import mmap
import sys
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_T = TypeVar("_T", bound=np.generic)


def allocate(size: int, kind: type[_T]) -> NDArray[_T]:
    """Return `size` zeros whose memory goes back to the system with the array.

    Pages that are never written take no memory.

    Examples
    --------
    >>> allocate(3, np.int32)
    array([0, 0, 0], dtype=int32)
    """
    length = max(1, size) * np.dtype(kind).itemsize
    if sys.platform == "win32":
        memory = mmap.mmap(-1, length)
    else:
        memory = mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return np.frombuffer(memory, kind, size)


def enlarge(array: NDArray[_T], used: int, size: int) -> NDArray[_T]:
    """Return a copy of the first `used` entries, with room for `size`."""
    larger = allocate(size, array.dtype.type)
    larger[:used] = array[:used]
    return larger
