import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from stores import small_vectors

pytest.importorskip("usearch")

from wordvec.approximate import IndexReport, build_index, open_index
from wordvec.errors import ConfigError, FormatError, OutputError
from wordvec.indexfile import index_path, read_trailer
from wordvec.neighbours import nearest
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.store import open_store
from wordvec.vectors import WordVectors

WORDS, DIM = 3000, 16


def clustered(seed=0):
    """Vectors as words have them, in clusters, of lengths from 0.1 to 10."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((60, DIM))
    matrix = centres[rng.integers(60, size=WORDS)] + 0.5 * rng.standard_normal((WORDS, DIM))
    return (matrix * rng.uniform(0.1, 10, (WORDS, 1))).astype(np.float32)


def saved(path, matrix):
    WordVectors([f"w{i}" for i in range(len(matrix))], matrix).save(path, overwrite=True)
    return path


def directions(vectors, rows):
    return vectors.vectors[rows] / vectors.norms[rows, None]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, IndexReport]:
    matrix = clustered()
    matrix[7] = 0
    matrix[8] = np.nan
    matrix[9, 3] = np.inf
    path = saved(tmp_path_factory.mktemp("built") / "vectors.h5", matrix)
    return path, build_index(path, threads=2)


def test_the_report_tells_what_was_built(built):
    path, report = built
    assert report.path == path.parent / "vectors.h5.usearch"
    assert report.bytes == report.path.stat().st_size
    assert (report.words, report.rows, report.sampled) == (WORDS, WORDS - 3, 1000)
    assert min(report.seconds, report.exact_seconds, report.approximate_seconds) > 0
    assert read_trailer(report.path).recall_at_10 == report.recall_at_10


def test_nearly_all_of_the_ten_nearest_are_found(built):
    path, report = built
    index = open_index(path)
    sample = directions(index.vectors, np.arange(10, WORDS, 20))
    exact, _ = nearest(index.vectors.vectors, index.vectors.norms, sample, 10)
    found, _ = index.nearest(sample, 10)
    recall = np.mean([np.isin(a, b).mean() for a, b in zip(exact, found, strict=True)])
    assert recall >= 0.95
    assert report.recall_at_10 == pytest.approx(recall, abs=0.03)


def test_scores_are_the_exact_ones_best_first(built):
    path, _ = built
    vectors = open_store(path)
    index = open_index(path, vectors)
    rows, scores = index.nearest(directions(vectors, np.array([20, 30])), 25)
    assert rows.dtype == np.int64
    assert rows[:, 0].tolist() == [20, 30]
    for own, found, got in zip((20, 30), rows, scores, strict=True):
        expected = [vectors.similarity(own, int(row)) for row in found]
        np.testing.assert_allclose(got, expected, atol=1e-6)
        assert np.all(np.diff(got) <= 0)


def test_as_many_rows_come_back_as_there_are_if_more_are_asked_for(built):
    index = open_index(built[0])
    rows, scores = index.nearest(directions(index.vectors, np.array([20])), WORDS + 5)
    assert sorted(rows[0]) == list(range(WORDS))
    exact = nearest(index.vectors.vectors, index.vectors.norms, directions(index.vectors, [20]), 1)
    assert scores[0, 0] == exact[1][0, 0]


@pytest.mark.parametrize("value", [0, np.nan])
def test_a_direction_of_no_length_is_answered_as_exactly(built, value):
    index = open_index(built[0])
    direction = np.full((1, DIM), value, np.float32)
    rows, scores = index.nearest(direction, 3)
    assert rows.tolist() == [[0, 1, 2]]
    assert scores.tolist() == [[0, 0, 0]]


def test_no_directions_and_no_neighbours_are_empty_answers(built):
    index = open_index(built[0])
    assert index.nearest(np.empty((0, DIM), np.float32), 10)[0].shape == (0, 10)
    assert index.nearest(np.ones((2, DIM), np.float32), 0)[1].shape == (2, 0)


def test_threads_may_share_an_index(built):
    index = open_index(built[0])
    sample = directions(index.vectors, np.arange(10, 60))
    expected, _ = index.nearest(sample, 10)
    wrong = []

    def ask():
        for direction, rows in zip(sample, expected, strict=True):
            if index.nearest(direction[None], 10)[0].tolist() != [rows.tolist()]:
                wrong.append(rows)

    workers = [threading.Thread(target=ask) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_more_threads_than_there_are_cpus_answer_too(built):
    index = open_index(built[0])
    sample = directions(index.vectors, np.arange(10, 110))
    alone, together = (index.nearest(sample, 10, threads=n)[0] for n in (1, 64))
    np.testing.assert_array_equal(alone, together)


def test_one_thread_builds_the_same_file_again(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:300])
    first = build_index(path, threads=1).path.read_bytes()
    assert build_index(path, threads=1, overwrite=True).path.read_bytes() == first


def test_progress_is_told_up_to_the_last_row(tmp_path):
    path, told = tmp_path / "v.h5", []
    small_vectors().save(path)
    build_index(path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (20, 20)


def test_quantized_vectors_are_indexed(tmp_path):
    codes, scales = encode(clustered(), "int8")
    matrix = QuantizedMatrix(codes, "int8", DIM, scales)
    path = tmp_path / "v.h5"
    WordVectors([f"w{i}" for i in range(WORDS)], matrix).save(path)
    assert build_index(path).recall_at_10 >= 0.95
    assert open_index(path).nearest(directions(matrix_vectors(matrix), [5]), 1)[0].tolist() == [[5]]


def matrix_vectors(matrix):
    return WordVectors([f"w{i}" for i in range(len(matrix))], matrix)


def test_a_store_without_an_index_says_how_to_make_one(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:20])
    with pytest.raises(FormatError, match=r"no index.*`wordvec index -m .*v\.h5` builds it"):
        open_index(path)


def test_a_replaced_store_makes_the_index_stale_and_a_new_one_needs_no_force(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:200])
    build_index(path)
    saved(path, clustered(1)[:200])
    with pytest.raises(FormatError, match=r"v\.h5\.usearch is the index of other vectors"):
        open_index(path)
    build_index(path)
    assert len(open_index(path)) == 200


def test_the_same_vectors_written_again_keep_the_index(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:200])
    build_index(path)
    saved(path, clustered()[:200])
    assert len(open_index(path)) == 200


def test_vectors_opened_before_the_store_was_replaced_are_refused(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:200])
    old = open_store(path)
    saved(path, clustered(1)[:200])
    build_index(path)
    with pytest.raises(FormatError, match="has been replaced since it was opened"):
        open_index(path, old)


def test_an_open_index_outlives_its_file(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:200])
    build_index(path)
    index = open_index(path)
    saved(path, clustered(1)[:200])
    build_index(path)
    index_path(path).unlink()
    assert index.nearest(directions(index.vectors, np.array([5])), 1)[0].tolist() == [[5]]


def test_an_index_that_is_up_to_date_is_built_again_only_with_force(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:200])
    build_index(path)
    with pytest.raises(OutputError, match="is up to date; --force"):
        build_index(path)
    build_index(path, overwrite=True)


def test_a_file_that_is_no_index_is_replaced_only_with_force(tmp_path):
    path = saved(tmp_path / "v.h5", clustered()[:200])
    index_path(path).write_text("notes of mine")
    with pytest.raises(OutputError, match=r"is no index.*--force .* replaces it"):
        build_index(path)
    assert index_path(path).read_text() == "notes of mine"
    build_index(path, overwrite=True)
    assert len(open_index(path)) == 200


def test_a_full_disk_leaves_the_old_index_and_nothing_else(tmp_path, monkeypatch):
    from usearch.index import Index

    path = saved(tmp_path / "v.h5", clustered()[:200])
    before = build_index(path).path.read_bytes()

    def fail(self, target, progress=None):
        Path(target).write_bytes(b"half")
        raise RuntimeError("Failed to serialize into stream")

    monkeypatch.setattr(Index, "save", fail)
    with pytest.raises(OutputError, match=r"v\.h5\.usearch cannot be written: Failed to serialize"):
        build_index(path, overwrite=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["v.h5", "v.h5.usearch"]
    assert index_path(path).read_bytes() == before


def test_a_store_of_zero_vectors_has_nothing_to_index(tmp_path):
    path = saved(tmp_path / "v.h5", np.zeros((5, 3)))
    with pytest.raises(FormatError, match="no word has a vector of a length above 0"):
        build_index(path)


def test_one_word_alone_can_be_indexed(tmp_path):
    path = saved(tmp_path / "v.h5", [[3.0, 4.0]])
    assert build_index(path).recall_at_10 == 1
    assert open_index(path).nearest(np.array([[0.6, 0.8]], np.float32), 10)[0].tolist() == [[0]]


def test_without_usearch_the_error_says_what_to_install(built, monkeypatch):
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    for action in (open_index, build_index):
        with pytest.raises(ConfigError, match=r"pip install 'wordvec\[ann\]'"):
            action(built[0])
