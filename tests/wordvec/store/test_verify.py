import hashlib

import h5py
import numpy as np
import pytest
from stores import change, replace, small_vectors

from wordvec import lookup
from wordvec.errors import FormatError
from wordvec.quantization import QUANTIZERS
from wordvec.store import open_store, read_header, write_store
from wordvec.store.verify import verify_store
from wordvec.subwords import Subwords


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.h5"
    small_vectors(output=np.ones((20, 5))).save(path)
    return path


def sign(file):
    """Make the digests those of the data as they are."""
    for name, digest in file["checksums"].items():
        digest[()] = hashlib.sha256(file[name][()].tobytes()).hexdigest().encode()


def test_a_store_as_written_is_sound(path):
    verify_store(path)


def test_what_is_not_a_number_is_named_by_row(tmp_path):
    vectors = small_vectors(counts=None)
    vectors.vectors[3, 1], vectors.vectors[7, 0] = np.nan, np.inf
    vectors.save(tmp_path / "vectors.h5")
    with pytest.raises(FormatError, match=r"/vectors: 2 rows \(3, 7\) hold what is not a number"):
        verify_store(tmp_path / "vectors.h5")


def test_large_numbers_whose_length_overflows_are_sound(tmp_path):
    vectors = small_vectors(counts=None)
    vectors.vectors[3] = 3e38
    vectors.save(tmp_path / "vectors.h5")
    verify_store(tmp_path / "vectors.h5")


@pytest.mark.parametrize("dtype", QUANTIZERS)
def test_every_type_and_optional_part_is_sound(tmp_path, dtype):
    rows = np.random.default_rng(1).standard_normal((4, 5), np.float32)
    for pruned in (None, np.array([0, 3, 4, 9], np.int32)):
        buckets = 4 if pruned is None else 10
        subwords = Subwords(rows, min_n=3, max_n=6, buckets=buckets, rows=pruned)
        path = tmp_path / f"{buckets}.h5"
        write_store(small_vectors(subwords=subwords), path, dtype=dtype)
        assert verify_store(path).dtype == dtype
        read = open_store(path).subwords
        assert read is not None
        assert (read.min_n, read.max_n, read.buckets) == (3, 6, buckets)
        np.testing.assert_allclose(read.matrix[:], rows, atol=0.3 if dtype != "binary" else 3)


def test_bytes_after_the_end_are_named_by_their_place(path):
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + bytes(100))
    with pytest.raises(FormatError, match=f"ends at byte {size}, but 100 bytes follow"):
        verify_store(path)


def test_progress_ends_at_all_bytes(path):
    seen = []
    verify_store(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == sum(e.bytes for e in read_header(path).extents.values())


def test_compiled_and_plain_searches_find_the_same_faults(path, monkeypatch):
    change(path, lambda f: (f["word_index"].__setitem__(slice(None), -1), sign(f)))
    for compiled_from in (0, 100):
        monkeypatch.setattr(lookup, "_COMPILED_FROM", compiled_from)
        with pytest.raises(FormatError, match="'king' of row 0 is found not at all"):
            verify_store(path)


@pytest.mark.parametrize(
    "name",
    [
        "word_index",
        "word_offsets",
        "words",
        "counts",
        "norms",
        "vectors",
        "output",
        "ngram_index",
        "ngram_rows",
    ],
)
def test_a_changed_byte_is_found(path, name):
    with h5py.File(path) as file:
        place = file[name].id.get_offset() + file[name].id.get_storage_size() - 1
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(FormatError, match=f"/{name} (is damaged|goes from)"):
        verify_store(path)


FAULTS = {
    "a word that is not found": (
        lambda f: f["word_index"].__setitem__(slice(None), -1),
        "/word_index: 'king' of row 0 is found not at all",
    ),
    "a word that appears twice": (
        lambda f: f["words"].__setitem__(
            slice(None), bytearray(b"ab" * f["words"].size)[: f["words"].size]
        ),
        "/word_index",
    ),
    "a row that the index holds twice": (
        lambda f: f["word_index"].__setitem__(int(np.flatnonzero(f["word_index"][()] == -1)[0]), 0),
        "/word_index holds 21 rows of 20 words",
    ),
    "a spelling index that falls": (
        lambda f: f["ngram_index"].__setitem__((0, 5), 10**6),
        "/ngram_index does not rise from 0",
    ),
    "a spelling index that ends late": (
        lambda f: f["ngram_index"].__setitem__((0, -1), 10**6),
        "/ngram_index ends at 1000000; expected",
    ),
    "spellings of no word": (
        lambda f: f["ngram_rows"].__setitem__(3, 20),
        "/ngram_rows: block 0 holds a row above 19",
    ),
    "an output layer that is not a number": (
        lambda f: f["output"].__setitem__((2, 2), np.nan),
        "/output: row 2 holds what is not a number",
    ),
    "wrong norms": (lambda f: f["norms"].__setitem__(0, 9), "/norms are not the lengths"),
    "no digest": (lambda f: f.__delitem__("checksums/norms"), "/checksums/norms is missing"),
    "no digests": (lambda f: f.__delitem__("checksums"), "/checksums is missing"),
    "a digest of another kind": (
        replace("checksums/norms", np.bytes_(b"12")),
        "/checksums/norms has the type",
    ),
    "several digests": (
        replace("checksums/norms", np.zeros(2, "S64")),
        r"/checksums/norms has the shape \(2,\); expected \(\)$",
    ),
    "another algorithm": (
        lambda f: f["checksums"].attrs.__setitem__("algorithm", "md5"),
        "/checksums are of the algorithm 'md5'; expected 'sha256'",
    ),
    "a data set of digests": (replace("checksums", np.ones(3)), "/checksums is not a group"),
    "digests elsewhere": (
        lambda f: (f.__delitem__("checksums"), f.__setitem__("checksums", h5py.SoftLink("/x"))),
        "/checksums is (a link|missing)",
    ),
}


@pytest.mark.parametrize(("action", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(path, action, message):
    change(path, action)
    if "checksums" not in message:
        change(path, sign)
    with pytest.raises(FormatError, match=message):
        verify_store(path)


def test_a_changed_provenance_is_found(path):
    change(path, lambda file: file.attrs.__setitem__("provenance", '{"corpus": "other.txt"}'))
    with pytest.raises(FormatError, match="attribute provenance is damaged: it is not what was"):
        verify_store(path)
