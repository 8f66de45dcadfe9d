"""`wordvec train`: text in, a store out."""

from collections.abc import Callable
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

import click

from wordvec.cli.options import DEFAULT_MODEL, json_option
from wordvec.cli.output import ProgressBar, human_bytes, note, print_json
from wordvec.corpora import TOKENIZERS
from wordvec.errors import OutputError
from wordvec.training import TrainConfig
from wordvec.training.config import ARCHITECTURES

_DEFAULTS = {f.name: None if f.default is MISSING else f.default for f in fields(TrainConfig)}


def _config_option(
    name: str, kind: Any, text: str, default: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a click option for a field of `TrainConfig`, with its default."""
    return click.option(
        f"--{name.replace('_', '-')}",
        type=kind,
        default=_DEFAULTS[name],
        show_default=default or True,
        help=text,
    )


@click.command(
    epilog="Examples: wordvec train corpus.txt | "
    "wordvec train articles/ -o news.h5 --dim 300 --epochs 10 | "
    "zcat dump.jsonl.gz | wordvec train - --field body"
)
@click.argument("corpus", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=DEFAULT_MODEL,
    show_default=True,
    help="The store to write.",
)
@_config_option(
    "architecture",
    click.Choice(ARCHITECTURES),
    "skipgram predicts the words around a word, and is better on rare ones; cbow predicts a word "
    "from those around it, and is quicker.",
)
@_config_option("dim", int, "Length of a vector.")
@_config_option("window", int, "How far away a context word may be.")
@_config_option("negatives", int, "Noise words drawn for each word.")
@_config_option("epochs", int, "Passes over the corpus; a small one wants more.")
@_config_option("min_count", int, "Leave out words rarer than this.")
@_config_option("subsample", float, "Thin out words above this share of the text; 0: none.")
@_config_option(
    "learning_rate",
    float,
    "First learning rate; falls steadily to a tenth of it.",
    "0.025, for cbow 0.05",
)
@_config_option(
    "threads",
    int,
    "Threads to train with; with 1, a seed repeats exactly.",
    "$WORDVEC_THREADS, else the CPUs to be had",
)
@_config_option("seed", int, "Where the random numbers start.")
@click.option(
    "--tokenizer",
    type=click.Choice(TOKENIZERS),
    default=TOKENIZERS[0],
    show_default=True,
    help="words: letters and digits of any alphabet, lower-cased; whitespace: text that is "
    "tokenized already.",
)
@click.option("--field", help="The key of JSON lines that holds the text; by default text.")
@click.option(
    "--save-output",
    is_flag=True,
    help="Keep the output layer (the vectors of words as contexts), too.",
)
@click.option("--force", is_flag=True, help="Replace the output file if it is a store.")
@json_option
def train(
    corpus: tuple[str, ...],
    output: Path,
    tokenizer: str,
    field: str | None,
    force: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Train word vectors on CORPUS and save them.

    CORPUS is one or more text files (plain or .gz, .bz2, .xz, .zst; JSON lines; MediaWiki
    dumps), folders of them, or - for standard input. A line is a sentence boundary.
    """
    import wordvec
    from wordvec.store.write import check_writable

    if str(output) == "-":
        raise OutputError("a store cannot go to standard output; give the name of a file with -o")
    check_writable(output, overwrite=force)
    config = TrainConfig(**{name: value for name, value in options.items() if value is not None})
    with ProgressBar() as progress:
        vectors = wordvec.train(corpus, config, tokenizer=tokenizer, field=field, progress=progress)
    vectors.save(output, overwrite=force)
    _report(vectors, config, progress, output, as_json=as_json)


def _report(
    vectors: Any, config: TrainConfig, progress: ProgressBar, output: Path, *, as_json: bool
) -> None:
    """Say what was read, how training went, and where the result is."""
    read, done = vectors.provenance["corpus"], progress.last["training"]
    speed = done.per_second
    size = output.stat().st_size
    if as_json:
        run = {"seconds": done.seconds, "words_per_second": speed, "loss": done.loss}
        saved = {"path": str(output), "bytes": size, "words": len(vectors), "dim": config.dim}
        print_json({"corpus": read, "options": asdict(config), "training": run, "saved": saved})
        return
    note(
        f"read     {human_bytes(read['bytes'])}, {read['tokens']:,} words; "
        f"{len(vectors):,} of {read['distinct_words']:,} different words occur "
        f"{config.min_count} time{'s' * (config.min_count > 1)} or more"
    )
    loss = "" if done.loss is None else f", loss {done.loss:.3f}"
    note(
        f"trained  {config.epochs} epoch{'s' * (config.epochs > 1)} in {done.seconds:.1f} s, "
        f"{speed / 1e6:.2f} million words/s{loss}"
    )
    note(f"saved    {output} ({human_bytes(size)})")
