"""`wordvec eval analogy`: does vector arithmetic answer analogy questions?"""

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

_METHODS = ("add", "mul", "pair-direction")


@click.command(epilog="Examples: wordvec eval analogy | wordvec eval analogy BATS_3.0 --method mul")
@judging_options
@restrict_option(DEFAULT_CUT)
@case_option
@click.option(
    "--method",
    type=click.Choice(_METHODS),
    default=_METHODS[0],
    show_default=True,
    help="add: the word nearest to b - a + c (3CosAdd). mul: the same with cosines multiplied, so "
    "that no large one decides alone (3CosMul). pair-direction: the word to which the way from c "
    "is most like that from a to b, however far (PairDirection).",
)
def analogy(
    dataset: tuple[str, ...],
    restrict_vocab: int,
    case_insensitive: bool,
    method: str,
    **judging: Any,
) -> None:
    """Answer analogy questions: a is to b as c is to what?

    DATASET is questions-words (the default); a file of lines of four words, with or without
    ": section" lines; a file of lines "word<TAB>answer/answer", of which any two make a question;
    or a folder of such files, such as BATS, which counts as one data set. Questions with a missing
    word are left out, and counted; a word of the question is no answer. Accuracy is the share of
    right answers: it falls with the number of words to choose from, so compare at the same
    --restrict-vocab only.
    """
    judge_and_print(
        "analogy",
        dataset,
        Judging(**judging),
        folders=False,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
        method=method,
    )
