import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from biased import DIM, GENDERED, SETS, biased_vectors

import wordvec
from wordvec.errors import ConfigError, DataError, FormatError, OutputError
from wordvec.postprocess.bias import measure_bias
from wordvec.postprocess.debias import METHODS, debias
from wordvec.postprocess.result import input_digests
from wordvec.postprocess.subspace import find_sets, find_subspace
from wordvec.postprocess.wordsets import WordSets
from wordvec.store import write_store
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

TOML = """
defining = [["she", "he"], ["woman", "man"], ["girl", "boy"], ["gal", "guy"]]
equalize = [["queen", "king"]]
specific = ["she", "he", "woman", "man", "girl", "boy", "person", "beard", "moustache"]
neutral_examples = ["job0", "job1", "job2", "job3"]
"""
OTHERS = 800
OWN = {"soft": {"strength": 500.0}}
"""Options without which a method would do next to nothing on these vectors."""


def last_step(vectors):
    return vectors.provenance["steps"][-1]


@pytest.fixture
def toml(tmp_path):
    path = tmp_path / "sets.toml"
    path.write_text(TOML)
    return path


@pytest.mark.parametrize("method", METHODS)
def test_every_method_lowers_direct_bias_and_leaves_its_input_alone(method):
    vectors = biased_vectors(OTHERS)
    before = vectors.vectors.copy()
    done = debias(vectors, SETS, method=method, **OWN.get(method, {}))
    assert np.array_equal(vectors.vectors, before)
    assert done.vectors.dtype == np.float32
    bias = last_step(done)["report"]["bias"]
    assert bias["after"]["direct_bias"] < 0.75 * bias["before"]["direct_bias"]


@pytest.mark.parametrize("method", METHODS)
def test_an_unseen_word_goes_the_way_of_the_neutral_ones(method):
    rng = np.random.default_rng(8)
    subwords = Subwords(rng.standard_normal((7, DIM), np.float32), min_n=3, max_n=4, buckets=7)
    raw = biased_vectors(OTHERS, subwords=subwords).lookup("unseenword", unseen="subword")
    vectors = biased_vectors(OTHERS, subwords=subwords)
    vectors.vectors[vectors.get_index("w3")] = raw
    done = debias(vectors, SETS, method=method, **OWN.get(method, {}))
    assert not np.allclose(done.get_vector("w3"), raw / np.linalg.norm(raw), atol=1e-2)
    unseen = done.lookup("unseenword", unseen="subword")
    assert np.allclose(unseen, done.get_vector("w3"), atol=1e-5)


def test_the_step_says_what_it_did(toml):
    vectors = biased_vectors(OTHERS)
    step = last_step(debias(vectors, toml))
    report = step["report"]
    assert {key: value for key, value in step.items() if key not in ("report", "inputs")} == {
        "step": "debias",
        "word_sets": "sets.toml",
        "method": "hard",
        "learn_specific": False,
        "seed": 1,
    }
    assert step["inputs"].keys() == {*input_digests(vectors), "word_sets"}
    assert step["inputs"]["vectors"] == input_digests(vectors)["vectors"]
    assert (report["neutralized"], report["equalized"]) == (OTHERS + 30, 2)
    assert report["missing"] == {
        "defining": ["gal", "guy"],
        "equalize": [],
        "specific": ["moustache"],
        "neutral_examples": [],
    }
    assert report["defining_sets"] == {"found": 3, "given": 4}
    assert len(report["explained_variance"]) == 1
    assert report["bias"]["before"]["direct_bias"] > 0.1
    assert report["bias"]["after"]["direct_bias"] < 1e-6
    assert report["bias"]["before"]["cluster_accuracy"] > 0.5
    json.dumps(step)


def test_the_step_says_what_the_sets_were_asked_for_by_and_their_own_name(tmp_path):
    (tmp_path / "mine.toml").write_text('name = "tea"\n' + TOML)
    vectors = biased_vectors()
    steps = [last_step(debias(vectors, sets)) for sets in (tmp_path / "mine.toml", "gender", SETS)]
    assert [(step["word_sets"], step.get("name")) for step in steps] == [
        ("mine.toml", "tea"),
        ("gender", None),
        ("planted", None),
    ]


