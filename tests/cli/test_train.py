import gzip
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner
from command import error_line, wordvec

import wordvec as library
from wordvec.cli import wordvec_group

SENTENCES = ["the king rules the land", "the queen rules the land", "a dog eats bread"] * 200


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "corpus.txt"
    path.write_text("\n".join(SENTENCES), encoding="utf-8")
    return path


def run(*args, **options):
    return CliRunner().invoke(wordvec_group, [str(arg) for arg in args], **options)


ENDLESS = ("--dim", "16", "--epochs", "100000")
QUICK = ("--dim", 16, "--epochs", 1, "--threads", 1)


def test_train_writes_vectors_h5_here_and_says_what_it_did(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("train", text, *QUICK)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert "2,800 words" in result.stderr
    assert "saved    vectors.h5" in result.stderr
    vectors = library.open(tmp_path / "vectors.h5")
    assert vectors.index_to_key[0] == "the"
    assert vectors.vectors.shape == (9, 16)
    assert vectors.provenance["corpus"]["sources"] == [str(text)]
    assert vectors.provenance["training"]["epochs"] == 1


def test_train_reports_json_for_machines(text, tmp_path):
    result = run("train", text, "-o", tmp_path / "v.h5", *QUICK, "--json")
    report = json.loads(result.stdout)
    assert report["corpus"]["tokens"] == 2800
    assert report["options"]["dim"] == 16
    assert report["training"]["words_per_second"] > 0
    assert report["saved"]["words"] == 9


def test_the_same_run_twice_gives_the_same_bytes(text, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in "ab":
        assert run("train", text, "-o", tmp_path / name, *QUICK).exit_code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_options_reach_the_training(text, tmp_path):
    options = {
        "architecture": "cbow",
        "dim": 16,
        "window": 2,
        "negatives": 3,
        "epochs": 2,
        "min_count": 100,
        "subsample": 0.01,
        "learning_rate": 0.03,
        "threads": 1,
        "seed": 9,
    }
    flags = [x for name, value in options.items() for x in (f"--{name.replace('_', '-')}", value)]
    result = run("train", text, "-o", tmp_path / "v.h5", "--save-output", *flags)
    assert result.exit_code == 0, result.stderr
    vectors = library.open(tmp_path / "v.h5")
    assert vectors.provenance["training"] == {**options, "save_output": True}
    assert vectors.output.shape == vectors.vectors.shape


def test_text_comes_from_standard_input(tmp_path):
    text = "\n".join(SENTENCES).encode()
    result = run("train", "-", "-o", tmp_path / "v.h5", *QUICK, input=gzip.compress(text))
    assert result.exit_code == 0, result.stderr
    assert len(library.open(tmp_path / "v.h5")) == 9


@pytest.mark.parametrize(
    ("sentence", "word"),
    [("Ο βασιλιάς και η βασίλισσα", "βασιλιάς"), ("Король и королева правят", "король")],
)
def test_other_alphabets_train_and_answer(tmp_path, sentence, word):
    (tmp_path / "text").write_text(f"{sentence}\n" * 50, encoding="utf-8")
    assert run("train", tmp_path / "text", "-o", tmp_path / "v.h5", *QUICK).exit_code == 0
    result = run("query", word, "-m", tmp_path / "v.h5", "-n", 2)
    assert result.exit_code == 0, result.stderr


def test_invalid_utf8_is_counted_and_told(tmp_path):
    (tmp_path / "text").write_bytes(b"one two \xff\xfe three\n" * 20)
    result = run("train", tmp_path / "text", "-o", tmp_path / "v.h5", *QUICK)
    assert result.exit_code == 0
    assert "text: 40 bytes, 11.8% of it, are not valid UTF-8" in result.stderr
    assert "iconv" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--dim", "0", "dim is 0; it must be a whole number from 1"),
        ("--learning-rate", "-1", "learning_rate is -1.0; it must be a number from"),
        ("--epochs", "0", "epochs is 0"),
    ],
)
def test_an_option_outside_its_range_is_a_usage_error(text, tmp_path, option, value, message):
    result = run("train", text, "-o", tmp_path / "v.h5", option, value)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"wordvec: {message}")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no words"),
        (b" \n .,;\n", "no words"),
        (b"every word once only\n", "min-count"),
        (b"\x00\x01\x02" * 100, "binary"),
        (gzip.compress(b"a b c " * 10_000)[:-20], "truncated|incomplete|ends|cut"),
    ],
)
def test_a_corpus_that_cannot_serve_is_one_clear_line(tmp_path, content, message):
    (tmp_path / "text").write_bytes(content)
    target = tmp_path / "v.h5"
    library.WordVectors(["precious"], np.ones((1, 2), np.float32)).save(target)
    before = target.read_bytes()
    result = run("train", tmp_path / "text", "-o", target, "--force", *QUICK)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert str(tmp_path / "text") in result.stderr
    assert re.search(message, result.stderr)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text", "v.h5"]


