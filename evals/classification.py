"""How well a simple classifier tells classes of texts apart by the vectors of their words.

A probe, as those of SentEval (Conneau and Kiela 2018): the vectors stay as they are, and logistic
regression learns the classes from the vectors of some texts and is asked for those of the others.
The figure is of use beyond words: of two spaces, which serves a task better?
"""

from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.intervals import Numbers, Statistic
from wordvec.evals.readers.labelled import read_labelled_texts
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.evals.result import SEED, Figure, Outcomes, Result
from wordvec.evals.texts import KnownWords, Pooling, check_pooling, find_words, pool, split_texts
from wordvec.lookup import Vector
from wordvec.neighbours.threads import one_blas_thread
from wordvec.vectors import WordVectors

FOLDS = 5
C = 0.03
"""Inverse strength of the penalty: of 0.01, 0.03, 0.1 and 1 on 60 to 6,820 film reviews, in 100 and
300 dimensions, never more than 0.7 points below the best; 1 was up to 6 below."""

_SHOWN = 10
_INTERVAL = (
    "the intervals are somewhat too narrow, as the parts of a cross-validation learn from the same "
    "texts: where labels were drawn at random, 95 % intervals held chance in about 87 of 100 draws"
)
"""Bengio and Grandvalet (2004, "No Unbiased Estimator of the Variance of K-Fold Cross-Validation")
say why; the rate is ours, of 1,000 draws of 60 to 1,000 texts in 4 to 100 dimensions."""


