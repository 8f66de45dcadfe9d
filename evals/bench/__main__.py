"""The commands of `python -m wordvec.evals.bench`, which measure time, memory and quality."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from wordvec.corpora import TOKENIZERS
from wordvec.errors import ConfigError, WordvecError
from wordvec.evals.bench.encode import measure_encoding
from wordvec.evals.bench.evals import EvalSettings, measure_evaluators
from wordvec.evals.bench.mending import Mending, measure_mending
from wordvec.evals.bench.postprocess import PostprocessSettings, measure_postprocessing
from wordvec.evals.bench.references import parse_reference
from wordvec.evals.bench.scale import AXES, ScaleSettings, measure_scale
from wordvec.evals.bench.scalepicture import check_picture, write_picture
from wordvec.evals.bench.store import measure_stores
from wordvec.evals.bench.storetable import Settings
from wordvec.evals.bench.train import compare_training
from wordvec.evals.bench.trainsettings import PARTS
from wordvec.training.config import ARCHITECTURES

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Result(Protocol):
    def to_dict(self) -> dict[str, Any]: ...
    def to_markdown(self) -> str: ...


_CORPUS = click.option(
    "--corpus", required=True, type=click.Path(exists=True, path_type=Path), help="Text to read."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
_WORDS = click.option(
    "--words", type=click.IntRange(min=1000), default=1_000_000, show_default=True, help="Made up."
)


def _repeats(default: int) -> Callable[[_Command], _Command]:
    return click.option(
        "--repeats",
        type=click.IntRange(min=1),
        default=default,
        show_default=True,
        help="The quickest counts.",
    )


@click.group()
def bench() -> None:
    """Measure the speed, the memory and the quality of wordvec."""


@bench.command()
@_CORPUS
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Runs of each tool for skipgram and cbow.",
)
@click.option(
    "--only",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="Measure this part alone: text to ids; 5 epochs of skip-gram (with its memory), of CBOW; "
    "1 at dim 300; a short whole process; all threads over one; a corpus ten times as large. Can "
    "be repeated.",
)
@_JSON
def train(corpus: Path, seeds: int, parts: tuple[str, ...], as_json: bool) -> None:
    """Train with wordvec and gensim on the same tokens: speed, memory and quality.

    On two cores, 20 million words take about 6 minutes, and 6 more for each seed.
    """
    result = compare_training(corpus, seeds=seeds, say=_say, parts=parts or PARTS)
    _print(result, as_json=as_json)


@bench.command()
@_CORPUS
@click.option(
    "--tokenizer", type=click.Choice(TOKENIZERS), default=TOKENIZERS[0], show_default=True
)
@_repeats(3)
@_JSON
def encode(corpus: Path, tokenizer: str, repeats: int, as_json: bool) -> None:
    """Measure how quickly text becomes token ids, on all cores and a core."""
    report = measure_encoding(corpus, tokenizer=tokenizer, repeats=repeats)
    click.echo(json.dumps(report.to_dict(), indent=2) if as_json else report.to_text())


@bench.command()
@_WORDS
@click.option("--dim", type=click.IntRange(min=1), default=300, show_default=True)
@click.option(
    "--threads", type=click.IntRange(min=1), help="By default what each tool takes of itself."
)
@_repeats(5)
@click.option("--index", is_flag=True, help="Build an index for approximate search: minutes.")
@click.option(
    "--store",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A trained store (English), to show what smaller ones lose.",
)
@_JSON
def store(as_json: bool, **options: object) -> None:
    """Open, look up, search and shrink stores, with gensim beside; needs 7 times the matrix."""
    settings = Settings(**options)  # type: ignore[arg-type]  # click's options are its fields
    result = measure_stores(settings, _say)
    _print(result, as_json=as_json)


@bench.command()
@_WORDS
@click.option("--dim", type=click.IntRange(min=2), default=300, show_default=True)
@click.option(
    "--threads", type=click.IntRange(min=1), help="By default what wordvec takes of itself."
)
@_repeats(3)
@click.option(
    "--large", is_flag=True, help="Whiten a store of three times as many words to another, too."
)
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="NAME=COMMAND",
    callback=lambda _context, _option, given: dict(map(_parse_reference, given)),
    help="Time a program of a paper beside ours; NAME is retrofit, debias, multiclass or whiten. "
    "In COMMAND, which no shell sees, {vectors} (text without a header), {counts}, {lexicon}, "
    "{data} and {out} stand for paths. Can be repeated.",
)
@click.option(
    "--data",
    envvar="WORDVEC_DATA",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="For --reference: the folder of test data. [env: WORDVEC_DATA]",
)
@click.option(
    "--store",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="For --reference: a trained store to run on, in place of the vectors in the test data.",
)
@_JSON
def postprocess(as_json: bool, **options: object) -> None:
    """Whiten, debias and retrofit a store; needs four times the matrix, with --large 16 times."""
    settings = PostprocessSettings(**options)  # type: ignore[arg-type]  # click's are its fields
    result = measure_postprocessing(settings, _say)
    _print(result, as_json=as_json)


@bench.command()
@click.option(
    "--store",
    "stores",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A trained store (English); several seeds of the same training. Can be repeated.",
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Word pairs, analogies or sentence pairs, or a folder of them. Can be repeated.",
)
@click.option(
    "--lexicon", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="For retrofit."
)
@click.option(
    "--antonyms", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The same."
)
@click.option("--word-sets", default="gender", show_default=True, help="For debias.")
@_JSON
def mending(as_json: bool, **options: object) -> None:
    """Judge what each post-processing step does to trained vectors, and chains of them."""
    result = measure_mending(Mending(**options), _say)  # type: ignore[arg-type]  # as above
    _print(result, as_json=as_json)


@bench.command()
@click.option(
    "--vectors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A store to judge; by default vectors are made up.",
)
@click.option(
    "--words", type=click.IntRange(min=1000), default=400_000, show_default=True, help="Made up."
)
@click.option("--dim", type=click.IntRange(min=2), default=300, show_default=True)
@_repeats(1)
@_JSON
def evals(as_json: bool, **options: object) -> None:
    """Time the evaluators, those of word pairs and analogies with gensim's beside: 5 minutes."""
    result = measure_evaluators(EvalSettings(**options), _say)  # type: ignore[arg-type]  # as above
    _print(result, as_json=as_json)


