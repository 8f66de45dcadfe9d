import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

import wordvec
from wordvec.errors import ConfigError
from wordvec.evals.bench import mending
from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.mending import Mending, measure_mending, recipes
from wordvec.evals.geometry.isotropy import isoscore
from wordvec.postprocess.recipe import STEPS
from wordvec.vectors import WordVectors

WORDS = ["he", "she", "man", "woman", "doctor", "nurse", "good", "great", "film", "movie"]


@pytest.fixture
def mended(tmp_path, monkeypatch):
    for seed in range(2):
        matrix = np.random.default_rng(seed).standard_normal((10, 4)).astype(np.float32)
        counts = np.arange(100, 0, -10)
        WordVectors(WORDS, matrix, counts=counts).save(tmp_path / f"{seed}.h5")
    (tmp_path / "pairs.tsv").write_text("good\tgreat\t9\nfilm\tmovie\t8\ngood\tfilm\t1\n")
    (tmp_path / "sts.tsv").write_text(
        "5\ta good film\ta great movie\n1\ta film\ta man\n0\ta nurse\ta good movie\n"
    )
    (tmp_path / "lexicon.txt").write_text("good great\n")
    few = {"as trained": [], "whiten": [{"step": "whiten", "method": "uniform"}]}
    monkeypatch.setattr(mending, "recipes", lambda _: few)
    return Mending(
        stores=(tmp_path / "0.h5", tmp_path / "1.h5"),
        data=(tmp_path / "pairs.tsv", tmp_path / "sts.tsv"),
    )


def test_every_recipe_names_steps_that_there_are(tmp_path):
    (tmp_path / "l.txt").write_text("good great\n")
    paths = (tmp_path / "l.txt",)
    found = recipes(Mending(stores=(), lexicon=paths[0], antonyms=paths[0]))
    assert found.pop("as trained") == []
    for recipe in found.values():
        assert {step["step"] for step in recipe} <= STEPS.keys()
    assert {recipe[0]["step"] for recipe in found.values()} == {"retrofit", "debias", "whiten"}
    assert max(map(len, found.values())) == 3


def test_each_recipe_is_judged_on_each_store(mended):
    said = []
    report = measure_mending(mended, said.append)
    assert len(said) == 4
    assert list(report.table) == ["as trained", "whiten", "as trained, SIF"]
    stores = [wordvec.open(path) for path in mended.stores]
    found = report.table["as trained"]["IsoScore"]
    assert found.mean == pytest.approx(100 * np.mean([isoscore(store) for store in stores]))
    assert report.table["whiten"]["IsoScore"].mean == pytest.approx(100)
    assert report.table["as trained"].keys() >= {"pairs", "sts", "wordsim353", "direct bias"}
    sif = report.table["as trained, SIF"]
    assert [name for name, score in sif.items() if not math.isnan(score.mean)] == ["sts"]


def test_the_table_is_printed_as_markdown_or_json(mended):
    given = [
        *(part for path in mended.stores for part in ("--store", str(path))),
        *(part for path in mended.data for part in ("--data", str(path))),
    ]
    printed = CliRunner().invoke(bench, ["mending", *given]).stdout
    assert "| as trained " in printed
    assert "2 trainings" in printed
    document = json.loads(CliRunner().invoke(bench, ["mending", *given, "--json"]).stdout)
    assert document["stores"] == 2
    assert document["table"]["whiten"]["simlex999"]["mean"] is None


def test_no_store_is_refused():
    with pytest.raises(ConfigError, match="no store"):
        measure_mending(Mending(stores=()), print)
