"""`wordvec verify`: whether a store is whole."""

from pathlib import Path

import click

from wordvec.cli.options import file_argument, json_option, model_option
from wordvec.cli.output import StageProgress, human_bytes, print_json
from wordvec.store.verify import verify_store


@click.command(epilog="Example: wordvec verify vectors.h5")
@file_argument
@model_option
@json_option
def verify(file: Path | None, model: Path, as_json: bool) -> None:
    """Read all of a store and compare it with its checksums.

    Worth doing after a download or a copy: all data are compared with what was written, each word
    is looked up, and no vector may hold what is not a number. FILE is the store; without it, that
    of -m. Exits with 1 at the first fault.
    """
    path = model if file is None else file
    with StageProgress("checking") as progress:
        header = verify_store(path, progress=progress)
    if as_json:
        names = [data_set.name for data_set in header.extents]
        print_json({"path": str(path), "bytes": header.size, "whole": True, "checked": names})
        return
    click.echo(
        f"{path} is whole: every checksum agrees ({len(header.extents)} parts, "
        f"{human_bytes(header.size)}), and every word is found"
    )
