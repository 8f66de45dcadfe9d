"""Every name, type and number of the file format: docs/format-1.md says what they mean.

Read by the writer and the readers of stores and by nothing else. Holds no code that touches a
file. Data sets that a later release adds without harm to this one do not change the version.
"""

from dataclasses import dataclass, replace

import wordvec
from wordvec.quantization import Quantizer

FORMAT = "wordvec"
FORMAT_VERSION = 1

ALIGNMENT = 64
"""Each data set starts at a multiple of this many bytes."""

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
HDF5_VERSION = "v108"
"""HDF5 structures are those of HDF5 1.8, which every reader in use understands."""


CODES = "codes"
"""The type of a data set that holds vectors: the root attribute dtype tells which."""


@dataclass(frozen=True)
class DataSet:
    """One data set of the root group: a contiguous little-endian array."""

    name: str
    dtype: str
    """A NumPy type, or CODES."""
    axes: tuple[str, ...]
    """Lengths of its axes: "words", "words + 1", "dim" and "width" (codes a row) are fixed by the
    root attributes, "subword rows" is that of /subwords, a digit is itself."""
    required: bool = True

    def of(self, quantizer: Quantizer) -> "DataSet":
        """Return this with the type that `quantizer` keeps its codes in, if it holds codes."""
        return replace(self, dtype=quantizer.storage) if self.dtype == CODES else self


WORD_INDEX = DataSet("word_index", "<i4", ("slots",))
WORD_OFFSETS = DataSet("word_offsets", "<i8", ("words + 1",))
WORDS = DataSet("words", "|u1", ("bytes",))
COUNTS = DataSet("counts", "<u8", ("words",), required=False)
NORMS = DataSet("norms", "<f4", ("words",))
SCALES = DataSet("scales", "<f4", ("words",), required=False)
NGRAM_INDEX = DataSet("ngram_index", "<u4", ("ngram blocks", "ngram offsets"), required=False)
NGRAM_ROWS = DataSet("ngram_rows", "<u2", ("ngram entries",), required=False)
TRANSFORM_SIZES = DataSet("transform_sizes", "<i4", ("transforms", "4"), required=False)
TRANSFORMS = DataSet("transforms", "<f8", ("transform numbers",), required=False)
VECTORS = DataSet("vectors", CODES, ("words", "width"))
OUTPUT = DataSet("output", "<f4", ("words", "dim"), required=False)
SUBWORD_ROWS = DataSet("subword_rows", "<i4", ("subword rows",), required=False)
SUBWORD_SCALES = DataSet("subword_scales", "<f4", ("subword rows",), required=False)
SUBWORDS = DataSet("subwords", CODES, ("subword rows", "subword width"), required=False)
# The order in the file: what a look-up reads lies together, the large matrices come last.
DATA_SETS = (
    WORD_INDEX,
    WORD_OFFSETS,
    WORDS,
    COUNTS,
    NORMS,
    SCALES,
    NGRAM_INDEX,
    NGRAM_ROWS,
    TRANSFORM_SIZES,
    TRANSFORMS,
    VECTORS,
    OUTPUT,
    SUBWORD_ROWS,
    SUBWORD_SCALES,
    SUBWORDS,
)
SUBWORD_ATTRIBUTES = ("min_n", "max_n", "buckets")
"""Whole numbers, attributes of /subwords."""

SHORT_STRINGS = ("format", "generator", "created", "dtype")
"""Attributes of fixed length, ASCII; provenance alone is a variable-length string."""

CHECKSUMS = "checksums"
CHECKSUM_ALGORITHM = "sha256"
DIGEST_DTYPE = "S64"
"""One scalar of 64 hexadecimal digits for each data set, in the group /checksums."""


def generator() -> str:
    """Return what the attribute generator says of a file written now."""
    return f"wordvec {wordvec.__version__}"
