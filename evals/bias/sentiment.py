"""Relative negative sentiment bias (RNSB): whom a classifier of the attributes thinks ill of.

Sweeney and Najafian 2019, "A Transparent Framework for Evaluating Unintended Demographic Bias in
Word Embeddings". A function of arrays of vectors; loads scikit-learn when it is called.
"""

from typing import NamedTuple

import numpy as np

from wordvec.evals.bias.association import Vectors
from wordvec.evals.intervals import Numbers

SPLITS = 10
"""So many classifiers are learned, each from another part of the attribute words."""

_HELD_OUT = 0.2


class Rnsb(NamedTuple):
    """How unevenly a classifier sees the second attributes in words."""

    divergence: float
    """Of the words' shares in all such probabilities from equal ones (Kullback-Leibler, in nats),
    the mean over the classifiers: 0 is none."""
    probabilities: Numbers
    """Of each word to be of the second attributes, the mean over the classifiers: shape (n,)."""


def negative_sentiment(
    words: Vectors,
    first: Vectors,
    second: Vectors,
    *,
    shuffled: bool = False,
    splits: int = SPLITS,
    seed: int = 1,
) -> Rnsb:
    """Return how unevenly `words` look like the second attributes to a logistic regression.

    It is learned from four fifths of each set of attributes, drawn anew each time, of vectors as
    they are and with WEFE's settings.

    Parameters
    ----------
    words
        Of all groups: shape (n, dim).
    first, second
        The attributes; the paper's are words of positive and of negative sentiment. Two each at
        least.
    shuffled
        Whether to shuffle the attributes between both sets before each classifier learns: what is
        found then is chance, which is not 0, as no classifier sees all words alike.
    splits
        How many classifiers to learn.
    seed
        Of what each is learned from.
    """
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(seed)
    divergences, probabilities = [], []
    for _ in range(splits):
        sets = [first, second]
        if shuffled:
            sets = np.split(rng.permutation(np.concatenate(sets)), [len(first)])
        kept = [
            words_of[rng.permutation(len(words_of))[int(_HELD_OUT * len(words_of)) :]]
            for words_of in sets
        ]
        model = LogisticRegression(solver="liblinear", max_iter=10_000, random_state=seed)
        model.fit(np.concatenate(kept), np.repeat([0, 1], [len(part) for part in kept]))
        negative = model.predict_proba(words)[:, 1]
        divergences.append(divergence_from_equal(negative))
        probabilities.append(negative)
    return Rnsb(float(np.mean(divergences)), np.mean(probabilities, axis=0))


def divergence_from_equal(amounts: Numbers) -> float:
    """Return the Kullback-Leibler divergence of shares from equal ones, in nats, 0 if equal.

    Parameters
    ----------
    amounts
        At least 0, not all 0: shape (n,).

    Examples
    --------
    >>> divergence_from_equal(np.array([0.3, 0.3])), divergence_from_equal(np.array([1.0, 0.0]))
    (0.0, 0.6931471805599453)
    """
    shares = amounts / amounts.sum()
    some = shares[shares > 0]
    return float(np.sum(some * np.log(some * len(shares))))
