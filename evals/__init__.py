"""Judge word vectors: word similarity, analogy questions and sentence similarity.

`evaluate` takes the name or the file of a data set and finds the evaluator for it. Importing this
loads NumPy only.
"""

from collections.abc import Callable
from pathlib import Path

from wordvec.evals.analogy import AnalogyResult, Tally, evaluate_analogies
from wordvec.evals.datasets import Kind, kind_of, locate
from wordvec.evals.restrict import DEFAULT_CUT
from wordvec.evals.sentence import SentenceResult, evaluate_sentences
from wordvec.evals.similarity import SimilarityResult, evaluate_similarity
from wordvec.vectors import WordVectors

Result = SimilarityResult | AnalogyResult | SentenceResult

__all__ = [
    "AnalogyResult",
    "Result",
    "SentenceResult",
    "SimilarityResult",
    "Tally",
    "evaluate",
    "evaluate_analogies",
    "evaluate_sentences",
    "evaluate_similarity",
]

_EVALUATORS: dict[Kind, Callable[..., Result]] = {
    "pairs": evaluate_similarity,
    "analogies": evaluate_analogies,
    "sentences": evaluate_sentences,
}


def evaluate(
    vectors: WordVectors,
    dataset: str | Path,
    *,
    restrict_vocab: int | None = DEFAULT_CUT,
    case_insensitive: bool = True,
) -> Result:
    """Judge `vectors` by a data set of word pairs, analogy questions or sentence pairs.

    Parameters
    ----------
    vectors
        The vectors to judge, most frequent word first.
    dataset
        "wordsim353", "simlex999", "questions-words", or a file: one that opens with a ': section'
        line holds analogy questions, one of score, sentence and sentence, separated by tabs,
        sentence pairs (see `evaluate_sentences`), any other word pairs.
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
    return _EVALUATORS[kind_of(locate(dataset))](
        vectors,
        dataset,
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
    )
