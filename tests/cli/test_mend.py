import json

import numpy as np
import pytest
from command import error_line, wordvec

import wordvec as library
from wordvec.vectors import WordVectors

WORDS = ["he", "she", "man", "woman", "doctor", "nurse", "good", "great", "film", "movie"]


@pytest.fixture
def folder(tmp_path):
    matrix = np.random.default_rng(0).standard_normal((10, 4)).astype(np.float32)
    WordVectors(WORDS, matrix, counts=np.arange(100, 0, -10)).save(tmp_path / "vectors.h5")
    (tmp_path / "lexicon.txt").write_text("good great\nfilm movie\n")
    (tmp_path / "recipe.toml").write_text(
        '[[steps]]\nstep = "retrofit"\nlexicon = "lexicon.txt"\n'
        '[[steps]]\nstep = "debias"\nword_sets = "gender"\n'
        '[[steps]]\nstep = "whiten"\n'
    )
    return tmp_path


def test_a_recipe_makes_a_store_and_prints_what_each_step_did(folder):
    done = wordvec("mend", "recipe.toml", "-o", "mended.h5", cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    printed = done.stdout.decode()
    assert "retrofitting: 2 words moved" in printed
    assert "hard debiasing by gender" in printed
    assert "Zipfian whitening: 10 words" in printed
    assert printed.splitlines()[-1].startswith("mended.h5: 10 words x 4")
    steps = library.open(folder / "mended.h5").provenance["steps"]
    assert [step["step"] for step in steps] == ["retrofit", "debias", "whiten"]


def test_info_shows_the_chain(folder):
    wordvec("mend", "recipe.toml", "-o", "mended.h5", cwd=folder)
    shown = wordvec("info", "mended.h5", cwd=folder).stdout.decode()
    places = [shown.index(f"step: {step}") for step in ("retrofit", "debias", "whiten")]
    assert places == sorted(places)
    assert "residual" in shown


def test_the_report_is_json_for_machines(folder):
    done = wordvec("mend", "recipe.toml", "-o", "mended.h5", "--json", cwd=folder)
    document = json.loads(done.stdout)
    assert document["to"] == "mended.h5"
    assert document["steps"][0]["inputs"].keys() == {"vectors", "words", "counts", "lexicon"}
    assert document["steps"][1]["report"]["bias"]["before"]["examples"] == 2


def test_evaluate_judges_before_and_after(folder):
    (folder / "pairs.tsv").write_text("good\tgreat\t9\nfilm\tmovie\t8\ngood\tfilm\t1\n")
    done = wordvec(
        "mend", "recipe.toml", "-o", "m.h5", "--evaluate", "--data", "pairs.tsv", cwd=folder
    )
    assert done.returncode == 0, done.stderr.decode()
    printed = done.stdout.decode()
    [header] = [line for line in printed.splitlines() if line.startswith("data set")]
    names = ["data set", "measure", "before", "after", "diff.", "95% interval", "p", "items"]
    assert [name.strip() for name in header.split("  ") if name] == names
    assert any(line.startswith("pairs.tsv") for line in printed.splitlines())
    assert "not tested on pairs.tsv (Spearman): only 3 items came out differently" in printed


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.toml", "-o", "m.h5"), 1, "none.toml: there is no such file"),
        (("recipe.toml", "-o", "vectors.h5", "--force"), 1, "vectors.h5 is the input itself"),
        (("recipe.toml", "-o", "lexicon.txt"), 1, "lexicon.txt exists; --force"),
        (("recipe.toml", "-o", "lexicon.txt", "--force"), 1, "exists and is no store"),
        (("recipe.toml", "-o", "m.h5", "-m", "none.h5"), 1, "none.h5"),
        (
            ("recipe.toml", "-o", "m.h5", "--evaluate", "--data", "lexicon.txt"),
            1,
            "lexicon.txt, line 1: 'good great' is not 'word word score'",
        ),
    ],
)
def test_what_cannot_work_is_one_line_and_leaves_every_file(folder, arguments, code, message):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert message in error_line(wordvec("mend", *arguments, cwd=folder), code)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_data_without_evaluate_is_a_usage_error(folder):
    done = wordvec("mend", "recipe.toml", "-o", "m.h5", "--data", "lexicon.txt", cwd=folder)
    assert done.returncode == 2
    assert b"--data goes with --evaluate" in done.stderr
    assert not (folder / "m.h5").exists()
