"""`wordvec eval sentence`: do cosines of sentences rank them as people do?"""

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
from wordvec.postprocess.sentences import WEIGHTINGS


@click.command(
    epilog="Examples: wordvec eval sentence sts-test.tsv | wordvec eval sentence sts/ --pooling sif"
)
@judging_options
@click.option(
    "--pooling",
    type=click.Choice(WEIGHTINGS),
    help="How the words of a sentence become its vector: by their plain mean; words that fewer "
    "sentences of the file have weigh more (tf-idf); words that were rarer in training weigh more, "
    "and what all sentences share is taken away (sif); the mean after Zipfian whitening. "
    "[default: each of them that the file allows]",
)
@restrict_option(DEFAULT_CUT)
@case_option
def sentence(
    dataset: tuple[str, ...],
    pooling: str | None,
    restrict_vocab: int,
    case_insensitive: bool,
    **judging: Any,
) -> None:
    """Correlate the cosines of sentences with people's scores of them (STS).

    DATASET is a file of score, sentence, sentence, separated by tabs, or a folder of such files;
    the original files of STS-Benchmark and files with a header that names score, sentence1 and
    sentence2 are read too. Sentences are split into words as `wordvec train` does by default.
    Pairs in which a sentence has no known word are left out; "unknown scored 0" says what becomes
    of the figure if they count as not at all similar.

    Of the poolings, compare those of one file with each other: they tell how to make vectors of
    sentences from these vectors. Compare two stores by the same pooling.
    """
    judge_and_print(
        "sentence",
        dataset,
        Judging(**judging),
        pooling=pooling,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
    )
