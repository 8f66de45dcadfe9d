"""`wordvec eval all`: every evaluator at once, as a table, a page, a model card or JSON."""

from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.evaluate.judging import (
    Judging,
    exit_if_nothing,
    judging_options,
    notes_of,
    print_figures,
)
from wordvec.cli.output import StageProgress, note, print_json
from wordvec.evals.registry import names
from wordvec.evals.report.tables import by_evaluator, headline_table, named
from wordvec.evals.suite import Judgement, judge, suite


@click.command(
    "all",
    epilog="Examples: wordvec eval all --report report.html | "
    "wordvec eval all my-pairs.tsv clusters=categories.tsv --only similarity,clusters",
)
@judging_options
@click.option(
    "--only",
    metavar="NAMES",
    help="Of the evaluators' own data sets, take those of these alone, separated by commas: "
    "similarity,bias.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write a page with tables and pictures to this file; needs jinja2 and matplotlib: "
    "pip install 'wordvec[plot]'.",
)
@click.option("--force", is_flag=True, help="Replace the report's file if it is a page.")
@click.option("--markdown", is_flag=True, help="Print a model card in Markdown.")
def everything(
    dataset: tuple[str, ...],
    only: str | None,
    report: Path | None,
    force: bool,
    markdown: bool,
    **judging: Any,
) -> None:
    """Judge the vectors by every evaluator, and say what each found first.

    DATASET is a file, or a folder of files, whose kind is read off its lines (word pairs,
    analogies, sentence pairs, word sets), or EVALUATOR=FILE where they do not tell. It is taken
    besides the data sets that the evaluators have themselves.
    """
    options = Judging(**judging)
    if options.as_json and markdown:
        raise click.UsageError("--json and --markdown both print; give one of them")
    if force and report is None:
        raise click.UsageError("--force goes with --report")
    evaluators = suite(dataset, only=_names(only))  # a bad file is found before the work
    vectors = wordvec.open(options.model)
    if report is not None:
        from wordvec.evals.report import check_report, write_report

        check_report(report, overwrite=force)
    with StageProgress("judging", unit=" data sets") as progress:
        judgement = judge(vectors, evaluators, progress=progress)
    if options.as_json:
        made = {"model": str(options.model), "words": len(vectors), "dim": vectors.vector_size}
        print_json({**made, "provenance": vectors.provenance, **judgement.to_dict()})
    elif markdown:
        from wordvec.evals.report import model_card

        click.echo(model_card(vectors, judgement), nl=False)
    else:
        _print(judgement)
    if report is not None:
        write_report(report, vectors, judgement, overwrite=force)
        note(f"{report} is written; open it in a browser")
    exit_if_nothing(judgement.results)


def _print(judgement: Judgement) -> None:
    """Print the first figures of all, and what to know of them on stderr."""
    told = by_evaluator(named(judgement.results))
    print_figures(
        [
            (f"{name} {result.dataset}".strip(), figure)
            for name, results in told.items()
            for result in results
            for row in headline_table([result]).rows
            for figure in (row.figure, row.chance)
            if figure is not None
        ]
    )
    for name, results in told.items():
        for line in notes_of(results):
            note(line if line.startswith(f"{name}: ") else f"{name}: {line}")
    for line in judgement.skipped:
        note(f"not judged: {line}")


def _names(only: str | None) -> list[str] | None:
    if only is None:
        return None
    found = [name.strip() for name in only.split(",") if name.strip()]
    if not found:
        raise click.UsageError(f"--only names no evaluator; there are {', '.join(names())}")
    return found
