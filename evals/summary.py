"""One figure for several data sets: their mean, each weighted by the items found in it."""

from collections.abc import Sequence

from wordvec.evals.result import Figure, Result


def weighted_mean(results: Sequence[Result]) -> list[Figure]:
    """Return the mean of each figure that all of `results` have, weighted by its items found.

    Results without a figure of it count as not found.

    Examples
    --------
    >>> def result(value, n):
    ...     figure = Figure(measure="accuracy", value=value, n=n, items=10)
    ...     return Result(evaluator="x", dataset="", figures=(figure,), policy="", vocabulary=1)
    >>> [figure] = weighted_mean([result(0.5, 6), result(1.0, 2)])
    >>> figure.value, figure.n, figure.items
    (0.625, 8, 20)
    """
    means = []
    for first in results[0].figures:
        key = (first.measure, first.part)
        same = [f for result in results for f in result.figures if (f.measure, f.part) == key]
        told = [(f.value, f.n) for f in same if f.value is not None]
        if len(same) == len(results) and told:
            n = sum(n for _, n in told)
            means.append(
                Figure(
                    measure=first.measure,
                    part=first.part,
                    value=sum(value * n for value, n in told) / n,
                    n=n,
                    items=sum(f.items for f in same),
                    unit=first.unit,
                    better=first.better,
                )
            )
    return means