@pytest.mark.parametrize(("gone", "ending"), [(2, "'w0', 'w1'"), (7, "'w4', ...")])
def test_words_of_which_nothing_is_left_are_counted_and_told_of_once(caplog, gone, ending):
    vectors = biased_vectors(OTHERS)
    axis = find_subspace(find_sets(vectors, SETS)[0]).directions[0]
    rows = [vectors.get_index(f"w{i}") for i in range(gone)]
    vectors.vectors[rows] = 3 * axis
    vectors.vectors[vectors.get_index("w9")] = 0  # has nothing to lose
    done = debias(vectors, SETS)
    assert not np.any(done.vectors[rows])
    assert last_step(done)["report"]["became_zero"] == gone
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"of {gone} words nothing is left without the bias")
    assert told.endswith(ending)


@pytest.mark.parametrize(("found", "told"), [(3, True), (4, False)])
def test_fewer_than_half_of_the_defining_sets_are_warned_of(caplog, found, told):
    lost = tuple((f"sie{i}", f"er{i}") for i in range(7 - found))
    pairs = (*SETS.defining, ("queen", "king"))[:found]
    debias(biased_vectors(OTHERS), replace(SETS, defining=(*pairs, *lost)))
    assert ("only 3 of 7 defining sets found" in caplog.text) == told


def test_debiasing_by_the_same_sets_again_is_warned_of_once(caplog):
    vectors = biased_vectors(OTHERS)
    once = debias(vectors, SETS)
    other = debias(once, replace(SETS, name="other", equalize=()))
    assert caplog.text == ""
    debias(debias(other, SETS, method="nullspace"), SETS)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert all("debiased by planted before (method hard); the most biased" in text for text in told)


def test_sets_made_in_python_may_be_lists():
    vectors = biased_vectors(OTHERS)
    lists = json.loads(json.dumps({key: getattr(SETS, key) for key in ("defining", "equalize")}))
    tuples = WordSets("x", defining=SETS.defining, equalize=SETS.equalize)
    one, other = (last_step(debias(vectors, s)) for s in (WordSets("x", **lists), tuples))
    assert one == other


def test_sets_made_in_python_are_told_apart_by_their_digest():
    digests = [
        last_step(debias(biased_vectors(), sets))["inputs"]["word_sets"]
        for sets in (SETS, replace(SETS), replace(SETS, equalize=()))
    ]
    assert digests[0] == digests[1] != digests[2]


def test_bias_after_is_measured_along_the_directions_that_there_were():
    vectors = biased_vectors(OTHERS)
    sets = replace(SETS, neutral_examples=("beard", "job1"))
    report = last_step(debias(vectors, sets, components=2))["report"]
    before = measure_bias(vectors, sets, components=2)
    assert report["bias"]["before"] == json.loads(json.dumps(before.to_dict()))
    unit = vectors.get_vector("beard", norm=True)
    directions = find_subspace(find_sets(vectors, sets)[0], 2).directions
    kept = np.linalg.norm(directions @ unit) / 2
    assert report["bias"]["after"]["direct_bias"] == pytest.approx(kept, abs=1e-6)


def test_files_of_words_take_the_place_of_those_in_the_sets(tmp_path, toml):
    for name, words in (
        ("equalize", [["woman", "man"]]),
        ("specific", ["beard"]),
        ("examples", ["job7", "job8"]),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(words))
    files = {name: tmp_path / f"{name}.json" for name in ("equalize", "specific", "examples")}
    step = last_step(debias(biased_vectors(OTHERS), toml, **files))
    assert step["equalize"] == "equalize.json"
    assert step["inputs"].keys() >= {"word_sets", "equalize", "specific", "examples"}
    assert step["report"]["equalized"] == 2
    assert step["report"]["neutralized"] == OTHERS + 30 + len(SETS.defining) * 2 + 1 + 2 - 2
    assert step["report"]["bias"]["before"]["examples"] == 2


