"""Other tools' files of vectors, read into `WordVectors` and written from them.

The formats and what is common to them: telling which one a file is, and replacing a file whole.
Each format has a module of its own, imported when it is asked for, with the functions
`matches(start, path)`, `read(path, *, limit, progress)` and `write(vectors, path, *, progress)`.
"""

import importlib
import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from wordvec.errors import ConfigError, FormatError, OutputError
from wordvec.formats.gensim import from_gensim, to_gensim
from wordvec.formats.source import Progress, Source
from wordvec.replacement import check_replaceable, replacement
from wordvec.store.layout import HDF5_SIGNATURE

if TYPE_CHECKING:
    from wordvec.vectors import WordVectors

__all__ = [
    "FORMATS",
    "Format",
    "Progress",
    "check_writable",
    "format_of_suffix",
    "from_gensim",
    "read_vectors",
    "sniff_format",
    "to_gensim",
    "write_vectors",
]

_START_BYTES = 1 << 18
_KIND = "file of word vectors"
_HTML = re.compile(rb"\s*<(?:!doctype\s+)?html\b", re.IGNORECASE)


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    name: str
    """As options and the provenance call it."""
    description: str
    """In a few words, for help texts."""
    suffixes: tuple[str, ...]
    """How written files' names end; of two formats with the same suffix the first is written."""
    module: str
    reads: bool = True
    writes: bool = True
    packed: bool = False
    """Whether a file packed by gzip is read as well."""
    companion: str | None = None
    """For a pair of files: how the second file's name ends in place of the suffix."""


class _Module(Protocol):
    """What a format's module offers."""

    def matches(self, start: bytes, path: Path) -> bool: ...

    def read(
        self, path: Path, *, limit: int | None, progress: Progress | None
    ) -> "WordVectors": ...

    def write(self, vectors: "WordVectors", *paths: Path, progress: Progress | None) -> None: ...


# In the order in which a file is compared with them: what is told by its first bytes first.
FORMATS = {
    entry.name: entry
    for entry in (
        Format(
            "word2vec-binary",
            "word2vec's binary file",
            (".bin",),
            "wordvec.formats.word2vec_binary",
            packed=True,
        ),
        Format(
            "word2vec",
            "word2vec's text file: a header, then a word and its numbers a line; fastText's .vec",
            (".txt", ".vec"),
            "wordvec.formats.word2vec",
            packed=True,
        ),
        Format(
            "fasttext",
            "fastText's model, with vectors for parts of words; written unquantized",
            (".bin",),
            "wordvec.formats.fasttext",
        ),
        Format(
            "gensim",
            "gensim's own file of KeyedVectors",
            (".kv", ".model"),
            "wordvec.formats.gensim",
            reads=False,
            writes=False,
        ),
        Format("magnitude", "Magnitude file", (".magnitude",), "wordvec.formats.magnitude"),
        Format("npz", "NumPy archive", (".npz",), "wordvec.formats.npz"),
        Format("parquet", "Parquet table", (".parquet",), "wordvec.formats.parquet"),
        Format(
            "projector",
            "TensorFlow Embedding Projector: vectors in X.tsv, words in X.metadata.tsv",
            (".tsv",),
            "wordvec.formats.projector",
            companion=".metadata.tsv",
        ),
        Format(
            "glove",
            "GloVe's text file: a word and its numbers a line, no header",
            (".glove",),
            "wordvec.formats.glove",
            packed=True,
        ),
    )
}


def read_vectors(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    limit: int | None = None,
    progress: Progress | None = None,
) -> "WordVectors":
    """Read a file of another tool.

    Words that are not UTF-8, empty or repeated and rows that are not finite are dealt with as
    `wordvec.formats.builder.VectorsBuilder` says; how many there were is in the provenance.

    Parameters
    ----------
    path
        The file; for a pair, the one with the vectors. Text and word2vec's binary files may be
        packed by gzip.
    format
        A name of `FORMATS`; None to tell it from what the file holds.
    limit
        Read so many words, the first; None for all.
    progress
        Called now and then with the bytes read and the bytes there are.

    Raises
    ------
    FormatError
        If it is none of the formats or not what it claims to be; names the place.
    ConfigError
        If there is no such format, or it is not read; if `limit` is below 1.
    OutputError
        If the folder for temporary files is full: the matrix is kept there.
    """
    if limit is not None and limit < 1:
        raise ConfigError(f"limit is {limit}; expected 1 or more words")
    entry = _entry(sniff_format(path) if format is None else format)
    with Source(Path(path)) as source:
        if source.packed and not entry.packed:
            raise FormatError(f"{path} is packed by gzip; unpack it first")
    return _module(entry).read(Path(path), limit=limit, progress=progress)


