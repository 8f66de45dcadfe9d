import logging

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import wordvec
from wordvec.errors import ConfigError, DataError, OutputError
from wordvec.formats import read_vectors
from wordvec.postprocess.result import Place
from wordvec.postprocess.whiten import METHODS, whiten
from wordvec.store import open_store, write_store
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

N, DIM = 5000, 6  # over one block of rows
OF_METHOD = {"zipfian": {}, "uniform": {}, "abtt": {"components": 2}, "center": {}, "zca": {}}


def planted(**more):
    """Return words whose vectors lie far from 0, spread unevenly, and depend on their counts."""
    rng = np.random.default_rng(5)
    counts = 1 + (1e6 / np.arange(1, N + 1)).astype(np.uint64)
    matrix = rng.standard_normal((N, DIM)) @ rng.standard_normal((DIM, DIM))
    matrix += 3 + np.log(counts)[:, None] * rng.standard_normal(DIM)
    return WordVectors([f"w{i}" for i in range(N)], matrix, counts, **more)


def shares(vectors):
    return vectors.counts / vectors.counts.sum()


def covariance(matrix, p):
    wide = matrix.astype(np.float64)
    centered = wide - p @ wide
    return (centered.T * p) @ centered


def whitened_twin(matrix, p, unbiased=False):
    """Return what the formulas give, by a singular value decomposition: (words, dim)."""
    wide = matrix.astype(np.float64)
    mean = p @ wide
    _, lengths, right = np.linalg.svd((wide - mean) * np.sqrt(p)[:, None], full_matrices=False)
    white = (wide - mean) @ right.T / lengths
    return white * np.sqrt(1 - 1 / len(wide)) if unbiased else white


@pytest.fixture(scope="module")
def base(data_folder):
    return read_vectors(data_folder / "golden" / "postprocess" / "base.vec")


@pytest.fixture(scope="module")
def golden(data_folder):
    return np.load(data_folder / "golden" / "postprocess" / "whitening.npz")


@pytest.mark.parametrize("method", ["zipfian", "uniform"])
def test_whitening_equals_the_published_code_but_for_rotation(base, golden, data_folder, method):
    counts = data_folder / "golden" / "postprocess" / "counts.tsv"
    white = whiten(base, method=method, counts=counts if method == "zipfian" else None)
    wide = white.vectors.astype(np.float64)
    gram = golden[f"{method}_gram200"]
    assert np.abs(wide[:200] @ wide[:200].T - gram).max() < 1e-6 * np.abs(gram).max()
    norms = golden[f"{method}_norms"]
    assert np.abs(np.linalg.norm(wide, axis=1) - norms).max() < 1e-6 * norms.max()


def test_all_but_the_top_equals_the_reference(base, golden):
    assert np.abs(whiten(base, method="abtt").vectors - golden["abtt3"]).max() < 1e-5


@pytest.mark.parametrize("method", ["zipfian", "zca"])
def test_the_weighted_covariance_becomes_the_identity_and_the_weighted_mean_zero(method):
    vectors = planted()
    white = whiten(vectors, method=method).vectors
    p = shares(vectors)
    assert np.abs(covariance(white, p) - np.eye(DIM)).max() < 1e-5
    assert np.abs(p @ white).max() < 1e-6


@pytest.mark.parametrize(
    "options", [{"method": "uniform"}, {"method": "zca", "weights": "uniform"}]
)
def test_uniform_weights_make_the_sample_covariance_the_identity(options):
    white = whiten(planted(), **options).vectors.astype(np.float64)
    assert np.abs(np.cov(white.T) - np.eye(DIM)).max() < 1e-5
    assert np.abs(white.mean(axis=0)).max() < 1e-6


def test_whitening_equals_its_twin_by_singular_values():
    vectors = planted()
    for method, p in (("zipfian", shares(vectors)), ("uniform", np.full(N, 1 / N))):
        white = whiten(vectors, method=method).vectors
        twin = whitened_twin(vectors.vectors, p, unbiased=method == "uniform")
        turned = twin * np.sign((twin * white).sum(axis=0))
        assert np.abs(white - turned).max() < 1e-4


def test_the_first_coordinate_had_the_largest_variance_and_dim_keeps_the_first():
    vectors = planted()
    white = whiten(vectors)
    p = shares(vectors)
    spread = np.diag(covariance(vectors.vectors @ white.transforms[0].matrix, p))
    assert np.allclose(spread, 1, atol=1e-4)
    directions = white.transforms[0].matrix
    assert np.all(np.diff(np.linalg.norm(directions, axis=0)) > 0)
    assert np.all(directions.max(axis=0) > -directions.min(axis=0))
    small = whiten(vectors, dim=2)
    assert small.vector_size == 2
    assert np.allclose(small.vectors, white.vectors[:, :2], rtol=1e-6, atol=1e-6)


