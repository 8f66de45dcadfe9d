"""`wordvec eval bias`: which words go with women, men, the old, the sick ...?"""

from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.evaluate.judging import Judging, judge_and_print, judging_options
from wordvec.evals.bias.splits import PERMUTATIONS
from wordvec.evals.result import SEED


@click.command(
    epilog="Examples: wordvec eval bias | wordvec eval bias gender-roles my-queries.toml | "
    "wordvec eval bias gender -m fair.h5 --before vectors.h5"
)
@judging_options
@click.option(
    "--before",
    type=click.Path(readable=False, path_type=Path),
    help="The vectors before they were debiased: cluster accuracy is about the words that were "
    "biased in these.",
)
@click.option(
    "--permutations",
    type=click.IntRange(min=1),
    default=PERMUTATIONS,
    show_default=True,
    help="Random splits of the words for a p-value where there are too many to try all.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=SEED,
    show_default=True,
    help="Of what is drawn at random.",
)
def bias(
    dataset: tuple[str, ...], before: Path | None, permutations: int, seed: int, **judging: Any
) -> None:
    """Measure which words go with which, where some hold that they should not.

    DATASET is a set of queries (attitudes, gender-roles, age, illness), word sets (gender, race,
    religion), or a TOML or JSON file of either; all of the queries and gender by default.

    "attitudes" asks what nearly everybody likes: vectors that do not show it know too little to be
    asked the rest. A bias found is one of the corpus and of the words asked for; none found is no
    proof of none.

    \b
    A file of queries:
      [[query]]
      name = "jobs"
      [query.targets]     # one or two sets, of any names
      care = ["nurse", "nanny"]
      craft = ["smith", "mason"]
      [query.attributes]  # one or two sets
      female = ["she", "her"]
      male = ["he", "his"]
    """
    judge_and_print(
        "bias",
        dataset,
        Judging(**judging),
        folders=False,
        before=None if before is None else wordvec.open(before),
        permutations=permutations,
        seed=seed,
    )
