"""How two groups of words lie to attribute words: RND with its test, ECT and RIPA.

Functions of arrays of vectors, (words, dim). Distances and products are of the vectors as they
are, so lengths matter in RND and RIPA, as in WEFE; they know no words and no files.
"""

import numpy as np

from wordvec.evals.bias.association import Vectors, cosines
from wordvec.evals.bias.splits import PERMUTATIONS, SplitTest, try_splits
from wordvec.evals.intervals import Numbers, spearman_of

_ROUNDING = 1e-9


def relative_distances(first: Vectors, second: Vectors, attributes: Vectors) -> Numbers:
    """Return how much farther each attribute is from the first group than the second: (m,).

    The Euclidean distance to the mean of the first less that to the mean of the second. Their mean
    is the relative norm distance (RND) of Garg et al. 2018, "Word embeddings quantify 100 years of
    gender and ethnic stereotypes": below 0 if the first group is nearer.

    Examples
    --------
    >>> one = np.array([[1.0, 0.0]])
    >>> relative_distances(one, -one, np.array([[3.0, 0.0], [0.0, 5.0]]))
    array([-2.,  0.])
    """
    to_first, to_second = (
        np.linalg.norm(attributes - group.mean(axis=0), axis=1) for group in (first, second)
    )
    return np.asarray(to_first - to_second)


def distance_test(
    first: Vectors,
    second: Vectors,
    attributes: Vectors,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> SplitTest:
    """Return how often two groups split from the same words have as large an RND; one p-value.

    Parameters
    ----------
    first, second, attributes
        As for `relative_distances`.
    permutations, seed
        As for `wordvec.evals.bias.splits.try_splits`.
    """
    words = np.concatenate([first, second])
    squares, products, inner = (attributes**2).sum(axis=1), words @ attributes.T, words @ words.T

    def measure(members: Numbers) -> Numbers:
        means = []
        for group in (members, 1 - members):
            share = group / group.sum(axis=1, keepdims=True)
            own = np.einsum("ij,ij->i", share @ inner, share)
            distances = np.sqrt(np.maximum(squares - 2 * share @ products + own[:, None], 0))
            means.append(distances.mean(axis=1))
        return np.asarray(means[0] - means[1])[:, None]

    longest = float(np.sqrt(max(squares.max(), np.diag(inner).max())))
    return try_splits(
        measure,
        len(words),
        len(first),
        rounding=np.array([_ROUNDING * longest]),
        width=len(attributes),
        permutations=permutations,
        seed=seed,
    )


def mean_cosines(group: Vectors, attributes: Vectors) -> Numbers:
    """Return the cosine of each attribute with the mean of the group: (m,)."""
    return cosines(attributes, group.mean(axis=0)[None])[:, 0]


def coherence(first: Vectors, second: Vectors, attributes: Vectors) -> float:
    """Return the embedding coherence test (ECT) of Dev and Phillips 2019.

    "Attenuating Bias in Word Vectors": Spearman's correlation of the attributes' cosines with the
    mean of the one group and with that of the other. 1 where they come in the same order: no bias.
    NaN where all cosines with a group are the same.

    Examples
    --------
    >>> group, words = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> round(coherence(group, 3 * group, words), 12), round(coherence(group, words[2:], words), 12)
    (1.0, -1.0)
    """
    found = spearman_of(mean_cosines(first, attributes), mean_cosines(second, attributes))
    return float(found(np.ones((1, len(attributes)), np.int64))[0])


def relational_products(first: Vectors, second: Vectors, attributes: Vectors) -> Numbers:
    """Return the relational inner product association (RIPA) of each attribute: (m,).

    Ethayarajh, Duvenaud and Hirst 2019, "Understanding Undesirable Word Embedding Associations":
    the product of a word with the difference, at length 1, of the two words of a pair, here the
    mean over pairs, as in WEFE. Above 0 where the word is on the side of the first group.

    Parameters
    ----------
    first, second
        The words of each pair: shape (pairs, dim). Pairs of the same vector count as 0.
    attributes
        Shape (m, dim).

    Examples
    --------
    >>> he, she = np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]])
    >>> relational_products(he, she, np.array([[5.0, 2.0], [-1.0, 7.0]]))
    array([ 5., -1.])
    """
    differences = first - second
    lengths = np.linalg.norm(differences, axis=1, keepdims=True)
    differences /= np.where(lengths > 0, lengths, 1)
    return np.asarray((attributes @ differences.T).mean(axis=1))
