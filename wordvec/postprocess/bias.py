"""How much bias vectors show: direct bias, MAC, and what the neighbours still know of it.

Called by the debiasing, before and after, and by the evaluation. Words are given as rows; every
measure is of directions, so lengths do not matter.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import DataError
from wordvec.postprocess.debiasing import FoundSets, Rows
from wordvec.postprocess.leaning import both_ends, sort_by_clusters
from wordvec.postprocess.result import ROWS_PER_BLOCK
from wordvec.postprocess.subspace import (
    explained_along,
    find_sets,
    find_subspace,
    find_words,
    unit_vectors,
)
from wordvec.postprocess.wordsets import Sets, WordSets
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

WORDS = 50_000
"""Among so many of the first words the most biased ones and the neighbours are looked for."""
MOST_BIASED = 500
NEIGHBOURS = 100
"""These three are those of Gonen and Goldberg 2019, "Lipstick on a Pig: Debiasing Methods Cover up
Systematic Gender Biases in Word Embeddings But do not Remove Them"."""

_NO_LEAN = 1e-5
"""Neutral words whose cosines with the direction of a bias are all smaller have no side."""


@dataclass(frozen=True)
class BiasReport:
    """Bias by several measures; None where one cannot be had, which `notes` explains."""

    direct_bias: float | None
    """Mean over the neutral examples of the length of what a vector of length 1 has in the bias
    subspace (Bolukbasi et al. 2016, c = 1): 0 is none."""
    examples: int
    """How many neutral examples were there."""
    mac: float | None
    """Mean average cosine distance of groups and what is ascribed to them (Manzini et al. 2019);
    1 is none."""
    cluster_accuracy: float | None
    """How well 2-means tells apart the 500 neutral words that were most biased to either side in
    the reference (Gonen and Goldberg 2019): 0.5 is none, 1 all."""
    neighbour_correlation: float | None
    """Correlation of an example's bias in the reference with the share of words biased to the same
    side among its 100 nearest neighbours (Gonen and Goldberg 2019): 0 is none."""
    explained_variance: tuple[float, ...]
    """Of the differences within the defining sets of these vectors, the share along each direction
    of bias measured; none if there is no such direction, or the words no longer differ."""
    notes: tuple[str, ...] = ()
    """Which measures could not be had, and why."""
    bias_of_examples: tuple[float, ...] = ()
    """What direct bias is the mean of: that of each neutral example that is there."""
    sorted_rightly: tuple[bool, ...] = ()
    """What cluster accuracy is the mean of: whether 2-means put each word to its side."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it, but for the single words."""
        values = asdict(self)
        del values["bias_of_examples"], values["sorted_rightly"]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def measure_bias(
    vectors: WordVectors,
    word_sets: WordSets,
    *,
    reference: WordVectors | None = None,
    components: int = 1,
    directions: NDArray[np.float64] | None = None,
    hidden: bool = True,
    seed: int = 1,
) -> BiasReport:
    """Measure the bias of `vectors` by `word_sets`.

    Unless it is given, the bias subspace is found anew in the vectors measured, so that spaces
    which are rotated or stretched against each other can be compared.

    Parameters
    ----------
    vectors
        What to measure.
    word_sets
        What the bias is; `neutral_examples`, `targets` and `attributes` serve to measure it.
    reference
        The vectors before they were changed: which words were biased is read from these. None
        for `vectors` themselves.
    components
        Dimension of the bias subspace; clusters and neighbours go by its first direction.
    directions
        Measure direct bias along these, orthonormal, shape (k, dim), instead of finding them.
    hidden
        Whether to look for bias in clusters and neighbours, too. It says something where the
        reference is another space: words that lie to one side of any direction at all, even of
        one in noise, lie together.
    seed
        Of the clustering.

    Raises
    ------
    DataError
        If no defining set has two words in the vocabulary, the sets do not allow so many
        components in the reference, or a vector is NaN.

    Examples
    --------
    >>> words = ["he", "she", "nurse", "tree"]
    >>> vectors = WordVectors(words, [[1, 1, 0], [-1, 1, 0], [-3, 0, 4], [0, 0, 1]])
    >>> sets = WordSets("gender", defining=(("he", "she"),), neutral_examples=("nurse", "tree"))
    >>> round(measure_bias(vectors, sets).direct_bias, 3)
    0.3
    """
    notes: list[str] = []
    found, _ = find_sets(vectors, word_sets)
    labels = None
    if hidden:
        before = found if reference is None else find_sets(reference, word_sets)[0]
        labels = _label(before, find_subspace(before, components).directions[0], vectors)
    explained: tuple[float, ...] = ()
    if directions is None:
        try:
            subspace = find_subspace(found, components)
            directions, explained = subspace.directions, subspace.explained_variance
        except DataError as error:
            notes.append(f"no direct bias: {error}")
    else:
        explained = explained_along(found, directions)
    examples, _ = find_words(vectors, word_sets.neutral_examples)
    if not word_sets.neutral_examples:
        notes.append("no direct bias: the word sets name no neutral examples")
    elif not len(examples):
        n = len(word_sets.neutral_examples)
        notes.append(f"no direct bias: none of {n} neutral examples is in the vocabulary")
    of_examples = np.empty(0)
    if directions is not None:
        of_examples = direct_bias(vectors, examples, directions)
    mac = _measure_mac(vectors, word_sets, notes)
    rightly, neighbours = np.empty(0, np.bool_), None
    if labels is not None:
        rightly, neighbours = _measure_hidden(vectors, labels, examples, seed, notes)
    return BiasReport(
        direct_bias=float(of_examples.mean()) if len(of_examples) else None,
        examples=len(examples),
        mac=mac,
        cluster_accuracy=float(rightly.mean()) if len(rightly) else None,
        neighbour_correlation=neighbours,
        explained_variance=explained,
        notes=tuple(notes),
        bias_of_examples=tuple(of_examples.tolist()),
        sorted_rightly=tuple(rightly.tolist()),
    )


