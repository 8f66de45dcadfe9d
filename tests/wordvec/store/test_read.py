import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import change, everything, poke, replace, small_vectors

from wordvec.errors import FormatError, UnknownWordError
from wordvec.store import open_store, read_header
from wordvec.store.layout import COUNTS, DATA_SETS, OUTPUT, VECTORS
from wordvec.store.verify import verify_store
from wordvec.vectors import WordVectors

DATA = Path(__file__).parent / "data"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.h5"
    everything().save(path)
    return path


def test_the_file_of_format_version_1_is_read():
    vectors = open_store(DATA / "version-1.h5")
    header = read_header(DATA / "version-1.h5")
    assert header.format_version == 1
    assert header.created == "2026-01-01T00:00:00Z"
    assert list(vectors.index_to_key) == ["the", "král", "日本", "c++"]
    assert vectors.get_index("日本") == 2
    assert vectors.vectors.tolist() == [[1, 2, 3], [0, 0.5, 0], [-1, 0, 1], [4, 0, 3]]
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [40, 30, 20, 2**63]
    assert vectors.output is not None
    assert vectors.output.tolist() == [[0, 0, 0], [1, 1, 1], [2, 2, 2], [3, 3, 3]]
    assert vectors.norms[3] == 5
    assert vectors.provenance == {"corpus": {"name": "žádný", "words": 90}}


def test_the_int8_file_of_format_version_1_is_read():
    verify_store(DATA / "version-1-int8.h5")
    vectors = open_store(DATA / "version-1-int8.h5")
    assert vectors.vectors.codes.tolist()[:3] == [[1, 2, 127], [0, 127, 0], [-127, 0, 1]]
    assert np.allclose(vectors["král"], [0, 0.5, 0])
    assert vectors.counts.tolist() == [40, 30, 20, 2**63]
    assert (vectors.subwords.min_n, vectors.subwords.max_n, vectors.subwords.buckets) == (3, 4, 7)
    assert vectors.subwords.rows.tolist() == [2, 5]
    assert np.allclose(vectors.subwords.matrix[1], [0, -4, 0])
    assert vectors.spelling_index.close("kral", 1)[0].tolist() == [1]


def test_a_header_tells_what_the_file_holds(path):
    header = read_header(path)
    assert (header.words, header.dim, header.dtype) == (20, 5, "float32")
    assert header.provenance == {"corpus": "král.txt"}
    needed = {data_set for data_set in DATA_SETS if data_set.required}
    assert {*needed, COUNTS, OUTPUT} <= set(header.extents)
    assert header.extents[VECTORS].shape == (20, 5)


def test_arrays_are_read_only_views_of_the_file(path):
    vectors = open_store(path)
    for array in (vectors.vectors, vectors.norms, vectors.counts, vectors.index_to_key.utf8):
        assert array is not None
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
        assert not array.flags.owndata


def test_a_deleted_store_stays_readable(path):
    vectors = open_store(path)
    path.unlink()
    np.testing.assert_array_equal(vectors.vectors, small_vectors().vectors)
    assert vectors["king"].shape == (5,)


def test_a_replaced_store_stays_as_it_was(path):
    vectors = open_store(path)
    WordVectors(["other"], [[1, 2]]).save(path, overwrite=True)
    np.testing.assert_array_equal(vectors.vectors, small_vectors().vectors)
    assert list(open_store(path).index_to_key) == ["other"]


# Each store says the same in all its parts, and another than those before.
REWRITE = """
import sys
import numpy as np
from wordvec import WordVectors
from wordvec.store import write_store
print("begun", flush=True)
for i in range(10**6):
    words = ["fixed", *(f"w{i}-{j}" for j in range(i % 50))]
    write_store(WordVectors(words, np.full((len(words), 3), i, np.float32),
        provenance={"i": i}), "vectors.h5", overwrite=True)
"""


