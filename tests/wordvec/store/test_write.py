import errno
import hashlib
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from stores import WORDS, everything, small_vectors

from wordvec.errors import ConfigError, OutputError
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, encode
from wordvec.store import check_writable, layout, open_store, write, write_store
from wordvec.vectors import WordVectors

MINE = b"\x89HDF\r\n\x1a\n, for all that is looked at"
"""A file that is there already: only what looks like a store is replaced."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vectors.h5"


FLOATS = st.floats(width=32, allow_nan=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(st.data(), st.lists(TEXT, min_size=1, max_size=20, unique=True), st.integers(1, 5))
def test_what_is_written_is_read_back(tmp_path_factory, data, words, dim):
    matrix = data.draw(arrays.arrays(np.float32, (len(words), dim), elements=FLOATS))
    counts = data.draw(arrays.arrays(np.uint64, len(words)))
    provenance = data.draw(st.dictionaries(TEXT, st.integers() | TEXT | st.lists(TEXT)))
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    vectors = WordVectors(words, matrix, counts, output=-matrix, provenance=provenance)
    vectors.save(path)
    read = open_store(path)
    assert read.index_to_key == words
    assert [read.get_index(word) for word in words] == list(range(len(words)))
    np.testing.assert_array_equal(read.vectors, matrix)
    np.testing.assert_array_equal(read.counts, counts)
    np.testing.assert_array_equal(read.output, -matrix)
    np.testing.assert_array_equal(read.norms, vectors.norms)
    assert read.provenance == provenance


def test_what_is_not_known_is_not_written(path):
    small_vectors(counts=None, provenance=None).save(path)
    read = open_store(path)
    assert read.counts is None
    assert read.output is None
    assert read.provenance == {}
    with h5py.File(path) as file:
        assert "counts" not in file
        assert "output" not in file


def test_the_attributes_say_what_the_file_is(path):
    write_store(small_vectors(), path, created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    with h5py.File(path) as file:
        attributes = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in file.attrs.items()
        }
    assert json.loads(attributes.pop("provenance")) == {"corpus": "král.txt"}
    assert attributes == {
        "format": "wordvec",
        "format_version": 1,
        "generator": layout.generator(),
        "created": "2026-01-02T03:04:05Z",
        "words": 20,
        "dim": 5,
        "dtype": "float32",
    }


def test_data_sets_are_contiguous_aligned_and_without_time_stamps(path):
    write_store(everything(), path, dtype="int8")
    with h5py.File(path) as file:
        assert {name for name in file if name != "checksums"} == {d.name for d in layout.DATA_SETS}
        for data_set in layout.DATA_SETS:
            found = file[data_set.name]
            assert found.dtype == data_set.of(QUANTIZERS["int8"]).dtype
            assert found.chunks is None
            assert found.id.get_offset() % layout.ALIGNMENT == 0
            assert not found.id.get_create_plist().get_obj_track_times()


def test_each_data_set_has_its_sha256(path):
    write_store(everything(), path, dtype="int8")
    with h5py.File(path) as file:
        digests = file["checksums"]
        assert digests.attrs["algorithm"] == b"sha256"
        assert {name: value[()].decode() for name, value in digests.items()} == {
            d.name: hashlib.sha256(file[d.name][()].tobytes()).hexdigest() for d in layout.DATA_SETS
        }


def test_the_same_input_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    code = "from stores import small_vectors; small_vectors().save('b.h5')"
    support = str(Path(__file__).parents[2] / "support")
    small_vectors().save(tmp_path / "a.h5")
    environment = os.environ | {"PYTHONPATH": support, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    with h5py.File(tmp_path / "a.h5") as file:
        assert file.attrs["created"] == b"2023-11-14T22:13:20Z"


def test_a_time_of_another_zone_is_written_as_utc(path):
    zone = timezone(timedelta(hours=2))
    write_store(small_vectors(), path, created=datetime(2026, 1, 1, tzinfo=zone))
    with h5py.File(path) as file:
        assert file.attrs["created"] == b"2025-12-31T22:00:00Z"


def test_without_a_fixed_time_it_is_now(path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    small_vectors().save(path)
    with h5py.File(path) as file:
        created = datetime.fromisoformat(file.attrs["created"].decode())
    assert timedelta(0) <= datetime.now(UTC) - created < timedelta(minutes=1)


@pytest.mark.parametrize("epoch", ["soon", "1e9", str(10**30)])
def test_a_source_date_epoch_that_is_no_time_is_refused(path, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(OutputError, match=r"SOURCE_DATE_EPOCH is .* expected seconds since 1970"):
        small_vectors().save(path)
    assert not path.exists()


def test_blocks_do_not_change_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    small_vectors().save(tmp_path / "a.h5")
    monkeypatch.setattr(write, "_BLOCK_BYTES", 50)
    small_vectors().save(tmp_path / "b.h5")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_matrix_of_any_layout_is_written_by_rows(path):
    matrix = np.asfortranarray(np.arange(40, dtype=np.float32).reshape(20, 2))
    WordVectors(WORDS, matrix[:, ::-1]).save(path)
    np.testing.assert_array_equal(open_store(path).vectors, matrix[:, ::-1])


def test_a_provenance_larger_than_an_hdf5_header_is_kept(path):
    provenance = {"sources": [f"folder/číslo-{i}.txt" for i in range(20_000)]}
    small_vectors(provenance=provenance).save(path)
    assert open_store(path).provenance == provenance


@pytest.mark.parametrize("provenance", [{"a": {1, 2}}, {"a": float("nan")}])
def test_a_provenance_that_json_cannot_hold_is_refused(path, provenance):
    with pytest.raises(OutputError, match="the provenance cannot be written as JSON"):
        small_vectors(provenance=provenance).save(path)
    assert not path.exists()


def test_no_words_are_refused(path):
    with pytest.raises(OutputError, match=r"vectors.h5: there are no words to write"):
        WordVectors([], np.ones((0, 3))).save(path)


def test_nothing_is_left_beside_the_store(path):
    small_vectors().save(path)
    assert list(path.parent.iterdir()) == [path]


def test_an_existing_file_is_kept_unless_told_otherwise(path):
    path.write_bytes(MINE)
    with pytest.raises(
        OutputError, match=r"vectors.h5 exists; --force .*overwrite=True.* replaces"
    ):
        small_vectors().save(path)
    assert path.read_bytes() == MINE
    small_vectors().save(path, overwrite=True)
    assert len(open_store(path)) == 20


def test_a_file_that_appears_meanwhile_is_kept(path, monkeypatch):
    monkeypatch.setattr(write, "_check", lambda *_: path.write_bytes(MINE))
    with pytest.raises(OutputError, match="exists"):
        small_vectors().save(path)
    assert path.read_bytes() == MINE
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_new_file_has_the_mode_of_the_umask(path, umask, mode):
    before = os.umask(umask)
    try:
        small_vectors().save(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_replaced_file_keeps_its_mode(path):
    path.touch(mode=0o606)
    path.chmod(0o606)
    small_vectors().save(path, overwrite=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o606


def test_a_store_can_replace_the_one_it_was_opened_from(path):
    small_vectors().save(path)
    vectors = open_store(path)
    expected = vectors.vectors.copy()
    vectors.save(path, overwrite=True)
    np.testing.assert_array_equal(vectors.vectors, expected)
    np.testing.assert_array_equal(open_store(path).vectors, expected)


def test_a_link_is_followed(path, tmp_path):
    link = tmp_path / "link.h5"
    link.symlink_to(path)
    small_vectors().save(link)
    assert link.is_symlink()
    assert len(open_store(path)) == 20


def refusals(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    return {
        "": "the output path is empty",
        tmp_path / "folder": "folder is a folder; give the name of a file",
        tmp_path / "absent" / "v.h5": "there is no folder .*absent; make it first",
        tmp_path / "file" / "v.h5": "v.h5 cannot be written: Not a directory",
        tmp_path / "pipe": "pipe is not an ordinary file",
        tmp_path / "loop": "loop cannot be written: Too many levels of symbolic links",
        tmp_path / ("n" * 300): "cannot be written: File name too long",
    }


def test_a_place_that_cannot_be_written_is_refused_beforehand(tmp_path):
    for path, message in refusals(tmp_path).items():
        for attempt in (check_writable, lambda p, **o: small_vectors().save(p, **o)):
            with pytest.raises(OutputError, match=message) as error:
                attempt(path, overwrite=True)
            assert "\n" not in str(error.value)


def test_a_folder_that_may_not_be_written_to_is_refused(path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(OutputError, match="may not be written to; change its permissions"):
        check_writable(path)


def test_checking_changes_nothing(path):
    check_writable(path)
    assert list(path.parent.iterdir()) == []
    path.write_bytes(MINE)
    check_writable(path, overwrite=True)
    assert path.read_bytes() == MINE


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("step", ["_lay_out", "_fill", "_check"])
def test_an_interruption_leaves_the_old_file_and_nothing_else(path, monkeypatch, error, step):
    path.write_bytes(MINE)
    whole = getattr(write, step)

    def interrupted(*arguments):
        whole(*arguments)
        raise error("stop")

    monkeypatch.setattr(write, step, interrupted)
    with pytest.raises(error, match="stop"):
        small_vectors().save(path, overwrite=True)
    assert path.read_bytes() == MINE
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_read_back_is_not_kept(path, monkeypatch):
    fill = write._fill

    def fill_wrongly(temporary, places, *more):
        fill(temporary, places, *more)
        with temporary.open("r+b") as file:
            file.seek(places["word_index"])
            file.write(b"\xff" * 256)

    monkeypatch.setattr(write, "_fill", fill_wrongly)
    with pytest.raises(OutputError, match="what was written cannot be read back"):
        small_vectors().save(path)
    assert list(path.parent.iterdir()) == []


# The limit on a file's size makes the kernel refuse each of these writes, as a full disk does.
LIMITED = """
import resource, sys
from stores import small_vectors
from wordvec.errors import ConfigError, OutputError
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, encode
import numpy as np
vectors = small_vectors(output=np.zeros((20, 5)))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    vectors.save("vectors.h5", overwrite=True)
except OutputError as error:
    print(error)
