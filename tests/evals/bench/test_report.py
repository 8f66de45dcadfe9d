import math

import pytest

from wordvec.evals.bench.report import estimate, markdown_table


def test_the_standard_error_is_the_deviation_over_the_root_of_the_runs():
    result = estimate([2.0, 4.0, 6.0, 8.0])
    assert result.mean == 5
    assert result.standard_error == pytest.approx(math.sqrt(20 / 3) / 2)


def test_a_single_run_has_no_standard_error():
    assert estimate([1234.56]).show(1) == "1,234.6"
    assert estimate([1234.56]).to_dict() == {"mean": 1234.56, "standard_error": None}


def test_the_mean_of_what_is_not_known_is_not_known():
    assert estimate([1.0, math.nan]).show(1) == "n/a"


def test_all_lines_of_a_table_are_equally_long():
    table = markdown_table(("", "wordvec", "gensim"), [("words/s", "3 ± 1", "2"), ("s", "1", "9")])
    assert len({len(line) for line in table.splitlines()}) == 1
