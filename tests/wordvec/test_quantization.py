import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wordvec.quantization import FLOAT8_VALUES, QUANTIZERS, QuantizedMatrix, encode

BLOCKS = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(1, 17)),
    elements=st.floats(-1000, 1000, width=32),
)
# How far a decoded number may be off, as a share of the largest in its row.
TOLERANCE = {
    "float32": 0,
    "float16": 2.0**-11,
    "bfloat16": 2.0**-8,
    "float8": 2.0**-4,
    "int8": 0.5 / 127 * 1.001,
}


def quantized(block: np.ndarray, dtype: str) -> QuantizedMatrix:
    codes, scales = encode(block, dtype)
    return QuantizedMatrix(codes, dtype, block.shape[1], scales)


@pytest.mark.parametrize("dtype", TOLERANCE)
@given(block=BLOCKS)
def test_decoding_gives_back_each_number_to_the_precision_of_the_type(dtype, block) -> None:
    largest = np.abs(block).max(axis=1, keepdims=True)
    error = np.abs(quantized(block, dtype)[:] - block)
    assert np.all(error <= largest * TOLERANCE[dtype] + 1e-7)


@given(block=BLOCKS)
def test_binary_keeps_the_sign_of_each_number_and_the_length_of_each_row(block) -> None:
    decoded = quantized(block, "binary")[:]
    lengths = np.linalg.norm(block.astype(np.float64), axis=1)
    told = lengths > 1e-30  # what is shorter becomes 0, as float32 has no smaller factor
    assert np.all((decoded >= 0)[told] == (block >= 0)[told])
    assert np.allclose(np.linalg.norm(decoded, axis=1), lengths, rtol=1e-5)


def test_float8_has_the_values_of_e4m3() -> None:
    for code in range(0x7F):
        exponent, mantissa = code >> 3, code & 7
        value = (8 + mantissa) * 2.0 ** (exponent - 10) if exponent else mantissa * 2.0**-9
        assert FLOAT8_VALUES[code] == value
        assert FLOAT8_VALUES[code | 0x80] == -value


def test_each_float8_value_is_its_own_code() -> None:
    row = FLOAT8_VALUES[[*range(0x7F), *range(0x80, 0xFF)]]
    assert np.array_equal(quantized(row[None], "float8")[0], row)


@pytest.mark.parametrize("dtype", QUANTIZERS)
def test_rows_are_decoded_alone_in_slices_and_in_lists(dtype) -> None:
    block = np.random.default_rng(1).standard_normal((6, 11), np.float32)
    matrix = quantized(block, dtype)
    whole = np.asarray(matrix)
    assert whole.shape == matrix.shape == (6, 11)
    assert np.array_equal(matrix[-1], whole[5])
    assert np.array_equal(matrix[2:4], whole[2:4])
    assert np.array_equal(matrix[np.array([5, 0])], whole[[5, 0]])
    assert matrix[4].dtype == np.float32
    assert matrix[np.empty(0, int)].shape == matrix[6:].shape == (0, 11)


@pytest.mark.parametrize("dtype", sorted(set(QUANTIZERS) - {"float32"}))
def test_numbers_that_are_not_finite_are_refused(dtype) -> None:
    with pytest.raises(ValueError, match=f"NaN or infinite, which {dtype} does not hold"):
        encode(np.array([[1, np.nan]], np.float32), dtype)


def test_float16_refuses_what_it_would_make_infinite() -> None:
    with pytest.raises(ValueError, match="above 65,504"):
        encode(np.array([[70_000]], np.float32), "float16")


def test_float16_decodes_every_code_as_numpy_does() -> None:
    codes = np.arange(1 << 16, dtype=np.uint16).view("<f2").reshape(256, 256)
    for row in (codes, codes[:16]):
        decoded = QuantizedMatrix(row, "float16", 256)[:]
        assert np.array_equal(decoded, row.astype(np.float32), equal_nan=True)


def test_float8_decodes_every_code_to_its_value() -> None:
    codes = np.delete(np.arange(256, dtype=np.uint8), [0x7F, 0xFF])[None]
    assert np.array_equal(QUANTIZERS["float8"].decode(codes, 254)[0], FLOAT8_VALUES[codes[0]])
