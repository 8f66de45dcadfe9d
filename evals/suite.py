"""All evaluators at once: what `wordvec eval all`, `wordvec compare` and `--evaluate` judge by.

Knows no evaluator by what it does; other packages' run with ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.evals.datasets import expand, kind_of
from wordvec.evals.registry import Evaluator, evaluator, names, working_names
from wordvec.evals.result import Result
from wordvec.vectors import WordVectors

ANALOGY_CUT = 30_000
"""Over so many of the most frequent words analogies are answered here: word2vec.c's cut."""

_OPTIONS: dict[str, dict[str, Any]] = {"analogy": {"restrict_vocab": ANALOGY_CUT}}

Progress = Callable[[int, int], None]
"""Called with the evaluators done and to do."""


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a suite found in one space."""

    results: tuple[Result, ...]
    skipped: tuple[str, ...]
    """Which evaluators could not judge the space, and why, a line each."""

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            "results": [result.to_dict() for result in self.results],
            "skipped": list(self.skipped),
        }


def suite(data: Sequence[str | Path] = (), *, only: Sequence[str] | None = None) -> list[Evaluator]:
    """Return every evaluator with each data set of its own, then one for each of `data`.

    Parameters
    ----------
    data
        Files, or folders of them, whose evaluator is read off their lines; or "evaluator=file"
        where the lines do not tell, such as "clusters=categories.tsv".
    only
        Names of evaluators; None for all, but for those of other packages that cannot be imported.

    Raises
    ------
    ConfigError
        If there is no such evaluator or file.
    FormatError
        If a line of a file cannot be read; names it.
    """
    asked = working_names() if only is None else tuple(dict.fromkeys(only))
    made = [_make(name, default) for name in asked for default in evaluator(name).defaults]
    for given in data:
        name, separator, file = str(given).partition("=")
        if separator and name in names():
            made.append(_make(name, file))
        else:
            made += [_read(file) for file in expand(given)]
    for name in only or ():
        if name not in {one.name for one in made}:
            raise ConfigError(f"{name} has no data set of its own; give one, as {name}=FILE")
    return made


def judge(
    vectors: WordVectors, evaluators: Sequence[Evaluator], *, progress: Progress | None = None
) -> Judgement:
    """Return what each of `evaluators` finds; those that cannot judge `vectors` are skipped."""
    results: list[Result] = []
    skipped: list[str] = []
    for done, one in enumerate(evaluators, start=1):
        try:
            results.append(one(vectors))
        except DataError as error:
            skipped.append(f"{one.name} {one.dataset}".strip() + f": {error}")
        if progress is not None:
            progress(done, len(evaluators))
    return Judgement(tuple(results), tuple(skipped))


def _read(file: str | Path) -> Evaluator:
    kind = kind_of(file)
    try:
        return _make(kind, file)
    except FormatError as error:
        raise FormatError(
            f"{error}; it was taken for {kind}: for another evaluator say which, as "
            f"clusters={Path(file).name}"
        ) from error


def _make(name: str, data: str | Path | None) -> Evaluator:
    return evaluator(name)(data, **_OPTIONS.get(name, {}))
