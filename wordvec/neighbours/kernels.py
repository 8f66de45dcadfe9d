"""Products of one direction with a block of rows, read from their codes as they are stored.

Each kernel takes codes (rows, width), the direction in the form that `multiply_codes` gives it, and
writes `out` (rows,), the products before a row's factor. Called by `wordvec.neighbours.products`.
Numba takes neither float16 nor bfloat16, so shorter floats are moved to where float32 has its
exponent and read as float32. That makes them too small by a power of two, which the direction
makes up for; it is exact, for subnormal numbers too.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import kernel
from wordvec.quantization import QuantizedMatrix

Direction = NDArray[np.float32]
Out = NDArray[np.float32]


@kernel
def multiply_float16(codes: NDArray[np.int16], direction: Direction, out: Out) -> None:
    """Multiply with float16; `direction` (dim,) is 2 ** 112 times too long."""
    for row in range(len(codes)):
        total = np.float32(0)
        for d in range(len(direction)):
            bits = (np.int32(codes[row, d]) << np.int32(13)) & np.int32(-0x70002000)
            total += np.int32(bits).view(np.float32) * direction[d]
        out[row] = total


@kernel
def multiply_bfloat16(codes: NDArray[np.uint16], direction: Direction, out: Out) -> None:
    """Multiply with bfloat16; `direction` (dim,) is as it is."""
    for row in range(len(codes)):
        total = np.float32(0)
        for d in range(len(direction)):
            bits = np.uint32(codes[row, d]) << np.uint32(16)
            total += np.uint32(bits).view(np.float32) * direction[d]
        out[row] = total


@kernel
def multiply_float8(codes: NDArray[np.int8], direction: Direction, out: Out) -> None:
    """Multiply with float8, e4m3; `direction` (dim,) is 2 ** 120 times too long."""
    for row in range(len(codes)):
        total = np.float32(0)
        for d in range(len(direction)):
            bits = (np.int32(codes[row, d]) << np.int32(20)) & np.int32(-0x78100000)
            total += np.int32(bits).view(np.float32) * direction[d]
        out[row] = total


@kernel
def multiply_int8(codes: NDArray[np.int8], direction: Direction, out: Out) -> None:
    """Multiply with int8; `direction` (dim,) is as it is."""
    for row in range(len(codes)):
        total = np.float32(0)
        for d in range(len(direction)):
            total += np.float32(codes[row, d]) * direction[d]
        out[row] = total


@kernel
def multiply_binary(codes: NDArray[np.uint8], sums: NDArray[np.float32], out: Out) -> None:
    """Add up what each byte of a row stands for; `sums` (width, 256) is from `byte_sums`."""
    for row in range(len(codes)):
        total = np.float32(0)
        for byte in range(len(sums)):
            total += sums[byte, codes[row, byte]]
        out[row] = total


def byte_sums(direction: Direction) -> NDArray[np.float32]:
    """Return the product of each byte's eight signs with its part of `direction`: (width, 256)."""
    width = -(-len(direction) // 8)
    padded = np.zeros((width, 8), np.float32)
    padded.reshape(-1)[: len(direction)] = direction
    codes = np.arange(256, dtype=np.uint8)[:, None]
    signs = np.unpackbits(codes, axis=1, bitorder="little").astype(np.float32) * 2 - 1
    return padded @ signs.T


def _longer(power: int) -> Callable[[Direction], Direction]:
    return lambda direction: direction * np.float32(2.0**power)


KERNELS: dict[str, tuple[Any, str, Callable[[Direction], NDArray[np.float32]]]] = {
    "float16": (multiply_float16, "<i2", _longer(112)),
    "bfloat16": (multiply_bfloat16, "<u2", _longer(0)),
    "float8": (multiply_float8, "|i1", _longer(120)),
    "int8": (multiply_int8, "|i1", _longer(0)),
    "binary": (multiply_binary, "|u1", byte_sums),
}
"""For each stored type its kernel, the type it reads the codes as, and the direction's form."""


def code_multiplier(
    matrix: QuantizedMatrix, directions: NDArray[np.float32]
) -> Callable[[int, int, NDArray[np.float32]], None]:
    """Return a function that multiplies rows start to stop with `directions`, (q, dim).

    It writes the products before the rows' factors, (q, stop - start), to its third argument.
    """
    run, dtype, form = KERNELS[matrix.quantizer.name]
    forms = [form(direction) for direction in directions]
    # Contiguous and read-only, so that each kernel is compiled for one kind of array.
    codes = np.ascontiguousarray(matrix.codes).view(dtype)
    codes.flags.writeable = False

    def multiply(start: int, stop: int, out: NDArray[np.float32]) -> None:
        for form, products in zip(forms, out, strict=True):
            run(codes[start:stop], form, products)

    return multiply