def test_a_missing_corpus_is_one_clear_line(tmp_path):
    result = run("train", tmp_path / "nowhere.txt", "-o", tmp_path / "v.h5")
    assert result.exit_code == 1
    assert "nowhere.txt" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_existing_output_is_kept_without_force(text, tmp_path):
    target = tmp_path / "v.h5"
    target.write_bytes(b"precious")
    result = run("train", text, "-o", target, *QUICK)
    assert result.exit_code == 1
    assert "--force" in result.stderr
    assert target.read_bytes() == b"precious"


def test_the_corpus_is_never_the_output(text):
    before = text.read_bytes()
    result = run("train", text, "-o", text, "--force", *QUICK)
    assert result.exit_code == 1
    assert "is no store, so it is not replaced" in result.stderr
    assert text.read_bytes() == before


def test_only_a_store_is_ever_replaced(text, tmp_path):
    (tmp_path / "a.txt").write_bytes(text.read_bytes())
    result = run("train", tmp_path, "-o", tmp_path / "a.txt", "--force", *QUICK)
    assert result.exit_code == 1
    assert "is no store, so it is not replaced" in result.stderr
    assert (tmp_path / "a.txt").read_bytes() == text.read_bytes()


def test_vectors_may_lie_in_the_folder_of_the_corpus(text, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_bytes(text.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert run("train", ".", *QUICK).exit_code == 0
    assert run("train", ".", "--force", *QUICK).exit_code == 0


def test_a_senseless_source_date_epoch_is_one_clear_line(text, tmp_path):
    environment = {"SOURCE_DATE_EPOCH": "abc"}
    process = wordvec("train", text, "-o", tmp_path / "v.h5", env=environment)
    assert "SOURCE_DATE_EPOCH is 'abc'" in error_line(process, 1)


def test_a_store_does_not_go_to_standard_output(text):
    result = run("train", text, "-o", "-")
    assert result.exit_code == 1
    assert "give the name of a file" in result.stderr


def test_an_output_folder_that_does_not_exist_is_told_before_reading(text, tmp_path):
    result = run("train", text, "-o", tmp_path / "no" / "v.h5", *QUICK)
    assert result.exit_code == 1
    assert str(tmp_path / "no") in result.stderr


def test_a_full_disk_is_one_clear_line_and_the_old_file_stays(text, tmp_path):
    target = tmp_path / "v.h5"
    assert wordvec("train", text, "-o", target, *QUICK).returncode == 0
    before = target.read_bytes()
    process = wordvec(
        "train", text, "-o", target, "--force", *QUICK, "--dim", 500,
        limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000)),
    )  # fmt: skip
    line = error_line(process, 1)
    assert "v.h5" in line
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["v.h5"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_training_leaves_nothing_behind(text, tmp_path, number, code):
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "wordvec.cli", "train", text, "-o", "v.h5", *ENDLESS],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    time.sleep(4)
    assert process.poll() is None
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert out == b""
    if number == signal.SIGINT:
        assert err.decode() == "wordvec: interrupted; nothing was written\n"
    assert list(tmp_path.iterdir()) == []


def test_whitespace_tokens_are_taken_as_they_are(tmp_path):
    (tmp_path / "text").write_text("New_York is Big\n" * 10)
    run("train", tmp_path / "text", "-o", tmp_path / "v.h5", "--tokenizer", "whitespace", *QUICK)
    assert "New_York" in library.open(tmp_path / "v.h5")


def test_vectors_in_the_file_are_those_of_the_library(text, tmp_path):
    run("train", text, "-o", tmp_path / "v.h5", *QUICK)
    vectors = library.train(text, dim=16, epochs=1, threads=1)
    assert np.array_equal(library.open(tmp_path / "v.h5").vectors, vectors.vectors)
