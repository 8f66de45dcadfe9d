"""`wordvec info`: what a store holds and how it was made."""

from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import human_bytes, print_json


@click.command(epilog="Example: wordvec info -m vectors.h5")
@model_option
@json_option
def info(model: Path, as_json: bool) -> None:
    """Show what a store holds and how it was made."""
    vectors = wordvec.open(model)
    size = model.stat().st_size
    if as_json:
        shape = {"words": len(vectors), "dim": vectors.vector_size}
        document = {"path": str(model), "bytes": size, **shape, "provenance": vectors.provenance}
        print_json(document)
        return
    click.echo(f"{model}: {len(vectors):,} words x {vectors.vector_size}, {human_bytes(size)}")
    for step, details in (vectors.provenance or {}).items():
        click.echo(f"\n{step}")
        for name, value in details.items():
            click.echo(f"  {name:<16}{_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
