"""`wordvec eval classification`: do the vectors help a classifier to tell texts apart?"""

from typing import Any

import click

from wordvec.cli.evaluate.judging import (
    Judging,
    case_option,
    judge_and_print,
    judging_options,
    restrict_option,
    seed_option,
)
from wordvec.evals.restrict import DEFAULT_CUT
from wordvec.postprocess.sentences import WEIGHTINGS


@click.command(
    epilog="Examples: wordvec eval classification reviews.tsv | "
    "wordvec eval classification aclImdb/test --pooling sif"
)
@judging_options
@click.option(
    "--folds",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    help="The texts are split into so many parts; each is told by what was learnt from the others.",
)
@click.option(
    "--pooling",
    type=click.Choice(WEIGHTINGS),
    default="mean",
    show_default=True,
    help="How the words of a text become its vector; see `wordvec eval sentence --help`.",
)
@restrict_option(DEFAULT_CUT)
@case_option
@seed_option("Of the parts and the intervals.")
def classification(dataset: tuple[str, ...], **options: Any) -> None:
    """Tell the classes of labelled texts by logistic regression on their vectors.

    DATASET is a folder that holds a folder of .txt files for each class; a table (.tsv or .csv)
    whose header names the columns label and text, or without one a label, a tab and a text on each
    line; or lines of `__label__x text`, as fastText has them.

    The accuracy is the share of texts whose class is told rightly. Compare it with that of saying
    the largest class of all, which stands below it; and two stores by the same texts. It depends
    on the texts and the classifier as much as on the vectors: it ranks vectors for a task like
    this one, and is no measure of their worth at large. Texts without a known word are left out,
    but where it says that they are counted as wrong.
    """
    judging = Judging(**{name: options.pop(name) for name in ("model", "as_json")})
    judge_and_print("classification", dataset, judging, folders=False, **options)
