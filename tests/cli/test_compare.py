import json

import numpy as np
import pytest
from command import error_line, wordvec

from wordvec.vectors import WordVectors

WORDS = [f"w{i}" for i in range(80)]


def save(path, matrix, words=WORDS, seed=None):
    provenance = None
    if seed is not None:
        provenance = {"training": {"dim": 4, "seed": seed}, "corpus": {"sha256": "x"}}
    counts = np.arange(len(words), 0, -1)
    WordVectors(words, matrix, counts=counts, provenance=provenance).save(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with good, bad and seeded stores, and the word pairs that tell."""
    path = tmp_path_factory.mktemp("compare")
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((80, 4))
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    pairs = [(i, j) for i in range(80) for j in range(i) if (i + j) % 9 == 0]
    lines = [f"{WORDS[i]}\t{WORDS[j]}\t{unit[i] @ unit[j]:.4f}\n" for i, j in pairs]
    (path / "pairs.tsv").write_text("".join(lines))
    (path / "few.tsv").write_text("".join(lines[:8]))
    save(path / "good.h5", matrix)
    save(path / "bad.h5", rng.standard_normal((80, 4)))
    save(path / "short.h5", matrix[:60], WORDS[:60])
    save(path / "other.h5", matrix, [word.upper() for word in WORDS])
    save(path / "few-words.h5", matrix, [*WORDS[:2], *(f"x{i}" for i in range(78))])
    for seed in range(3):
        noisy = matrix + 0.3 * rng.standard_normal((80, 4))
        save(path / f"fair-{seed}.h5", noisy, seed=seed)
    return path


def run(folder, *arguments, only="similarity"):
    told = ("--data", "pairs.tsv", "--only", only)
    return wordvec("compare", *arguments, *told, cwd=folder)


def test_two_stores_are_compared_in_a_table_and_in_words(folder):
    done = run(folder, "bad.h5", "good.h5")
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert lines[:2] == ["bad (80 words x 4, the baseline)", "good (80 words x 4)"]
    [header] = [line for line in lines if line.startswith("data set")]
    assert header.split() == [
        *("data", "set", "measure", "bad", "good", "diff.", "95%", "interval", "p", "items"),
    ]
    row = next(line for line in lines if line.startswith("pairs.tsv"))
    assert "1.000" in row
    assert "<.0001" in row
    assert any(line.startswith("good is better on pairs.tsv") for line in lines)
    assert any(line.startswith("neighbours in bad and good: neighbour overlap") for line in lines)


def test_all_that_is_printed_fits_into_110_columns(folder):
    lines = (
        run(folder, "bad.h5", "good.h5", only="similarity,analogy,geometry")
        .stdout.decode()
        .splitlines()
    )
    start = next(i for i, line in enumerate(lines) if line.startswith("data set"))
    table = lines[start : lines.index("", start)]
    assert len(table) > 8
    assert max(map(len, lines)) <= 110


def test_seeds_of_one_recipe_are_one_column_with_a_spread(folder):
    done = run(folder, "bad.h5", "fair-0.h5", "fair-1.h5", "fair-2.h5", "--json")
    document = json.loads(done.stdout)
    _, fair = document["groups"]
    assert (fair["name"], fair["seeds"]) == ("fair-*", [0, 1, 2])
    assert fair["stores"] == ["fair-0", "fair-1", "fair-2"]
    found = next(d for d in document["differences"] if d["dataset"] == "pairs.tsv")
    assert found["second"]["seeds"] == 3
    assert found["second"]["sd"] > 0
    assert found["adjusted"] < 0.05
    assert [(each["first"], each["second"]) for each in document["agreements"]] == [
        ("fair-0", "fair-1"),
        ("bad", "fair-0"),
    ]
    printed = run(folder, "bad.h5", "fair-0.h5", "fair-1.h5").stdout.decode()
    assert "fair-* is fair-0, fair-1 (80 words x 4)" in printed
    assert " ±." in printed


def test_a_store_with_fewer_words_does_not_lose_by_it(folder):
    printed = run(folder, "good.h5", "short.h5").stdout.decode()
    assert "no difference at all on pairs.tsv" in printed
    told = " ".join(printed.split())
    assert "all are judged on the 60 words that every one of them has" in told
    assert "(good 80, short 60); to have more words neither helps nor harms here" in told
    document = json.loads(run(folder, "good.h5", "short.h5", "--json").stdout)
    assert document["shared_words"] == 60
    differences = [d["difference"] for d in document["differences"] if d["first"]["value"]]
    assert differences == pytest.approx([0] * 2)


def test_stores_without_a_common_word_are_refused(folder):
    done = run(folder, "good.h5", "other.h5")
    assert "no word is in all 2 vocabularies, written alike" in error_line(done, 1)
    assert not done.stdout


def test_no_figure_in_common_is_an_error(folder):
    """The exit code is 1, after all that there is to say."""
    done = run(folder, "good.h5", "few-words.h5")
    assert done.returncode == 1
    assert b"nothing could be compared; the last lines above say why" in done.stderr
    assert b"nothing could be tested between good and few-words" in done.stdout
    done = run(folder, "good.h5", "few-words.h5", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["shared_words"] == 2


def test_data_sets_of_one_name_are_told_apart(folder):
    for name in "xy":
        (folder / name).mkdir()
        (folder / name / "pairs.tsv").write_text((folder / "pairs.tsv").read_text())
    told = [part for name in "xy" for part in ("--data", f"{name}/pairs.tsv")]
    printed = wordvec(
        "compare", "bad.h5", "good.h5", "--only", "similarity", *told, cwd=folder
    ).stdout.decode()
    for name in ("x/pairs.tsv", "y/pairs.tsv"):
        assert f"\n{name} " in printed
        assert f"good is better on {name} (Spearman) by" in printed


def test_markdown_has_the_whole_names(folder):
    printed = run(folder, "bad.h5", "good.h5", "--markdown", only="geometry").stdout.decode()
    assert "| length and frequency" in printed
    assert "\n- good against bad, 1 data set: better on 1\n" in printed


def test_the_same_comparison_prints_the_same_bytes(folder):
    one, again = (run(folder, "bad.h5", "good.h5", "--json").stdout for _ in range(2))
    assert one == again


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "0 stores to compare; give two or more"),
        (("good.h5",), 2, "1 store to compare; give two or more"),
        (("good.h5", "./good.h5"), 2, "good.h5 is given twice"),
        (("good.h5", "none.h5"), 1, "none.h5"),
        (("good.h5", "pairs.tsv"), 1, "pairs.tsv"),
        (("good.h5", "bad.h5", "--only", "similarty"), 2, "there is no evaluator 'similarty'"),
        (("good.h5", "bad.h5", "--only", ","), 2, "--only names no evaluator"),
        (("good.h5", "bad.h5", "--data", "none.tsv"), 2, "none.tsv"),
    ],
)
def test_what_cannot_be_compared_is_one_line_before_any_work(folder, arguments, code, message):
    assert message in error_line(wordvec("compare", *arguments, cwd=folder), code)


def test_json_and_markdown_exclude_each_other(folder):
    done = run(folder, "good.h5", "bad.h5", "--json", "--markdown")
    assert done.returncode == 2
    assert b"not both" in done.stderr
