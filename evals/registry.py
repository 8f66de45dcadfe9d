"""The evaluators by name: ours, and those that other packages add.

An evaluator is a class in a file of its own, `Evaluator(data)(vectors) -> Result`. Another package
adds one by an entry point in the group "wordvec.evaluators", whose name is the evaluator's:

    [project.entry-points."wordvec.evaluators"]
    rhymes = "my_package.rhymes:Rhymes"

Called by `evaluate`, the command line and the suite. Imports an evaluator when it is asked for.
"""

import importlib
import logging
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, ClassVar, Protocol

from wordvec.errors import ConfigError
from wordvec.evals.datasets import GENSIM_FILES, kind_of
from wordvec.evals.result import Result
from wordvec.vectors import WordVectors

ENTRY_POINTS = "wordvec.evaluators"

_log = logging.getLogger("wordvec")

_OURS = {
    "similarity": "similarity.Similarity",
    "analogy": "analogy.Analogy",
    "sentence": "sentence.Sentence",
    "classification": "classification.Classification",
    "ranking": "ranking.Ranking",
    "clusters": "clusters.Clusters",
    "bias": "bias.Bias",
    "geometry": "geometry.Geometry",
}
"""Where in `wordvec.evals` each is, in the order in which they are shown."""


class Evaluator(Protocol):
    """Reads its data when it is made, and judges as many spaces as it is called with."""

    name: ClassVar[str]
    """What it is registered by."""
    defaults: ClassVar[tuple[str | None, ...]]
    """The data sets that it takes when none is named; (None,) if it needs none; () if one must
    be named."""
    dataset: str
    """The name or the file of the data it was made with; "" if none."""

    def __init__(self, data: str | Path | None = None, **options: Any) -> None:
        """Read the data; raises ConfigError for a bad option, FormatError for a bad line."""

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`; raises DataError if they cannot be judged so at all."""


def names() -> tuple[str, ...]:
    """Return the names of all evaluators: ours, then those of other packages."""
    return (*_OURS, *sorted(_others()))


def working_names() -> tuple[str, ...]:
    """Return the names of the evaluators that can be imported; warn of the others."""
    found = []
    for name in names():
        try:
            evaluator(name)
        except ConfigError as error:
            _log.warning("%s", error)
        else:
            found.append(name)
    return tuple(found)


def evaluator(name: str) -> type[Evaluator]:
    """Return the class of that name.

    Raises
    ------
    ConfigError
        If there is none, or what another package registered cannot be imported.

    Examples
    --------
    >>> evaluator("similarity").defaults
    ('wordsim353', 'simlex999')
    """
    if name in _OURS:
        module, cls = _OURS[name].split(".")
        found: type[Evaluator] = getattr(importlib.import_module(f"wordvec.evals.{module}"), cls)
        return found
    if (entry := _others().get(name)) is None:
        raise ConfigError(f"there is no evaluator {name!r}; there are {', '.join(names())}")
    try:
        loaded: type[Evaluator] = entry.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"the evaluator {name!r} ({entry.value}) cannot be imported: {error}"
        ) from error
    return loaded


def evaluate(
    vectors: WordVectors, name: str | Path, data: str | Path | None = None, **options: Any
) -> Result:
    """Judge `vectors` by a data set, or by an evaluator and its data.

    Parameters
    ----------
    vectors
        The vectors to judge, most frequent word first.
    name
        An evaluator: "similarity", "analogy", "bias", "geometry" ... (see `names`). Or a data set,
        "wordsim353", "simlex999" or "questions-words", or a file, whose kind is read off its
        lines: see `wordvec.evals.datasets.kind_of`.
    data
        With an evaluator: its data set, the first of its defaults if None.
    **options
        Of the evaluator.

    Raises
    ------
    ConfigError
        If there is no such evaluator, data set or file, or an option is bad.
    DataError
        If the vectors cannot be judged so at all.
    FormatError
        If a line of the data cannot be read; names it.

    Examples
    --------
    >>> vectors = WordVectors(["king", "queen"], [[1, 0], [1, 1]])
    >>> evaluate(vectors, "wordsim353").n
    1
    """
    if name in names():
        cls = evaluator(str(name))
        if data is None:
            if not cls.defaults:
                raise ConfigError(f"{name} has no data set of its own; give a file")
            data = cls.defaults[0]
        return cls(data, **options)(vectors)
    if data is not None:
        raise ConfigError(f"{str(name)!r} is no evaluator; there are {', '.join(names())}")
    if name not in GENSIM_FILES and not Path(name).exists():
        raise ConfigError(
            f"{str(name)!r} is no evaluator ({', '.join(names())}), no known data set "
            f"({', '.join(GENSIM_FILES)}) and no file"
        )
    return evaluator(kind_of(name))(name, **options)(vectors)


def _others() -> dict[str, EntryPoint]:
    return {e.name: e for e in entry_points(group=ENTRY_POINTS) if e.name not in _OURS}