class Classification:
    """Tell the classes of texts by logistic regression on their vectors, cross-validated.

    Parameters
    ----------
    data
        A file or folder of labelled texts: see `wordvec.evals.readers.labelled`.
    folds
        The texts are split into so many parts with the same shares of classes; each is told by
        what was learnt from the others.
    pooling
        How a text's vector is made of those of its words: "mean", "tf-idf", "sif" or "zipfian", as
        in `wordvec.sentence_vectors`. What TF-IDF and SIF take from the texts at large, they take
        from all, but never from the labels.
    restrict_vocab
        Only this many of the most frequent words count as known; None for all.
    case_insensitive
        Compare upper-case forms; of several variants of a word the most frequent answers. If
        not, only lower-case words are found: texts are lowered when they are split.
    seed
        Of the folds and the intervals.

    Raises
    ------
    ConfigError
        If there is no such file, an option is out of its range, or a class has fewer texts than
        there are folds.
    FormatError
        If a line cannot be read; names it. Or if there are fewer than two classes.
    """

    name: ClassVar[str] = "classification"
    defaults: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        data: str | Path,
        *,
        folds: int = FOLDS,
        pooling: Pooling = "mean",
        restrict_vocab: int | None = DEFAULT_CUT,
        case_insensitive: bool = True,
        seed: int = SEED,
    ) -> None:
        check_pooling(pooling)
        if folds < 2:
            raise ConfigError(f"folds is {folds}; it must be at least 2")
        self.dataset = str(data)
        texts = read_labelled_texts(Path(data))
        self._labels, self._gold = np.unique([one.label for one in texts], return_inverse=True)
        fewest = int(np.argmin(np.bincount(self._gold)))
        if (found := int(np.count_nonzero(self._gold == fewest))) < folds:
            raise ConfigError(
                f"{data}: the class {str(self._labels[fewest])[:40]!r} has {found} text"
                f"{'' if found == 1 else 's'} and there are {folds} folds; expected a text a fold "
                "or more (the label comes first, unless a header names the columns)"
            )
        self._split = split_texts(one.text for one in texts)
        self._folds, self._pooling, self._seed = folds, pooling, seed
        self._cut, self._case_insensitive = restrict_vocab, case_insensitive

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`.

        Raises
        ------
        DataError
            If the vectors do not allow the pooling, or one holds NaN or infinity.
        """
        known = RestrictedVocabulary(
            vectors.index_to_key, cut=self._cut, case_insensitive=self._case_insensitive
        )
        found = find_words(self._split, known)
        gold = self._gold.astype(np.float64)
        told = np.full(len(gold), np.nan)
        if len(found.rows):
            told[:] = self._tell(pool(vectors, found, self._pooling))
        right = Outcomes(
            measure="accuracy",
            values=np.where(np.isnan(told), np.nan, told == gold),
            unit="texts",
        )
        f1 = Outcomes(
            measure="macro F1", values=told, gold=gold, statistic=macro_f1_of, unit="texts"
        )
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=(right.figure(seed=self._seed),),
            breakdown=(f1.figure(seed=self._seed), self._baseline()),
            outcomes=(right,),
            policy=("case ignored; " if self._case_insensitive else "lower-case words only; ")
            + f"unknown words are left out; pooling {self._pooling}; logistic regression on "
            f"standardised features (C = {C}) in {self._folds} stratified folds",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=found.missing_words,
            notes=(self._classes(), self._what_was_known(found), _INTERVAL),
            details=self._details(found, right.values),
        )

    def _tell(self, features: Vector) -> NDArray[np.int64]:
        """Return the class that each text is told to be of by the fit of the other folds."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        folds = StratifiedKFold(self._folds, shuffle=True, random_state=self._seed)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=1000))
        with one_blas_thread():  # the same figures whatever the number of CPUs
            told = cross_val_predict(model, features.astype(np.float64), self._gold, cv=folds)
        return np.asarray(told)

    def _baseline(self) -> Figure:
        """Return what is right if all texts are said to be of the class that has most."""
        n = len(self._gold)
        return Figure(
            measure="accuracy",
            part="all in the largest class",
            value=float(np.bincount(self._gold).max() / n),
            n=n,
            items=n,
            unit="texts",
            better="neither",
        )

    def _classes(self) -> str:
        sizes = np.bincount(self._gold)
        if len(sizes) > _SHOWN:
            return f"{len(sizes):,} classes of {sizes.min():,} to {sizes.max():,} texts"
        shown = zip(self._labels.tolist(), sizes.tolist(), strict=True)
        return "texts: " + ", ".join(f"{label} {size:,}" for label, size in shown)

    def _what_was_known(self, found: KnownWords) -> str:
        without = int(np.count_nonzero(found.lengths == 0))
        return (
            f"{found.share:.1%} of the words are known; {without:,} of {len(found.lengths):,} "
            "texts have no known word (their vectors are zeros)"
        )

    def _details(self, found: KnownWords, right: Numbers) -> dict[str, object]:
        sizes = np.bincount(self._gold)
        hits = np.bincount(self._gold, weights=np.nan_to_num(right)).astype(np.int64)
        return {
            "tokens": found.tokens,
            "known_tokens": len(found.rows),
            "texts_without_known_word": int(np.count_nonzero(found.lengths == 0)),
            "classes": {
                label: {"texts": size, "right": hit}
                for label, size, hit in zip(
                    self._labels.tolist(), sizes.tolist(), hits.tolist(), strict=True
                )
            },
        }


def macro_f1_of(gold: Numbers, told: Numbers) -> Statistic:
    """Return the statistic that is the mean over classes of F1, of the classes of items, (items,).

    F1 of a class is 2 tp / (2 tp + fp + fn); a class that a resample has neither among what is nor
    among what is told is left out of it.

    Examples
    --------
    >>> gold, told = np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 1, 1])
    >>> macro_f1_of(gold, told)(np.array([[1, 1, 1, 1], [2, 0, 1, 1]])).round(3)
    array([0.733, 1.   ])
    """
    classes = np.unique(np.concatenate([gold, told]))
    is_gold, is_told = ((one[:, None] == classes).astype(np.float64) for one in (gold, told))
    both = is_gold * is_told

    def f1(counts: NDArray[np.int64]) -> Numbers:
        wide = counts.astype(np.float64)
        sizes = wide @ (is_gold + is_told)
        there = sizes > 0
        each = np.divide(2 * (wide @ both), sizes, out=np.zeros_like(sizes), where=there)
        return np.asarray(each.sum(axis=1) / there.sum(axis=1))

    return f1
