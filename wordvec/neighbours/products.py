"""Products of directions with blocks of rows, by the quickest way for the type and the number.

Called by the searches beside it. Few directions are multiplied row by row, at the speed of the
memory; many by a matrix product. Codes are decoded by NumPy, block by block, or read by kernels
once this process has decoded so much that loading those is worth it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours.rows import ROWS_PER_BLOCK, Vectors
from wordvec.quantization import QuantizedMatrix

Multiply = Callable[[int, int, NDArray[np.float32]], None]
"""From the first row, the one after the last, and the array (q, rows) that takes the products."""

FEW = 3
"""So many directions take less time one by one (two 41 ms, with 1,000,000 x 300 numbers) than by
a matrix product (60 ms); four take more."""
NUMBERS_PER_BLOCK = 1 << 21
DECODED_PER_BLOCK = 1 << 19
"""Fewer: what has been decoded is multiplied while it is in the processor's cache."""
NUMBERS_BEFORE_KERNELS = 1 << 30
"""Numba and a kernel load in 340 ms, in which NumPy decodes and multiplies 1 to 4 thousand million
numbers with two threads. So a process that asks once does not load them."""

_decoded = 0


def multiplier(matrix: Vectors, directions: NDArray[np.float32]) -> tuple[Multiply, int]:
    """Return how to multiply a block of `matrix` with `directions`, (q, dim), and rows in a block.

    The products are those with a row as it is decoded, before its factor.
    """
    dim = matrix.shape[1]
    if not isinstance(matrix, QuantizedMatrix):
        return _decoder_multiplier(matrix.__getitem__, directions), _rows_in(NUMBERS_PER_BLOCK, dim)
    if len(directions) <= FEW and _kernels_pay(len(matrix) * dim):
        from wordvec.neighbours.kernels import code_multiplier

        return code_multiplier(matrix, directions), _rows_in(NUMBERS_PER_BLOCK, dim)
    codes, decode = matrix.codes, matrix.quantizer.decode
    return (
        _decoder_multiplier(lambda rows: decode(codes[rows], dim), directions),
        _rows_in(DECODED_PER_BLOCK, dim),
    )


def _rows_in(numbers: int, dim: int) -> int:
    return max(1, min(numbers // dim, ROWS_PER_BLOCK))


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
