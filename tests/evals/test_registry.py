import pytest
from evaluation import write
from plugin import install_plugin

from wordvec import WordVectors
from wordvec.errors import ConfigError
from wordvec.evals import evaluate, evaluator, names

VECTORS = WordVectors(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    install_plugin(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize("name", names())
def test_every_evaluator_is_found_by_its_name(name):
    cls = evaluator(name)
    assert cls.name == name
    assert isinstance(cls.defaults, tuple)
    assert cls.__doc__


def test_an_evaluator_of_another_package_is_found(plugin):
    assert names()[-1] == "words"
    assert evaluate(VECTORS, "words").value == 3


def test_ours_goes_before_one_of_another_package(tmp_path, monkeypatch):
    install_plugin(tmp_path)
    entry_points = tmp_path / "words_plugin-1.0.dist-info" / "entry_points.txt"
    entry_points.write_text("[wordvec.evaluators]\nsimilarity = words_plugin:Words\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert evaluator("similarity").__module__ == "wordvec.evals.similarity"


def test_one_that_cannot_be_imported_is_named_with_the_reason(tmp_path, monkeypatch):
    install_plugin(tmp_path, target="words_plugin:Wards")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=r"'words' \(words_plugin:Wards\) cannot be imported: "):
        evaluator("words")


def test_a_file_is_judged_by_what_its_lines_are(tmp_path):
    pairs = write(tmp_path / "pairs.tsv", "a\tb\t1\nb\tc\t3\na\tc\t2\n")
    questions = write(tmp_path / "q.txt", ": s\na b a b\n")
    sentences = write(tmp_path / "sts.tsv", "1\ta b\ta\n2\tb\tc b\n")
    found = [evaluate(VECTORS, path).evaluator for path in (pairs, questions, sentences)]
    assert found == ["similarity", "analogy", "sentence"]


def test_options_go_to_the_evaluator(tmp_path):
    pairs = write(tmp_path / "pairs.tsv", "a\tb\t1\nb\tc\t3\na\tc\t2\n")
    assert evaluate(VECTORS, "similarity", pairs, restrict_vocab=2).n == 1
    assert evaluate(VECTORS, pairs, restrict_vocab=2).n == 1


def test_what_is_neither_evaluator_nor_data_is_refused_with_what_there_is():
    with pytest.raises(ConfigError, match=r"no evaluator \(similarity, .* no known data set .* no"):
        evaluate(VECTORS, "wordsim-353")
    with pytest.raises(ConfigError, match="'similarty' is no evaluator; there are similarity,"):
        evaluate(VECTORS, "similarty", "wordsim353")


def test_an_evaluator_without_data_of_its_own_asks_for_a_file():
    with pytest.raises(ConfigError, match="sentence has no data set of its own; give a file"):
        evaluate(VECTORS, "sentence")
