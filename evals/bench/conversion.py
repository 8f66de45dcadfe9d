"""What smaller stores lose: a trained store in every type, and at half the dimensions.

Goes the way of `wordvec convert`. Called by `wordvec.evals.bench.store`.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wordvec.compact import reduce_dim
from wordvec.evals import evaluate
from wordvec.evals.bench.report import markdown_table
from wordvec.evals.comparison.overlap import neighbour_overlap
from wordvec.quantization import QUANTIZERS
from wordvec.store import open_store, write_store

HALVED = ("float8", "int8")
_DATA_SETS = ("wordsim353", "simlex999")


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """One way to make a store smaller, and what it cost."""

    dtype: str
    dim: int
    bytes: int
    """Of the whole file, with words, counts and indexes."""
    scores: dict[str, float | None]
    """Spearman's correlation times 100, by data set."""
    overlap: float
    """Mean share of the ten nearest neighbours that it has in common with the original."""

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def convert_all(store: Path, folder: Path, say: Callable[[str], None]) -> tuple[Conversion, ...]:
    """Convert `store` in every way, one after the other, in `folder`.

    Raises
    ------
    WordvecError
        If it cannot be read, or there is no room.
    """
    original = open_store(store)
    ways = [(dtype, original.vector_size) for dtype in QUANTIZERS]
    half = reduce_dim(original, max(1, original.vector_size // 2))
    ways += [(dtype, half.vector_size) for dtype in HALVED]
    made = []
    for dtype, dim in ways:
        say(f"{store.name} as {dtype}, {dim} dimensions")
        path = folder / "small.h5"
        write_store(
            half if dim < original.vector_size else original, path, dtype=dtype, overwrite=True
        )
        small = open_store(path)
        scores = {name: evaluate(small, name).value for name in _DATA_SETS}
        made.append(
            Conversion(
                dtype=dtype,
                dim=dim,
                bytes=path.stat().st_size,
                scores={name: value and 100 * value for name, value in scores.items()},
                overlap=neighbour_overlap(original, small),
            )
        )
    return tuple(made)


def conversion_table(conversions: tuple[Conversion, ...]) -> str:
    """Return the conversions as a table in Markdown; the first is what the others are beside."""

    def cells(made: Conversion) -> tuple[str, ...]:
        scores = ("n/a" if score is None else f"{score:.1f}" for score in made.scores.values())
        return (
            f"{made.dtype}, {made.dim} dimensions",
            f"{made.bytes / 1e6:,.2f}",
            f"{made.bytes / conversions[0].bytes:.3f}",
            *scores,
            f"{made.overlap:.1%}",
        )

    header = ("", "MB", "of float32", "WordSim-353", "SimLex-999", "neighbours kept of 10")
    return markdown_table(header, [cells(made) for made in conversions])
