import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from damage import refusals

from wordvec.errors import FormatError, OutputError
from wordvec.formats import npz, read_vectors, sniff_format, write_vectors
from wordvec.vectors import WordVectors

WORDS = ["the", "král", "日本", "a b", "x\ty\n"]
ROWS = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
COUNTS = np.array([2**64 - 1, 7, 5, 3, 0], np.uint64)


def save(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def replace_member(path: Path, name: str, data: bytes) -> None:
    """Put `data` in the place of a member of the archive."""
    with zipfile.ZipFile(path) as archive:
        members = {other: archive.read(other) for other in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for other, content in (members | {name: data}).items():
            archive.writestr(other, content)


def array_bytes(header: str, data: bytes) -> bytes:
    """Return an .npy file of version 1 with this header."""
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def claim(shape: str, descr: str = "'<f4'", data: bytes = b"") -> bytes:
    return array_bytes(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n", data)


@pytest.mark.parametrize("counts", [None, COUNTS])
def test_numpy_reads_what_is_written(counts: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("wordvec.formats.text.BLOCK_BYTES", 40)
    monkeypatch.setattr(npz, "_BLOCK_BYTES", 40)
    monkeypatch.setattr(npz, "_WORDS_PER_BLOCK", 3)
    path = tmp_path / "v.npz"
    write_vectors(WordVectors(WORDS, ROWS, counts=counts), path)
    with np.load(path, allow_pickle=False) as archive:
        assert archive["words"].tolist() == WORDS
        assert archive["words"].dtype == "<U4"
        assert np.array_equal(archive["vectors"], ROWS)
        assert archive["vectors"].dtype == np.float32
        assert ("counts" in archive) == (counts is not None)
        if counts is not None:
            assert np.array_equal(archive["counts"], COUNTS)
            assert archive["counts"].dtype == np.uint64


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        write_vectors(WordVectors(WORDS, ROWS, COUNTS), tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("savez", [np.savez, np.savez_compressed])
def test_what_numpy_writes_is_read(savez: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(npz, "_BLOCK_BYTES", 40)
    path = tmp_path / "v.npz"
    savez(path, words=np.array(WORDS), vectors=ROWS, counts=COUNTS)
    assert sniff_format(path) == "npz"
    vectors = read_vectors(path)
    assert list(vectors.index_to_key) == WORDS
    assert np.array_equal(vectors.vectors, ROWS)
    assert np.array_equal(vectors.counts, COUNTS)


@pytest.mark.parametrize("dtype", [">f4", "<f8", "<f2", "|i1", "<u8"])
def test_numbers_of_other_types_become_float32(dtype: str, tmp_path: Path) -> None:
    rows = np.array([[0, 1, 100], [7, 5, 3]], dtype)
    vectors = read_vectors(save(tmp_path / "v.npz", words=np.array(["a", "b"]), vectors=rows))
    assert np.array_equal(vectors.vectors, rows.astype(np.float32))
    assert vectors.vectors.dtype == np.float32


def test_words_may_be_bytes(tmp_path: Path) -> None:
    words = np.array([b"a", "král".encode(), b"\xff"])
    vectors = read_vectors(save(tmp_path / "v.npz", words=words, vectors=ROWS[:3]))
    assert list(vectors.index_to_key) == ["a", "král", "\ufffd"]
    assert vectors.provenance["read"]["invalid_utf8"] == 1


def test_other_names_of_the_arrays_are_known(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", embeddings=ROWS, vocab=np.array(WORDS), other=np.ones(3))
    assert np.array_equal(read_vectors(path).vectors, ROWS)


def test_odd_rows_are_left_out(tmp_path: Path) -> None:
    rows = ROWS.astype(np.float64)
    rows[4, 0] = 1e300
    words = np.array(["a", "", "b", "a", "c"])
    vectors = read_vectors(save(tmp_path / "v.npz", words=words, vectors=rows, counts=COUNTS))
    assert list(vectors.index_to_key) == ["a", "b"]
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [2**64 - 1, 5]
    report = vectors.provenance["read"]
    assert (report["empty_words"], report["duplicates"], report["not_finite"]) == (1, 1, 1)


def test_a_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(["a\ud800", "b"]), vectors=ROWS[:2])
    assert read_vectors(path).index_to_key[0].startswith("a\ufffd")


def test_a_limit_reads_the_first_rows(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(WORDS), vectors=ROWS, counts=COUNTS)
    assert list(read_vectors(path, limit=3).index_to_key) == WORDS[:3]


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(WORDS), vectors=ROWS)
    calls: list[tuple[int, int]] = []
    read_vectors(path, progress=lambda done, all_: calls.append((done, all_)))
    assert calls[-1] == (path.stat().st_size, path.stat().st_size)


ARRAYS = {
    "no words": ({"vectors": ROWS}, r"has the arrays vectors; expected one called words"),
    "no vectors": ({"words": np.array(WORDS)}, "has the arrays words; expected one called vectors"),
    "Python objects": (
        {"words": np.array(WORDS, object), "vectors": ROWS},
        "array 'words': holds Python objects",
    ),
    "words that are numbers": (
        {"words": np.arange(5), "vectors": ROWS},
        "type int64; expected tex",
    ),
    "fewer words": (
        {"words": np.array(WORDS[:4]), "vectors": ROWS},
        r"array 'words': is of shape \(4,\) for vectors of shape \(5, 4\)",
    ),
    "one row": ({"words": np.array(WORDS), "vectors": ROWS[:, 0]}, r"of shape \(5,\).*a row of"),
    "complex": ({"words": np.array(WORDS), "vectors": ROWS * 1j}, "type complex64; expected"),
    "no columns": ({"words": np.array(WORDS), "vectors": ROWS[:, :0]}, "the dimension is 0"),
    "no rows": ({"words": np.array(["a"])[:0], "vectors": ROWS[:0]}, "no word with a usable"),
    "by columns": (
        {"words": np.array(WORDS), "vectors": np.asfortranarray(ROWS)},
        "kept column by column",
    ),
    "a single value": ({"words": np.array("a"), "vectors": ROWS}, "is a single value"),
    "counts below 0": (
        {"words": np.array(WORDS), "vectors": ROWS, "counts": np.array([3, 2, -1, 0, 0])},
        "array 'counts': row 2 is -1",
    ),
    "counts not whole": (
        {"words": np.array(WORDS), "vectors": ROWS, "counts": np.ones(5)},
        "type float64; expected whole numbers",
    ),
}


@pytest.mark.parametrize(("arrays", "message"), ARRAYS.values(), ids=ARRAYS)
def test_other_arrays_are_refused(arrays: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", **arrays)
    with pytest.raises(FormatError, match=message) as caught:
        read_vectors(path)
    assert str(path) in str(caught.value)


MEMBERS = {
    "a huge shape": (claim("(5, 10**12)"), "vectors"),
    "a huge number of rows": (claim("(1000000000000, 4)"), "takes 16000000000"),
    "rows and columns that overflow": (claim("(2305843009213693952, 8)"), "takes 737869"),
    "more than is there": (claim("(5, 4)", data=bytes(79)), r"takes \d+ bytes, but there are"),
    "less than is there": (claim("(5, 4)", data=bytes(81)), r"takes \d+ bytes, but there are"),
    "sizes below 0": (claim("(-5, -4)", data=bytes(80)), "vectors"),
    "a header that is code": (claim("(5, __import__('os').getpid())"), "damaged"),
    "a header without an end": (b"\x93NUMPY\x01\x00\xff\xff{", "damaged"),
    "a version from the future": (b"\x93NUMPY\x09\x00\x00\x00", "version 9.0|format"),
    "no array": (b"king 1 2 3", "damaged"),
    "nothing": (b"", "damaged"),
    "fields": (claim("(5,)", "[('a', '<f4')]", bytes(20)), "expected a row of real numbers"),
    "a type with no size": (claim("(5, 4)", "'|V0'"), "expected a row of real numbers"),
}


@pytest.mark.parametrize(("member", "message"), MEMBERS.values(), ids=MEMBERS)
def test_headers_that_cannot_be_are_refused(member: bytes, message: str, tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(WORDS), vectors=ROWS)
    replace_member(path, "vectors.npy", member)
    with pytest.raises(FormatError, match=message) as caught:
        read_vectors(path)
    assert f"{path}: array 'vectors'" in str(caught.value)


def test_a_word_as_long_as_the_memory_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(["a"]), vectors=ROWS[:1])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vocab.npy", b"")
    replace_member(path, "words.npy", claim("(1,)", "'<U300000000'"))
    with pytest.raises(FormatError, match="takes 1200000"):
        read_vectors(path)


def test_a_size_that_packing_cannot_reach_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    np.savez_compressed(path, words=np.array(WORDS), vectors=np.zeros((5, 100), "f4"))
    data = bytearray(path.read_bytes())
    place = data.index(b"vectors.npy", data.index(b"PK\x01\x02")) - 46
    data[place + 24 : place + 28] = (2**31).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"its \d+ bytes hold 2147483648, which cannot be"):
        read_vectors(path)


def test_other_packing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in (("words", np.array(WORDS)), ("vectors", ROWS)):
            content = io.BytesIO()
            np.save(content, array)
            archive.writestr(f"{name}.npy", content.getvalue())
    with pytest.raises(FormatError, match=r"packed in a way that numpy\.savez does not"):
        read_vectors(path)


def test_a_changed_byte_is_noticed_by_the_checksum(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(WORDS), vectors=ROWS)
    data = path.read_bytes()
    place = data.index(ROWS.tobytes())
    path.write_bytes(data[: place + 4] + bytes(1) + data[place + 5 :])
    with pytest.raises(FormatError, match="array 'vectors': Bad CRC-32"):
        read_vectors(path)


def test_a_file_that_is_cut_short_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    path = save(tmp_path / "v.npz", words=np.array(WORDS), vectors=ROWS)
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(FormatError, match=r"v\.npz"):
            read_vectors(path, format="npz")


def test_damage_anywhere_is_an_error_or_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    np.savez_compressed(path, words=np.array(WORDS), vectors=ROWS, counts=COUNTS)
    assert refusals(path, "npz", times=400, words=5) > 100


def test_a_zip_archive_of_something_else_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "v.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("glove.6B.50d.txt", "the 1 2 3\n")
    with pytest.raises(FormatError, match="is a zip archive; unpack it first"):
        sniff_format(path)


def test_a_word_that_ends_in_a_zero_byte_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    with pytest.raises(OutputError, match=r"'b\\x00' \(row 1\) cannot be kept"):
        write_vectors(WordVectors(["a", "b\0"], ROWS[:2]), path)
    assert list(tmp_path.iterdir()) == []
