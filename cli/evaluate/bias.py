"""`wordvec eval bias`: which words go with women, men, the old, the sick ...?"""

from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.evaluate.judging import Judging, judge_and_print, judging_options, seed_option
from wordvec.errors import ConfigError
from wordvec.evals.bias import Bias
from wordvec.evals.bias.splits import PERMUTATIONS


@click.command(
    epilog="Examples: wordvec eval bias | wordvec eval bias gender-roles my-queries.toml | "
    "wordvec eval bias gender -m fair.h5 --before vectors.h5"
)
@judging_options
@click.option(
    "--before",
    type=click.Path(readable=False, path_type=Path),
    help="For word sets: the vectors before they were debiased. Cluster accuracy and the "
    "neighbours' correlation are about the words that were biased in these.",
)
@click.option(
    "--permutations",
    type=click.IntRange(min=1),
    show_default=f"{PERMUTATIONS:,}",
    help="For queries: random splits of the words for a p-value where there are too many to try "
    "all.",
)
@seed_option("Of what is drawn at random.")
def bias(
    dataset: tuple[str, ...],
    before: Path | None,
    permutations: int | None,
    seed: int,
    **judging: Any,
) -> None:
    """Measure which words go with which, where some hold that they should not.

    DATASET is a set of queries (gender-roles, age, illness, attitudes), word sets (gender, race,
    religion), or a TOML or JSON file of either; all of the queries and gender by default.

    "attitudes" asks what nearly everybody likes, and is no bias: vectors that do not show it know
    too little to be asked the rest. A bias found is one of the corpus and of the words asked for;
    none found is no proof of none.

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
    by_word_sets = {Bias(one).by_word_sets for one in dataset or Bias.defaults}
    if before is not None and True not in by_word_sets:
        raise ConfigError("--before is for word sets, such as gender; these are queries")
    if permutations is not None and False not in by_word_sets:
        raise ConfigError("--permutations is for queries, such as age; these are word sets")
    judge_and_print(
        "bias",
        dataset,
        Judging(**judging),
        folders=False,
        before=None if before is None else wordvec.open(before),
        permutations=permutations or PERMUTATIONS,
        seed=seed,
    )
