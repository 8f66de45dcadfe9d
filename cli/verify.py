"""`wordvec verify`: whether a store is whole."""

from pathlib import Path

import click

from wordvec.cli.options import model_option
from wordvec.store.verify import verify_store


@click.command(epilog="Example: wordvec verify -m vectors.h5")
@model_option
def verify(model: Path) -> None:
    """Read all of a store and compare it with its checksums.

    Worth doing after a download or a copy. Exits with 1 at the first fault.
    """
    verify_store(model)
    click.echo(f"{model} is whole: every checksum agrees")
