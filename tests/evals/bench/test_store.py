import json
import time

import numpy as np
import pytest
from click.testing import CliRunner

import wordvec
from wordvec.errors import WordvecError
from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.bandwidth import read_bandwidth, sum_block
from wordvec.evals.bench.conversion import Conversion
from wordvec.evals.bench.storedata import draw_rows, make_vectors, unseen_words, zipf_probabilities
from wordvec.evals.bench.storejobs import fresh_environment, quickest, run_fresh, run_job
from wordvec.evals.bench.storetable import Measure, Settings, StoreBenchmark
from wordvec.evals.comparison.overlap import neighbour_overlap
from wordvec.evals.datasets import locate
from wordvec.evals.readers.wordpairs import read_word_pairs
from wordvec.quantization import QUANTIZERS

JUDGES = ("wordsim353", "simlex999")
PAIRED = [
    "a fresh process opens and looks one word up, s",
    "`wordvec query WORD`, whole process, float32, s",
    "look-ups one at a time, million/s",
    "in lists of 1,000 words, million rows/s",
    "the same by row number, million rows/s",
    "exact `most_similar`, float32, ms",
    "file, over raw float32",
    "reading word2vec's binary, s",
]


@pytest.fixture(scope="module")
def vectors():
    return make_vectors(1500, 24)


def test_one_run_measures_both_tools_and_every_conversion(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    trained = tmp_path / "trained.h5"
    pairs = [pair for name in JUDGES for pair in read_word_pairs(locate(name))]
    english = dict.fromkeys(word for pair in pairs for word in (pair.first, pair.second))
    made_up = make_vectors(len(english), 10)
    wordvec.WordVectors(english, made_up.vectors).save(trained)
    options = ["--words", "2000", "--dim", "20", "--repeats", "1", "--store", str(trained)]
    options.append("--index")
    result = CliRunner().invoke(bench, ["store", *options, "--json"], catch_exceptions=False)
    report = json.loads(result.stdout)
    measures = {measure["measure"]: measure for measure in report["measures"]}
    assert len(measures) == len(report["measures"])
    for name in PAIRED:
        assert measures[name]["wordvec"] > 0
        assert measures[name]["ratio"] == measures[name]["wordvec"] / measures[name]["gensim"]
    searched = measures["exact `most_similar`, float32, ms"]
    assert searched["NumPy"] > 0
    firsts = {measure["measure"]: measure["wordvec"] for measure in report["firsts"]}
    assert firsts["open, ms"] > 0
    assert firsts["its recall of the ten nearest, %"] > 90
    kept = [(made["dtype"], made["dim"]) for made in report["conversions"]]
    assert kept == [*((dtype, 10) for dtype in QUANTIZERS), ("float8", 5), ("int8", 5)]
    assert report["conversions"][0]["overlap"] == 1
    assert all(
        -100 < made["scores"][name] < 100 for made in report["conversions"] for name in JUDGES
    )
    assert [path.name for path in tmp_path.iterdir()] == ["trained.h5"]


def test_a_table_has_a_dash_where_a_tool_has_no_such_thing():
    both = Measure("searching, ms", {"wordvec": 26.04, "gensim": 52.08, "NumPy": 25.0}, 1)
    ours = Measure("unseen, ms", {"wordvec": 5.0, "gensim": None})
    report = StoreBenchmark(
        settings=Settings(words=1000, dim=5, threads=3),
        bandwidth=2e10,
        load=0.25,
        measures=(both, ours),
        firsts=(Measure("open, ms", {"wordvec": 0.5}, 3),),
        conversions=(),
    )
    lines = report.to_markdown().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:4]]
    assert rows[0] == ["searching, ms", "26.0", "52.1", "25.0", "0.50"]
    assert rows[1] == ["unseen, ms", "5.00", "-", "-", "-"]
    assert any(line.split("|")[1:3] == [" open, ms ", "   0.500 "] for line in lines[5:])
    assert "what 3 threads get that only read the matrix: 20.0 GB/s" in report.to_markdown()
    assert "Load of the machine before the run: 0.2." in report.to_markdown()
    assert "no table of conversions" in lines[-1]


