"""`wordvec eval similarity`: do cosines rank word pairs as people do?"""

from typing import Any

import click

from wordvec.cli.evaluate.judging import (
    Judging,
    case_option,
    judge_and_print,
    judging_options,
    restrict_option,
)
from wordvec.evals.restrict import DEFAULT_CUT


@click.command(
    epilog="Examples: wordvec eval similarity | wordvec eval similarity SimLex-999.txt --by POS"
)
@judging_options
@restrict_option(DEFAULT_CUT)
@case_option
@click.option(
    "--by",
    metavar="COLUMN",
    help="Judge the pairs apart by what this further column of the file says, such as the part of "
    "speech: its title in the header, or its number.",
)
@click.option(
    "--score-column",
    metavar="COLUMN",
    help="Where the scores are: title or number.  [default: the first column of numbers]",
)
def similarity(
    dataset: tuple[str, ...],
    restrict_vocab: int,
    case_insensitive: bool,
    by: str | None,
    score_column: str | None,
    **judging: Any,
) -> None:
    """Correlate cosines with people's scores of word pairs.

    DATASET is wordsim353, simlex999 (both by default), a file of word, word, score, or a folder of
    such files, which has a mean weighted by the pairs found.

    Spearman's correlation tells how far the vectors put the pairs in the order that people do: 1 is
    the same order, 0 none; two people agree at about 0.6 to 0.7. Over a few dozen pairs it says
    little: look at the interval. Pairs with a missing word are left out; "missing scored 0" says
    what the figure were if such words were like no other. "Rarer word 5 to 92 times" are the pairs
    whose rarer word the corpus holds so often: vectors of rare words are less sure.
    """
    judge_and_print(
        "similarity",
        dataset,
        Judging(**judging),
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
        by=by,
        score_column=score_column,
    )
