import json

import pytest
from command import error_line, wordvec
from evaluation import write
from weats import named, planted

from wordvec.evals.bias import Bias

QUERY = """
[[query]]
name = "garden"
[query.targets]
flowers = ["flowers0", "flowers1", "flowers2", "flowers3"]
insects = ["insects0", "insects1", "insects2", "insects3", "insects9"]
[query.attributes]
pleasant = ["pleasant0", "pleasant1", "pleasant2"]
unpleasant = ["unpleasant0", "unpleasant1", "unpleasant2"]
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "vectors.h5"
    named(planted(4)).save(path)
    return path


@pytest.fixture
def asked(tmp_path):
    return write(tmp_path / "garden.toml", QUERY)


def test_a_query_is_answered_in_a_table_and_in_words(store, asked):
    done = wordvec("eval", "bias", asked, "-m", store)
    assert done.returncode == 0, done.stderr
    header, headline = done.stdout.decode().splitlines()[:2]
    assert "95% interval" in header
    assert "8 of 9" in headline
    assert "0.0286" in headline  # 2 of 70 splits
    assert "RNSB" in done.stdout.decode()
    told = done.stderr.decode()
    assert "garden: flowers with pleasant, insects with unpleasant, more than chance" in told
    assert "missing ones are left out" in told
    assert "none found is no proof of none" in told


def test_json_holds_what_the_evaluator_returns(store, asked):
    import wordvec as library

    done = wordvec("eval", "bias", asked, "-m", store, "--json", "--seed", "3")
    [result] = json.loads(done.stdout)["results"]
    assert result == json.loads(json.dumps(Bias(str(asked), seed=3)(library.open(store)).to_dict()))
    assert result["seed"] == 3


def test_the_number_of_permutations_is_an_option(store, tmp_path):
    words = {f"set {n}": [f"{n}{i}" for i in range(8)] for n in ("flowers", "insects")}
    document = {
        "targets": words,
        "attributes": {"a": ["pleasant0", "pleasant1"], "b": ["unpleasant0", "unpleasant1"]},
    }
    path = write(tmp_path / "q.json", json.dumps(document))
    done = wordvec("eval", "bias", path, "-m", store, "--json", "--permutations", "99")
    assert (
        json.loads(done.stdout)["results"][0]["details"]["asked"][0]["splits"] == 12_870
    )  # all of them
    done = wordvec("eval", "bias", path, "-m", store, "--permutations", "0")
    assert done.returncode == 2
    assert b"--permutations" in done.stderr


def test_vectors_from_before_show_what_debiasing_left(tmp_path):
    from biased import SETS, biased_vectors

    from wordvec.postprocess.debias import debias

    before, after = tmp_path / "before.h5", tmp_path / "after.h5"
    biased_vectors().save(before)
    debias(biased_vectors(), SETS).save(after)
    keys = ("defining", "specific", "neutral_examples")
    sets = write(tmp_path / "s.json", json.dumps({key: getattr(SETS, key) for key in keys}))
    alone = wordvec("eval", "bias", sets, "-m", after)
    assert b"cluster accuracy" not in alone.stdout
    assert b"(--before)" in alone.stderr
    both = wordvec("eval", "bias", sets, "-m", after, "--before", before)
    assert b"cluster accuracy" in both.stdout


def test_nothing_found_is_exit_1_with_the_reason(store):
    done = wordvec("eval", "bias", "-m", store)
    assert done.returncode == 1
    assert b"nan" not in done.stdout.lower()
    assert b"0 of 25 words of the set 'flowers' are in the vocabulary" in done.stderr
    assert b"none of the 10 defining sets has two words in the vocabulary" in done.stderr


def test_a_bad_file_or_name_is_one_line(store, tmp_path):
    bad = write(tmp_path / "bad.toml", QUERY.replace("[query.attributes]", "[query.atributes]"))
    line = error_line(wordvec("eval", "bias", bad, "-m", store), 1)
    assert line.endswith("bad.toml: query 1: there is no key 'attributes'")
    line = error_line(wordvec("eval", "bias", "sexism", "-m", store), 2)
    assert "'sexism' is no file and no known set; known are gender-roles, age" in line


def test_an_option_that_none_of_the_data_can_use_is_an_error(store, asked):
    line = error_line(wordvec("eval", "bias", asked, "-m", store, "--before", store), 2)
    assert "--before is for word sets, such as gender; these are queries" in line
    line = error_line(wordvec("eval", "bias", "gender", "-m", store, "--permutations", "9"), 2)
    assert "--permutations is for queries, such as age; these are word sets" in line


def test_a_seed_that_no_generator_takes_is_refused(store, asked):
    done = wordvec("eval", "bias", asked, "-m", store, "--seed", "5000000000")
    assert done.returncode == 2
    assert b"--seed" in done.stderr
