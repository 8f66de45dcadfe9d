"""How far accuracy would have gone up or down with other word pairs of the same relations.

n word pairs make n (n - 1) analogy questions, which share these pairs and so do not vary freely: an
interval that resamples questions is far too narrow. So the pairs of each section are resampled,
and a question counts as often as its two pairs do together (Snijders and Borgatti 1999,
"Non-parametric standard errors and tests for network statistics"). Called by `Analogy`.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.intervals import DRAWS, LEVEL, Interval

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

_CELLS_AT_ONCE = 1 << 21


class PairBootstrap:
    """Means of what came of questions, in resamples of the word pairs that they are made of.

    Parameters
    ----------
    values
        What came of each question, such as 1 for right and 0 for wrong: shape (questions,).
    pairs
        The numbers of its two word pairs: shape (questions, 2).
    sections
        The number of its section: shape (questions,). Each section has pairs of its own.
    count
        How many sections there are.
    draws
        How many resamples.
    seed
        The same seed gives the same intervals.

    Examples
    --------
    >>> pairs = np.array([(a, b) for a in range(20) for b in range(20) if a != b])
    >>> easy = pairs[:, 1] % 2 == 0  # a question is as easy as its second pair
    >>> resamples = PairBootstrap(easy, pairs, np.zeros(len(pairs), int), 1)
    >>> low, high = resamples.interval([0])
    >>> round(low, 1), round(high, 1)  # though there are 380 questions
    (0.3, 0.7)
    """

    def __init__(
        self,
        values: NDArray[np.bool_] | Numbers,
        pairs: Places,
        sections: Places,
        count: int,
        *,
        draws: int = DRAWS,
        seed: int = 1,
    ) -> None:
        rng = np.random.default_rng(seed)
        self._sums = np.zeros((draws, count))
        self._sizes = np.zeros((draws, count))
        for section in range(count):
            mine = np.flatnonzero(sections == section)
            if not len(mine):
                continue
            known, numbers = np.unique(pairs[mine], return_inverse=True)
            first, second = numbers.reshape(-1, 2).T
            both: Numbers = np.column_stack([values[mine], np.ones(len(mine))])
            for some, counts in _resamples(rng, len(known), draws, width=len(mine)):
                sums = (counts[:, first] * counts[:, second]) @ both
                self._sums[some, section], self._sizes[some, section] = sums.T

    def interval(self, sections: list[int], *, level: float = LEVEL) -> Interval | None:
        """Return the percentile interval of the mean over the questions of `sections`.

        Resamples without any of them are left out; None if there is none with one.
        """
        sums, sizes = self._sums[:, sections].sum(axis=1), self._sizes[:, sections].sum(axis=1)
        there = sizes > 0
        if not there.any():
            return None
        tail = (1 - level) / 2
        low, high = np.quantile(sums[there] / sizes[there], [tail, 1 - tail])
        return Interval(float(low), float(high))


def _resamples(
    rng: np.random.Generator, n: int, draws: int, *, width: int
) -> Iterator[tuple[slice, Numbers]]:
    """Yield a range of the draws, and how often each of these holds each of n pairs: (some, n)."""
    step = max(1, _CELLS_AT_ONCE // max(n, width))
    for start in range(0, draws, step):
        some = min(step, draws - start)
        drawn = rng.integers(n, size=(some, n)) + np.arange(some)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=some * n).reshape(some, n)
        yield slice(start, start + some), counts.astype(np.float64)
