import json

import pytest
from click.testing import CliRunner
from stores import small_vectors

from wordvec.cli import wordvec_group


def run(*args):
    return CliRunner().invoke(wordvec_group, [str(arg) for arg in args])


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.h5"
    small_vectors().save(path)
    return path


def test_a_whole_store_is_said_to_be_whole(path):
    assert f"{path} is whole: every checksum agrees" in run("verify", path).stdout
    assert run("verify", "-m", path).stdout == run("verify", path).stdout


def test_json_names_what_was_checked(path):
    document = json.loads(run("verify", path, "--json").stdout)
    assert document["whole"] is True
    assert {"words", "vectors", "norms"} <= set(document["checked"])


def test_a_fault_is_one_line_and_no_json(path):
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    result = run("verify", path, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is damaged" in result.stderr
    assert result.stderr.count("\n") == 1
