import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import write

from wordvec.evals.classification import Classification
from wordvec.store import open_store
from wordvec.vectors import WordVectors


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "vectors.h5"
    words = [f"w{i}" for i in range(40)]
    matrix = np.random.default_rng(0).standard_normal((40, 4))
    WordVectors(words, matrix, range(40, 0, -1)).save(path)
    return path


@pytest.fixture
def texts(tmp_path):
    lines = [f"__label__{'ab'[i % 2]} W{i} w{(3 * i) % 40}" for i in range(40)]
    return write(tmp_path / "texts.txt", "\n".join(lines) + "\n")


def test_texts_are_told_apart_in_a_table_above_the_baseline(store, texts):
    done = wordvec("eval", "classification", texts, "-m", store)
    assert done.returncode == 0, done.stderr
    result = Classification(texts)(open_store(store))
    table = done.stdout.decode()
    assert f"accuracy  {result.value:.4f}" in table
    assert "all in the largest class" in table
    assert "texts: a 20, b 20" in done.stderr.decode()


def test_options_reach_the_evaluator(store, texts):
    options = {"folds": 3, "pooling": "sif", "restrict_vocab": 30, "seed": 7}
    given = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    done = wordvec("eval", "classification", texts, "-m", store, "--json", *given)
    [told] = json.loads(done.stdout)["results"]
    assert told == json.loads(
        json.dumps(Classification(texts, **options)(open_store(store)).to_dict())
    )


def test_a_folder_of_classes_is_one_data_set(store, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(5):
            write(tmp_path / "set" / name / f"{i}.txt", f"w{i}")
    done = wordvec("eval", "classification", tmp_path / "set", "-m", store, "--json")
    [told] = json.loads(done.stdout)["results"]
    assert told["figures"][0]["n"] == 10


def test_what_cannot_be_judged_is_one_line(store, tmp_path, texts):
    path = write(tmp_path / "one.tsv", "a\tone\na\ttwo\n")
    line = error_line(wordvec("eval", "classification", path, "-m", store), 1)
    assert "one.tsv holds texts of one class alone, 'a'" in line
    line = error_line(wordvec("eval", "classification", texts, "--folds", "30", "-m", store), 2)
    assert "the class 'a' has 20 texts and there are 30 folds" in line


def test_a_seed_that_no_generator_takes_is_a_usage_error(store, texts):
    done = wordvec("eval", "classification", texts, "--seed", -1, "-m", store)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"-1 is not in the range 0<=x<=4294967295" in done.stderr
