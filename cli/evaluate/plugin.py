"""`wordvec eval NAME` for an evaluator of another package: the common options and no others."""

import inspect

import click

from wordvec.cli.evaluate.judging import Judging, judge_and_print, judging_options
from wordvec.evals.registry import evaluator


def command_of(name: str) -> click.Command:
    """Return the command of the evaluator of that name.

    Raises
    ------
    ConfigError
        If it cannot be imported.
    """
    cls = evaluator(name)

    @click.command(name, help=inspect.getdoc(cls), epilog=f"Example: wordvec eval {name}")
    @judging_options
    def command(dataset: tuple[str, ...], **judging: object) -> None:
        judge_and_print(name, dataset, Judging(**judging))  # type: ignore[arg-type]  # click's

    return command