def test_a_store_that_another_process_keeps_replacing_is_read_whole(path):
    with subprocess.Popen(
        [sys.executable, "-P", "-c", REWRITE], cwd=path.parent, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        try:
            assert writer.stdout.readline()
            seen: dict[int, WordVectors] = {}
            while len(seen) < 50:
                vectors = open_store(path)
                if i := vectors.provenance.get("i"):
                    seen[i] = vectors
        finally:
            writer.kill()
    for i, vectors in seen.items():
        assert list(vectors.index_to_key) == ["fixed", *(f"w{i}-{j}" for j in range(i % 50))]
        assert np.all(vectors.vectors == i)
        assert vectors["fixed"].tolist() == [i, i, i]
        assert len(vectors.most_similar("fixed", topn=5)) == min(5, i % 50)


def test_a_store_and_a_folder_that_may_not_be_written_to_are_read(path):
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert open_store(path)["king"].shape == (5,)
        assert list(path.parent.iterdir()) == [path]
    finally:
        path.parent.chmod(0o755)


def test_a_path_may_be_text_or_bytes_like_a_path(path):
    assert len(open_store(str(path))) == 20


def test_data_sets_and_attributes_that_are_not_known_are_ignored(path):
    def add(file):
        file.create_dataset("codebooks", data=np.ones(3), chunks=(1,), compression="gzip")
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
        file.attrs["mood"] = "good"

    change(path, add)
    assert open_store(path)["king"].shape == (5,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.unlink(), "there is no such file; `wordvec train` makes one"),
        (lambda p: (p.unlink(), p.mkdir()), "is not a file; expected a store"),
        (lambda p: p.write_bytes(b""), "is empty, so not a wordvec store"),
        (
            lambda p: p.write_text("some words\n\nand more of them\n"),
            "not HDF5, so not a wordvec store; `wordvec train`",
        ),
        (
            lambda p: p.write_text("king 1 2 3\nqueen 1 2 3\n"),
            "of the format glove, not a wordvec store; `wordvec convert .*vectors.h5 vectors.h5` m",
        ),
        (lambda p: (p.unlink(), os.mkfifo(p)), "is not a file"),
        (
            lambda p: p.write_bytes(b"\x89HDF\r\n\x1a\n"),
            "vectors.h5 is cut short: its end is missing",
        ),
        (
            lambda p: p.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(5000)),
            "is laid out as HDF5 before 1.8 did",
        ),
    ],
)
def test_what_is_not_a_store_is_refused(path, make, message):
    make(path)
    with pytest.raises(FormatError, match=message) as error:
        open_store(path)
    assert "\n" not in str(error.value)


def test_an_empty_path_is_refused():
    with pytest.raises(FormatError, match="the path is empty"):
        open_store("")


def test_a_file_that_may_not_be_read_is_refused(path, monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)  # root may read anything
    with pytest.raises(FormatError, match=r"vectors.h5 cannot be read: Permission denied"):
        open_store(path)


def attribute(name, value):
    return lambda file: file.attrs.__setitem__(name, value)


BIG = np.dtype(("S", 2**20))
BAD_HEADERS = {
    "no format": (lambda f: f.attrs.__delitem__("format"), "is HDF5 but not a wordvec store"),
    "another format": (attribute("format", "cooler"), "is HDF5 but not a wordvec store"),
    "a number as format": (attribute("format", 1), "the attribute format is not a string"),
    "a list as format": (attribute("format", ["wordvec"]), "format is not a single value"),
    "an empty format": (attribute("format", h5py.Empty("f4")), "format is not a single value"),
    "a newer version": (
        attribute("format_version", 2),
        "has format version 2; wordvec .* reads up to version 1: upgrade wordvec",
    ),
    "a version of zero": (attribute("format_version", 0), "format_version is 0; expected"),
    "a version in words": (attribute("format_version", "one"), "format_version is one; expected"),
    "no version": (lambda f: f.attrs.__delitem__("format_version"), "format_version is missing"),
    "no words": (attribute("words", 0), "the attribute words is 0; expected a whole number from 1"),
    "too many words": (attribute("words", 10**12), "the attribute words is 1000000000000"),
    "more words": (attribute("words", 21), r"/word_offsets has the shape \(21,\); expected"),
    "2**31-1 words": (attribute("words", 2**31 - 1), "/word_offsets has the shape"),
    "a fraction of words": (attribute("words", 20.0), "the attribute words is 20.0"),
    "another dim": (
        attribute("dim", 6),
        r"/vectors has the shape \(20, 5\); expected \(words, width\) with words 20, width 6",
    ),
    "another dtype": (
        attribute("dtype", "float99"),
        "the attribute dtype is 'float99', which wordvec .* does not read .*float32.*: upgrade",
    ),
    "no JSON": (attribute("provenance", "{"), "the attribute provenance is not JSON"),
    "a JSON list": (attribute("provenance", "[]"), "the attribute provenance is not a JSON object"),
    "deep JSON": (attribute("provenance", "[" * 100_000), "the attribute provenance is not JSON"),
    "bytes as provenance": (attribute("provenance", np.bytes_(b"\xff")), "provenance is not UTF-8"),
}


