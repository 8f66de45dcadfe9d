"""What else a query is asked: the measures that stand in the breakdown below its headline.

Called by the judging of queries.
"""

import numpy as np

from wordvec.evals.bias.association import associations
from wordvec.evals.bias.distance import mean_cosines, relational_products, relative_distances
from wordvec.evals.bias.found import FoundQuery, together
from wordvec.evals.bias.headline import RND
from wordvec.evals.bias.sentiment import negative_sentiment
from wordvec.evals.intervals import Numbers, spearman_of
from wordvec.evals.result import Better, Figure, Outcomes
from wordvec.postprocess.bias import mean_average_cosine
from wordvec.postprocess.subspace import finite_vectors
from wordvec.vectors import WordVectors

_FEWEST_RANKED = 3
"""Below this, a rank correlation is always perfect."""


def other_measures(vectors: WordVectors, found: FoundQuery, *, seed: int) -> tuple[Figure, ...]:
    """Return what the sets of a query allow beside its headline; each has two words or more.

    RND, ECT and RIPA are of the first set of attributes.

    Parameters
    ----------
    seed
        Of the intervals and of RNSB.
    """
    of_both = len(found.targets) == 2
    figures = []
    if of_both and len(found.attributes) == 2:
        figures.append(_weat_sum(found))
    if of_both:
        figures += _distances(vectors, found, seed)
    if len(found.attributes) == 2:
        words, (first, second) = together(found.targets), found.attributes
        for shuffled, part in ((False, ""), (True, "shuffled labels")):
            rnsb = negative_sentiment(
                words, first.vectors, second.vectors, shuffled=shuffled, seed=seed
            )
            figures.append(_of_targets(found, "RNSB", rnsb.divergence, "lower", part=part))
    rows = np.concatenate([part.rows[part.here] for part in found.targets])
    attributes = [part.rows[part.here] for part in found.attributes]
    mac = mean_average_cosine(vectors, rows, attributes)
    figures.append(_of_targets(found, "MAC", mac, "higher"))
    return tuple(figures)


def _weat_sum(found: FoundQuery) -> Figure:
    first, second = (part.vectors for part in found.attributes)
    sums = [associations(part.vectors, first, second).sum() for part in found.targets]
    return _of_targets(found, "WEAT sum", float(sums[0] - sums[1]), "neither")


def _distances(vectors: WordVectors, found: FoundQuery, seed: int) -> list[Figure]:
    first, second = found.targets
    attributes = found.attributes[0]

    def of_attributes(measure: str, values: Numbers, better: Better) -> Outcomes:
        wide = attributes.spread(values)
        return Outcomes(
            measure=measure, values=wide, unit="words", part=found.query.name, better=better
        )

    figures = []
    if len(found.attributes) == 2:  # else it is the headline
        distances = relative_distances(first.vectors, second.vectors, attributes.vectors)
        figures.append(of_attributes(RND, distances, "neither").figure(seed=seed))
    to_first, to_second = (
        attributes.spread(mean_cosines(part.vectors, attributes.vectors)) for part in found.targets
    )
    coherent = Outcomes(
        measure="ECT",
        part=found.query.name,
        values=to_first,
        gold=to_second,
        statistic=spearman_of,
        fewest=_FEWEST_RANKED,
        unit="words",
    )
    figures.append(coherent.figure(seed=seed))
    both = first.here & second.here if found.query.paired else np.zeros(0, np.bool_)
    if np.any(both):
        one, other = (finite_vectors(vectors, part.rows[both]) for part in found.targets)
        products = relational_products(one, other, attributes.vectors)
        figures.append(of_attributes("RIPA", products, "neither").figure(seed=seed))
    return figures


def _of_targets(
    found: FoundQuery, measure: str, value: float, better: Better, *, part: str = ""
) -> Figure:
    return Figure(
        measure=measure,
        part=f"{found.query.name}, {part}" if part else found.query.name,
        value=value,
        n=sum(len(part) for part in found.targets),
        items=sum(len(part.words) for part in found.targets),
        unit="words",
        better=better,
    )
