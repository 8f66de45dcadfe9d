import hashlib

import h5py
import numpy as np
import pytest
from stores import change, replace, small_vectors

from wordvec.errors import FormatError
from wordvec.store.verify import verify_store


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


def test_the_norms_of_vectors_that_are_not_numbers_are_sound(tmp_path):
    matrix = np.ones((20, 5), np.float32)
    matrix[3], matrix[4] = np.nan, np.inf
    vectors = small_vectors(counts=None)
    vectors.vectors[:] = matrix
    vectors.save(tmp_path / "vectors.h5")
    verify_store(tmp_path / "vectors.h5")


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
    change(
        path, lambda file: sign(file) if "the lengths" in message or "index" in message else None
    )
    with pytest.raises(FormatError, match=message):
        verify_store(path)
