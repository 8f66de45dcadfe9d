"""`wordvec query`: the words nearest to an expression."""

import re
import sys
from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.options import json_option, model_option, unseen_option
from wordvec.cli.output import note, print_json, print_table
from wordvec.errors import ExpressionError, UnknownWordError, WordvecError
from wordvec.expression import parse_expression
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING


class _ExpressionCommand(click.Command):
    """A command whose quoted argument may begin with a minus."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # "- man + king" and "-man + king" are no options: a space keeps click from seeing any.
        spaced = [f" {arg}" if re.match(r"-(\S*\s+[-+]|\s)", arg) else arg for arg in args]
        return super().parse_args(ctx, spaced)


@click.command(
    cls=_ExpressionCommand,
    # "-man" alone is for the expression to judge, too.
    context_settings={"ignore_unknown_options": True},
    epilog="Examples: wordvec query king - man + woman | "
    'wordvec query "2*paris - (france + italy)" -n 5 | wordvec query - < questions.txt',
)
@click.argument("expression", nargs=-1, required=True)
@model_option
@click.option(
    "-n",
    "--topn",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many answers.",
)
@click.option(
    "--method",
    type=click.Choice(["add", "mul"]),
    default="add",
    show_default=True,
    help="add: cosine with the sum (3CosAdd); mul: product of cosines (3CosMul).",
)
@unseen_option
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=1),
    help="Look only at so many of the most frequent words.",
)
@click.option("--min-similarity", type=float, help="Leave out words less similar than this.")
@click.option(
    "--csls",
    is_flag=True,
    help="Hold back words that are near to everything; over the 20,000 most frequent words.",
)
@click.option("--approximate", is_flag=True, help="Search the index that `wordvec index` made.")
@json_option
def query(expression: tuple[str, ...], model: Path, as_json: bool, **options: Any) -> None:
    """Show the words nearest to EXPRESSION.

    An expression is a word, or words with + and - between them (and spaces around these), numbers
    times words, and parentheses. A lone - reads one expression a line from standard input and
    answers each as it comes. The words asked for are not among the answers.
    """
    if expression == ("-",):
        _answer_lines(model, options, as_json=as_json)
        return
    text = " ".join(expression)
    parse_expression(text)  # a slip of the pen is told before the file is opened
    result = _answer(wordvec.open(model), text, options)
    if as_json:
        print_json(result)
    else:
        _show(result)


def _answer_lines(model: Path, options: dict[str, Any], *, as_json: bool) -> None:
    """Answer each line of standard input; a line that cannot be answered does not stop the rest."""
    vectors = wordvec.open(model)
    results, failed = [], 0
    for number, line in enumerate(sys.stdin, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            result = _answer(vectors, text, options)
        except (ExpressionError, UnknownWordError) as error:
            failed += 1
            note(f"line {number}: {error}")
            result = {"query": text, "method": options["method"], "error": str(error)}
        results.append(result)
        if not as_json:
            click.echo(("\n" if len(results) > 1 else "") + text)
            if "answers" in result:
                _show(result)
    if as_json:
        print_json(results)
    if not results:
        raise ExpressionError("standard input holds no expression; give one a line")
    if failed:
        raise WordvecError(f"{failed} of {len(results)} lines could not be answered")


def _answer(vectors: WordVectors, text: str, options: dict[str, Any]) -> dict[str, Any]:
    ranking = vectors.query(text, **options)
    for term in parse_expression(text):
        row = vectors.find_usual(term.word)
        if row == MISSING:
            note(f"{term.word} is not in the vocabulary; {_stand_in(vectors, term.word, options)}")
        elif (found := vectors.index_to_key[row]) != term.word:
            note(f"{term.word} is not in the vocabulary; {found} answers for it")
    answers = [{"word": word, "score": score} for word, score in ranking]
    return {"query": text, "method": options["method"], "answers": answers}


def _stand_in(vectors: WordVectors, word: str, options: dict[str, Any]) -> str:
    """Return what answers for a word that is not there."""
    if options["unseen"] == "zero":
        return "zeros stand for it"
    if options["unseen"] == "subword":
        return "its character n-grams answer for it"
    from wordvec.unseen import closest_spellings

    rows = closest_spellings(word, vectors.spelling_index)
    if not rows:
        return "nothing is spelled like it, so its answers mean nothing"
    close = [vectors.index_to_key[row] for row in rows]
    return f"{', '.join(close)} {'answers' if len(close) == 1 else 'answer'} for it"


def _show(result: dict[str, Any]) -> None:
    if not result["answers"]:
        note("no word is that similar")
        return
    ranking = enumerate(result["answers"], start=1)
    print_table(
        [(rank, answer["word"], answer["score"]) for rank, answer in ranking],
        header=("rank", "word", "score"),
    )
