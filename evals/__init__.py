"""Judge word vectors: word similarity and analogy questions.

`evaluate` takes the name or the file of a data set and finds the evaluator for it. Importing this
loads NumPy only.
"""

from pathlib import Path

from wordvec.evals.analogy import AnalogyResult, Tally, evaluate_analogies
from wordvec.evals.datasets import holds_analogies, locate
from wordvec.evals.restrict import DEFAULT_CUT
from wordvec.evals.similarity import SimilarityResult, evaluate_similarity
from wordvec.vectors import WordVectors

Result = SimilarityResult | AnalogyResult

__all__ = [
    "AnalogyResult",
    "Result",
    "SimilarityResult",
    "Tally",
    "evaluate",
    "evaluate_analogies",
    "evaluate_similarity",
]


def evaluate(
    vectors: WordVectors,
    dataset: str | Path,
    *,
    restrict_vocab: int | None = DEFAULT_CUT,
    case_insensitive: bool = True,
) -> Result:
    """Judge `vectors` by a data set of word pairs or of analogy questions.

    Parameters
    ----------
    vectors
        The vectors to judge, most frequent word first.
    dataset
        "wordsim353", "simlex999", "questions-words", or a file: one that opens with a ': section'
        line holds analogy questions, any other word pairs.
    restrict_vocab
        Only this many of the most frequent words take part; None for all.
    case_insensitive
        Compare upper-case forms.

    Raises
    ------
    ConfigError
        If `dataset` is no known name and no file, or `restrict_vocab` is less than 1.
    FormatError
        If a line cannot be read; names it.
    """
    judge = evaluate_analogies if holds_analogies(locate(dataset)) else evaluate_similarity
    return judge(
        vectors,
        dataset,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
    )
