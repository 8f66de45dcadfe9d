"""From what the user names (files, folders, standard input, token lists) to blocks of text.

The encoder calls `read_sources`. Here a file's form is told and its reader chosen. Knows nothing
of words.
"""

import itertools
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, cast

from wordvec.corpora import Progress, Sources, jsonlines
from wordvec.corpora.decompression import Input, decompress
from wordvec.corpora.mediawiki import read_articles
from wordvec.corpora.sniffing import check_text, is_mediawiki
from wordvec.errors import ConfigError, CorpusError

STANDARD_INPUT = "-"
_COMPRESSED = frozenset((".gz", ".bz2", ".xz", ".zst", ".zstd"))
_SECONDS_BETWEEN_REPORTS = 0.2
_SENTENCES_PER_BLOCK = 4096
_WHITE_SPACE = re.compile(r"[ \t\n\v\f\r]")


@dataclass(frozen=True)
class Corpus:
    """Texts to be read one after the other, each by its name and its blocks of UTF-8."""

    names: tuple[str, ...]
    texts: Iterator[tuple[str, Iterator[bytes]]]
    tokenized: bool = False


def read_sources(sources: Sources, *, field: str | None, progress: Progress | None) -> Corpus:
    """Return the texts that `sources` name: see `corpora.encode_corpus`.

    Raises
    ------
    CorpusError
        If a file does not exist, or a folder holds none.
    """
    given = iter([sources] if isinstance(sources, str | os.PathLike) else sources)
    first = next(given, None)
    if first is None:
        raise CorpusError("there is nothing to read; give a file, a folder or -")
    if isinstance(first, str | os.PathLike):
        paths = [_path(source) for source in itertools.chain([first], given)]
        return Corpus(tuple(paths), _read_files(paths, field, progress))
    if field is not None:
        raise ConfigError(f"field is {field!r}, but token lists have no fields; leave it out")
    sentences = itertools.chain([first], given)
    return Corpus(("token lists",), iter([("token lists", _join_tokens(sentences))]), True)


def _path(source: object) -> str:
    if not isinstance(source, str | os.PathLike):
        raise CorpusError(f"files and token lists are mixed: {source!r:.60} is not a file name")
    return os.fsdecode(source)


def _read_files(
    paths: Sequence[str], field: str | None, progress: Progress | None
) -> Iterator[tuple[str, Iterator[bytes]]]:
    files = [file for path in paths for file in find_files(path)]
    meter = _Meter(files, progress)
    for file in files:
        yield _name(file), _read_file(file, field, meter)
        meter.end_file()
    meter.report()


def find_files(path: str) -> list[str]:
    """Return the file at `path`, or all files in a folder and below, sorted.

    Hidden files in a folder are left out, and stores (.h5), so that vectors may lie beside text.

    Raises
    ------
    CorpusError
        If there is none.
    """
    if path == STANDARD_INPUT:
        return [path]
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError as error:
        raise CorpusError(
            f"{path} does not exist; give a file, a folder or - (standard input)"
        ) from error
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path:.200} cannot be read: {_reason(error)}") from error
    if not stat.S_ISDIR(mode):
        return [path]
    found: list[Path] = []
    for folder, folders, files in os.walk(path, onerror=_refuse_folder, followlinks=True):
        here = Path(folder)
        folders[:] = [name for name in folders if _leads_on(here, name)]
        found += (here / name for name in files if not name.startswith(".") and name[-3:] != ".h5")
    if not found:
        raise CorpusError(f"the folder {path} holds no files; give one with text")
    return [str(file) for file in sorted(found)]


def _leads_on(folder: Path, name: str) -> bool:
    """Return whether a folder is to be read: not hidden, nor a link back to where it lies."""
    return not (name.startswith(".") or folder.resolve().is_relative_to((folder / name).resolve()))


def _reason(error: OSError | ValueError) -> object:
    return getattr(error, "strerror", None) or error


def _refuse_folder(error: OSError) -> None:
    raise CorpusError(f"the folder {error.filename} cannot be read: {error.strerror}") from error


