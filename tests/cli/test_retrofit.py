import json

import numpy as np
import pytest
from click.testing import CliRunner
from wordnets import fake_nltk

import wordvec
from wordvec.cli.group import WordvecGroup
from wordvec.cli.retrofit import retrofit as command
from wordvec.postprocess.retrofit import retrofit
from wordvec.vectors import WordVectors

N, DIM = 40, 6
WORDS = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(N)]


@pytest.fixture
def store(tmp_path):
    matrix = np.random.default_rng(4).standard_normal((N, DIM))
    WordVectors(WORDS, matrix).save(tmp_path / "in.h5")
    return tmp_path / "in.h5"


@pytest.fixture
def lexicon(tmp_path):
    path = tmp_path / "lexicon.txt"
    lines = [f"{WORDS[i]} {WORDS[i + 1]} {WORDS[(7 * i) % N]}" for i in range(20)]
    path.write_text("\n".join([*lines, f"{WORDS[3]} {WORDS[30]}", f"7 {WORDS[2]}"]))
    return path


def run(store, *arguments):
    """Run `wordvec retrofit`; return the finished command and the store that it was to write."""
    out = store.parent / "out.h5"
    group = WordvecGroup("wordvec", commands={"retrofit": command})
    arguments = ["retrofit", *arguments, "-m", store, "-o", out]
    return CliRunner().invoke(group, list(map(str, arguments))), out


def test_the_command_says_what_it_read_what_moved_and_how_it_converged(store, lexicon):
    done, out = run(store, lexicon)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("retrofitting: 20 words moved\n")
    assert "lexicon.txt: 22 lines; the vocabulary has 20 of 21 heads, 39 of 40 edges" in done.stdout
    assert "10 sweeps: largest change 0." in done.stdout
    assert f"{out}: {N} words x {DIM}" in done.stdout
    assert "not yet" not in done.stdout


def test_the_command_says_if_the_sweeps_were_too_few(store, lexicon):
    done, _ = run(store, lexicon, "--iterations", 1)
    assert "  1 sweep: largest change" in done.stdout
    assert "not yet where the sweeps lead to: give more --iterations, or --exact" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("--iterations", 2), {"iterations": 2}),
        (("--exact",), {"exact": True}),
        (("--alpha", 2), {"alpha": 2.0}),
        (("--merge-heads",), {"merge_heads": True}),
        (("--symmetric",), {"symmetric": True}),
        (("--keep-numbers",), {"keep_numbers": True}),
        (("--format", "faruqui"), {"format": "faruqui"}),
        (("--carry",), {"carry": True}),
    ],
)
def test_each_option_reaches_the_function(store, lexicon, arguments, options):
    done, out = run(store, lexicon, *arguments)
    assert done.exit_code == 0, done.output
    expected = retrofit(wordvec.open(store), lexicon, **options)
    assert np.array_equal(wordvec.open(out).vectors, expected.vectors)
    assert wordvec.open(out).provenance["steps"] == expected.provenance["steps"]


def test_antonyms_are_counter_fitted_and_both_files_reported(store, lexicon):
    antonyms = store.parent / "antonyms.txt"
    antonyms.write_text("wba wbb\n")
    done, out = run(store, lexicon, "--antonyms", antonyms)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("counter-fitting: ")
    assert "antonyms.txt: 1 line; the vocabulary has 1 of 1 head, 1 of 1 edge\n" in done.stdout
    assert "left out" not in done.stdout
    assert "  1 pair of antonyms: mean cosine" in done.stdout
    assert "came nearer" not in done.stdout
    expected = retrofit(wordvec.open(store), lexicon, antonyms=antonyms)
    assert np.array_equal(wordvec.open(out).vectors, expected.vectors)


