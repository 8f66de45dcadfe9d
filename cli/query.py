"""`wordvec query`: the words nearest to an expression."""

import sys
from pathlib import Path
from typing import Any, Literal

import click

import wordvec
from wordvec.cli.options import json_option, model_option
from wordvec.cli.output import note, print_json, print_table
from wordvec.errors import ExpressionError
from wordvec.expression import parse_expression
from wordvec.vectors import WordVectors

Method = Literal["add", "mul"]


@click.command(
    epilog="Examples: wordvec query king - man + woman | "
    'wordvec query "2*paris - (france + italy)" -n 5 | wordvec query - < questions.txt'
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
@json_option
def query(
    expression: tuple[str, ...],
    model: Path,
    topn: int,
    method: Literal["add", "mul"],
    as_json: bool,
) -> None:
    """Show the words nearest to EXPRESSION.

    An expression is a word, or words with + and - between them, numbers times words, and
    parentheses. A lone - reads one expression a line from standard input. The words asked for are
    not among the answers.
    """
    asked = [line.strip() for line in sys.stdin] if expression == ("-",) else [" ".join(expression)]
    asked = [text for text in asked if text]
    if not asked:
        raise ExpressionError("standard input holds no expression; give one a line")
    for text in asked:
        parse_expression(text)  # a slip of the pen is told before the file is opened
    vectors = wordvec.open(model)
    results = [_answer(vectors, text, topn, method) for text in asked]
    if as_json:
        print_json(results[0] if expression != ("-",) else results)
        return
    for number, result in enumerate(results):
        if len(results) > 1:
            click.echo(("\n" if number else "") + result["query"])
        answers = enumerate(result["answers"], start=1)
        print_table(
            [(rank, answer["word"], answer["score"]) for rank, answer in answers],
            header=("rank", "word", "score"),
        )


def _answer(vectors: WordVectors, text: str, topn: int, method: Method) -> dict[str, Any]:
    for term in parse_expression(text):
        if term.word not in vectors and term.word.lower() in vectors:
            note(f"{term.word} is not in the vocabulary; {term.word.lower()} answers for it")
    ranking = vectors.query(text, topn=topn, method=method)
    return {
        "query": text,
        "method": method,
        "answers": [{"word": word, "score": score} for word, score in ranking],
    }
