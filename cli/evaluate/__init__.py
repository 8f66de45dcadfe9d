"""`wordvec eval`: how good the vectors are, one file an evaluator.

A command is imported when it is asked for. An evaluator of another package has a command with the
common options.
"""

import importlib

import click

from wordvec.evals.registry import names

_COMMANDS = {
    "similarity": "similarity.similarity",
    "analogy": "analogy.analogy",
    "sentence": "sentence.sentence",
    "classification": "classification.classification",
    "ranking": "ranking.ranking",
    "clusters": "clusters.clusters",
    "bias": "bias.bias",
    "geometry": "geometry.geometry",
    "all": "everything.everything",
}
"""Where in `wordvec.cli.evaluate` each is, in the order of the help."""


class _Evaluators(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        return [*_COMMANDS, *(name for name in names() if name not in _COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in _COMMANDS:
            module, name = _COMMANDS[cmd_name].split(".")
            command = getattr(importlib.import_module(f"wordvec.cli.evaluate.{module}"), name)
            return command if isinstance(command, click.Command) else None
        if cmd_name not in names():
            return None
        from wordvec.cli.evaluate.plugin import command_of

        return command_of(cmd_name)


@click.group("eval", cls=_Evaluators)
def evaluate_group() -> None:
    """Judge vectors against what people say."""
