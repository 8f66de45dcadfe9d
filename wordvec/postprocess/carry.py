"""A linear map learned from words that moved, for the words that the lexicon does not hold.

In the spirit of explicit retrofitting (Glavaš and Vulić 2018, ACL), with ridge regression in the
place of their network. Called by `wordvec.postprocess.retrofit`; knows of rows alone, not of words.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.transforms import Transform

_Rows = NDArray[np.float32] | NDArray[np.float64]


def learn_map(
    before: _Rows, after: _Rows, *, folds: int = 5, seed: int = 1
) -> tuple[Transform, dict[str, Any]]:
    """Return the linear map that takes `before` nearest to `after`, and a report.

    Parameters
    ----------
    before, after
        Vectors of the moved words before, of length 1, and after: shape (n, dim).
    folds
        Parts that the strength of the ridge is chosen with, each held out in turn.
    seed
        Decides which word falls into which part.

    Returns
    -------
    The map, which brings what it is given to length 1, and the report, as JSON can hold it.

    Raises
    ------
    ConfigError
        If there are fewer words than parts.
    """
    raise NotImplementedError
