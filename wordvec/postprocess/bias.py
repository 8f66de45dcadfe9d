"""How much bias vectors show: direct bias, MAC, and what the neighbours still know of it.

Called by the debiasing, before and after, and by the evaluation. Words are given as rows; every
measure is of directions, so lengths do not matter.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wordvec.postprocess.debiasing import Rows
from wordvec.postprocess.wordsets import WordSets
from wordvec.vectors import WordVectors


@dataclass(frozen=True)
class BiasReport:
    """Bias by several measures; None where one cannot be had, which `notes` explains."""

    direct_bias: float | None
    """Mean over the neutral examples of the part of a vector of length 1 that lies in the bias
    subspace (Bolukbasi et al. 2016, c = 1): 0 is none."""
    examples: int
    """How many neutral examples were there."""
    mac: float | None
    """Mean average cosine distance of groups and what is ascribed to them (Manzini et al. 2019);
    1 is none."""
    cluster_accuracy: float | None
    """How well 2-means tells apart the 500 neutral words that were most biased to either side in
    the reference (Gonen and Goldberg 2019): 0.5 is none."""
    neighbour_correlation: float | None
    """Correlation of an example's bias in the reference with the share of words biased to the same
    side among its 100 nearest neighbours (Gonen and Goldberg 2019): 0 is none."""
    explained_variance: tuple[float, ...]
    """Of the differences within the defining sets, the share along each direction of the bias
    subspace of these vectors."""
    notes: tuple[str, ...] = ()
    """Which measures could not be had, and why."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self) | {
            "explained_variance": list(self.explained_variance),
            "notes": list(self.notes),
        }


def measure_bias(
    vectors: WordVectors,
    word_sets: WordSets,
    *,
    reference: WordVectors | None = None,
    components: int = 1,
    seed: int = 1,
) -> BiasReport:
    """Measure the bias of `vectors` by `word_sets`.

    The bias subspace is found anew in the vectors measured, so that spaces which are rotated or
    stretched against each other can be compared.

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
        Dimension of the bias subspace.
    seed
        Of the clustering.

    Raises
    ------
    ConfigError
        If no defining set has two words in the vocabulary, or a vector is NaN.
    """
    raise NotImplementedError
