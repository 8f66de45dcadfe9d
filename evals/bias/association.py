"""Which words go with which: WEAT and SC-WEAT.

Both are of Caliskan, Bryson and Narayanan 2017, "Semantics derived automatically from language
corpora contain human-like biases": the difference of a word's mean cosines with two sets of
attribute words. Functions of arrays of vectors, of any length; they know no words and no files.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.evals.bias.splits import PERMUTATIONS, SplitTest, split_test
from wordvec.evals.intervals import Counts, Numbers, Statistic
from wordvec.transforms import unit_rows

Vectors = NDArray[np.float64]
"""Shape (words, dim)."""

_SAME = 1e-7
"""Associations of vectors stored as float32 that differ by less are the same."""


class Weat(NamedTuple):
    """What the word embedding association test finds."""

    total: float
    """The sum of the associations of the first target words less that of the second."""
    effect_size: float
    """The difference of their means in standard deviations of all, -2 to 2 for sets of one size;
    NaN if all target words have the same association."""
    test: SplitTest
    """Over splits of the target words; one p-value."""


def cosines(first: Vectors, second: Vectors) -> Numbers:
    """Return the cosine of each of `first`, (n, dim), with each of `second`, (m, dim): (n, m).

    A vector of zeros has the cosine 0 with all.
    """
    return np.asarray(unit_rows(first) @ unit_rows(second).T)


def associations(words: Vectors, first: Vectors, second: Vectors) -> Numbers:
    """Return how much nearer each of `words` is to the `first` attributes than the `second`: (n,).

    The mean cosine with the first less the mean cosine with the second.

    Examples
    --------
    >>> associations(np.array([[1.0, 1.0], [0.0, 2.0]]), np.array([[0.0, 1]]), np.array([[1.0, 0]]))
    array([0., 1.])
    """
    return np.asarray(cosines(words, first).mean(axis=1) - cosines(words, second).mean(axis=1))


def effect_size_of(sides: Numbers, values: Numbers) -> Statistic:
    """Return the statistic that is WEAT's effect size.

    The mean of the values on the one side less that on the other, in standard deviations of all
    of them (of the population, as in WEFE): -2 to 2 for sides of one size; at most
    1 / sqrt(p (1 - p)) where one is the share p of all.

    Parameters
    ----------
    sides
        Above 0 for words of the first target set, below for those of the second: shape (items,).
    values
        Their associations: shape (items,).

    Examples
    --------
    >>> sides = np.array([1.0, 1.0, -1.0, -1.0])
    >>> effect_size_of(sides, np.array([0.2, 0.4, -0.2, 0.0]))(np.ones((1, 4), int)).round(3)
    array([1.789])
    """
    first = np.asarray(sides > 0, np.float64)
    centered = values - values.mean() if len(values) else values

    def measure(counts: Counts) -> Numbers:
        n = counts.sum(axis=1)
        of_first = counts @ first
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (counts @ centered) / n
            mean_first = (counts @ (first * centered)) / of_first
            mean_second = (counts @ ((1 - first) * centered)) / (n - of_first)
            variance = (counts @ centered**2) / n - mean**2
            found = (mean_first - mean_second) / np.sqrt(variance)
        return np.asarray(np.where(variance > _SAME**2, found, np.nan))

    return measure


def weat(
    first_targets: Vectors,
    second_targets: Vectors,
    first_attributes: Vectors,
    second_attributes: Vectors,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> Weat:
    """Return how much more the first targets go with the first attributes than the second do.

    Parameters
    ----------
    first_targets, second_targets, first_attributes, second_attributes
        Their vectors: shape (words, dim), one word at least. The targets need not be as many.
    permutations, seed
        Of the random splits, where there are too many for all: see `split_test`.

    Examples
    --------
    >>> flowers, insects = np.array([[2.0, 1], [3, 1]]), np.array([[1.0, 2], [1, 3]])
    >>> found = weat(flowers, insects, np.array([[1.0, 0]]), np.array([[0.0, 1]]))
    >>> round(found.effect_size, 2), found.test.one_sided.round(3)
    (1.97, array([0.167]))
    """
    parts = [
        associations(words, first_attributes, second_attributes)
        for words in (first_targets, second_targets)
    ]
    values = np.concatenate(parts)
    sides = np.repeat([1.0, -1.0], [len(part) for part in parts])
    return Weat(
        total=float(parts[0].sum() - parts[1].sum()),
        effect_size=float(effect_size_of(sides, values)(np.ones((1, len(values)), np.int64))[0]),
        test=split_test(values[None], len(parts[0]), permutations=permutations, seed=seed),
    )


def sc_weat(
    words: Vectors,
    first: Vectors,
    second: Vectors,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> tuple[Numbers, SplitTest]:
    """Return the effect size of single words, (n,), and the test over splits of the attributes.

    The single-category WEAT, which the paper calls WEFAT: a word's association in standard
    deviations of its cosines with all attribute words. NaN where these are all the same.

    Parameters
    ----------
    words
        Shape (n, dim).
    first, second
        The attributes: shape (words, dim).
    permutations, seed
        As for `weat`.
    """
    scores = np.concatenate([cosines(words, first), cosines(words, second)], axis=1)
    difference = scores[:, : len(first)].mean(axis=1) - scores[:, len(first) :].mean(axis=1)
    spread = scores.std(axis=1)
    sizes = np.full(len(words), np.nan)
    np.divide(difference, spread, out=sizes, where=spread > _SAME)
    return sizes, split_test(scores, len(first), permutations=permutations, seed=seed)
