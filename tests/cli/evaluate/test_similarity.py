import json

import numpy as np
import pytest
from command import error_line, wordvec
from evaluation import make_vectors, write

SIMLEX = (
    "word1\tword2\tPOS\tSimLex999\n"
    "King\tqueen\tN\t9\nking\tman\tN\t5\nqueen\tman\tN\t1\n"
    "big\tlarge\tA\t8\nbig\tking\tA\t1\nking\tunicorn\tN\t2\n"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    words = ["king", "queen", "man", "big", "large"]
    matrix = np.array([[1, 0.1], [1, 0], [0.5, 1], [-1, 0.2], [-1, 0.3]], np.float32)
    make_vectors(words, matrix, [50, 40, 30, 20, 10]).save(path)
    return path


def rows(done):
    """Return the cells of each line of the table by its first two cells."""
    lines = done.stdout.decode().splitlines()
    start = lines[0].index("measure")
    found, part = {}, ""
    for row in lines[1:]:
        part = row[:start].strip() or part
        found[part, row[start:].split()[0]] = row
    return found


def test_both_sets_are_judged_by_default_with_coverage_and_policy(store):
    done = wordvec("eval", "similarity", "-m", store)
    out, told = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 1  # no figure: five words make too few pairs
    assert "wordsim353" in out
    assert "of 999" in out
    assert "nan" not in out.lower()
    assert (
        "case ignored, the most frequent spelling of a word answers; pairs with a missing" in told
    )
    assert "of 999 pairs found" in told


def test_a_file_is_judged_under_both_policies_and_by_a_column(store, tmp_path):
    path = write(tmp_path / "SimLex-999.txt", SIMLEX)
    done = wordvec("eval", "similarity", path, "-m", store, "--by", "POS")
    assert done.returncode == 0, done.stderr
    table = rows(done)
    assert "5 of 6" in table["SimLex-999.txt", "Spearman"]
    assert "5 of 6" in table["missing scored 0", "Pearson"]
    assert "3 of 4" in table["POS N", "Spearman"]
    assert "2 of 2" in table["POS A", "Spearman"]


def test_case_can_be_told_apart(store, tmp_path):
    path = write(tmp_path / "pairs.tsv", SIMLEX)
    done = wordvec("eval", "similarity", path, "-m", store, "--case-sensitive", "--json")
    [result] = json.loads(done.stdout)["results"]
    assert result["missing_words"] == ["King", "unicorn"]
    assert result["policy"].startswith("words must be written as in the data")
    done = wordvec("eval", "similarity", path, "-m", store, "--restrict-vocab", "3", "--json")
    [result] = json.loads(done.stdout)["results"]
    assert result["missing_words"] == ["big", "large", "unicorn"]
    assert result["vocabulary"] == 3


def test_the_scores_may_be_in_another_column(store, tmp_path):
    path = write(tmp_path / "p.csv", "king,queen,1,9\nking,man,2,5\nqueen,man,3,1\n")
    one, other = (
        json.loads(wordvec("eval", "similarity", path, "-m", store, "--json", *more).stdout)[
            "results"
        ]
        for more in ((), ("--score-column", "4"))
    )
    assert one[0]["figures"][0]["value"] == -other[0]["figures"][0]["value"]


def test_a_folder_is_one_table_with_its_weighted_mean(store, tmp_path):
    write(tmp_path / "one.tsv", SIMLEX)
    write(tmp_path / "two.csv", "king,queen,9\nking,man,1\nqueen,man,5\n")
    done = wordvec("eval", "similarity", tmp_path, "-m", store)
    assert done.returncode == 0, done.stderr
    mean = [row for row in done.stdout.decode().splitlines() if row.startswith("weighted mean")]
    assert "Spearman" in mean[0]
    assert "8 of 9" in mean[0]


def test_no_pair_found_is_told_and_no_figure(store, tmp_path):
    path = write(tmp_path / "pairs.tsv", "yak\tgnu\t3\nyak\tkoala\t2\ngnu\tkoala\t1\n")
    done = wordvec("eval", "similarity", path, "-m", store)
    assert done.returncode == 1
    assert "nan" not in done.stdout.decode().lower()
    assert "0 of 3 pairs found" in done.stderr.decode()
    shown = wordvec("eval", "similarity", path, "-m", store, "--json")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["results"][0]["figures"][0]["value"] is None


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        ("king\tqueen\n", 1, "line 1: 'king\\tqueen' is not 'word word score'"),
        ("king\tqueen\t9\nking\tman\tfive\n", 1, "line 2: 'king\\tman\\tfive' is not"),
        ("", 1, "is empty but for comments"),
        ("5\tking\tqueen\t4\n2\tking\tman\t3\n", 2, "the scores may be in column 1 or column 4"),
    ],
)
def test_a_bad_file_is_one_line(store, tmp_path, text, code, what):
    path = write(tmp_path / "pairs.tsv", text)
    assert what in error_line(wordvec("eval", "similarity", path, "-m", store), code)


def test_an_unknown_data_set_names_the_known_ones(store):
    line = error_line(wordvec("eval", "similarity", "wordsim", "-m", store), 2)
    assert "'wordsim' is no file and no known data set; known are wordsim353, simlex999" in line
    line = error_line(wordvec("eval", "similarity", "-m", store, "--by", "POS"), 2)
    assert "has no column 'POS'; it has columns 1 to 3 (no header)" in line