def test_a_table_of_conversions_is_beside_the_first_of_them(tmp_path):
    scores = {"wordsim353": 61.25, "simlex999": None}
    made = [
        Conversion(dtype="float32", dim=10, bytes=4_000_000, scores=scores, overlap=1.0),
        Conversion(dtype="int8", dim=10, bytes=1_000_000, scores=scores, overlap=0.9765),
    ]
    settings = Settings(words=1000, dim=5, store=tmp_path / "trained.h5")
    report = StoreBenchmark(
        settings=settings, bandwidth=1e9, load=None, measures=(), firsts=(), conversions=tuple(made)
    )
    (line,) = (x for x in report.to_markdown().splitlines() if x.startswith("| int8"))
    cells = [cell.strip() for cell in line.split("|")[1:-1]]
    assert cells == ["int8, 10 dimensions", "1.00", "0.250", "61.2", "n/a", "97.7%"]
    assert str(tmp_path) not in json.dumps(report.to_dict())


def test_made_up_words_have_counts_that_fall_and_are_the_same_for_a_seed(vectors):
    assert len(set(vectors.index_to_key)) == len(vectors) == 1500
    assert np.all(np.diff(vectors.counts.astype(np.int64)) <= 0)
    again = make_vectors(1500, 24)
    assert again.index_to_key == vectors.index_to_key
    assert np.array_equal(again.vectors, vectors.vectors)


def test_made_up_vectors_have_neighbours_that_noise_has_not(vectors):
    noise = np.random.default_rng(2).standard_normal((1500, 24), np.float32)
    without = wordvec.WordVectors(vectors.index_to_key, noise)
    assert vectors.most_similar(0, topn=5)[-1][1] > without.most_similar(0, topn=5)[-1][1]
    assert neighbour_overlap(vectors, vectors, words=50) == 1


def test_rows_are_drawn_by_rank():
    rows = draw_rows(100, 50_000)
    shares = np.bincount(rows, minlength=100) / len(rows)
    assert shares == pytest.approx(zipf_probabilities(100), abs=0.01)


def test_unseen_words_are_misspelt_ones_of_the_vocabulary(vectors):
    doubled, shorter, swapped, joined = unseen_words(vectors.index_to_key)
    assert doubled[2] == doubled[3]
    assert doubled[:3] + doubled[4:] in vectors
    assert swapped[:2] + swapped[3] + swapped[2] + swapped[4:] in vectors
    assert joined.removesuffix(vectors.index_to_key[0]) in vectors
    assert not any(word in vectors for word in (doubled, shorter, swapped, joined))


def test_the_bandwidth_kernel_reads_every_number():
    matrix = np.random.default_rng(1).random((300, 7), np.float32)
    for run in (sum_block, sum_block.py_func):
        out = np.zeros(1, np.float32)
        run(matrix.reshape(-1), out)
        assert out[0] == pytest.approx(matrix.sum(), rel=1e-5)
    assert read_bandwidth(matrix, threads=2, repeats=2) > 0


def test_the_quickest_call_counts_and_preparing_does_not(monkeypatch):
    now = 0.0

    def spend(seconds):
        nonlocal now
        now += seconds

    def prepare():
        spend(100)
        return next(works)

    works = iter([3.0, 1.0, 2.0])
    monkeypatch.setattr(time, "perf_counter", lambda: now)
    assert quickest(spend, 3, prepare=prepare) == 1.0


def test_a_fresh_process_is_told_how_many_threads():
    code = "import os; print(os.environ['WORDVEC_THREADS'], os.environ['OPENBLAS_NUM_THREADS'])"
    finished = run_fresh(["-c", code], fresh_environment(3))
    assert finished.output.split() == ["3", "3"]
    assert finished.seconds > 0


def test_the_memory_of_a_fresh_process_is_its_peak():
    code = "import time; held = b'x' * 50_000_000; time.sleep(0.1); del held; time.sleep(0.1)"
    peak = run_fresh(["-c", code], fresh_environment(None)).peak
    assert peak is None or 50_000_000 < peak < 90_000_000


def test_a_process_that_fails_is_told_in_one_line(tmp_path):
    with pytest.raises(WordvecError, match=r"^a process of the benchmark failed: .*missing\.h5.*$"):
        run_job(
            "answer_unseen", fresh_environment(None), path=str(tmp_path / "missing.h5"), word=""
        )
