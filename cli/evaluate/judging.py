"""What the commands of `wordvec eval` share: from data sets to tables.

`judging_options` adds the options, `judge_and_print` makes the evaluators, runs them and prints.
A command itself says what its data and options are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

import wordvec
from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import StageProgress, note, number_text, print_json, print_table, stepped
from wordvec.evals.datasets import expand, short_names
from wordvec.evals.registry import evaluator
from wordvec.evals.report.notes import policies_of
from wordvec.evals.report.tables import found
from wordvec.evals.result import MOST_SEED, SEED, Figure, Result
from wordvec.evals.summary import weighted_mean

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Judging:
    """The options that all commands have."""

    model: Path
    as_json: bool


def judging_options(command: _Command) -> _Command:
    """Add `[DATASET]...`, `-m` and `--json`."""
    for option in (json_option, model_option, click.argument("dataset", nargs=-1)):
        command = option(command)
    return command


def restrict_option(default: int) -> Callable[[_Command], _Command]:
    """Add `--restrict-vocab`."""
    return click.option(
        "--restrict-vocab",
        type=click.IntRange(min=1),
        default=default,
        show_default=True,
        help="Only so many of the most frequent words take part.",
    )


def case_option(command: _Command) -> _Command:
    """Add `--case-sensitive`, which makes `case_insensitive` False."""
    return click.option(
        "--ignore-case/--case-sensitive",
        "case_insensitive",
        default=True,
        show_default=True,
        help="Whether words may be written otherwise than in the data set.",
    )(command)


def seed_option(what: str) -> Callable[[_Command], _Command]:
    """Add `--seed`; `what` says what is drawn with it."""
    return click.option(
        "--seed",
        type=click.IntRange(0, MOST_SEED),
        default=SEED,
        show_default=True,
        help=what,
    )


def judge_and_print(
    name: str,
    dataset: Sequence[str],
    judging: Judging,
    *,
    folders: bool = True,
    **options: Any,
) -> None:
    """Judge the model by each data set, or by the evaluator's own, and print a table of all.

    Parameters
    ----------
    name
        Of the evaluator.
    dataset
        As the user gave them; a folder stands for the files in it if `folders`.
    judging
        The options that all commands have.
    **options
        Of the evaluator.
    """
    cls = evaluator(name)
    if not dataset and not cls.defaults:
        raise click.UsageError("give a DATASET: this evaluator has none of its own")
    data: Sequence[Any] = dataset or cls.defaults
    if folders and dataset:
        data = [file for one in dataset for file in expand(one)]
    evaluators = [cls(one, **options) for one in data]  # a bad file is found before the work
    vectors = wordvec.open(judging.model)
    results = []
    with StageProgress("judging", unit=" data sets") as progress:
        for done, one in enumerate(evaluators, start=1):
            results.append(one(vectors))
            progress(done, len(evaluators))
    print_results(results, as_json=judging.as_json)


def print_results(results: Sequence[Result], *, as_json: bool) -> None:
    """Print the figures as one table, and what to know of them on stderr; exit 1 if there is none.

    Several data sets have their mean below them, weighted by the items found; of more than two
    only the first figures are told, no breakdown.
    """
    means = weighted_mean(results) if len(results) > 1 else []
    if as_json:
        print_json(
            {
                "results": [result.to_dict() for result in results],
                "weighted_mean": [figure.to_dict() for figure in means],
            }
        )
    else:
        names = short_names([result.dataset for result in results])
        parts = len(results) <= _SETS_IN_PARTS
        named = [
            (names[result.dataset] or result.evaluator, figure)
            for result in results
            for figure in (*result.figures, *(result.breakdown if parts else ()))
        ]
        print_figures([*named, *(("weighted mean", figure) for figure in means)])
        if not parts and any(result.breakdown for result in results):
            note("ask for one or two data sets, or for --json, to see their parts")
    for line in notes_of(results):
        note(line)
    exit_if_nothing(results)


def exit_if_nothing(results: Sequence[Result]) -> None:
    """Leave with exit code 1 if no figure of `results` has a value."""
    if not any(figure.value is not None for result in results for figure in result.figures):
        click.get_current_context().exit(1)


def print_figures(named: Sequence[tuple[str, Figure]]) -> None:
    """Print a table of figures and what each is of: the name of a data set, then its parts.

    Columns in which nothing is told are left out.
    """
    rows = [_row(figure) for _, figure in named]
    told = [place for place, cells in enumerate(zip(*rows, strict=True)) if set(cells) != {"-"}]
    firsts = stepped([(name, figure.part) for name, figure in named])
    print_table(
        [[first, *(row[i] for i in told)] for first, row in zip(firsts, rows, strict=True)],
        header=("data set", *(_HEADER[i] for i in told)),
    )


_HEADER = ("measure", "value", "95% interval", "p", "found")
_SETS_IN_PARTS = 2


def _row(figure: Figure) -> tuple[Any, ...]:
    ends = figure.interval
    return (
        figure.measure,
        figure.value,
        "-" if ends is None else f"{number_text(ends.low, 3)} to {number_text(ends.high, 3)}",
        _pvalue(figure.pvalue),
        found(figure),
    )


def _pvalue(p: float | None) -> str:
    if p is None:
        return "-"
    return f"{p:.4f}" if p >= 1e-4 else "<.0001"


def notes_of(results: Sequence[Result]) -> list[str]:
    """Return what a reader must know of `results`: each line once, those of one result by name."""
    names = short_names([result.dataset for result in results])
    told: dict[str, list[str]] = {}
    for result in results:
        lines = list(result.notes)
        if all(figure.value is None for figure in result.figures):
            lines.append(_why_nothing(result.figures[0]))
        for line in lines:
            told.setdefault(line, []).append(names[result.dataset] or result.evaluator)
    return [
        *policies_of(results),
        *(line if len(of) > 1 else f"{of[0]}: {line}" for line, of in told.items()),
    ]


def _why_nothing(figure: Figure) -> str:
    there = f"{figure.n:,} of {figure.items:,} {figure.unit or 'items'} found"
    few = "so there is nothing to say"
    if figure.n:
        few = (
            "but they are too few, or their scores or cosines are all the same: there is no figure"
        )
    return f"{there}, {few}"
