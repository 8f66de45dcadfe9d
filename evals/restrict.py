"""The frequent part of a vocabulary, looked up with or without regard to case.

The similarity and analogy evaluators find their words here, by the rules of gensim's evaluators,
so that figures compare. Knows nothing of data sets or scores.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.vocabulary import MISSING

DEFAULT_CUT = 300_000
"""How many of the most frequent words take part, unless told otherwise (gensim's default)."""


class RestrictedVocabulary:
    """The first `cut` words; of words that differ only in case, the first one answers.

    Parameters
    ----------
    words
        All words, most frequent first.
    cut
        How many of them take part; None for all.
    case_insensitive
        Look words up by their upper-case form, as gensim does.

    Raises
    ------
    ConfigError
        If `cut` is less than 1.

    Examples
    --------
    >>> vocabulary = RestrictedVocabulary(["us", "Paris", "US", "rare"], cut=3)
    >>> vocabulary.row("PARIS"), vocabulary.row("US"), vocabulary.row("rare")
    (1, 0, -1)
    """

    def __init__(
        self,
        words: Sequence[str],
        *,
        cut: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
    ) -> None:
        if cut is not None and cut < 1:
            raise ConfigError(f"restrict_vocab is {cut}; it must be at least 1, or None for all")
        self._case_insensitive = case_insensitive
        self._rows: dict[str, int] = {}
        first_row = self._rows.setdefault
        self.first_rows: NDArray[np.int64] = np.array(
            [first_row(self.fold(word), row) for row, word in enumerate(words[:cut])], np.int64
        )
        """For each row the row of its first variant, which answers for it: shape (cut,)."""

    def __len__(self) -> int:
        return len(self.first_rows)

    def fold(self, word: str) -> str:
        """Return the form under which `word` is looked up."""
        return word.upper() if self._case_insensitive else word

    def row(self, word: str) -> int:
        """Return the row that answers for `word`, or -1 if it is not in the cut."""
        return self._rows.get(self.fold(word), MISSING)
