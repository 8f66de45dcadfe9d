"""Counter-fitting: antonyms pushed apart, synonyms drawn together, neighbourhoods kept.

Mrkšić et al. (2016), Counter-fitting Word Vectors to Linguistic Constraints, NAACL. Called by
`wordvec.postprocess.retrofit` with the vectors of the words that stand in a pair; knows of rows
alone, not of words.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError

Pairs = NDArray[np.int64]
_Numbers = NDArray[np.float32] | NDArray[np.float64]
_Rows = TypeVar("_Rows", NDArray[np.float32], NDArray[np.float64])

_MOST_NEIGHBOURS = 5_000_000
_PAIRS_AT_ONCE = 1 << 15
_COSINES_AT_ONCE = 1 << 23
_ROUNDING = 1e-5
"""More than the cosines of one matrix product differ from those of single pairs."""

_log = logging.getLogger("wordvec")


@dataclass(frozen=True, eq=False)
class _Constraint:
    """Pairs, (m, 2), that are to be further apart (sign 1) or nearer (-1) than a cosine."""

    pairs: Pairs
    sign: int
    weight: float
    limit: float | _Numbers
    """One for all pairs, or shape (m,)."""

    def violations(self, cosines: _Numbers) -> _Numbers:
        """Return the hinge loss of each pair, (m,)."""
        return np.maximum(self.sign * (cosines - self.limit), 0)


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
    progress: Callable[[int, int], None] | None = None,
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
        Up to this distance words are neighbours, and are kept from drifting apart. If these are too
        many pairs, the nearest are taken, and a warning is logged; the report has what was taken.
    epochs
        Steps of gradient descent, each over all pairs.
    progress
        Called now and then with how much is done and how much there is to do.

    Raises
    ------
    ConfigError
        If a setting is out of range.
    DataError
        If all synonyms are antonyms, too.

    Examples
    --------
    >>> rows = np.array([[1.0, 0.0], [0.8, 0.6]])
    >>> apart, report = counterfit(rows, synonyms=np.empty((0, 2), int), antonyms=[[0, 1]])
    >>> report["antonyms"]["cosine_before"], report["antonyms"]["cosine_after"] <= 0
    (0.8, True)
    """
    _check(weights, delta, gamma, rho, epochs)
    antonyms, synonyms = _distinct(antonyms, len(rows)), _distinct(synonyms, len(rows))
    given = len(synonyms)
    synonyms = _without(synonyms, antonyms, len(rows))
    if given and not len(synonyms):
        raise DataError(
            f"each of the {given:,} pairs of synonyms is one of antonyms, too; expected other "
            "pairs, or, in one file for both, a third column that says antonym of some"
        )
    tell = progress or (lambda _done, _total: None)
    near, rho = _neighbours(rows, rho if weights[2] else 0, lambda at: tell(at, 2 * len(rows)))
    neighbours = _without(near, antonyms, len(rows))
    constraints = {
        "antonyms": _Constraint(antonyms, 1, weights[0], 1 - delta),
        "synonyms": _Constraint(synonyms, -1, weights[1], 1 - gamma),
        "neighbours": _Constraint(neighbours, -1, weights[2], _cosines(rows, neighbours)),
    }
    weighed = [constraint for constraint in constraints.values() if constraint.weight]
    fitted = rows
    for epoch in range(1, epochs + 1):
        fitted = _descend(fitted, weighed)
        tell(epochs + epoch, 2 * epochs)
    return fitted, {
        "words": len(rows),
        "epochs": epochs,
        "rho": rho,
        "synonyms_that_are_antonyms": given - len(synonyms),
        **{name: _compare(constraint, rows, fitted) for name, constraint in constraints.items()},
    }


def _check(
    weights: tuple[float, float, float], delta: float, gamma: float, rho: float, epochs: int
) -> None:
    if not all(0 <= weight < np.inf for weight in weights):
        raise ConfigError(f"weights are {weights}; expected three numbers that are not negative")
    for name, distance in (("delta", delta), ("gamma", gamma), ("rho", rho)):
        if not 0 <= distance <= 2:
            raise ConfigError(f"{name} is {distance}; expected a distance from 0 to 2")
    if epochs < 1:
        raise ConfigError(f"epochs is {epochs}; expected at least 1")


