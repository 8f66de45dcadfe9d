"""What to know of the figures of an evaluator: each line once, whatever the number of data sets.

Called by the page, the card and the command line.
"""

from collections.abc import Sequence

from wordvec.evals.report.tables import data_name, is_check
from wordvec.evals.result import Figure, Result

SURE = 0.05


def policies_of(results: Sequence[Result]) -> list[str]:
    """Return how words were looked up, and how many took part."""
    words = "the {:,} most frequent words took part"
    told = (f"{result.policy}; {words.format(result.vocabulary)}" for result in results)
    return list(dict.fromkeys(told))


def notes_of(results: Sequence[Result]) -> list[tuple[str, str]]:
    """Return each note of `results` with the data set that it is of; "" if of several, or of all.

    Examples
    --------
    >>> figure = Figure(measure="accuracy", value=0.5, n=9, items=9)
    >>> def of(dataset, *notes):
    ...     return Result(evaluator="x", dataset=dataset, figures=(figure,), policy="",
    ...                   vocabulary=9, notes=notes)
    >>> notes_of([of("a", "all", "one"), of("b", "all")])
    [('', 'all'), ('a', 'one')]
    """
    whose: dict[str, list[str]] = {}
    for result in results:
        for line in result.notes:
            whose.setdefault(line, []).append(data_name(result))
    alone = len(results) == 1
    return [("" if alone or len(of) > 1 else of[0], line) for line, of in whose.items()]


def tests_of(results: Sequence[Result]) -> str:
    """Return how many tests of what describes, not marks, show something; "" if there is none.

    Checks of the vectors are not counted.
    """
    shown = [figure for r in results if not is_check(r) for figure in (*r.figures, *r.breakdown)]
    tests = [f for f in shown if f.better == "neither" and f.pvalue is not None]
    if not tests:
        return ""
    sure = sum((figure.pvalue or 0) < SURE for figure in tests)
    return f"{sure} of {len(tests)} association tests have a p-value below {SURE}"


def why_nothing(result: Result) -> str:
    """Return why no figure of `result` has a value, as far as that is known."""
    figure = result.figures[0]
    why = f"{figure.n:,} of {figure.items:,} {figure.unit or 'items'} found"
    why += ", which are too few, or all alike" if figure.n else ""
    return "; ".join([why, *result.notes[:1]])


def why_not(result: Result, figure: Figure) -> str:
    """Return that `figure` is not defined, and why if a note begins with its part or measure."""
    names = [f"{name}: " for name in (figure.part, figure.measure) if name]
    reasons = (
        line.removeprefix(name) for name in names for line in result.notes if line.startswith(name)
    )
    told = f"{figure.measure} ({figure.part})" if figure.part else figure.measure
    return ": ".join([f"{told} is not defined", *list(reasons)[:1]])
