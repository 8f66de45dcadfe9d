"""What evaluators ask and what their measures say, in the words of a reader who knows neither.

Called by the page and by the card. A measure or an evaluator that is not here is shown without
words of ours: other packages bring their own.
"""

from collections.abc import Iterable
from typing import NamedTuple

from wordvec.evals.result import Figure


class Meaning(NamedTuple):
    """An evaluator, to a newcomer."""

    title: str
    question: str = ""
    """What it asks of the vectors."""
    caution: str = ""
    """What its figures do not say."""


_EVALUATORS = {
    "similarity": Meaning(
        "Word similarity",
        "Do cosines rank pairs of words as people do?",
        "Data sets differ in what people were asked: SimLex scores likeness (coast, shore), "
        "WordSim and MEN company, too (coast, sea).",
    ),
    "analogy": Meaning(
        "Analogies",
        "Is the word found that is to c as b is to a?",
        "Sections differ more than models do: read them, not the total alone. Accuracies over "
        "different cuts of the vocabulary cannot be compared.",
    ),
    "sentence": Meaning(
        "Sentences",
        "Do vectors made of a sentence's words tell how alike two sentences are?",
        "It depends on how the words are pooled: take the way that you will use.",
    ),
    "classification": Meaning(
        "Text classification",
        "Can a simple classifier sort texts by the mean of their words' vectors?",
        "Compare with the share of the largest class, not with one half.",
    ),
    "ranking": Meaning(
        "Ranking",
        "Is the partner of a word among its first neighbours?",
        "Only the top of the list counts; the more words stand in it, the harder it is.",
    ),
    "clusters": Meaning(
        "Categories",
        "Do words fall into the categories that people put them in?",
        "Each figure has a level of chance; purity rises with the number of clusters.",
    ),
    "bias": Meaning(
        "Bias",
        "Which groups of people go with which attributes?",
        "A bias found is one of these words in this corpus. One that is not found here may show "
        "with other words.",
    ),
    "geometry": Meaning(
        "Shape of the space",
        "How do the vectors fill their space?",
        "These describe and explain. None of them is good or bad in itself, and none replaces a "
        "task.",
    ),
}

_MEASURES = {
    "Spearman": "how far two rankings agree; 1 is the same order, 0 is none, -1 the reverse",
    "Pearson": "how near to a straight line cosines and people's scores lie; 1 is on it, 0 is none",
    "accuracy": "share of items answered rightly",
    "MRR": "mean of 1 / rank of the partner; 1 if it always comes first",
    "purity": "share of words that are in a cluster with most of their category",
    "OPP": "outlier position percentage: how far down the odd one out stands when words are "
    "ordered by nearness to all of them, 1 if always last",
    "IsoScore": "how evenly the variance fills all directions, 0 to 1",
    "WEAT effect size": "how much more one group of words goes with the first attributes than the "
    "other, in standard deviations; 0 is none, and 2 the most where both have as many words",
    "WEAT sum": "how much more one group of words goes with the first attributes than the other, "
    "as a difference of sums of cosines; it grows with the number of words",
    "SC-WEAT": "how much more single words go with the first attributes than the second, in "
    "standard deviations, the mean of them",
    "RND": "relative norm distance: how much farther the attributes are from the first group than "
    "the second; below 0 they are nearer to the first",
    "ECT": "whether both groups rank the attributes alike by nearness; 1 is the same order, which "
    "is no bias",
    "RIPA": "how far attributes lie along the difference within pairs such as he and she; above 0 "
    "on the first side; it grows with the lengths of vectors",
    "RNSB": "how unevenly a classifier of the attributes judges the words; above 0 for noise too, "
    "so compare it with that of shuffled labels",
    "MAC": "how far groups are from what is ascribed to them; 1 is nothing to do with them",
    "direct bias": "how much of words that ought to be neutral lies along the direction of the "
    "bias; above 0 for noise too, so compare it with that along random directions and along "
    "differences of random words, and only between spaces of as many dimensions",
    "cluster accuracy": "how well two clusters tell the words that leaned furthest to either side "
    "before debiasing apart; 0.5 is chance",
    "neighbour correlation": "whether a word's neighbours still tell how far it leaned before "
    "debiasing; 0 is none",
}


def meaning_of(evaluator: str) -> Meaning:
    """Return what an evaluator asks; its name alone if it is another package's."""
    return _EVALUATORS.get(evaluator, Meaning(evaluator))


def explained(figures: Iterable[Figure]) -> list[tuple[str, str]]:
    """Return the measures among `figures` that we have words for, each once, with the words."""
    measures = dict.fromkeys(figure.measure for figure in figures)
    return [(measure, _MEASURES[measure]) for measure in measures if measure in _MEASURES]
