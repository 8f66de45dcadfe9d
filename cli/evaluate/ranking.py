"""`wordvec eval ranking`: is the word that belongs to a word among its nearest neighbours?"""

from pathlib import Path
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
    epilog="Examples: wordvec eval ranking | "
    "wordvec eval ranking synonyms.txt --background words.txt"
)
@judging_options
@click.option(
    "--background",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Words to rank among, one a line, besides those of the pairs; may be given again. "
    "By default the 20,000 most frequent words of the vectors.",
)
@click.option(
    "--similarity",
    type=click.Choice(["cos", "l2"]),
    default="cos",
    show_default=True,
    help="Nearness by cosine, after taking away the mean vector; or by Euclidean distance.",
)
@restrict_option(DEFAULT_CUT)
@case_option
def ranking(
    dataset: tuple[str, ...],
    background: tuple[Path, ...],
    similarity: str,
    restrict_vocab: int,
    case_insensitive: bool,
    **judging: Any,
) -> None:
    """Rank the partner of each word among its neighbours (EvalRank, Wang et al. 2022).

    DATASET is a file of pairs of words that belong together, or of word, word, score, of which the
    quarter with the highest scores is taken, or a folder of such files; by default wordsim353 and
    simlex999 together. MRR is the mean of 1 / rank: 1 if each partner is the nearest neighbour.
    Vectors compare by it only if their background is the same. Pairs with a missing word are left
    out, and counted.
    """
    judge_and_print(
        "ranking",
        dataset,
        Judging(**judging),
        background=background,
        similarity=similarity,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
    )
