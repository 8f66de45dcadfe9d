import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import write

from wordvec.vectors import WordVectors

WORDS = ["king", "queen", "man", "woman", "bread", "cake", "love", "sex"]
ONLY = ("--only", "similarity")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    matrix = np.random.default_rng(0).standard_normal((len(WORDS), 5), np.float32)
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    counts = np.arange(len(WORDS), 0, -1)
    WordVectors(WORDS, matrix, counts=counts, provenance={"training": {"window": 5}}).save(path)
    return path


@pytest.fixture
def pairs(tmp_path):
    lines = ["king\tqueen\t9", "man\twoman\t8", "bread\tcake\t5", "love\tbread\t1", "king\tgrok\t2"]
    return write(tmp_path / "pairs.tsv", "\n".join(lines))


def run(store, *args):
    done = wordvec("eval", "all", *args, "-m", store)
    return done, done.stdout.decode(), done.stderr.decode()


def test_the_first_figures_of_all_are_one_table(store, pairs):
    done, table, notes = run(store, pairs, *ONLY)
    assert done.returncode == 0
    names = [line.split("  ")[0] for line in table.splitlines()]
    own = ["similarity wordsim353", "similarity simlex999", "similarity pairs.tsv"]
    assert [name for name in names if name] == ["data set", *own]
    assert "4 of 5" in table
    assert "similarity: case ignored" in notes


def test_json_has_the_store_and_all_results(store, pairs):
    _, printed, _ = run(store, pairs, *ONLY, "--json")
    document = json.loads(printed)
    assert document["words"] == len(WORDS)
    assert document["dim"] == 5
    assert document["provenance"] == {"training": {"window": 5}}
    assert [found["dataset"] for found in document["results"]][:2] == ["wordsim353", "simlex999"]
    assert document["results"][2]["dataset"] == str(pairs)
    assert document["skipped"] == []


def test_markdown_is_a_model_card(store, pairs):
    _, card, _ = run(store, pairs, *ONLY, "--markdown")
    assert card.startswith("# vectors.h5\n")
    assert "| similarity | pairs.tsv |" in card
    assert "- Bias was not measured." in card


def test_the_report_holds_the_numbers_that_json_prints(store, pairs, tmp_path):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    page = tmp_path / "report.html"
    _, printed, notes = run(store, pairs, *ONLY, "--json", "--report", page)
    value = json.loads(printed)["results"][2]["figures"][0]["value"]
    assert f'<data value="{value}">{value:.4f}</data>' in page.read_text("utf-8")
    assert f"{page} is written; open it in a browser" in notes


def test_a_report_that_is_there_is_replaced_by_force_alone(store, pairs, tmp_path):
    page = write(tmp_path / "report.html", "<!DOCTYPE html>\n<p>mine")
    failed, *_ = run(store, *ONLY, "--report", page)
    assert "exists; --force" in error_line(failed, 1)
    assert page.read_text() == "<!DOCTYPE html>\n<p>mine"
    done, *_ = run(store, pairs, *ONLY, "--report", page, "--force")
    assert done.returncode == 0
    assert "pairs.tsv" in page.read_text("utf-8")


def test_the_store_is_never_replaced_by_a_report(store):
    before = store.read_bytes()
    failed, *_ = run(store, *ONLY, "--report", store, "--force")
    assert "exists and is no HTML page, so it is not replaced" in error_line(failed, 1)
    assert store.read_bytes() == before


def test_a_folder_that_is_not_there_is_found_before_the_work(store, tmp_path):
    failed, *_ = run(store, "--report", tmp_path / "no" / "report.html")
    assert "there is no folder" in error_line(failed, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--json", "--markdown"), "give one of them"),
        (("--force",), "--force goes with --report"),
        (("--only", "similarity,taste"), "there is no evaluator 'taste'"),
        (("--only", ","), "--only names no evaluator"),
    ],
)
def test_options_that_make_no_sense_are_refused(store, options, message):
    failed, printed, told = run(store, *options)
    assert failed.returncode == 2
    assert message in told
    assert printed == ""


def test_an_evaluator_without_data_is_asked_for_some_before_the_work(store, tmp_path):
    page = tmp_path / "report.html"
    failed, printed, _ = run(store, "--only", "sentence", "--report", page)
    assert "sentence has no data set of its own; give one" in error_line(failed, 2)
    assert printed == ""
    assert not page.exists()


def test_an_evaluator_named_twice_judges_once(store):
    _, printed, _ = run(store, "--only", "geometry,geometry", "--json")
    assert [found["evaluator"] for found in json.loads(printed)["results"]] == ["geometry"]


def test_data_sets_of_one_name_are_told_apart(store, pairs, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    other = write(folder / "pairs.tsv", pairs.read_text("utf-8"))
    _, table, _ = run(store, pairs, other, *ONLY)
    assert "similarity other/pairs.tsv" in table
    assert f"similarity {tmp_path.name}/pairs.tsv" in table


def test_the_level_of_chance_stands_below_its_figure(store, tmp_path):
    rows = ["king\troyal", "queen\troyal", "bread\tfood", "cake\tfood"]
    file = write(tmp_path / "words.tsv", "\n".join(rows))
    _, table, _ = run(store, f"clusters={file}", *ONLY)
    lines = [line.split() for line in table.splitlines()]
    place = next(i for i, line in enumerate(lines) if line[:2] == ["clusters", "words.tsv"])
    assert lines[place + 1][:3] == ["by", "chance", "purity"]


def test_a_folder_is_no_report(store, tmp_path):
    failed, *_ = run(store, "--report", tmp_path)
    assert "is a folder; give the name of a file, such as report.html" in error_line(failed, 1)


def test_a_bad_line_is_found_before_the_work(store, tmp_path):
    bad = write(tmp_path / "bad.tsv", "king\tqueen\t9\nking\tqueen\tmany\nman\twoman\t8\n")
    failed, *_ = run(store, bad, *ONLY)
    assert "bad.tsv" in error_line(failed, 1)


def test_nothing_found_is_said_and_ends_with_1(tmp_path):
    store = tmp_path / "czech.h5"
    WordVectors(["král", "žena"], [[1, 0], [0, 1]]).save(store)
    done, table, _ = run(store, *ONLY)
    assert done.returncode == 1
    assert "0 of 353" in table
    assert "nan" not in table.lower()
