"""`wordvec debias`: take a bias, such as that of gender, out of words that ought to be neutral."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import click

from wordvec.cli.mending import Bias, Mending, mend_store, mending_options
from wordvec.cli.output import counted
from wordvec.postprocess.debias import METHODS
from wordvec.postprocess.debias import debias as debias_vectors

_Command = TypeVar("_Command", bound=Callable[..., Any])

_MEASURES = (
    ("direct_bias", "direct bias (0 is none)"),
    ("mac", "mean average cosine distance, MAC (1 is none)"),
    ("cluster_accuracy", "biased words that 2-means tells apart (0.5 is none)"),
    ("neighbour_correlation", "correlation with the neighbours' bias (0 is none)"),
)
_SHOWN = 8
_CHANCE = 0.55
"""The share rightly sorted up to which 2-means is said to tell nothing."""


def _file_option(name: str, text: str) -> Callable[[_Command], _Command]:
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(name, type=kind, help=text)


@click.command(
    short_help="Take a bias out of words that ought to be neutral.",
    epilog="Examples: wordvec debias gender -m vectors.h5 -o fair.h5 | "
    "wordvec debias race -m vectors.h5 -o fair.h5 --components 2 --evaluate | "
    "wordvec debias definitional_pairs.json --equalize equalize_pairs.json "
    "--specific gender_specific_full.json -m GoogleNews.h5 -o fair.h5",
)
@click.argument("word_sets", metavar="WORDSETS")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="hard",
    show_default=True,
    help="What to do; see above.",
)
@click.option(
    "--components",
    type=click.IntRange(min=1),
    help="How many directions the bias has; 1 if not given. Not for half-sibling.",
)
@_file_option(
    "--equalize",
    "For hard and double-hard: a JSON list of lists, the sets to be equalized in place of those in "
    "WORDSETS.",
)
@_file_option(
    "--specific",
    "Words that keep the bias in place of those in WORDSETS, in the letter case of the vectors: a "
    "JSON list, or text with one a line.",
)
@_file_option(
    "--examples",
    "Words on which direct bias is measured, such as professions, in place of those in WORDSETS: a "
    "JSON list, or text with one a line.",
)
@click.option(
    "--learn-specific",
    is_flag=True,
    help="Find more words that mean the bias by a linear classifier, from those that are known.",
)
@click.option(
    "--seed-weight",
    type=float,
    help="With --learn-specific: how many times an error on a known word counts; 1 if not given.",
)
@click.option(
    "--strength",
    type=float,
    help="For soft: how much the bias counts beside the inner products; 0.2 if not given.",
)
@click.option(
    "--alpha", type=float, help="For half-sibling: the penalty of its regression; 60 if not given."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of what is drawn at random.")
@mending_options
def debias(word_sets: str, **options: Any) -> None:
    """Take a bias, such as that of gender, out of the words that ought to be neutral.

    In vectors trained on what people write, "nurse" lies nearer to "she" and "boss" to "he". The
    bias has a direction: that in which "she" and "he", "woman" and "man" differ. WORDSETS says
    which words these are: gender, race or religion (as printed in the papers), or a file.

    \b
      hard          Neutral words lose all they have in that direction. Pairs such as woman and
                    man then differ in it alone, so that each neutral word is as near to one as
                    to the other. Words that mean the bias (king, sister) keep it.
      soft          One linear map for all words, which gives up some of the bias and keeps the
                    similarities of all words as they are as far as it can.
      double-hard   Hard, after a component is taken out that has to do with word frequency and
                    hides a part of the bias.
      half-sibling  What the words that mean the bias predict of the neutral ones is subtracted.
      nullspace     Directions by which a classifier tells biased words apart are taken out, one
                    after the other, until it cannot.

    All words are neutral but those that the file names as specific, or, if it names none, those of
    its sets. --learn-specific finds more of them.

    \b
    A file is TOML (or JSON with the same keys):
      name = "gender"
      defining = [["she", "he"], ["woman", "man"]]   # sets that differ in the bias
      equalize = [["queen", "king"]]                 # if not given: the defining sets
      specific = ["sister", "beard"]                 # keep the bias; or neutral = [...]
      neutral_examples = ["nurse", "boss"]           # to measure direct bias
      targets = [["she", "he"]]                      # to measure MAC: groups, and
      attributes = [["nurse"], ["boss"]]             # what is ascribed to them
    Words that are not in the vocabulary as written are looked up in lower case. Specific words are
    not, since "New" may be a name; list each letter case that is to keep the bias. The JSON files
    of debiaswe and of Manzini et al. (2019) are read as they are.

    What is printed of bias after is measured along the directions that there were before. It does
    not mean that the bias is gone: words that had it may still lie together.
    """
    shared = {each.name: options.pop(each.name) for each in fields(Mending)}

    def step(vectors: Any, **where: Any) -> Any:
        return debias_vectors(vectors, word_sets, **options, **where)

    def bias() -> Bias:
        from wordvec.postprocess.wordsets import read_word_sets

        files = {name: options[name] for name in ("equalize", "specific", "examples")}
        return Bias(read_word_sets(word_sets, **files), options["components"] or 1)

    mend_store(step, Mending(**shared), show_debiasing, stage="debiasing", bias=bias)


def show_debiasing(step: dict[str, Any]) -> None:
    """Print what the step did, from its provenance."""
    report = step["report"]
    changes = [
        f"{counted(report[key], 'word')} {key}"
        for key in ("neutralized", "equalized")
        if key in report
    ]
    title = f"{step['method']} debiasing by {step.get('name', step['word_sets'])}"
    click.echo(f"{title}: {', '.join(changes)}" if changes else title)
    if learned := report.get("specific"):
        click.echo(
            f"  {learned['learned']:,} more specific words learned from {learned['seeds']:,}"
        )
    sets = report["defining_sets"]
    click.echo(f"  defining: {sets['found']:,} of {sets['given']:,} sets found")
    for key, words in report["missing"].items():
        if words:
            are = "word is" if len(words) == 1 else "words are"
            written = " as written" if key == "specific" else ""
            more = ", ..." if len(words) > _SHOWN else ""
            shown = ", ".join(words[:_SHOWN])
            click.echo(f"  {key}: {len(words):,} {are} not here{written}: {shown}{more}")
    for number, share in enumerate(report["explained_variance"], 1):
        click.echo(f"  direction {number}: {share:.1%} of the differences within the defining sets")
    _show_bias(report["bias"]["before"], report["bias"]["after"])


def _show_bias(before: dict[str, Any], after: dict[str, Any]) -> None:
    width = max(len(title) for _, title in _MEASURES)
    click.echo(f"  {'bias':{width}}  before   after")
    for key, title in _MEASURES:
        if before[key] is not None or after[key] is not None:
            click.echo(f"  {title:{width}}  {_figure(before[key])}  {_figure(after[key])}")
    for line in dict.fromkeys(before["notes"] + after["notes"]):
        click.echo(f"  {line}")
    left = after["cluster_accuracy"]
    if left is not None and left > _CHANCE:
        click.echo(
            f"  Bias remains in the neighbours: of the words that were most biased, 2-means still "
            f"sorts {left:.0%} to their side, 50% being chance (Gonen and Goldberg 2019)."
        )
    elif left is not None:
        click.echo(
            f"  2-means no longer tells the words that were most biased apart: it sorts {left:.0%} "
            "to their side, 50% being chance. Other classifiers may."
        )


def _figure(value: float | None) -> str:
    return f"{'-' if value is None else format(value, 'z.4f'):>6}"
