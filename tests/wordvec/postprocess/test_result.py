import hashlib
import re

import numpy as np
import pytest
from stores import small_vectors

import wordvec
from wordvec.errors import DataError, OutputError
from wordvec.postprocess.result import (
    Place,
    blocks,
    change_rows,
    check_out,
    finish,
    input_digests,
)
from wordvec.store.read import read_digests
from wordvec.store.write import write_store
from wordvec.transforms import Transform

DOUBLE = Transform(np.zeros(5), 2 * np.eye(5))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr("wordvec.postprocess.result.ROWS_PER_BLOCK", 7)


def doubled(vectors, out=None, **more):
    matrix = change_rows(vectors, lambda _, block: 2 * block, out=out)
    return finish(
        vectors,
        matrix,
        "double",
        parameters={"factor": 2},
        report={"rows": len(vectors)},
        transforms=[DOUBLE],
        out=out,
        **more,
    )


def test_blocks_are_all_rows_in_order():
    vectors = small_vectors()
    found = list(blocks(vectors))
    assert [start for start, _ in found] == [0, 7, 14]
    np.testing.assert_array_equal(np.concatenate([b for _, b in found]), vectors.vectors)


def test_progress_goes_up_to_all_rows():
    seen = []
    list(blocks(small_vectors(), lambda *done: seen.append(done)))
    assert seen == [(7, 20), (14, 20), (20, 20)]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_is_refused_with_its_word(bad):
    vectors = small_vectors()
    vectors.vectors[9, 2] = bad
    with pytest.raises(DataError, match=r"the vector of 'w5' \(row 9\) holds NaN or infinity"):
        list(blocks(vectors))


@pytest.mark.parametrize("out", [None, Place.TEMPORARY])
def test_a_result_that_float32_does_not_hold_is_refused_with_its_word(out):
    vectors = small_vectors()
    vectors.vectors[9, 2] = 3e38
    with pytest.raises(DataError, match=r"the vector of 'w5' \(row 9\) becomes more than float32"):
        change_rows(vectors, lambda _, block: 2 * block, out=out)


def test_numbers_whose_squares_are_too_large_are_no_infinity():
    vectors = small_vectors()
    vectors.vectors[9] = 1e30
    assert len(list(blocks(vectors))) == 3


@pytest.mark.parametrize("out", [None, Place.TEMPORARY])
def test_rows_are_changed_and_the_input_is_not(out):
    vectors = small_vectors()
    before = vectors.vectors.copy()
    changed = change_rows(vectors, lambda start, b: b + np.float32(start), out=out)
    starts = np.repeat(np.array([0, 7, 14], np.float32), [7, 7, 6])
    np.testing.assert_array_equal(changed, before + starts[:, None])
    np.testing.assert_array_equal(vectors.vectors, before)


def test_rows_may_become_shorter():
    vectors = small_vectors()
    changed = change_rows(vectors, lambda _, block: block[:, :2], out=None, dim=2)
    np.testing.assert_array_equal(changed, vectors.vectors[:, :2])


def test_a_result_has_the_words_the_counts_and_one_more_step():
    vectors = small_vectors(provenance={"corpus": "a", "steps": [{"step": "earlier"}]})
    result = doubled(vectors)
    assert list(result.index_to_key) == list(vectors.index_to_key)
    np.testing.assert_array_equal(result.counts, vectors.counts)
    assert result.provenance == {
        "corpus": "a",
        "steps": [
            {"step": "earlier"},
            {
                "step": "double",
                "factor": 2,
                "inputs": {
                    "vectors": hashlib.sha256(vectors.vectors.tobytes()).hexdigest(),
                    "words": hashlib.sha256("".join(vectors.index_to_key).encode()).hexdigest(),
                    "counts": hashlib.sha256(vectors.counts.tobytes()).hexdigest(),
                },
                "report": {"rows": 20},
            },
        ],
    }
    assert vectors.provenance["steps"] == [{"step": "earlier"}]
    assert result.transforms == (DOUBLE,)


def test_the_output_layer_belongs_to_the_old_space():
    assert doubled(small_vectors(output=np.ones((20, 5)))).output is None


def test_a_store_holds_what_memory_would(tmp_path):
    vectors = small_vectors()
    memory, stored = doubled(vectors), doubled(vectors, out=tmp_path / "v.h5")
    assert stored.origin.path == tmp_path / "v.h5"
    np.testing.assert_array_equal(stored.vectors, memory.vectors)
    np.testing.assert_allclose(stored.norms, 2 * vectors.norms, rtol=1e-6)
    assert stored.provenance == memory.provenance
    raw = np.ones((1, 5), np.float32)
    np.testing.assert_array_equal(stored.transform(raw), memory.transform(raw))


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_the_digests_are_those_that_the_store_records(tmp_path, dtype):
    path = tmp_path / "v.h5"
    write_store(small_vectors(), path, dtype=dtype)
    recorded = {d.name: digest for d, digest in read_digests(path).items()}
    found = input_digests(wordvec.open(path))
    assert found == {name: recorded[name] for name in found}
    assert found.keys() == {"vectors", "words", "counts"} | ({"scales"} & recorded.keys())


def test_digests_do_not_depend_on_blocks(monkeypatch):
    whole = input_digests(small_vectors())
    monkeypatch.setattr("wordvec.postprocess.result._HASHED_AT_ONCE", 50)
    assert input_digests(small_vectors()) == whole


def test_an_output_that_is_there_is_refused_before_the_work(tmp_path):
    path = tmp_path / "v.h5"
    small_vectors().save(path)
    with pytest.raises(OutputError, match=re.escape(f"{path} exists")):
        check_out(small_vectors(), path, overwrite=False)
    check_out(small_vectors(), path, overwrite=True)
    check_out(small_vectors(), None, overwrite=False)
    check_out(small_vectors(), Place.TEMPORARY, overwrite=False)


def test_the_input_is_never_the_output(tmp_path):
    path = tmp_path / "v.h5"
    small_vectors().save(path)
    (tmp_path / "link.h5").symlink_to(path)
    for out in (path, tmp_path / "link.h5", tmp_path / ".." / tmp_path.name / "v.h5"):
        with pytest.raises(OutputError, match="is the input itself; give another name"):
            check_out(wordvec.open(path), out, overwrite=True)


def test_a_store_is_replaced_if_asked_for(tmp_path):
    path = tmp_path / "v.h5"
    small_vectors().save(path)
    doubled(small_vectors(), out=path, overwrite=True)
    np.testing.assert_array_equal(wordvec.open(path).vectors, 2 * small_vectors().vectors)