def test_the_command_says_if_antonyms_came_nearer_and_what_to_do(store):
    lexicon, antonyms = store.parent / "lexicon.txt", store.parent / "antonyms.txt"
    lexicon.write_text("".join(f"wab {word}\nwaa {word}\n" for word in WORDS[2:32]))
    antonyms.write_text("waa wab\n")
    arguments = (lexicon, "--merge-heads", "--antonyms", antonyms)
    hint = "antonyms came nearer: the lexicon pulls harder; give --gamma 0.5"
    done, out = run(store, *arguments)
    assert done.exit_code == 0, done.output
    assert hint in done.stdout
    done, _ = run(store, *arguments, "--gamma", 2, "--force")
    assert done.exit_code == 0, done.output
    assert hint not in done.stdout
    assert wordvec.open(out).provenance["steps"][-1]["gamma"] == 2


def test_one_file_may_hold_both_and_what_it_leaves_out_is_told(store):
    both = store.parent / "both.tsv"
    both.write_text("waa\twab\nwac\twad\tsynonym\nwba\twbb\tantonym\nwaa\twbb\tantonym\n")
    done, out = run(store, both, "--antonyms", both)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("  both.tsv: 2 rows with the relation antonym left out\n") == 1
    assert "2 pairs of antonyms: mean" in done.stdout
    assert "2 pairs of synonyms: mean" in done.stdout
    [step] = wordvec.open(out).provenance["steps"]
    assert step["report"]["antonyms_left_out"] == 2
    assert step["report"]["antonyms"]["antonyms_left_out"] == 0


def test_pairs_that_are_antonyms_too_are_told(store):
    lexicon, antonyms = store.parent / "lexicon.tsv", store.parent / "antonyms.txt"
    lexicon.write_text("waa\twab\nwac\twad\n")
    antonyms.write_text("waa wab\n")
    done, _ = run(store, lexicon, "--antonyms", antonyms)
    assert "  pairs of synonyms that are antonyms, too, and count as such: 1\n" in done.stdout
    done, _ = run(store, lexicon, "--antonyms", lexicon, "--force")
    assert done.exit_code == 1
    assert "each of the 2 pairs of synonyms is one of antonyms, too" in done.stderr


def test_wordnet_is_told_by_the_name_asked_for_and_its_release(tmp_path, monkeypatch):
    fake_nltk(monkeypatch)
    words = ["good", "fine", "food", "dessert", "sweet"]
    WordVectors(words, np.eye(5)).save(tmp_path / "in.h5")
    done, _ = run(tmp_path / "in.h5", "wordnet-all")
    assert done.exit_code == 0, done.output
    assert "  wordnet-all, WordNet 3.0 (nltk): 5 lines; " in done.stdout


def test_the_reports_of_the_exact_solution_and_of_carrying_are_printed(store, lexicon):
    done, _ = run(store, lexicon, "--exact", "--carry")
    assert "solved exactly: residual " in done.stdout
    assert "the others carried along: held-out words come to cosine" in done.stdout


def test_the_report_is_json_for_machines(store, lexicon):
    done, _ = run(store, lexicon, "--json")
    [step] = json.loads(done.stdout)["steps"]
    assert step["report"]["words_moved"] == 20


@pytest.mark.parametrize(
    ("name", "arguments", "code", "message"),
    [
        ("no.txt", (), 1, "no.txt: there is no such file"),
        ("empty.txt", (), 1, "empty.txt: no line of 0 holds"),
        ("other.txt", (), 1, "other.txt: no line relates two words of the vocabulary"),
        (
            "two.txt",
            ("--carry",),
            1,
            "carry learns from the words that moved: needed are at least 10, moved 1",
        ),
        ("lexicon.txt", ("--alpha", "-1"), 2, "alpha is -1.0; expected a number above 0"),
        ("lexicon.txt", ("--exact", "--iterations", "3"), 2, "exact and iterations exclude"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_line_and_leaves_no_file(
    store, lexicon, name, arguments, code, message
):
    (store.parent / "empty.txt").write_text("")
    (store.parent / "two.txt").write_text("waa wab\n")
    (store.parent / "other.txt").write_text("gut fein\n")
    done, out = run(store, store.parent / name, *arguments)
    assert done.exit_code == code
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert message in line
    assert not out.exists()