def test_centering_takes_away_the_mean_alone():
    vectors = planted()
    for weights, p in (("zipf", shares(vectors)), ("uniform", np.full(N, 1 / N))):
        centered = whiten(vectors, method="center", weights=weights).vectors
        mean = p @ vectors.vectors.astype(np.float64)
        assert np.allclose(centered, vectors.vectors - mean, atol=1e-5)


def test_centering_to_fewer_dimensions_gives_principal_coordinates():
    vectors = planted()
    small = whiten(vectors, method="center", dim=2).vectors
    spread = covariance(vectors.vectors, shares(vectors))
    leading = np.linalg.eigvalsh(spread)[::-1][:2]
    assert np.allclose(covariance(small, shares(vectors)), np.diag(leading), atol=1e-3)


def test_all_but_the_top_leaves_nothing_along_the_components_removed():
    vectors = planted()
    wide = vectors.vectors.astype(np.float64)
    wide -= wide.mean(axis=0)
    top = np.linalg.svd(wide, full_matrices=False)[2][:2]
    left = whiten(vectors, method="abtt", components=2).vectors
    assert np.allclose(left, wide - wide @ top.T @ top, atol=1e-4)
    small = whiten(vectors, method="abtt", components=2, dim=DIM - 2).vectors
    assert small.shape == (N, DIM - 2)
    assert np.allclose(small @ small[:9].T, left @ left[:9].T, atol=1e-3)


