"""`wordvec eval geometry`: what shape has the space?"""

from typing import Any

import click

from wordvec.cli.evaluate.judging import Judging, judge_and_print, seed_option
from wordvec.cli.options import json_option, model_option
from wordvec.evals.geometry import SAMPLE


@click.command(
    epilog="Example: wordvec eval geometry --sample 5000",
    context_settings={"allow_extra_args": True},
)
@model_option
@json_option
@click.option(
    "--sample",
    type=click.IntRange(min=11),
    default=SAMPLE,
    show_default=True,
    help="Neighbours are looked for among so many words drawn at random.",
)
@seed_option("Of the sample.")
@click.pass_context
def geometry(ctx: click.Context, /, sample: int, seed: int, **judging: Any) -> None:
    """Measure the shape of the space, by the vectors alone.

    How evenly they fill it (isotropy), whether a few words are everybody's neighbours (hubness),
    how many dimensions are used (intrinsic dimension), and whether frequent words have longer
    vectors. None of these figures says that vectors are good; --json has the curves to draw.
    """
    if ctx.args:
        raise click.UsageError(
            f"geometry takes no data set, and {ctx.args[0]!r} was given; name the vectors with -m"
        )
    judge_and_print("geometry", (), Judging(**judging), sample=sample, seed=seed)
