"""`wordvec index`: build the index for approximate search, and tell how good it is."""

from dataclasses import asdict
from pathlib import Path

import click

from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import StageProgress, human_bytes, note, print_json


@click.command(epilog="Example: wordvec index -m vectors.h5")
@model_option
@click.option("--threads", type=click.IntRange(min=1), help="How many; by default all CPUs.")
@click.option("--force", is_flag=True, help="Build again what is up to date.")
@json_option
def index(model: Path, threads: int | None, force: bool, as_json: bool) -> None:
    """Build an index of a store for approximate search, beside it.

    Worth it for many queries on hundreds of thousands of words or more: a query is then answered
    in a millisecond or so, with most of the nearest words instead of all. How many, and how much
    time that saves, is measured over 1,000 random words and printed. The index is named like the
    store with .usearch at the end; build it again when the store has been replaced. Needs
    usearch: pip install 'wordvec[ann]'
    """
    from wordvec.approximate import AIMED_RECALL, build_index

    with StageProgress("indexing", " words") as progress:
        report = build_index(model, threads=threads, overwrite=force, progress=progress)
    if report.recall_at_10 < AIMED_RECALL:
        note(f"warning: recall is below {AIMED_RECALL}: these vectors are hard to index")
    if report.approximate_seconds > report.exact_seconds:
        note("warning: an exact query is quicker here; the index does not pay for these vectors")
    if as_json:
        print_json({**asdict(report), "path": str(report.path)})
        return
    click.echo(
        f"indexed  {report.rows:,} of {report.words:,} words in {report.seconds:.1f} s, "
        f"{report.path} ({human_bytes(report.bytes)})"
    )
    click.echo(
        f"recall   {report.recall_at_10:.3f} of the 10 nearest over {report.sampled:,} words, "
        f"{report.expansion} candidates a query"
    )
    click.echo(
        f"a query  {report.approximate_seconds * 1e3:.2f} ms; "
        f"exact {report.exact_seconds * 1e3:.2f} ms"
    )
