"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from wordvec.lookup import UNSEEN

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_MODEL = "vectors.h5"


def model_option(command: _Command) -> _Command:
    """Add `-m/--model`: the store to read."""
    return click.option(
        "-m",
        "--model",
        type=click.Path(readable=False, path_type=Path),
        default=DEFAULT_MODEL,
        envvar="WORDVEC_MODEL",
        show_default=True,
        show_envvar=True,
        help="The vectors to read.",
    )(command)


def file_argument(command: _Command) -> _Command:
    """Add an optional `FILE`, the store to read, which goes before `--model`."""
    return click.argument("file", type=click.Path(readable=False, path_type=Path), required=False)(
        command
    )


def json_option(command: _Command) -> _Command:
    """Add `--json`: one JSON document on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")(
        command
    )


def unseen_option(command: _Command) -> _Command:
    """Add `--unseen`: what stands for a word that is not in the vocabulary."""
    return click.option(
        "--unseen",
        type=click.Choice(UNSEEN),
        default="error",
        show_default=True,
        help="What stands for a word that is not there: nothing; zeros; the vectors of its "
        "character n-grams (from a fastText model); its closest spellings.",
    )(command)
