"""`wordvec eval clusters`: do words of one category lie together?"""

from typing import Any

import click

from wordvec.cli.evaluate.judging import (
    Judging,
    case_option,
    judge_and_print,
    judging_options,
    restrict_option,
)
from wordvec.evals.readers.categories import data_sets
from wordvec.evals.restrict import DEFAULT_CUT


@click.command(epilog="Examples: wordvec eval clusters | wordvec eval clusters my-categories.tsv")
@judging_options
@restrict_option(DEFAULT_CUT)
@case_option
def clusters(
    dataset: tuple[str, ...], restrict_vocab: int, case_insensitive: bool, **judging: Any
) -> None:
    """Group words by their vectors, and ask which of some does not belong to the others.

    DATASET is a file of word and category, or of words one a line, an empty line and words that do
    not belong to them (as in 8-8-8), or a folder of either; by default everyday English words in
    12 categories. Purity is the share of words that k-means puts with words of their own category;
    accuracy is the share of odd words found. Missing words are left out, and counted.
    """
    judge_and_print(
        "clusters",
        [str(one) for given in dataset for one in data_sets(given)],
        Judging(**judging),
        folders=False,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
    )
