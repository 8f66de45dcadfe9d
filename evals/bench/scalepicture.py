"""How cost grows, as one picture: a panel of speed and one of memory for each axis.

By matplotlib, from the extra `plot`. Called by `python -m wordvec.evals.bench scale`.
"""

import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec.errors import ConfigError, OutputError
from wordvec.evals.bench.machine import describe_machine
from wordvec.evals.bench.scaletable import Measured, Point, Scale
from wordvec.evals.report.pictures import INK, MUTED, RULE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPEED, MEMORY = "#0072b2", "#d55e00"
"""Told apart by every eye: Okabe and Ito's blue and vermilion."""
_TITLES = {
    "vocabulary": "vocabulary, words",
    "dim": "dim",
    "window": "window",
    "negatives": "negatives",
    "tokens": "corpus, words",
    "threads": "threads",
}
_COLUMNS = 3
_WIDTH, _BLOCK_HEIGHT, _TITLE_HEIGHT = 9.0, 2.9, 0.5
"""Inches, of 100 units each: shown half as large as drawn, for screens of twice the points."""
_WIDE = 50
"""Times the least: an axis that goes so far has marks at 10, 100, ... only."""
_DOTS_PER_INCH = 200
_COLOURS = 64
_STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ours on every machine: it comes with matplotlib
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": RULE,
    "ytick.major.size": 0,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
}


