"""Several post-processing steps in order, from a file: what `wordvec mend` runs.

A recipe is TOML: a list of tables `steps`, each with the name of its `step` and that function's
options by their names in Python. Everything in it is checked before the first step begins.
"""

import inspect
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from wordvec.errors import ConfigError, FormatError, MissingFileError
from wordvec.postprocess.debias import debias
from wordvec.postprocess.result import Out, Place, Progress, check_out
from wordvec.postprocess.retrofit import retrofit
from wordvec.postprocess.whiten import whiten
from wordvec.vectors import WordVectors

STEPS: dict[str, Callable[..., WordVectors]] = {
    function.__name__: function for function in (retrofit, debias, whiten)
}
"""What a recipe may name."""
_GIVEN_BY_MEND = {"vectors", "out", "overwrite", "progress"}
_FILES = {"lexicon", "antonyms", "word_sets", "equalize", "specific", "examples", "counts"}
"""Options that may name a file, which lies beside the recipe if its path is relative."""
_PLAIN = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


@dataclass(frozen=True)
class Step:
    """A post-processor and its options."""

    function: Callable[..., WordVectors]
    options: dict[str, Any]


def mend(
    vectors: WordVectors,
    recipe: str | os.PathLike[str] | Sequence[Mapping[str, Any]],
    *,
    out: Out = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> WordVectors:
    """Return `vectors` after the steps of a recipe, one after the other.

    Parameters
    ----------
    vectors
        What to start from; stays as it is.
    recipe
        A TOML file, or what it would hold: a table a step, such as
        ``{"step": "whiten", "method": "zipfian"}``. Files that it names are looked for beside it.
    out, overwrite
        A store to write, and whether it may be there already; None for a result in memory.
    progress
        Called now and then with the words done and the words to do, by each step anew.

    Returns
    -------
    Vectors whose provenance has one more step for each of the recipe's.

    Raises
    ------
    MissingFileError, FormatError
        If the recipe is not there or cannot be read.
    ConfigError
        If it names a step or an option that there is not, or an option has a wrong type; and as
        the steps do.
    OutputError
        If the result cannot be written.

    Examples
    --------
    >>> vectors = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]], counts=[3, 2, 1])
    >>> recipe = [{"step": "whiten", "method": "center"}, {"step": "whiten", "method": "uniform"}]
    >>> [step["method"] for step in mend(vectors, recipe).provenance["steps"]]
    ['center', 'uniform']
    """
    check_out(out, overwrite=overwrite)
    steps = _read_steps(recipe) if isinstance(recipe, str | os.PathLike) else check_steps(recipe)
    between = None if out is None else Place.TEMPORARY
    for step in steps[:-1]:
        vectors = step.function(vectors, **step.options, out=between, progress=progress)
    last = steps[-1]
    return last.function(vectors, **last.options, out=out, overwrite=overwrite, progress=progress)


def _read_steps(recipe: str | os.PathLike[str]) -> list[Step]:
    path = Path(recipe)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingFileError(f"{path}: there is no such file") from error
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{path}: not TOML: {error}") from error
    if set(tables) != {"steps"} or not isinstance(tables["steps"], list):
        found = ", ".join(tables) or "nothing"
        raise FormatError(f"{path} holds {found}; expected tables [[steps]] and nothing else")
    return check_steps(tables["steps"], str(path))


def check_steps(tables: Sequence[Mapping[str, Any]], source: str | None = None) -> list[Step]:
    """Return the steps of a recipe, checked; `source` is its file, if it has one.

    Raises
    ------
    ConfigError
        As `mend` does; says which step it is.
    """
    title = "the recipe" if source is None else source
    if not tables:
        raise ConfigError(f"{title} has no steps; expected one or more of {', '.join(STEPS)}")
    folder = None if source is None else Path(source).parent
    return [_step(f"{title}, step {n}", table, folder) for n, table in enumerate(tables, 1)]


def _step(where: str, table: Mapping[str, Any], folder: Path | None) -> Step:
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where} is {table!r}; expected a table")
    options = dict(table)
    name = options.pop("step", None)
    if not isinstance(name, str) or name not in STEPS:
        raise ConfigError(f"{where}: step is {name!r}; it must be one of {', '.join(STEPS)}")
    function = STEPS[name]
    hints = get_type_hints(function)
    known = {
        option: parameter
        for option, parameter in inspect.signature(function).parameters.items()
        if option not in _GIVEN_BY_MEND
    }
    for option, value in options.items():
        if option not in known:
            raise ConfigError(
                f"{where}: {name} has no option {option!r}; it has {', '.join(known)}"
            )
        if not _fits(value, hints[option]):
            raise ConfigError(
                f"{where}: {option} is {value!r}; expected {_expected(hints[option])}"
            )
        if folder is not None and option in _FILES and (folder / value).exists():
            options[option] = folder / value
    for option, parameter in known.items():
        if parameter.default is parameter.empty and option not in options:
            raise ConfigError(f"{where}: {name} needs the option {option!r}")
    return Step(function, options)


def _plain_types(hint: Any) -> set[type]:
    """Return which of the types that TOML has, besides lists, an annotation admits."""
    if get_origin(hint) in (Union, UnionType):
        return set().union(*map(_plain_types, get_args(hint)))
    if get_origin(hint) is Literal:
        return {type(value) for value in get_args(hint)}
    if hint is float:
        return {int, float}
    if hint in _PLAIN:
        return {hint}
    return set()


def _fits(value: Any, hint: Any) -> bool:
    return type(value) in _plain_types(hint)


def _expected(hint: Any) -> str:
    types = _plain_types(hint)
    if float in types:
        types.discard(int)
    return " or ".join(name for plain, name in _PLAIN.items() if plain in types)
