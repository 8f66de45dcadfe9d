import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("usearch")

from wordvec.cli.group import WordvecGroup
from wordvec.cli.index import index
from wordvec.vectors import WordVectors


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "vectors.h5"
    matrix = np.random.default_rng(0).standard_normal((300, 8), np.float32)
    WordVectors([f"w{i}" for i in range(300)], matrix).save(path)
    return path


def run(*args):
    group = WordvecGroup("wordvec", commands=[index])
    return CliRunner().invoke(group, ["index", *map(str, args)])


def test_recall_size_and_times_are_printed(store):
    result = run("-m", store, "--threads", 1)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("indexed  300 of 300 words in ")
    assert re.match(
        r"recall   (0\.9\d\d|1\.000) of the 10 nearest over 300 words, 64 cand", lines[1]
    )
    assert " ms; exact " in lines[2]


def test_the_same_as_json(store):
    report = json.loads(run("-m", store, "--json", "--threads", 1).stdout)
    assert report["path"] == str(store) + ".usearch"
    assert report["rows"] == report["words"] == report["sampled"] == 300
    assert report["recall_at_10"] == pytest.approx(1, abs=0.01)


def test_an_index_that_is_up_to_date_needs_force(store):
    run("-m", store)
    again = run("-m", store)
    assert again.exit_code == 1
    assert "is up to date; --force" in again.stderr
    assert run("-m", store, "--force").exit_code == 0


def test_progress_is_not_shown_outside_a_terminal(store):
    assert "indexing" not in run("-m", store).stderr


def test_a_missing_store_is_one_line(tmp_path):
    result = run("-m", tmp_path / "none.h5")
    assert result.exit_code == 1
    assert result.stderr.startswith("wordvec: ")
    assert len(result.stderr.splitlines()) == 1
