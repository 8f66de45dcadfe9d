"""Whole commands in turn: programs of the papers beside the `wordvec` command, on the same vectors.

The programs are not part of this project: whoever runs the benchmark gives their command lines.
Called by `wordvec.evals.bench.postprocess`.
"""

import lzma
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import ConfigError, WordvecError
from wordvec.formats import read_vectors, write_vectors
from wordvec.store import open_store, write_store
from wordvec.vectors import WordVectors

_GOLDEN = "golden/postprocess"
_BIAS = "data/bias"

OURS: dict[str, tuple[str, ...]] = {
    "retrofit": ("retrofit", "{lexicon}"),
    "debias": (
        "debias",
        f"{{data}}/{_BIAS}/definitional_pairs.json",
        *("--equalize", f"{{data}}/{_BIAS}/equalize_pairs.json"),
        *("--specific", f"{{data}}/{_BIAS}/gender_specific_full.json"),
    ),
    "multiclass": ("debias", f"{{data}}/{_BIAS}/multiclass_gender.json", "--components", "2"),
    "whiten": ("whiten",),
}
"""By the name of the comparison, our command; the store and the output are added."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One reference program beside our command: seconds of whole processes, the quickest."""

    name: str
    words: int
    dim: int
    wordvec: float
    reference: float

    @property
    def ratio(self) -> float:
        """The reference's seconds over ours."""
        return self.reference / self.wordvec

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**asdict(self), "ratio": self.ratio}


def parse_reference(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the words of the command in NAME=COMMAND.

    Raises
    ------
    ConfigError
        If it is not of this form, the name is not one of `OURS`, or a quotation is not closed.

    Examples
    --------
    >>> parse_reference("retrofit=python retrofit.py -i {vectors} -l '{lexicon}' -o {out}")[1][2:4]
    ('-i', '{vectors}')
    """
    name, equals, command = text.partition("=")
    if not equals or name not in OURS:
        raise ConfigError(f"{text!r}: expected NAME=COMMAND with a NAME of {', '.join(OURS)}")
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ConfigError(f"{text!r} cannot be split into words: {error}") from error
    if not words:
        raise ConfigError(f"{text!r} has no command")
    return name, words


def compare_references(
    references: Mapping[str, Sequence[str]],
    data: Path,
    folder: Path,
    *,
    store: Path | None = None,
    repeats: int,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> list[Comparison]:
    """Run each program and our command in turn, `repeats` times, and return the quickest of each.

    Parameters
    ----------
    references
        The words of a command by the name of the comparison. In them {vectors} stands for text
        without a header, a word and its numbers a line; {counts} for the words and their counts,
        with tabs between; {lexicon} for that made from PPDB; {data} for the folder `data`; {out}
        for what is to be written.
    data
        Holds golden/postprocess, data/bias and data/lexicons.
    folder
        For the files.
    store
        Vectors to run on, with counts; None for the golden ones.
    repeats, environment
        Of the processes.
    say
        Called with a line of text whenever a program starts.

    Raises
    ------
    ConfigError
        If the folder has not got these files, or the store no counts.
    WordvecError
        If a process fails or writes nothing.
    """
    vectors = _read_base(data) if store is None else open_store(store)
    places = {key: folder / f"{key}.txt" for key in ("vectors", "counts", "lexicon")}
    lexicon, copy = places["lexicon"], folder / "vectors.h5"
    _write_counts(vectors, places["counts"])
    write_vectors(vectors, places["vectors"], format="glove")
    write_store(vectors, copy)
    with lzma.open(data / "data/lexicons/ppdb-xl.txt.xz") as packed:
        lexicon.write_bytes(packed.read())
    places["data"] = data
    found = []
    for name, command in references.items():
        say(f"the reference for {name}")
        out = folder / name
        theirs = _fill(command, {**places, "out": out})
        ours = [sys.executable, "-P", "-m", "wordvec.cli", *_fill(OURS[name], places)]
        ours += ["-m", str(copy), "-o", f"{out}.h5", "--force"]
        seconds = [
            (
                _time(theirs, out if "{out}" in " ".join(command) else None, environment),
                _time(ours, out.with_suffix(".h5"), environment),
            )
            for _ in range(repeats)
        ]
        theirs_least, ours_least = map(min, zip(*seconds, strict=True))
        found.append(
            Comparison(
                name=name,
                words=len(vectors),
                dim=vectors.vector_size,
                wordvec=ours_least,
                reference=theirs_least,
            )
        )
    return found


def _read_base(data: Path) -> WordVectors:
    """Return the golden vectors with their counts."""
    golden = data / _GOLDEN
    if not (golden / "base.vec").is_file():
        raise ConfigError(
            f"there is no {golden / 'base.vec'}; give the folder with --data or WORDVEC_DATA"
        )
    vectors = read_vectors(golden / "base.vec")
    lines = (golden / "counts.tsv").read_text(encoding="utf-8").splitlines()
    counts = dict(line.split("\t") for line in lines)
    numbers = np.array([int(counts[word]) for word in vectors.index_to_key], np.uint64)
    return WordVectors(vectors.index_to_key, vectors.vectors, numbers)


def _write_counts(vectors: WordVectors, path: Path) -> None:
    if vectors.counts is None:
        raise ConfigError("the store to compare on has no counts; give one that was trained here")
    with path.open("w", encoding="utf-8") as file:
        for word, count in zip(vectors.index_to_key, vectors.counts, strict=True):
            file.write(f"{word}\t{count}\n")


def _fill(command: Sequence[str], places: Mapping[str, Path]) -> list[str]:
    filled = list(command)
    for name, path in places.items():
        filled = [word.replace(f"{{{name}}}", str(path)) for word in filled]
    return filled


def _time(command: Sequence[str], out: Path | None, environment: Mapping[str, str]) -> float:
    """Return the seconds of a process from its start to its end, `out` written anew."""
    name = Path(command[0]).name
    if out is not None:
        out.unlink(missing_ok=True)
    start = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            command,
            capture_output=True,
            check=False,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise WordvecError(f"{name} cannot be run: {error.strerror}") from error
    seconds = time.perf_counter() - start
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"exit status {done.returncode}"
        raise WordvecError(f"{name} failed: {why}")
    if out is not None and not out.exists():
        raise WordvecError(f"{shlex.join(command)} has written nothing to {out}")
    return seconds