"""


@pytest.mark.parametrize("limit", [0, 100, 4096, 7000, 10_000])
def test_a_full_disk_is_one_line_and_keeps_the_old_file(path, limit):
    path.write_bytes(MINE)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit)],
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "support")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"vectors.h5 cannot be written: {os.strerror(errno.EFBIG)}; make room or write elsewhere\n"
    )
    assert path.read_bytes() == MINE
    assert list(path.parent.iterdir()) == [path]


def test_writing_a_mapped_matrix_copies_no_more_than_blocks(path, tmp_path, monkeypatch):
    import tracemalloc

    monkeypatch.setattr(write, "_BLOCK_BYTES", 1 << 16)
    matrix = np.memmap(tmp_path / "matrix", np.float32, "w+", shape=(20, 50_000))
    vectors = WordVectors(WORDS, matrix[:, ::2], norms=np.ones(20, np.float32))
    tracemalloc.start()
    vectors.save(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < matrix.nbytes / 4


@pytest.mark.parametrize("dtype", QUANTIZERS)
def test_each_type_is_read_back_as_it_was_encoded(path, dtype):
    vectors = everything()
    write_store(vectors, path, dtype=dtype)
    read = open_store(path)
    for found, original in (
        (read.vectors, vectors.vectors),
        (read.subwords.matrix, vectors.subwords.matrix),
    ):
        codes, scales = encode(original, dtype)
        expected = QuantizedMatrix(codes, dtype, 5, scales)[:]
        assert np.array_equal(np.asarray(found), expected)
    assert read.quantizer.name == dtype
    assert np.allclose(read.norms, np.linalg.norm(np.asarray(read.vectors), axis=1), rtol=1e-6)
    assert read.subwords.rows.tolist() == [0, 2, 5]
    assert (read.subwords.min_n, read.subwords.max_n, read.subwords.buckets) == (3, 4, 7)


def test_a_quantized_store_is_saved_in_the_type_it_has(path, tmp_path):
    write_store(everything(), path, dtype="int8")
    open_store(path).save(tmp_path / "again.h5")
    again = open_store(tmp_path / "again.h5")
    assert again.quantizer.name == "int8"
    assert np.array_equal(again.vectors.codes, open_store(path).vectors.codes)


def test_one_type_is_turned_into_another(path, tmp_path):
    write_store(small_vectors(), path, dtype="float16")
    write_store(open_store(path), tmp_path / "int8.h5", dtype="int8")
    found = open_store(tmp_path / "int8.h5").vectors[:]
    assert np.allclose(found, small_vectors().vectors, atol=0.02)


def test_progress_goes_up_to_all_bytes(path, monkeypatch):
    monkeypatch.setattr(write, "_BLOCK_BYTES", 50)
    told = []
    write_store(small_vectors(), path, progress=lambda *reached: told.append(reached))
    done, totals = zip(*told, strict=True)
    assert len(set(totals)) == 1
    assert list(done) == sorted(done)
    assert done[-1] == totals[0] < path.stat().st_size


def test_an_unknown_type_is_refused(path):
    with pytest.raises(ConfigError, match="dtype is 'int4'; it must be one of float32, float16"):
        write_store(small_vectors(), path, dtype="int4")


def test_numbers_that_the_type_does_not_hold_leave_the_old_file(path):
    small_vectors().save(path)
    before = path.read_bytes()
    vectors = small_vectors()
    vectors.vectors[3, 2] = np.nan
    with pytest.raises(OutputError, match="cannot be written: a number is NaN or infinite"):
        write_store(vectors, path, dtype="int8", overwrite=True)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
