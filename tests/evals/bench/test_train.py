import json
import sys
from dataclasses import asdict

import pytest
from click.testing import CliRunner

from wordvec.errors import WordvecError
from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.train import run_process, score, tell_time
from wordvec.evals.bench.workers import Job
from wordvec.training.config import TrainConfig

LINES = ["the king and the queen of the land", "a king is a man and a queen is a woman"] * 30


def job(folder, **changes):
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(LINES) + "\n")
    values = {
        "tool": "gensim",
        "corpus": str(corpus),
        "output": str(folder / "vectors.kv"),
        "report": str(folder / "report.json"),
        "options": asdict(TrainConfig(dim=8, epochs=2)),
    }
    return Job(**{**values, **changes})


@pytest.mark.parametrize("tool", ["wordvec", "gensim"])
def test_a_run_is_measured_from_outside_and_inside(tmp_path, tool):
    output = tmp_path / "vectors.h5"
    outcome, seconds, peak = run_process(job(tmp_path, tool=tool, output=str(output)), tmp_path)
    tokens = " ".join(LINES).split()
    assert (outcome.tokens, outcome.vocabulary) == (len(tokens), len(set(tokens)))
    assert 0 < outcome.training_seconds < seconds
    assert sys.platform != "linux" or peak > outcome.idle_anonymous > 0
    assert set(score(output, tool)) >= {"WordSim-353", "SimLex-999", "analogies (Google)"}


def test_a_run_that_fails_is_told_in_one_line(tmp_path):
    lost = job(tmp_path, corpus=str(tmp_path / "missing.txt"))
    with pytest.raises(WordvecError, match=r"^the gensim run failed: .*missing\.txt.*$"):
        run_process(lost, tmp_path)


@pytest.mark.parametrize("command", ["train", "encode"])
def test_a_corpus_that_is_not_there_is_a_usage_error(command):
    result = CliRunner().invoke(bench, [command, "--corpus", "nowhere.txt"])
    assert result.exit_code == 2
    assert "'nowhere.txt' does not exist" in result.output


def test_both_tools_are_compared_on_the_same_tokens(tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n".join(line.upper() + " ..." for line in LINES))
    arguments = ["train", "--corpus", str(corpus), "--json"]
    for part in ("encode", "skipgram", "memory"):
        arguments += ["--only", part]
    result = CliRunner().invoke(bench, arguments, catch_exceptions=False)
    report = json.loads(result.stdout)
    tokens = len(" ".join(LINES).split())
    assert [(run["tool"], run["tokens"]) for run in report["runs"]] == [
        ("wordvec", tokens),
        ("gensim", tokens),
        ("wordvec", tokens),
        ("wordvec", 10 * tokens),
    ]
    assert report["warnings"] == []
    assert report["runs"][0]["losses"][-1] > 0
    assert report["runs"][0]["vocabulary_bytes"] > 0
    assert report["sgemm"][0] > 0
    assert report["encoding"]["tokens"] == tokens
    assert len(report["measures"]) == 7
    assert {judged["score"] for judged in report["quality"]} >= {
        "skip-gram, dim 100: WordSim-353",
        "skip-gram, dim 100: analogies (Google)",
    }
    assert "2 of 4: gensim, skip-gram, dim 100, 5 epochs" in result.stderr


def test_a_part_that_there_is_not_is_a_usage_error(tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a b")
    result = CliRunner().invoke(bench, ["train", "--corpus", str(corpus), "--only", "glove"])
    assert result.exit_code == 2
    assert "'glove' is not one of" in result.output


@pytest.mark.parametrize(("seconds", "told"), [(99.4, "99 s"), (600.0, "10 min")])
def test_times_are_told_roughly(seconds, told):
    assert tell_time(seconds) == told


def test_encoding_is_measured_in_megabytes_a_second(tmp_path):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n".join(LINES))
    result = CliRunner().invoke(bench, ["encode", "--corpus", str(corpus), "--json"])
    report = json.loads(result.stdout)
    assert report["bytes"] == corpus.stat().st_size
    assert report["tokens"] == len(" ".join(LINES).split())
    assert report["megabytes_per_second"] == pytest.approx(
        report["bytes"] / 1e6 / report["seconds"]
    )
