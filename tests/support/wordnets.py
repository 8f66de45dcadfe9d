"""A made-up WordNet behind fakes of the `nltk` and the `wn` package: what of them is called."""

import sys
from types import ModuleType, SimpleNamespace

SYNSETS = {
    # key: lemmas, hypernyms, antonyms of a lemma
    "fine": (["good", "fine"], [], {"good": [("poor", "bad")]}),
    "poor": (["bad", "Poor"], [], {"bad": [("fine", "good")]}),
    "food": (["food"], [], {}),
    "dessert": (["dessert", "sweet"], ["food"], {}),
    "ice": (["ice_cream", "icecream"], ["dessert"], {}),
    "paris": (["Paris", "City_of_Light"], [], {}),
    "cool": (["hot-shot", "good"], [], {}),
}
NEW_YORK = {"york": (["New_York", "NY"], [], {})}


def fake_nltk(monkeypatch, synsets=None, *, error=None):
    """Put a fake `nltk` in place, which raises `error` where its data are missing."""
    synsets = SYNSETS if synsets is None else synsets

    def lemma(key, name):
        opposites = synsets[key][2].get(name, [])
        return SimpleNamespace(
            name=lambda: name, antonyms=lambda: [lemma(other, word) for other, word in opposites]
        )

    def synset(key):
        lemmas, hypernyms, _ = synsets[key]
        return SimpleNamespace(
            name=lambda: key,
            lemma_names=lambda: list(lemmas),
            lemmas=lambda: [lemma(key, name) for name in lemmas],
            hypernyms=lambda: [synset(above) for above in hypernyms],
        )

    def ensure_loaded():
        if error is not None:
            raise error

    corpus = ModuleType("nltk.corpus")
    corpus.wordnet = SimpleNamespace(
        ensure_loaded=ensure_loaded,
        get_version=lambda: "3.0",
        all_synsets=lambda: map(synset, synsets),
    )
    monkeypatch.setitem(sys.modules, "nltk", ModuleType("nltk"))
    monkeypatch.setitem(sys.modules, "nltk.corpus", corpus)


def fake_wn(monkeypatch, synsets=None):
    """Put a fake `wn` in place; without synsets, as just after installing it."""
    synsets = SYNSETS if synsets is None else synsets

    def sense(key, name):
        opposites = synsets[key][2].get(name, [])
        return SimpleNamespace(
            word=lambda: SimpleNamespace(lemma=lambda: name.replace("_", " ")),
            get_related=lambda relation: (
                [sense(other, word) for other, word in opposites] if relation == "antonym" else []
            ),
        )

    def synset(key):
        lemmas, hypernyms, _ = synsets[key]
        return SimpleNamespace(
            id=f"x-{key}",
            lemmas=lambda: [name.replace("_", " ") for name in lemmas],
            senses=lambda: [sense(key, name) for name in lemmas],
            get_related=lambda relation: (
                [synset(above) for above in hypernyms] if relation == "hypernym" else []
            ),
        )

    def lexicons(*, lang):
        assert lang == "en"
        return [SimpleNamespace(specifier=lambda: "x:1")] if synsets else []

    def wordnet(lexicon):
        assert lexicon == "x:1"
        return SimpleNamespace(synsets=lambda: list(map(synset, synsets)))

    module = ModuleType("wn")
    module.lexicons, module.Wordnet = lexicons, wordnet
    monkeypatch.setitem(sys.modules, "wn", module)


def hide(monkeypatch, *names):
    """Let packages seem not to be installed."""
    for name in names:
        monkeypatch.setitem(sys.modules, name, None)
