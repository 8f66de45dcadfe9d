"""`wordvec eval NAME` for an evaluator of another package: the common options and no others."""

import inspect
from typing import Any

import click

from wordvec.cli.evaluate.judging import Judging, judge_and_print, judging_options
from wordvec.errors import ConfigError
from wordvec.evals.registry import evaluator


def command_of(name: str) -> click.Command:
    """Return the command of an evaluator; one that cannot be imported says so when it is run."""
    try:
        about = inspect.getdoc(evaluator(name))
    except ConfigError as error:
        about = str(error)

    @click.command(name, help=about, epilog=f"Example: wordvec eval {name}")
    @judging_options
    def command(dataset: tuple[str, ...], **judging: Any) -> None:
        judge_and_print(name, dataset, Judging(**judging))

    return command
