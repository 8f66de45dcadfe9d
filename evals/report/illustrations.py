"""What of a judgement is drawn: the headlines, the parts of a data set, the shape of the space.

Called by the page. Knows by which names the evaluators keep their curves; without them there is a
picture less.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from wordvec.evals.report.meanings import meaning_of
from wordvec.evals.report.pictures import Curve, Dot, draw_curve, draw_dots
from wordvec.evals.report.tables import data_name, interval, number
from wordvec.evals.result import Figure, Result

_MOST_DOTS = 80
_FEWEST_POINTS = 3


class Picture(NamedTuple):
    """A drawing and the words below it."""

    svg: str
    caption: str


def draw_headlines(results: Sequence[Result]) -> Picture | None:
    """Return the first figure of each result that is an agreement or a share; None if none is."""
    drawn = [r for r in results if r.figures[0].better == "higher" and _dot("", r.figures[0])]
    drawn = [r for r in drawn if -1 <= (r.value or 0) <= 1]
    groups: dict[str, list[Dot]] = {}
    for result in drawn[:_MOST_DOTS]:
        figure = result.figures[0]
        title = f"{meaning_of(result.evaluator).title}, {figure.measure}"
        groups.setdefault(title, []).extend(_dot(data_name(result), figure))
    if not groups:
        return None
    told = "; ".join(
        f"{data_name(result)}: {_spoken(result.figures[0])}" for result in drawn[:_MOST_DOTS]
    )
    return Picture(
        draw_dots(list(groups.items()), name="headlines", told=told),
        "The first figure of each data set. A bar is the 95% interval: how far the figure would "
        "move with other items of the same kind. Different measures are not to be compared."
        + _cut_note(len(drawn)),
    )


def draw_result(result: Result, name: str) -> Iterator[Picture]:
    """Yield the pictures of one result; `name` is distinct on the page."""
    headline = result.figures[0]
    parts = [
        figure
        for figure in (*result.figures, *result.breakdown)
        if figure.measure == headline.measure and figure.part and figure.value is not None
    ]
    if len(parts) > 1:
        dots = [dot for figure in parts[:_MOST_DOTS] for dot in _dot(figure.part, figure)]
        told = "; ".join(f"{figure.part}: {_spoken(figure)}" for figure in parts[:_MOST_DOTS])
        yield Picture(
            draw_dots([("", dots)], name=f"{name}-parts", told=told),
            f"{headline.measure} on {data_name(result)} by part." + _cut_note(len(parts)),
        )
    yield from _draw_spectrum(result.details, name)
    yield from _draw_lengths(result.details, name)


def _draw_spectrum(details: Mapping[str, Any], name: str) -> Iterator[Picture]:
    spectrum = details.get("spectrum")
    if _is_numbers(spectrum):
        told = (
            f"Falls from {number(spectrum[0])} in the first of {len(spectrum):,} directions to "
            f"{number(spectrum[-1])} in the last"
        )
        places = [float(place) for place in range(1, len(spectrum) + 1)]
        curve = Curve(places, spectrum, "principal direction", "share of the variance")
        yield Picture(
            draw_curve(curve, name=f"{name}-spectrum", told=told),
            "The eigenvalue spectrum: how much of the variance each principal direction carries. "
            "If all were alike the line would be level.",
        )


def _draw_lengths(details: Mapping[str, Any], name: str) -> Iterator[Picture]:
    bands = details.get("length_by_rank")
    keys = ("from_rank", "to_rank", "median_length")
    if not isinstance(bands, list) or len(bands) < _FEWEST_POINTS:
        return
    points = [[band.get(key) for key in keys] for band in bands if isinstance(band, dict)]
    if len(points) == len(bands) and all(map(_is_numbers, points)):
        ranks = [math.sqrt(first * last) for first, last, _ in points]
        lengths = [length for *_, length in points]
        told = (
            f"The median length is {number(lengths[0])} of the most frequent words and "
            f"{number(lengths[-1])} of the rarest"
        )
        curve = Curve(ranks, lengths, "rank by frequency", "median length", x_log=True)
        yield Picture(
            draw_curve(curve, name=f"{name}-lengths", told=told),
            "Norm against frequency: how long the vectors are, from the most frequent word to the "
            "rarest.",
        )


def _is_numbers(values: Any) -> bool:
    return (
        isinstance(values, list)
        and len(values) >= _FEWEST_POINTS
        and all(isinstance(v, int | float) and math.isfinite(v) for v in values)
    )


def _dot(label: str, figure: Figure) -> list[Dot]:
    """Return the figure as a dot, none if it has no value."""
    if figure.value is None:
        return []
    low, high = figure.interval or (None, None)
    return [Dot(label, figure.value, low, high)]


def _spoken(figure: Figure) -> str:
    ends = f" ({interval(figure.interval)})" if figure.interval else ""
    return f"{figure.measure} {number(figure.value)}{ends}"


def _cut_note(n: int) -> str:
    return f" The first {_MOST_DOTS} of {n:,}." if n > _MOST_DOTS else ""
