"""What of a judgement is drawn: the headlines, the parts of a data set, the shape of the space.

Called by the page. Knows by which names evaluators keep what is more than figures (`details`), and
trusts none of it: what is not there, or is of another form, is a picture less.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from wordvec.evals.report.meanings import meaning_of
from wordvec.evals.report.pictures import Curve, Dot, draw_curve, draw_dots
from wordvec.evals.report.tables import chance_of, data_name, interval, number
from wordvec.evals.result import Figure, Result

_MOST_DOTS = 80
_FEWEST_POINTS, _MOST_POINTS = 3, 10_000
_LARGEST = 1e9
"""Of a number that is drawn, either way."""


class Picture(NamedTuple):
    """A drawing and the words below it."""

    svg: str
    caption: str


def draw_headlines(results: Sequence[Result]) -> Picture | None:
    """Return the first figure of each result that is an agreement or a share; None if none is."""
    found = [r for r in results if r.figures[0].better == "higher"]
    found = [r for r in found if r.value is not None and -1 <= r.value <= 1]
    found = [r for r in found if _dots(r.figures[:1])]
    shown = found[:_MOST_DOTS]
    groups: dict[str, list[Dot]] = {}
    for result in shown:
        figure = result.figures[0]
        title = f"{meaning_of(result.evaluator).title}: {figure.measure}"
        title += f" ({figure.part})" if figure.part else ""
        chance = chance_of(result, figure)
        level = chance.value if chance and _is_number(chance.value) else None
        dots = _dots([figure], label=data_name(result))
        groups.setdefault(title, []).extend(dot._replace(chance=level) for dot in dots)
    if not groups:
        return None
    told = "; ".join(f"{data_name(result)}: {_spoken(result.figures[0])}" for result in shown)
    levels = any(dot.chance is not None for dots in groups.values() for dot in dots)
    return Picture(
        draw_dots(list(groups.items()), name="headlines", told=told),
        "The first figure of each data set. A bar is the 95% interval: how far the figure would "
        "move with other items of the same kind. "
        + ("An upright line is the level of chance. " if levels else "")
        + "Different measures cannot be compared."
        + _cut_note(len(found)),
    )


def draw_parts(result: Result, name: str) -> Iterator[Picture]:
    """Yield pictures of the parts of a data set; `name` is distinct on the page."""
    headline = result.figures[0]
    parts = [
        figure
        for figure in (*result.figures, *result.breakdown)
        if figure.measure == headline.measure and figure.part and figure.value is not None
    ]
    dots = _dots(parts[:_MOST_DOTS])
    told_apart = len(dots) > 1 and headline.better != "neither"
    if told_apart and any(figure.interval for figure in parts):
        told = "; ".join(f"{figure.part}: {_spoken(figure)}" for figure in parts[:_MOST_DOTS])
        yield Picture(
            draw_dots([("", dots)], name=f"{name}-parts", told=told),
            f"By part: {headline.measure}, with the 95% interval." + _cut_note(len(parts)),
        )
    asked = result.details.get("asked")
    for place, one in enumerate(asked if isinstance(asked, list) else ()):
        if isinstance(one, dict):
            yield from _draw_words(one, f"{name}-words-{place}")


def draw_effects(results: Sequence[Result], name: str) -> Iterator[Picture]:
    """Yield one picture of all figures that are no marks, such as effect sizes of bias."""
    firsts = (result.figures[0] for result in results)
    measured = (f.measure for f in firsts if f.better == "neither" and f.interval is not None)
    if (measure := next(measured, None)) is None:
        return
    groups = [
        (data_name(result), _dots(f for f in result.figures if f.measure == measure))
        for result in results
    ]
    n = sum(len(dots) for _, dots in groups)
    left = _MOST_DOTS
    shown = []
    for dataset, dots in groups:
        if dots[:left]:
            shown.append((dataset, dots[:left]))
            left -= len(dots[:left])
    told = "; ".join(f"{dot.label}: {number(dot.value)}" for _, dots in shown for dot in dots)
    if shown:
        yield Picture(
            draw_dots(shown, name=f"{name}-effects", told=told),
            f"{measure}, with the 95% interval. A bar over 0 may be chance." + _cut_note(n),
        )


def draw_shape(result: Result, name: str) -> Iterator[Picture]:
    """Yield pictures of curves: of a space, or of ranks; `name` is distinct on the page."""
    yield from _draw_hits(result.details.get("hits"), name)
    yield from _draw_spectrum(result.details.get("spectrum"), name)
    yield from _draw_lengths(result.details.get("length_by_rank"), name)


def _draw_words(asked: Mapping[str, Any], name: str) -> Iterator[Picture]:
    """Yield how much each target word goes with either set of attributes."""
    words, sets, title = asked.get("words"), asked.get("sets"), asked.get("name")
    if not (isinstance(words, list) and isinstance(sets, dict) and isinstance(title, str)):
        return
    groups: dict[str, list[Dot]] = {}
    for word in words[:_MOST_DOTS]:
        told = word if isinstance(word, dict) else {}
        association, text, of = (told.get(key) for key in ("association", "word", "set"))
        if _is_number(association) and isinstance(text, str) and isinstance(of, str):
            groups.setdefault(of, []).append(Dot(text, association))
    attributes = [one for one in sets if one not in groups]
    if not groups or len(attributes) != len(("first", "second")):
        return
    first, second = attributes
    ranked = [(of, sorted(dots, key=lambda dot: -dot.value)) for of, dots in groups.items()]
    spoken = "; ".join(f"{dot.label} {number(dot.value)}" for _, dots in ranked for dot in dots)
    yield Picture(
        draw_dots(ranked, name=name, told=spoken),
        f"{title}: to the right, words that are nearer to {first}; to the left, to "
        f"{second} (difference of mean cosines)." + _cut_note(len(words)),
    )


def _draw_hits(hits: Any, name: str) -> Iterator[Picture]:
    if _is_numbers(hits):
        last = len(hits)
        curve = Curve([float(n) for n in range(1, last + 1)], hits, "first so many", "share")
        told = f"{number(hits[0])} are the very first, {number(hits[-1])} among the first {last:,}"
        yield Picture(
            draw_curve(curve, name=f"{name}-hits", told=told),
            "How many of the partners are among the first 1, 2, 3 ... neighbours.",
        )


def _draw_spectrum(spectrum: Any, name: str) -> Iterator[Picture]:
    if _is_numbers(spectrum):
        last = len(spectrum)
        places = [float(place) for place in range(1, last + 1)]
        curve = Curve(places, spectrum, "principal direction", "share of the variance")
        told = (
            f"Falls from {number(spectrum[0])} in the first of {last:,} directions to "
            f"{number(spectrum[-1])} in the last"
        )
        yield Picture(
            draw_curve(curve, name=f"{name}-spectrum", told=told),
            "The eigenvalue spectrum: how much of the variance each principal direction carries. "
            "If all were alike, the line would be level.",
        )


def _draw_lengths(bands: Any, name: str) -> Iterator[Picture]:
    points = [
        [band.get(key) for key in ("from_rank", "to_rank", "median_length")]
        for band in (bands if isinstance(bands, list) else ())
        if isinstance(band, dict)
    ]
    told = [point for point in points if _is_numbers(point) and 0 < point[0] <= point[1]]
    if _FEWEST_POINTS <= len(told) <= _MOST_POINTS:
        ranks = [math.sqrt(first * last) for first, last, _ in told]
        lengths = [length for *_, length in told]
        curve = Curve(ranks, lengths, "rank by frequency", "median length", x_log=True)
        spoken = (
            f"The median length is {number(lengths[0])} of the most frequent words and "
            f"{number(lengths[-1])} of the rarest"
        )
        yield Picture(
            draw_curve(curve, name=f"{name}-lengths", told=spoken),
            "Norm against frequency: how long the vectors are, from the most frequent word to the "
            "rarest.",
        )


def _is_number(value: Any) -> TypeGuard[float]:
    # A comparison, unlike math.isfinite, takes an int of any size; NaN is on neither side.
    return isinstance(value, int | float) and -_LARGEST <= value <= _LARGEST


def _is_numbers(values: Any) -> TypeGuard[list[float]]:
    return (
        isinstance(values, list)
        and _FEWEST_POINTS <= len(values) <= _MOST_POINTS
        and all(_is_number(value) for value in values)
    )


def _dots(figures: Iterable[Figure], label: str | None = None) -> list[Dot]:
    """Return those that can be drawn, under the name of their part if there is no `label`."""
    return [
        Dot(figure.part if label is None else label, figure.value, *(figure.interval or ()))
        for figure in figures
        if figure.value is not None
        and all(map(_is_number, (figure.value, *(figure.interval or ()))))
    ]


def _spoken(figure: Figure) -> str:
    ends = f" ({interval(figure.interval)})" if figure.interval else ""
    return f"{figure.measure} {number(figure.value)}{ends}"


def _cut_note(n: int) -> str:
    return f" The first {_MOST_DOTS} of {n:,}." if n > _MOST_DOTS else ""