def check_picture(path: Path) -> None:
    """Check that a picture could be drawn and written to `path`: to be asked before the runs.

    Raises
    ------
    ConfigError
        If matplotlib is not installed, or the name does not end in .png.
    OutputError
        If the folder is not there.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise ConfigError(
            "a picture needs matplotlib, which is not installed: pip install 'wordvec[plot]'"
        )
    if path.suffix.lower() != ".png":
        raise ConfigError(f"the picture is {path}; its name must end in .png")
    if not path.parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}; make it")


def write_picture(scale: Scale, path: Path) -> None:
    """Draw `scale` and write it as a PNG of few colours.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import matplotlib.style
    from PIL import Image

    drawn = io.BytesIO()
    with matplotlib.style.context(["default", _STYLE]):
        draw_scale(scale).savefig(drawn, dpi=_DOTS_PER_INCH)
    picture = Image.open(drawn).convert("RGB").quantize(_COLOURS)
    try:
        picture.save(path, optimize=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def draw_scale(scale: Scale) -> "Figure":
    """Return the drawing: panels of one kind share their scale, so that they can be compared."""
    from matplotlib.figure import Figure

    columns = min(_COLUMNS, len(scale.axes))
    blocks = -(-len(scale.axes) // columns)
    canvas = Figure((_WIDTH, blocks * _BLOCK_HEIGHT + _TITLE_HEIGHT), layout="constrained")
    canvas.suptitle(_title(scale), x=0.01, ha="left", fontsize=9, color=MUTED)
    grid = canvas.subplots(2 * blocks, columns, squeeze=False, height_ratios=[3, 2] * blocks)
    for panel in grid.flat:
        panel.set_visible(False)
    runs = [run for axis in scale.axes.values() for run in axis]
    speeds = [run.words_per_second / 1e6 for run in runs]
    sizes = [size / 1e6 for run in runs for size in (run.memory, run.point.model_bytes) if size]
    for place, (axis, measured) in enumerate(scale.axes.items()):
        row, column = 2 * (place // columns), place % columns
        above, below = grid[row, column], grid[row + 1, column]
        _draw_speeds(above, axis, measured, scale.base)
        _draw_memory(below, axis, measured, scale.base)
        _frame(above, axis, measured, speeds)
        _frame(below, axis, measured, sizes)
        above.tick_params(labelbottom=False)
        above.set_title(_TITLES[axis], loc="left", fontsize=10, fontweight="bold")
        if place == 0:
            _name_model(below, axis, measured)
        if column == 0:
            above.set_ylabel("million words/s", color=SPEED)
            below.set_ylabel("memory, MB", color=MEMORY)
        else:
            above.tick_params(labelleft=False)
            below.tick_params(labelleft=False)
    return canvas


def _title(scale: Scale) -> str:
    base = scale.base
    cpu = describe_machine()["cpu"]
    return (
        f"{scale.architecture} on {cpu}, {base.threads} threads. One thing varies; ○ is vocabulary "
        f"{base.vocabulary:,}, dim {base.dim}, window {base.window}, negatives {base.negatives}, "
        f"corpus {short_number(base.tokens)}"
    )


def _draw_speeds(panel: Any, axis: str, runs: Sequence[Measured], base: Point) -> None:
    speeds = [run.words_per_second / 1e6 for run in runs]
    _draw_line(panel, axis, runs, speeds, base, SPEED)
    for end, neighbour in ((0, 1), (-1, -2)) if len(runs) > 1 else ():
        # On the side that the line does not come from.
        _label(panel, axis, runs, speeds, end, SPEED, above=speeds[end] >= speeds[neighbour])


def _draw_memory(panel: Any, axis: str, runs: Sequence[Measured], base: Point) -> None:
    """Draw all memory, and the model, which is the least there can be."""
    models = [run.point.model_bytes / 1e6 for run in runs]
    panel.plot(_places(axis, runs), models, color=MUTED, lw=1.2, ls=(0, (4, 2)))
    known = [run for run in runs if run.memory is not None]
    sizes = [run.memory / 1e6 for run in known if run.memory is not None]
    _draw_line(panel, axis, known, sizes, base, MEMORY)
    for end in (0, -1) if len(known) > 1 else ():
        _label(panel, axis, known, sizes, end, MEMORY, above=True)


def _draw_line(
    panel: Any,
    axis: str,
    runs: Sequence[Measured],
    values: Sequence[float],
    base: Point,
    color: str,
) -> None:
    """Draw a line with a dot for each run and a ring for the base."""
    panel.plot(_places(axis, runs), values, "o-", color=color)
    for run, value in zip(runs, values, strict=True):
        if run.point == base:
            panel.plot(_places(axis, [run]), [value], "o", ms=7, mfc="white", mec=color, mew=1.6)


def _label(
    panel: Any,
    axis: str,
    runs: Sequence[Measured],
    values: Sequence[float],
    end: int,
    color: str,
    *,
    above: bool,
) -> None:
    panel.annotate(
        _figure(values[end]),
        (_places(axis, runs)[end], values[end]),
        xytext=(0, 7 if above else -7),
        textcoords="offset points",
        ha="left" if end == 0 else "right",
        va="bottom" if above else "top",
        color=color,
    )


def _name_model(panel: Any, axis: str, runs: Sequence[Measured]) -> None:
    at = runs[min(1, len(runs) - 1)].point
    panel.annotate(
        "the model alone",
        (getattr(at, axis), at.model_bytes / 1e6),
        xytext=(8, -4),
        textcoords="offset points",
        va="top",
        color=MUTED,
    )


def _places(axis: str, runs: Sequence[Measured]) -> list[int]:
    return [getattr(run.point, axis) for run in runs]


def _frame(panel: Any, axis: str, runs: Sequence[Measured], values: Sequence[float]) -> None:
    """Give a panel its axes: measured places across, logarithms of 1, 2, 5 upwards."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    panel.set_visible(True)
    panel.set_xscale("log")
    panel.set_yscale("log")
    places = _places(axis, runs)
    panel.set_xticks(places, [short_number(place) for place in places], minor=False)
    panel.xaxis.set_minor_locator(NullLocator())
    panel.set_xlim(places[0] / 1.15, places[-1] * 1.15)
    panel.set_ylim(min(values) / 2, max(values) * 2)  # room for the figures
    panel.yaxis.set_major_locator(
        LogLocator(subs=(1, 2, 5) if max(values) < _WIDE * min(values) else (1,))
    )
    panel.yaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    panel.grid(axis="y", color=RULE, lw=0.6)
    panel.set_axisbelow(True)


def short_number(value: int) -> str:
    """Return a whole number in as few letters as an axis has room for.

    Examples
    --------
    >>> [short_number(n) for n in (5, 1_000, 30_000, 2_500_000, 1_000_000_000)]
    ['5', '1,000', '30k', '2.5M', '1B']
    """
    for unit, letter in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if value >= unit and value >= 10_000:
            return f"{value / unit:g}{letter}"
    return f"{value:,}"


def _figure(value: float) -> str:
    """Return a figure with two digits, more if they stand before the point."""
    return f"{value:,.{0 if value >= 9.95 else 1 if value >= 0.995 else 2}f}"