@pytest.mark.parametrize(("action", "message"), BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_a_header_that_is_wrong_is_named(path, action, message):
    change(path, action)
    with pytest.raises(FormatError, match=message) as error:
        open_store(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


MATRIX = np.ones((20, 5), np.float32)


def swap(name, make):
    """Return an action that removes `name` and calls `make`."""

    def action(file):
        del file[name]
        make(file)

    return action


def virtual(file):
    layout = h5py.VirtualLayout((20, 5), np.float32)
    layout[:] = h5py.VirtualSource("other.h5", "vectors", (20, 5))
    file.create_virtual_dataset("vectors", layout)


def compact(file):
    how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((20, 5))
    h5py.h5d.create(file.id, b"vectors", h5py.h5t.IEEE_F32LE, space, how).write(
        h5py.h5s.ALL, h5py.h5s.ALL, MATRIX
    )


BAD_DATA_SETS = {
    "missing": (lambda f: f.__delitem__("word_index"), "/word_index is missing"),
    "a group": (swap("norms", lambda f: f.create_group("norms")), "/norms is not a data set"),
    "chunked": (replace("vectors", MATRIX, chunks=(5, 5)), "/vectors is chunked, compressed"),
    "compressed": (replace("vectors", MATRIX, compression="gzip"), "/vectors is chunked"),
    "checked by a filter": (replace("counts", np.ones(20, "u8"), fletcher32=True), "/counts is"),
    "compact": (swap("vectors", compact), "/vectors is chunked, compressed, compact"),
    "virtual": (swap("vectors", virtual), "/vectors is chunked, .* virtual"),
    "external": (
        swap(
            "vectors",
            lambda f: f.create_dataset(
                "vectors", (20, 5), "f4", external=[("/etc/passwd", 0, 400)]
            ),
        ),
        "/vectors is .* external",
    ),
    "a soft link": (
        swap("vectors", lambda f: f.__setitem__("vectors", h5py.SoftLink("/output"))),
        "/vectors is a link",
    ),
    "an external link": (
        swap("vectors", lambda f: f.__setitem__("vectors", h5py.ExternalLink("o.h5", "/vectors"))),
        "/vectors is a link",
    ),
    "an optional one that is a link": (
        swap("output", lambda f: f.__setitem__("output", h5py.SoftLink("/nowhere"))),
        "/output is (a link|missing)",
    ),
    "without bytes": (
        swap("vectors", lambda f: f.create_dataset("vectors", (20, 5), "f4")),
        "/vectors needs 400 bytes nowhere",
    ),
    "of a huge shape": (
        swap("vectors", lambda f: f.create_dataset("vectors", (10**12, 5), "f4")),
        r"/vectors has the shape \(1000000000000, 5\)",
    ),
    "float64": (replace("vectors", MATRIX.astype("f8")), "/vectors has the type <f8"),
    "big-endian": (replace("vectors", MATRIX.astype(">f4")), "/vectors has the type >f4"),
    "strings": (replace("words", ["king"] * 20), "/words has the type text of any length"),
    "flat": (replace("vectors", MATRIX.ravel()), r"/vectors has the shape \(100,\)"),
    "a scalar": (replace("norms", np.float32(1)), r"/norms has the shape \(\)"),
    "too short": (replace("norms", MATRIX[:19, 0]), r"/norms has the shape \(19,\)"),
    "empty words": (
        swap("words", lambda f: f.create_dataset("words", (0,), "u1")),
        r"/words has the shape \(0,\)",
    ),
    "an index of odd size": (
        replace("word_index", np.full(33, -1, np.int32)),
        "/word_index has 33 slots; expected a power of two above 20",
    ),
    "a small index": (replace("word_index", np.full(16, -1, np.int32)), "/word_index has 16 slots"),
    "offsets that start late": (
        lambda f: f["word_offsets"].__setitem__(0, 1),
        r"/word_offsets goes from 1 to \d+; expected from 0 to \d+",
    ),
    "sizes of transforms of another shape": (
        replace("transform_sizes", np.ones((1, 3), np.int32)),
        r"/transform_sizes has the shape \(1, 3\); expected \(transforms, 4\)",
    ),
    "too few numbers of transforms": (
        replace("transforms", np.ones(7)),
        "parts of it do not fit together: 7 numbers for transforms of 30",
    ),
    "a transform from another length": (
        replace("transform_sizes", np.array([[6, 4, 0, 0]], np.int32)),
        "parts of it do not fit together: /subwords has rows of 5; expected 6",
    ),
    "a transform that is not a number": (
        lambda f: f["transforms"].__setitem__(0, np.nan),
        "parts of it do not fit together: .* NaN",
    ),
    "transforms without their sizes": (
        lambda f: f.__delitem__("transforms"),
        "/transforms is missing",
    ),
    "offsets past the end": (
        lambda f: f["word_offsets"].__setitem__(-1, 2**40),
        "/word_offsets goes from 0 to 1099511627776",
    ),
}


@pytest.mark.parametrize(("action", "message"), BAD_DATA_SETS.values(), ids=BAD_DATA_SETS)
def test_a_data_set_that_is_wrong_is_named(path, action, message):
    change(path, action)
    with pytest.raises(FormatError, match=message) as error:
        open_store(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_bad_offsets_are_found_when_they_are_read(path):
    poke(path, "word_offsets", 3, 10**15)
    vectors = open_store(path)
    assert vectors.index_to_key[0] == "king"
    for row in (2, 3):
        with pytest.raises(FormatError, match=rf"{path}: /word_offsets: row {row} goes from"):
            vectors.index_to_key[row]
    with pytest.raises(UnknownWordError, match=f"'quee' is not .*; {path}: /word_offsets"):
        vectors.query("quee")


def test_bad_rows_are_found_when_they_are_read(path):
    change(path, lambda file: file["word_index"].__setitem__(slice(None), 20))
    with pytest.raises(FormatError, match=f"{path}: /word_index: slot .* holds row 20 of 20"):
        open_store(path)["king"]


def test_a_file_cut_anywhere_is_refused(path):
    data = path.read_bytes()
    for length in [*range(9, len(data), 97), len(data) - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(FormatError, match=r"vectors.h5 is (cut short|damaged)"):
            open_store(path)


def test_a_file_with_more_bytes_at_its_end_is_read(path):
    path.write_bytes(path.read_bytes() + bytes(100))
    assert open_store(path)["king"].shape == (5,)


STORED = (DATA / "version-1.h5").read_bytes()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(STORED) - 1), st.integers(0, 255)), min_size=1))
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, changes):
    data = bytearray(STORED)
    for place, value in changes:
        data[place] = value
    path = tmp_path_factory.getbasetemp() / "damaged.h5"
    path.write_bytes(data)
    try:
        vectors = open_store(path)
        list(vectors.index_to_key)
        vectors.query("the - král")
    except (FormatError, UnknownWordError):
        pass


def test_opening_does_not_depend_on_the_number_of_words(tmp_path, monkeypatch):
    words = [f"w{i}" for i in range(100_000)]
    WordVectors(words, np.ones((100_000, 3), np.float32)).save(tmp_path / "large.h5")
    import tracemalloc

    tracemalloc.start()
    vectors = open_store(tmp_path / "large.h5")
    vectors["w99999"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


def test_opening_needs_nothing_heavy(path):
    code = (
        "import sys; from wordvec.store.read import open_store\n"
        f"open_store({str(path)!r}).query('king')\n"
        "print([m for m in ('gensim', 'numba', 'scipy', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
