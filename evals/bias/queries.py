"""Questions to vectors about bias, in words: read from files, and those that come along.

A query asks which target words go with which attribute words. Files are TOML or JSON, in our own
format or WEFE's table of the sets of Caliskan et al. (2017). Knows nothing of vectors.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordvec.errors import ConfigError, FormatError

Sets = Mapping[str, tuple[str, ...]]
"""Words by the name of their set."""

SHIPPED = ("gender-roles", "age", "illness", "attitudes")
"""Queries that come along, each in a file with its sources."""
_FOLDER = Path(__file__).with_name("sets")

_KEYS = ("name", "targets", "attributes", "paired", "check", "citation")


@dataclass(frozen=True, kw_only=True)
class Query:
    """Do the first targets go with the first attributes, and the second with the second?

    Raises
    ------
    ConfigError
        If there are not one or two sets of each, two of one of them, at least two different words
        in each; if a word is in both sets of a kind; or if pairs have no partner.

    Examples
    --------
    >>> query = Query(
    ...     name="jobs",
    ...     targets={"jobs": ("nurse", "engineer")},
    ...     attributes={"women": ("she", "her"), "men": ("he", "his")},
    ... )
    >>> list(query.attributes)
    ['women', 'men']
    """

    name: str
    targets: Sets
    """One or two sets: of groups of people, of professions ..."""
    attributes: Sets
    """One or two sets: what may be ascribed to the targets."""
    paired: bool = False
    """Whether the targets are pairs such as (he, she), a word with that at its place in the other
    set: RIPA is measured of pairs alone."""
    check: bool = False
    """Whether it asks what nearly everybody holds, and so whether the vectors know anything at all:
    what it finds is no bias."""
    citation: str = ""

    def __post_init__(self) -> None:
        for kind in ("targets", "attributes"):
            sets = getattr(self, kind)
            if len(sets) not in (1, 2):
                raise ConfigError(f"{self.name}: {len(sets)} sets of {kind}; give one or two")
            for name, words in sets.items():
                if len(set(words)) < 2:
                    raise ConfigError(
                        f"{self.name}: {kind}: {name!r} is {list(words)}; "
                        "give two or more different words"
                    )
            if len(sets) == 2:
                first, second = sets.values()
                if both := [word for word in first if word in second]:
                    raise ConfigError(
                        f"{self.name}: {kind}: {both[0]!r} is in both sets; leave it in one"
                    )
        if len(self.targets) == len(self.attributes) == 1:
            raise ConfigError(
                f"{self.name}: one set of targets and one of attributes have nothing to be "
                "compared with; give two of one of them"
            )
        sizes = {n for words in self.targets.values() for n in (len(words), len(set(words)))}
        if self.paired and (len(self.targets) == 1 or len(sizes) > 1):
            raise ConfigError(
                f"{self.name}: paired, but the targets are not two sets of as many different words"
            )


def load_document(path: Path) -> Any:
    """Return what a TOML file (.toml) or else a JSON file holds.

    Raises
    ------
    FormatError
        If it cannot be read, is empty, or is not of that format; names line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path} is not text in UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}") from error
    if not text.strip():
        raise FormatError(f"{path}: the file is empty")
    kind = "TOML" if path.suffix.lower() == ".toml" else "JSON"
    try:
        return tomllib.loads(text) if kind == "TOML" else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: not {kind}: {error}") from error


def locate(data: str | Path) -> Path:
    """Return the file of queries that come along under a name, or `data` itself as a path."""
    return _FOLDER / f"{data}.toml" if data in SHIPPED else Path(data)


def is_word_sets(document: Any) -> bool:
    """Return whether a file holds word sets of `wordvec.postprocess.wordsets`, by its keys."""
    return isinstance(document, list) or (
        isinstance(document, dict) and ("defining" in document or "definite_sets" in document)
    )


