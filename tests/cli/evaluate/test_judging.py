import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import write
from plugin import install_plugin

import wordvec as library

PAIRS = "king\tqueen\t9\nking\tman\t5\nqueen\tman\t1\nking\tunicorn\t2\n"


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "vectors.h5"
    words = ["king", "queen", "man"]
    library.WordVectors(words, np.array([[1, 0.1], [1, 0], [0.5, 1]], np.float32)).save(path)
    return path


def test_several_sets_make_one_table_with_their_weighted_mean(store, tmp_path):
    folder = tmp_path / "sets"
    folder.mkdir()
    write(folder / "one.tsv", PAIRS)
    write(folder / "two.tsv", PAIRS)
    done = wordvec("eval", "similarity", folder, "-m", store)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0].split()[:2] == ["data", "set"]
    assert any(line.startswith("weighted mean") and "6 of 8 pairs" in line for line in lines)


def test_columns_in_which_nothing_is_told_are_left_out(store, tmp_path):
    done = wordvec("eval", "words", "-m", store, env=plugin_path(tmp_path))
    assert done.stdout.decode().splitlines()[0].split() == [
        "data",
        "set",
        "measure",
        "value",
        "found",
    ]


def test_an_evaluator_of_another_package_has_a_command_with_help(store, tmp_path):
    env = plugin_path(tmp_path)
    assert "words" in wordvec("eval", "--help", env=env).stdout.decode()
    shown = wordvec("eval", "words", "--help", env=env).stdout.decode()
    assert "Count the words." in shown
    assert "Example: wordvec eval words" in shown
    done = wordvec("eval", "words", "-m", store, "--json", env=env)
    assert json.loads(done.stdout)["results"][0]["figures"][0]["value"] == 3


def test_one_that_cannot_be_imported_says_so_when_it_is_run(store, tmp_path):
    install_plugin(tmp_path, target="words_plugin:Wards")
    env = {"PYTHONPATH": str(tmp_path)}
    assert b"similarity" in wordvec("eval", "--help", env=env).stdout
    line = error_line(wordvec("eval", "words", "-m", store, env=env), 2)
    assert "'words' (words_plugin:Wards) cannot be imported" in line


def test_nothing_found_is_said_and_exits_1(store, tmp_path):
    pairs = write(tmp_path / "p.tsv", "dog\tcat\t1\ncat\tcow\t2\n")
    done = wordvec("eval", "similarity", pairs, "-m", store)
    assert done.returncode == 1
    assert "0 of 2 pairs found, so there is nothing to say" in done.stderr.decode()
    assert "nan" not in done.stdout.decode().lower()
    found = wordvec("eval", "similarity", pairs, "-m", store, "--json")
    assert found.returncode == 1
    assert json.loads(found.stdout)["results"][0]["figures"][0]["value"] is None


def test_a_bad_line_is_named_before_the_vectors_are_opened(tmp_path):
    pairs = write(tmp_path / "p.tsv", PAIRS + "king\tqueen\n")
    line = error_line(wordvec("eval", "similarity", pairs, "-m", tmp_path / "none.h5"), 1)
    assert "p.tsv, line 5" in line


def test_an_evaluator_without_data_of_its_own_asks_for_some(store):
    done = wordvec("eval", "sentence", "-m", store)
    assert done.returncode == 2
    assert "give a DATASET" in done.stderr.decode()


def plugin_path(folder):
    install_plugin(folder)
    return {"PYTHONPATH": str(folder)}
