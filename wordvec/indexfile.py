"""The file of an approximate index: usearch's own bytes, then a trailer of ours in JSON.

Called by `wordvec.approximate`. usearch follows the links of a mapped graph without a look at
them, so a damaged or hostile file would make it read anywhere: here every size and every link is
checked first. The layout is that of usearch's format 2. Knows nothing of searching.
"""

import json
import mmap
import os
import struct
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError

SUFFIX = ".usearch"
TRAILER_BYTES = 1024
_FORMAT = "wordvec index 1"
_KINDS = bytes([ord("c"), 4, 14, 15])
"""usearch's numbers for cosine, bfloat16, keys of 64 and links of 32 bits."""
_MOST_LINKS = 4096
_MOST_LEVELS = 64
_NODES_PER_BLOCK = 1 << 15


@dataclass(frozen=True)
class Trailer:
    """What stands at the end of an index file."""

    words: int
    """In the store; those whose vector has no length are not in the index."""
    rows: int
    """In the index."""
    dim: int
    digests: dict[str, str]
    """The store's own checksums of the data sets that were indexed: whose index this is."""
    expansion: int
    """How many candidates a search keeps."""
    recall_at_10: float
    """As measured when the index was built."""


def index_path(store: str | os.PathLike[str]) -> Path:
    """Return where the index of a store lies: beside the file itself, not beside a link to it.

    Examples
    --------
    >>> index_path("vectors.h5").name
    'vectors.h5.usearch'
    """
    real = Path(os.path.realpath(store))
    return real.with_name(real.name + SUFFIX)


def append_trailer(path: Path, trailer: Trailer) -> None:
    """Write `trailer` at the end of the file that usearch has written."""
    text = json.dumps({"format": _FORMAT, **asdict(trailer)})
    with path.open("ab") as file:
        file.write(text.encode("ascii").ljust(TRAILER_BYTES - 1) + b"\n")


def read_trailer(path: Path) -> Trailer:
    """Return what the index file at `path` says of itself.

    Raises
    ------
    FormatError
        If it is not an index file, or its end is missing.
    """
    with path.open("rb") as file:
        file.seek(max(os.fstat(file.fileno()).st_size - TRAILER_BYTES, 0))
        return _parse_trailer(file.read(TRAILER_BYTES), path)


def map_index(path: Path) -> tuple[Trailer, NDArray[np.uint8]]:
    """Return the trailer of an index file, and usearch's bytes, mapped and safe to search in.

    Raises
    ------
    FormatError
        If it is not an index file or is damaged; names the file and the part of it.
    """
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            raise FormatError(f"{path} is empty, so not an index")
        data = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    trailer = _parse_trailer(data[-TRAILER_BYTES:].tobytes(), path)
    graph = data[:-TRAILER_BYTES]
    fault = _find_fault(graph, trailer)
    if fault:
        raise FormatError(f"{path} is damaged: {fault}")
    return trailer, graph


def _parse_trailer(raw: bytes, path: Path) -> Trailer:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.pop("format", None) != _FORMAT:
        raise FormatError(f"{path} is no index of this version of wordvec, or its end is missing")
    numbers = [found.get(name) for name in ("words", "rows", "dim", "expansion")]
    whole = all(type(number) is int and 1 <= number < 1 << 31 for number in numbers)
    if found.keys() != {field.name for field in fields(Trailer)} or not whole:
        raise FormatError(f"{path} is damaged: its last {TRAILER_BYTES} bytes say nonsense")
    return Trailer(**found)


def _find_fault(data: NDArray[np.uint8], trailer: Trailer) -> str | None:
    """Return what would make usearch read outside `data`, or None.

    In `data` come the number of rows and of bytes a row (32 bits each), the rows, a head of 64
    bytes, five numbers of 64 bits, the level of each node (16 bits), and the nodes.
    """
    rows, dim = trailer.rows, trailer.dim
    head = 8 + rows * 2 * dim
    nodes = head + 64 + 40 + 2 * rows
    if len(data) < nodes:
        return f"{rows} rows do not fit into {len(data)} bytes"
    if struct.unpack_from("<2I", data.data, 0) != (rows, 2 * dim):
        return "the size of the matrix is not that of the trailer"
    magic, major, kinds = struct.unpack_from("<7sH4x4s", data.data, head)
    if (magic, major, kinds) != (b"usearch", 2, _KINDS):
        return "the head is not that of a graph for cosines of bfloat16"
    if struct.unpack_from("<3Q?", data.data, head + 17) != (rows, 0, dim, False):
        return "the head has other numbers than the trailer"
    size, links, base_links, top, entry = struct.unpack_from("<5Q", data.data, head + 64)
    levels = np.frombuffer(data, "<i2", rows, head + 104)
    if size != rows or not 1 <= links <= _MOST_LINKS or not 1 <= base_links <= _MOST_LINKS:
        return "the numbers of nodes and links cannot be"
    if levels.min() < 0 or levels.max() > _MOST_LEVELS or entry >= rows or levels[entry] < top:
        return "the levels of the graph cannot be"
    lengths = 14 + 4 * base_links + levels.astype(np.int64) * (4 + 4 * links)
    if lengths.sum() != len(data) - nodes:
        return "the graph is not as long as its levels tell"
    starts = nodes + np.cumsum(lengths) - lengths
    return _find_bad_node(data, trailer, levels, starts, base_links) or _find_bad_link(
        data, levels, starts + 14 + 4 * base_links, links
    )


def _find_bad_node(
    data: NDArray[np.uint8],
    trailer: Trailer,
    levels: NDArray[np.int16],
    starts: NDArray[np.int64],
    links: int,
) -> str | None:
    kind = [("key", "<u8"), ("level", "<i2"), ("count", "<u4"), ("links", "<u4", (links,))]
    for first in range(0, len(starts), _NODES_PER_BLOCK):
        block = slice(first, first + _NODES_PER_BLOCK)
        nodes = _gather(data, np.dtype(kind), starts[block])
        if (
            np.any(nodes["level"] != levels[block])
            or nodes["key"].max() >= trailer.words
            or nodes["count"].max() > links
            or nodes["links"].max() >= len(starts)
        ):
            return f"a node from number {first} on leads out of the graph"
    return None


def _find_bad_link(
    data: NDArray[np.uint8], levels: NDArray[np.int16], starts: NDArray[np.int64], links: int
) -> str | None:
    """Check the upper levels, where a node may be linked only to nodes of the same level."""
    kind = np.dtype([("count", "<u4"), ("links", "<u4", (links,))])
    for level in range(1, int(levels.max()) + 1):
        members = np.flatnonzero(levels >= level)
        nodes = _gather(data, kind, starts[members] + (level - 1) * kind.itemsize)
        if nodes["count"].max() > links or nodes["links"].max() >= len(levels):
            return f"a node of level {level} leads out of the graph"
        used = np.arange(links) < nodes["count"][:, None]
        if np.any(levels[nodes["links"][used]] < level):
            return f"a node of level {level} leads to one that is not of this level"
    return None


def _gather(
    data: NDArray[np.uint8], kind: np.dtype[Any], starts: NDArray[np.int64]
) -> NDArray[Any]:
    """Return the records of type `kind` that begin at the bytes `starts`."""
    everywhere = np.ndarray((len(data) - kind.itemsize + 1,), kind, data, strides=(1,))
    return everywhere[starts]
