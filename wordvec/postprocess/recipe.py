"""Several post-processing steps in order, from a file: what `wordvec mend` runs.

A recipe is TOML: a list of tables `steps`, each with the name of its `step` and that function's
options by their names in Python. Names, types and files are checked before the first step begins.
"""

import contextlib
import inspect
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from wordvec.errors import ConfigError, DataError, FormatError, MissingFileError, WordvecError
from wordvec.postprocess.debias import debias
from wordvec.postprocess.lexicon import read_lexicon
from wordvec.postprocess.result import Out, Place, Progress, check_out
from wordvec.postprocess.retrofit import retrofit
from wordvec.postprocess.whiten import whiten
from wordvec.postprocess.wordgraph import WORDNETS
from wordvec.postprocess.wordsets import SHIPPED, WordSets, read_word_sets
from wordvec.vectors import WordVectors

STEPS: dict[str, Callable[..., WordVectors]] = {
    function.__name__: function for function in (retrofit, debias, whiten)
}
"""What a recipe may name."""
_GIVEN_BY_MEND = {"vectors", "out", "overwrite", "progress"}
_NAMED = {"lexicon": WORDNETS, "antonyms": WORDNETS, "word_sets": SHIPPED}
_FILES = {*_NAMED, "equalize", "specific", "examples", "counts"}
"""Options that name a file beside the recipe, or one of those in `_NAMED`."""
_READING = ("format", "merge_heads", "keep_numbers")
_WORDS = ("equalize", "specific", "examples")
_PLAIN = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


@dataclass(frozen=True)
class Step:
    """A post-processor and its options."""

    where: str
    """The recipe and the number of the step, for messages."""
    function: Callable[..., WordVectors]
    options: dict[str, Any]

    @property
    def word_sets(self) -> WordSets | None:
        """What a debiasing step reads; None for the others."""
        if self.function is not debias:
            return None
        files = {key: self.options[key] for key in _WORDS if key in self.options}
        return read_word_sets(self.options["word_sets"], **files)

    def run(self, vectors: WordVectors, **more: Any) -> WordVectors:
        """Return `vectors` after the step; errors say which step it was."""
        with self._named_errors():
            return self.function(vectors, **self.options, **more)

    def check_files(self) -> None:
        """Read the files that the step names, to find what is wrong with them before the work."""
        with self._named_errors():
            _ = self.word_sets
            for key in ("lexicon", "antonyms"):
                file = self.options.get(key)
                if file is not None and file not in WORDNETS:
                    given = {k: self.options[k] for k in _READING if k in self.options}
                    reading = given if key == "lexicon" else {"antonyms": True}
                    read_lexicon(file, **reading)
            counts = self.options.get("counts")
            if counts is not None and not counts.exists():
                raise MissingFileError(f"{counts}: there is no such file")

    @contextlib.contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except WordvecError as error:
            # What is wrong with an option of a recipe is wrong with the data, not the usage.
            kind = DataError if isinstance(error, ConfigError) else type(error)
            raise kind(f"{self.where}: {error}") from error


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
        ``{"step": "whiten", "method": "zipfian"}``. Names of files are relative to the folder of
        the recipe's file, or to the present one if it has none.
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
    DataError
        If it names a step or an option that there is not, or an option has a wrong type.
    ConfigError
        As the steps do.
    OutputError
        If the result cannot be written.

    Examples
    --------
    >>> vectors = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]], counts=[3, 2, 1])
    >>> recipe = [{"step": "whiten", "method": "center"}, {"step": "whiten", "method": "uniform"}]
    >>> [step["method"] for step in mend(vectors, recipe).provenance["steps"]]
    ['center', 'uniform']
    """
    check_out(vectors, out, overwrite=overwrite)
    if isinstance(recipe, str | os.PathLike):
        steps = read_recipe(recipe)
    else:
        steps = _check_steps(recipe, "the recipe")
    for step in steps:
        step.check_files()
    between = None if out is None else Place.TEMPORARY
    for step in steps[:-1]:
        vectors = step.run(vectors, out=between, progress=progress)
    return steps[-1].run(vectors, out=out, overwrite=overwrite, progress=progress)


def read_recipe(recipe: str | os.PathLike[str]) -> list[Step]:
    """Return the steps of a file, whose names, options and types are checked.

    Raises
    ------
    MissingFileError, FormatError, DataError
        As `mend` does.
    """
    path = Path(recipe)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise MissingFileError(f"{path}: there is no such file") from error
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except (ValueError, RecursionError) as error:  # also too long a number, too deep a list
        raise FormatError(f"{path}: not TOML: {error}") from error
    if set(tables) != {"steps"} or not isinstance(tables["steps"], list):
        found = ", ".join(tables) or "nothing"
        raise FormatError(
            f"{path} holds {found}; expected tables [[steps]], in double brackets, and nothing else"
        )
    return _check_steps(tables["steps"], str(path), path.parent)


def _check_steps(
    tables: Sequence[Mapping[str, Any]], source: str, folder: Path = Path()
) -> list[Step]:
    if not tables:
        raise DataError(f"{source} has no steps; expected one or more of {', '.join(STEPS)}")
    return [_step(f"{source}, step {n}", table, folder) for n, table in enumerate(tables, 1)]


def _step(where: str, table: Mapping[str, Any], folder: Path) -> Step:
    if not isinstance(table, Mapping):
        raise DataError(f"{where} is {table!r}; expected a table")
    options = dict(table)
    name = options.pop("step", None)
    if not isinstance(name, str) or name not in STEPS:
        raise DataError(f"{where}: step is {name!r}; it must be one of {', '.join(STEPS)}")
    function = STEPS[name]
    hints = get_type_hints(function)
    known = {
        option: parameter
        for option, parameter in inspect.signature(function).parameters.items()
        if option not in _GIVEN_BY_MEND
    }
    for option, value in options.items():
        if option not in known:
            raise DataError(f"{where}: {name} has no option {option!r}; it has {', '.join(known)}")
        if not _fits(value, hints[option]):
            raise DataError(f"{where}: {option} is {value!r}; expected {_expected(hints[option])}")
        if option in _FILES and value not in _NAMED.get(option, ()):
            if not value or "\0" in value:
                raise DataError(f"{where}: {option} is {value!r}; expected the name of a file")
            options[option] = folder / value
    for option, parameter in known.items():
        if parameter.default is parameter.empty and option not in options:
            raise DataError(f"{where}: {name} needs the option {option!r}")
    return Step(where, function, options)


def _parts(hint: Any) -> tuple[Any, ...]:
    """Return what an annotation allows, one by one."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(part for each in get_args(hint) for part in _parts(each))
    return (hint,)


def _choices(hint: Any) -> list[Any]:
    """Return the values between which an annotation leaves the choice, if it does."""
    return [v for part in _parts(hint) if get_origin(part) is Literal for v in get_args(part)]


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value that TOML may hold is one that an annotation allows."""
    if choices := _choices(hint):
        return value in choices
    return type(value) in _parts(hint) or (type(value) is int and float in _parts(hint))


def _expected(hint: Any) -> str:
    if choices := _choices(hint):
        return f"one of {', '.join(map(str, choices))}"
    return " or ".join(name for plain, name in _PLAIN.items() if plain in _parts(hint))