def test_zca_is_zipfian_whitening_turned_to_be_nearest_to_the_vectors():
    vectors = planted()
    zca, zipfian = whiten(vectors, method="zca"), whiten(vectors)
    assert np.allclose(
        zca.vectors @ zca.vectors[:9].T, zipfian.vectors @ zipfian.vectors[:9].T, 1e-3, 1e-2
    )
    matrix = zca.transforms[0].matrix
    assert np.allclose(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > 0


def test_rank_takes_the_place_of_counts_when_asked():
    counted = planted()
    bare = WordVectors(counted.index_to_key, counted.vectors)
    zipf = 1 / np.arange(1.0, N + 1)
    by_rank = whiten(bare, assume_rank=True)
    assert np.array_equal(by_rank.vectors, whiten(bare, counts=zipf).vectors)
    with pytest.raises(DataError, match="--assume-rank"):
        whiten(bare)


def test_words_without_a_count_take_no_part_and_go_through_the_map(tmp_path):
    vectors = planted()
    path = tmp_path / "counts.tsv"
    path.write_text("".join(f"w{i}\t{c}\n" for i, c in enumerate(vectors.counts[:1000])))
    white = whiten(vectors, counts=path)
    few = WordVectors(vectors.index_to_key[:1000], vectors.vectors[:1000], vectors.counts[:1000])
    assert np.allclose(white.vectors[:1000], whiten(few).vectors, atol=1e-5)
    assert np.allclose(white.vectors[1000:], white.transform(vectors.vectors[1000:]))
    step = white.provenance["steps"][-1]
    assert step["counts"] == "counts.tsv"
    assert {"vectors", "counts"} <= set(step["inputs"])
    assert (step["report"]["words"], step["report"]["words_without_count"]) == (1000, N - 1000)


def test_directions_without_variance_become_zero_and_are_told(caplog):
    full = planted()
    flat = full.vectors.copy()
    flat[:, 4:] = flat[:, :2] - flat[:, 2:4]
    vectors = WordVectors(full.index_to_key, flat, full.counts)
    with caplog.at_level(logging.WARNING, "wordvec"):
        white = whiten(vectors)
    assert "2 of 6 directions have no variance" in caplog.text
    assert white.provenance["steps"][-1]["report"]["directions_below_floor"] == 2
    assert np.array_equal(white.vectors[:, 4:], np.zeros((N, 2), np.float32))
    assert (
        np.abs(covariance(white.vectors, shares(vectors)) - np.diag([1, 1, 1, 1, 0, 0])).max()
        < 1e-4
    )
    # What was not in the fit and varies there is not blown up.
    away = flat[:1] + np.array([0, 0, 0, 0, 0.1, 0.1], np.float32)
    assert np.abs(white.transform(away) - white.vectors[:1]).max() < 10


def test_what_all_but_the_top_took_away_is_told_from_rounding(caplog):
    vectors = planted()
    left = whiten(vectors, method="abtt", components=2)
    unit = left.vectors / np.linalg.norm(left.vectors, axis=1, keepdims=True)
    for matrix in (left.vectors, unit):
        with caplog.at_level(logging.WARNING, "wordvec"):
            white = whiten(WordVectors(vectors.index_to_key, matrix, vectors.counts))
        assert white.provenance["steps"][-1]["report"]["directions_below_floor"] == 2
        assert "2 of 6 directions have no variance" in caplog.text
        assert "or a step before took them away, such as abtt" in caplog.text
        caplog.clear()
    for method in ("zipfian", "uniform", "zca"):
        whiten(whiten(vectors, method=method))
    assert not caplog.records


@pytest.mark.parametrize(
    ("dim", "message"),
    [
        (1, "abtt removes some directions.* two dimensions or more, these have 1"),
        (2, "components is 3 if not given; expected from 1 to 1, one less"),
        (3, "components is 3 if not given; expected from 1 to 2, one less"),
    ],
)
def test_all_but_the_top_of_few_dimensions_says_how_many_it_can_take(dim, message):
    with pytest.raises(ConfigError, match=message):
        whiten(WordVectors(["a", "b"], np.eye(2, dim)), method="abtt")


def test_fewer_words_than_dimensions_are_whitened_as_far_as_they_go():
    vectors = WordVectors(["a", "b", "c"], np.eye(3, 5), [2, 1, 1])
    white = whiten(vectors, method="zca")
    values = np.linalg.eigvalsh(covariance(white.vectors, shares(vectors)))
    assert np.allclose(values, [0, 0, 0, 1, 1], atol=1e-6)


def test_a_mean_a_thousand_times_the_spread_takes_no_digits_away():
    vectors = planted()
    moved = WordVectors(vectors.index_to_key, vectors.vectors + 4096, vectors.counts)
    assert np.abs(covariance(whiten(moved).vectors, shares(vectors)) - np.eye(DIM)).max() < 1e-4


@pytest.mark.parametrize("method", METHODS)
def test_vectors_that_are_all_the_same_are_refused_by_every_method(method):
    alike = WordVectors(["a", "b"], np.full((2, 3), 0.1), [2, 1])
    for vectors in (alike, WordVectors(["a"], [[1, 2, 3, 4]], [1])):
        options = {"components": 1} if method == "abtt" else {}
        with pytest.raises(DataError, match="are the same, so no direction has a variance"):
            whiten(vectors, method=method, **options)


def test_abtt_is_refused_where_it_would_leave_nothing():
    vectors = WordVectors(["a", "b", "c"], np.eye(3, 5), [2, 1, 1])
    with pytest.raises(DataError, match=r"components is 2, and the vectors vary along 2 of 5 dir"):
        whiten(vectors, method="abtt", components=2)
    assert np.any(whiten(vectors, method="abtt", components=1).vectors)


def test_quantized_vectors_are_whitened_as_they_are_decoded(tmp_path):
    write_store(planted(), tmp_path / "int8.h5", dtype="int8")
    vectors = wordvec.open(tmp_path / "int8.h5")
    white = whiten(vectors)
    decoded = WordVectors(vectors.index_to_key, np.asarray(vectors), vectors.counts)
    assert white.vectors.dtype == np.float32
    assert np.array_equal(white.vectors, whiten(decoded).vectors)


@pytest.mark.parametrize("method", METHODS)
def test_an_unseen_word_goes_through_the_same_map(method):
    rng = np.random.default_rng(3)
    subwords = Subwords(rng.standard_normal((7, DIM), np.float32), min_n=3, max_n=4, buckets=7)
    vectors = planted(subwords=subwords)
    done = whiten(vectors, method=method, **OF_METHOD[method])
    raw = vectors.lookup("unseenword", unseen="subword")
    transform = done.transforms[-1]
    expected = (raw.astype(np.float64) - transform.mean) @ transform.matrix
    assert np.allclose(done.lookup("unseenword", unseen="subword"), expected, rtol=1e-5)
    assert np.allclose(done.transform(vectors.vectors), done.vectors, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_store_holds_the_bytes_that_memory_would(tmp_path, method):
    vectors, options = planted(), OF_METHOD[method]
    in_memory = whiten(vectors, method=method, **options)
    stored = whiten(vectors, method=method, out=tmp_path / "white.h5", **options)
    assert stored.origin.path == tmp_path / "white.h5"
    again = open_store(tmp_path / "white.h5")
    assert again.vectors.tobytes() == in_memory.vectors.tobytes()
    assert again.provenance["steps"] == in_memory.provenance["steps"]
    assert np.array_equal(again.transforms[0].matrix, in_memory.transforms[0].matrix)
    temporary = whiten(vectors, method=method, out=Place.TEMPORARY, **options)
    assert temporary.vectors.tobytes() == in_memory.vectors.tobytes()


def test_the_bytes_do_not_depend_on_how_many_threads_there_are():
    rng = np.random.default_rng(6)
    words, counts = [f"w{i}" for i in range(N)], np.arange(N, 0, -1)
    vectors = WordVectors(words, rng.standard_normal((N, 300)) + 1, counts)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(whiten(vectors).vectors.tobytes())
    assert found[0] == found[1]


def test_an_output_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path):
    path = tmp_path / "there.h5"
    planted().save(path)
    told = []
    with pytest.raises(OutputError, match=r"there.h5"):
        whiten(planted(), out=path, progress=lambda *rows: told.append(rows))
    assert not told  # it is said before the work
    assert len(whiten(planted(), out=path, overwrite=True).transforms) == 1


def test_the_input_stays_as_it_was():
    vectors = planted()
    before = vectors.vectors.copy()
    whiten(vectors)
    assert np.array_equal(vectors.vectors, before)
    assert vectors.transforms == ()
    assert "steps" not in vectors.provenance


def test_a_vector_with_nan_is_named():
    vectors = planted()
    vectors.vectors[4500, 1] = np.nan
    with pytest.raises(ConfigError, match=r"'w4500' \(row 4500\) holds NaN"):
        whiten(vectors)


def test_progress_counts_the_rows_of_all_readings():
    told = []
    whiten(planted(), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3 * N, 3 * N)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_the_report_says_how_the_vectors_were_spread():
    vectors = planted()
    p = shares(vectors)
    wide = vectors.vectors.astype(np.float64)
    report = whiten(vectors).provenance["steps"][-1]["report"]
    length = p @ np.linalg.norm(wide, axis=1)
    values = np.linalg.eigvalsh(covariance(wide, p))
    share = values / values.sum()
    expected = {
        "mean_norm": np.linalg.norm(p @ wide),
        "mean_length": length,
        "largest_variance": values[-1],
        "smallest_variance": values[0],
        "mean_symmetry": 1 - np.linalg.norm(p @ wide) / length,
        "variance_symmetry": -(share * np.log(share)).sum() / np.log(DIM),
    }
    assert {name: report[name] for name in expected} == pytest.approx(expected)
    after = whiten(whiten(vectors)).provenance["steps"][-1]["report"]
    assert (after["mean_symmetry"], after["variance_symmetry"]) == pytest.approx((1, 1), abs=1e-6)


def test_the_report_says_how_much_of_the_variance_was_removed_and_kept():
    vectors = planted()
    values = np.sort(np.linalg.eigvalsh(covariance(vectors.vectors, np.full(N, 1 / N))))[::-1]
    step = whiten(vectors, method="abtt", components=2, dim=3).provenance["steps"][-1]
    expected = {
        "directions": DIM,
        "directions_kept": 3,
        "variance_removed": values[:2].sum() / values.sum(),
        "variance_kept": values[2:5].sum() / values.sum(),
    }
    assert {name: step["report"][name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "pca"}, "method is 'pca'; it must be one of zipfian, uniform"),
        ({"weights": "uniform"}, "weights are for the methods center and zca"),
        ({"method": "zca", "weights": "tfidf"}, "weights is 'tfidf'; it must be one of zipf"),
        ({"components": 3}, "components are for the method abtt; zipfian removes none"),
        ({"method": "abtt", "components": 0}, "components is 0; expected from 1 to 5"),
        ({"method": "abtt", "components": 6}, "components is 6; expected from 1 to 5"),
        ({"dim": 7}, "dim is 7; expected from 1 to 6"),
        ({"dim": 0}, "dim is 0; expected from 1 to 6"),
        ({"method": "abtt", "dim": 4}, "dim is 4; expected from 1 to 3"),
        ({"method": "zca", "dim": 3}, "zca keeps all dimensions"),
        ({"method": "uniform", "assume_rank": True}, "uniform weighs all words alike: leave out"),
        ({"method": "abtt", "counts": np.ones(N)}, "abtt weighs all words alike: leave out counts"),
        (
            {"method": "center", "weights": "uniform", "assume_rank": True},
            "center with weights uniform weighs all words alike",
        ),
    ],
)
def test_an_option_that_does_not_fit_the_method_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        whiten(planted(), **options)
