import json

import click
import numpy as np
import pytest
from click.testing import CliRunner
from command import error_line, wordvec
from evaluation import structured_vectors, write

from wordvec.cli.mending import Mending, mend_store, mending_options
from wordvec.evals import evaluate_sentences
from wordvec.postprocess.result import finish
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


def test_sentences_are_judged_in_a_table(store, sts):
    done = wordvec("eval", "sentence", sts, "-m", store)
    header, row = done.stdout.decode().splitlines()
    assert header.split("  ")[0] == "data set"
    result = evaluate_sentences(open_store(store), sts)
    expected = ["sts.tsv", f"{result.spearman:.4f}", f"{result.pearson:.4f}", "50", "of", "51"]
    assert row.split() == [*expected, f"{result.coverage:.1%}"]
    notes = done.stderr.decode()
    assert "in 1 of 51 pairs a sentence has no known word; their cosine is 0" in notes
    assert "pooling mean; case ignored" in notes


def test_a_folder_of_sentences_is_judged_as_json_with_sif(store, sts):
    write(sts.with_name("more.txt"), sts.read_text())
    done = wordvec("eval", "sentence", sts.parent, "--pooling", "sif", "-m", store, "--json")
    first, second = json.loads(done.stdout)
    assert [r["dataset"] for r in (first, second)] == [
        str(sts.with_name("more.txt")),
        str(sts),
    ]
    expected = evaluate_sentences(open_store(store), sts, pooling="sif")
    assert second == json.loads(json.dumps(expected.to_dict()))


def test_a_file_of_sentences_must_be_there(store):
    line = error_line(wordvec("eval", "sentence", "sts.tsv", "-m", store), 2)
    assert "'sts.tsv' is no file" in line


def test_what_is_no_pair_of_sentences_is_one_line(store, tmp_path):
    path = write(tmp_path / "pairs.tsv", "cup\tmug\n")
    line = error_line(wordvec("eval", "sentence", path, "-m", store), 1)
    assert "pairs.tsv, line 1: 'cup\\tmug' is not 'score sentence sentence'" in line


@click.command()
@mending_options
def shuffle(**options):
    """Take the meaning away: every word gets another's vector."""

    def step(vectors, *, out, overwrite, progress):
        matrix = np.random.default_rng(0).permutation(np.asarray(vectors))
        return finish(
            vectors, matrix, "shuffle", parameters={}, report={}, out=out, overwrite=overwrite
        )

    mend_store(step, Mending(**options), lambda done: click.echo("shuffled"), stage="shuffling")


def test_a_step_is_judged_before_and_after(store, sts):
    out = sts.with_name("shuffled.h5")
    arguments = ["-m", store, "-o", out, "--evaluate", "--data", sts]
    done = CliRunner().invoke(shuffle, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    table = {tuple(line.split()[:2]): line for line in lines}
    assert {("wordsim353", "Spearman"), ("sts.tsv", "Spearman")} <= set(table)
    accuracy = table["questions-words", "accuracy"]
    before, after, lost, low, to, high = accuracy.split()[2:8]
    assert to == "to"
    assert float(before) > 0.1 > float(after)
    assert float(low) < float(lost) < float(high) < 0
    assert any(line.startswith("accuracy: share of analogies") for line in lines)


def test_a_comparison_is_part_of_the_json(store, tmp_path):
    arguments = ["-m", store, "-o", tmp_path / "out.h5", "--evaluate", "--json"]
    done = CliRunner().invoke(shuffle, [str(a) for a in arguments], catch_exceptions=False)
    rows = json.loads(done.stdout)["evaluation"]["comparisons"]
    row = next(row for row in rows if row["name"] == "questions-words")
    assert row["interval"][0] < row["difference"] < row["interval"][1] < 0