def _descend(rows: _Rows, constraints: Sequence[_Constraint]) -> _Rows:
    """Return `rows` after one step against the cost, each of length 1.

    For words of length 1, the gradient of 1 - cos(u, v) by u is cos(u, v) u - v. As in the
    authors' program, a word moves by the mean over its violated pairs, not by their sum, which
    would grow with the number of its pairs.
    """
    from scipy.sparse import csr_array

    n = len(rows)
    pulls = csr_array((n, n), dtype=rows.dtype)
    stay = np.zeros(n, rows.dtype)
    pairs = np.zeros(n, np.int64)
    for constraint in constraints:
        cosines = _cosines(rows, constraint.pairs)
        violated = constraint.violations(cosines) > 0
        first, second = constraint.pairs[violated].T
        pull = constraint.sign * constraint.weight
        pulls = pulls + csr_array(
            (np.full(len(first), pull, rows.dtype), (first, second)), shape=(n, n)
        )
        for side in (first, second):
            stay += np.bincount(side, pull * cosines[violated], n).astype(rows.dtype)
            pairs += np.bincount(side, minlength=n)
    moved = pairs > 0
    step = stay[:, None] * rows - (pulls @ rows + pulls.T @ rows)
    result = rows.copy()
    result[moved] += (step[moved] / pairs[moved, None]).astype(rows.dtype)
    lengths = np.sqrt(np.einsum("ij,ij->i", result, result))
    result[moved] /= np.where(lengths > 0, lengths, 1)[moved, None]
    return result


def _distinct(pairs: Pairs, n: int) -> Pairs:
    """Return each pair once, the lower row first, in order; without those of one row."""
    ordered = np.sort(np.asarray(pairs, np.int64).reshape(-1, 2), axis=1)
    ordered = ordered[ordered[:, 0] < ordered[:, 1]]
    keys = np.unique(ordered[:, 0] * n + ordered[:, 1])
    return np.stack([keys // n, keys % n], axis=1)


def _without(pairs: Pairs, others: Pairs, n: int) -> Pairs:
    """Return `pairs`, (m, 2), that are not among `others`; both as `_distinct` makes them."""
    return pairs[~np.isin(pairs[:, 0] * n + pairs[:, 1], others[:, 0] * n + others[:, 1])]


def _neighbours(rows: _Rows, rho: float, tell: Callable[[int], None]) -> tuple[Pairs, float]:
    """Return the pairs of rows with a distance up to `rho`, the lower row first, (m, 2); and `rho`.

    Whenever they are too many, it is lowered until half as many as may be are left. Memory holds
    the cosines of some rows with all others at a time.
    """
    pairs, cosines = [np.empty((0, 2), np.int64)], [np.empty(0, rows.dtype)]
    given, limit, half = rho, 1 - rho, _MOST_NEIGHBOURS // 2
    step = max(1, _COSINES_AT_ONCE // max(1, len(rows)))
    for start in range(0, len(rows) if rho else 0, step):
        block = rows[start : start + step] @ rows[start:].T
        near = np.argwhere(block >= limit - _ROUNDING) + start
        near = near[near[:, 0] < near[:, 1]]
        found = _cosines(rows, near)
        pairs.append(near[found >= limit])
        cosines.append(found[found >= limit])
        if sum(map(len, pairs)) > _MOST_NEIGHBOURS:
            near, found = np.concatenate(pairs), np.concatenate(cosines)
            limit = float(np.nextafter(np.partition(found, -half)[-half], 2))
            rho = max(0.0, 1 - limit)
            pairs, cosines = [near[found >= limit]], [found[found >= limit]]
        tell(min(start + step, len(rows)))
    if rho != given:
        _log.warning(
            "more than %s pairs of words are as near as distance %g, so that words are kept near "
            "to each other up to %.2g alone (rho)",
            f"{_MOST_NEIGHBOURS:,}",
            given,
            rho,
        )
    return np.concatenate(pairs), rho


def _cosines(rows: _Rows, pairs: Pairs) -> _Rows:
    """Return the cosine of each pair, (m,)."""
    cosines = np.empty(len(pairs), rows.dtype)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        first, second = pairs[start : start + _PAIRS_AT_ONCE].T
        cosines[start : start + len(first)] = np.einsum("ij,ij->i", rows[first], rows[second])
    return cosines


def _compare(constraint: _Constraint, before: _Rows, after: _Rows) -> dict[str, Any]:
    """Return the cost and the mean cosine of a constraint's pairs, before and after."""
    report: dict[str, Any] = {"pairs": len(constraint.pairs)}
    for when, rows in (("before", before), ("after", after)):
        cosines = _cosines(rows, constraint.pairs)
        cost = constraint.weight * float(constraint.violations(cosines).sum(dtype=np.float64))
        report[f"cost_{when}"] = round(cost, 4)
        if len(cosines):
            report[f"cosine_{when}"] = round(float(cosines.mean(dtype=np.float64)), 4)
    return report
