import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damage import refusals
from magnitude_files import change, make_magnitude

from wordvec.errors import FormatError, OutputError
from wordvec.formats import magnitude, read_vectors, sniff_format, write_vectors
from wordvec.vectors import WordVectors

WORDS = ["the", "král", "The", "日本", "a b"]
ROWS = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32) * 3


def make(path: Path, **facts: object) -> Path:
    return make_magnitude(path / "v.magnitude", WORDS, ROWS.tolist(), **facts)


def fetch(path: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_vectors_come_back_at_their_own_length(tmp_path: Path) -> None:
    path = make(tmp_path)
    assert sniff_format(path) == "magnitude"
    vectors = read_vectors(path)
    assert list(vectors.index_to_key) == WORDS
    assert np.allclose(vectors.vectors, ROWS, atol=1e-6)
    assert vectors.provenance["read"]["format"] == "magnitude"


def test_the_oldest_files_without_lengths_are_read_as_they_are(tmp_path: Path) -> None:
    path = make(tmp_path, version=None)
    change(path, "ALTER TABLE magnitude DROP COLUMN magnitude")
    units = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    assert np.allclose(read_vectors(path).vectors, units, atol=1e-7)


def test_of_a_repeated_key_the_first_row_stays(tmp_path: Path) -> None:
    words = ["a", "b", "a", "A", ""]
    path = make_magnitude(tmp_path / "v.magnitude", words, ROWS.tolist())
    vectors = read_vectors(path)
    assert list(vectors.index_to_key) == ["a", "b", "A"]
    assert np.allclose(vectors.vectors, ROWS[[0, 1, 3]], atol=1e-6)
    assert vectors.provenance["read"]["duplicates"] == 1
    assert vectors.provenance["read"]["empty_words"] == 1


def test_keys_that_are_not_utf8_are_kept_with_a_replacement(tmp_path: Path) -> None:
    path = make(tmp_path)
    change(path, "UPDATE magnitude SET key = CAST(x'ff61' AS TEXT) WHERE rowid = 2")
    assert read_vectors(path).index_to_key[1] == "\ufffda"


def test_a_limit_reads_the_first_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(magnitude, "_BLOCK_NUMBERS", 8)
    path = make(tmp_path)
    assert list(read_vectors(path, limit=3).index_to_key) == WORDS[:3]
    assert list(read_vectors(path, limit=9).index_to_key) == WORDS


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = make(tmp_path)
    calls: list[tuple[int, int]] = []
    read_vectors(path, progress=lambda done, all_: calls.append((done, all_)))
    assert calls[-1] == (path.stat().st_size, path.stat().st_size)


def test_a_file_on_which_nothing_can_be_written_is_read_and_left_alone(tmp_path: Path) -> None:
    path = make(tmp_path)
    change(path, "PRAGMA journal_mode = WAL")
    path.chmod(0o400)
    before = path.read_bytes()
    read_vectors(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["a b.magnitude", "what?mode=rwc#x.magnitude", "100%41.magnitude"])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    make(tmp_path).rename(tmp_path / name)
    assert len(read_vectors(tmp_path / name)) == 5


def test_what_is_written_has_the_documented_tables(tmp_path: Path) -> None:
    path = tmp_path / "v.magnitude"
    write_vectors(WordVectors(WORDS, ROWS), path)
    expected = make_magnitude(tmp_path / "by hand.magnitude", WORDS, ROWS.tolist())
    for query in ("SELECT * FROM magnitude", "SELECT name FROM pragma_table_info('magnitude')"):
        assert fetch(path, query) == fetch(expected, query)
    facts = fetch(path, "SELECT key, value FROM magnitude_format")
    said = dict(facts)
    assert (said["size"], said["dim"], said["precision"], said["version"]) == (5, 4, 7, 2)
    assert said["subword"] == said["elmo"] == said["approx"] == 0
    assert said["max_duplicate_keys"] == 2  # "the" and "The", as its index compares them
    assert sorted(value for key, value in facts if key == "entropy") == [0, 1, 2, 3]
    assert b"magnitude_key_idx" in path.read_bytes()


def test_the_dimension_that_tells_rows_apart_best_comes_first(tmp_path: Path) -> None:
    rows = np.zeros((50, 3), np.float32)
    rows[:, 1] = np.linspace(-1, 1, 50)
    rows[:, 2] = 1
    path = tmp_path / "v.magnitude"
    write_vectors(WordVectors([f"w{i}" for i in range(50)], rows), path)
    order = [v for _, v in fetch(path, "SELECT * FROM magnitude_format WHERE key = 'entropy'")]
    assert order == [1, 2, 0]
    [(sql,)] = fetch(path, "SELECT sql FROM sqlite_master WHERE name = 'magnitude_dim_1_idx'")
    assert sql.endswith("(dim_1)")


def test_what_is_written_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ROWS.copy()
    rows[1] = 0
    rows[2] *= 1e30
    rows[3] *= 1e-30
    monkeypatch.setattr("wordvec.formats.text.BLOCK_BYTES", 32)
    write_vectors(WordVectors(WORDS, rows), tmp_path / "v.magnitude")
    vectors = read_vectors(tmp_path / "v.magnitude")
    assert list(vectors.index_to_key) == WORDS
    lengths = np.linalg.norm(rows.astype(float), axis=1, keepdims=True)
    assert np.all(np.abs(vectors.vectors - rows) <= 1.1e-7 * lengths)
    assert np.all(vectors.vectors[1] == 0)
    assert np.any(fetch(tmp_path / "v.magnitude", "SELECT dim_0 FROM magnitude")[1])


def test_more_dimensions_than_sqlite_has_columns_are_refused(tmp_path: Path) -> None:
    wide = WordVectors(["a"], np.ones((1, 40_000), np.float32))
    with pytest.raises(OutputError, match=r"dimension 40000; a Magnitude file holds at most \d+"):
        write_vectors(wide, tmp_path / "v.magnitude")
    assert list(tmp_path.iterdir()) == []


def test_as_many_dimensions_as_sqlite_has_columns_are_kept(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((3, 1998)).astype(np.float32)
    write_vectors(WordVectors(["a", "b", "c"], rows), tmp_path / "v.magnitude")
    assert np.allclose(read_vectors(tmp_path / "v.magnitude").vectors, rows, atol=1e-5)


FACTS = {
    "ELMo": ({"elmo": 1}, "holds an ELMo model"),
    "a newer version": ({"version": 3}, "says version 3; known are 1 and 2"),
    "a huge size": ({"size": 10**12}, r"says size 1000000000000; expected .* in a file of this"),
    "a size below 1": ({"size": -1}, "says size -1"),
    "no size": ({"size": None}, "says size None"),
    "a size that is text": ({"size": "many"}, "says size b'many'"),
    "fewer rows than said": ({"size": 6}, "ends after 5 of the 6 words"),
    "more rows than said": ({"size": 4}, "goes on after the 4 words"),
    "another dimension": ({"dim": 3}, r"columns key, dim_0, dim_1, \.\.\., magnitude, 6 in all"),
    "a huge dimension": ({"dim": 10**9}, "says dim 1000000000"),
    "a huge precision": ({"precision": 10**6}, "says precision 1000000"),
}


@pytest.mark.parametrize(("facts", "message"), FACTS.values(), ids=FACTS)
def test_what_magnitude_format_cannot_say_is_refused(
    facts: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        read_vectors(make(tmp_path, **facts))
    assert str(tmp_path / "v.magnitude") in str(caught.value)


COMPUTED = (
    "CREATE TABLE magnitude (key TEXT, dim_0 INTEGER, dim_1 INTEGER, dim_2 INTEGER, "
    "dim_3 INTEGER AS (length(zeroblob(1000000000))), magnitude REAL)"
)
TABLES = {
    "no table": (["DROP TABLE magnitude"], "has no table magnitude"),
    "no facts": (["DROP TABLE magnitude_format"], "has no table magnitude_format"),
    "a view": (
        ["ALTER TABLE magnitude RENAME TO other", "CREATE VIEW magnitude AS SELECT * FROM other"],
        "magnitude is no plain table",
    ),
    "a virtual table": (
        ["DROP TABLE magnitude", "CREATE VIRTUAL TABLE magnitude USING fts3(key, dim_0)"],
        "magnitude is no plain table",
    ),
    "a computed column": (["DROP TABLE magnitude", COMPUTED], "has a computed column"),
    "a trigger of that name": (
        ["CREATE TRIGGER magnitude AFTER INSERT ON magnitude BEGIN SELECT 1; END"],
        "magnitude is no plain table",
    ),
    "text for a number": (
        ["UPDATE magnitude SET dim_0 = 'zero' WHERE rowid = 2"],
        "row 2, number 1: text or bytes",
    ),
    "a huge value": (
        ["UPDATE magnitude SET key = zeroblob(50000000) WHERE rowid = 2"],
        "table magnitude.*too big",
    ),
    "no rows": (["DELETE FROM magnitude"], "ends after 0 of the 5 words"),
}


@pytest.mark.parametrize(("statements", "message"), TABLES.values(), ids=TABLES)
def test_tables_that_are_not_magnitudes_are_refused(
    statements: list[str], message: str, tmp_path: Path
) -> None:
    path = make(tmp_path)
    change(path, *statements)
    with pytest.raises(FormatError, match=message) as caught:
        read_vectors(path, format="magnitude")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rows_that_are_not_finite_are_left_out(tmp_path: Path) -> None:
    path = make(tmp_path)
    change(
        path,
        "UPDATE magnitude SET magnitude = 9e999 WHERE rowid = 3",
        "UPDATE magnitude SET dim_2 = NULL WHERE rowid = 4",  # which is how SQLite keeps a NaN
    )
    vectors = read_vectors(path)
    assert vectors.provenance["read"]["not_finite"] == 2
    assert list(vectors.index_to_key) == [WORDS[row] for row in (0, 1, 4)]


def test_a_file_that_is_cut_short_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(300)]
    rows = np.random.default_rng(0).standard_normal((300, 20))
    whole = make_magnitude(tmp_path / "whole", words, rows.tolist()).read_bytes()
    path = tmp_path / "v.magnitude"
    for size in [0, 1, 15, 16, 50, 99, 100, 3000, 4096, 4097, *range(8192, len(whole), 5000)]:
        path.write_bytes(whole[:size])
        with pytest.raises(FormatError, match=r"v\.magnitude"):
            read_vectors(path, format="magnitude")


def test_damage_anywhere_is_an_error_or_does_no_harm(tmp_path: Path) -> None:
    assert refusals(make(tmp_path), "magnitude", times=300, words=5) > 50


def test_a_table_whose_pages_lead_round_in_a_circle_ends(tmp_path: Path) -> None:
    words = [f"w{i}" for i in range(2000)]
    path = make_magnitude(tmp_path / "v.magnitude", words, np.ones((2000, 20)).tolist())
    [(root,)] = fetch(path, "SELECT rootpage FROM sqlite_master WHERE name = 'magnitude'")
    data = bytearray(path.read_bytes())
    page = memoryview(data)[(root - 1) * 4096 : root * 4096]
    assert page[0] == 5  # a page that leads to others
    for cell in range(int.from_bytes(page[3:5], "big")):
        place = int.from_bytes(page[12 + 2 * cell : 14 + 2 * cell], "big")
        page[place : place + 4] = root.to_bytes(4, "big")
    del page
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"table magnitude.*malformed"):
        read_vectors(path)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.magnitude"
    path.write_bytes(b"king 1 2 3\n")
    with pytest.raises(FormatError, match="is no SQLite database"):
        read_vectors(path, format="magnitude")
