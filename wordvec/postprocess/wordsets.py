"""Word sets that say what a bias is: read from files, and those that come along.

Read by the debiasing and by the measures of bias. One format of our own, TOML or JSON with the
same keys; the files of debiaswe (Bolukbasi et al. 2016) and of Manzini et al. (2019) are read as
they are. Knows nothing of vectors.
"""

import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wordvec.errors import ConfigError, FormatError, MissingFileError

Words = tuple[str, ...]
Sets = tuple[Words, ...]

SHIPPED = ("gender", "race", "religion")
"""Word sets that come along, as printed in the papers that they name."""
_FOLDER = Path(__file__).with_name("wordsets")


@dataclass(frozen=True)
class WordSets:
    """What a bias is, in words.

    Words are looked up as written, else in lower case. Equalize sets are looked up as written, in
    lower case, in Title Case and in UPPER CASE, each form a set of its own. Specific words are
    looked up as written and in no other form: published lists hold names such as "New", which is
    not "new".

    Raises
    ------
    ConfigError
        If there is no defining set, a set has fewer than two different words, or both `specific`
        and `neutral` are given.

    Examples
    --------
    >>> read_word_sets("religion").defining[0]
    ('judaism', 'christianity', 'islam')
    """

    name: str
    defining: Sets
    """Words that differ in the bias and in little else, such as (he, she): two or more a set."""
    equalize: Sets | None = None
    """Sets that the bias alone is to tell apart afterwards; None for the defining sets."""
    specific: Words | None = None
    """Words that keep the bias because they mean it, such as "king", in each letter case that is to
    keep it; all others are neutral."""
    neutral: Words | None = None
    """Words that are to lose the bias. If neither this nor `specific` is given, all words are but
    those of the defining and the equalize sets."""
    neutral_examples: Words = ()
    """Words that ought to be neutral, such as professions, on which direct bias is measured."""
    targets: Sets = ()
    """Sets of words for groups, for the mean average cosine (MAC)."""
    attributes: Sets = ()
    """Sets of words that are ascribed to groups, for the MAC."""
    citation: str = ""
    description: str = ""
    digests: Mapping[str, str] = field(default_factory=dict, compare=False)
    """SHA-256 of each file they were read from, by the name of the argument."""

    def __post_init__(self) -> None:
        if not self.defining:
            raise ConfigError("defining: there is no set; give one or more")
        for key in ("defining", "equalize", "targets", "attributes"):
            least = 2 if key in ("defining", "equalize") else 1
            for number, words in enumerate(getattr(self, key) or (), 1):
                if len(set(words)) < least:
                    raise ConfigError(
                        f"{key}: set {number} is {list(words)}; "
                        f"give {least} or more different words"
                    )
        if self.specific is not None and self.neutral is not None:
            raise ConfigError("specific and neutral exclude each other; give one of them")


def read_word_sets(
    source: str | os.PathLike[str],
    *,
    equalize: str | os.PathLike[str] | None = None,
    specific: str | os.PathLike[str] | None = None,
    examples: str | os.PathLike[str] | None = None,
) -> WordSets:
    """Return the word sets of a file, or those that come along under a name.

    A file in our own format, TOML (.toml) or JSON, has the keys of `WordSets`, of which only
    `defining` is required; the name is that of the file unless given. A JSON list of lists of
    words, as debiaswe's definitional_pairs.json, holds defining sets. Manzini's JSON has
    `definite_sets`, `analogy_templates` (the attributes, also the neutral examples) and
    `eval_targets` (the targets).

    Parameters
    ----------
    source
        "gender", "race", "religion", or a file.
    equalize
        A file with equalize sets, such as debiaswe's equalize_pairs.json; they take the place of
        those of `source`.
    specific
        A file with specific words, such as debiaswe's gender_specific_full.json, or text with one
        a line (.txt); they take the place of what `source` says of specific and neutral words.
    examples
        The same with neutral examples; debiaswe's professions.json is one.

    Raises
    ------
    ConfigError
        If `source` is neither a name nor a path.
    FormatError
        If a file cannot be read, is empty, or holds something else; names file and key.
    MissingFileError
        If there is no such file.
    """
    if not isinstance(source, str | os.PathLike):
        raise ConfigError(
            f"word sets given as a {type(source).__name__}; give a name, a file, or "
            'wordvec.WordSets("NAME", defining=..., ...)'
        )
    shipped = str(source) in SHIPPED
    path = _FOLDER / f"{source}.toml" if shipped else Path(source)
    document, digest = _load(path)
    sets = _build(path, _keys_of(path, document))
    digests = {"word_sets": digest}
    found: dict[str, Any] = {}
    for argument, key, file in (
        ("equalize", "equalize", equalize),
        ("specific", "specific", specific),
        ("examples", "neutral_examples", examples),
    ):
        if file is not None:
            found[key], digests[argument] = _read_part(Path(file), key)
    if specific is not None:
        found["neutral"] = None
    return replace(sets, **found, digests=digests)


