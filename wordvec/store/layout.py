"""Every name, type and number of the file format: docs/format-1.md says what they mean.

Read by the writer and the readers of stores and by nothing else. Holds no code that touches a
file. Data sets that a later release adds without harm to this one do not change the version.
"""

from dataclasses import dataclass

import wordvec

FORMAT = "wordvec"
FORMAT_VERSION = 1

ALIGNMENT = 64
"""Each data set starts at a multiple of this many bytes."""

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
HDF5_VERSION = "v108"
"""HDF5 structures are those of HDF5 1.8, which every reader in use understands."""


@dataclass(frozen=True)
class DataSet:
    """One data set of the root group: a contiguous little-endian array."""

    name: str
    dtype: str
    axes: tuple[str, ...]
    """Lengths of its axes: "words", "words + 1" and "dim" are fixed by the root attributes."""
    required: bool = True


VECTORS = DataSet("vectors", "<f4", ("words", "dim"))
WORDS = DataSet("words", "|u1", ("bytes",))
WORD_OFFSETS = DataSet("word_offsets", "<i8", ("words + 1",))
WORD_INDEX = DataSet("word_index", "<i4", ("slots",))
COUNTS = DataSet("counts", "<u8", ("words",), required=False)
NORMS = DataSet("norms", "<f4", ("words",))
OUTPUT = DataSet("output", "<f4", ("words", "dim"), required=False)
# The order in the file: what a look-up reads lies together, the large matrices come last.
DATA_SETS = (WORD_INDEX, WORD_OFFSETS, WORDS, COUNTS, NORMS, VECTORS, OUTPUT)

DTYPES = {"float32": "<f4"}
"""What the root attribute dtype may say, and how /vectors is then stored."""

SHORT_STRINGS = ("format", "generator", "created", "dtype")
"""Attributes of fixed length, ASCII; provenance alone is a variable-length string."""

CHECKSUMS = "checksums"
CHECKSUM_ALGORITHM = "sha256"
DIGEST_DTYPE = "S64"
"""One scalar of 64 hexadecimal digits for each data set, in the group /checksums."""


def generator() -> str:
    """Return what the attribute generator says of a file written now."""
    return f"wordvec {wordvec.__version__}"
