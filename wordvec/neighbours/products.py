"""Products of directions with blocks of rows, by the quickest way for the type and the number.

Called by the searches beside it. Few directions are multiplied row by row, at the speed of the
memory; many by a matrix product. Codes are decoded by NumPy, block by block, or read by kernels
once this process has decoded so much that loading those is worth it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours.rows import Vectors
from wordvec.quantization import QuantizedMatrix

Multiply = Callable[[int, int, NDArray[np.float32]], None]
"""From the first row, the one after the last, and the array (q, rows) that takes the products."""

FEW = 3
"""So many directions take less time one by one (two 42 ms, with 1,000,000 x 300 numbers) than by
a matrix product (53 ms); four take more."""
SCORES_PER_BLOCK = 1 << 20
ROWS_PER_BLOCK = 1 << 15
"""Larger blocks hardly win time, and their scores leave the processor's cache."""
NUMBERS_TO_REUSE = 1 << 20
"""A block that is decoded first, or read for two or three directions in turn, has so many numbers:
they are still in the processor's cache when they are needed again."""
NUMBERS_BEFORE_KERNELS = 1 << 30
"""Numba and a kernel load in 340 ms, in which NumPy decodes and multiplies 1 to 4 thousand million
numbers with two threads. So a process that asks once does not load them."""

_decoded = 0


def multiplier(matrix: Vectors, directions: NDArray[np.float32]) -> tuple[Multiply, int]:
    """Return how to multiply a block of `matrix` with `directions`, (q, dim), and rows in a block.

    The products are those with a row as it is decoded, before its factor.
    """
    dim = matrix.shape[1]
    step = max(1, min(ROWS_PER_BLOCK, SCORES_PER_BLOCK // max(1, len(directions))))
    short = max(1, min(step, NUMBERS_TO_REUSE // dim))
    if 1 < len(directions) <= FEW:
        step = short
    if not isinstance(matrix, QuantizedMatrix):
        return _decoder_multiplier(matrix.__getitem__, directions), step
    if len(directions) <= FEW and _kernels_pay(len(matrix) * dim):
        from wordvec.neighbours.kernels import code_multiplier

        return code_multiplier(matrix, directions), step
    codes, decode = matrix.codes, matrix.quantizer.decode
    return _decoder_multiplier(lambda rows: decode(codes[rows], dim), directions), short


def _decoder_multiplier(
    decode: Callable[[slice], NDArray[np.float32]], directions: NDArray[np.float32]
) -> Multiply:
    def multiply(start: int, stop: int, out: NDArray[np.float32]) -> None:
        block = decode(slice(start, stop))
        if len(directions) > FEW:
            np.matmul(directions, block.T, out=out)
            return
        for direction, products in zip(directions, out, strict=True):
            np.vecdot(block, direction, out=products)

    return multiply


def _kernels_pay(numbers: int) -> bool:
    """Tell whether kernels should read the next `numbers` of them; if not, count these."""
    global _decoded
    if _decoded >= NUMBERS_BEFORE_KERNELS:
        return True
    _decoded += numbers
    return False


def make_cosines(
    products: NDArray[np.float32], matrix: Vectors, norms: NDArray[np.float32], start: int
) -> None:
    """Divide `products` (q, rows) of the rows from `start` by their lengths, in place.

    A row of length zero, or with values that are not finite, gets 0.
    """
    rows = slice(start, start + products.shape[1])
    lengths = norms[rows]
    if isinstance(matrix, QuantizedMatrix) and matrix.scales is not None:
        lengths = lengths / matrix.scales[rows]
    products /= lengths
    bad = ~((lengths > 0) & (lengths < np.inf))
    if bad.any():
        products[:, bad] = 0
