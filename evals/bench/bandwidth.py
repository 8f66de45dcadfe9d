"""How many bytes a second this machine reads from memory: the bound on an exact search.

A kernel, compiled as all of ours are, adds up a matrix in several threads. Called by
`wordvec.evals.bench.storejobs`; importing this imports Numba.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import kernel


@kernel
def sum_block(block: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Write the sum of `block`, (n,), to `out`, (1,)."""
    total = np.float32(0)
    for i in range(len(block)):
        total += block[i]
    out[0] = total


def read_bandwidth(matrix: NDArray[np.float32], *, threads: int, repeats: int) -> float:
    """Return the bytes of `matrix`, (words, dim), read a second: the quickest of `repeats`."""
    parts = np.array_split(matrix.reshape(-1), threads)
    sums = np.empty((threads, 1), np.float32)
    quickest = float("inf")
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(repeats):
            start = time.perf_counter()
            list(pool.map(sum_block, parts, sums))
            quickest = min(quickest, time.perf_counter() - start)
    return matrix.nbytes / quickest