@bench.command()
@click.option(
    "--axis",
    "axes",
    type=click.Choice(tuple(AXES)),
    multiple=True,
    help="Vary only this; can be repeated. By default all of them, one at a time.",
)
@click.option(
    "--tokens",
    type=click.IntRange(min=1_000_000),
    default=ScaleSettings.tokens,
    show_default=True,
    help="Length of the text, where it is not what varies.",
)
@click.option(
    "--largest",
    type=click.IntRange(min=1_000_000),
    default=ScaleSettings.largest,
    show_default=True,
    help="Length of the longest text; 4 bytes of disk a token.",
)
@click.option(
    "--architecture", type=click.Choice(ARCHITECTURES), default="skipgram", show_default=True
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Draw it, too.",
)
@_JSON
def scale(axes: tuple[str, ...], picture: Path | None, as_json: bool, **options: Any) -> None:
    """Train on made-up text, larger and larger: speed and memory; 15 minutes on two cores."""
    if picture is not None:
        check_picture(picture)
    result = measure_scale(ScaleSettings(axes=axes or tuple(AXES), **options), _say)
    if picture is not None:
        write_picture(result, picture)
    _print(result, as_json=as_json)


def _parse_reference(text: str) -> tuple[str, tuple[str, ...]]:
    try:
        return parse_reference(text)
    except ConfigError as error:
        raise click.BadParameter(str(error)) from error


def _print(result: _Result, *, as_json: bool) -> None:
    click.echo(json.dumps(result.to_dict(), indent=2) if as_json else result.to_markdown())


def _say(line: str) -> None:
    click.echo(line, err=True)


def main() -> None:
    """Run the command line; an error is one line and exit status 1."""
    try:
        bench(prog_name="python -m wordvec.evals.bench")
    except WordvecError as error:
        _say(f"error: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