def test_specific_words_are_learned_and_kept():
    vectors = biased_vectors(OTHERS)
    matrix = vectors.vectors.copy()
    alike = [vectors.get_index(f"w{i}") for i in range(6)]
    known = [vectors.get_index(word) for word in GENDERED]
    matrix[known + alike, 0] += 30
    vectors = WordVectors(vectors.index_to_key, matrix)
    done = debias(vectors, SETS, learn_specific=True, seed_weight=2)
    assert last_step(done)["seed_weight"] == 2
    assert last_step(done)["report"]["specific"]["learned"] == 6
    assert last_step(done)["report"]["neutralized"] == OTHERS + 30 - 6
    kept = [vectors.get_vector(row, norm=True) for row in alike]
    assert np.allclose(done.vectors[alike], kept, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_store_holds_what_memory_would(tmp_path, method):
    vectors, options = biased_vectors(OTHERS), OWN.get(method, {})
    in_memory = debias(vectors, SETS, method=method, **options)
    stored = debias(vectors, SETS, method=method, out=tmp_path / "fair.h5", **options)
    assert stored.origin.path == tmp_path / "fair.h5"
    again = wordvec.open(tmp_path / "fair.h5")
    assert np.array_equal(again.vectors, in_memory.vectors)
    assert again.provenance["steps"] == in_memory.provenance["steps"]
    for one, other in zip(again.transforms, in_memory.transforms, strict=True):
        assert np.array_equal(one.matrix, other.matrix)


DIGESTS = """
import hashlib, json
import numpy as np
from wordvec.postprocess.debias import METHODS, debias
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors

words = ["she", "he", *(f"w{i}" for i in range(998))]
rows = np.random.default_rng(0).normal(size=(1000, 100)) * np.linspace(3, 1, 100)
sets = WordSets("g", defining=(("she", "he"),), neutral_examples=tuple(words[9:99]))
for method in METHODS:
    done = debias(WordVectors(words, rows), sets, method=method)
    told = json.dumps(done.provenance).encode()
    arrays = [done.vectors, *(rule.matrix for rule in done.transforms)]
    print(method, *(hashlib.sha256(part).hexdigest() for part in (told, *arrays)))
"""


def test_the_bytes_do_not_depend_on_how_many_threads_there_are():
    printed = []
    for threads in ("1", "2"):
        limits = {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-P", "-c", DIGESTS],
            env={**os.environ, **limits},
            stdout=subprocess.PIPE,
            timeout=120,
            check=True,
        )
        printed.append(done.stdout.splitlines())
    assert len(printed[0]) == len(METHODS)
    assert printed[0] == printed[1]


def test_quantized_vectors_are_debiased_as_they_are_decoded(tmp_path):
    write_store(biased_vectors(), tmp_path / "int8.h5", dtype="int8")
    vectors = wordvec.open(tmp_path / "int8.h5")
    done = debias(vectors, SETS)
    decoded = WordVectors(vectors.index_to_key, np.asarray(vectors))
    assert np.array_equal(done.vectors, debias(decoded, SETS).vectors)


def test_progress_reaches_the_end():
    seen = []
    debias(biased_vectors(), SETS, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (440, 440)


@pytest.mark.parametrize(
    ("method", "option", "message"),
    [
        ("hard", {"strength": 1.0}, "strength is not an option of method hard; it goes with soft"),
        ("hard", {"alpha": 1.0}, "alpha is not an option of method hard; it goes with half-sib"),
        ("half-sibling", {"components": 2}, "it goes with hard, soft, double-hard, nullspace"),
        ("soft", {"equalize": "x.json"}, "equalize is not an option of method soft"),
        ("hard", {"seed_weight": 2.0}, "seed_weight goes with learn_specific"),
        ("hard", {"seed": -1}, "seed is -1; expected 0 to 4294967295"),
        ("hard", {"components": 0}, "0 components; expected 1 or more"),
        ("firm", {}, "method is 'firm'; it must be one of hard, soft, "),
        ("hard", {"specific": "x.json"}, "specific: put the words into the WordSets"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(method, option, message):
    with pytest.raises(ConfigError, match=message):
        debias(biased_vectors(), SETS, method=method, **option)


def test_specific_words_are_not_learned_where_neutral_ones_are_named():
    sets = WordSets("x", defining=SETS.defining, neutral=("w1", "w2"))
    with pytest.raises(ConfigError, match="'x' name the neutral words; specific words are learned"):
        debias(biased_vectors(), sets, learn_specific=True)


def test_a_failure_leaves_no_output(tmp_path):
    matrix = biased_vectors().vectors.copy()
    matrix[-1] = np.inf
    vectors = WordVectors(biased_vectors().index_to_key, matrix)
    with pytest.raises(DataError, match=r"'w399' .*holds NaN or infinity"):
        debias(vectors, SETS, out=tmp_path / "fair.h5")
    assert not (tmp_path / "fair.h5").exists()


def test_an_output_that_is_there_is_kept_unless_told(tmp_path, toml):
    out = tmp_path / "fair.h5"
    biased_vectors().save(out)
    with pytest.raises(OutputError, match=r"fair\.h5"):
        debias(biased_vectors(), toml, out=out)
    assert "steps" not in wordvec.open(out).provenance
    assert "steps" in debias(biased_vectors(), toml, out=out, overwrite=True).provenance


def test_a_bad_file_is_named_before_any_work(tmp_path):
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(FormatError, match=r"x\.json: defining: there is no set"):
        debias(biased_vectors(), tmp_path / "x.json")
