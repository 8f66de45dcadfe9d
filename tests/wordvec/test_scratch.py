import os
from pathlib import Path

import numpy as np
import pytest

from wordvec import scratch
from wordvec.errors import OutputError
from wordvec.scratch import ScratchMatrix


def test_the_folder_for_temporary_files_is_on_disk_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = Path("/var/tmp")  # noqa: S108 - nothing is written
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(os, "access", lambda path, mode: path == expected)
    if expected.is_dir():
        assert scratch.scratch_folder() == expected
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert scratch.scratch_folder() != expected


def test_a_scratch_matrix_gives_back_its_rows_after_it_is_closed() -> None:
    blocks = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    with ScratchMatrix(2) as matrix:
        for block in blocks:
            matrix.append(block)
        rows = matrix.finish()
    assert np.array_equal(rows, blocks.reshape(6, 2))
    assert not rows.flags.writeable


def test_a_scratch_matrix_without_rows_is_empty() -> None:
    with ScratchMatrix(7) as matrix:
        assert matrix.finish().shape == (0, 7)


def test_a_folder_that_takes_no_temporary_file_is_named(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    with pytest.raises(OutputError, match=r"missing, cannot be written: No such file .* TMPDIR"):
        ScratchMatrix(2)


def test_a_full_disk_is_told_with_the_room_that_is_needed(monkeypatch) -> None:
    monkeypatch.setattr(scratch, "open_scratch", lambda folder: open("/dev/full", "wb"))  # noqa: PTH123, SIM115
    with (
        ScratchMatrix(100) as matrix,
        pytest.raises(OutputError, match=r"is full; .* room for 400 bytes a word"),
    ):
        matrix.append(np.zeros((10_000, 100), np.float32))
