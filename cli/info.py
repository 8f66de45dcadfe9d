"""`wordvec info`: what a store holds and how it was made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from wordvec.cli.options import file_argument, json_option, model_option
from wordvec.cli.output import human_bytes, print_json
from wordvec.evals.report.provenance import shown
from wordvec.store import read_header
from wordvec.store.read import StoreHeader, read_digests


@click.command(epilog="Example: wordvec info vectors.h5")
@file_argument
@model_option
@json_option
def info(file: Path | None, model: Path, as_json: bool) -> None:
    """Show what a store holds and how it was made.

    FILE is the store; without it, that of -m. Long lists are cut short and what is empty is left
    out; --json has all of it.
    """
    path = model if file is None else file
    header = read_header(path)
    if as_json:
        print_json(_document(path, header))
        return
    click.echo(
        f"{path}: {header.words:,} words x {header.dim}, {header.dtype}, {human_bytes(header.size)}"
    )
    click.echo(f"format {header.format_version}, written by {header.generator}, {header.created}")
    click.echo(f"holds {', '.join(_contents(header))}")
    for title, details in _sections(header.provenance):
        click.echo(f"\n{title}")
        _print_details(details)


def _document(path: Path, header: StoreHeader) -> dict[str, Any]:
    names = ("format_version", "generator", "created", "words", "dim", "dtype", "subwords")
    digests = read_digests(path)
    extents = [
        {
            "name": data_set.name,
            "type": extent.dtype,
            "shape": extent.shape,
            "offset": extent.place,
            "bytes": extent.bytes,
            "sha256": digests[data_set],
        }
        for data_set, extent in header.extents.items()
    ]
    return {
        "path": str(path),
        "bytes": header.size,
        **{name: getattr(header, name) for name in names},
        "data_sets": extents,
        "provenance": header.provenance,
    }


def _contents(header: StoreHeader) -> list[str]:
    """Return what the store has, in words."""
    held = {data_set.name: extent for data_set, extent in header.extents.items()}
    optional = {
        "counts": "counts",
        "ngram_index": "a spelling index",
        "output": "the output layer",
    }
    found = ["vectors", *(words for name, words in optional.items() if name in held)]
    if header.subwords is not None:
        low, high = header.subwords["min_n"], header.subwords["max_n"]
        found.append(
            f"vectors of {held['subwords'].shape[0]:,} subwords of {low} to {high} characters"
        )
    return found


def _sections(provenance: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the parts of a provenance with their titles; each step taken is one of its own."""
    for name, details in provenance.items():
        if name == "steps" and isinstance(details, list):
            for step in details:
                known = dict(step) if isinstance(step, dict) else {"step": step}
                yield f"step: {known.pop('step', '?')}", known
        else:
            yield name, details if isinstance(details, dict) else {"": details}


def _print_details(details: dict[str, Any], indent: str = "  ") -> None:
    """Print a name and a value a line; what a value holds in turn is indented below it."""
    known = {name: value for name, value in details.items() if value not in (None, [], {}, "")}
    width = max(16, *(len(str(name)) + 2 for name in known)) if known else 0
    for name, value in known.items():
        if isinstance(value, dict) and value:
            click.echo(f"{indent}{name}")
            _print_details(value, indent + "  ")
        else:
            click.echo(f"{indent}{name!s:<{width}}{shown(value)}".rstrip())
