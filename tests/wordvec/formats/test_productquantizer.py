import numpy as np
import pytest

from wordvec.formats.productquantizer import ProductMatrix, ProductQuantizer

random = np.random.default_rng(1)


@pytest.mark.parametrize(("dim", "dsub"), [(6, 2), (7, 2), (7, 3), (5, 1), (4, 4), (3, 8)])
def test_a_row_is_its_centroids_one_after_the_other(dim: int, dsub: int) -> None:
    centroids = random.normal(size=256 * dim).astype(np.float32)
    quantizer = ProductQuantizer(dim, dsub, centroids)
    codes = random.integers(0, 256, (9, quantizer.pieces), np.uint8)
    expected = []
    for row in codes:
        numbers: list[float] = []
        for piece, code in enumerate(row):
            length = min(dsub, dim - piece * dsub)
            start = piece * 256 * dsub + int(code) * length
            numbers += centroids[start : start + length].tolist()
        expected.append(numbers)
    assert np.array_equal(quantizer.decode(codes), np.array(expected, np.float32))


def test_a_row_is_multiplied_by_its_length_if_lengths_are_kept_apart() -> None:
    quantizer = ProductQuantizer(3, 2, random.normal(size=768).astype(np.float32))
    codes = random.integers(0, 256, (5, 2), np.uint8)
    norms, norm_codes = np.arange(256, dtype=np.float32), np.array([0, 1, 2, 255, 1], np.uint8)
    matrix = ProductMatrix(quantizer, codes, norms, norm_codes)
    plain = quantizer.decode(codes)
    assert len(matrix) == 5
    assert matrix.shape == (5, 3)
    assert np.array_equal(matrix[1:4], plain[1:4] * np.float32([[1], [2], [255]]))
    assert np.array_equal(matrix[np.array([4, 0])], plain[[4, 0]] * np.float32([[1], [0]]))
