"""Labelled texts, and their files: folders of classes, tables, and fastText's format.

Read by the evaluator of classification; knows nothing of vectors.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wordvec.errors import ConfigError, FormatError

_PREFIX = "__label__"
_LABEL_TITLES = {"label", "class", "category", "sentiment", "target"}
_TEXT_TITLES = {"text", "sentence", "review", "document", "content"}
_EXPECTED = (
    f"expected a header that names label and text, lines of label<TAB>text, or '{_PREFIX}x text'"
)


@dataclass(frozen=True)
class LabelledText:
    """A text and the class that people put it in."""

    label: str
    text: str


def read_labelled_texts(path: Path) -> list[LabelledText]:
    """Read texts and their labels, two classes or more.

    A folder has one folder a class, which holds its texts as .txt files. A file has a text a line,
    in one of three forms: `__label__x text`, as fastText has it; or columns separated by tabs or,
    if the first line has no tab, by commas (then quoted columns may hold line ends), under a header
    that names them (label, class, category, sentiment or target; text, sentence, review, document
    or content); or, without one, `label<TAB>text`. Empty lines are passed over, and lines that
    start with '#' before all others. An empty text is one.

    Raises
    ------
    ConfigError
        If there is no such file or folder.
    FormatError
        If it is no text in UTF-8, or a line has no label or too few or too many columns: names it.
        Or if there are fewer than two classes.
    """
    if path.is_dir():
        found = list(_of_folders(path))
    elif path.exists():
        found = list(_of_lines(path))
    else:
        raise ConfigError(f"{str(path)!r} is no file and no folder; give labelled texts")
    classes = sorted({one.label for one in found})
    if len(classes) < 2:
        what = "no labelled texts" if not classes else f"texts of one class alone, {classes[0]!r}"
        where = "a folder of .txt files for each class" if path.is_dir() else "two classes or more"
        raise FormatError(f"{path} holds {what}; expected {where}")
    return found


def _of_folders(path: Path) -> Iterator[LabelledText]:
    for folder in sorted(one for one in path.iterdir() if one.is_dir()):
        if not folder.name.startswith("."):
            for file in sorted(folder.glob("[!.]*.txt")):
                yield LabelledText(folder.name, _read(file))


def _of_lines(path: Path) -> Iterator[LabelledText]:
    # Not splitlines(), for which a line ends at characters that stand inside texts.
    lines = io.StringIO(_read(path), newline=None)
    skipped = 0
    start = 0
    for line in lines:
        if line.strip() and not line.startswith("#"):
            break
        skipped, start = skipped + 1, lines.tell()
    else:
        return
    lines.seek(start)
    if line.lstrip().startswith(_PREFIX):
        yield from _of_fasttext(path, lines, skipped)
    elif "\t" in line:
        rows = ((skipped + n, row.rstrip("\n").split("\t")) for n, row in enumerate(lines, start=1))
        yield from _of_columns(path, rows)
    else:
        yield from _of_columns(path, _rows_of_csv(path, lines, skipped))


def _of_fasttext(path: Path, lines: io.StringIO, skipped: int) -> Iterator[LabelledText]:
    for number, line in enumerate(lines, start=skipped + 1):
        if not (stripped := line.strip()):
            continue
        first, _, text = stripped.partition(" ")
        label = first.removeprefix(_PREFIX)
        if not first.startswith(_PREFIX) or not label:
            raise FormatError(
                f"{path}, line {number}: {line[:60]!r} does not open with a label, "
                f"'{_PREFIX}x', as the first line does"
            )
        if text.lstrip().startswith(_PREFIX):
            raise FormatError(
                f"{path}, line {number}: {line[:60]!r} has several labels; expected one"
            )
        yield LabelledText(label, text)


def _rows_of_csv(path: Path, lines: io.StringIO, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, skipinitialspace=True, strict=True)
    before = 0
    try:
        for row in reader:
            yield skipped + before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise FormatError(
            f"{path}, line {skipped + before + 1}: cannot be read as CSV ({error})"
        ) from None


def _of_columns(path: Path, rows: Iterator[tuple[int, list[str]]]) -> Iterator[LabelledText]:
    """Yield the texts of rows, each with the number of its line."""
    titles: list[str] | None = None
    label = text = -1
    for number, row in rows:
        if not any(column.strip() for column in row):
            continue
        if titles is None:
            titles = [title.strip().lower() for title in row]
            label, text = (_place(titles, known) for known in (_LABEL_TITLES, _TEXT_TITLES))
            if label >= 0 and text >= 0:
                continue
            titles, label, text = ["label", "text"], 0, 1
        if len(row) != len(titles):
            raise FormatError(
                f"{path}, line {number}: number of columns is {len(row)}; expected {len(titles)}, "
                f"{' '.join(titles[:6])}; {_EXPECTED}"
            )
        if not row[label].strip():
            raise FormatError(f"{path}, line {number}: no label; {_EXPECTED}")
        yield LabelledText(row[label].strip(), row[text])


def _place(titles: Sequence[str], known: set[str]) -> int:
    return next((place for place, title in enumerate(titles) if title in known), -1)


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FormatError(f"{path}, line {line}: not UTF-8 text; save the file in UTF-8") from None
