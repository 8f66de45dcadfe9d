import json
import math
from types import SimpleNamespace

import pytest
from trainruns import make_run

from wordvec.evals.bench.trainrows import make_rows


def rows(*runs, sgemm=(), encoding=None):
    return {row.label: row.cells()[1:] for row in make_rows(runs, sgemm, encoding)}


def test_speed_is_all_words_of_the_corpus_over_the_time_of_training():
    assert make_run(setting={"epochs": 3}, training_seconds=6.0).words_per_second == 5e6


def test_speed_is_compared_by_the_ratio_of_the_means():
    runs = [make_run("wordvec"), make_run("gensim", training_seconds=100.0)]
    runs += [make_run("wordvec", training_seconds=5.0), make_run("gensim", training_seconds=100.0)]
    label = "skip-gram, dim 100, 5 epochs, million words/s"
    assert rows(*runs)[label] == ("7.50 ± 2.50", "0.50 ± 0.00", "15.00 x as fast")


@pytest.mark.parametrize(
    ("part", "setting", "label"),
    [
        ("skipgram-300", {"dim": 300, "epochs": 1}, "skip-gram, dim 300, 1 epoch, million words/s"),
        ("cbow", {"architecture": "cbow"}, "CBOW, dim 100, 5 epochs, million words/s"),
    ],
)
def test_each_architecture_and_size_has_a_row_of_its_own(part, setting, label):
    runs = [make_run(tool, part, setting=setting) for tool in ("wordvec", "gensim")]
    assert rows(*runs) == {label: ("5.00", "5.00", "1.00 x as fast")}


def test_arithmetic_is_a_share_of_the_quickest_matrix_product():
    runs = [make_run(operations=1000 * 10**9, training_seconds=10.0), make_run("gensim")]
    label = "arithmetic of skip-gram, dim 100, GFLOP/s"
    assert rows(*runs, sgemm=[200e9, 250e9])[label] == ("100", "-", "40% of NumPy's SGEMM, 250")


def test_arithmetic_that_was_not_counted_has_no_share():
    table = rows(make_run(), make_run("gensim"), sgemm=[200e9])
    assert table["arithmetic of skip-gram, dim 100, GFLOP/s"] == ("n/a", "-", "n/a")


def test_threads_are_compared_by_their_best_runs():
    runs = [
        make_run(part="threads", setting={"threads": n, "epochs": 2}, training_seconds=seconds)
        for n, seconds in ((1, 8.0), (4, 2.5), (1, 10.0), (4, 2.0))
    ]
    label = "skip-gram, dim 100, 4 threads, the best run, million words/s"
    assert rows(*runs) == {label: ("10.00", "-", "4.00 x 1 thread, 2.50")}


def test_text_to_ids_is_told_with_its_cores():
    encoding = SimpleNamespace(tokenizer="words", cores=2, megabytes_per_second=151.6)
    label = "text to ids, tokenizer words, cores 2, MB/s"
    assert rows(encoding=encoding) == {label: ("152", "-", "-")}


def test_whole_processes_are_compared_by_how_much_sooner_ours_ends():
    runs = [make_run("wordvec", seconds=25.0), make_run("gensim", seconds=200.0)]
    runs += [
        make_run(tool, "one-epoch", setting={"epochs": 1}, seconds=seconds)
        for tool, seconds in (("wordvec", 10.0), ("gensim", 50.0))
    ]
    table = rows(*runs)
    label = "skip-gram, dim 100, {}, start to saved file, s"
    assert table[label.format("5 epochs")] == ("25.0", "200.0", "8.00 x as fast")
    assert table[label.format("1 epoch")] == ("10.0", "50.0", "5.00 x as fast")


def test_memory_is_compared_with_gensim_and_with_the_model():
    table = rows(make_run(), make_run("gensim", peak_memory=100_000_000))
    assert table["peak memory, skip-gram, dim 100, MB"] == ("90.0", "100.0", "0.90 x as much")
    label = "the model, 2 x 50,000 words x dim 100 x 4 bytes, and its vocabulary, MB"
    assert table[label] == ("42.0", "-", "48.0 below the peak")


def test_memory_with_a_larger_corpus_is_told_by_what_it_adds():
    runs = [
        make_run(part="memory", setting={"copies": copies}, peak_memory=peak * 10**6)
        for copies, peak in ((10, 97), (1, 95))
    ]
    label = "peak memory, skip-gram, dim 100, corpus 10 times as large, MB"
    assert rows(*runs) == {label: ("97.0", "-", "+2.0 from 95.0 with it once")}


def test_memory_that_the_system_does_not_tell_is_said_not_to_be_known():
    runs = [make_run(peak_memory=None), make_run("gensim", peak_memory=None)]
    runs += [make_run(part="memory", setting={"copies": n}, peak_memory=None) for n in (1, 10)]
    found = list(make_rows(runs, (), None))
    told = [row.cells()[1:] for row in found if row.label.startswith("peak memory")]
    assert told == [("n/a", "n/a", "n/a"), ("n/a", "-", "n/a")]
    assert json.loads(json.dumps([row.to_dict() for row in found], allow_nan=False))


def test_a_run_with_a_score_that_is_not_known_makes_valid_json():
    document = make_run(scores={"MEN": math.nan}).to_dict()
    assert json.loads(json.dumps(document, allow_nan=False))["scores"] == {"MEN": None}
    assert document["setting"]["architecture"] == "skipgram"
