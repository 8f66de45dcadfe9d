import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from stores import small_vectors

from wordvec.cli import wordvec_group
from wordvec.store import write_store
from wordvec.subwords import Subwords


def run(*args):
    return CliRunner().invoke(wordvec_group, [str(arg) for arg in args])


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "vectors.h5"
    rows = np.ones((8, 5), np.float32)
    subwords = Subwords(rows, min_n=3, max_n=6, buckets=8)
    write_store(small_vectors(output=np.ones((20, 5)), subwords=subwords), path, dtype="int8")
    return path


def test_a_person_reads_what_the_store_holds(path):
    shown = run("info", path).stdout
    assert "20 words x 5, int8, " in shown
    assert (
        "holds vectors, counts, a spelling index, the output layer, "
        "vectors of 8 subwords of 3 to 6 characters" in shown
    )
    assert "král.txt" in shown


def test_the_file_goes_before_the_model(path, tmp_path):
    assert run("info", path, "-m", tmp_path / "absent.h5").exit_code == 0
    assert run("info", "-m", path).stdout == run("info", path).stdout


def test_json_tells_where_each_part_lies(path):
    document = json.loads(run("info", path, "--json").stdout)
    assert document["bytes"] == path.stat().st_size
    assert document["subwords"] == {"min_n": 3, "max_n": 6, "buckets": 8}
    vectors = next(part for part in document["data_sets"] if part["name"] == "vectors")
    assert (vectors["type"], vectors["shape"], vectors["bytes"]) == ("|i1", [20, 5], 100)
    assert re.fullmatch("[0-9a-f]{64}", vectors["sha256"])
    codes = np.fromfile(path, np.int8, 100, offset=vectors["offset"])
    assert np.abs(codes.reshape(20, 5)).max(axis=1).tolist() == [127] * 20


def test_a_file_of_another_tool_is_sent_to_convert(tmp_path):
    other = tmp_path / "glove.txt"
    other.write_text("king 1 2 3\nqueen 1 2 4\n")
    for command in (["info", other], ["verify", other], ["query", "king", "-m", other]):
        result = run(*command)
        assert result.exit_code == 1
        assert f"`wordvec convert {other} vectors.h5` makes one of it" in result.stderr
        assert result.stdout == ""


def test_each_step_taken_since_training_is_shown(tmp_path):
    steps = [{"step": "keep_words", "words": 20}, {"step": "reduce_dim", "dim": 5, "was": 9}, "?"]
    small_vectors(provenance={"steps": steps}).save(tmp_path / "vectors.h5")
    shown = run("info", tmp_path / "vectors.h5").output
    assert "\nstep: keep_words\n  words           20\n" in shown
    assert "\nstep: reduce_dim\n  dim             5\n  was             9\n" in shown


def test_what_a_step_holds_is_indented_below_it_and_long_lists_are_cut_short(tmp_path):
    report = {"words": 56983, "share": 0.1234567, "notes": [], "sweeps": list(range(20))}
    step = {"step": "whiten", "method": "zipfian", "dim": None, "report": report}
    path = tmp_path / "v.h5"
    write_store(small_vectors(provenance={"steps": [step]}), path)
    shown = run("info", path).stdout.split("step: whiten\n")[1]
    assert shown.splitlines() == [
        "  method          zipfian",
        "  report",
        "    words           56,983",
        "    share           0.123457",
        "    sweeps          0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more",
    ]
