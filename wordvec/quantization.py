"""The types in which a store may hold its vectors, to and from float32.

`encode` makes the codes that a store keeps; `QuantizedMatrix` looks like the float32 matrix they
stand for, and decodes the rows that are asked for. Called by the store's reader and writer, by
`WordVectors` and by the search for neighbours, which has kernels that decode as they multiply.
Loads no Numba: what is here is also the definition that the kernels are compared with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Codes = NDArray[Any]
Scales = NDArray[np.float32]


@dataclass(frozen=True)
class Quantizer:
    """One way to keep a row of float32: how its codes lie in a file, and how they are decoded."""

    name: str
    """What the attribute `dtype` of a store says."""
    storage: str
    """The NumPy type of the codes."""
    scaled: bool
    """Whether each row has a factor, float32, that its decoded codes are multiplied by."""
    encode: Callable[[Matrix], tuple[Codes, Scales | None]]
    decode: Callable[[Codes, int], Matrix]
    """From codes (n, width) and the dimension to float32 (n, dim), before scaling."""
    per_code: int = 1
    """How many numbers share one code."""

    def width(self, dim: int) -> int:
        """Return how many codes a row of `dim` numbers takes."""
        return -(-dim // self.per_code)


def _truncated(bits: int, exponent: int) -> Callable[[Matrix], NDArray[np.uint32]]:
    """Return an encoder to a shorter float, of which `bits` of float32's are cut off.

    The factor 2 ** -exponent makes up for the shorter exponent, so that what is left of float32's
    bits after rounding to even is the shorter float, subnormal numbers too.
    """

    def encode(block: Matrix) -> NDArray[np.uint32]:
        with np.errstate(under="ignore"):
            raw = (block * np.float32(2.0**-exponent)).view(np.uint32)
        half = np.uint32((1 << (bits - 1)) - 1)
        magnitude = raw & np.uint32(0x7FFFFFFF)
        magnitude += half + ((raw >> np.uint32(bits)) & np.uint32(1))
        return magnitude >> np.uint32(bits)

    return encode


_to_bfloat16 = _truncated(16, 0)
_to_float8 = _truncated(20, 120)
_FLOAT8_MOST = np.float32(448)
_FLOAT16_OVER = np.float32(65536)


def _encode_float32(block: Matrix) -> tuple[Codes, None]:
    return block, None


def _decode_float32(codes: Codes, _dim: int) -> Matrix:
    return codes.astype(np.float32, copy=False)


def _widened(codes: Codes, bits: int, mask: int, exponent: int) -> Matrix:
    """Return signed codes of a shorter float as float32: the way back from `_truncated`."""
    wide = codes.astype(np.int32)
    wide <<= np.int32(bits)
    wide &= np.int32(mask)  # the sign was extended into the exponent
    decoded = wide.view(np.float32)
    decoded *= np.float32(2.0**exponent)
    return decoded


def _encode_float16(block: Matrix) -> tuple[Codes, None]:
    with np.errstate(over="ignore", under="ignore"):
        codes = block.astype("<f2")
    if not np.all(np.isfinite(codes)):
        raise ValueError("a number is above 65,504, the most that float16 holds; take bfloat16")
    return codes, None


def _encode_bfloat16(block: Matrix) -> tuple[Codes, None]:
    codes = _to_bfloat16(block).astype("<u2") | (np.signbit(block).astype("<u2") << np.uint16(15))
    return codes, None


def _decode_float16(codes: Codes, _dim: int) -> Matrix:
    # Five times as fast as NumPy's own conversion. An infinity or NaN, which no encoder here
    # makes but a file may hold, becomes a number that float16 has not.
    decoded = _widened(codes.view("<i2"), 13, -0x70002000, 112)
    if max(np.max(decoded, initial=0), -np.min(decoded, initial=0)) >= _FLOAT16_OVER:
        return codes.astype(np.float32)
    return decoded


def _decode_bfloat16(codes: Codes, _dim: int) -> Matrix:
    return (codes.astype(np.uint32) << np.uint32(16)).view(np.float32)


def _encode_float8(block: Matrix) -> tuple[Codes, Scales]:
    scales = np.max(np.abs(block), axis=1, initial=0) / _FLOAT8_MOST
    codes = np.minimum(_to_float8(_scaled_down(block, scales)), 0x7E).astype(np.uint8)
    return codes | (np.signbit(block).astype(np.uint8) << np.uint8(7)), scales


def _decode_float8(codes: Codes, _dim: int) -> Matrix:
    return _widened(codes.view(np.int8), 20, -0x78100000, 120)


def _encode_int8(block: Matrix) -> tuple[Codes, Scales]:
    scales = np.max(np.abs(block), axis=1, initial=0) / np.float32(127)
    return np.clip(np.rint(_scaled_down(block, scales)), -127, 127).astype(np.int8), scales


def _decode_int8(codes: Codes, _dim: int) -> Matrix:
    return codes.astype(np.float32)


def _encode_binary(block: Matrix) -> tuple[Codes, Scales]:
    scales = np.linalg.norm(block.astype(np.float64), axis=1) / np.sqrt(block.shape[1])
    return np.packbits(block >= 0, axis=1, bitorder="little"), scales.astype(np.float32)


def _decode_binary(codes: Codes, dim: int) -> Matrix:
    return _SIGNS.take(codes, axis=0).reshape(len(codes), 8 * codes.shape[1])[:, :dim]


def _scaled_down(block: Matrix, scales: Scales) -> Matrix:
    divisors: Scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return block / divisors[:, None]


_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little") * 2.0 - 1
_SIGNS = _SIGNS.astype(np.float32)
"""What the eight numbers of each code of binary stand for."""
_codes = np.arange(256, dtype=np.uint32)
_FLOAT8_BITS = ((_codes & np.uint32(0x7F)) << np.uint32(20)) | ((_codes >> np.uint32(7)) << 31)
FLOAT8_VALUES: NDArray[np.float32] = _FLOAT8_BITS.view(np.float32) * np.float32(2.0**120)
"""What each of the 256 codes of float8 (e4m3) stands for; 0x7f and 0xff, its NaN, are not used."""

QUANTIZERS = {
    quantizer.name: quantizer
    for quantizer in (
        Quantizer("float32", "<f4", False, _encode_float32, _decode_float32),
        Quantizer("float16", "<f2", False, _encode_float16, _decode_float16),
        Quantizer("bfloat16", "<u2", False, _encode_bfloat16, _decode_bfloat16),
        Quantizer("float8", "|u1", True, _encode_float8, _decode_float8),
        Quantizer("int8", "|i1", True, _encode_int8, _decode_int8),
        Quantizer("binary", "|u1", True, _encode_binary, _decode_binary, per_code=8),
    )
}
"""By the name that options and stores use.

