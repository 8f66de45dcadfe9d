"""How well a simple classifier tells classes of texts apart by the vectors of their words.

A probe, as those of SentEval (Conneau and Kiela 2018): the vectors stay as they are, and logistic
regression learns the classes from the vectors of some texts and is asked for those of the others.
The figure is of use beyond words: of two spaces, which serves a task better?
"""

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.intervals import Counts, Interval, Numbers, Statistic, mean_of
from wordvec.evals.readers.labelled import read_labelled_texts
from wordvec.evals.restrict import DEFAULT_CUT, RestrictedVocabulary
from wordvec.evals.result import SEED, Figure, Outcomes, Result, check_seed
from wordvec.evals.texts import KnownWords, Pooling, check_pooling, find_words, pool, split_texts
from wordvec.lookup import Vector
from wordvec.neighbours.threads import one_blas_thread
from wordvec.vectors import WordVectors

FOLDS = 5
C = 0.03
"""Inverse strength of the penalty: of 0.01, 0.03, 0.1 and 1 on 60 to 6,820 film reviews, in 100 and
300 dimensions, never more than 0.7 points below the best; 1 was up to 6 below."""

_SHOWN = 10
_SCORED_0 = "without a known word counted as wrong"


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
        Of the folds and the intervals; these are wider by `fold_factor`.

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
        self._seed = check_seed(seed)
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
        self._folds, self._pooling = folds, pooling
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
        if (some := found.lengths > 0).any():
            told[some] = self._tell(pool(vectors, found, self._pooling), some)
        factor = fold_factor(self._folds)
        right = Outcomes(
            measure="accuracy",
            values=np.where(np.isnan(told), np.nan, told == gold),
            statistic=functools.partial(_widened, mean_of, factor),
            unit="texts",
        )
        f1 = Outcomes(
            measure="macro F1",
            values=told,
            gold=gold,
            statistic=functools.partial(_widened, macro_f1_of, factor),
            unit="texts",
        )
        breakdown = [self._figure(f1), self._baseline(right.judged)]
        if right.judged.any() and not right.judged.all():
            wrong = replace(right, values=np.nan_to_num(right.values), part=_SCORED_0)
            judged = int(np.count_nonzero(right.judged))
            breakdown.insert(0, replace(self._figure(wrong), n=judged))
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=(self._figure(right),),
            breakdown=tuple(breakdown),
            outcomes=(right,),
            policy=("case ignored; " if self._case_insensitive else "lower-case words only; ")
            + "unknown words are left out, and so are texts without a known word, but where it "
            f"says that they count as wrong; pooling {self._pooling}; logistic regression on "
            f"standardised features (C = {C}) in {self._folds} stratified folds",
            vocabulary=len(known),
            seed=self._seed,
            missing_words=found.missing_words,
            notes=(
                self._classes(),
                *self._what_was_known(found, right),
                f"the intervals are {factor:.2g} times as wide as those of so many texts alone, as "
                "each text is told by a fit that shares texts with the others",
            ),
            details=self._details(found, right.values),
        )

    def _tell(self, features: Vector, some: NDArray[np.bool_]) -> Numbers:
        """Return the class that each of `some` texts is told to be of by the fit of other folds.

        NaN, all of them, if a fit would see one class alone.
        """
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        folds = StratifiedKFold(self._folds, shuffle=True, random_state=self._seed)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=1000))
        wide, gold = features.astype(np.float64), self._gold
        told = np.full(len(gold), np.nan)
        # Folds of all texts, so that they are the same whatever a space knows of them.
        parts = [tuple(part[some[part]] for part in parts) for parts in folds.split(wide, gold)]
        if any(len(np.unique(gold[learnt])) < 2 for learnt, _ in parts):
            return told[some]
        with one_blas_thread():  # the same figures whatever the number of CPUs
            for learnt, asked in parts:
                if len(asked):
                    told[asked] = model.fit(wide[learnt], gold[learnt]).predict(wide[asked])
        return told[some]

    def _figure(self, outcomes: Outcomes) -> Figure:
        figure = outcomes.figure(seed=self._seed)
        if figure.interval is None:
            return figure
        low, high = figure.interval
        return replace(figure, interval=Interval(max(low, 0.0), min(high, 1.0)))

    def _baseline(self, judged: NDArray[np.bool_]) -> Figure:
        """Return what is right if all texts are said to be of the class that has most."""
        n = int(np.count_nonzero(judged))
        return Figure(
            measure="accuracy",
            part="all in the largest class",
            value=float(np.bincount(self._gold[judged]).max() / n) if n else None,
            n=n,
            items=len(judged),
            unit="texts",
            better="neither",
        )

    def _classes(self) -> str:
        sizes = np.bincount(self._gold)
        if len(sizes) > _SHOWN:
            return f"{len(sizes):,} classes of {sizes.min():,} to {sizes.max():,} texts"
        shown = zip(self._labels.tolist(), sizes.tolist(), strict=True)
        return "texts: " + ", ".join(f"{label} {size:,}" for label, size in shown)

    def _what_was_known(self, found: KnownWords, right: Outcomes) -> Iterator[str]:
        without = int(np.count_nonzero(found.lengths == 0))
        yield (
            f"{found.share:.1%} of the words are known; {without:,} of {len(found.lengths):,} "
            "texts have no known word"
        )
        if without < len(found.lengths) and not right.judged.any():
            yield "the texts that have one are too few, or too few of them of a second class"

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


def fold_factor(folds: int) -> float:
    """Return by what an interval over texts told in so many folds must be wider to cover.

    The fits of a cross-validation share texts, so its error is greater than that of as many texts
    told independently; no estimate of it is unbiased (Bengio and Grandvalet 2004). This is the
    correction of Nadeau and Bengio (2003, "Inference for the Generalization Error"): the variance
    over k folds is taken times 1 / k + 1 / (k - 1) in place of 1 / k. It errs on the side of
    caution: of 400 draws each of 60 to 400 texts in 2 to 10 folds, with and without a difference of
    classes, 95 % intervals held the truth in 95 to 100 of 100, without the factor in 86 to 95. In
    tests of two spaces that are equally good, it makes 5 to 14 of 100 false findings 0 to 5.

    Examples
    --------
    >>> fold_factor(5)
    1.5
    """
    return math.sqrt(1 + folds / (folds - 1))


def _widened(statistic_of: Callable[..., Statistic], factor: float, *values: Numbers) -> Statistic:
    """Return the statistic of `values`, whose resamples lie `factor` times as far from it."""
    statistic = statistic_of(*values)
    middle = statistic(np.ones((1, len(values[0])), np.int64))
    return lambda counts: middle + factor * (statistic(counts) - middle)


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

    def f1(counts: Counts) -> Numbers:
        wide = counts.astype(np.float64)
        sizes = wide @ (is_gold + is_told)
        there = sizes > 0
        each = np.divide(2 * (wide @ both), sizes, out=np.zeros_like(sizes), where=there)
        return np.asarray(each.sum(axis=1) / there.sum(axis=1))

    return f1
