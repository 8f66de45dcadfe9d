"""One query judged: all its figures, and what to say of them in words.

Called by `Bias`; the measures are in the modules beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wordvec.evals.bias.found import FoundQuery, FoundSet, find_query
from wordvec.evals.bias.headline import SC_WEAT, measure_headline, outcomes_of
from wordvec.evals.bias.others import other_measures
from wordvec.evals.bias.queries import Query
from wordvec.evals.result import Figure, Outcomes
from wordvec.vectors import WordVectors

FEWEST = 2
"""So many words of each set must be there."""
LOST = 0.2
"""It is said if a set loses a larger share of its words; WEFE would not measure then."""
SIGNIFICANT = 0.05

_SHOWN = 4


@dataclass(frozen=True, eq=False)
class Answer:
    """What one query found, or one file of word sets; the fields are those of a `Result`."""

    figures: tuple[Figure, ...]
    outcomes: tuple[Outcomes, ...]
    breakdown: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


def ask(vectors: WordVectors, query: Query, *, permutations: int, seed: int) -> Answer:
    """Put `query` to `vectors`.

    Parameters
    ----------
    permutations, seed
        Of what is drawn at random: see `wordvec.evals.bias.splits.split_test`.

    Raises
    ------
    DataError
        If the vector of a word is NaN or infinite.
    """
    found = find_query(vectors, query)
    details: dict[str, Any] = {
        "name": query.name,
        "citation": query.citation,
        "sets": {part.name: {"found": len(part), "words": len(part.words)} for part in found.sets},
    }
    if few := [part for part in found.sets if len(part) < FEWEST]:
        nothing = outcomes_of(found, None)
        notes = tuple(_say_few(query, part) for part in few)
        return Answer((nothing.figure(),), (nothing,), (), notes, found.missing, details)
    figure, outcomes, test, words = measure_headline(found, permutations=permutations, seed=seed)
    details |= {"splits": test.splits, "all_splits": test.exact}
    details["one_sided_p"] = None if figure.value is None else float(test.one_sided[0])
    details["words"] = words
    notes = tuple(_say_loss(query, part) for part in found.sets if part.lost > LOST)
    return Answer(
        (figure,),
        (outcomes,),
        other_measures(vectors, found, seed=seed),
        (f"{query.name}: {_read_out(found, figure, words, test.least)}", *notes),
        found.missing,
        details,
    )


def _read_out(found: FoundQuery, figure: Figure, words: list[dict[str, Any]], least: float) -> str:
    """Return what the headline says, in words."""
    value = figure.value
    if value is None:
        return "no figure: all its words have the same association"
    targets, attributes = (
        [part.name for part in sets] for sets in (found.targets, found.attributes)
    )
    if len(attributes) == 1:
        if value > 0:
            targets.reverse()
        said = f"{attributes[0]} is nearer to {targets[0]} than to {targets[1]}"
        return f"{said}, {_hedge(figure, least)}"
    nearest = _nearest(attributes, words)
    if value <= 0:
        attributes.reverse()
    if len(targets) == 1:
        said = f"{targets[0]} with {attributes[0]} rather than {attributes[1]}"
        return f"{said}, {_hedge(figure, least)}; {nearest}"
    said = f"{targets[0]} with {attributes[0]}, {targets[1]} with {attributes[1]}"
    return f"{'the other way round: ' * (value <= 0)}{said}, {_hedge(figure, least)}"


def _hedge(figure: Figure, least: float) -> str:
    """Return how sure the direction is, by the p-value, `least` at least, and by the interval."""
    if figure.pvalue is not None and least >= SIGNIFICANT:
        return f"but of so few words p is {least:.2f} at least, so chance cannot be ruled out"
    if figure.pvalue is None or figure.pvalue >= SIGNIFICANT:
        return "but chance alone may give as much"
    if figure.interval is not None and figure.interval.low <= 0 <= figure.interval.high:
        return "more than chance would give, but the interval holds 0: other words may show none"
    return "more than chance would give"


def _nearest(attributes: list[str], words: list[dict[str, Any]]) -> str:
    """Return which words go most with either of two sets of attributes, by their SC-WEAT."""
    order = sorted((w for w in words if w[SC_WEAT] is not None), key=lambda w: -w[SC_WEAT])
    sides = (
        [w["word"] for w in order if w[SC_WEAT] > 0],
        [w["word"] for w in order[::-1] if w[SC_WEAT] < 0],
    )
    first, second = (", ".join(side[:_SHOWN]) or "none" for side in sides)
    return f"nearest to {attributes[0]}: {first}; to {attributes[1]}: {second}"


def _say_loss(query: Query, part: FoundSet) -> str:
    return (
        f"{query.name}: {len(part.words) - len(part)} of {len(part.words)} words of {part.name} "
        "are missing; figures of so few of its words are less comparable with published ones"
    )


def _say_few(query: Query, part: FoundSet) -> str:
    return (
        f"{query.name}: not measured: {len(part)} of {len(part.words)} words of the set "
        f"{part.name!r} are in the vocabulary; it takes {FEWEST}"
    )
