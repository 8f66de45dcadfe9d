import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import structured_vectors, write

from wordvec.evals.sentence import Sentence
from wordvec.store import open_store
from wordvec.vectors import WordVectors


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    vectors = structured_vectors(5)
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    counts = np.arange(len(vectors.index_to_key), 0, -1)
    WordVectors(vectors.index_to_key, vectors.vectors, counts).save(path)
    return path


@pytest.fixture
def sts(tmp_path, store):
    words = [w.lower() for w in open_store(store).index_to_key if w.isascii() and w.isalpha()]
    lines = [f"{i % 5}\t{words[i]}, {words[i + 1]}.\t{words[i + 2]} qzx" for i in range(50)]
    return write(tmp_path / "sts.tsv", "\n".join([*lines, "1\tqzx\tqzx", ""]))


def test_sentences_are_judged_in_a_table_with_what_was_not_known(store, sts):
    done = wordvec("eval", "sentence", sts, "-m", store)
    assert done.returncode == 0, done.stderr
    table = [" ".join(line.split()) for line in done.stdout.decode().splitlines()]
    result = Sentence(sts)(open_store(store))
    for figure in (*result.figures, *result.breakdown):
        row = f"{figure.part} {figure.measure} {figure.value:.4f} "
        assert any(row in line for line in table), row
    notes = done.stderr.decode()
    assert "in 1 of 51 pairs a sentence has no known word" in notes
    assert "case ignored" in notes


def test_a_folder_of_sentences_is_judged_as_json_by_one_pooling(store, sts):
    write(sts.with_name("more.txt"), sts.read_text())
    done = wordvec("eval", "sentence", sts.parent, "--pooling", "sif", "-m", store, "--json")
    first, second = json.loads(done.stdout)["results"]
    assert [r["dataset"] for r in (first, second)] == [str(sts.with_name("more.txt")), str(sts)]
    expected = Sentence(sts, pooling="sif")(open_store(store)).to_dict()
    assert second == json.loads(json.dumps(expected))


def test_options_reach_the_evaluator(store, sts):
    options = ["--restrict-vocab", "40", "--case-sensitive", "--json"]
    [told] = json.loads(wordvec("eval", "sentence", sts, "-m", store, *options).stdout)["results"]
    result = Sentence(sts, restrict_vocab=40, case_insensitive=False)(open_store(store))
    assert told == json.loads(json.dumps(result.to_dict()))
    assert told["vocabulary"] == 40


def test_a_store_without_counts_says_which_poolings_it_does_not_allow(sts, tmp_path):
    path = tmp_path / "bare.h5"
    vectors = structured_vectors(5)
    WordVectors(vectors.index_to_key, vectors.vectors).save(path)
    done = wordvec("eval", "sentence", sts, "-m", path)
    assert done.returncode == 0
    assert b"pooling sif is left out: the vectors have no counts" in done.stderr
    line = error_line(wordvec("eval", "sentence", sts, "-m", path, "--pooling", "zipfian"), 1)
    assert "no counts, which zipfian pooling needs" in line


def test_where_no_word_is_known_the_status_is_1(sts, tmp_path):
    path = tmp_path / "other.h5"
    WordVectors(["other"], [[1, 2]]).save(path)
    done = wordvec("eval", "sentence", sts, "-m", path)
    assert done.returncode == 1
    assert b"0 of 51 pairs found, so there is nothing to say" in done.stderr
    assert b"nan" not in done.stdout


def test_a_file_of_sentences_must_be_given_and_be_there(store):
    assert "'sts.tsv' is no file" in error_line(wordvec("eval", "sentence", "sts.tsv"), 2)
    assert b"give a DATASET" in wordvec("eval", "sentence", "-m", store).stderr


def test_what_is_no_pair_of_sentences_is_one_line(store, tmp_path):
    path = write(tmp_path / "pairs.tsv", "cup\tmug\n")
    line = error_line(wordvec("eval", "sentence", path, "-m", store), 1)
    assert "pairs.tsv, line 1: 'cup\\tmug' is not 'score sentence sentence'" in line
