"""The top-level command: where commands are found, and errors become one line and an exit code."""

import errno
import importlib
import logging
import os
import sys
from typing import Any

import click

import wordvec
from wordvec.cli.output import note
from wordvec.errors import ConfigError, DataError, ExpressionError, WordvecError

_COMMANDS = {
    "train": "train.train",
    "query": "query.query",
    "similarity": "vector.similarity",
    "vector": "vector.vector",
    "convert": "convert.convert",
    "index": "index.index",
    "retrofit": "retrofit.retrofit",
    "debias": "debias.debias",
    "whiten": "whiten.whiten",
    "mend": "mend.mend",
    "eval": "evaluate.evaluate_group",
    "compare": "compare.compare",
    "info": "info.info",
    "verify": "verify.verify",
    "demo": "demo.demo",
}
"""Where in `wordvec.cli` each is, in the order of the help."""


class Failure(click.ClickException):
    """A one-line message on stderr and an exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = exit_code  # type: ignore[misc]  # click's is the class's; this is each one's

    def show(self, file: Any = None) -> None:
        """Print the message; `file` is click's."""
        click.echo(f"wordvec: {self.format_message()}", file=file, err=True)


class _Notes(logging.Handler):
    """Shows what the library logs as warnings."""

    def emit(self, record: logging.LogRecord) -> None:
        note(f"warning: {record.getMessage()}")


class WordvecGroup(click.Group):
    """A click group that imports a command when it is asked for, and shows wordvec's errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name; None if there is none."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(".")
        command = getattr(importlib.import_module(f"wordvec.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; show an error as one line, or whole with --debug."""
        logging.getLogger("wordvec").handlers = [_Notes(logging.WARNING)]
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Failure("interrupted; nothing was written", 130) from None
        except (WordvecError, OSError, MemoryError) as error:
            system = error if isinstance(error, OSError) else None
            if isinstance(error, WordvecError):
                system = None  # a missing file is both, and says itself what to do
            if system and system.errno == errno.EPIPE:
                # The reader of our output left, as `head` does: no message, and none at exit.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                ctx.exit(0)
            if ctx.params.get("debug"):
                raise
            usage = isinstance(error, ConfigError | ExpressionError)
            usage = usage and not isinstance(error, DataError)
            message = str(error) or "there is not enough memory for this"
            if system:
                where = system.filename or "the output"
                message = f"{where} cannot be read or written: {system.strerror or system}"
            raise Failure(message, 2 if usage else 1) from error


@click.group(
    "wordvec",
    cls=WordvecGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: wordvec train corpus.txt, then wordvec query king - man + woman",
)
@click.version_option(wordvec.__version__, message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
def wordvec_group(debug: bool) -> None:
    """Train, keep, ask and judge word vectors from your own text."""
