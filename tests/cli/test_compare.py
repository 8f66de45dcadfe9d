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


def test_a_table_fits_into_100_columns(folder):
    lines = (
        run(folder, "bad.h5", "good.h5", only="similarity,analogy,geometry")
        .stdout.decode()
        .splitlines()
    )
    start = next(i for i, line in enumerate(lines) if line.startswith("data set"))
    table = lines[start : lines.index("", start)]
    assert len(table) > 8
    assert max(map(len, table)) <= 100


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
    assert "pairs.tsv: of 351 items good knows 351 and short 196; " in printed


def test_markdown_has_the_whole_names(folder):
    printed = run(folder, "bad.h5", "good.h5", "--markdown", only="geometry").stdout.decode()
    assert "| Spearman of length and frequency" in printed
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
