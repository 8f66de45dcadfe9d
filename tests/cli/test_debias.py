import json

import numpy as np
import pytest
from biased import biased_vectors
from click.testing import CliRunner

import wordvec
from wordvec.cli.debias import debias as command
from wordvec.cli.debias import show_debiasing
from wordvec.cli.group import WordvecGroup
from wordvec.postprocess.debias import debias

PAIRS = [["she", "he"], ["woman", "man"], ["girl", "boy"]]


@pytest.fixture
def folder(tmp_path):
    biased_vectors().save(tmp_path / "in.h5")
    for name, content in (
        ("pairs", PAIRS),
        ("equalize", [["queen", "king"]]),
        ("specific", ["she", "he", "beard", "moustache"]),
        ("examples", ["job1", "Job2", "job3", "job30", "job31"]),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def run(folder, *arguments):
    """Run `wordvec debias`; return the finished command and the store that it was to write."""
    out = folder / "out.h5"
    group = WordvecGroup("wordvec", commands={"debias": command})
    arguments = ["debias", "-m", folder / "in.h5", "-o", out, *arguments]
    return CliRunner().invoke(group, list(map(str, arguments))), out


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((), {}),
        (("--components", 2), {"components": 2}),
        (("--method", "soft", "--strength", 30), {"method": "soft", "strength": 30.0}),
        (("--method", "half-sibling", "--alpha", 5), {"method": "half-sibling", "alpha": 5.0}),
        (("--method", "double-hard", "--seed", 3), {"method": "double-hard", "seed": 3}),
        (("--learn-specific", "--seed-weight", 5), {"learn_specific": True, "seed_weight": 5.0}),
    ],
)
def test_each_option_reaches_the_function(folder, arguments, options):
    done, out = run(folder, folder / "pairs.json", *arguments)
    assert done.exit_code == 0, done.output
    vectors = wordvec.open(folder / "in.h5")
    expected = debias(vectors, folder / "pairs.json", **options)
    after = wordvec.open(out)
    assert np.array_equal(after.vectors, expected.vectors)
    assert after.provenance["steps"] == expected.provenance["steps"]


@pytest.mark.parametrize("part", ["equalize", "specific", "examples"])
def test_each_file_reaches_the_function(folder, part):
    done, out = run(folder, folder / "pairs.json", f"--{part}", folder / f"{part}.json")
    assert done.exit_code == 0, done.output
    vectors = wordvec.open(folder / "in.h5")
    expected = debias(vectors, folder / "pairs.json", **{part: folder / f"{part}.json"})
    assert wordvec.open(out).provenance["steps"] == expected.provenance["steps"]


def test_a_person_reads_what_was_done_and_what_remains(folder):
    files = [f"--{part}={folder / part}.json" for part in ("equalize", "specific", "examples")]
    done, out = run(folder, folder / "pairs.json", *files)
    lines = done.stdout.splitlines()
    assert lines[0] == "hard debiasing by pairs.json: 435 words neutralized, 2 words equalized"
    assert lines[1] == "  defining: 3 of 3 sets found"
    assert "  specific: 1 word is not here as written: moustache" in lines
    assert "  neutral_examples: 2 words are not here: job30, job31" in lines
    (direct,) = [line.split() for line in lines if line.startswith("  direct bias")]
    assert float(direct[-2]) > 0.1
    assert float(direct[-1]) == 0
    left = wordvec.open(out).provenance["steps"][-1]["report"]["bias"]["after"]
    (remains,) = [line for line in lines if "words that were most biased" in line]
    assert f"sorts {left['cluster_accuracy']:.0%} to their side" in remains
    assert lines[-1].startswith(f"{out}: 440 words x 12, ")


@pytest.mark.parametrize(
    ("left", "line"),
    [
        (
            0.551,
            "  Bias remains in the neighbours: of the words that were most biased, 2-means sti",
        ),
        (0.55, "  2-means no longer tells the words that were most biased apart: it sorts 55% to "),
        (None, None),
    ],
)
def test_what_remains_is_said_of_more_than_chance_only(capsys, left, line):
    names = ("direct_bias", "mac", "cluster_accuracy", "neighbour_correlation")
    figures = {**dict.fromkeys(names, -1e-9), "notes": [], "cluster_accuracy": left}
    report = {
        "explained_variance": [],
        "missing": {},
        "defining_sets": {"found": 1, "given": 1},
        "bias": {"before": figures, "after": figures},
    }
    show_debiasing({"method": "hard", "word_sets": "x", "report": report})
    printed = capsys.readouterr().out
    assert "  0.0000  0.0000\n" in printed
    assert "-0.0000" not in printed
    said = [text for text in printed.splitlines() if "most biased" in text]
    assert [text[: len(line)] for text in said] == ([] if line is None else [line])


def test_help_says_that_files_take_the_place_of_what_the_word_sets_hold(folder):
    done, _ = run(folder, "--help")
    assert " ".join(done.stdout.split()).count("in place of those in WORDSETS") == 3


def test_the_evaluation_measures_the_bias_that_the_command_was_told(folder):
    files = [f"--{part}={folder / part}.json" for part in ("specific", "examples")]
    told = (folder / "pairs.json", *files, "--components", 2, "--evaluate", "--json")
    done, _ = run(folder, *told)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    report = document["steps"][-1]["report"]["bias"]["before"]
    rows = {row["measure"]: row for row in document["evaluation"]["differences"]}
    assert rows["direct bias"]["first"]["value"] == pytest.approx(report["direct_bias"], abs=1e-12)
    assert (rows["direct bias"]["n"], report["examples"]) == (3, 3)
    assert rows["cluster accuracy"]["first"]["value"] == report["cluster_accuracy"]


def test_json_holds_the_step(folder):
    done, out = run(folder, folder / "pairs.json", "--json")
    document = json.loads(done.stdout)
    assert document["steps"] == wordvec.open(out).provenance["steps"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["gneder"], 1, "gneder: there is no such file; word sets that come along: gender, race"),
        (["race"], 1, "none of the 6 defining sets has two words in the vocabulary: 0 of 10 words"),
        (["gender", "--strength", "1"], 2, "strength is not an option of method hard"),
        (["gender", "--method", "soft", "--strength", "1e300"], 2, "soft debiasing does not conv"),
        (["gender", "--components", "9"], 1, "9 components; the 3 defining sets found, in 12 dim"),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_output(folder, arguments, code, message):
    done, out = run(folder, *arguments)
    assert done.exit_code == code
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"wordvec: {message}")
    assert not out.exists()


def test_an_empty_file_is_named(folder):
    (folder / "empty.toml").write_text("")
    done, _ = run(folder, folder / "empty.toml")
    assert done.exit_code == 1
    assert "empty.toml: the file is empty" in done.stderr
