import faulthandler
import random
from pathlib import Path

import h5py
import numpy as np
import pytest
from hostile import checksummed, crafted
from stores import change, small_vectors

from wordvec.errors import FormatError
from wordvec.store import open_store
from wordvec.store.blocks import checksum
from wordvec.store.hdf5 import open_hdf5
from wordvec.store.layout import DIGEST_DTYPE, DataSet


@pytest.fixture(autouse=True)
def _nothing_hangs():
    faulthandler.dump_traceback_later(60, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.h5"
    small_vectors(output=np.ones((20, 5))).save(path)
    return path


@pytest.fixture
def crowded(path):
    """Return a store with so many attributes that HDF5 keeps them in a heap."""

    def add(file):
        for i in range(12):
            file.attrs[f"more{i}"] = "x" * 20 * i
        file.attrs["provenance"] = '{"changed": true}'

    change(path, add)
    return path


def same(one, other):
    """Return whether two stores hold the same, the provenance apart."""
    parts = ("vectors", "counts", "output", "norms", "index_to_key", "spelling_index.postings")
    for part in parts:
        a, b = one, other
        for name in part.split("."):
            a, b = getattr(a, name), getattr(b, name)
        if not np.array_equal(a, b):
            return False
    return True


def test_what_hdf5_says_of_a_store_is_said_here_too(path):
    with h5py.File(path) as file, open_hdf5(path) as ours:
        for name, value in file.attrs.items():
            expected = value.decode() if isinstance(value, bytes) else value
            assert ours.root.attribute(name) == expected
        for name in set(file) - {"checksums"}:
            dtype = file[name].dtype.str
            axes = tuple(f"axis {i}" for i in range(file[name].ndim))
            extent = ours.root.extent(DataSet(name, dtype, axes), dtype, {})
            assert (extent.place, extent.shape) == (file[name].id.get_offset(), file[name].shape)
        digests = ours.root.group("checksums")
        for name, digest in file["checksums"].items():
            assert digests.value(name).encode() == digest[()]
            assert digest.dtype == DIGEST_DTYPE


@pytest.mark.parametrize("low", ["v108", "v110", "v200"])
@pytest.mark.parametrize("many", [1, 3, 7])
def test_attributes_are_read_however_hdf5_keeps_them(tmp_path, low, many):
    with h5py.File(tmp_path / "a.h5", "w", libver=(low, "latest")) as file:
        for i in range(many):
            file.attrs[f"long{i}"] = "ž" * 50 * i
            file.attrs[f"short{i}"] = np.bytes_(b"a" * (i + 1))
            file.attrs[f"number{i}"] = np.int16(-i)
            file.attrs[f"fraction{i}"] = i / 3
        del file.attrs["number0"]
        file.attrs["long0"] = "another"
    with open_hdf5(tmp_path / "a.h5") as ours:
        assert not ours.root.has_attribute("number0")
        assert ours.root.text("long0") == "another"
        assert [ours.root.text(f"long{i}") for i in range(1, many)] == [
            "ž" * 50 * i for i in range(1, many)
        ]
        assert [ours.root.text(f"short{i}") for i in range(many)] == [
            "a" * (i + 1) for i in range(many)
        ]
        assert [ours.root.attribute(f"number{i}") for i in range(1, many)] == [
            -i for i in range(1, many)
        ]
        assert [ours.root.attribute(f"fraction{i}") for i in range(many)] == [
            i / 3 for i in range(many)
        ]


def test_hundreds_of_attributes_are_refused(path):
    change(path, lambda file: [file.attrs.__setitem__(f"more{i}", i) for i in range(200)])
    with pytest.raises(FormatError, match=r"there are too many names at byte \d+"):
        open_store(path)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (h5py.Empty("f4"), "is not a single value"),
        ([1, 2], "is not a single value"),
        (np.void(b"ab"), "is of the type opaque; expected a number or a string"),
        (np.array((1, 2), "i4,i4"), "is of the type compound"),
        (np.True_, "is of the type enum"),
        (1j, "is of the type compound"),
    ],
)
def test_attributes_of_other_types_are_refused(path, value, message):
    change(path, lambda file: file.attrs.__setitem__("generator", value))
    with pytest.raises(FormatError, match=f"the attribute generator {message}"):
        open_store(path)


def test_a_reference_as_attribute_is_refused(path):
    change(path, lambda file: file.attrs.__setitem__("generator", file["words"].ref))
    with pytest.raises(FormatError, match="generator is of the type reference"):
        open_store(path)


@pytest.mark.parametrize(
    "dtype",
    ["V4", "i4,i4", "?", h5py.ref_dtype, h5py.vlen_dtype("f4"), np.dtype(("f4", (2,)))],
    ids=str,
)
def test_data_of_other_types_are_refused(path, dtype):
    def action(file):
        del file["vectors"]
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        space = h5py.h5s.create_simple((20, 5))
        kind = h5py.h5t.py_create(np.dtype(dtype), logical=True)
        h5py.h5d.create(file.id, b"vectors", kind, space, how)

    change(path, action)
    with pytest.raises(FormatError, match=r"/vectors has the type [a-z ]+; expected <f4"):
        open_store(path)


