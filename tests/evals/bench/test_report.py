import json
import math

import pytest

from wordvec.evals.bench.report import (
    Run,
    differences,
    estimate,
    markdown_table,
    summarize,
)


def run(tool, seed=1, **changes):
    measured = {
        "words_per_second": 1000.0 * seed,
        "training_seconds": 2.0,
        "seconds": 3.0,
        "peak_memory": 2**20,
        "tokens": 10,
        "vocabulary": 5,
        "scores": {"WordSim-353": 60.0},
    }
    return Run(tool=tool, seed=seed, **{**measured, **changes})


def cells(runs, label):
    return next(row.cells() for row in summarize(runs) if row.label == label)


def test_the_standard_error_is_the_deviation_over_the_root_of_the_runs():
    result = estimate([2.0, 4.0, 6.0, 8.0])
    assert result.mean == 5
    assert result.standard_error == pytest.approx(math.sqrt(20 / 3) / 2)


def test_a_single_run_has_no_standard_error():
    assert estimate([1234.56]).show(1) == "1,234.6"
    assert estimate([1234.56]).to_dict() == {"mean": 1234.56, "standard_error": None}


def test_speed_is_compared_by_its_ratio_and_scores_by_their_difference():
    runs = [run("wordvec", words_per_second=3e6, scores={"MEN": 61.25}), run("gensim")]
    runs[1].scores["MEN"] = 62.5
    assert cells(runs, "words/s") == ("words/s", "3,000,000", "1,000", "3000.00")
    assert cells(runs, "MEN") == ("MEN", "61.2", "62.5", "-1.2")


def test_means_are_taken_over_the_seeds_of_each_tool():
    runs = [run("wordvec", 1), run("gensim", 1), run("gensim", 3), run("wordvec", 2)]
    assert cells(runs, "words/s") == ("words/s", "1,500 ± 500", "2,000 ± 1,000", "0.75")


def test_what_is_not_known_is_said_to_be_so():
    runs = [run("wordvec", peak_memory=None), run("gensim", scores={"WordSim-353": math.nan})]
    assert cells(runs, "peak memory, MiB") == ("peak memory, MiB", "n/a", "1", "n/a")
    assert cells(runs, "WordSim-353")[2:] == ("n/a", "n/a")
    documents = [part.to_dict() for part in (*summarize(runs), *runs)]
    assert json.loads(json.dumps(documents, allow_nan=False))[-1]["scores"]["WordSim-353"] is None


def test_tools_that_read_different_tokens_are_found_out():
    assert differences([run("wordvec"), run("gensim")]) == []
    assert differences([run("wordvec"), run("gensim", vocabulary=6)]) == [
        "not comparable: vocabulary differ (wordvec [5], gensim [6])"
    ]


def test_all_lines_of_a_table_are_equally_long():
    table = markdown_table(("", "wordvec", "gensim"), [("words/s", "3 ± 1", "2"), ("s", "1", "9")])
    assert len({len(line) for line in table.splitlines()}) == 1
