"""Everything the commands print: tables and JSON on stdout, progress and notes on stderr."""

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

import click

from wordvec.training import Progress


def print_json(document: Any) -> None:
    """Print one JSON document; words stay readable in any alphabet."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_table(rows: Sequence[Sequence[Any]], header: Sequence[str]) -> None:
    """Print aligned columns: text to the left, numbers to the right."""
    cells = [
        [_printable(cell) if isinstance(cell, str) else _number(cell) for cell in row]
        for row in rows
    ]
    right = [
        all(not isinstance(cell, str) for cell in column) for column in zip(*rows, strict=True)
    ]
    right = right or [False] * len(header)
    widths = [max(map(_width, column)) for column in zip(header, *cells, strict=True)]
    for line in [list(header), *cells]:
        padded = [
            " " * (width - _width(cell)) + cell if to_right else cell + " " * (width - _width(cell))
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def stepped(places: Sequence[tuple[str, str]]) -> list[str]:
    """Return the first column of a table of names and their parts, each told once.

    Examples
    --------
    >>> stepped([("a.tsv", ""), ("a.tsv", ""), ("a.tsv", "rare words"), ("b.tsv", "mean")])
    ['a.tsv', '', '  rare words', 'b.tsv mean']
    """
    told = []
    above = ("", "")
    for name, part in places:
        if name != above[0] or (not part and above[1]):
            told.append(f"{name} {part}".strip())
        else:
            told.append("" if part == above[1] else f"  {part}")
        above = (name, part)
    return told


def note(message: str) -> None:
    """Say something on stderr; in lines of its width if that is a terminal."""
    text = _printable(message)
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        text = textwrap.fill(text, max(width, 40), subsequent_indent="  ", break_on_hyphens=False)
    click.echo(text, err=True)


def number_text(value: float, digits: int = 4) -> str:
    """Return a number with `digits` behind the point, fewer from 10 and from 100 on.

    Examples
    --------
    >>> number_text(0.25), number_text(29.49861), number_text(2336.934), number_text(-0.00001)
    ('0.2500', '29.50', '2,336.9', '0.0000')
    """
    size = abs(value)
    digits = 1 if size >= 100 else 2 if size >= 10 else 4 if 0 < size < 0.01 else digits
    return f"{value:z,.{digits}f}"  # no -0.0000


def _number(value: float | None) -> str:
    if value is None or value != value:  # NaN
        return "-"
    return f"{value:,}" if isinstance(value, int) else number_text(value)


def _printable(text: str) -> str:
    """Return text without what would steer a terminal, such as names from a file may hold."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def _width(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    import unicodedata

    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    marks = sum(unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text)
    return len(text) + wide - marks


def counted(n: int, noun: str) -> str:
    """Return a number of things as a person would say it."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def human_bytes(n: int) -> str:
    """Return a number of bytes as a person would say it."""
    return f"{n / 1e9:.1f} GB" if n >= 1e9 else f"{n / 1e6:.1f} MB" if n >= 1e5 else f"{n:,} bytes"


class ProgressBar:
    """Shows a training run's `Progress` on stderr, if that is a terminal.

    Used as the callback itself, and as a context manager that closes the bar.
    """

    def __init__(self) -> None:
        self.last: dict[str, Progress] = {}
        """The last report of each stage."""
        self._bar: Any = None
        self._stage = ""
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, progress: Progress) -> None:
        """Show `progress`."""
        self.last[progress.stage] = progress
        if not self._shown:
            return
        if progress.stage != self._stage:
            self._close()
            self._stage = progress.stage
            if progress.stage == "compiling":
                note("preparing the kernel (the first time it is compiled: some seconds) ...")
            else:
                self._open(progress)
        if self._bar is not None:
            if progress.loss is not None:
                self._bar.set_postfix_str(f"loss {progress.loss:.3f}", refresh=False)
            self._bar.update(progress.done - self._bar.n)

    def _open(self, progress: Progress) -> None:
        unit = "B" if progress.stage == "reading" else " words"
        self._bar = _new_bar(progress.stage, progress.total, unit)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class StageProgress:
    """Shows how much of one stage is done, on stderr if that is a terminal.

    Used as the callback itself, and as a context manager that closes the bar.
    """

    def __init__(self, stage: str, unit: str = "B") -> None:
        self._stage, self._unit = stage, unit
        self._bar: Any = None

    def __enter__(self) -> "StageProgress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = _new_bar(self._stage, total, self._unit)
        self._bar.update(done - self._bar.n)


def _new_bar(stage: str, total: int | None, unit: str) -> Any:
    from tqdm import tqdm

    return tqdm(
        total=total,
        desc=stage,
        unit=unit,
        unit_scale=total is None or total >= 1000,
        dynamic_ncols=True,
        leave=False,
        delay=0.5,
    )
