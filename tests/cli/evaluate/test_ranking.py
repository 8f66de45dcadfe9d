import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import write

from wordvec.evals.ranking import Ranking
from wordvec.store import open_store
from wordvec.vectors import WordVectors


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    WordVectors([f"w{n}" for n in range(80)], rng.standard_normal((80, 6))).save(path)
    return path


@pytest.fixture
def pairs(tmp_path):
    lines = [f"w{n}\tw{n + 30}" for n in range(20)]
    return write(tmp_path / "pairs.tsv", "\n".join([*lines, "W1\tunknown", ""]))


def test_ranks_are_told_in_a_table(store, pairs):
    done = wordvec("eval", "ranking", pairs, "-m", store)
    rows = done.stdout.decode().splitlines()
    result = Ranking(pairs)(open_store(store))
    assert rows[1].split()[:4] == [
        "pairs.tsv",
        "MRR",
        f"{result.value:.4f}",
        f"{result.interval.low:.3f}",
    ]
    for row, measure in zip(rows[1:], ["MRR", "hits@1", "hits@3", "hits@10", "mean"], strict=False):
        assert measure in row.split()
    assert "20 of 21 pairs, 95%" in rows[1]
    notes = done.stderr.decode()
    assert "pairs with a missing word are left out" in notes
    assert "of 80 words" in notes


def test_every_option_is_heeded_and_json_holds_the_result(store, pairs, tmp_path):
    files = [write(tmp_path / "a", "w1\nw2\n"), write(tmp_path / "b", "w3\n")]
    more = [x for file in files for x in ("--background", file)]
    more += ["--similarity", "l2", "--restrict-vocab", 45, "--case-sensitive"]
    done = wordvec("eval", "ranking", pairs, *more, "-m", store, "--json")
    expected = Ranking(
        str(pairs), background=files, similarity="l2", restrict_vocab=45, case_insensitive=False
    )(open_store(store))
    assert json.loads(done.stdout)["results"] == [json.loads(json.dumps(expected.to_dict()))]
    assert expected.to_dict() != Ranking(str(pairs))(open_store(store)).to_dict()


def test_no_pair_found_is_said_and_fails(store, tmp_path):
    path = write(tmp_path / "pairs", "cup mug\nsea lake\n")
    done = wordvec("eval", "ranking", path, "-m", store)
    assert done.returncode == 1
    assert "0 of 2" in done.stderr.decode()
    assert "nan" not in done.stdout.decode().lower()


def test_a_bad_line_is_one_line_of_error(store, tmp_path):
    path = write(tmp_path / "pairs", "cup mug\nsea\n")
    line = error_line(wordvec("eval", "ranking", path, "-m", store), 1)
    assert "pairs, line 2: 'sea' is not 'word word'" in line