def read_queries(path: Path, document: Any) -> list[Query]:
    """Return the queries in what `load_document` found in a file.

    Our own format is a list of tables under `query`, or one such table: `name`, `targets` and
    `attributes` (tables of one or two named lists of words), and, if wanted, `paired`, `check` and
    `citation`, the last two also beside the list, for all of it. A table of named lists of words
    and nothing else, as WEFE's, gives those of the ten tests of Caliskan et al. (2017) whose sets
    are there under WEFE's names.

    Raises
    ------
    FormatError
        If it holds something else; names file, query and key.
    """
    if not isinstance(document, dict) or not document:
        raise FormatError(f"{path}: expected a table of queries or of sets of words")
    if "query" in document:
        rest = sorted(set(document) - {"name", "description", "check", "citation", "query"})
        if rest:
            raise FormatError(f"{path}: unknown key {rest[0]!r} beside 'query'")
        entries = document["query"]
        if not isinstance(entries, list) or not entries:
            raise FormatError(f"{path}: query: expected a list of tables, such as [[query]]")
        of_all = {key: document[key] for key in ("check", "citation") if key in document}
        return _distinct(path, [_query(path, n, e, of_all) for n, e in enumerate(entries, 1)])
    if "targets" in document or "attributes" in document:
        return [_query(path, 1, {"name": path.stem, **document}, {})]
    sets = _sets(path, "the file", document)
    found = [
        Query(
            name=name,
            targets={key: sets[key] for key in keys[:2]},
            attributes={key: sets[key] for key in keys[2:]},
            citation="Caliskan, Bryson and Narayanan 2017",
        )
        for name, keys in CALISKAN.items()
        if all(key in sets for key in keys)
    ]
    if not found:
        raise FormatError(
            f"{path}: no query: expected the key 'query', or 'targets' and 'attributes', or the "
            "sets of Caliskan et al. 2017 under WEFE's names, such as flowers, insects, "
            "pleasant_5 and unpleasant_5a"
        )
    return found


CALISKAN = {
    "WEAT 1 flowers, insects": ("flowers", "insects", "pleasant_5", "unpleasant_5a"),
    "WEAT 2 instruments, weapons": ("instruments", "weapons", "pleasant_5", "unpleasant_5a"),
    "WEAT 3 European, African American names": (
        "european_american_names_5",
        "african_american_names_5",
        "pleasant_5",
        "unpleasant_5b",
    ),
    "WEAT 4 European, African American names": (
        "european_american_names_7",
        "african_american_names_7",
        "pleasant_5",
        "unpleasant_5b",
    ),
    "WEAT 5 European, African American names": (
        "european_american_names_7",
        "african_american_names_7",
        "pleasant_9",
        "unpleasant_9",
    ),
    "WEAT 6 male, female names": ("male_names", "female_names", "career", "family"),
    "WEAT 7 maths, arts": ("math", "arts", "male_terms", "female_terms"),
    "WEAT 8 science, arts": ("science", "arts_2", "male_terms_2", "female_terms_2"),
    "WEAT 9 mental, physical disease": (
        "mental_disease",
        "physical_disease",
        "temporary",
        "permanent",
    ),
    "WEAT 10 young, old people's names": (
        "young_people_names",
        "old_people_names",
        "pleasant_9",
        "unpleasant_9",
    ),
}
"""The ten tests of Caliskan et al. 2017, table 1: targets, then attributes, by WEFE's names."""


def _query(path: Path, number: int, entry: Any, of_all: Mapping[str, Any]) -> Query:
    where = f"query {number}"
    if not isinstance(entry, dict):
        raise FormatError(f"{path}: {where}: expected a table with {', '.join(_KEYS)}")
    for key in ("name", "targets", "attributes"):
        if key not in entry:
            raise FormatError(f"{path}: {where}: there is no key {key!r}")
    if unknown := sorted(set(entry) - set(_KEYS)):
        raise FormatError(
            f"{path}: {where}: unknown key {unknown[0]!r}; the keys are {', '.join(_KEYS)}"
        )
    values = {"citation": "", "paired": False, "check": False, **of_all, **entry}
    for key, kind, wanted in (
        ("name", str, "text"),
        ("citation", str, "text"),
        ("paired", bool, "true or false"),
        ("check", bool, "true or false"),
    ):
        if not isinstance(values[key], kind) or (key == "name" and not values[key]):
            raise FormatError(f"{path}: {where}: {key}: expected {wanted}, found {values[key]!r}")
    for key in ("targets", "attributes"):
        values[key] = _sets(path, f"{where}: {key}", values[key])
    try:
        return Query(**values)
    except ConfigError as error:
        raise FormatError(f"{path}: {error}") from error


def _sets(path: Path, where: str, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise FormatError(f"{path}: {where}: expected a table of named lists of words")
    for name, words in value.items():
        if not isinstance(words, list) or not all(isinstance(w, str) and w for w in words):
            raise FormatError(f"{path}: {where}: {name}: expected a list of words")
    return {name: tuple(words) for name, words in value.items()}


def _distinct(path: Path, queries: list[Query]) -> list[Query]:
    names = [query.name for query in queries]
    if twice := [name for number, name in enumerate(names) if name in names[:number]]:
        raise FormatError(f"{path}: two queries are named {twice[0]!r}; give each its own name")
    return queries
