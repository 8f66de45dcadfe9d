"""`wordvec whiten`: take the mean away, and make all directions of the space count alike."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli.mending import Mending, mend_store, mending_options
from wordvec.cli.output import counted
from wordvec.postprocess.whiten import METHODS, WEIGHTS
from wordvec.postprocess.whiten import whiten as whiten_vectors

_TITLES = {
    "zipfian": "Zipfian whitening",
    "uniform": "uniform whitening",
    "abtt": "all-but-the-top",
    "center": "centering",
    "zca": "ZCA whitening",
}


@click.command(
    short_help="Center vectors; make all directions count alike.",
    epilog="Examples: wordvec whiten -m vectors.h5 -o white.h5 | "
    "wordvec whiten -m GoogleNews.h5 -o white.h5 --assume-rank --dim 200 | "
    "wordvec whiten -m vectors.h5 -o mended.h5 --method abtt --evaluate",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="zipfian",
    show_default=True,
    help="What to do; see above.",
)
@click.option(
    "--weights",
    type=click.Choice(WEIGHTS),
    help="For center and zca: whether frequent words weigh more (zipf, the default) or not.",
)
@click.option(
    "--components",
    type=click.IntRange(min=1),
    help="For abtt: how many leading components to remove; 3 if not given.",
)
@click.option(
    "--dim",
    type=click.IntRange(min=1),
    help="Keep so many directions, those along which the words differed most. Not for zca.",
)
@click.option(
    "--counts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the frequencies of the words from this file: a word and its count a line; may be "
    ".gz or .xz.",
)
@click.option(
    "--assume-rank",
    is_flag=True,
    help="Take it that the words lie by falling frequency, by Zipf's law (1, 1/2, 1/3, ...).",
)
@mending_options
def whiten(
    method: Any,
    weights: Any,
    components: int | None,
    dim: int | None,
    counts: Path | None,
    assume_rank: bool,
    **shared: Any,
) -> None:
    """Take the mean of the vectors away, and make all directions of the space count alike.

    Trained vectors all point a little the same way, and differ much along a few directions that
    have to do with frequency and little with meaning. Mean vectors of sentences suffer most: what
    the frequent words share drowns what the others say. The methods:

    \b
      zipfian  Mean 0 and the same variance in every direction, each word weighted by how often
               it is said (Yokoi et al. 2024). The usual choice, and good for sentences.
      uniform  The same with all words alike, so that the many rare ones decide. For comparison:
               it mostly makes things worse.
      zca      Whitening without a rotation: each number stays as near as it can to what it was.
               Cosines are those of zipfian (or uniform). For when the axes mean something.
      center   Only the mean is taken away: the least that can be done.
      abtt     The mean and the three leading components, the directions along which words differ
               most, are taken away, the rest stays (all-but-the-top, Mu and Viswanath 2018), all
               words alike.

    Sentences are what gains. Single words compare about as well as before, or a little worse:
    --evaluate tells.

    How often a word is said is told by the counts that training keeps. Vectors from elsewhere have
    none: give --counts, or --assume-rank if the most frequent word comes first, as in most files
    of published vectors. Words without a count take no part and are changed like the others.

    The map that was found is kept in OUT, and words that are not in the vocabulary (--unseen
    subword) go through it.
    """

    def step(vectors: Any, **where: Any) -> Any:
        return whiten_vectors(
            vectors,
            method=method,
            weights=weights,
            components=components,
            dim=dim,
            counts=counts,
            assume_rank=assume_rank,
            **where,
        )

    mend_store(step, Mending(**shared), show_whitening, stage="whitening")


def show_whitening(step: dict[str, Any]) -> None:
    """Print what the step did, from its provenance."""
    report = step["report"]
    alike = report["probabilities"] == "uniform"
    by = "all alike" if alike else f"weighted by {report['probabilities']}"
    click.echo(f"{_TITLES[step['method']]}: {counted(report['words'], 'word')}, {by}")
    if report["words_without_count"]:
        without = counted(report["words_without_count"], "word")
        click.echo(f"  {without} without a count took no part in the fit")
    spread = f"{report['smallest_variance']:.3g} to {report['largest_variance']:.3g}"
    click.echo(
        f"  before: the mean of all vectors is {report['mean_norm']:.3g} long, a vector "
        f"{report['mean_length']:.3g} on average; the variance is {spread}, depending on "
        "the direction"
    )
    if report["directions_below_floor"]:
        flat = counted(report["directions_below_floor"], "direction")
        click.echo(f"  before: {flat} without variance (below {report['floor']:.1e})")
    click.echo(f"  now: {_what_came_out(step)}")


def _what_came_out(step: dict[str, Any]) -> str:
    report = step["report"]
    done = ["mean 0"]
    if step["method"] == "abtt":
        removed = counted(step["components"], "component")
        done.append(f"removed {removed}, {report['variance_removed']:.0%} of the variance")
    if step["dim"] is not None:
        kept, of = report["directions_kept"], report["directions"]
        done.append(
            f"kept {kept} of {counted(of, 'direction')}, {report['variance_kept']:.0%} of the "
            "variance"
        )
    if step["method"] in ("zipfian", "uniform", "zca"):
        flat = report["directions_below_floor"]
        done.append("variance 1 in every direction" + " that had any" * bool(flat))
    elif len(done) == 1:
        done.append("the variance is as it was")
    return "; ".join(done)
