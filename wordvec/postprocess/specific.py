"""Which words are specific to a bias: learned from a list of some of them.

A linear support vector machine, as in Bolukbasi et al. 2016, section 7. Called by
`wordvec.postprocess.debias`, before the words that are left over are debiased.
"""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import Rows
from wordvec.postprocess.leaning import unit_blocks
from wordvec.postprocess.result import Progress
from wordvec.vectors import WordVectors

_FEWEST_SEEDS = 5
_FEW_AGAIN = 0.25
_MOST_ITERATIONS = 10_000


def learn_specific(
    vectors: WordVectors,
    seed_rows: Rows,
    *,
    words: int = 50_000,
    weight: float = 1.0,
    progress: Progress | None = None,
) -> tuple[Rows, dict[str, Any]]:
    """Return the rows of the specific words, ascending, (n,), and a report.

    Of the most frequent words, those of `seed_rows` are told from the others by a linear SVM
    (squared hinge loss, C = 1) on vectors of length 1. Specific are the words of the whole
    vocabulary that lie on the seeds' side, and the seeds themselves. The SVM is solved to
    convergence in the primal, where nothing is random.

    Parameters
    ----------
    vectors
        The vocabulary, most frequent word first.
    seed_rows
        Words that are specific for sure: shape (n,).
    words
        How many of the most frequent words to learn from.
    weight
        How many times an error on a seed counts; 1 in the paper. Among tens of thousands of words
        the SVM may give up a few hundred seeds: on film reviews it found 2 of 193 again with 1,
        and with 10 half of them, and 171 other words.
    progress
        Told of the rows read while the words are told apart.

    Raises
    ------
    ConfigError
        If `words` is below 1 or `weight` not above 0; a DataError if fewer than five or all of
        these words are seeds, or a vector holds NaN.
    """
    if words < 1:
        raise ConfigError(f"{words} words to learn from; expected 1 or more")
    if not (np.isfinite(weight) and weight > 0):
        raise ConfigError(f"the weight of a known specific word is {weight}; expected above 0")
    seeds = np.unique(seed_rows)
    known = np.zeros(min(words, len(vectors)), bool)
    known[seeds[seeds < len(known)]] = True
    number = int(known.sum())
    if number < _FEWEST_SEEDS:
        raise DataError(
            f"of the {len(known):,} most frequent words {number} are known to be specific; "
            f"at least {_FEWEST_SEEDS} are needed to learn which others are"
        )
    if number == len(known):
        raise DataError(
            f"all {number:,} words to learn from are known to be specific; take more words"
        )
    weights, threshold = _train(vectors, known, weight)
    sides = [units @ weights > threshold for _, units in unit_blocks(vectors, progress)]
    positive = np.concatenate(sides)
    found_again = int(positive[seeds].sum())
    if found_again < _FEW_AGAIN * len(seeds):
        logging.getLogger("wordvec").warning(
            "the SVM finds only %d of the %d words known to be specific again, so it learned "
            "little; let them weigh more (--seed-weight %g, in Python seed_weight=%g)",
            found_again,
            len(seeds),
            10 * weight,
            10 * weight,
        )
    positive[seeds] = True
    rows = np.flatnonzero(positive)
    report = {
        "seeds": len(seeds),
        "seeds_found_again": found_again,
        "learned": len(rows) - len(seeds),
        "trained_on": len(known),
    }
    return rows, report


def _train(
    vectors: WordVectors, known: NDArray[np.bool_], weight: float
) -> tuple[NDArray[np.float64], float]:
    """Return the normal of the plane between the words, (dim,), and how far out it lies."""
    from sklearn.svm import LinearSVC

    units = np.empty((len(known), vectors.vector_size))
    for start, block in unit_blocks(vectors):
        end = min(start + len(block), len(known))
        units[start:end] = block[: end - start]
        if end == len(known):
            break
    machine = LinearSVC(
        C=1.0, class_weight={True: weight, False: 1.0}, dual=False, max_iter=_MOST_ITERATIONS
    )
    machine.fit(units, known)
    return machine.coef_[0], -float(machine.intercept_[0])
