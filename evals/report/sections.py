"""What the page tells of each evaluator: its headline, its tables, its pictures, its notes.

Called by the page. Chooses and orders; how it looks is the template's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wordvec.evals.report.illustrations import Picture, draw_effects, draw_parts, draw_shape
from wordvec.evals.report.meanings import Meaning, explained, meaning_of
from wordvec.evals.report.notes import notes_of, policies_of, tests_of, why_not, why_nothing
from wordvec.evals.report.tables import (
    FigureTable,
    Row,
    breakdown_table,
    by_evaluator,
    chance_of,
    data_name,
    headline_table,
    is_check,
)
from wordvec.evals.result import Result


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
    def headlines(self) -> list[Row]:
        """The first figure of each data set, as far as it is of the first one's kind.

        A check is none unless there is nothing else. Where no first figure has a value, the first
        figure that has one.
        """
        shown = [r for r in self.results if not is_check(r)] or list(self.results)
        figures = [figure for result in shown for figure in result.figures]
        told = [f for f in (*(r.figures[0] for r in shown), *figures) if f.value is not None]
        if not told:
            return []
        kind = (told[0].measure, told[0].part)
        rows = []
        for result in shown:
            same = (f for f in result.figures if (f.measure, f.part) == kind)
            if (figure := next(same, None)) is not None and figure.value is not None:
                rows.append(Row(data_name(result), figure, chance_of(result, figure)))
        return rows

    @property
    def scale(self) -> str:
        """What the measure of the headlines says; "" if we have no words for it."""
        told = explained(row.figure for row in self.headlines[:1])
        return "".join(_sentence(text) for _, text in told)

    @property
    def tests(self) -> str:
        """How many tests of association show something; "" if there is none."""
        return _sentence(told) if (told := tests_of(self.results)) else ""

    @property
    def undefined(self) -> str:
        """Why there is no headline, or another than the first figure; "" if it is that."""
        first = self.results[0]
        if not self.headlines:
            return _sentence(f"nothing to say: {why_nothing(first)}")
        if all(result.value is None for result in self.results):
            return _sentence(why_not(first, first.figures[0]))
        return ""

    @property
    def notes(self) -> list[str]:
        """What to know of the figures, a line each; what is true of several data sets once."""
        told = [_sentence(policy) for policy in policies_of(self.results)]
        told += [f"{of}: {line}." if of else _sentence(line) for of, line in notes_of(self.results)]
        seeds = sorted({r.seed for r in self.results if r.seed is not None})
        return [*told, *(f"What is drawn at random has the seed {seed}." for seed in seeds)]

    @property
    def missing(self) -> list[tuple[str, tuple[str, ...]]]:
        """The name and the unknown words of each data set that has some."""
        return [(data_name(r), r.missing_words) for r in self.results if r.missing_words]


def make_sections(results: Sequence[Result]) -> Iterator[Section]:
    """Yield a section for each evaluator, in the order of evaluators, with its drawings."""
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