def direct_bias(
    vectors: WordVectors, rows: Rows, subspace: NDArray[np.float64], *, c: float = 1
) -> NDArray[np.float64]:
    """Return how much of each word in `rows` lies in the bias subspace: shape (n,), 0 to 1.

    Bolukbasi et al. 2016, section 5.2: |cos(w, g)| ** c, whose mean over neutral words is the
    direct bias; for several directions the length of the projection takes the place of the cosine.

    Parameters
    ----------
    rows
        Of words that ought to be neutral: shape (n,).
    subspace
        Orthonormal: shape (k, dim).
    c
        How strict to be: 0 counts every word with any bias as 1.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity.
    """
    inside = unit_vectors(vectors, rows) @ subspace.T
    return np.asarray(np.linalg.norm(inside, axis=1) ** c)


def mean_average_cosine(vectors: WordVectors, targets: Rows, attributes: Sequence[Rows]) -> float:
    """Return the mean average cosine distance (MAC) of Manzini et al. 2019, section 3.

    The mean over all pairs of a target word and an attribute set of the mean of 1 - cosine between
    the word and those of the set; 1 where they have nothing to do with each other.

    Parameters
    ----------
    targets
        Words for groups: shape (n,).
    attributes
        Sets of words that are ascribed to groups, each of at least one.

    Raises
    ------
    DataError
        If a vector holds NaN or infinity.
    """
    of_targets = unit_vectors(vectors, targets)
    means = [unit_vectors(vectors, rows).mean(axis=0) for rows in attributes]
    return float(np.mean(1 - of_targets @ np.array(means).T))


@dataclass(frozen=True, eq=False)
class _Labels:
    """The neutral words among the first of a reference, and how biased words were there."""

    rows: Rows
    """In the vectors to be measured, shape (n,)."""
    bias: NDArray[np.float32]
    """Their cosine with the direction of the bias in the reference, shape (n,)."""
    reference: WordVectors
    axis: NDArray[np.float64]
    """The direction of the bias in the reference, shape (dim,)."""


def _label(before: FoundSets, axis: NDArray[np.float64], vectors: WordVectors) -> _Labels:
    reference = before.vectors
    rows = np.flatnonzero(before.neutral[:WORDS])
    bias = _cosines(reference, axis[None], rows)[0]
    if reference.index_to_key is not vectors.index_to_key:
        rows = vectors.get_indices([reference.index_to_key[int(row)] for row in rows])
    return _Labels(rows[rows != MISSING], bias[rows != MISSING], reference, axis)