def test_a_type_with_a_name_is_refused(path):
    def action(file):
        del file["norms"]
        file["kind"] = np.dtype("f4")
        file.create_dataset("norms", data=np.ones(20, "f4"), dtype=file["kind"])

    change(path, action)
    with pytest.raises(FormatError, match="/norms has the type a type of its own"):
        open_store(path)


def test_files_without_checksums_are_refused(tmp_path):
    with h5py.File(tmp_path / "old.h5", "w", libver=("earliest", "v108")) as file:
        file.attrs["format"] = "wordvec"
    with pytest.raises(FormatError, match=r"laid out as HDF5 before 1\.8 did, without checksums"):
        open_store(tmp_path / "old.h5")


def test_an_object_without_checksum_is_refused(path):
    with h5py.File(path, "r+") as file:
        del file["norms"]
        file["norms"] = np.ones(20, "f4")
    with pytest.raises(FormatError, match=r"is laid out as HDF5 before 1\.8 did, or damaged"):
        open_store(path)


def test_data_that_processors_cannot_read_in_place_are_refused(path):
    data = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        place = file["norms"].id.get_offset()
    at = data.index(place.to_bytes(8, "little"))
    data[at] += 1
    start, end = next((s, e) for s, e in checksummed(path.read_bytes()) if s < at < e)
    data[end : end + 4] = checksum(bytes(data[start:end])).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(FormatError, match=f"/norms begins at byte {place + 1}; expected a multi"):
        open_store(path)


def test_data_sets_may_overlap_or_be_looped_to(path):
    change(path, lambda file: (file.__delitem__("output"), file.__setitem__("output", file["/"])))
    with pytest.raises(FormatError, match="/output is not a data set"):
        open_store(path)
    change(path, lambda f: (f.__delitem__("output"), f.__setitem__("output", f["vectors"])))
    vectors = open_store(path)
    np.testing.assert_array_equal(vectors.output, vectors.vectors)


def test_a_damaged_byte_of_the_header_is_found_or_means_nothing(crowded, tmp_path):
    expected = open_store(crowded)
    assert expected.provenance == {"changed": True}
    data, damaged = crowded.read_bytes(), tmp_path / "damaged.h5"
    rng = random.Random(0)  # noqa: S311 - nothing here is a secret
    ours = {i for s, e in checksummed(data) for i in range(s, e + 4)}
    heap = data.index(b"GCOL")
    places = [*ours, *range(heap, heap + 200)]
    refused = 0
    for place in rng.sample(places, 600):
        changed = bytearray(data)
        changed[place] ^= 1 << rng.randrange(8)
        damaged.write_bytes(changed)
        try:
            found = open_store(damaged)
        except FormatError:
            refused += 1
        else:
            assert same(found, expected)
    assert refused > 200


@pytest.mark.parametrize("seed", range(2))
def test_a_crafted_file_is_read_or_refused_at_once(crowded, tmp_path, seed):
    damaged, refused = tmp_path / "damaged.h5", 0
    for data in crafted(crowded.read_bytes(), 600, seed):
        damaged.write_bytes(data)
        try:
            list(open_store(damaged).index_to_key)
        except FormatError:
            refused += 1
    assert 60 < refused < 500


def test_a_continuation_that_leads_to_itself_ends(path):
    data = (Path(__file__).parent / "data" / "version-1.h5").read_bytes()
    start, end = next((s, e) for s, e in checksummed(data) if data[s : s + 4] == b"OCHK")
    loop = (
        b"\x10\x10\x00\x00" + start.to_bytes(8, "little") + (end + 4 - start).to_bytes(8, "little")
    )
    changed = bytearray(data)
    changed[start + 4 : start + 4 + len(loop)] = loop
    changed[end : end + 4] = checksum(bytes(changed[start:end])).to_bytes(4, "little")
    path.write_bytes(changed)
    with pytest.raises(FormatError, match=r"the header at byte \d+ is too large"):
        open_store(path)


def test_a_text_of_impossible_length_is_refused(path):
    data = bytearray(path.read_bytes())
    heap = data.index(b"GCOL")
    data[heap + 24 : heap + 32] = (2**62).to_bytes(8, "little")
    path.write_bytes(data)
    with pytest.raises(FormatError, match=f"the text at byte {heap + 16} claims {2**62} bytes"):
        open_store(path)


def test_a_global_heap_that_never_ends_is_left(path):
    data = bytearray(path.read_bytes())
    heap = data.index(b"GCOL")
    # Objects of no length, of another number, to the end of the collection and beyond.
    data[heap + 8 : heap + 16] = (2**40).to_bytes(8, "little")
    data[heap + 16 : heap + 4096] = (b"\x02" + bytes(15)) * 255
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"vectors.h5 is damaged"):
        open_store(path)
