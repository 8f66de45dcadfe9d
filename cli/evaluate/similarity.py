"""`wordvec eval similarity`: do cosines rank word pairs as people do?"""

from typing import Any

import click

from wordvec.cli.evaluate.judging import (
    Judging,
    judge_and_print,
    judging_options,
    restrict_option,
)
from wordvec.evals.restrict import DEFAULT_CUT


@click.command(
    epilog="Examples: wordvec eval similarity | wordvec eval similarity simlex999 my-pairs.tsv"
)
@judging_options
@restrict_option(DEFAULT_CUT)
def similarity(dataset: tuple[str, ...], restrict_vocab: int, **judging: Any) -> None:
    """Correlate cosines with people's scores of word pairs.

    DATASET is wordsim353, simlex999 (both by default), a file of word, word, score, or a folder of
    such files. Case is ignored; pairs with a missing word are left out, and counted.
    """
    judge_and_print("similarity", dataset, Judging(**judging), restrict_vocab=restrict_vocab)
