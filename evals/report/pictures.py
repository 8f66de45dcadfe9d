"""Drawings as inline SVG: figures with their intervals, and curves. By matplotlib, from `plot`.

Called by `wordvec.evals.report.illustrations`, which knows what to draw. Colours and fonts are left
to the page: shapes have the light colours, which become the variables of its style sheet, so that
one drawing is right in light, in dark and on paper. The same drawing has the same bytes.
"""

import functools
import html
import io
import math
import re
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec

from wordvec.evals.report.tables import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

_P = ParamSpec("_P")

INK, MUTED, RULE, ACCENT = "#1b2230", "#596273", "#dde1e7", "#1a66b0"
_VARIABLES = {INK: "--ink", MUTED: "--muted", RULE: "--rule", ACCENT: "--accent"}

_POINTS = 72
_WIDTH = 400
"""Units across; as wide as a phone, so that letters keep their size there."""
_RIGHT = 54
_LETTER = 5.9
_ROW = 17
_HALF_A_LETTER = 3.8
_NO_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LETTERS = 34
"""Of a label; longer ones are cut."""
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "wordvec",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ours on every machine: it comes with matplotlib
    "font.size": 10.5,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 1,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


class Dot(NamedTuple):
    """A figure to draw on a line of its own."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    """What chance would give."""


class Curve(NamedTuple):
    """What to draw over two axes, whose numbers are not told elsewhere on the page."""

    x: Sequence[float]
    y: Sequence[float]
    x_label: str
    y_label: str
    x_log: bool = False


def _styled(draw: Callable[_P, str]) -> Callable[_P, str]:
    """Let a function draw in our style, whatever the user's is."""

    @functools.wraps(draw)
    def draw_styled(*args: _P.args, **more: _P.kwargs) -> str:
        import matplotlib.style

        with matplotlib.style.context(["default", _STYLE]), warnings.catch_warnings():
            # The page's own font draws what matplotlib's lacks, such as Chinese.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            return draw(*args, **more)

    return draw_styled


@_styled
def draw_dots(groups: Sequence[tuple[str, Sequence[Dot]]], *, name: str, told: str) -> str:
    """Return a drawing with a line for each figure: its value as a dot, its interval as a bar.

    Parameters
    ----------
    groups
        Titles, "" for none, and the figures below each.
    name
        Of the drawing; no other on the page may have it.
    told
        What it shows, in words, for those who cannot see it.
    """
    lines: list[Dot | str] = []
    for title, dots in groups:
        lines += [title, *dots] if title else dots
    dots = [line for line in lines if isinstance(line, Dot)]
    ends = [end for dot in dots for end in dot[1:] if end is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    longest = max((len(_short(dot.label)) for dot in dots), default=0)
    left = min(max(_LETTER * longest + 10, 60), _WIDTH / 2)
    axis = _WIDTH - left - _RIGHT
    canvas, axes = _blank(height=_ROW * len(lines) + 34, left=left, right=_RIGHT, top=4, bottom=26)
    for place, line in enumerate(lines):
        if isinstance(line, str):
            _write(axes, -left / axis, place, one_line(line), ha="left", weight="bold")
            continue
        _write(axes, -6 / axis, place, _short(line.label), ha="right")
        _write(axes, 1 + 6 / axis, place, number(line.value), ha="left", color=MUTED)
        if line.low is not None and line.high is not None:
            axes.plot([line.low, line.high], [place, place], color=ACCENT, lw=2, alpha=0.45)
        if line.chance is not None:
            axes.plot([line.chance], [place], "|", color=MUTED, ms=9, mew=1.4)
        axes.plot([line.value], [place], "o", color=ACCENT, ms=5.5, mew=0)
    margin = 0.03 * (high - low) or 1.0
    axes.set_xlim(low - margin * (low < 0), high + margin)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=RULE, lw=1, zorder=0)
    axes.grid(axis="x", color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=6)
    return _svg(canvas, name, told)


@_styled
def draw_curve(curve: Curve, *, name: str, told: str) -> str:
    """Return a drawing of one curve; what a logarithm does not take is left out."""
    from matplotlib.ticker import NullFormatter

    canvas, axes = _blank(height=230, left=52, right=12, top=8, bottom=40)
    points = [
        (x, y)
        for x, y in zip(curve.x, curve.y, strict=True)
        if math.isfinite(x) and math.isfinite(y)
        if x > 0 or not curve.x_log
    ]
    axes.set_xscale("log" if curve.x_log else "linear")
    if curve.x_log:
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.plot(*zip(*points, strict=True), color=ACCENT, lw=1.8)
    axes.set_xlabel(curve.x_label)
    axes.set_ylabel(curve.y_label)
    axes.set_ylim(bottom=min(0, *(y for _, y in points)))
    axes.tick_params(which="both", labelcolor=MUTED)
    axes.grid(color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    return _svg(canvas, name, told)


def one_line(text: str) -> str:
    """Return `text` in one line, without what is no character.

    Examples
    --------
    >>> one_line("a\\x00b\\nc")
    'a�b c'
    """
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """Return `text` with a mark in place of what no page may hold."""
    return _NO_CHARACTERS.sub("\ufffd", text)


def _blank(*, height: float, left: float, right: float, top: float, bottom: float) -> Any:
    """Return an empty drawing and its axes; the margins are in units."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(_WIDTH / _POINTS, height / _POINTS))
    width, tall = 1 - (left + right) / _WIDTH, 1 - (top + bottom) / height
    axes = canvas.add_axes((left / _WIDTH, bottom / height, width, tall))
    canvas.patch.set_visible(False)
    axes.patch.set_visible(False)
    return canvas, axes


def _write(axes: Any, x: float, place: int, text: str, **style: Any) -> None:
    """Write beside the axes, `x` in shares of their width."""
    middle = place + _HALF_A_LETTER / _ROW
    axes.text(x, middle, text, transform=axes.get_yaxis_transform(), va="baseline", **style)


def _short(label: str) -> str:
    label = one_line(label)
    return label if len(label) <= _LETTERS else label[: _LETTERS - 1] + "…"


def _svg(canvas: "Canvas", name: str, told: str) -> str:
    """Return the drawing as it goes into a page: names, colours and fonts are the page's."""
    file = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    canvas.savefig(file, format="svg", metadata=nothing)
    drawn = file.getvalue()
    size = re.search(r'viewBox="0 0 \S+ \S+"', drawn)
    drawn = drawn[drawn.index(">", drawn.index("<svg")) + 1 :]
    drawn = re.sub(r"<style.*?</style>", "", drawn, flags=re.DOTALL)  # is of the whole page
    drawn = re.sub(r"<[^>]*>", lambda tag: _of_page(tag[0], name), drawn)
    opening = f'<svg role="img" aria-label="{html.escape(told)}" {size[0] if size else ""}>'
    return opening + drawn.strip()


def _of_page(tag: str, name: str) -> str:
    """Return a tag with names that are distinct on the page, its variables and its font."""
    tag = re.sub(r'(\bid="|href="#|url\(#)', rf"\1{name}-", tag)
    tag = re.sub(r" *font-family: [^;\"]*;?", "", tag)
    for colour, variable in _VARIABLES.items():
        tag = tag.replace(colour, f"var({variable})")
    return tag
