import gzip
import json

import numpy as np
import pytest
from click.testing import CliRunner

import wordvec
from wordvec.cli.group import WordvecGroup
from wordvec.cli.whiten import whiten as command
from wordvec.postprocess.whiten import METHODS, whiten
from wordvec.vectors import WordVectors

N, DIM = 200, 8


@pytest.fixture
def store(tmp_path):
    matrix = np.random.default_rng(4).standard_normal((N, DIM)) + 1
    counts = np.arange(N, 0, -1)
    WordVectors([f"w{i}" for i in range(N)], matrix, counts).save(tmp_path / "in.h5")
    return tmp_path / "in.h5"


@pytest.fixture
def bare_store(tmp_path):
    matrix = np.random.default_rng(4).standard_normal((N, DIM)) + 1
    WordVectors([f"w{i}" for i in range(N)], matrix).save(tmp_path / "bare.h5")
    return tmp_path / "bare.h5"


def run(store, *arguments):
    """Run `wordvec whiten`; return the finished command and the store that it was to write."""
    out = store.parent / "out.h5"
    group = WordvecGroup("wordvec", commands={"whiten": command})
    arguments = ["whiten", "-m", store, "-o", out, *arguments]
    return CliRunner().invoke(group, list(map(str, arguments))), out


@pytest.mark.parametrize("method", METHODS)
def test_the_command_writes_what_the_function_returns(store, method):
    done, out = run(store, "--method", method)
    assert done.exit_code == 0, done.output
    assert f"{N} words" in done.stdout
    assert f"{out}: {N} words x {DIM}" in done.stdout
    expected = whiten(wordvec.open(store), method=method)
    assert np.array_equal(wordvec.open(out).vectors, expected.vectors)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("--dim", 3), {"dim": 3}),
        (("--assume-rank",), {"assume_rank": True}),
        (("--method", "abtt", "--components", 1), {"method": "abtt", "components": 1}),
        (("--method", "zca", "--weights", "uniform"), {"method": "zca", "weights": "uniform"}),
    ],
)
def test_each_option_reaches_the_function(store, arguments, options):
    done, out = run(store, *arguments)
    assert done.exit_code == 0, done.output
    assert np.array_equal(wordvec.open(out).vectors, whiten(wordvec.open(store), **options).vectors)


@pytest.mark.parametrize(
    ("arguments", "now"),
    [
        ((), "mean 0; variance 1 in every direction"),
        (("--method", "zca"), "mean 0; variance 1 in every direction"),
        (("--method", "center"), "mean 0; the variance is as it was"),
        (("--method", "abtt"), "mean 0; removed 3 components, 90% of the variance"),
        (
            ("--method", "abtt", "--components", 1, "--dim", 2),
            "mean 0; removed 1 component, 50% of the variance; "
            "kept 2 of 4 directions, 40% of the variance",
        ),
        (
            ("--dim", 1),
            "mean 0; kept 1 of 4 directions, 50% of the variance; variance 1 in every direction",
        ),
    ],
)
def test_the_command_says_in_plain_words_what_came_out(tmp_path, arguments, now):
    matrix = np.concatenate([np.eye(4), -np.eye(4)]) * np.sqrt([5, 3, 1, 1])
    WordVectors(list("abcdefgh"), matrix + 1, np.ones(8, int)).save(tmp_path / "in.h5")
    done, _ = run(tmp_path / "in.h5", *arguments)
    assert done.exit_code == 0, done.output
    assert f"\n  now: {now}\n" in done.stdout
    assert "  before: the mean of all vectors is 2 long, a vector 2." in done.stdout
    assert ", depending on the direction\n" in done.stdout
    assert "symmetry" not in done.stdout


def test_counts_from_a_file_are_taken_and_told(bare_store):
    counts = bare_store.parent / "counts.tsv"
    counts.write_text("".join(f"w{i}\t{500 - i}\n" for i in range(150)))
    done, out = run(bare_store, "--counts", counts)
    assert "Zipfian whitening: 150 words, weighted by counts.tsv" in done.stdout
    assert "50 words without a count took no part" in done.stdout
    expected = whiten(wordvec.open(bare_store), counts=counts)
    assert np.array_equal(wordvec.open(out).vectors, expected.vectors)
    packed = bare_store.parent / "counts.tsv.gz"
    packed.write_bytes(gzip.compress(counts.read_bytes()))
    done, out = run(bare_store, "--counts", packed, "--force")
    assert done.exit_code == 0, done.output
    assert np.array_equal(wordvec.open(out).vectors, expected.vectors)


def test_json_holds_the_step(store):
    done, _ = run(store, "--json")
    document = json.loads(done.stdout)
    [step] = document["steps"]
    assert (step["step"], step["method"], document["dim"]) == ("whiten", "zipfian", DIM)


def test_directions_without_variance_are_told(tmp_path):
    flat = np.random.default_rng(4).standard_normal((N, DIM))
    flat[:, 0] = 0
    WordVectors([f"w{i}" for i in range(N)], flat, np.ones(N, int)).save(tmp_path / "flat.h5")
    done, _ = run(tmp_path / "flat.h5")
    assert "warning: 1 of 8 directions have no variance" in done.stderr
    assert "  before: 1 direction without variance (below " in done.stdout
    assert "  now: mean 0; variance 1 in every direction that had any\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 1, "the vectors have no counts .* (--counts FILE) .* (--assume-rank)"),
        (("--method", "zca", "--dim", "3"), 2, "zca keeps all dimensions"),
        (("--components", "3"), 2, "components are for the method abtt"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_line_and_leaves_no_file(
    bare_store, arguments, code, message
):
    done, out = run(bare_store, *arguments)
    assert done.exit_code == code
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert all(part in line for part in message.split(" .* "))
    assert not out.exists()


def test_a_wrong_line_of_counts_is_named(bare_store):
    counts = bare_store.parent / "counts.tsv"
    counts.write_text("w1\t5\nw2\n")
    done, out = run(bare_store, "--counts", counts)
    assert done.exit_code == 1
    assert "counts.tsv, line 2: expected a word and its count" in done.stderr
    assert not out.exists()
