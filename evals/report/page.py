"""One page that shows what was found: tables, pictures, and how the vectors came to be.

`write_report` is called by `wordvec eval all --report`. The page is one file that loads nothing,
runs nothing and is right on a phone and on paper. jinja2 and matplotlib (the extra `plot`) are
imported when it is made. Everything that comes from a file is escaped.
"""

import importlib.util
import json
import os
import platform
import time
from importlib.resources import files
from pathlib import Path

import numpy as np

from wordvec import __version__
from wordvec.errors import ConfigError, OutputError
from wordvec.evals.report.illustrations import draw_headlines
from wordvec.evals.report.pictures import printable
from wordvec.evals.report.provenance import key_facts, sections, store_name
from wordvec.evals.report.sections import make_sections
from wordvec.evals.report.tables import by_evaluator, found, interval, named, number, pvalue
from wordvec.evals.suite import Judgement
from wordvec.replacement import check_replaceable, replacement
from wordvec.vectors import WordVectors

_OPENING = b"<!doctype html>"
_WORDS_SHOWN = 200
_SHORT = 26
"""A name of so many letters is not broken into lines."""


def check_report(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Check that a page could be made and written to `path`: to be asked before the work.

    Raises
    ------
    ConfigError
        If jinja2 or matplotlib is not installed.
    OutputError
        As `wordvec.replacement.check_replaceable`: of what is there, only a page is replaced; if
        $SOURCE_DATE_EPOCH is not a number.
    """
    for needed in ("jinja2", "matplotlib"):
        if importlib.util.find_spec(needed) is None:
            raise ConfigError(
                f"a report needs {needed}, which is not installed: pip install 'wordvec[plot]'"
            )
    _today()
    if Path(path).is_dir():
        raise OutputError(f"{path} is a folder; give the name of a file, such as report.html")
    check_replaceable(path, overwrite=overwrite, replaceable=_is_page, kind="HTML page")


def write_report(
    path: str | os.PathLike[str],
    vectors: WordVectors,
    judgement: Judgement,
    *,
    overwrite: bool = False,
) -> None:
    """Write what was found in `vectors` as one HTML page.

    The same vectors and judgement give the same page, but for the date, which is that of
    $SOURCE_DATE_EPOCH if it is set.

    Parameters
    ----------
    path
        Where to.
    vectors
        What was judged; their provenance is shown.
    judgement
        Of `wordvec.evals.judge`.
    overwrite
        Whether a page that is there may be replaced.

    Raises
    ------
    ConfigError, OutputError
        As `check_report`.
    """
    check_report(path, overwrite=overwrite)
    page = render(vectors, judgement)
    with replacement(path, overwrite=overwrite, replaceable=_is_page, kind="HTML page") as file:
        # A file name may hold bytes that are no text.
        file.write_text(page, encoding="utf-8", errors="replace")


def render(vectors: WordVectors, judgement: Judgement) -> str:
    """Return the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("wordvec.evals", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": number,
        "interval": interval,
        "pvalue": pvalue,
        "found": found,
        "exact": json.dumps,
        "fits": lambda text: " short" if len(text) <= _SHORT else "",
    }
    results = named(judgement.results)
    page = environment.get_template("page.html.jinja").render(
        name=store_name(vectors),
        facts=key_facts(vectors),
        sections=list(make_sections(results)),
        overview=draw_headlines([r for own in by_evaluator(results).values() for r in own]),
        skipped=judgement.skipped,
        provenance=list(sections(vectors.provenance)),
        raw=json.dumps(vectors.provenance, indent=2, ensure_ascii=False),
        style=(files("wordvec.evals") / "report" / "page.css").read_text("utf-8"),
        date=_today(),
        versions={
            "wordvec": __version__,
            "Python": platform.python_version(),
            "NumPy": np.__version__,
        },
        words_shown=_WORDS_SHOWN,
    )
    return printable(page)


def _is_page(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_OPENING)).lower() == _OPENING


def _today() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = time.gmtime(int(epoch) if epoch else None)
    except (ValueError, OverflowError, OSError) as error:
        raise OutputError(f"SOURCE_DATE_EPOCH is {epoch!r}; expected seconds since 1970") from error
    return time.strftime("%Y-%m-%d", moment)
