"""Opens a store: checks its header against the file's length and maps the data.

Called by `wordvec.open` and by every command with a model. Trusts nothing in the file: no work or
memory depends on a number that it claims. The data are NumPy views of one read-only map, which
stays valid when the file is replaced or deleted.
"""

import hashlib
import json
import mmap
import os
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.ngrams import SpellingIndex
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, Quantizer
from wordvec.store import layout
from wordvec.store.hdf5 import Extent, Hdf5File, Node, open_hdf5
from wordvec.subwords import Subwords
from wordvec.transforms import Transform, unpack_transforms
from wordvec.vectors import WordVectors
from wordvec.vocabulary import WordTable

_MOST = 2**31 - 1
Arrays = dict[layout.DataSet, NDArray[Any]]


@dataclass(frozen=True)
class StoreHeader:
    """What the attributes of a store say, and where its data are."""

    format_version: int
    generator: str
    created: str
    words: int
    dim: int
    dtype: str
    provenance: dict[str, Any]
    extents: dict[layout.DataSet, Extent]
    """Of the data sets that this version knows and the file holds."""
    subwords: dict[str, int] | None
    """min_n, max_n and buckets, if there are subwords."""
    end: int
    """Where the file ends by its own account."""
    size: int
    """How many bytes it has."""


@dataclass(frozen=True)
class StoreOrigin:
    """A store as it was when vectors were opened from it: their pickle holds this."""

    path: Path
    created: str
    words: int
    dim: int

    def open(self) -> WordVectors:
        """Open it again.

        Raises
        ------
        FormatError
            If it is gone, or another has taken its place.
        """
        vectors = open_store(self.path)
        if vectors.origin != self:
            raise FormatError(
                f"{self.path} was replaced after the vectors were pickled; open and pickle it again"
            )
        return vectors


def open_store(path: str | os.PathLike[str]) -> WordVectors:
    """Open a store; its arrays are mapped, not read, and read-only.

    Raises
    ------
    FormatError
        If there is no file, or it is not a store this version can read, or is damaged; names the
        file and the part of it. Damage to words is found when they are looked up.
    """
    header, arrays = map_store(path)
    return as_vectors(path, header, arrays)


def read_header(path: str | os.PathLike[str]) -> StoreHeader:
    """Return what a store says of itself.

    Raises
    ------
    FormatError
        As `open_store` does.
    """
    return map_store(path)[0]


def map_store(path: str | os.PathLike[str]) -> tuple[StoreHeader, Arrays]:
    """Return the header of a store, and its data sets as read-only views of the mapped file.

    Raises
    ------
    FormatError
        As `open_store` does.
    """
    with open_hdf5(path) as file:
        header = _header(file)
        mapped = mmap.mmap(file.source.number, file.source.size, access=mmap.ACCESS_READ)
        arrays = {data_set: _view(mapped, extent) for data_set, extent in header.extents.items()}
    offsets = arrays[layout.WORD_OFFSETS]
    if offsets[0] != 0 or offsets[-1] != len(arrays[layout.WORDS]):
        raise FormatError(
            f"{path}: /word_offsets goes from {offsets[0]} to {offsets[-1]}; "
            f"expected from 0 to {len(arrays[layout.WORDS])}, the length of /words"
        )
    return header, arrays


def as_vectors(path: str | os.PathLike[str], header: StoreHeader, arrays: Arrays) -> WordVectors:
    """Return what `map_store` has mapped as the object that all speak.

    Raises
    ------
    FormatError
        If the parts do not fit together.
    """
    table = WordTable(
        arrays[layout.WORDS],
        arrays[layout.WORD_OFFSETS],
        arrays[layout.WORD_INDEX],
        source=os.fspath(path),
    )
    try:
        vectors = WordVectors(
            table,
            _matrix(header, arrays, layout.VECTORS, layout.SCALES, header.dim),
            arrays.get(layout.COUNTS),
            output=arrays.get(layout.OUTPUT),
            provenance=header.provenance,
            norms=arrays[layout.NORMS],
            spelling_index=_spelling_index(table, arrays),
            **_for_unseen(header, arrays),
        )
    except ValueError as error:
        raise FormatError(f"{path}: parts of it do not fit together: {error}") from error
    vectors.origin = StoreOrigin(Path(path).absolute(), header.created, header.words, header.dim)
    return vectors


def read_digests(path: str | os.PathLike[str]) -> dict[layout.DataSet, str]:
    """Return the SHA-256 that the store records for each data set, in hexadecimal digits.

    Raises
    ------
    FormatError
        As `open_store` does, if a digest is missing or of another kind, or if the provenance is
        not what was written.
    """
    with open_hdf5(path) as file:
        group = file.root.group(layout.CHECKSUMS)
        algorithm = group.text("algorithm")
        if algorithm != layout.CHECKSUM_ALGORITHM:
            raise FormatError(
                f"{path}: /{layout.CHECKSUMS} are of the algorithm {algorithm!r}; "
                f"expected {layout.CHECKSUM_ALGORITHM!r}"
            )
        if (
            group.has_attribute("provenance")
            and group.text("provenance")
            != hashlib.sha256(file.root.text("provenance").encode()).hexdigest()
        ):
            raise FormatError(
                f"{path}: the attribute provenance is damaged: it is not what was written; "
                "copy it again"
            )
        return {data_set: group.value(data_set.name) for data_set in _header(file).extents}


def _view(mapped: mmap.mmap, extent: Extent) -> NDArray[Any]:
    flat = np.frombuffer(mapped, extent.dtype, prod(extent.shape), extent.place)
    return flat.reshape(extent.shape)


def _spelling_index(table: WordTable, arrays: Arrays) -> SpellingIndex | None:
    if layout.NGRAM_INDEX not in arrays:
        return None
    return SpellingIndex(table, arrays[layout.NGRAM_INDEX], arrays[layout.NGRAM_ROWS])