float16: IEEE 754 half precision. bfloat16: the upper half of float32. float8: e4m3 (Micikevicius
et al. 2022, "FP8 formats for deep learning"), the largest number of a row being 448. int8: the
largest being 127. binary: the sign alone; a row keeps its length.
"""


def encode(block: Matrix, dtype: str) -> tuple[Codes, Scales | None]:
    """Return the codes, (n, width), and the factors, (n,) or None, of `block`, (n, dim).

    Raises
    ------
    ValueError
        If a number is NaN, infinite or too large for the type. float32 takes everything.
    """
    if dtype != "float32" and not np.all(np.isfinite(block)):
        raise ValueError(f"a number is NaN or infinite, which {dtype} does not hold")
    return QUANTIZERS[dtype].encode(block)


class QuantizedMatrix:
    """Codes and factors, seen as the float32 matrix (words, dim) they stand for.

    Indexing by a row, a slice or an array of rows decodes these and no others; `np.asarray`
    decodes all.

    Parameters
    ----------
    codes
        Shape (words, width), in the storage type of `dtype`; in memory or mapped.
    dtype
        A name of `QUANTIZERS`.
    dim
        Length of a vector.
    scales
        Shape (words,), float32; None for types without.

    Examples
    --------
    >>> codes, scales = encode(np.array([[1.0, -0.5, 0.25]], np.float32), "int8")
    >>> QuantizedMatrix(codes, "int8", 3, scales)[0].round(2)
    array([ 1.  , -0.5 ,  0.25], dtype=float32)
    """

    ndim = 2
    dtype = np.dtype(np.float32)

    def __init__(self, codes: Codes, dtype: str, dim: int, scales: Scales | None = None) -> None:
        self.quantizer = QUANTIZERS[dtype]
        self.codes = codes
        self.scales = scales
        self.shape = (len(codes), dim)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: SupportsIndex | slice | NDArray[Any] | list[int]) -> Matrix:
        if isinstance(rows, slice | np.ndarray | list):
            return self._decode(
                self.codes[rows], None if self.scales is None else self.scales[rows]
            )
        row = rows.__index__()
        matrix: Matrix = self[row : row + 1 or None]
        return np.asarray(matrix[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError(f"vectors kept as {self.quantizer.name} are decoded, which is a copy")
        return np.asarray(self[:], dtype)

    def first(self, n: int) -> "QuantizedMatrix":
        """Return the `n` first rows, still encoded."""
        scales = None if self.scales is None else self.scales[:n]
        return QuantizedMatrix(self.codes[:n], self.quantizer.name, self.shape[1], scales)

    def __repr__(self) -> str:
        return f"QuantizedMatrix({self.shape[0]} x {self.shape[1]}, {self.quantizer.name})"

    def _decode(self, codes: Codes, scales: Scales | None) -> Matrix:
        decoded = self.quantizer.decode(codes, self.shape[1])
        if scales is not None:
            decoded *= scales[:, None]
        return decoded
