import json

import numpy as np
import pytest
from command import wordvec
from spaces import make_space


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    matrix = np.random.default_rng(1).normal(0.2, 1, (120, 6))
    path = tmp_path_factory.mktemp("geometry") / "vectors.h5"
    make_space(matrix, np.arange(120, 0, -1)).save(path)
    return path


def test_a_table_and_what_its_figures_mean_are_printed(model):
    done = wordvec("eval", "geometry", "-m", model)
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert lines[1].split()[:2] == ["geometry", "IsoScore"]
    assert "geometry: no figure here says that vectors are good" in done.stderr.decode()


def test_the_json_holds_the_curves_and_the_options_count(model):
    done = wordvec("eval", "geometry", "-m", model, "--json", "--sample", 50, "--seed", 7)
    [result] = json.loads(done.stdout)["results"]
    assert result["seed"] == 7
    assert {f["n"] for f in result["figures"] if f["measure"] == "hubness"} == {50}
    assert sum(result["details"]["spectrum"]) == pytest.approx(1)
    assert result["details"]["length_by_rank"][-1]["to_rank"] == 120


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["pairs.tsv"], "takes no data set, and 'pairs.tsv' was given; name the vectors with -m"),
        (["--seed", -1], "-1 is not in the range 0<=x<=4294967295"),
        (["--sample", 10], "10 is not in the range x>=11"),
    ],
)
def test_data_sets_and_samples_too_small_are_usage_errors(model, given, said):
    done = wordvec("eval", "geometry", *given, "-m", model)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode().splitlines()[-1]
