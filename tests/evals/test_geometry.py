import json
import math

import numpy as np
import pytest

from wordvec.evals.geometry import isoscore
from wordvec.formats import read_vectors
from wordvec.vectors import WordVectors


def isoscore_by_its_definition(matrix):
    """Rudman et al. 2022, algorithm 1: PCA, normalized variances, distance from isotropy."""
    dim = matrix.shape[1]
    variances = np.linalg.eigvalsh(np.cov(matrix.T))
    normalized = variances * math.sqrt(dim) / np.linalg.norm(variances)
    defect = np.linalg.norm(normalized - 1) / math.sqrt(2 * (dim - math.sqrt(dim)))
    used = (dim - defect**2 * (dim - math.sqrt(dim))) ** 2 / dim**2
    return (dim * used - 1) / (dim - 1)


def make_vectors(matrix):
    return WordVectors([f"w{i}" for i in range(len(matrix))], np.asarray(matrix, np.float32))


@pytest.fixture(scope="module")
def golden(data_folder):
    folder = data_folder / "golden" / "postprocess"
    counts = dict(line.split("\t") for line in (folder / "counts.tsv").read_text().splitlines())
    vectors = read_vectors(folder / "base.vec")
    vectors = WordVectors(
        vectors.index_to_key, vectors.vectors, [int(counts[w]) for w in vectors.index_to_key]
    )
    return vectors, json.loads((folder / "expected.json").read_text())["isoscore"]


@pytest.mark.parametrize(
    ("space", "method"),
    [("raw", None), ("zipfian", "zipfian"), ("uniform", "uniform"), ("abtt3", "abtt")],
)
def test_the_isoscore_is_that_of_its_own_code(golden, space, method):
    from wordvec.postprocess.whiten import whiten

    vectors, expected = golden
    if method:
        vectors = whiten(vectors, method=method)
    assert isoscore(vectors) == pytest.approx(expected[space], abs=1e-6)


def test_the_closed_form_is_the_definition():
    matrix = np.random.default_rng(3).standard_normal((500, 12)) * np.arange(1, 13) + 5
    assert isoscore(make_vectors(matrix)) == pytest.approx(
        isoscore_by_its_definition(matrix.astype(np.float32)), abs=1e-6
    )


@pytest.mark.parametrize("used", [1, 3, 8])
def test_a_space_that_uses_k_of_its_directions_alike_scores_so(used):
    axes = np.zeros((used, 8))
    axes[:, :used] = np.eye(used)
    vectors = make_vectors(np.concatenate([axes, -axes]) + 2)
    assert isoscore(vectors) == pytest.approx((used - 1) / 7, abs=1e-6)


def test_a_weight_counts_a_word_as_often():
    rng = np.random.default_rng(2)
    matrix, weights = rng.standard_normal((40, 5)), rng.integers(0, 4, 40)
    repeated = make_vectors(np.repeat(matrix, weights, axis=0))
    assert isoscore(make_vectors(matrix), weights=weights) == pytest.approx(isoscore(repeated))


def test_blocks_of_rows_and_a_far_mean_change_nothing(monkeypatch):
    matrix = np.random.default_rng(4).standard_normal((1000, 6)) * np.arange(1, 7) + 1000
    whole = isoscore(make_vectors(matrix))
    monkeypatch.setattr("wordvec.evals.geometry._ROWS_PER_BLOCK", 64)
    assert isoscore(make_vectors(matrix)) == pytest.approx(whole, abs=1e-9)
    assert whole == pytest.approx(isoscore_by_its_definition(matrix.astype(np.float32)), abs=1e-6)


@pytest.mark.parametrize("matrix", [np.ones((3, 4)), np.arange(5.0)[:, None], [[1, np.nan]]])
def test_where_nothing_varies_or_is_a_number_there_is_no_score(matrix):
    assert math.isnan(isoscore(make_vectors(matrix)))


@pytest.mark.parametrize("weights", [[1, 1], [1, -1, 1], [1, np.nan, 1]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights of shape .* for 3 words"):
        isoscore(make_vectors(np.eye(3)), weights=weights)
