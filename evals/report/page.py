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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from wordvec import __version__
from wordvec.errors import ConfigError, OutputError
from wordvec.evals.report.illustrations import (
    Picture,
    draw_effects,
    draw_headlines,
    draw_parts,
    draw_shape,
)
from wordvec.evals.report.meanings import Meaning, explained, meaning_of
from wordvec.evals.report.pictures import printable
from wordvec.evals.report.provenance import key_facts, sections, store_name
from wordvec.evals.report.tables import (
    FigureTable,
    breakdown_table,
    by_evaluator,
    data_name,
    headline_table,
    interval,
    number,
    pvalue,
    share,
)
from wordvec.evals.result import Figure, Result
from wordvec.evals.suite import Judgement
from wordvec.replacement import check_replaceable, replacement
from wordvec.vectors import WordVectors

_OPENING = b"<!doctype html>"
_WORDS_SHOWN = 200
_SHORT = 26
"""A name of so many letters is not broken into lines."""


@dataclass(frozen=True)
class Parts:
    """What is told of one data set if a reader asks for more."""

    dataset: str
    table: FigureTable
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Section:
    """All results of one evaluator."""

    name: str
    meaning: Meaning
    results: tuple[Result, ...]
    parts: tuple[Parts, ...]
    pictures: tuple[Picture, ...]

    @property
    def table(self) -> FigureTable:
        """What is told first, of all data sets."""
        return headline_table(self.results)

    @property
    def measures(self) -> list[tuple[str, str]]:
        """What the measures say that the notes do not explain."""
        figures = [f for r in self.results for f in (*r.figures, *r.breakdown)]
        notes = " ".join(note for result in self.results for note in result.notes)
        return [(measure, text) for measure, text in explained(figures) if measure not in notes]

    @property
    def headlines(self) -> list[tuple[str, Figure]]:
        """The first figure of each data set, as far as it is of the first one's kind."""
        told = [(data_name(r), r.figures[0]) for r in self.results if r.value is not None]
        kind = (told[0][1].measure, told[0][1].part) if told else None
        return [(name, figure) for name, figure in told if (figure.measure, figure.part) == kind]

    @property
    def scale(self) -> str:
        """What the measure of the headlines says; "" if we have no words for it."""
        return "".join(_sentence(text) for _, text in explained(f for _, f in self.headlines[:1]))

    @property
    def notes(self) -> list[str]:
        """What to know of the figures, a line each; what is true of several data sets once."""
        words = "the {:,} most frequent words took part"
        told = [_sentence(f"{r.policy}; {words.format(r.vocabulary)}") for r in self.results]
        whose: dict[str, list[str]] = {}
        for result in self.results:
            for line in result.notes:
                whose.setdefault(line, []).append(data_name(result))
        alone = len(self.results) == 1
        told += [
            _sentence(line) if alone or len(datasets) > 1 else f"{datasets[0]}: {line}."
            for line, datasets in whose.items()
        ]
        seeds = sorted({r.seed for r in self.results if r.seed is not None})
        told += [f"What is drawn at random has the seed {seed}." for seed in seeds]
        return list(dict.fromkeys(told))

    @property
    def missing(self) -> list[tuple[str, tuple[str, ...]]]:
        """The name and the unknown words of each data set that has some."""
        return [(data_name(r), r.missing_words) for r in self.results if r.missing_words]


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
        "share": share,
        "exact": json.dumps,
        "fits": lambda text: " short" if len(text) <= _SHORT else "",
    }
    results = judgement.results
    page = environment.get_template("page.html.jinja").render(
        name=store_name(vectors),
        facts=key_facts(vectors),
        sections=list(_sections(results)),
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


def _sections(results: Sequence[Result]) -> Iterator[Section]:
    for place, (name, own) in enumerate(by_evaluator(results).items()):
        parts, pictures = [], list(draw_effects(own, f"picture-{place}"))
        for turn, result in enumerate(own):
            drawn = tuple(draw_parts(result, f"picture-{place}-{turn}"))
            pictures += draw_shape(result, f"picture-{place}-{turn}")
            if drawn or result.breakdown:
                parts.append(Parts(data_name(result), breakdown_table(result), drawn))
        yield Section(name, meaning_of(name), tuple(own), tuple(parts), tuple(pictures))


def _sentence(line: str) -> str:
    return f"{line[:1].upper()}{line[1:]}."


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
