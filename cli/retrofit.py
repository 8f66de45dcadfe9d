"""`wordvec retrofit`: draw the words together that a lexicon relates."""

from typing import Any

import click

from wordvec.cli.mending import Mending, mend_store, mending_options
from wordvec.cli.output import counted
from wordvec.postprocess.lexicon import LEXICON_FORMATS
from wordvec.postprocess.retrofit import ITERATIONS
from wordvec.postprocess.retrofit import retrofit as retrofit_vectors

_CONVERGED = 1e-3
"""A residual that no cosine shows."""


@click.command(
    epilog="Examples: wordvec retrofit ppdb-xl.txt -m vectors.h5 -o mended.h5 --evaluate | "
    "wordvec retrofit wordnet -m vectors.h5 -o mended.h5 --carry | "
    "wordvec retrofit pairs.tsv -m vectors.h5 -o mended.h5 --symmetric --antonyms pairs.tsv",
)
@click.argument("lexicon")
@click.option(
    "--iterations",
    type=click.IntRange(min=1),
    help=f"Sweeps over the words; with --antonyms steps. {ITERATIONS} if not given.",
)
@click.option("--exact", is_flag=True, help="Solve the equations that the sweeps lead to.")
@click.option(
    "--alpha",
    type=float,
    default=1.0,
    show_default=True,
    help="What the old vector of a word counts, beside 1 for all its neighbours together.",
)
@click.option(
    "--format",
    type=click.Choice(LEXICON_FORMATS),
    help="How LEXICON is written, if its first line does not tell: tsv if it holds a tab.",
)
@click.option("--merge-heads", is_flag=True, help="Take all lines of a head, not the last alone.")
@click.option("--symmetric", is_flag=True, help="Let a word that is listed move to its head, too.")
@click.option("--keep-numbers", is_flag=True, help="Take words with digits as they are.")
@click.option(
    "--antonyms",
    metavar="LEXICON",
    help="Push the words apart that this file relates (counter-fitting).",
)
@click.option(
    "--gamma",
    type=float,
    help="With --antonyms: draw pairs of LEXICON together up to this distance, 1 - cosine; 0.",
)
@click.option("--carry", is_flag=True, help="Move the other words by a map learned from these.")
@mending_options
def retrofit(
    lexicon: str,
    iterations: int | None,
    exact: bool,
    alpha: float,
    format: Any,  # noqa: A002 - the word for it
    merge_heads: bool,
    symmetric: bool,
    keep_numbers: bool,
    antonyms: str | None,
    gamma: float | None,
    carry: bool,
    **shared: Any,
) -> None:
    """Draw the words together that LEXICON relates.

    Vectors learned from text put "cheap" near to "expensive", which stand in the same places. A
    lexicon knows better: each of its words moves to the middle between where it was and the mean
    of its neighbours there (Faruqui et al. 2015). Human judgements of how much two words mean the
    same are met much better afterwards; the words that it does not hold stay. All vectors come to
    length 1 first; those that move end up shorter, being means.

    \b
    LEXICON is a file of text, as it is or in .gz or .xz:
      good fine great         a head and the words that it moves to, with spaces between
      good<TAB>fine           a pair, with a tab between; after it, if wanted, tabs and
                              a relation, a weight, or both
    or the word wordnet (synonyms) or wordnet-all (broader and narrower words too), if the Python
    package nltk or wn is installed with its data.

    Lines with spaces are read as the program of Faruqui et al. reads them: in lower case, words
    with digits as one word ---num---, and the last line of a head alone. --merge-heads and
    --keep-numbers read them as you would. A word of the lexicon is that of the vocabulary which is
    written alike; or else in lower case; or else the most frequent one that is the same but for
    case. Other forms keep their vectors.

    Each sweep brings every word to where its equation has it, given the others. The report says
    how far a word went at most in the first and in the last sweep, and the residual: how far it
    still is from there. --alpha 2 keeps more of the old vectors, --alpha 0.5 less.

    With --antonyms the vectors are counter-fitted instead (Mrkšić et al. 2016): antonyms are pushed
    apart, the pairs of LEXICON drawn together, and words that were near kept near. The file is of
    either form; if any of its pairs has the relation antonym, such pairs alone are taken, and
    LEXICON leaves them out, so that one file may hold both. A large lexicon pulls harder than a few
    antonyms push: --gamma 0.5 lets them come apart, at a cost to words that are related and not
    alike.
    """

    def step(vectors: Any, **where: Any) -> Any:
        return retrofit_vectors(
            vectors,
            lexicon,
            iterations=iterations,
            exact=exact,
            alpha=alpha,
            format=format,
            merge_heads=merge_heads,
            symmetric=symmetric,
            keep_numbers=keep_numbers,
            antonyms=antonyms,
            gamma=gamma,
            carry=carry,
            **where,
        )

    mend_store(step, Mending(**shared), show_retrofitting, stage="retrofitting")


def show_retrofitting(step: dict[str, Any]) -> None:
    """Print what the step did, from its provenance."""
    report = step["report"]
    title = "counter-fitting" if "antonyms" in step else "retrofitting"
    click.echo(f"{title}: {counted(report['words_moved'], 'word')} moved")
    _show_lexicon(step["lexicon"], report)
    if "antonyms" in step:
        _show_lexicon(step["antonyms"], report["antonyms"])
        for name in ("antonyms", "synonyms"):
            pairs = report[name]
            if pairs["pairs"]:
                click.echo(
                    f"  {counted(pairs['pairs'], 'pair')} of {name}: mean cosine "
                    f"{pairs['cosine_before']:.3f}, now {pairs['cosine_after']:.3f}"
                )
        both = report["synonyms_that_are_antonyms"]
        if both:
            click.echo(f"  pairs of synonyms that are antonyms, too, and count as such: {both:,}")
        opposite = report["antonyms"]
        if opposite["cosine_after"] > opposite["cosine_before"]:
            click.echo("  antonyms came nearer: the lexicon pulls harder; give --gamma 0.5")
    elif "largest_change" in report:
        largest, residual = report["largest_change"], report["residual"][-1]
        click.echo(
            f"  {counted(len(largest), 'sweep')}: largest change {largest[0]:.2g}, in the last "
            f"{largest[-1]:.2g}; residual {residual:.2g}"
        )
        if residual > _CONVERGED:
            click.echo("  not yet where the sweeps lead to: give more --iterations, or --exact")
    else:
        click.echo(f"  solved exactly: residual {report['residual'][-1]:.2g}")
    if "carry" in report:
        carry = report["carry"]
        click.echo(
            f"  the others carried along: held-out words come to cosine "
            f"{carry['held_out_cosine']:.3f} with where they went, left alone "
            f"{carry['held_out_cosine_unmoved']:.3f}"
        )


def _show_lexicon(name: str, found: dict[str, Any]) -> None:
    title = name if found["source"] == name else f"{name}, {found['source']}"
    click.echo(
        f"  {title}: {counted(found['lines'], 'line')}; the vocabulary has "
        f"{found['heads_found']:,} of {counted(found['heads'], 'head')}, "
        f"{found['edges_found']:,} of {counted(found['edges'], 'edge')}"
    )
    if found["antonyms_left_out"]:
        rows = counted(found["antonyms_left_out"], "row")
        click.echo(f"  {title}: {rows} with the relation antonym left out")
