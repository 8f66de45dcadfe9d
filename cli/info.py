"""`wordvec info`: what a store holds and how it was made."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import human_bytes, print_json
from wordvec.store import read_header


@click.command(epilog="Example: wordvec info -m vectors.h5")
@model_option
@json_option
def info(model: Path, as_json: bool) -> None:
    """Show what a store holds and how it was made."""
    header = read_header(model)
    size = model.stat().st_size
    if as_json:
        names = ("format_version", "generator", "created", "words", "dim", "dtype", "provenance")
        shown = {name: getattr(header, name) for name in names}
        print_json({"path": str(model), "bytes": size, **shown})
        return
    click.echo(f"{model}: {header.words:,} words x {header.dim}, {human_bytes(size)}")
    click.echo(f"format {header.format_version}, written by {header.generator}, {header.created}")
    for step, details in header.provenance.items():
        click.echo(f"\n{step}")
        for name, value in details.items() if isinstance(details, dict) else [("", details)]:
            click.echo(f"  {name:<16}{_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value)
