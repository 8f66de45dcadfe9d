import pytest
from evaluation import write
from plugin import install_plugin

from wordvec import WordVectors
from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.evals import evaluate, judge, names, suite
from wordvec.evals.suite import ANALOGY_CUT

VECTORS = WordVectors(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])


class Choosy:
    name = "choosy"
    dataset = "data"

    def __call__(self, vectors):
        raise DataError("there are no counts")


def made(evaluators):
    return [(one.name, one.dataset) for one in evaluators]


def test_a_suite_holds_every_evaluator_with_the_data_of_its_own():
    found = made(suite())
    assert found[:3] == [
        ("similarity", "wordsim353"),
        ("similarity", "simlex999"),
        ("analogy", "questions-words"),
    ]
    assert ("geometry", "") in found
    assert {name for name, _ in found} <= set(names())


def test_files_and_folders_are_added_by_what_they_hold(tmp_path):
    pairs = write(tmp_path / "a.tsv", "a\tb\t1\n")
    sentences = write(tmp_path / "b.tsv", "1\ta b\ta\n")
    assert made(suite([tmp_path], only=[])) == [
        ("similarity", str(pairs)),
        ("sentence", str(sentences)),
    ]


def test_a_folder_of_folders_of_pairs_is_one_set_of_analogies(tmp_path):
    (tmp_path / "BATS" / "1_Inflection").mkdir(parents=True)
    write(tmp_path / "BATS" / "1_Inflection" / "I01.txt", "cup\tcups\nmug\tmugs\n")
    bats = tmp_path / "BATS"
    assert made(suite([bats], only=[])) == [("analogy", str(bats))]
    words = WordVectors(["cup", "cups", "mug", "mugs"], [[1, 0], [1, 1], [2, 0], [2, 1]])
    assert evaluate(words, bats).n == 2


def test_an_evaluator_can_be_named_for_a_file(tmp_path):
    file = write(tmp_path / "words.tsv", "dog\tanimal\ncat\tanimal\nred\tcolour\nblue\tcolour\n")
    assert made(suite([f"clusters={file}"], only=[])) == [("clusters", str(file))]


def test_a_file_with_an_equals_sign_in_its_name_is_a_file(tmp_path):
    file = write(tmp_path / "a=b.tsv", "a\tb\t1\n")
    assert made(suite([file], only=[])) == [("similarity", str(file))]


def test_only_the_evaluators_asked_for_take_part():
    assert {name for name, _ in made(suite(only=["similarity"]))} == {"similarity"}
    with pytest.raises(ConfigError, match="no evaluator 'similarty'; there are similarity"):
        suite(only=["similarty"])


def test_a_broken_evaluator_of_another_package_is_a_warning(tmp_path, monkeypatch, caplog):
    install_plugin(tmp_path, target="words_plugin:Wards")
    monkeypatch.syspath_prepend(tmp_path)
    assert "words" not in {name for name, _ in made(suite())}
    assert "'words' (words_plugin:Wards) cannot be imported" in caplog.text
    with pytest.raises(ConfigError, match="cannot be imported"):
        suite(only=["words"])


def test_an_evaluator_without_data_of_its_own_that_is_asked_for_needs_some(tmp_path):
    with pytest.raises(ConfigError, match="sentence has no data set of its own; give one, as sen"):
        suite(only=["similarity", "sentence"])
    sentences = write(tmp_path / "b.tsv", "1\ta b\ta\n")
    assert len(suite([sentences], only=["sentence"])) == 1


def test_an_evaluator_named_twice_takes_part_once():
    assert len(suite(only=["geometry", "geometry"])) == 1


def test_a_bad_file_is_found_before_any_work(tmp_path):
    with pytest.raises(FormatError, match=r"line 2.* taken for similarity: .* as clusters=bad.tsv"):
        suite([write(tmp_path / "bad.tsv", "a\tb\t1\na\tb\n")], only=[])


def test_analogies_are_answered_over_the_usual_cut():
    many = WordVectors([f"w{i}" for i in range(ANALOGY_CUT + 1)], [[1.0]] * (ANALOGY_CUT + 1))
    [result] = judge(many, suite(only=["analogy"])).results
    assert result.vocabulary == ANALOGY_CUT


def test_what_cannot_be_judged_is_skipped_with_the_reason_and_progress_is_told(tmp_path):
    told = []
    evaluators = [Choosy(), *suite([write(tmp_path / "p.tsv", "a\tb\t1\n")], only=[])]
    judgement = judge(VECTORS, evaluators, progress=lambda done, total: told.append((done, total)))
    assert judgement.skipped == ("choosy data: there are no counts",)
    assert [result.evaluator for result in judgement.results] == ["similarity"]
    assert told == [(1, 2), (2, 2)]
    assert judgement.to_dict()["skipped"] == ["choosy data: there are no counts"]
