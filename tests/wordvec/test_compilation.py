"""Compiled code is kept between processes, and made anew when its sources change."""

import os
import subprocess
import sys

import pytest

KERNEL = """
from wordvec.compilation import kernel
from part import inner

@kernel
def outer(x):
    return inner(x) + 1.0
"""
PART = """
from wordvec.compilation import inlined

@inlined
def inner(x):
    return x * {factor}
"""
ASK = """
import logging
logging.basicConfig(level=logging.INFO, format="%(message)s")
from whole import outer
print(outer(10.0), sum(outer.stats.cache_hits.values()))
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "whole.py").write_text(KERNEL)
    (tmp_path / "part.py").write_text(PART.format(factor=2.0))
    return tmp_path


def ask(folder, **environment):
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{ASK}"
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )


def test_code_is_compiled_once_and_then_found(folder):
    assert ask(folder).stdout == "21.0 0\n"
    assert ask(folder).stdout == "21.0 1\n"


def test_code_is_made_anew_when_a_file_beside_it_has_changed(folder):
    assert ask(folder).stdout == "21.0 0\n"
    (folder / "part.py").write_text(PART.format(factor=30.0))
    assert ask(folder).stdout == "301.0 0\n"


def test_nowhere_to_keep_code_is_no_reason_to_fail(folder):
    (folder / "__pycache__").write_text("a file, where Numba would make a folder")
    no_folder = str(folder / "whole.py" / "nothing")
    for _ in range(2):
        process = ask(folder, HOME=no_folder, XDG_CACHE_HOME=no_folder)
        assert process.stdout == "21.0 0\n"
        assert "set NUMBA_CACHE_DIR" in process.stderr
