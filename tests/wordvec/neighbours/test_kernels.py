import numpy as np
import pytest

from wordvec.neighbours.kernels import KERNELS, byte_sums, code_multiplier
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, encode


@pytest.fixture(params=["compiled", "plain Python"])
def way(request):
    return (lambda run: run) if request.param == "compiled" else (lambda run: run.py_func)


@pytest.mark.parametrize("dim", [1, 7, 8, 33, 513])
@pytest.mark.parametrize("dtype", KERNELS)
def test_products_are_those_of_the_decoded_numbers(way, dtype, dim):
    random = np.random.default_rng(dim)
    codes, _ = encode(random.standard_normal((5, dim), np.float32), dtype)
    direction = random.standard_normal(dim).astype(np.float32) / np.float32(dim**0.5)
    run, storage, form = KERNELS[dtype]
    out = np.empty(5, np.float32)
    way(run)(codes.view(storage), form(direction), out)
    decoded = QUANTIZERS[dtype].decode(codes, dim).astype(np.float64)
    largest = np.abs(decoded).max(initial=1)
    np.testing.assert_allclose(out, decoded @ direction, atol=1e-6 * largest)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8", "int8"])
def test_every_finite_code_stands_for_its_number(dtype):
    quantizer = QUANTIZERS[dtype]
    n = 1 << 8 * np.dtype(quantizer.storage).itemsize
    codes = np.arange(n, dtype=f"<u{np.dtype(quantizer.storage).itemsize}")[:, None]
    codes = codes.view(quantizer.storage)
    expected = quantizer.decode(codes, 1)
    out = np.empty((1, n), np.float32)
    one = np.ones((1, 1), np.float32)
    code_multiplier(QuantizedMatrix(codes, dtype, 1), one)(0, n, out)
    # A product with a sum of 0 has no sign, and the smallest of bfloat16 are subnormal.
    finite = np.isfinite(expected[:, 0])
    np.testing.assert_array_equal(out[0, finite], expected[finite, 0])


def test_a_byte_stands_for_the_sum_of_its_signs():
    sums = byte_sums(np.array([1, 2, 4, 8, 16, 32, 64, 128, 256], np.float32))
    assert sums.shape == (2, 256)
    assert sums[0, 0b101].tolist() == 1 - 2 + 4 - 8 - 16 - 32 - 64 - 128
    assert sums[1, 0] == -256
    assert sums[1, 1] == sums[1, 255] == 256


def test_each_kernel_is_compiled_once_for_codes_in_memory_and_mapped(tmp_path):
    codes, scales = encode(np.eye(4, dtype=np.float32), "int8")
    codes.tofile(tmp_path / "codes")
    for kept in (codes, np.memmap(tmp_path / "codes", np.int8, "r", shape=(4, 4))):
        out = np.empty((1, 4), np.float32)
        one = np.ones((1, 4), np.float32)
        code_multiplier(QuantizedMatrix(kept, "int8", 4, scales), one)(0, 4, out)
        assert out.tolist() == [[127] * 4]
    kinds = {
        signature[0] for signature in KERNELS["int8"][0].signatures if not signature[0].mutable
    }
    assert len(kinds) == 1
