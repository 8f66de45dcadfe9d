import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import write

from wordvec.evals.clusters import Clusters
from wordvec.store import open_store
from wordvec.vectors import WordVectors

PETS = ["dog", "cat", "fish", "hamster"]
TOOLS = ["saw", "axe", "drill", "hammer"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rng = np.random.default_rng(1)
    rows = np.repeat([[3.0, 0, 0], [0, 3.0, 0]], 4, axis=0) + rng.standard_normal((8, 3))
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    WordVectors([*PETS, *TOOLS], rows).save(path)
    return path


@pytest.fixture
def categories(tmp_path):
    lines = [*(f"{word}\tpet" for word in PETS), *(f"{word}\ttool" for word in TOOLS)]
    return write(tmp_path / "words.tsv", "\n".join([*lines, "Eel\tpet", ""]))


def test_clusters_are_told_in_a_table_for_each_file_of_a_folder(store, categories):
    write(categories.with_name("again.csv"), "dog,pet\ncat,pet\nsaw,tool\naxe,tool\n")
    done = wordvec("eval", "clusters", categories.parent, "-m", store)
    rows = [row.split() for row in done.stdout.decode().splitlines()]
    starts = [place for place, row in enumerate(rows) if row[:1] in (["again.csv"], ["words.tsv"])]
    rows = rows[starts[1] - 1 :]
    result = Clusters(categories)(open_store(store))
    assert rows[1][:3] == ["words.tsv", "purity", f"{result.value:.4f}"]
    assert rows[1][-5:-1] == ["8", "of", "9", "words,"]
    assert "dealt at random" in done.stderr.decode()


def test_every_option_is_heeded_and_json_holds_the_result(store, categories):
    more = ["--restrict-vocab", 7, "--case-sensitive", "--json"]
    done = wordvec("eval", "clusters", categories, *more, "-m", store)
    expected = Clusters(str(categories), restrict_vocab=7, case_insensitive=False)
    assert json.loads(done.stdout)["results"] == [
        json.loads(json.dumps(expected(open_store(store)).to_dict()))
    ]


def test_a_folder_of_outlier_sets_is_one_data_set(store, tmp_path):
    for name in ("a.txt", "b.txt"):
        write(tmp_path / name, "\n".join([*PETS, "", *TOOLS, ""]))
    done = wordvec("eval", "clusters", tmp_path, "-m", store, "--json")
    [result] = json.loads(done.stdout)["results"]
    assert (result["figures"][0]["measure"], result["figures"][0]["n"]) == ("accuracy", 8)


def test_with_no_data_set_everyday_words_are_taken_and_too_few_fail(store):
    done = wordvec("eval", "clusters", "-m", store, "--restrict-vocab", 1)
    assert done.returncode == 1
    assert "everyday words: 1 of 144" in done.stderr.decode()


def test_a_bad_line_is_one_line_of_error(store, tmp_path):
    path = write(tmp_path / "words", "dog pet\ncat\nsaw tool\n")
    line = error_line(wordvec("eval", "clusters", path, "-m", store), 1)
    assert "words, line 2: 'cat' is not 'word category'" in line


def test_categories_may_come_from_a_pipe(store, categories):
    named = wordvec("eval", "clusters", categories, "-m", store, "--json")
    text = categories.read_bytes()
    done = wordvec("eval", "clusters", "/dev/stdin", "-m", store, "--json", stdin=text)
    [piped], [expected] = (json.loads(one.stdout)["results"] for one in (done, named))
    assert piped["figures"] == expected["figures"]
