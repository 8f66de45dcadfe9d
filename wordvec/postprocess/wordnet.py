"""WordNet as a lexicon: the words of the vocabulary that share a synset, and their antonyms.

Read through the `nltk` or the `wn` package, whichever is installed and has its data. Called by
`wordvec.postprocess.retrofit` and the command. Knows nothing of vectors.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.lexicon import Lexicon
from wordvec.vocabulary import MISSING, WordTable

Relations = Literal["synonyms", "all"]
RELATIONS: tuple[Relations, ...] = ("synonyms", "all")
Reader = Literal["nltk", "wn"]

_SEPARATORS = "_- "
"""Between the words of a lemma; NLTK writes the first, wn the last."""
_ABOUT, _SYNSETS_AT_ONCE = 118_000, 1000
"""The readers do not tell how many synsets there are before they have read them. WordNet 3.0 has
117,659, which `nltk` takes 12 s for."""


@dataclass(frozen=True)
class _Synset:
    """Lemmas that mean the same."""

    key: str
    lemmas: tuple[str, ...]
    hypernyms: tuple[str, ...]
    """Keys of the synsets that are one step more general."""
    antonyms: tuple[tuple[str, str], ...]
    """Each of a lemma and another one's."""


def read_wordnet(
    words: Iterable[str],
    *,
    relations: Relations = "synonyms",
    reader: Reader | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Lexicon, Lexicon]:
    """Return WordNet's neighbours of `words` in WordNet, and their antonyms.

    Neighbours and antonyms are mutual, all weigh 1, and are in alphabetical order. What is both
    (in different senses) is in both.

    Parameters
    ----------
    words
        The vocabulary. A lemma is looked up as WordNet writes it, then in lower case; one of
        several words with underscores, hyphens or spaces between them.
    relations
        "synonyms": words of the same synset are neighbours. "all": those of its hypernyms and
        hyponyms too. (WN_syn and WN_all of Faruqui et al. 2015.)
    reader
        The package to read with; None for `nltk`, or `wn` where that is not there or has no data.
    progress
        Called now and then with the synsets read and about how many there are.

    Raises
    ------
    ConfigError
        If no reader is there, or it has no data: says what to install. If an option is none of
        these.
    DataError
        If the vocabulary holds no two words that are related.
    """
    if relations not in RELATIONS:
        raise ConfigError(f"relations is {relations!r}; expected {' or '.join(RELATIONS)}")
    release, synsets = _open(reader)
    find = _finder(words)
    neighbours: dict[str, set[str]] = {}
    antonyms: dict[str, set[str]] = {}
    members: dict[str, list[str]] = {}
    hypernyms: dict[str, tuple[str, ...]] = {}
    for number, synset in enumerate(synsets):
        if progress is not None and number % _SYNSETS_AT_ONCE == 0:
            progress(min(number, _ABOUT), _ABOUT)
        found = members[synset.key] = [word for word in map(find, synset.lemmas) if word]
        hypernyms[synset.key] = synset.hypernyms
        _relate(neighbours, found, found)
        for lemma, opposite in synset.antonyms:
            _relate(antonyms, filter(None, [find(lemma)]), filter(None, [find(opposite)]))
    if relations == "all":
        for key, above in hypernyms.items():
            for hypernym in above:
                _relate(neighbours, members[key], members[hypernym])
    if not neighbours:
        raise DataError(
            f"of {len(members)} synsets of {release} none relates two words of the vocabulary; "
            "expected vectors of English words"
        )
    return _lexicon(neighbours, release), _lexicon(antonyms, release)


def _relate(related: dict[str, set[str]], words: Iterable[str], others: Iterable[str]) -> None:
    """Make each of `words` related to each of `others`, both ways."""
    others = list(others)
    for word in words:
        for other in others:
            if word != other:
                related.setdefault(word, set()).add(other)
                related.setdefault(other, set()).add(word)


def _lexicon(related: Mapping[str, set[str]], release: str) -> Lexicon:
    ordered = {word: sorted(related[word]) for word in sorted(related)}
    return Lexicon.from_mapping(ordered, source=release)


def _finder(words: Iterable[str]) -> Callable[[str], str | None]:
    """Return what gives the word of the vocabulary that a lemma is, if there is one."""
    known = words if isinstance(words, WordTable) else WordTable.from_words(dict.fromkeys(words))

    def find(lemma: str) -> str | None:
        parts = lemma.replace("_", " ")
        for spelled in dict.fromkeys((parts, parts.lower())):
            for separator in _SEPARATORS:
                word = spelled.replace(" ", separator)
                if known.find(word) != MISSING:
                    return word
                if word == spelled:
                    break
        return None

    return find


def _open(reader: Reader | None) -> tuple[str, Iterator[_Synset]]:
    """Return the name of the release that is installed, and its synsets."""
    if reader is not None and reader not in _READERS:
        raise ConfigError(f"reader is {reader!r}; expected {' or '.join(_READERS)}")
    wrong = []
    for name in _READERS if reader is None else (reader,):
        opener, install = _READERS[name]
        try:
            return opener()
        except ModuleNotFoundError:
            wrong.append(f"{name} is not installed (`pip install {name}`, then `{install}`)")
        except _NoData:
            wrong.append(f"{name} has no data (`{install}`)")
    raise ConfigError(f"WordNet cannot be read: {'; or '.join(wrong)}")


class _NoData(Exception):  # noqa: N818 - is caught where it is raised
    """A reader is installed but has nothing to read."""


def _open_nltk() -> tuple[str, Iterator[_Synset]]:
    from nltk.corpus import wordnet

    try:
        wordnet.ensure_loaded()
        release = f"WordNet {wordnet.get_version()} (nltk)"
    except (LookupError, OSError) as error:  # nothing there, or not all of it
        raise _NoData from error
    return release, (
        _Synset(
            synset.name(),
            tuple(synset.lemma_names()),
            tuple(above.name() for above in synset.hypernyms()),
            tuple(
                (lemma.name(), opposite.name())
                for lemma in synset.lemmas()
                for opposite in lemma.antonyms()
            ),
        )
        for synset in wordnet.all_synsets()
    )


def _open_wn() -> tuple[str, Iterator[_Synset]]:
    import wn

    found = wn.lexicons(lang="en")
    if not found:
        raise _NoData
    release = found[0].specifier()
    wordnet = wn.Wordnet(release)
    return f"WordNet {release} (wn)", (
        _Synset(
            synset.id,
            tuple(synset.lemmas()),
            # Not `hypernyms()`, which takes the kinds of single things (Paris, a city) along.
            tuple(above.id for above in synset.get_related("hypernym")),
            tuple(
                (sense.word().lemma(), opposite.word().lemma())
                for sense in synset.senses()
                for opposite in sense.get_related("antonym")
            ),
        )
        for synset in wordnet.synsets()
    )


_READERS: dict[str, tuple[Callable[[], tuple[str, Iterator[_Synset]]], str]] = {
    "nltk": (_open_nltk, "python -m nltk.downloader wordnet"),
    "wn": (_open_wn, "python -m wn download oewn:2024"),
}
