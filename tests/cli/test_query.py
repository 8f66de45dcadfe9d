import json
import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from command import wordvec

from wordvec import WordVectors
from wordvec.cli import wordvec_group

WORDS = ["king", "queen", "man", "woman", "bread", "well-known", "λόγος"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rng = np.random.default_rng(0)
    royal, female, food, other = rng.standard_normal((4, 30))
    rows = [royal, royal + female, 0 * royal + 0.1, female, food, other, other + food]
    matrix = np.array(rows, np.float32) + rng.normal(0, 0.05, (7, 30)).astype(np.float32)
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    WordVectors(WORDS, matrix, np.arange(70, 0, -10, dtype=np.uint64)).save(path)
    return path


def run(*args, **options):
    return CliRunner().invoke(wordvec_group, [str(arg) for arg in args], **options)


def test_separate_words_and_one_quoted_string_are_the_same_question(store):
    apart = run("query", "king", "-", "man", "+", "woman", "-m", store)
    quoted = run("query", "king - man + woman", "-m", store)
    assert apart.exit_code == 0, apart.stderr
    assert apart.stdout == quoted.stdout
    rank, word, score = apart.stdout.splitlines()[1].split()
    assert (rank, word) == ("1", "queen")
    assert 0.5 < float(score) < 1


def test_words_of_the_expression_are_not_answers(store):
    words = [answer["word"] for answer in json.loads(
        run("query", "king - man + woman", "-m", store, "--json").stdout
    )["answers"]]  # fmt: skip
    assert sorted(words) == sorted(set(WORDS) - {"king", "man", "woman"})


def test_json_holds_the_scores_unrounded_and_words_readable(store):
    result = run("query", "bread", "-m", store, "--json")
    assert "λόγος" in result.stdout
    answers = json.loads(result.stdout)["answers"]
    vectors = WordVectors(WORDS, np.zeros((7, 2), np.float32))
    assert len(answers) == len(vectors) - 1
    assert answers == sorted(answers, key=lambda answer: -answer["score"])


def test_the_store_is_found_through_the_environment_or_here(store, tmp_path, monkeypatch):
    monkeypatch.chdir(store.parent)
    assert run("query", "king").exit_code == 0
    monkeypatch.chdir(tmp_path)
    assert run("query", "king", env={"WORDVEC_MODEL": str(store)}).exit_code == 0
    missing = run("query", "king")
    assert missing.exit_code == 1
    assert "vectors.h5" in missing.stderr


def test_lines_from_standard_input_are_answered_one_by_one(store):
    result = run("query", "-", "-m", store, "-n", 1, input="\ufeffking - man + woman\n\nbread\n")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "king - man + woman"
    assert "bread" in result.stdout.splitlines()
    many = json.loads(run("query", "-", "-m", store, "--json", input="king\nbread\n").stdout)
    assert [answer["query"] for answer in many] == ["king", "bread"]


def test_a_line_that_cannot_be_answered_does_not_stop_the_rest(store):
    lines = "king\nquen\nking +\nbread\n"
    result = run("query", "-", "-m", store, input=lines)
    assert result.exit_code == 1
    assert result.stdout.count("rank") == 2
    told = result.stderr.splitlines()
    assert told[0].startswith("line 2: 'quen' is not in the vocabulary; did you mean queen")
    assert told[1].startswith("line 3: expected a word")
    assert told[2] == "wordvec: 2 of 4 lines could not be answered"
    documents = json.loads(run("query", "-", "-m", store, "--json", input=lines).stdout)
    assert ["error" in document for document in documents] == [False, True, True, False]


def test_a_leading_minus_subtracts_and_a_glued_one_is_explained(store):
    assert run("query", "- man + king", "-m", store).exit_code == 0
    assert run("query", "-", "man", "+", "king", "-m", store).exit_code == 0
    glued = run("query", "-king + man", "-m", store)
    assert glued.exit_code == 2
    assert "'-king' is not in the vocabulary but king is; put spaces" in glued.stderr


def test_a_decomposed_word_and_a_curly_apostrophe_find_the_usual_form(tmp_path):
    matrix = np.eye(3, dtype=np.float32)
    WordVectors(["k\u00f6nig", "don't", "x"], matrix).save(tmp_path / "v.h5")
    for typed in ("Ko\u0308nig", "don\u2019t"):
        result = run("query", typed, "-m", tmp_path / "v.h5")
        assert result.exit_code == 0
        assert "answers for it" in result.stderr


def test_output_that_cannot_show_a_word_shows_its_code(store):
    process = wordvec("query", "bread", "-m", store, env={"PYTHONIOENCODING": "latin-1"})
    assert process.returncode == 0
    assert rb"\u03bb" in process.stdout


def test_a_lower_case_form_answers_and_stderr_says_so(store):
    result = run("query", "King", "-m", store)
    assert result.exit_code == 0
    assert result.stderr == "King is not in the vocabulary; king answers for it\n"


def test_an_unknown_word_names_close_spellings(store):
    result = run("query", "quen", "-m", store)
    assert result.exit_code == 1
    assert result.stderr.startswith("wordvec: 'quen' is not in the vocabulary; did you mean queen")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("expression", ["king - - man", "king +", "", "king queen", "(king"])
def test_a_malformed_expression_is_a_usage_error(store, expression):
    result = run("query", expression, "-m", store)
    assert result.exit_code == 2
    assert result.stderr.startswith("wordvec: ")
    assert result.stderr.count("\n") == 1


def test_multiplication_ranks_by_products(store):
    result = run("query", "king - man + woman", "-m", store, "--method", "mul")
    assert result.stdout.splitlines()[1].split()[1] == "queen"


@pytest.mark.parametrize("content", [b"", b"not hdf5 at all", b"\x89HDF\r\n\x1a\n" + b"\0" * 50])
def test_a_file_that_is_no_store_is_one_clear_line(tmp_path, content):
    (tmp_path / "bad.h5").write_bytes(content)
    result = run("query", "king", "-m", tmp_path / "bad.h5")
    assert result.exit_code == 1
    assert "bad.h5" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_truncated_store_is_one_clear_line(store, tmp_path):
    (tmp_path / "cut.h5").write_bytes(store.read_bytes()[:-100])
    result = run("query", "king", "-m", tmp_path / "cut.h5")
    assert result.exit_code == 1
    assert "cut.h5" in result.stderr
    assert result.stderr.count("\n") == 1


HEAVY = ("numba", "gensim", "scipy", "sklearn")


@pytest.mark.parametrize("args", [["--help"], ["train", "--help"], ["query", "king"]])
def test_help_and_query_load_nothing_heavy(store, args):
    code = (
        "import sys; from wordvec.cli import main\n"
        f"sys.argv = ['wordvec', *{args!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    environment = {**os.environ, "WORDVEC_MODEL": str(store)}
    process = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, env=environment, check=True
    )
    assert process.stdout
    assert process.stderr == b"[]\n"


def test_a_reader_that_leaves_early_is_no_error(store):
    command = f"{sys.executable} -P -m wordvec.cli query - -m {store} | head -n 1"
    process = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        input=b"king\n" * 5000,
        capture_output=True,
        check=False,
    )
    assert process.stderr == b""
    assert process.returncode in (0, 141)


def test_an_unseen_word_is_answered_by_what_is_spelled_like_it(store):
    result = run("query", "quen", "-m", store, "--unseen", "spelling", "-n", "1")
    assert "queen answers for it" in result.stderr
    assert "queen" in result.stdout
    result = run("query", "xqzxq", "-m", store, "--unseen", "spelling", "-n", "1")
    assert "nothing is spelled like it, so its answers mean nothing" in result.stderr


def test_no_word_that_is_similar_enough_is_said(store):
    result = run("query", "king", "-m", store, "--min-similarity", "0.9999")
    assert result.stdout == ""
    assert "no word is that similar" in result.stderr
