import json

import pytest

from wordvec.errors import ConfigError, FormatError, MissingFileError
from wordvec.postprocess.wordsets import SHIPPED, WordSets, read_word_sets

FULL = """
name = "tea"
citation = "Nobody 2020"
description = "hot or cold"
defining = [["hot", "cold"], ["steam", "ice"]]
equalize = [["tea", "lemonade"]]
specific = ["boiling"]
neutral_examples = ["cup"]
targets = [["hot"], ["cold"]]
attributes = [["cosy", "nice"]]
"""
TEA = WordSets(
    "tea",
    defining=(("hot", "cold"), ("steam", "ice")),
    equalize=(("tea", "lemonade"),),
    specific=("boiling",),
    neutral_examples=("cup",),
    targets=(("hot",), ("cold",)),
    attributes=(("cosy", "nice"),),
    citation="Nobody 2020",
    description="hot or cold",
)


def write(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_toml_and_json_with_the_same_keys_say_the_same(tmp_path):
    as_json = {
        "name": TEA.name,
        "citation": TEA.citation,
        "description": TEA.description,
        "defining": TEA.defining,
        "equalize": TEA.equalize,
        "specific": TEA.specific,
        "neutral_examples": TEA.neutral_examples,
        "targets": TEA.targets,
        "attributes": TEA.attributes,
    }
    assert read_word_sets(write(tmp_path, "x.toml", FULL)) == TEA
    assert read_word_sets(write(tmp_path, "x.json", as_json)) == TEA


def test_only_defining_sets_are_required_and_the_name_is_that_of_the_file(tmp_path):
    sets = read_word_sets(write(tmp_path, "tea.toml", '\ufeffdefining = [["hot", "cold"]]'))
    assert sets == WordSets("tea", defining=(("hot", "cold"),))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_sets_cite_their_paper_and_can_be_measured(name):
    sets = read_word_sets(name)
    assert sets.name == name
    assert "et al. 20" in sets.citation
    assert sets.neutral_examples
    assert sets.targets
    assert sets.attributes
    assert len(sets.digests["word_sets"]) == 64


def test_no_shipped_example_is_a_word_that_keeps_the_bias():
    sets = read_word_sets("gender")
    assert not set(sets.neutral_examples) & set(sets.specific)


def test_lists_of_pairs_and_files_beside_them_are_put_together(tmp_path):
    sets = read_word_sets(
        write(tmp_path, "pairs.json", [["hot", "cold"]]),
        equalize=write(tmp_path, "equalize.json", [["tea", "juice"]]),
        specific=write(tmp_path, "specific.json", ["boiling"]),
        examples=write(tmp_path, "examples.json", [["cup", 0.0, 0.5], ["pot", 0.1, 0.2]]),
    )
    assert sets == WordSets(
        "pairs",
        defining=(("hot", "cold"),),
        equalize=(("tea", "juice"),),
        specific=("boiling",),
        neutral_examples=("cup", "pot"),
    )
    assert set(sets.digests) == {"word_sets", "equalize", "specific", "examples"}


def test_specific_words_may_be_text_and_take_the_place_of_neutral_ones(tmp_path):
    source = write(tmp_path, "a.toml", 'defining = [["hot", "cold"]]\nneutral = ["cup"]')
    sets = read_word_sets(source, specific=write(tmp_path, "b.txt", "boiling\n\nicy\n"))
    assert sets.specific == ("boiling", "icy")
    assert sets.neutral is None


def test_the_ending_of_a_file_may_be_in_capitals(tmp_path):
    source = write(tmp_path, "a.TOML", 'defining = [["hot", "cold"]]')
    sets = read_word_sets(source, specific=write(tmp_path, "b.TXT", "boiling\n"))
    assert sets.defining == (("hot", "cold"),)
    assert sets.specific == ("boiling",)
    with pytest.raises(FormatError, match=r"c\.TOML is not TOML"):
        read_word_sets(write(tmp_path, "c.TOML", "defining = ["))


def test_a_part_may_come_from_a_file_of_our_own(tmp_path):
    source = write(tmp_path, "a.json", [["warm", "cool"]])
    sets = read_word_sets(source, equalize=write(tmp_path, "x.toml", FULL))
    assert sets.equalize == (("tea", "lemonade"),)


def test_the_format_of_manzini_is_read(tmp_path):
    document = {
        "definite_sets": [["a", "b", "c"]],
        "analogy_templates": {"role": {"a": ["x", "y"], "b": ["z"]}},
        "eval_targets": [["a", "b"]],
        "testTerms": ["chair"],
    }
    sets = read_word_sets(write(tmp_path, "m.json", document))
    assert sets.defining == (("a", "b", "c"),)
    assert sets.attributes == (("x", "y"), ("z",))
    assert sets.targets == (("a", "b"),)
    assert sets.neutral_examples == ("x", "y", "z")


def test_the_published_files_are_read(data_folder):
    folder = data_folder / "data" / "bias"
    sets = read_word_sets(
        folder / "definitional_pairs.json",
        equalize=folder / "equalize_pairs.json",
        specific=folder / "gender_specific_full.json",
        examples=folder / "professions.json",
    )
    counts = (sets.defining, sets.equalize, sets.specific, sets.neutral_examples)
    assert tuple(map(len, counts)) == (10, 52, 1441, 320)
    for name in ("gender", "race", "religion"):
        theirs, ours = read_word_sets(folder / f"multiclass_{name}.json"), read_word_sets(name)
        assert theirs.targets == ours.targets
        assert theirs.attributes == ours.attributes
        assert name == "gender" or theirs.defining == ours.defining


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "bad.toml: the file is empty"),
        ("defining = [", "bad.toml is not TOML: "),
        ('name = "x"', "bad.toml: there is no key 'defining'"),
        ("defining = []", "bad.toml: defining: there is no set"),
        (
            'defining = ["she", "he"]',
            "bad.toml: defining, set 1: expected a list of words, .*'she'",
        ),
        ('defining = "she"', "bad.toml: defining: expected a list of sets, found 'she'"),
        ("defining = [[1, 2]]", "bad.toml: defining, set 1: entry 1 is 1; expected a word"),
        ('defining = [["he", ""]]', "bad.toml: defining, set 1: entry 2 is ''; expected a word"),
        ('defining = [["he", "she"], ["he"]]', r"defining: set 2 is \['he'\]; give 2 or more diff"),
        ('defining = [["he", "he"]]', "defining: set 1 is .*give 2 or more different words"),
        ('defining = [["he", "she"]]\nequalise = []', "unknown key 'equalise'; the keys are name"),
        ('defining = [["he", "she"]]\nname = 3', "bad.toml: name: expected text, found 3"),
        ('defining = [["he", "she"]]\nspecific = []\nneutral = []', "specific and neutral exclude"),
    ],
)
def test_a_malformed_file_is_named_with_its_key(tmp_path, content, message):
    with pytest.raises(FormatError, match=message) as raised:
        read_word_sets(write(tmp_path, "bad.toml", content))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[", "bad.json is not JSON"),
        ("[" * 100_000, "bad.json is not JSON"),
        ("3", "bad.json: expected a list or a table of word sets"),
        (
            '{"definite_sets": [["a", "b"]], "analogy_templates": [1]}',
            "analogy_templates: expected",
        ),
        ('{"definite_sets": [["a", "b"]], "analogy_templates": {"r": {"a": 1}}}', "analogy_templ"),
    ],
)
def test_malformed_json_is_named(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read_word_sets(write(tmp_path, "bad.json", content))


@pytest.mark.parametrize(
    ("part", "content", "message"),
    [
        ("equalize", ["a", "b"], "part.json: equalize, set 1: expected a list of words"),
        ("equalize", [["a"]], "part.json: equalize: .*no set of two different words"),
        ("specific", [["a", 1]], "part.json: specific: entry 1"),
        ("specific", [], "part.json: specific: it is empty"),
        ("examples", {"words": []}, "part.json: there is no key 'neutral_examples'"),
        ("examples", [[]], r"part.json: neutral_examples: entry 1 is \[\]; expected a word"),
    ],
)
def test_a_malformed_part_is_named(tmp_path, part, content, message):
    with pytest.raises(FormatError, match=message):
        read_word_sets("gender", **{part: write(tmp_path, "part.json", content)})


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"gneder: there is no such file; .*gender, race"):
        read_word_sets("gneder")
    with pytest.raises(FormatError, match="cannot be read: Is a directory"):
        read_word_sets(tmp_path)
    (tmp_path / "x.json").write_bytes(b'["\xff"]')
    with pytest.raises(FormatError, match=r"x.json is not text in UTF-8 \(byte 2\)"):
        read_word_sets(tmp_path / "x.json")


@pytest.mark.parametrize("source", [{"defining": [["she", "he"]]}, [["she", "he"]]])
def test_what_is_neither_a_name_nor_a_file_is_answered_with_how_to_give_sets(source):
    kind = type(source).__name__
    with pytest.raises(
        ConfigError, match=rf"given as a {kind}; .*wordvec\.WordSets\(\"NAME\", def"
    ):
        read_word_sets(source)


def test_sets_made_in_python_are_checked():
    with pytest.raises(ConfigError, match="defining: there is no set"):
        WordSets("x", defining=())
    with pytest.raises(ConfigError, match=r"equalize: set 1 is \['a'\]"):
        WordSets("x", defining=(("a", "b"),), equalize=(("a",),))
    with pytest.raises(ConfigError, match=r"attributes: set 1 is \[\]; give 1 or more"):
        WordSets("x", defining=(("a", "b"),), attributes=((),))
