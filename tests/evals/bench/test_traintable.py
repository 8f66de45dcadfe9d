import json
import math

import pytest
from trainruns import make_run

from wordvec.evals.bench.report import Estimate
from wordvec.evals.bench.traintable import (
    Benchmark,
    Quality,
    find_differences,
    find_waits,
    judge_quality,
)

TOOLS = ("wordvec", "gensim")


def benchmark(*runs, **changes):
    given = {
        "corpus": "reviews.txt",
        "corpus_bytes": 5 * 10**7,
        "tokens": 10**7,
        "seeds": 2,
        "warm_up_seconds": {"skip-gram, dim 100": 3.25, "CBOW, dim 100": 2.0},
        "runs": runs,
        "sgemm": (250e9,),
        "encoding": None,
    }
    return Benchmark(**{**given, **changes})


def quality(ours, theirs, error=math.nan):
    return Quality("MEN", Estimate(ours, error), Estimate(theirs, error))


@pytest.mark.parametrize(
    ("ours", "theirs", "error", "held"),
    [
        (50.0, 40.0, 0.1, True),
        (50.0, 50.5, 0.0, True),
        (50.0, 50.6, 0.0, False),
        (50.0, 52.0, 1.0, True),  # two errors of the difference: 2.83
        (50.0, 53.0, 1.0, False),
        (50.0, 50.5, math.nan, True),
        (50.0, 51.0, math.nan, None),
        (math.nan, 51.0, 0.1, None),
    ],
)
def test_quality_is_held_within_half_a_point_or_two_errors_of_the_difference(
    ours, theirs, error, held
):
    assert quality(ours, theirs, error).held is held


def test_the_error_of_the_difference_is_of_both_tools():
    judged = Quality("MEN", Estimate(50.0, 0.3), Estimate(51.0, 0.4))
    assert judged.two_errors == pytest.approx(1.0)
    assert judged.cells() == ("MEN", "50.00 ± 0.30", "51.00 ± 0.40", "-1.00", "1.00", "yes")


def test_a_single_seed_that_is_lower_decides_nothing():
    assert quality(50.0, 51.0).cells()[3:] == ("-1.00", "n/a", "not known")
    assert json.loads(json.dumps(quality(50.0, 51.0).to_dict(), allow_nan=False))["held"] is None


def test_quality_is_judged_by_the_means_over_seeds_of_each_architecture():
    cbow = {"architecture": "cbow"}
    runs = [make_run(t, scores={"MEN": 50.0 + s}, seed=s) for t in TOOLS for s in (1, 3)]
    runs += [make_run(t, "cbow", setting=cbow, scores={"MEN": 40.0}) for t in TOOLS]
    runs += [make_run(part="threads")]
    assert [judged.cells()[:3] for judged in judge_quality(runs)] == [
        ("skip-gram, dim 100: MEN", "52.00 ± 1.00", "52.00 ± 1.00"),
        ("CBOW, dim 100: MEN", "40.00", "40.00"),
    ]


def test_runs_that_read_other_tokens_are_found_out():
    runs = [make_run(), make_run("gensim"), make_run(part="memory", setting={"copies": 10})]
    assert find_differences(runs, tokens=10**7) == []
    assert find_differences([make_run("gensim", tokens=3, seed=2)], tokens=10**7) == [
        "not comparable: gensim read 3 tokens, not 10,000,000, for skip-gram, dim 100, 5 epochs, "
        "seed 2"
    ]


def test_runs_that_keep_other_words_are_found_out():
    runs = [make_run(), make_run("gensim", vocabulary=6)]
    assert find_differences(runs, tokens=10**7) == [
        "not comparable: words kept differ (wordvec [50000], gensim [6])"
    ]


def test_runs_that_other_programs_kept_waiting_are_told():
    assert find_waits([make_run(), make_run("gensim", cpu_seconds=1.0)]) == []
    assert find_waits([make_run(), make_run(cpu_seconds=16.0), make_run(cpu_seconds=12.0)]) == [
        "the machine was busy: in 2 of 3 runs wordvec's threads had less than 95% of the time, "
        "60% at the least; repeat this when nothing else runs"
    ]


def test_runs_of_no_time_tell_nothing_of_the_machine():
    assert find_waits([make_run(training_seconds=0.5, cpu_seconds=0.1)]) == []


def test_the_table_stands_with_its_machine_its_corpus_and_what_is_wrong_with_it():
    runs = [make_run(t, scores={"MEN": 50.0}) for t in TOOLS] + [make_run(cpu_seconds=1.0)]
    runs += [make_run("gensim", tokens=3)]
    text = benchmark(*runs).to_markdown()
    assert "| skip-gram, dim 100: MEN" in text
    assert "- reviews.txt: 50.0 MB, 10,000,000 tokens, 50,000 words kept\n" in text
    assert "wordvec 0" in text
    assert "2 seed(s)" in text
    assert "took 5.2 s and are not counted" in text
    first, second = text.splitlines()[-2:]
    assert first.startswith("- **not comparable: gensim read 3 tokens")
    assert second.startswith("- **the machine was busy: in 1 of 2 runs")


def test_nothing_is_said_of_training_where_nothing_was_trained():
    text = benchmark().to_markdown()
    assert "gensim with" not in text
    assert "| difference |" not in text


def test_the_document_has_what_the_tables_have_and_every_run():
    document = benchmark(*(make_run(t, scores={"MEN": math.nan}) for t in TOOLS)).to_dict()
    document = json.loads(json.dumps(document, allow_nan=False))
    assert [run["losses"] for run in document["runs"]] == [[2.5] * 5, []]
    assert document["measures"][0]["comparison"] == 1
    assert document["quality"][0]["held"] is None
    assert document["machine"]["cores"] >= 1
    assert "| skip-gram, dim 100: MEN" in document["markdown"]
