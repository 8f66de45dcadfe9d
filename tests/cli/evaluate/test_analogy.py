import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import structured_vectors, write

from wordvec.evals.analogy import Analogy
from wordvec.store import open_store
from wordvec.vectors import WordVectors


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = structured_vectors(5)
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    WordVectors(made.index_to_key, made.vectors).save(path)
    return path


def test_a_row_tells_each_kind_section_and_policy(store):
    done = wordvec("eval", "analogy", "-m", store)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1 + 3 + 1 + 14
    result = Analogy()(open_store(store))
    low, high = result.interval
    row = f"{result.value:.4f}  {low:.3f} to {high:.3f}  {result.n:,} of 19,544"
    assert row in lines[1]
    assert lines[2].split()[:2] == ["semantic", "accuracy"]
    notes = done.stderr.decode()
    assert "3CosAdd; case ignored, the most frequent spelling of a word answers; quest" in notes
    assert "word pairs, and the intervals are those of other such pairs" in notes


def test_options_are_handed_on(store):
    arguments = ["--method", "mul", "--restrict-vocab", "900", "--case-sensitive", "--json"]
    done = wordvec("eval", "analogy", "-m", store, *arguments)
    expected = Analogy(method="mul", restrict_vocab=900, case_insensitive=False)(open_store(store))
    assert json.loads(done.stdout)["results"] == [json.loads(json.dumps(expected.to_dict()))]


def test_a_folder_is_one_data_set(store, tmp_path):
    words = [w for w in open_store(store).index_to_key if w.isalpha()]
    for folder in ("1_one", "2_two"):
        (tmp_path / folder).mkdir()
        lines = [f"{words[n]}\t{words[n + 1]}/unheardof" for n in range(0, 20, 2)]
        write(tmp_path / folder / f"file{folder}.txt", "\n".join(lines))
    done = wordvec("eval", "analogy", tmp_path, "-m", store, "--json")
    (report,) = json.loads(done.stdout)["results"]
    assert report["figures"][0]["n"] == 180
    assert "1_one" in [figure["part"] for figure in report["breakdown"]]


def test_a_bad_line_is_one_line(store, tmp_path):
    path = write(tmp_path / "q.txt", ": family\nman woman king\n")
    line = error_line(wordvec("eval", "analogy", path, "-m", store), 1)
    assert "q.txt, line 2: 'man woman king' is not four words" in line


def test_nothing_answered_exits_1_and_says_so(tmp_path, store):
    path = write(tmp_path / "q.txt", ": family\nqq1 qq2 qq3 qq4\n")
    done = wordvec("eval", "analogy", path, "-m", store)
    assert done.returncode == 1
    assert "0 of 1 questions found, so there is nothing to say" in done.stderr.decode()
    assert "nan" not in done.stdout.decode().lower()


def test_the_methods_of_the_help_are_those_of_the_library():
    from wordvec.cli.evaluate.analogy import analogy
    from wordvec.evals.answers import METHODS

    option = next(p for p in analogy.params if p.name == "method")
    assert list(option.type.choices) == list(METHODS)
    assert np.all([name in option.help for name in METHODS])
