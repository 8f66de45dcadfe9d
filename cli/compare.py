"""`wordvec compare`: which of several stores is better, and at what."""

from collections.abc import Sequence
from pathlib import Path

import click

import wordvec
from wordvec.cli.options import json_option
from wordvec.cli.output import StageProgress, counted, print_json
from wordvec.errors import ConfigError, DataError
from wordvec.evals.comparison.seeds import Group, group_by_recipe


@click.command(
    short_help="Compare stores: which is better, and at what?",
    epilog="Examples: wordvec compare a.h5 b.h5 | "
    "wordvec compare cbow.h5 skipgram-1.h5 skipgram-2.h5 --data my-pairs.tsv --only similarity",
)
@click.argument("stores", nargs=-1, metavar="A.h5 B.h5 ...", type=click.Path(path_type=Path))
@click.option(
    "--data",
    multiple=True,
    help="Another data set, or a folder of them: its evaluator is read off its lines, or given as "
    "in clusters=categories.tsv. Can be repeated.",
)
@click.option(
    "--only",
    help="Only these evaluators, with commas between: similarity,analogy. Those of --data always "
    "run.",
)
@click.option("--markdown", is_flag=True, help="Print the table in Markdown.")
@json_option
def compare(
    stores: tuple[Path, ...], data: tuple[str, ...], only: str | None, markdown: bool, as_json: bool
) -> None:
    """Judge two or more stores by every evaluator, and compare each with the first.

    Each difference comes with its 95% interval and a p-value, adjusted for the number of tests;
    what they mean is said in words below the table. All stores are judged on the words that every
    one of them has, written alike: to have more words neither helps nor harms.

    Stores that were trained on the same text with the same options but for the seed are one row,
    their mean with its standard deviation, and the tests count in what the seed does. Two stores
    of one seed each are compared without: a difference may then be that of the seed.
    """
    if markdown and as_json:
        raise click.UsageError("give --json or --markdown, not both")
    groups = _open(stores)
    from wordvec.evals.comparison import compare as compare_groups
    from wordvec.evals.suite import suite

    names = None if only is None else [name.strip() for name in only.split(",") if name.strip()]
    if names == []:
        raise ConfigError(f"--only names no evaluator: {only!r}; give similarity, for example")
    evaluators = suite(data, only=names)
    with StageProgress("judging", unit=" steps") as progress:
        comparison = compare_groups(groups, evaluators, progress=progress)
    if as_json:
        print_json(comparison.to_dict())
    else:
        from wordvec.cli.comparing import print_comparison, print_groups

        print_groups(comparison)
        print_comparison(comparison, markdown=markdown)
    if all(each.difference is None for each in comparison.differences):
        raise DataError("nothing could be compared; the last lines above say why")


def _open(stores: Sequence[Path]) -> list[Group]:
    """Return the stores as recipes; raises ConfigError if they are not two or more."""
    if len(stores) < 2:
        raise ConfigError(f"{counted(len(stores), 'store')} to compare; give two or more")
    same: dict[Path, Path] = {}
    for store in stores:
        if (known := same.setdefault(store.resolve(), store)) is not store:
            raise ConfigError(f"{known} is given twice, as {store}, too; give stores that differ")
    return group_by_recipe(
        {name: wordvec.open(store) for name, store in zip(_names(stores), stores, strict=True)}
    )


def _names(stores: Sequence[Path]) -> list[str]:
    """Return how the stores are called: without folder and suffix, if they differ then."""
    for names in ([store.stem for store in stores], [store.name for store in stores]):
        if len(set(names)) == len(stores):
            return names
    return list(map(str, stores))