def _name(path: str) -> str:
    return "standard input" if path == STANDARD_INPUT else path


def _read_file(path: str, field: str | None, meter: "_Meter") -> Iterator[bytes]:
    """Yield blocks of the text of one file."""
    name = _name(path)
    if path == STANDARD_INPUT:
        yield from _read_text(Input(sys.stdin.buffer), name, field, meter)
        return
    with _open(path) as file:
        yield from _read_text(Input(file), name, field, meter)


def _open(path: str) -> BinaryIO:
    try:
        return cast(BinaryIO, Path(path).open("rb", buffering=0))
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}") from error


def _read_text(source: Input, name: str, field: str | None, meter: "_Meter") -> Iterator[bytes]:
    blocks = _metered(decompress(source, name), source, meter)
    start = check_text(next(blocks, b""), name)
    blocks = itertools.chain([start], blocks)
    if field is None and is_mediawiki(start):
        return read_articles(blocks, name)
    if field is None and _is_json(name):
        field = jsonlines.DEFAULT_FIELD
    return blocks if field is None else jsonlines.read_field(blocks, field, name)


def _is_json(name: str) -> bool:
    path = PurePath(name.lower())
    if path.suffix in _COMPRESSED:
        path = path.with_suffix("")
    return path.suffix in jsonlines.SUFFIXES


def _metered(blocks: Iterable[bytes], source: Input, meter: "_Meter") -> Iterator[bytes]:
    for block in blocks:
        meter.move_to(source.position)
        yield block


class _Meter:
    """Tells the caller's progress function how far the files have been read."""

    def __init__(self, files: Iterable[str], progress: Progress | None) -> None:
        self._progress = progress
        self._total: int | None = 0
        self._before = self._position = 0
        self._next = time.monotonic()
        for file in files if progress else ():
            size = _size(file)
            self._total = None if size is None or self._total is None else self._total + size

    def move_to(self, position: int) -> None:
        """Note the position in the file that is read; report now and then."""
        self._position = position
        if time.monotonic() >= self._next:
            self.report()

    def end_file(self) -> None:
        """Note that the next file is begun."""
        self._before += self._position
        self.move_to(0)

    def report(self) -> None:
        """Tell how far it has come."""
        if self._progress:
            self._progress(self._before + self._position, self._total)
        self._next = time.monotonic() + _SECONDS_BETWEEN_REPORTS


def _size(file: str) -> int | None:
    """Return how many bytes a file has, or None if it is a pipe or the like."""
    if file == STANDARD_INPUT:
        return None
    try:
        status = Path(file).stat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _join_tokens(sentences: Iterable[object]) -> Iterator[bytes]:
    """Yield blocks of text: the tokens of a sentence with spaces between them, one a line."""
    lines: list[bytes] = []
    for number, sentence in enumerate(sentences, 1):
        lines.append(_line(sentence, number))
        if len(lines) == _SENTENCES_PER_BLOCK:
            yield b"".join(lines)
            lines.clear()
    yield b"".join(lines)


def _line(sentence: object, number: int) -> bytes:
    if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
        raise CorpusError(
            f"sentence {number:,} is {sentence!r:.60}; each must be a list of token strings"
        )
    tokens = list(sentence)
    for token in tokens:
        if not isinstance(token, str) or not token:
            raise CorpusError(
                f"sentence {number:,} holds the token {token!r:.60}; "
                "a token must be a string that is not empty"
            )
    if _WHITE_SPACE.search("".join(tokens)):
        token = next(filter(_WHITE_SPACE.search, tokens))
        raise CorpusError(
            f"sentence {number:,} holds the token {token!r:.60} with white space inside; "
            "split it, or join its parts with _"
        )
    try:
        return (" ".join(tokens) + "\n").encode("utf-8")
    except UnicodeEncodeError as error:
        raise CorpusError(
            f"sentence {number:,} holds half a surrogate pair, {error.object[error.start]!a}, "
            "which is no character; decode the text with errors='replace'"
        ) from error
