import re

import pytest
from wordnets import NEW_YORK, fake_nltk, fake_wn, hide

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess import wordnet
from wordvec.postprocess.wordnet import read_wordnet
from wordvec.vocabulary import WordTable

WORDS = [
    *("good", "fine", "bad", "poor", "food", "dessert", "sweet", "ice-cream", "icecream"),
    *("Paris", "paris", "city_of_light", "other"),
]
READERS = ["nltk", "wn"]


@pytest.fixture(params=READERS)
def reader(request, monkeypatch):
    """Each of the two packages alone."""
    hide(monkeypatch, "nltk", "nltk.corpus", "wn")
    {"nltk": fake_nltk, "wn": fake_wn}[request.param](monkeypatch)
    return request.param


def test_words_of_a_synset_are_neighbours(reader):
    synonyms, _ = read_wordnet(WORDS)
    assert synonyms.neighbours == {
        "Paris": {"city_of_light": 1.0},
        "bad": {"poor": 1.0},
        "city_of_light": {"Paris": 1.0},
        "dessert": {"sweet": 1.0},
        "fine": {"good": 1.0},
        "good": {"fine": 1.0},
        "ice-cream": {"icecream": 1.0},
        "icecream": {"ice-cream": 1.0},
        "poor": {"bad": 1.0},
        "sweet": {"dessert": 1.0},
    }


def test_with_all_relations_hypernyms_and_hyponyms_are_neighbours_too(reader):
    neighbours = read_wordnet(WORDS, relations="all")[0].neighbours
    assert list(neighbours["dessert"]) == ["food", "ice-cream", "icecream", "sweet"]
    assert list(neighbours["food"]) == ["dessert", "sweet"]
    assert list(neighbours["ice-cream"]) == ["dessert", "icecream", "sweet"]
    assert list(neighbours["good"]) == ["fine"]


def test_progress_grows_up_to_about_the_synsets_of_wordnet(reader, monkeypatch):
    monkeypatch.setattr(wordnet, "_SYNSETS_AT_ONCE", 2)
    monkeypatch.setattr(wordnet, "_ABOUT", 5)
    seen = []
    read_wordnet(WORDS, progress=lambda *done: seen.append(done))
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_antonyms_are_those_of_the_lemma_not_of_the_synset(reader):
    _, antonyms = read_wordnet(WORDS)
    assert antonyms.neighbours == {"bad": {"good": 1.0}, "good": {"bad": 1.0}}


def test_only_words_of_the_vocabulary_are_taken(reader):
    synonyms, antonyms = read_wordnet(["food", "dessert", "ice_cream", "good"], relations="all")
    assert list(synonyms.neighbours) == ["dessert", "food", "ice_cream"]
    assert antonyms.neighbours == {}


@pytest.mark.parametrize("written", ["ice_cream", "ice-cream", "ice cream"])
def test_lemmas_of_several_words_are_found_however_they_are_written(reader, written):
    assert read_wordnet([written, "icecream"])[0].neighbours["icecream"] == {written: 1.0}


@pytest.mark.parametrize("written", ["new_york", "New_York", "new york", "New-York"])
def test_lemmas_are_found_in_lower_case_too(monkeypatch, written):
    fake_nltk(monkeypatch, NEW_YORK)
    assert read_wordnet([written, "ny"])[0].neighbours["ny"] == {written: 1.0}


def test_a_word_table_does_as_well_as_a_list(reader):
    listed, table = read_wordnet(WORDS), read_wordnet(WordTable.from_words(WORDS))
    assert [one.sha256 for one in listed] == [one.sha256 for one in table]


def test_both_readers_give_the_same_bytes(monkeypatch):
    fake_nltk(monkeypatch)
    fake_wn(monkeypatch)
    one, other = (read_wordnet(WORDS, relations="all", reader=reader) for reader in READERS)
    assert [lexicon.sha256 for lexicon in one] == [lexicon.sha256 for lexicon in other]


def test_source_names_the_release_and_the_package(monkeypatch):
    fake_nltk(monkeypatch)
    fake_wn(monkeypatch)
    assert read_wordnet(WORDS)[0].source == "WordNet 3.0 (nltk)"
    assert read_wordnet(WORDS, reader="wn")[1].source == "WordNet x:1 (wn)"


def test_wn_is_read_where_nltk_has_no_data(monkeypatch):
    fake_nltk(monkeypatch, error=LookupError("long advice"))
    fake_wn(monkeypatch)
    assert read_wordnet(WORDS)[0].source == "WordNet x:1 (wn)"


def test_without_a_package_it_says_what_to_install(monkeypatch):
    hide(monkeypatch, "nltk", "nltk.corpus", "wn")
    advice = (
        "WordNet cannot be read: nltk is not installed (`pip install nltk`, then `python -m "
        "nltk.downloader wordnet`); or wn is not installed (`pip install wn`, then `python -m wn "
        "download oewn:2024`)"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(advice)}$"):
        read_wordnet(WORDS)


