import json

import numpy as np
import pytest
from click.testing import CliRunner

from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.evals import (
    Contest,
    EvalsBenchmark,
    EvalSettings,
    make_space,
    measure_evaluators,
)
from wordvec.vectors import WordVectors


@pytest.fixture(scope="module")
def small():
    """Return a run on few words, with another cut than the whole, and without most evaluators."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wordvec.evals.bench.evals.suite", list)
        settings = EvalSettings(words=2500, dim=40, cuts=(500, 2500))
        return measure_evaluators(settings, lambda line: None)


def test_both_find_the_same_in_every_contest(small):
    assert [(c.label, c.cut) for c in small.contests] == [
        ("wordsim353", 2500),
        ("simlex999", 2500),
        ("questions-words", 500),
        ("questions-words", 2500),
    ]
    assert all(c.equal for c in small.contests)
    assert all(c.wordvec > 0 for c in small.contests)
    assert all(c.gensim > 0 for c in small.contests)
    part, whole = small.contests[-2:]
    assert part.found < whole.found == whole.items == 19_544
    assert 0.1 < whole.score < 0.9


def test_made_spaces_open_with_the_words_of_the_data_sets():
    vectors = make_space(5000, 6)
    assert len(vectors) == 5000
    assert vectors.index_to_key[0] == "Athens"
    assert {"Greece", "tiger"} <= set(vectors.index_to_key)
    assert np.all(np.diff(vectors.counts.astype(np.int64)) <= 0)
    np.testing.assert_array_equal(vectors.vectors, make_space(5000, 6).vectors)


def test_every_evaluator_is_timed_on_the_store_that_is_given(tmp_path, monkeypatch):
    class Slow:
        name, dataset = "slow", "data"

        def __call__(self, vectors):
            return len(vectors)

    made = make_space(1000, 6)
    path = tmp_path / "store.h5"
    made.save(path)
    monkeypatch.setattr("wordvec.evals.bench.evals.suite", lambda: [Slow()])
    result = CliRunner().invoke(
        bench, ["evals", "--vectors", str(path), "--json"], catch_exceptions=False
    )
    report = json.loads(result.stdout)
    assert (report["words"], report["dim"], report["made"]) == (len(made), 6, False)
    assert list(report["everything"]) == ["slow data"]
    assert "1 of 1 evaluators done" in result.stderr
    assert all(contest["equal"] in (True, None) for contest in report["contests"])


def test_where_no_word_is_known_gensim_is_not_asked(tmp_path, monkeypatch):
    path = tmp_path / "store.h5"
    WordVectors(["kyrie", "eleison"], np.eye(2, dtype=np.float32)).save(path)
    monkeypatch.setattr("wordvec.evals.bench.evals.suite", list)
    done = measure_evaluators(EvalSettings(vectors=path), lambda line: None)
    assert {(c.found, c.score, c.gensim, c.equal) for c in done.contests} == {(0, None, None, None)}
    assert "0 of 19,544" in done.to_markdown()


def test_the_tables_tell_times_ratio_and_whether_the_figures_are_equal():
    one = Contest(
        label="questions", items=10, found=9, cut=30_000, wordvec=2.0, score=0.5, gensim=30.0,
        gensim_score=0.5,
    )  # fmt: skip
    other = Contest(
        label="pairs", items=10, found=9, cut=300_000, wordvec=2.0, score=0.5, gensim=1.0,
        gensim_score=0.6,
    )  # fmt: skip
    alone = Contest(label="alone", items=10, found=0, cut=300_000, wordvec=2.0, score=None)
    text = EvalsBenchmark(
        words=400_000,
        dim=300,
        made=True,
        load=0.25,
        contests=(one, other, alone),
        everything=(("similarity wordsim353", 1.25), ("geometry", 60.0)),
        skipped=("bias: no word is known",),
    ).to_markdown()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    assert ["questions", "30,000", "9 of 10", "2.00", "30.00", "15.0", "0.5000", "yes"] in rows
    assert ["pairs", "300,000", "9 of 10", "2.00", "1.00", "0.5", "0.5000", "no: 0.600000"] in rows
    assert ["alone", "300,000", "0 of 10", "2.00", "-", "-", "-", "-"] in rows
    assert ["all evaluators together", "61.2", "180"] in rows
    assert "- skipped: bias: no word is known" in text
    assert "400,000 words x 300, float32, made up" in text


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [(0.5, 0.5 + 1e-9, True), (0.5, 0.5001, False), (None, None, True), (None, 0.0, False)],
)
def test_figures_are_equal_but_for_rounding(ours, theirs, equal):
    contest = Contest(
        label="", items=1, found=1, cut=1, wordvec=1.0, score=ours, gensim=1.0, gensim_score=theirs
    )
    assert contest.equal is equal
