"""How many float32 operations a second this machine does in NumPy's matrix product.

That is the yardstick for the arithmetic of training. `measure_sgemm` has a fresh process,
`python -m wordvec.evals.bench.sgemm`, multiply; called by `wordvec.evals.bench.train`.
"""

import subprocess
import sys
import time

import numpy as np

from wordvec.errors import WordvecError
from wordvec.evals.bench.storejobs import fresh_environment

_SIDE = 2048
"""Rows and columns: the product of 4,096 was 2 % quicker, that of 1,024 was 6 % slower."""
_PRODUCTS = 10


def measure_sgemm(threads: int) -> float:
    """Return the additions and multiplications a second of the quickest of several products.

    Raises
    ------
    WordvecError
        If the process that multiplies fails; the message is its last line.
    """
    command = [sys.executable, "-P", "-m", "wordvec.evals.bench.sgemm"]
    finished = subprocess.run(  # noqa: S603 - our own arguments
        command, env=fresh_environment(threads), capture_output=True, text=True, check=False
    )
    if finished.returncode:
        why = finished.stderr.strip().splitlines()[-1:] or [f"exit status {finished.returncode}"]
        raise WordvecError(f"the matrix product failed: {why[0]}")
    return float(finished.stdout)


def multiply(side: int, products: int) -> float:
    """Return the operations a second of the quickest product of two square matrices."""
    left, right = np.random.default_rng(1).random((2, side, side), np.float32)
    out = np.empty_like(left)
    quickest = float("inf")
    for _ in range(products):
        start = time.perf_counter()
        np.matmul(left, right, out=out)
        quickest = min(quickest, time.perf_counter() - start)
    return 2 * side**3 / quickest


if __name__ == "__main__":
    print(multiply(_SIDE, _PRODUCTS))  # noqa: T201 - read by `measure_sgemm`
