"""`wordvec convert`: from one file of vectors to another, or to a smaller one."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import wordvec
from wordvec import formats
from wordvec.cli.group import Failure
from wordvec.cli.options import json_option
from wordvec.cli.output import StageProgress, human_bytes, note, print_json, print_table
from wordvec.errors import ConfigError, MissingFileError, OutputError
from wordvec.formats import FORMATS, format_of_suffix, read_vectors, sniff_format, write_vectors
from wordvec.quantization import QUANTIZERS
from wordvec.store import check_writable, write_store
from wordvec.store.hdf5 import is_hdf5
from wordvec.store.verify import check_digests
from wordvec.vectors import WordVectors

STORE = "store"
_DATA_SETS = ("wordsim353", "simlex999")


@dataclass(frozen=True)
class Selection:
    """What is to be kept of the vectors, and how."""

    top: int | None
    words: Path | None
    merge_case: bool
    dim: int | None
    dtype: str | None

    @property
    def changes_vectors(self) -> bool:
        """Whether neighbours may come out otherwise than before."""
        return self.merge_case or self.dim is not None or self.dtype is not None


@click.command(
    epilog="Examples: wordvec convert GoogleNews.bin vectors.h5 | "
    "wordvec convert vectors.h5 small.h5 --dtype int8 | "
    "wordvec convert vectors.h5 vectors.txt --top 50000"
)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source_format",
    type=click.Choice([STORE, *(n for n, f in FORMATS.items() if f.reads)]),
    help="The format of IN, if its content does not tell.",
)
@click.option(
    "--to",
    "target_format",
    type=click.Choice([STORE, *(n for n, f in FORMATS.items() if f.writes)]),
    help="The format of OUT, if its suffix does not tell.",
)
@click.option("--dtype", type=click.Choice(list(QUANTIZERS)), help="How a store keeps numbers.")
@click.option("--dim", type=click.IntRange(min=1), help="Keep so many principal directions (PCA).")
@click.option("--top", type=click.IntRange(min=1), help="Keep so many of the most frequent words.")
@click.option(
    "--words",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Keep the words of this file, one a line; in lower case if not there as written.",
)
@click.option("--merge-case", is_flag=True, help="Make one word of Paris, PARIS and paris.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@json_option
def convert(
    source: Path,
    target: Path,
    source_format: str | None,
    target_format: str | None,
    force: bool,
    as_json: bool,
    **selection: Any,
) -> None:
    """Read the vectors of IN and write them to OUT, whole or smaller.

    A store ends in .h5. Other formats: word2vec text (.txt, .vec) and binary (.bin), glove,
    fasttext (read: .bin, .ftz), magnitude, npz, projector (.tsv), parquet. What IN is, its content
    tells; what OUT becomes, its suffix.

    \b
    Which --dtype to take (sizes for 300 dimensions, beside float32):
      float16   1/2   no loss that any test shows
      int8      1/4   the usual choice: neighbours stay, and it is the quickest to search
      float8    1/4   for vectors with a few very large numbers
      bfloat16  1/2   for numbers above 65,504
      binary    1/30  for a first rough search only
    --dim at half the dimensions halves the file again and loses more than int8 does.

    What the type and the dimensions cost is measured and printed, over the words kept: correlation
    with people's word pairs (English), and how many of the ten nearest neighbours of 1,000 words
    are still there. A damaged store is not converted.
    """
    chosen = Selection(**selection)
    target_format = target_format or _format_of(target)
    _check(source, target, target_format, chosen, force=force)
    original = _read(source, source_format)
    base, vectors = _select(original, chosen)
    with StageProgress("writing") as progress:
        if target_format == STORE:
            write_store(vectors, target, dtype=chosen.dtype, overwrite=force, progress=progress)
        else:
            write_vectors(vectors, target, format=target_format, overwrite=force, progress=progress)
    report: dict[str, Any] = {
        "from": str(source),
        "to": str(target),
        "format": target_format,
        "words": len(vectors),
        "dim": vectors.vector_size,
        "bytes_before": source.stat().st_size,
        "bytes": target.stat().st_size,
        "dropped": original.provenance.get("read", {}),
    }
    if target_format == STORE and chosen.changes_vectors:
        try:
            report |= _loss(base, wordvec.open(target))
        except KeyboardInterrupt:
            why = f"interrupted; {target} is written, but what it lost was not measured"
            raise Failure(why, 130) from None
    if as_json:
        print_json(report)
    else:
        _show(report)


def _format_of(target: Path) -> str:
    if target.suffix.lower() in (".h5", ".hdf5"):
        return STORE
    return format_of_suffix(target)


def _check(
    source: Path, target: Path, target_format: str, chosen: Selection, *, force: bool
) -> None:
    """Say what cannot work before a long conversion begins."""
    if source.exists() and target.exists() and source.samefile(target):
        raise OutputError(f"{target} is the input itself; give another name")
    if chosen.top is not None and chosen.words is not None:
        raise ConfigError("--top and --words exclude each other; take one of them")
    if target_format == STORE:
        check_writable(target, overwrite=force)
    elif chosen.dtype is not None:
        raise ConfigError(f"--dtype is for stores (.h5); {target} will be {target_format}")
    else:
        formats.check_writable(target, format=target_format, overwrite=force)


def _read(source: Path, source_format: str | None) -> WordVectors:
    with StageProgress("reading") as progress:
        if (source_format or _kind(source)) != STORE:
            return read_vectors(source, format=source_format, progress=progress)
        # What is damaged here would be whole by its checksums there.
        check_digests(source, progress=progress)
        return wordvec.open(source)


def _kind(source: Path) -> str:
    if not source.exists():
        raise MissingFileError(f"{source}: there is no such file")
    try:
        is_store = is_hdf5(source)
    except OSError:
        is_store = True  # whose reader says what is wrong
    return STORE if is_store else sniff_format(source)


def _select(original: WordVectors, chosen: Selection) -> tuple[WordVectors, WordVectors]:
    """Return the chosen words, and what is to be written of them."""
    from wordvec.compact import keep_most_frequent, keep_words, merge_case, reduce_dim

    base = original
    if chosen.top is not None:
        base = keep_most_frequent(base, chosen.top)
    if chosen.words is not None:
        base, missing = keep_words(base, _lines(chosen.words))
        if missing:
            shown = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
            note(f"{len(missing):,} words of {chosen.words} are not there: {shown}")
    if chosen.merge_case:
        base = merge_case(base)
    return base, base if chosen.dim is None else reduce_dim(base, chosen.dim)


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} is not text in UTF-8 (byte {error.start}); give one word a line"
        ) from error
    return [line.strip() for line in lines if line.strip()]


def _loss(base: WordVectors, small: WordVectors) -> dict[str, Any]:
    """Return what `small` has lost of `base`: against people's scores, and of its neighbours."""
    from wordvec.evals import evaluate
    from wordvec.evals.comparison.overlap import neighbour_overlap

    if sys.stderr.isatty():
        note("measuring what was lost ...")
    scores = {
        name: [evaluate(vectors, name)["Spearman"].to_dict() for vectors in (base, small)]
        for name in _DATA_SETS
    }
    return {"similarity": scores, "neighbour_overlap": neighbour_overlap(base, small)}


def _show(report: dict[str, Any]) -> None:
    before, after = report["bytes_before"], report["bytes"]
    share = f" ({after / before:.0%} of {report['from']})" if after < before else ""
    click.echo(
        f"{report['to']}: {report['words']:,} words x {report['dim']}, {human_bytes(after)}{share}"
    )
    if "similarity" not in report:
        return
    rows = []
    for name, (old, new) in report["similarity"].items():
        known = None not in (old["value"], new["value"])
        lost = new["value"] - old["value"] if known else None
        pairs = f"{new['n']:,} of {new['items']:,}"
        rows.append((name, old["value"], new["value"], lost, pairs))
    print_table(rows, header=("Spearman", "before", "after", "difference", "pairs found"))
    click.echo(f"of ten nearest neighbours, {report['neighbour_overlap']:.1%} stayed (1,000 words)")
