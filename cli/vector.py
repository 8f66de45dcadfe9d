"""`wordvec similarity` and `wordvec vector`: two words compared; the numbers themselves."""

from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec.cli.options import json_option, model_option, unseen_option
from wordvec.cli.output import print_json
from wordvec.lookup import Unseen, Vector
from wordvec.neighbours import unit
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING


@click.command(epilog="Example: wordvec similarity coffee tea")
@click.argument("first")
@click.argument("second")
@model_option
@unseen_option
@json_option
def similarity(first: str, second: str, model: Path, unseen: Unseen, as_json: bool) -> None:
    """Show the cosine of two words: 1 for the same direction, 0 for no relation."""
    vectors = wordvec.open(model)
    a, b = (unit(_vector(vectors, word, unseen)) for word in (first, second))
    cosine = float(a @ b)
    if as_json:
        print_json({"words": [first, second], "similarity": cosine})
    else:
        click.echo(f"{cosine:.4f}")


@click.command(epilog="Examples: wordvec vector coffee tea | wordvec vector coffee --json")
@click.argument("words", nargs=-1, required=True)
@model_option
@unseen_option
@json_option
def vector(words: tuple[str, ...], model: Path, unseen: Unseen, as_json: bool) -> None:
    """Print the vector of each of WORDS: the word and its numbers, a line each."""
    vectors = wordvec.open(model)
    rows: list[tuple[str, list[Any]]] = [
        (word, _vector(vectors, word, unseen).tolist()) for word in words
    ]
    if as_json:
        print_json([{"word": word, "vector": row} for word, row in rows])
        return
    for word, row in rows:
        click.echo(" ".join([word, *(f"{number:.6g}" for number in row)]))


def _vector(vectors: WordVectors, word: str, unseen: Unseen) -> Vector:
    row = vectors.find_usual(word)
    return vectors.lookup(word, unseen) if row == MISSING else vectors.get_vector(row)
