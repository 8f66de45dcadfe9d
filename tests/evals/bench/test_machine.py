import sys

import numpy as np
import pytest

from wordvec.evals.bench.machine import (
    anonymous_memory,
    describe_machine,
    peak_resident_memory,
    versions,
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells anonymous memory")
def test_anonymous_memory_grows_with_what_is_allocated_but_not_with_what_is_mapped(tmp_path):
    (tmp_path / "zeros").write_bytes(bytes(2**25))
    before = anonymous_memory()
    mapped = np.memmap(tmp_path / "zeros", np.uint8, "r")
    assert mapped.sum() == 0
    assert anonymous_memory() - before < 2**22
    kept = np.ones(2**25, np.uint8)
    assert anonymous_memory() - before >= kept.nbytes - 2**20


def test_the_memory_of_a_process_that_is_gone_is_not_known():
    assert anonymous_memory(2**31 - 1) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
def test_the_peak_of_resident_memory_is_in_bytes():
    assert 10 * 2**20 < peak_resident_memory() < 2**40


def test_the_machine_and_the_versions_are_named():
    assert describe_machine()["cores"] >= 1
    assert versions()["gensim"].startswith("4.")
