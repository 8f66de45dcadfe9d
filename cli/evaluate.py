"""`wordvec eval`: how good the vectors are."""

from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import note, print_json, print_table
from wordvec.evals.datasets import expand
from wordvec.evals.restrict import DEFAULT_CUT
from wordvec.evals.sentence import POOLINGS, Pooling


def _restrict_option(command: Any) -> Any:
    return click.option(
        "--restrict-vocab",
        type=click.IntRange(min=1),
        default=DEFAULT_CUT,
        show_default=True,
        help="Only so many of the most frequent words take part.",
    )(command)


@click.group("eval")
def evaluate_group() -> None:
    """Judge vectors against what people say."""


@evaluate_group.command(
    epilog="Examples: wordvec eval similarity | wordvec eval similarity simlex999 my-pairs.tsv"
)
@click.argument("dataset", nargs=-1)
@model_option
@_restrict_option
@json_option
def similarity(dataset: tuple[str, ...], model: Path, restrict_vocab: int, as_json: bool) -> None:
    """Correlate cosines with people's scores of word pairs.

    DATASET is wordsim353, simlex999 (both by default), or a file of word, word, score. Case is
    ignored; pairs with a missing word are left out, and counted.
    """
    from wordvec.evals import evaluate_similarity

    vectors = wordvec.open(model)
    names = dataset or ("wordsim353", "simlex999")
    results = [evaluate_similarity(vectors, name, restrict_vocab=restrict_vocab) for name in names]
    if as_json:
        print_json([result.to_dict() for result in results])
        return
    print_table(
        [
            (r.dataset, r.spearman, r.pearson, _of(r.found, r.pairs), f"{r.coverage:.1%}")
            for r in results
        ],
        header=("data set", "Spearman", "Pearson", "pairs found", "coverage"),
    )
    for result in results:
        if result.spearman != result.spearman:  # NaN
            note(f"{result.dataset}: too few pairs are in the vocabulary to say anything")
    note(f"case ignored; the {results[0].vocabulary:,} most frequent words took part")


@evaluate_group.command(
    epilog="Examples: wordvec eval analogy | wordvec eval analogy --restrict-vocab 30000"
)
@click.argument("dataset", nargs=-1)
@model_option
@_restrict_option
@json_option
def analogy(dataset: tuple[str, ...], model: Path, restrict_vocab: int, as_json: bool) -> None:
    """Answer analogy questions: a is to b as c is to what?

    DATASET is questions-words (the default) or a file in its format: lines of four words under
    ": section" headings. Case is ignored; questions with a missing word are left out, and counted.
    """
    from wordvec.evals import evaluate_analogies

    vectors = wordvec.open(model)
    names = dataset or ("questions-words",)
    results = [evaluate_analogies(vectors, name, restrict_vocab=restrict_vocab) for name in names]
    if as_json:
        print_json([result.to_dict() for result in results])
        return
    for result in results:
        tallies = {
            **result.sections,
            "semantic": result.semantic,
            "syntactic": result.syntactic,
            "total": result.total,
        }
        print_table(
            [
                (name, _percent(t.accuracy), t.correct, t.answered, t.total, _percent(t.coverage))
                for name, t in tallies.items()
                if t.total
            ],
            header=(result.dataset, "accuracy", "right", "answered", "questions", "coverage"),
        )
        note(f"case ignored; the {result.vocabulary:,} most frequent words took part")


@evaluate_group.command(
    epilog="Examples: wordvec eval sentence sts-test.tsv | wordvec eval sentence sts/ --pooling sif"
)
@click.argument("dataset", nargs=-1, required=True)
@model_option
@click.option(
    "--pooling",
    type=click.Choice(POOLINGS),
    default="mean",
    show_default=True,
    help="How the words of a sentence become its vector: the mean of theirs; or SIF, in which "
    "frequent words weigh less (by the counts in the file) and what all sentences share is taken "
    "away.",
)
@_restrict_option
@json_option
def sentence(
    dataset: tuple[str, ...], model: Path, pooling: Pooling, restrict_vocab: int, as_json: bool
) -> None:
    """Correlate the cosines of sentences with people's scores of them (STS).

    DATASET is a file of score, sentence, sentence, separated by tabs, or a folder of such files.
    The sentences are split into words as `wordvec train` does by default; case is ignored, and
    unknown words are left out. The cosine with a sentence that has no known word is 0.
    """
    from wordvec.evals import evaluate_sentences

    vectors = wordvec.open(model)
    names = [file for name in dataset for file in expand(name)]
    results = [
        evaluate_sentences(vectors, name, pooling=pooling, restrict_vocab=restrict_vocab)
        for name in names
    ]
    if as_json:
        print_json([result.to_dict() for result in results])
        return
    print_table(
        [
            (
                Path(r.dataset).name,
                r.spearman,
                r.pearson,
                _of(r.found, r.pairs),
                f"{r.coverage:.1%}",
            )
            for r in results
        ],
        header=("data set", "Spearman", "Pearson", "pairs found", "known words"),
    )
    for result in results:
        if result.spearman != result.spearman:  # NaN
            note(f"{result.dataset}: too few pairs, or all alike, so there is nothing to say")
        elif result.found < result.pairs:
            lacking = result.pairs - result.found
            note(
                f"{result.dataset}: in {lacking:,} of {result.pairs:,} pairs a sentence has no "
                "known word; their cosine is 0"
            )
    note(
        f"pooling {pooling}; case ignored; the {results[0].vocabulary:,} most frequent words took "
        "part"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None or share != share else f"{share:.1%}"


def _of(found: int, items: int) -> str:
    return f"{found:,} of {items:,}"
