"""Every Numba flag of the project, in one place.

`kernel` is for functions called from Python, `inlined` for the steps inside them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Sums may be reordered, which is what lets them run in vector registers. The two flags that
# would allow the compiler to assume that no NaN or infinity occurs are left out: training that
# diverges must be seen.
_FAST_MATH = {"reassoc", "contract", "nsz", "arcp", "afn"}


def kernel(function: _Function) -> _Function:
    """Compile `function` without the GIL, and keep the machine code on disk."""
    compiled: _Function = numba.njit(
        nogil=True, cache=True, fastmath=_FAST_MATH, error_model="numpy"
    )(function)
    return compiled


def inlined(function: _Function) -> _Function:
    """Compile `function` into the body of each caller, so that its constants become theirs."""
    compiled: _Function = numba.njit(
        nogil=True, forceinline=True, fastmath=_FAST_MATH, error_model="numpy"
    )(function)
    return compiled