def _build(path: Path, keys: dict[str, Any]) -> WordSets:
    unknown = sorted(set(keys) - set(_KEYS))
    if unknown:
        raise FormatError(f"{path}: unknown key {unknown[0]!r}; the keys are {', '.join(_KEYS)}")
    if "defining" not in keys:
        raise FormatError(f"{path}: there is no key 'defining', the sets that say what the bias is")
    values = {key: _KEYS[key](path, key, value) for key, value in keys.items()}
    try:
        return WordSets(**{"name": path.stem, **values})
    except ConfigError as error:
        raise FormatError(f"{path}: {error}") from error


def _keys_of(path: Path, document: Any) -> dict[str, Any]:
    """Return what a file holds, in any of the formats, under the keys of ours."""
    if isinstance(document, list):
        return {"defining": document}
    if "definite_sets" not in document:
        return dict(document)
    templates = document.get("analogy_templates", {})
    try:
        attributes = [words for mode in templates.values() for words in mode.values()]
    except AttributeError as error:
        raise FormatError(
            f"{path}: analogy_templates: expected a table of tables of lists of words"
        ) from error
    sets = _sets(path, "analogy_templates", attributes)
    return {
        "defining": document["definite_sets"],
        "attributes": attributes,
        "targets": document.get("eval_targets", []),
        "neutral_examples": [word for words in sets for word in words],
    }


def _read_part(path: Path, key: str) -> tuple[Words | Sets, str]:
    """Return the words or sets of a file that holds nothing else, or holds them under `key`."""
    document, digest = _load(path)
    if isinstance(document, dict):
        if key not in document:
            raise FormatError(f"{path}: there is no key {key!r}")
        document = document[key]
    elif key == "neutral_examples":
        # debiaswe's professions: [word, how far by definition, how far by stereotype].
        document = [entry[0] if isinstance(entry, list) and entry else entry for entry in document]
    if not document:
        raise FormatError(f"{path}: {key}: it is empty")
    parsed = _KEYS[key](path, key, document)
    if key == "equalize" and (bad := [words for words in parsed if len(set(words)) < 2]):
        raise FormatError(f"{path}: equalize: {list(bad[0])} is no set of two different words")
    return parsed, digest


def _load(path: Path) -> tuple[Any, str]:
    """Return what a file holds, a list or a table, and its SHA-256."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(
            f"{path}: there is no such file; word sets that come along: {', '.join(SHIPPED)}"
        ) from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = raw.decode("utf-8-sig")
        if not text.strip():
            raise FormatError(f"{path}: the file is empty")
        document = _parse(path, text)
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not text in UTF-8 (byte {error.start})") from error
    except (ValueError, RecursionError) as error:
        kind = "TOML" if path.suffix.lower() == ".toml" else "JSON"
        raise FormatError(f"{path} is not {kind}: {error}") from error
    if not isinstance(document, list | dict):
        raise FormatError(f"{path}: expected a list or a table of word sets")
    return document, hashlib.sha256(raw).hexdigest()


def _parse(path: Path, text: str) -> Any:
    kind = path.suffix.lower()
    if kind == ".toml":
        return tomllib.loads(text)
    if kind == ".txt":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return json.loads(text)


def _text(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise FormatError(f"{path}: {key}: expected text, found {_shown(value)}")
    return value


def _words(path: Path, key: str, value: Any) -> Words:
    if not isinstance(value, list):
        raise FormatError(f"{path}: {key}: expected a list of words, found {_shown(value)}")
    for number, word in enumerate(value, 1):
        if not isinstance(word, str) or not word:
            raise FormatError(f"{path}: {key}: entry {number} is {_shown(word)}; expected a word")
    return tuple(value)


def _sets(path: Path, key: str, value: Any) -> Sets:
    if not isinstance(value, list):
        raise FormatError(f"{path}: {key}: expected a list of sets, found {_shown(value)}")
    return tuple(_words(path, f"{key}, set {n}", words) for n, words in enumerate(value, 1))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


_KEYS: dict[str, Callable[[Path, str, Any], Any]] = {
    "name": _text,
    "citation": _text,
    "description": _text,
    "defining": _sets,
    "equalize": _sets,
    "specific": _words,
    "neutral": _words,
    "neutral_examples": _words,
    "targets": _sets,
    "attributes": _sets,
}
"""The keys of a file, and what reads the value of each."""