def write_vectors(
    vectors: "WordVectors",
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write `vectors` as a file of another tool: all of it or nothing.

    Parameters
    ----------
    vectors
        What to write.
    path
        Where to; for a pair, where the vectors go.
    format
        A name of `FORMATS`; None to take the one that the end of `path` stands for.
    overwrite
        Whether to replace a file that is there, if it is a file of word vectors.
    progress
        Called now and then with the bytes written and the bytes to write, about.

    Raises
    ------
    ConfigError
        If there is no such format, or it is not written, or `path` stands for none.
    OutputError
        If a word or a number cannot be kept in this format, or the file cannot be written; what
        was at `path` is as it was.
    """
    entry, targets = _targets(path, format)
    if not len(vectors):
        raise OutputError(f"{path}: there are no words to write")
    with ExitStack() as stack:
        new = [
            stack.enter_context(
                replacement(target, overwrite=overwrite, replaceable=replaceable, kind=_KIND)
            )
            for target, replaceable in targets
        ]
        _module(entry).write(vectors, *new, progress=progress)


def check_writable(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    overwrite: bool = False,
) -> None:
    """Check that `write_vectors` could write to `path`: to be asked before hours of work.

    Raises
    ------
    ConfigError, OutputError
        As `write_vectors`, but for what depends on the vectors.
    """
    for target, replaceable in _targets(path, format)[1]:
        check_replaceable(target, overwrite=overwrite, replaceable=replaceable, kind=_KIND)


def sniff_format(path: str | os.PathLike[str]) -> str:
    """Return which of `FORMATS` the file at `path` is in, told by what it holds.

    Raises
    ------
    FormatError
        If it is in none, or cannot be read.
    """
    with Source(Path(path)) as source:
        start = source.read(_START_BYTES)
    if start.startswith(HDF5_SIGNATURE):
        if source.packed:
            raise FormatError(f"{path} is packed by gzip; unpack it first")
        raise FormatError(f"{path} is HDF5, as wordvec's own stores are; open it as a store")
    tried = [entry for entry in FORMATS.values() if entry.packed or not source.packed]
    for entry in tried:
        if _module(entry).matches(start, Path(path)):
            return entry.name
    if start.startswith(b"PK"):
        raise FormatError(f"{path} is a zip archive; unpack it first")
    if _HTML.match(start):
        raise FormatError(
            f"{path} is an HTML page, perhaps of a failed download; download it again"
        )
    packed = " (inside gzip; unpack it if it is another format)" if source.packed else ""
    names = ", ".join(entry.name for entry in tried)
    raise FormatError(
        f"{path} is in no format that is known here{packed}: not {names}; "
        "name it with --from (in Python format=)"
    )


def format_of_suffix(path: str | os.PathLike[str]) -> str:
    """Return in which of `FORMATS` a file is written to `path` if none is named.

    Raises
    ------
    ConfigError
        If its suffix stands for none.

    Examples
    --------
    >>> format_of_suffix("vectors.bin")
    'word2vec-binary'
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".ftz":
        raise ConfigError(
            f"{path}: fastText's quantized models are not written; end it in .bin and name the "
            "format fasttext (--to, in Python format=)"
        )
    known: dict[str, list[str]] = {}
    taken: set[str] = set()
    for entry in FORMATS.values():
        if entry.writes:
            if suffix in entry.suffixes:
                return entry.name
            known[entry.name] = [end for end in entry.suffixes if end not in taken]
            taken.update(entry.suffixes)
    endings = ", ".join(f"{' '.join(ends)} ({name})" for name, ends in known.items() if ends)
    raise ConfigError(
        f"{path}: its end stands for no format; end it in .h5 (a wordvec store), {endings}, "
        "or name a format (--to, in Python format=)"
    )


def _entry(name: str) -> Format:
    if name not in FORMATS:
        raise ConfigError(f"there is no format {name!r}; take one of {', '.join(FORMATS)}")
    return FORMATS[name]


def _module(entry: Format) -> _Module:
    return cast(_Module, importlib.import_module(entry.module))


def _targets(
    path: str | os.PathLike[str], name: str | None
) -> tuple[Format, list[tuple[Path, Callable[[Path], bool]]]]:
    """Return the format to write, and its files: which of those there may each be replaced."""
    entry = _entry(format_of_suffix(path) if name is None else name)
    if not entry.writes:
        names = ", ".join(other.name for other in FORMATS.values() if other.writes)
        raise ConfigError(f"files of the format {entry.name} are not written; take {names}")
    first = Path(path)
    targets: list[tuple[Path, Callable[[Path], bool]]] = [(first, _is_vectors)]
    if entry.companion is not None:
        # What bears the second name belongs to the first file, if there is one.
        there = first.exists()
        targets.append((first.with_name(first.stem + entry.companion), lambda _: there))
    return entry, targets


def _is_vectors(path: Path) -> bool:
    try:
        sniff_format(path)
    except FormatError:
        return False
    return True
