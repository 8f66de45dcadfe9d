"""Threads for the searches beside it: ranges of rows, and NumPy's BLAS kept to one thread each.

Knows nothing of vectors.
"""

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from wordvec.cpus import available_threads

_Result = TypeVar("_Result")

PRODUCTS_A_THREAD = 1 << 24
"""Multiplications that take a thread some milliseconds; fewer are not worth starting one."""


def in_parts(
    work: Callable[[int, int], _Result], rows: int, *, products: int, threads: int | None
) -> list[_Result]:
    """Return what `work(start, stop)` does for as many ranges of `rows` as there are threads.

    `products` is how many multiplications the whole work is: little work is done by the caller
    alone. `threads` is how many to take at most; None for as many as this process may use.
    """
    parts = min(products // PRODUCTS_A_THREAD, rows)
    if parts > 1:
        parts = min(parts, available_threads() if threads is None else threads)
    if parts <= 1:
        return [work(0, rows)]
    from concurrent.futures import ThreadPoolExecutor

    bounds = [rows * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(parts, "wordvec-search") as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep NumPy's matrix product to the thread that calls it: `in_parts` has the others.

    The limit is one of the whole process, so those who set it wait for each other: otherwise the
    first to leave would lift it for all, and the last would put back what the first had set.
    """
    with _blas_lock, _blas().limit(limits=1, user_api="blas"):
        yield


@functools.cache
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


_blas_lock = threading.Lock()


def _renew_lock() -> None:
    global _blas_lock
    _blas_lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    # The process may be forked while another of its threads holds the lock.
    os.register_at_fork(after_in_child=_renew_lock)