@pytest.mark.parametrize("error", [LookupError("long advice"), FileNotFoundError("lexnames")])
def test_without_data_it_says_what_to_download(monkeypatch, error):
    fake_nltk(monkeypatch, error=error)
    fake_wn(monkeypatch, {})
    with pytest.raises(
        ConfigError, match=r"nltk has no data \(`python -m nltk.downloader .*; or wn has no data"
    ):
        read_wordnet(WORDS)


def test_a_reader_that_was_asked_for_is_the_only_one_tried(monkeypatch):
    fake_nltk(monkeypatch)
    hide(monkeypatch, "wn")
    with pytest.raises(ConfigError, match=r"^WordNet cannot be read: wn is not installed"):
        read_wordnet(WORDS, reader="wn")


def test_a_vocabulary_that_shares_nothing_is_refused(reader):
    with pytest.raises(DataError, match=r"of 7 synsets of WordNet .* none relates two words"):
        read_wordnet(["eins", "zwei"])


def test_options_that_are_none_are_refused():
    with pytest.raises(ConfigError, match="relations is 'some'; expected synonyms or all"):
        read_wordnet(WORDS, relations="some")
    with pytest.raises(ConfigError, match="reader is 'perl'; expected nltk or wn"):
        read_wordnet(WORDS, reader="perl")


LMF = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE LexicalResource SYSTEM "http://globalwordnet.github.io/schemas/WN-LMF-1.0.dtd">
<LexicalResource xmlns:dc="http://purl.org/dc/elements/1.1/">
  <Lexicon id="tiny" label="Tiny" language="en" email="a@b.c" license="none" version="1">
    <LexicalEntry id="e1"><Lemma writtenForm="good" partOfSpeech="a"/>
      <Sense id="s1" synset="y1"><SenseRelation relType="antonym" target="s3"/></Sense>
    </LexicalEntry>
    <LexicalEntry id="e2"><Lemma writtenForm="fine" partOfSpeech="a"/>
      <Sense id="s2" synset="y1"/>
    </LexicalEntry>
    <LexicalEntry id="e3"><Lemma writtenForm="bad" partOfSpeech="a"/>
      <Sense id="s3" synset="y2"/>
    </LexicalEntry>
    <LexicalEntry id="e4"><Lemma writtenForm="ice cream" partOfSpeech="n"/>
      <Sense id="s4" synset="y3"/>
    </LexicalEntry>
    <LexicalEntry id="e5"><Lemma writtenForm="dessert" partOfSpeech="n"/>
      <Sense id="s5" synset="y4"/>
    </LexicalEntry>
    <LexicalEntry id="e6"><Lemma writtenForm="Tiramisu" partOfSpeech="n"/>
      <Sense id="s6" synset="y5"/>
    </LexicalEntry>
    <Synset id="y1" ili="" partOfSpeech="a"/>
    <Synset id="y2" ili="" partOfSpeech="a"/>
    <Synset id="y3" ili="" partOfSpeech="n">
      <SynsetRelation relType="hypernym" target="y4"/>
    </Synset>
    <Synset id="y4" ili="" partOfSpeech="n"/>
    <Synset id="y5" ili="" partOfSpeech="n">
      <SynsetRelation relType="instance_hypernym" target="y4"/>
    </Synset>
  </Lexicon>
</LexicalResource>
"""


def test_the_real_wn_is_read(tmp_path, monkeypatch):
    wn = pytest.importorskip("wn")
    monkeypatch.setattr(wn.config, "data_directory", tmp_path / "data")
    (tmp_path / "tiny.xml").write_text(LMF)
    wn.add(tmp_path / "tiny.xml", progress_handler=None)
    words = ["good", "fine", "bad", "ice_cream", "dessert", "tiramisu"]
    neighbours, antonyms = read_wordnet(words, relations="all", reader="wn")
    assert neighbours.source == "WordNet tiny:1 (wn)"
    assert neighbours.neighbours == {
        "dessert": {"ice_cream": 1.0},
        "fine": {"good": 1.0},
        "good": {"fine": 1.0},
        "ice_cream": {"dessert": 1.0},
    }
    assert antonyms.neighbours == {"bad": {"good": 1.0}, "good": {"bad": 1.0}}


def test_the_real_nltk_is_read():
    corpus = pytest.importorskip("nltk.corpus")
    try:
        corpus.wordnet.ensure_loaded()
    except LookupError:
        pytest.skip("nltk has no WordNet here")
    synonyms, antonyms = read_wordnet(["good", "bad", "goodness", "ice_cream"], reader="nltk")
    assert "goodness" in synonyms.neighbours["good"]
    assert "bad" in antonyms.neighbours["good"]
