"""`wordvec mend`: several post-processing steps in order."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli.debias import show_debiasing
from wordvec.cli.mending import Bias, Mending, mend_store, mending_options
from wordvec.cli.retrofit import show_retrofitting
from wordvec.cli.whiten import show_whitening
from wordvec.vectors import WordVectors

_SHOW = {
    "retrofit": show_retrofitting,
    "debias": show_debiasing,
    "whiten": show_whitening,
}


@click.command(
    short_help="Put vectors through the steps of a recipe.",
    epilog="Example: wordvec mend recipe.toml -m vectors.h5 -o mended.h5 --evaluate",
)
@click.argument("recipe", type=click.Path(path_type=Path))
@mending_options
def mend(recipe: Path, **options: Any) -> None:
    """Put vectors through the steps of a recipe, one after the other.

    RECIPE is a TOML file: a table [[steps]] for each step, with its name and its options, which
    are those of `wordvec retrofit`, `debias` and `whiten` with _ for -. Files that it names lie
    beside it. --evaluate measures the bias that its first debiasing step is about.

    \b
    [[steps]]
    step = "retrofit"
    lexicon = "ppdb-xl.txt"
    \b
    [[steps]]
    step = "whiten"
    method = "zipfian"

    Names and files are checked before the first step begins. What each step did is kept in OUT,
    and `wordvec info` shows it. With SOURCE_DATE_EPOCH set, the same recipe and the same vectors
    give the same bytes.
    """

    def step(vectors: WordVectors, **where: Any) -> WordVectors:
        from wordvec.postprocess.recipe import mend

        return mend(vectors, recipe, **where)

    def bias() -> Bias | None:
        from wordvec.postprocess.recipe import read_recipe

        for step in read_recipe(recipe):
            if step.word_sets is not None:
                return Bias(step.word_sets, step.options.get("components", 1))
        return None

    mend_store(step, Mending(**options), _show, stage="mending", bias=bias)


def _show(step: dict[str, Any]) -> None:
    _SHOW[step["step"]](step)
