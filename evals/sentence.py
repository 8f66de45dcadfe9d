"""How well sentence vectors agree with people's judgements of how similar sentences are (STS).

The vector of a sentence is pooled from those of its words in several ways; the figure is
Spearman's correlation of cosines and scores, as in the STS tasks since Reimers et al. (2016).
"""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from wordvec.errors import DataError
from wordvec.evals.datasets import locate
from wordvec.evals.intervals import Numbers, pearson_of, spearman_of
from wordvec.evals.readers.sentencepairs import read_sentence_pairs
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.evals.result import SEED, Figure, Outcomes, Result, check_seed
from wordvec.evals.similarity import FEWEST_PAIRS, row_cosines
from wordvec.evals.texts import (
    POOLINGS,
    KnownWords,
    Pooling,
    check_pooling,
    find_words,
    pool,
    split_texts,
)
from wordvec.vectors import WordVectors


class Sentence:
    """Correlate the cosine of each pair of sentences with the score that people gave it.

    Parameters
    ----------
    data
        A file of score, sentence, sentence: see `wordvec.evals.readers.sentencepairs`.
    pooling
        "mean": of the vectors of the words that are known, as long as they are. "tf-idf": words
        that fewer sentences of the data set have weigh more. "sif": words that are rarer by the
        counts of the vectors weigh more, less the direction that the sentences share (Arora, Liang
        and Ma 2017). "zipfian": the mean after Zipfian whitening (Yokoi et al. 2024). The formulas
        are those of `wordvec.sentence_vectors`. None: each that the vectors allow.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent answers. If
        not, only lower-case words are found: sentences are lowered when they are split.
    seed
        Of the intervals.

    Raises
    ------
    ConfigError
        If `data` is no file, or an option is out of its range.
    FormatError
        If a line cannot be read; names it.
    """

    name: ClassVar[str] = "sentence"
    defaults: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: str | Path,
        *,
        pooling: Pooling | None = None,
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        seed: int = SEED,
    ) -> None:
        if pooling is not None:
            check_pooling(pooling)
        self.dataset = str(data)
        pairs = read_sentence_pairs(locate(data))
        self._scores = np.array([pair.score for pair in pairs])
        self._split = split_texts([p.first for p in pairs] + [p.second for p in pairs])
        self._pooling = pooling
        self._cut, self._case_insensitive = restrict_vocab, case_insensitive
        self._seed = check_seed(seed)

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`.

        Raises
        ------
        DataError
            If the vectors do not allow the pooling asked for, or one holds NaN or infinity.
        """
        known = RestrictedVocabulary(
            vectors.index_to_key, cut=self._cut, case_insensitive=self._case_insensitive
        )
        found = find_words(self._split, known)
        n = len(self._scores)
        some_known = found.lengths > 0
        judged = some_known[:n] & some_known[n:]
        spearman: list[Outcomes] = []
        others: list[Figure] = []
        notes = [_what_was_known(found, n, int(np.count_nonzero(~judged)))]
        for pooling in POOLINGS if self._pooling is None else (self._pooling,):
            try:
                made = pool(vectors, found, pooling)
            except DataError as error:
                if self._pooling is not None or pooling == "mean":
                    raise
                notes.append(f"pooling {pooling} is left out: {error}")
                continue
            cosines = row_cosines(made[:n], made[n:])
            told = np.where(judged, cosines, np.nan)
            spearman.append(self._outcomes("Spearman", pooling, told))
            others.append(self._outcomes("Pearson", pooling, told).figure(seed=self._seed))
            if judged.any() and not judged.all():
                part = f"{pooling}, unknown scored 0"
                zeros = replace(spearman[-1], values=cosines, part=part).figure(seed=self._seed)
                others.append(replace(zeros, n=int(np.count_nonzero(judged))))
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(one.figure(seed=self._seed) for one in spearman),
            breakdown=tuple(others),
            outcomes=tuple(spearman),
            policy=("case ignored; " if self._case_insensitive else "lower-case words only; ")
            + "unknown words are left out, and so are pairs in which a sentence has no known word, "
            "but where it says that they are scored 0",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=found.missing_words,
            notes=tuple(notes),
            details={
                "tokens": found.tokens,
                "known_tokens": len(found.rows),
                "pairs_without_known_word": int(np.count_nonzero(~judged)),
            },
        )

    def _outcomes(self, measure: str, pooling: Pooling, cosines: Numbers) -> Outcomes:
        return Outcomes(
            measure=measure,
            values=cosines,
            gold=self._scores,
            statistic=spearman_of if measure == "Spearman" else pearson_of,
            fewest=FEWEST_PAIRS,
            unit="pairs",
            part=pooling,
        )


def _what_was_known(found: KnownWords, pairs: int, without: int) -> str:
    return (
        f"{found.share:.1%} of the words are known; in {without:,} of {pairs:,} pairs a sentence "
        "has no known word"
    )