def _cosines(
    vectors: WordVectors, directions: NDArray[np.floating[Any]], rows: Rows
) -> NDArray[np.float32]:
    """Return the cosine of each of `directions`, (m, dim), with each of `rows`: (m, n)."""
    cosines = np.empty((len(directions), len(rows)), np.float32)
    for start in range(0, len(rows), ROWS_PER_BLOCK):
        places = slice(start, start + ROWS_PER_BLOCK)
        cosines[:, places] = directions @ unit_vectors(vectors, rows[places]).T
    return cosines


def _measure_mac(vectors: WordVectors, word_sets: WordSets, notes: list[str]) -> float | None:
    if not word_sets.targets or not word_sets.attributes:
        notes.append("no MAC: the word sets name no targets and attributes")
        return None
    targets, _ = find_words(vectors, [w for words in word_sets.targets for w in words])
    attributes = [find_words(vectors, words)[0] for words in word_sets.attributes]
    attributes = [rows for rows in attributes if len(rows)]
    if len(targets) and attributes:
        return mean_average_cosine(vectors, targets, attributes)
    notes.append(
        f"no MAC: {len(targets)} of {_count(word_sets.targets)} target words and "
        f"{sum(map(len, attributes))} of {_count(word_sets.attributes)} attribute words "
        "are in the vocabulary"
    )
    return None


def _measure_hidden(
    vectors: WordVectors, labels: _Labels, examples: Rows, seed: int, notes: list[str]
) -> tuple[NDArray[np.bool_], float | None]:
    if len(labels.bias) and np.abs(labels.bias).max() < _NO_LEAN:
        notes.append(
            "no clusters and no correlation with neighbours: no neutral word leans to a side, as "
            "after debiasing; which were biased is to be seen in the vectors from before it"
        )
        return np.empty(0, np.bool_), None
    rightly = _measure_clusters(vectors, labels, seed, notes)
    return rightly, _measure_neighbours(vectors, labels, examples, notes)


def _measure_clusters(
    vectors: WordVectors, labels: _Labels, seed: int, notes: list[str]
) -> NDArray[np.bool_]:
    """Return whether 2-means puts each of the most biased words to its side; none if it cannot."""
    n = min(MOST_BIASED, len(labels.rows) // 4)
    if n < 2:
        notes.append(f"no clusters: {len(labels.rows)} neutral words are too few")
        return np.empty(0, np.bool_)
    towards, away = both_ends(labels.rows, labels.bias.astype(np.float64), n)
    units = unit_vectors(vectors, np.concatenate([towards, away]))
    rightly = sort_by_clusters(units, n, seed=seed)
    if rightly is None:
        notes.append(f"no clusters: the {2 * n} most biased words have the same vectors")
        return np.empty(0, np.bool_)
    return rightly


def _measure_neighbours(
    vectors: WordVectors, labels: _Labels, examples: Rows, notes: list[str]
) -> float | None:
    n = min(NEIGHBOURS, len(labels.rows) // 4)
    there = labels.reference.get_indices([vectors.index_to_key[int(row)] for row in examples])
    examples, there = examples[there != MISSING], there[there != MISSING]
    if n < 2 or len(examples) < 3:
        notes.append(
            f"no correlation with neighbours: {len(examples)} neutral examples, "
            f"{len(labels.rows):,} neutral words"
        )
        return None
    own = unit_vectors(labels.reference, there) @ labels.axis
    shares = []
    scores = _cosines(vectors, unit_vectors(vectors, examples), labels.rows)
    for example, of_example in zip(examples, scores, strict=True):
        of_example[labels.rows == example] = -2
        nearest = np.argpartition(of_example, -n)[-n:]
        shares.append(np.mean(labels.bias[nearest] > 0))
    if np.ptp(shares) == 0 or np.ptp(own) == 0:
        notes.append("no correlation with neighbours: they are alike for all examples")
        return None
    return float(np.corrcoef(own, shares)[0, 1])


def _count(sets: Sets) -> int:
    return len({word for words in sets for word in words})
