import json

import pytest
from click.testing import CliRunner

import wordvec
from wordvec.errors import WordvecError
from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.postprocess import (
    PostprocessBenchmark,
    PostprocessSettings,
    StepMeasure,
)
from wordvec.evals.bench.postprocessjobs import (
    mend_store,
    run_step,
    write_lexicon,
    write_word_sets,
)
from wordvec.evals.bench.references import Comparison
from wordvec.evals.bench.storedata import make_vectors
from wordvec.evals.bench.storejobs import fresh_environment
from wordvec.postprocess.lexicon import read_lexicon
from wordvec.postprocess.wordsets import read_word_sets


@pytest.fixture(scope="module")
def vectors():
    return make_vectors(1200, 12)


@pytest.fixture(scope="module")
def files(vectors, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    vectors.save(folder / "store.h5")
    write_lexicon(vectors.index_to_key, folder / "lexicon.txt")
    write_word_sets(vectors.index_to_key, folder / "sets.json")
    return folder


def test_one_run_measures_every_step_and_the_store_of_three_times_the_words(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    options = ["--words", "1000", "--dim", "10", "--repeats", "1", "--large", "--json"]
    result = CliRunner().invoke(bench, ["postprocess", *options], catch_exceptions=False)
    report = json.loads(result.stdout)
    assert [step["label"] for step in report["steps"]] == [
        "Zipfian whitening",
        "hard debiasing",
        "retrofitting, 500 heads, 10 iterations",
        "Zipfian whitening of 3,000 words, store to store",
    ]
    assert all(step["seconds"] > 0 for step in report["steps"])
    assert [step["result"] for step in report["steps"]] == [40_000] * 3 + [0]
    assert all(step["aim_seconds"] is None for step in report["steps"])
    assert report["comparisons"] == []
    assert list(tmp_path.iterdir()) == []
    assert "retrofitting, 500 heads" in result.stderr


@pytest.mark.parametrize(
    ("step", "options"),
    [
        ("whiten", {"method": "uniform"}),
        ("debias", {"word_sets": "sets.json", "method": "hard"}),
        ("retrofit", {"lexicon": "lexicon.txt", "iterations": 2}),
    ],
)
def test_a_step_runs_with_its_options_from_store_to_store(files, tmp_path, step, options):
    options = {
        k: str(files / v) if str(v).startswith(("s", "l")) else v for k, v in options.items()
    }
    out = tmp_path / "out.h5"
    answer = mend_store(step, str(files / "store.h5"), options, str(out))
    assert answer["result"] == 0
    (done,) = wordvec.open(out).provenance["steps"]
    assert done["step"] == step
    expected = {"whiten": ("method", "uniform"), "debias": ("method", "hard")}
    name, value = expected.get(step, ("iterations", 2))
    assert done[name] == value


def test_a_step_that_fails_in_its_process_is_told_in_one_line(tmp_path):
    with pytest.raises(WordvecError, match=r"^a process of the benchmark failed: .*missing\.h5.*$"):
        run_step(
            fresh_environment(None), step="whiten", path=str(tmp_path / "missing.h5"), options={}
        )


def test_the_lexicon_has_heads_from_all_the_vocabulary_that_are_neighbours_too(vectors, files):
    lexicon = read_lexicon(files / "lexicon.txt", keep_numbers=True)
    heads = list(lexicon.neighbours)
    assert len(heads) == 600
    rows = vectors.get_indices(heads)
    assert rows.min() < 100 < 1100 < rows.max()
    neighbours = {word for found in lexicon.neighbours.values() for word in found}
    assert neighbours <= set(heads)
    assert sum(map(len, lexicon.neighbours.values())) / len(heads) > 9


def test_the_word_sets_are_of_the_vocabulary_and_share_no_word(vectors, files):
    sets = read_word_sets(files / "sets.json")
    pairs = [word for words in (*sets.defining, *sets.equalize) for word in words]
    words = [*pairs, *sets.specific, *sets.neutral_examples]
    assert len(set(words)) == len(words)
    assert all(word in vectors for word in words)
    assert len(sets.specific) > len(sets.neutral_examples) > len(sets.defining) > 1


def test_a_table_has_the_aims_beside_what_was_measured():
    report = PostprocessBenchmark(
        settings=PostprocessSettings(words=2000, dim=5, threads=3),
        load=0.25,
        steps=(
            StepMeasure(
                label="whitening",
                seconds=9.87,
                peak=1_250_000_000,
                result=1_200_000_000,
                aim_seconds=15.0,
                aim_bytes=300e6,
            ),
            StepMeasure(label="large", seconds=70.0, peak=None, result=0),
        ),
        comparisons=(Comparison(name="retrofit", words=3000, dim=9, wordvec=0.5, reference=2.25),),
    )
    lines = report.to_markdown().splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:4]]
    assert rows[0] == ["whitening", "9.9", "15", "1,250", "50", "300"]
    assert rows[1] == ["large", "70.0", "-", "-", "-", "-"]
    assert "2,000 made-up words x 5, float32, counts by Zipf's law; 3 threads" in "\n".join(lines)
    (line,) = (line for line in lines if line.startswith("| retrofit"))
    assert [cell.strip() for cell in line.split("|")[1:-1]] == [
        "retrofit",
        "3,000 x 9",
        "0.50",
        "2.25",
        "4.5",
    ]
    assert report.to_dict()["steps"][0]["above_result"] == 50_000_000


def test_without_programs_of_the_papers_a_note_says_how_to_give_them():
    report = PostprocessBenchmark(
        settings=PostprocessSettings(words=2000, dim=5), load=None, steps=(), comparisons=()
    )
    assert "see `--reference`" in report.to_markdown().splitlines()[-1]
