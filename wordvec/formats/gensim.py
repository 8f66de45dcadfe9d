"""gensim's KeyedVectors, in memory: taken from gensim and handed to it.

Called by users through `wordvec.formats`. What gensim saves is a pickle, which can run any code
when it is loaded: such files are recognised and refused with the lines that convert them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.formats.builder import VectorsBuilder
from wordvec.formats.source import Progress
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors

_PICKLE = b"\x80"
_PROTOCOLS = range(2, 6)
_BLOCK_BYTES = 1 << 22


def matches(start: bytes, path: Path) -> bool:  # noqa: ARG001 - the same for all formats
    """Return whether `start` is that of a pickle."""
    return start[:1] == _PICKLE and len(start) > 1 and start[1] in _PROTOCOLS


def read(path: Path, *, limit: int | None, progress: Progress | None) -> WordVectors:  # noqa: ARG001
    """Refuse the file: gensim alone can read it.

    Raises
    ------
    FormatError
        Always; says how to convert it.
    """
    raise FormatError(
        f"{path} is a Python pickle, as gensim saves; loading one runs what it holds, so it is not "
        f"read. If you trust it, in Python: from gensim.models import KeyedVectors; "
        f"KeyedVectors.load({str(path)!r}).save_word2vec_format('vectors.bin', binary=True) "
        "(of a whole model: Word2Vec.load(...).wv), then read vectors.bin"
    )


def from_gensim(keyed: "KeyedVectors | Any") -> WordVectors:
    """Return the words, vectors and counts of gensim's `keyed`, and its n-grams' vectors if any.

    The numbers are copied to a temporary file and mapped from there, by blocks. Empty words and
    rows that are not finite are dealt with as `wordvec.formats.builder.VectorsBuilder` says.

    Parameters
    ----------
    keyed
        A `gensim.models.KeyedVectors` or `FastTextKeyedVectors`, or a model with one as `wv`.

    Raises
    ------
    FormatError
        If a key is not a string, or there are no words.

    Examples
    --------
    >>> from gensim.models import KeyedVectors
    >>> keyed = KeyedVectors(2)
    >>> keyed.add_vectors(["king", "queen"], [[2, 1], [1, 1]])
    >>> from_gensim(keyed)["king"]
    array([2., 1.], dtype=float32)
    """
    keyed = getattr(keyed, "wv", keyed)
    name = type(keyed).__name__
    matrix, words = keyed.vectors, keyed.index_to_key
    if len(matrix) != len(words):
        raise FormatError(f"{name}: {len(words)} words and {len(matrix)} vectors")
    counts = _counts(keyed)
    step = max(1, _BLOCK_BYTES // (4 * keyed.vector_size))
    with VectorsBuilder(name, "gensim", keyed.vector_size, keep_counts=counts is not None) as built:
        for start in range(0, len(words), step):
            block = words[start : start + step]
            odd = next((key for key in block if not isinstance(key, str)), "")
            if odd != "":
                raise FormatError(
                    f"{name}: the key {odd!r} is no string; expected words (tags of documents "
                    "are numbers: make strings of them)"
                )
            with np.errstate(over="ignore"):
                rows = np.asarray(matrix[start : start + step]).astype(np.float32)
            part = None if counts is None else counts[start : start + step]
            built.add([word.encode("utf-8", "surrogatepass") for word in block], rows, part)
        return built.finish(subwords=_subwords(keyed))


def _counts(keyed: Any) -> NDArray[np.uint64] | None:
    """Return how often each word was met, (words,); None if gensim does not know."""
    counts = keyed.expandos.get("count")
    n = len(keyed.index_to_key)
    if counts is None or len(counts) != n:
        return None
    counts = np.asarray(counts)
    # gensim makes up n, n - 1, ... for the words of a file without counts.
    made_up = np.array_equal(counts, np.arange(n, 0, -1))
    if made_up or counts.dtype.kind not in "iu" or counts.min() < 0:
        return None
    return counts.astype(np.uint64)


def _subwords(keyed: Any) -> Subwords | None:
    matrix = getattr(keyed, "vectors_ngrams", None)
    # Early versions of gensim hashed other bytes than fastText does.
    if matrix is None or not keyed.bucket or not getattr(keyed, "compatible_hash", True):
        return None
    return Subwords(np.array(matrix, np.float32), keyed.min_n, keyed.max_n, keyed.bucket)


def to_gensim(vectors: WordVectors) -> "KeyedVectors":
    """Return gensim's KeyedVectors of the same words and numbers, counts as attribute "count".

    The numbers are copied: gensim may change its own.

    Examples
    --------
    >>> keyed = to_gensim(WordVectors(["king", "queen"], [[2, 1], [1, 1]], counts=[7, 5]))
    >>> int(keyed.get_vecattr("queen", "count")), keyed.most_similar("king")[0][0]
    (5, 'queen')
    """
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(vectors.vector_size)
    # As gensim's own readers do: add_vectors would hold the numbers three times.
    keyed.index_to_key = list(vectors.index_to_key)
    keyed.key_to_index = {word: row for row, word in enumerate(keyed.index_to_key)}
    keyed.vectors = np.array(vectors.vectors, np.float32)
    if vectors.counts is not None:
        keyed.allocate_vecattrs(["count"], [np.int64])
        keyed.expandos["count"][:] = np.minimum(vectors.counts, np.iinfo(np.int64).max)
    return keyed
