"""Counter-fitting: antonyms pushed apart, synonyms drawn together, neighbourhoods kept.

Mrkšić et al. (2016), Counter-fitting Word Vectors to Linguistic Constraints, NAACL. Called by
`wordvec.postprocess.retrofit` with the vectors of the words that stand in a pair; knows of rows
alone, not of words.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]
_Rows = TypeVar("_Rows", NDArray[np.float32], NDArray[np.float64])


def counterfit(
    rows: _Rows,
    *,
    synonyms: Pairs,
    antonyms: Pairs,
    weights: tuple[float, float, float] = (0.1, 0.1, 0.1),
    delta: float = 1.0,
    gamma: float = 0.0,
    rho: float = 0.2,
    epochs: int = 20,
) -> tuple[_Rows, dict[str, Any]]:
    """Return `rows` after counter-fitting, and a report that JSON can hold.

    Parameters
    ----------
    rows
        Vectors of length 1 of the words in the pairs: shape (n, dim). They stay as they are.
    synonyms, antonyms
        Pairs of rows, shape (m, 2), in any order and either direction. A pair that is in both
        counts as antonyms.
    weights
        Of the costs of antonyms, of synonyms and of what the space was before: k1, k2, k3.
    delta, gamma
        The distance (1 - cosine) that antonyms should at least and synonyms at most have.
    rho
        Up to this distance words are neighbours, and are kept from drifting apart.
    epochs
        Steps of gradient descent, each over all pairs.

    Raises
    ------
    ConfigError
        If a setting is out of range, or `rho` makes too many words neighbours.
    """
    raise NotImplementedError
