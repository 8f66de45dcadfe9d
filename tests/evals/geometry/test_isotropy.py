import json
import math

import numpy as np
import pytest
from scipy.special import logsumexp
from spaces import make_space, with_variances

from wordvec.errors import DataError
from wordvec.evals.geometry.isotropy import isoscore, measure_spread, partition_score
from wordvec.formats import read_vectors
from wordvec.postprocess.whiten import whiten
from wordvec.vectors import WordVectors


def isoscore_by_its_definition(matrix):
    """Rudman et al. 2022, algorithm 1: PCA, normalized variances, distance from isotropy."""
    dim = matrix.shape[1]
    variances = np.linalg.eigvalsh(np.cov(matrix.T))
    normalized = variances * math.sqrt(dim) / np.linalg.norm(variances)
    defect = np.linalg.norm(normalized - 1) / math.sqrt(2 * (dim - math.sqrt(dim)))
    used = (dim - defect**2 * (dim - math.sqrt(dim))) ** 2 / dim**2
    return (dim * used - 1) / (dim - 1)


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
    vectors, expected = golden
    if method:
        vectors = whiten(vectors, method=method)
    assert isoscore(vectors) == pytest.approx(expected[space], abs=1e-6)


def test_the_closed_form_is_the_definition():
    matrix = np.random.default_rng(3).standard_normal((500, 12)) * np.arange(1, 13) + 5
    assert isoscore(make_space(matrix)) == pytest.approx(
        isoscore_by_its_definition(matrix.astype(np.float32)), abs=1e-6
    )


@pytest.mark.parametrize("used", [1, 3, 8])
def test_a_space_that_uses_k_of_its_directions_alike_scores_so(used):
    axes = np.zeros((used, 8))
    axes[:, :used] = np.eye(used)
    vectors = make_space(np.concatenate([axes, -axes]) + 2)
    assert isoscore(vectors) == pytest.approx((used - 1) / 7, abs=1e-6)


def test_a_weight_counts_a_word_as_often():
    rng = np.random.default_rng(2)
    matrix, weights = rng.standard_normal((40, 5)), rng.integers(0, 4, 40)
    repeated = make_space(np.repeat(matrix, weights, axis=0))
    assert isoscore(make_space(matrix), weights=weights) == pytest.approx(isoscore(repeated))


def test_blocks_of_rows_and_a_far_mean_change_nothing(monkeypatch):
    matrix = np.random.default_rng(4).standard_normal((1000, 6)) * np.arange(1, 7) + 1000
    whole = isoscore(make_space(matrix))
    monkeypatch.setattr("wordvec.postprocess.result.ROWS_PER_BLOCK", 64)
    assert isoscore(make_space(matrix)) == pytest.approx(whole, abs=1e-9)
    assert whole == pytest.approx(isoscore_by_its_definition(matrix.astype(np.float32)), abs=1e-6)


@pytest.mark.parametrize("matrix", [np.ones((3, 4)), np.full((7, 3), 0.1), np.arange(5.0)[:, None]])
def test_where_nothing_varies_there_is_no_score(matrix):
    assert math.isnan(isoscore(make_space(matrix)))


def test_a_vector_that_is_not_finite_is_named():
    with pytest.raises(DataError, match=r"'w1' \(row 1\) holds NaN"):
        isoscore(make_space([[1, 0], [0, math.nan]]))


