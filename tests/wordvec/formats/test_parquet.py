import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damage import refusals

from wordvec.errors import ConfigError, FormatError
from wordvec.formats import parquet, read_vectors, sniff_format, write_vectors
from wordvec.vectors import WordVectors

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

WORDS = ["the", "král", "日本", "a b", "x\ty\n"]
ROWS = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
COUNTS = np.array([2**64 - 1, 7, 5, 3, 0], np.uint64)
NAN = float("nan")


def save(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def lists(rows: Any = ROWS, kind: Any = None) -> Any:
    return pa.array(rows.tolist() if isinstance(rows, np.ndarray) else rows, kind)


@pytest.mark.parametrize("counts", [None, COUNTS])
def test_pyarrow_reads_what_is_written(counts: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("wordvec.formats.text.BLOCK_BYTES", 40)
    path = tmp_path / "v.parquet"
    write_vectors(WordVectors(WORDS, ROWS, counts=counts), path)
    table = pq.read_table(path)
    assert table.column_names == ["word", "vector"] + ["count"] * (counts is not None)
    assert table["word"].to_pylist() == WORDS
    assert table["vector"].type == pa.list_(pa.float32(), 4)
    assert np.array_equal(np.array(table["vector"].to_pylist(), np.float32), ROWS)
    if counts is not None:
        assert table["count"].to_pylist() == COUNTS.tolist()


@pytest.mark.parametrize("counts", [None, COUNTS])
def test_what_is_written_is_read_back(counts: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(parquet, "_BLOCK_BYTES", 40)
    path = tmp_path / "v.parquet"
    write_vectors(WordVectors(WORDS, ROWS, counts=counts), path)
    assert sniff_format(path) == "parquet"
    vectors = read_vectors(path)
    assert list(vectors.index_to_key) == WORDS
    assert np.array_equal(vectors.vectors, ROWS)
    assert np.array_equal(vectors.counts, counts) if counts is not None else vectors.counts is None


VECTORS = {
    "lists": pa.list_(pa.float32()),
    "large lists": pa.large_list(pa.float32()),
    "fixed": pa.list_(pa.float32(), 4),
    "double": pa.list_(pa.float64()),
}


@pytest.mark.parametrize("kind", VECTORS.values(), ids=VECTORS)
def test_vectors_may_be_lists_of_any_kind(kind: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(parquet, "_BLOCK_BYTES", 40)
    path = save(tmp_path / "v.parquet", word=WORDS, vector=lists(kind=kind))
    assert np.array_equal(read_vectors(path).vectors, ROWS)
    assert len(read_vectors(path, limit=3)) == 3


def test_other_names_and_types_of_the_columns_are_known(tmp_path: Path) -> None:
    path = save(
        tmp_path / "v.parquet",
        other=[1] * 5,
        embedding=lists([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]]),
        token=pa.array(WORDS).dictionary_encode(),
        counts=pa.array([5, 4, 3, 2, 1], pa.int16()),
    )
    vectors = read_vectors(path)
    assert list(vectors.index_to_key) == WORDS
    assert vectors["日本"].tolist() == [5, 6]
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [5, 4, 3, 2, 1]


def test_odd_rows_are_left_out(tmp_path: Path) -> None:
    words = pa.array([b"a", b"\xff", None, b"a", b"c", b"d"], pa.binary())
    rows = lists([[1.0, 2], [3, 4], [5, 6], [7, 8], [NAN, 1], [None, 1]])
    vectors = read_vectors(save(tmp_path / "v.parquet", word=words, vector=rows))
    assert list(vectors.index_to_key) == ["a", "\ufffd"]
    report = vectors.provenance["read"]
    assert (report["empty_words"], report["duplicates"], report["not_finite"]) == (1, 1, 2)


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = save(tmp_path / "v.parquet", word=WORDS, vector=lists())
    calls: list[tuple[int, int]] = []
    read_vectors(path, progress=lambda done, all_: calls.append((done, all_)))
    assert calls[-1] == (path.stat().st_size, path.stat().st_size)


MEASURE = """
import sys, pyarrow
from wordvec.formats import read_vectors
read_vectors(sys.argv[1])
print(pyarrow.default_memory_pool().max_memory())
"""


def test_a_large_row_group_is_never_held_whole(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((200_000, 100)).astype(np.float32)
    words = [str(row) for row in range(len(rows))]
    vectors = pa.FixedSizeListArray.from_arrays(rows.ravel(), 100)
    path = save(tmp_path / "v.parquet", word=words, vector=vectors)
    assert pq.read_metadata(path).num_row_groups == 1
    command = [sys.executable, "-P", "-c", MEASURE, str(path)]
    most = int(subprocess.run(command, capture_output=True, check=True).stdout)
    assert 0 < most < rows.nbytes // 2


TABLES = {
    "no words": ({"vector": lists()}, "has the columns vector; expected one called word"),
    "no vectors": ({"word": WORDS}, "has the columns word; expected one called vector"),
    "words that are numbers": ({"word": [1] * 5, "vector": lists()}, "'word' is of type int64"),
    "vectors that are numbers": ({"word": WORDS, "vector": [1.0] * 5}, "'vector' is of type dou"),
    "vectors of words": ({"word": WORDS, "vector": [["a"]] * 5}, "'vector' is of type list<"),
    "counts not whole": (
        {"word": WORDS, "vector": lists(), "count": [0.5] * 5},
        "'count' is of ty",
    ),
    "counts below 0": (
        {"word": WORDS, "vector": lists(), "count": [1, 2, -3, 4, 5]},
        "row 2 has no count, or one below 0",
    ),
    "no count": (
        {"word": WORDS, "vector": lists(), "count": [1, 2, 3, None, 5]},
        "row 3 has no count, or one below 0",
    ),
    "a longer vector": (
        {"word": ["a", "b"], "vector": [[1.0, 2], [1.0, 2, 3]]},
        "row 1 has 3 numbers; expected 2",
    ),
    "no vector": ({"word": ["a", "b"], "vector": [[1.0, 2], None]}, "row 1 has no vector"),
    "no first vector": ({"word": ["a", "b"], "vector": [None, [1.0]]}, "row 0 has no vector"),
    "no numbers": ({"word": ["a"], "vector": lists([[]], pa.list_(pa.float32()))}, "row 0: 0 num"),
    "no rows": (
        {"word": lists([], pa.string()), "vector": lists([], pa.list_(pa.float32()))},
        "the table has no rows",
    ),
}


@pytest.mark.parametrize(("columns", "message"), TABLES.values(), ids=TABLES)
def test_other_tables_are_refused(columns: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = save(tmp_path / "v.parquet", **columns)
    with pytest.raises(FormatError, match=message) as caught:
        read_vectors(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_cut_short_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "v.parquet"
    write_vectors(WordVectors(WORDS, ROWS), path)
    whole = path.read_bytes()
    for size in range(0, len(whole), 31):
        path.write_bytes(whole[:size])
        with pytest.raises(FormatError, match=r"v\.parquet") as caught:
            read_vectors(path, format="parquet")
        assert "\n" not in str(caught.value)


def test_damage_anywhere_is_an_error_or_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "v.parquet"
    write_vectors(WordVectors(WORDS, ROWS, COUNTS), path)
    assert refusals(path, "parquet", times=300, words=5, most=3) > 100


def test_without_pyarrow_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "v.parquet", word=WORDS, vector=lists())
    vectors = WordVectors(WORDS, ROWS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"reading Parquet .*pip install 'wordvec\[arrow\]'"):
        read_vectors(path)
    with pytest.raises(ConfigError, match=r"writing Parquet .*pip install 'wordvec\[arrow\]'"):
        write_vectors(vectors, tmp_path / "new.parquet")
    assert list(tmp_path.iterdir()) == [path]
