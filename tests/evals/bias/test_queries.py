import json

import pytest
from evaluation import write

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.bias import Bias, Query
from wordvec.evals.bias.queries import (
    CALISKAN,
    SHIPPED,
    is_word_sets,
    load_document,
    locate,
    read_queries,
)

SETS = {"a": ["one", "two"], "b": ["three", "four"]}
ENTRY = {"name": "q", "targets": SETS, "attributes": {"c": ["five", "six"]}}


def read(path):
    return read_queries(path, load_document(path))


def write_json(folder, document):
    return write(folder / "q.json", json.dumps(document))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_query_that_comes_along_is_cited_and_has_words_enough(name):
    queries = read(locate(name))
    assert queries
    for query in queries:
        assert "19" in query.citation or "20" in query.citation
        for sets in (query.targets, query.attributes):
            assert all(len(set(words)) == len(words) >= 6 for words in sets.values())


def test_toml_and_json_hold_the_same_queries(tmp_path):
    toml = write(
        tmp_path / "q.toml",
        '\ufeffcitation = "Me 2020"\n[[query]]\nname = "q"\npaired = true\n'
        '[query.targets]\na = ["one", "two"]\nb = ["three", "four"]\n'
        '[query.attributes]\nc = ["five", "six"]\n',
    )
    other = write_json(tmp_path, {"query": [{**ENTRY, "paired": True, "citation": "Me 2020"}]})
    [query] = read(toml)
    assert [query] == read(other)
    assert query.paired
    assert query.citation == "Me 2020"
    assert list(query.targets.items()) == [("a", ("one", "two")), ("b", ("three", "four"))]


def test_a_check_is_marked_for_a_query_or_for_the_whole_file(tmp_path):
    others = [{**ENTRY, "name": "other"}, {**ENTRY, "check": False}]
    assert [q.check for q in read(write_json(tmp_path, {"check": True, "query": others}))] == [
        True,
        False,
    ]
    assert not read(write_json(tmp_path, ENTRY))[0].check
    assert [name for name in SHIPPED if read(locate(name))[0].check] == ["attitudes"]


def test_no_word_of_the_young_and_old_is_there_in_two_forms():
    [age] = read(locate("age"))
    for words in age.targets.values():
        assert len({word[:4] for word in words}) == len(words) == 8


def test_a_single_query_needs_no_list_and_is_named_by_its_file(tmp_path):
    entry = {key: value for key, value in ENTRY.items() if key != "name"}
    [query] = read(write_json(tmp_path, entry))
    assert query.name == "q"
    assert list(query.attributes) == ["c"]


def test_the_sets_of_wefe_make_the_ten_tests_of_caliskan(data_folder):
    path = data_folder / "data" / "bias" / "weat.json"
    queries = read(path)
    sets = json.loads(path.read_text())
    assert [query.name for query in queries] == list(CALISKAN)
    assert len(queries) == 10
    named = {name for query in queries for name in (*query.targets, *query.attributes)}
    assert named == set(sets)
    assert queries[8].targets["mental_disease"] == tuple(sets["mental_disease"])


def test_of_wefes_sets_those_tests_are_made_whose_sets_are_there(tmp_path):
    sets = {name: [f"{name}1", f"{name}2"] for name in CALISKAN["WEAT 1 flowers, insects"]}
    [query] = read(write_json(tmp_path, sets))
    assert query.name == "WEAT 1 flowers, insects"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([["he", "she"]], True),
        ({"defining": [["he", "she"]]}, True),
        ({"definite_sets": []}, True),
        ({"query": []}, False),
        ({"targets": SETS}, False),
    ],
)
def test_word_sets_are_told_from_queries_by_their_keys(document, message):
    assert is_word_sets(document) is message


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "expected a table of queries"),
        (3, "expected a table of queries"),
        ({"query": []}, "query: expected a list of tables"),
        ({"query": ENTRY}, "query: expected a list of tables"),
        ({"query": [3]}, "query 1: expected a table with name, targets"),
        ({"query": [ENTRY], "seed": 1}, "unknown key 'seed' beside 'query'"),
        ({"query": [ENTRY, {"name": "r"}]}, "query 2: there is no key 'targets'"),
        ({"query": [{**ENTRY, "words": []}]}, "query 1: unknown key 'words'; the keys are name"),
        ({"query": [ENTRY, ENTRY]}, "two queries are named 'q'"),
        ({"query": [{**ENTRY, "name": ""}]}, "query 1: name: expected text, found ''"),
        ({"query": [{**ENTRY, "paired": 1}]}, "query 1: paired: expected true or false, found 1"),
        ({"targets": SETS}, "query 1: there is no key 'attributes'"),
        ({**ENTRY, "targets": [["a"]]}, "query 1: targets: expected a table of named lists"),
        ({**ENTRY, "targets": {"a": "one"}}, "query 1: targets: a: expected a list of words"),
        ({**ENTRY, "targets": {"a": ["", "x"]}}, "query 1: targets: a: expected a list of words"),
        ({**ENTRY, "targets": {"a": ["x", "x"]}}, "q: targets: 'a' is .* two or more different"),
        ({"flower": ["rose", "tulip"]}, "no query: expected the key 'query', or"),
        ({"flowers": "rose"}, "the file: flowers: expected a list of words"),
    ],
)
def test_a_file_that_is_no_query_says_what_is_wrong(tmp_path, document, message):
    path = write_json(tmp_path, document)
    with pytest.raises(FormatError, match=f"q.json: {message}"):
        read(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ('[[query]]\nname = "x\n', "not TOML: .*line 2"),
        ("a = 1\na = 2", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_place(tmp_path, text, message):
    with pytest.raises(FormatError, match=f"q.toml: {message}"):
        load_document(write(tmp_path / "q.toml", text))


def test_a_file_that_is_no_text_or_a_folder_is_said_to_be_none(tmp_path):
    path = tmp_path / "q.json"
    path.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(FormatError, match=r"not text in UTF-8 \(byte 7\)"):
        load_document(path)
    with pytest.raises(FormatError, match="cannot be read"):
        load_document(tmp_path)
    path.write_text("[" * 100_000)
    with pytest.raises(FormatError, match="not JSON"):
        load_document(path)
    with pytest.raises(ConfigError, match=r"'nowhere' is no file and no known set; .*age, illness"):
        Bias("nowhere")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"targets": {}}, "q: 0 sets of targets; give one or two"),
        ({"attributes": dict.fromkeys("abc", ("x", "y"))}, "q: 3 sets of attributes"),
        ({"targets": {"a": ("x",)}}, r"'a' is \['x'\]; give two or more different words"),
        ({"targets": {"a": ("x", "y"), "b": ("z", "y")}}, "targets: 'y' is in both sets"),
        ({"targets": {"a": ("x", "y")}}, "have nothing to be compared with"),
        ({"targets": {"a": ("x", "y"), "b": ("z", "v", "w")}, "paired": True}, "q: paired, but"),
        ({"targets": {"a": ("x", "y"), "b": ("z", "v", "v")}, "paired": True}, "q: paired, but"),
    ],
)
def test_a_query_without_a_contrast_is_refused(changed, message):
    whole = {"targets": {"a": ("x", "y"), "b": ("z", "v")}, "attributes": {"c": ("t", "u")}}
    with pytest.raises(ConfigError, match=message):
        Query(name="q", **{**whole, **changed})