@pytest.mark.parametrize("weights", [[1, 1], [1, -1, 1], [1, np.nan, 1]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights of shape .* for 3 words"):
        isoscore(make_space(np.eye(3)), weights=weights)


@pytest.mark.parametrize("variances", [[1, 1, 1, 1], [9, 3, 1, 0.5], [1, 0, 0, 0]])
def test_a_chosen_covariance_gives_its_participation_ratio_and_isoscore(variances):
    moments = measure_spread(with_variances(variances)).moments[0]
    ratio = sum(variances) ** 2 / sum(v**2 for v in variances)
    assert moments.participation_ratio == pytest.approx(ratio, rel=1e-5)
    assert moments.isoscore == pytest.approx((ratio - 1) / 3, abs=1e-5)
    assert moments.variances == pytest.approx(variances, abs=1e-5)


@pytest.mark.parametrize("cosine", [0, 0.25, 0.9])
def test_vectors_with_one_cosine_among_them_all_have_it_on_average(cosine):
    matrix = np.eye(40) * math.sqrt(1 - cosine)
    matrix[:, 0] = math.sqrt(cosine)
    lengths = np.linspace(0.1, 7, 39)[:, None]
    assert measure_spread(make_space(matrix[1:] * lengths)).average_cosine == pytest.approx(
        cosine, abs=1e-6
    )


def test_the_average_cosine_is_that_of_all_pairs_and_of_a_zero_row_0():
    matrix = np.random.default_rng(5).normal(0.3, 1, (30, 4))
    matrix[7] = 0
    cosines = []
    for i in range(30):
        for j in range(i):
            lengths = np.linalg.norm(matrix[i]) * np.linalg.norm(matrix[j])
            cosines.append(matrix[i] @ matrix[j] / lengths if lengths else 0.0)
    found = measure_spread(make_space(matrix)).average_cosine
    assert found == pytest.approx(np.mean(cosines), abs=1e-6)


def test_one_word_has_no_average_cosine():
    assert measure_spread(make_space([[1, 2]])).average_cosine is None


def score_of(matrix):
    vectors = make_space(matrix)
    return partition_score(vectors, measure_spread(vectors).moments[0])


def slow_partition(matrix):
    """Mu and Viswanath 2018, equation 7, over both signs of each eigenvector."""
    matrix = np.asarray(matrix, np.float32).astype(np.float64)
    _, directions = np.linalg.eigh(matrix.T @ matrix)
    logs = [logsumexp(sign * matrix @ c) for c in directions.T for sign in (1, -1)]
    return math.exp(min(logs) - max(logs))


def test_a_space_that_is_alike_in_all_directions_has_partition_score_1():
    axes = np.eye(6) * 3
    assert score_of(np.concatenate([axes, -axes])) == pytest.approx(1, abs=1e-5)


def test_many_random_directions_have_a_partition_score_near_1_and_a_far_mean_takes_it_down():
    matrix = np.random.default_rng(6).normal(size=(20_000, 8))
    assert score_of(matrix) > 0.9
    matrix[:, 2] += 3
    assert score_of(matrix) < 0.02


@pytest.mark.parametrize("length", [0.5, 3, 300])
def test_the_partition_score_is_its_definition_even_where_exp_overflows(length, monkeypatch):
    monkeypatch.setattr("wordvec.postprocess.result.ROWS_PER_BLOCK", 64)
    matrix = np.random.default_rng(7).normal(0.2, 1, (500, 5)) * np.arange(1, 6) * length / 10
    assert score_of(matrix) == pytest.approx(slow_partition(matrix), rel=1e-3, abs=1e-12)


def test_numbers_too_large_for_float32_give_no_partition_score():
    assert score_of(np.full((3, 4), 3e38)) is None


def test_the_symmetries_are_those_that_whitening_reports(golden):
    vectors, _ = golden
    counts = vectors.counts.astype(float)
    for weights, moments in zip(
        ("uniform", "zipf"), measure_spread(vectors, [None, counts]).moments, strict=True
    ):
        report = whiten(vectors, method="zca", weights=weights).provenance["steps"][-1]["report"]
        assert moments.sym1 == pytest.approx(report["mean_symmetry"], abs=1e-9)
        assert moments.sym2 == pytest.approx(report["variance_symmetry"], abs=1e-9)


def test_a_space_whitened_by_frequency_is_symmetric_by_frequency_alone():
    rng = np.random.default_rng(8)
    counts = (1000 / np.arange(1, 201)).astype(int)
    matrix = rng.normal(size=(200, 6)) * np.linspace(2, 0.5, 200)[:, None] + 1
    white = whiten(make_space(matrix, counts))
    alike, zipf = measure_spread(white, [None, counts.astype(float)]).moments
    assert (zipf.sym1, zipf.sym2) == (pytest.approx(1, abs=1e-6), pytest.approx(1, abs=1e-6))
    assert alike.sym1 < 0.95
    assert alike.sym2 < 0.999


def test_all_vectors_alike_have_no_first_symmetry_and_all_zeros_neither():
    same = measure_spread(make_space(np.ones((4, 3)))).moments[0]
    assert (same.sym1, same.sym2, same.participation_ratio) == (pytest.approx(0), None, None)
    assert measure_spread(make_space(np.zeros((4, 3)))).moments[0].sym1 is None


def test_words_without_a_count_take_no_part_in_what_goes_by_counts():
    matrix = np.random.default_rng(9).normal(size=(50, 4))
    counts = np.repeat([1.0, 0.0], 25)
    some = measure_spread(make_space(matrix), [counts]).moments[0]
    first = measure_spread(make_space(matrix[:25])).moments[0]
    assert some.words == 25
    assert some.covariance == pytest.approx(first.covariance, abs=1e-12)
    assert some.mean_length == pytest.approx(first.mean_length)