def _for_unseen(header: StoreHeader, arrays: Arrays) -> dict[str, Any]:
    """Return fitted maps and subwords as `WordVectors` takes them.

    Raises
    ------
    ValueError
        If their parts do not fit together.
    """
    transforms: tuple[Transform, ...] = ()
    if layout.TRANSFORMS in arrays:
        transforms = unpack_transforms(arrays[layout.TRANSFORM_SIZES], arrays[layout.TRANSFORMS])
    if header.subwords is None:
        return {"transforms": transforms}
    dim = len(transforms[0].mean) if transforms else header.dim
    matrix = _matrix(header, arrays, layout.SUBWORDS, layout.SUBWORD_SCALES, dim)
    subwords = Subwords(matrix, rows=arrays.get(layout.SUBWORD_ROWS), **header.subwords)
    return {"transforms": transforms, "subwords": subwords}


def _matrix(
    header: StoreHeader,
    arrays: Arrays,
    codes: layout.DataSet,
    scales: layout.DataSet,
    dim: int,
) -> NDArray[np.float32] | QuantizedMatrix:
    found, width = arrays[codes], QUANTIZERS[header.dtype].width(dim)
    if found.shape[1] != width:
        raise ValueError(f"/{codes.name} has rows of {found.shape[1]}; expected {width}")
    if header.dtype == "float32":
        return found
    return QuantizedMatrix(found, header.dtype, dim, arrays.get(scales))


def _header(file: Hdf5File) -> StoreHeader:
    """Return the header, all of it checked."""
    root = file.root
    version = _version(root)
    words, dim = root.number("words", _MOST), root.number("dim", _MOST)
    dtype = root.text("dtype")
    if dtype not in QUANTIZERS:
        raise FormatError(
            f"{root.path}: the attribute dtype is {dtype!r}, which {layout.generator()} does "
            f"not read (only {', '.join(QUANTIZERS)}): upgrade wordvec"
        )
    extents = _extents(root, words, dim, QUANTIZERS[dtype])
    slots = extents[layout.WORD_INDEX].shape[0]
    if slots <= words or slots & (slots - 1):
        raise FormatError(
            f"{root.path}: /word_index has {slots} slots; "
            f"expected a power of two above {words}, the number of words"
        )
    return StoreHeader(
        format_version=version,
        generator=root.text("generator"),
        created=root.text("created"),
        words=words,
        dim=dim,
        dtype=dtype,
        provenance=_provenance(root),
        extents=extents,
        subwords=_subword_sizes(root, extents) if layout.SUBWORDS in extents else None,
        end=file.end,
        size=file.source.size,
    )


def _version(root: Node) -> int:
    if not root.has_attribute("format") or root.text("format") != layout.FORMAT:
        raise FormatError(
            f"{root.path} is HDF5 but not a wordvec store: "
            f"it has no attribute format with the value {layout.FORMAT!r}"
        )
    version = root.number("format_version", _MOST)
    if version > layout.FORMAT_VERSION:
        raise FormatError(
            f"{root.path} has format version {version}; {layout.generator()} reads up to "
            f"version {layout.FORMAT_VERSION}: upgrade wordvec"
        )
    return version


def _extents(
    root: Node, words: int, dim: int, quantizer: Quantizer
) -> dict[layout.DataSet, Extent]:
    """Return where the data sets lie that are there; refuse if one is there without another."""
    lengths = {"words": words, "words + 1": words + 1, "dim": dim, "4": 4}
    lengths["width"] = quantizer.width(dim)
    present = {d for d in layout.DATA_SETS if d.required or root.has(d.name)}
    if not quantizer.scaled:
        present -= {layout.SCALES, layout.SUBWORD_SCALES}
    else:
        present.add(layout.SCALES)
    if layout.SUBWORDS in present:
        codes = layout.SUBWORDS.of(quantizer).dtype
        lengths["subword rows"] = root.extent(layout.SUBWORDS, codes, lengths).shape[0]
        if quantizer.scaled:
            present.add(layout.SUBWORD_SCALES)
    else:
        present -= {layout.SUBWORD_SCALES, layout.SUBWORD_ROWS}
    for first, second in (
        (layout.NGRAM_INDEX, layout.NGRAM_ROWS),
        (layout.TRANSFORM_SIZES, layout.TRANSFORMS),
    ):
        present = present | {second} if first in present else present - {second}
    return {
        d: root.extent(d, d.of(quantizer).dtype, lengths) for d in layout.DATA_SETS if d in present
    }


def _subword_sizes(root: Node, extents: dict[layout.DataSet, Extent]) -> dict[str, int]:
    node = root.node(layout.SUBWORDS.name)
    sizes = {name: node.number(name, _MOST, least=0) for name in layout.SUBWORD_ATTRIBUTES}
    rows = extents[layout.SUBWORDS].shape[0]
    pruned = layout.SUBWORD_ROWS in extents
    if sizes["min_n"] > sizes["max_n"]:
        raise FormatError(
            f"{root.path}: the attributes of /subwords say min_n {sizes['min_n']} and "
            f"max_n {sizes['max_n']}; expected the first to be the smaller"
        )
    if rows > sizes["buckets"] or (rows < sizes["buckets"] and not pruned):
        raise FormatError(f"{root.path}: /subwords has {rows} rows for {sizes['buckets']} buckets")
    return sizes


def _provenance(root: Node) -> dict[str, Any]:
    try:
        provenance = json.loads(root.text("provenance"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{root.path}: the attribute provenance is not JSON") from error
    if not isinstance(provenance, dict):
        raise FormatError(f"{root.path}: the attribute provenance is not a JSON object")
    return provenance
