"""What the debiasing methods share: word sets found in a vocabulary, and what a method returns.

The methods are modules of one function each; `wordvec.postprocess.debias` chooses among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.postprocess.result import Change
from wordvec.transforms import Transform, unit_rows
from wordvec.vectors import WordVectors

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FoundSets:
    """Word sets as rows of a vocabulary, each shape (n,)."""

    vectors: WordVectors
    defining: tuple[Rows, ...]
    """Of each defining set of which two or more words are there: those; the direction of the
    bias is in their differences."""
    equalize: tuple[Rows, ...]
    """Sets whose words differ in the bias alone afterwards; two or more of each."""
    neutral: NDArray[np.bool_]
    """Which words are to lose the bias, shape (words,)."""

    def unit(self, rows: Rows) -> NDArray[np.float64]:
        """Return the vectors of `rows`, each of length 1: (n, dim)."""
        return unit_rows(self.vectors.vectors[rows].astype(np.float64))


@dataclass(frozen=True, eq=False)
class Fit:
    """What a method has worked out: how rows change, and what there is to say of it."""

    change: Change
    """Takes rows as they are in the vectors, of any length."""
    transforms: tuple[Transform, ...]
    """The same for a neutral word that is not in the vocabulary."""
    report: Mapping[str, Any] = field(default_factory=dict)
    """As JSON can hold it."""
