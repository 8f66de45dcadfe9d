"""`wordvec demo`: from nothing to answers in a minute, on text that comes with gensim."""

from pathlib import Path

import click

from wordvec.cli.output import ProgressBar, print_table
from wordvec.errors import OutputError

QUESTIONS = ("music", "war", "language", "river")
"""Words that the excerpt holds often enough to know their company."""


@click.command(epilog="Example: wordvec demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="wordvec-demo",
    show_default=True,
    help="Where the demo keeps its vectors; it touches nothing else.",
)
def demo(folder: Path) -> None:
    """Train on a small piece of Wikipedia and ask a few questions.

    The text is an excerpt of the English Wikipedia that comes with gensim: about half a million
    words. Real work wants more: try `wordvec train` on text of your own.
    """
    import wordvec
    from wordvec.corpora.sample import sample_corpus
    from wordvec.store.write import check_writable

    store = folder / "wikipedia-excerpt.h5"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {folder} ({error.strerror}); name another with --folder"
        ) from error
    check_writable(store, overwrite=True)
    click.echo("Training on an excerpt of Wikipedia that comes with gensim ...")
    with ProgressBar() as progress:
        # So little text wants more passes and smaller vectors than the defaults.
        vectors = wordvec.train(sample_corpus(), dim=50, epochs=40, progress=progress)
    vectors.save(store, overwrite=True)
    read, done = (vectors.provenance or {})["corpus"], progress.last["training"]
    click.echo(
        f"read {read['tokens']:,} words, kept {len(vectors):,} different ones, "
        f"trained {done.per_second / 1e6:.1f} million words/s "
        f"for {done.seconds:.1f} s"
    )
    for word in QUESTIONS:
        click.echo(f"\n$ wordvec query {word} -n 5 -m {store}")
        ranking = vectors.query(word, topn=5)
        answers = [(rank, *answer) for rank, answer in enumerate(ranking, start=1)]
        print_table(answers, header=("rank", "word", "score"))
    click.echo(
        f"\nThe vectors are in {store}: ask it more, as above. Analogies (king - man + woman) want "
        "more text\nthan this, tens of millions of words: wordvec train YOUR-TEXT"
    )
