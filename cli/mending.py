"""What the post-processing commands share: from a store to a store, and a report.

`mending_options` adds the options, `mend_store` runs the step and prints. A command itself gives
the step and says how its report reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

import wordvec
from wordvec.cli.group import Failure
from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import StageProgress, human_bytes, print_json
from wordvec.postprocess.result import check_out
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors

_Command = TypeVar("_Command", bound=Callable[..., Any])

Step = Callable[..., WordVectors]
"""From vectors, `out`, `overwrite` and `progress` to the result."""


@dataclass(frozen=True)
class Mending:
    """The options that all post-processing commands have."""

    model: Path
    output: Path
    force: bool
    evaluate: bool
    data: tuple[Path, ...]
    as_json: bool


@dataclass(frozen=True)
class Bias:
    """The bias that `--evaluate` measures."""

    word_sets: WordSets
    components: int = 1


def mending_options(command: _Command) -> _Command:
    """Add `-m`, `-o`, `--force`, `--evaluate`, `--data` and `--json`: the fields of `Mending`."""
    for option in (
        json_option,
        click.option(
            "--data",
            multiple=True,
            type=click.Path(exists=True, path_type=Path),
            help="With --evaluate: another data set, or a folder of them (word pairs, analogies, "
            "sentence pairs). Can be repeated.",
        ),
        click.option(
            "--evaluate", is_flag=True, help="Judge the vectors before and after, and compare."
        ),
        click.option("--force", is_flag=True, help="Replace OUT if it is there."),
        click.option(
            "-o",
            "--output",
            required=True,
            type=click.Path(path_type=Path),
            help="The store to write.",
        ),
        model_option,
    ):
        command = option(command)
    return command


def mend_store(
    step: Step,
    options: Mending,
    show: Callable[[dict[str, Any]], None],
    *,
    stage: str,
    bias: Callable[[], Bias | None] = lambda: None,
) -> None:
    """Put the store through `step`, write the result, print its report.

    Parameters
    ----------
    step
        Called with the vectors, `out=`, `overwrite=` and `progress=`.
    options
        Of the command.
    show
        Prints the last step of the result's provenance for a person.
    stage
        What the progress bar calls the work.
    bias
        Called for what `--evaluate` is to measure; None from it for the gender sets that come
        along.

    Raises
    ------
    OutputError
        If the output is the input, or cannot be written.
    """
    if options.data and not options.evaluate:
        raise click.UsageError("--data goes with --evaluate")
    before = wordvec.open(options.model)
    check_out(before, options.output, overwrite=options.force)
    evaluators = []
    if options.evaluate:
        from wordvec.evals.comparison.beforeafter import evaluators_of

        evaluators = evaluators_of(options.data)  # a bad file is found before the step
    with StageProgress(stage, unit=" words") as progress:
        after = step(before, out=options.output, overwrite=options.force, progress=progress)
    size = options.output.stat().st_size
    document: dict[str, Any] = {
        "from": str(options.model),
        "to": str(options.output),
        "words": len(after),
        "dim": after.vector_size,
        "bytes": size,
        "steps": after.provenance["steps"][len(before.provenance.get("steps", [])) :],
    }
    comparison = None
    if options.evaluate:
        from wordvec.evals.comparison.beforeafter import compare_before_after

        asked = bias()
        measured = {} if asked is None else vars(asked)
        try:
            with StageProgress("judging", unit=" steps") as progress:
                comparison = compare_before_after(
                    before, after, evaluators, progress=progress, **measured
                )
        except KeyboardInterrupt:
            why = f"interrupted; {options.output} is written, but was not judged"
            raise Failure(why, 130) from None
        document["evaluation"] = comparison.to_dict()
    if options.as_json:
        print_json(document)
        return
    for done in document["steps"]:
        show(done)
    click.echo(f"{options.output}: {len(after):,} words x {after.vector_size}, {human_bytes(size)}")
    if comparison is not None:
        from wordvec.cli.comparing import print_comparison

        click.echo()
        print_comparison(comparison)
