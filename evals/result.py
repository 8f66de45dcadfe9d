"""What evaluators return: figures that say what they are of, and the outcomes behind them.

Every evaluator makes a `Result`; the command line, the comparison and the report know nothing
else of evaluators. A figure that is not defined is None, never NaN. Loads NumPy only.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.evals.intervals import (
    DRAWS,
    Interval,
    Numbers,
    Statistic,
    bootstrap,
    mean_of,
    share_interval,
)

Better = Literal["higher", "lower", "neither"]

SEED = 1
MOST_SEED = 2**32 - 1
"""What NumPy's and scikit-learn's generators take alike."""
FEW_FOUND = 0.5
"""Where a smaller share of the items was found, a note says so."""
FEWEST_FOR_INTERVAL = 10
"""Of fewer items, or units of them, resamples say too little of other items. Shares of right
answers need no resamples unless items share units."""


def check_seed(seed: int) -> int:
    """Return `seed`, from 0 to `MOST_SEED`; raises ConfigError for another."""
    if not 0 <= seed <= MOST_SEED:
        raise ConfigError(f"seed is {seed}; expected a whole number from 0 to {MOST_SEED:,}")
    return seed


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number, what it is of, and how sure it is.

    Raises
    ------
    ValueError
        If the value is NaN or infinite.
    """

    measure: str
    """The field's name for it: "Spearman", "accuracy", "MRR"."""
    value: float | None
    """None where it is not defined: too few items, or all alike."""
    n: int
    """Items, such as word pairs, that the value is of."""
    items: int
    """Items there were, those left out among them."""
    unit: str = ""
    """What the items are, as a plural: "pairs"; "" if there is no good word."""
    part: str = ""
    """Which items, or under which rule, where a data set gives several figures of one measure."""
    interval: Interval | None = None
    """Of 95 %, over the items: Wilson's of a share, else the bootstrap's; None if not made."""
    pvalue: float | None = None
    """Of the hypothesis of no association, where the measure comes with a test."""
    better: Better = "higher"

    def __post_init__(self) -> None:
        for name in ("value", "pvalue"):  # NumPy's numbers are no JSON
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, float(number))
        for number in (self.value, self.pvalue, *(self.interval or ())):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{self.measure}: {number} is no figure; expected None")

    @property
    def coverage(self) -> float | None:
        """Share of the items that the value is of, 0 to 1; None if there are none."""
        return self.n / self.items if self.items else None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            "measure": self.measure,
            "part": self.part,
            "value": self.value,
            "interval": None if self.interval is None else list(self.interval),
            "pvalue": self.pvalue,
            "n": self.n,
            "items": self.items,
            "unit": self.unit,
            "coverage": self.coverage,
            "better": self.better,
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcomes:
    """What became of each item of a data set: figures are computed of it, and spaces compared.

    Two spaces judged by the same evaluator have outcomes of the same items in the same order, so
    a difference is tested on the items that both could judge.

    Examples
    --------
    >>> right = Outcomes(measure="accuracy", values=np.array([1.0, 0.0, 1.0, 1.0, np.nan]))
    >>> figure = right.figure()
    >>> figure.value, figure.n, figure.items
    (0.75, 4, 5)
    """

    measure: str
    values: Numbers
    """Cosine, rank, rightness ... of each item, (items,); NaN where it could not be judged."""
    gold: Numbers | None = None
    """What people said of each item, (items,), where the figure is an agreement with it."""
    units: NDArray[np.int64] | None = None
    """What items share, (items, k), if they do, as analogy questions share word pairs: then these
    are resampled. See `wordvec.evals.intervals.resample`."""
    statistic: Callable[..., Statistic] = mean_of
    """From `values`, or from `gold` and `values`, to the figure: see `wordvec.evals.intervals`."""
    fewest: int = 1
    """Below so many items there is no figure."""
    unit: str = ""
    """What the items are, as a plural: "pairs"."""
    part: str = ""
    better: Better = "higher"

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Which items could be judged: shape (items,)."""
        return ~np.isnan(self.values)

    def of(self, items: NDArray[np.bool_]) -> Statistic:
        """Return the statistic of the chosen `items`, (items,), all of them judged."""
        if self.gold is None:
            return self.statistic(self.values[items])
        return self.statistic(self.gold[items], self.values[items])

    def value(self, items: NDArray[np.bool_] | None = None) -> float | None:
        """Return the figure of the chosen items, of all that are judged if None."""
        items = self.judged if items is None else items
        n = int(np.count_nonzero(items))
        if n < self.fewest:
            return None
        value = float(self.of(items)(np.ones((1, n), np.int64))[0])
        return value if math.isfinite(value) else None

    def chosen(self, items: NDArray[np.bool_], part: str) -> "Outcomes":
        """Return the outcomes of the chosen items, shape (items,), under the name `part`."""
        gold = None if self.gold is None else self.gold[items]
        units = None if self.units is None else self.units[items]
        return replace(self, values=self.values[items], gold=gold, units=units, part=part)

    def figure(self, *, draws: int = DRAWS, seed: int = SEED, **more: Any) -> Figure:
        """Return the figure with its interval; `more` are further fields of it."""
        value = self.value()
        return Figure(
            measure=self.measure,
            value=value,
            n=int(np.count_nonzero(self.judged)),
            items=len(self.values),
            unit=self.unit,
            part=self.part,
            interval=None if value is None or not draws else self._interval(draws, seed),
            better=self.better,
            **more,
        )

    def _interval(self, draws: int, seed: int) -> Interval | None:
        values, units = self.values[self.judged], self.units
        if units is not None:
            units = units[self.judged]
        few = len(values if units is None else np.unique(units)) < FEWEST_FOR_INTERVAL
        if self._is_share(values) and not (few and units is not None):
            return share_interval(values, units=units, draws=draws, seed=seed)
        if few:
            return None
        found = bootstrap(self.of(self.judged), len(values), units=units, draws=draws, seed=seed)
        # Where all resamples are equal, they say nothing of other items.
        return found if found.low < found.high else None

    def _is_share(self, values: Numbers) -> bool:
        """Tell whether the figure is the share of items that are right, by the `values` of them."""
        if self.statistic is not mean_of or self.gold is not None:
            return False
        told = set(np.unique(values).tolist())
        # Ranks may all be 1 as well, of which fewer are better.
        return told == {0.0, 1.0} or (self.better == "higher" and told in ({0.0}, {1.0}))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """What an evaluator found in a space by a data set."""

    evaluator: str
    """The name that it is registered by."""
    dataset: str
    """The name or the file of the data; "" where the evaluator needs none."""
    figures: tuple[Figure, ...]
    """What is told first, the headline before all; one at least."""
    policy: str
    """How words were looked up and what became of missing ones, as a sentence for a reader."""
    vocabulary: int
    """Words of the space that took part."""
    breakdown: tuple[Figure, ...] = ()
    """Figures of parts of the data: sections, bands of frequency, other rules."""
    outcomes: tuple[Outcomes, ...] = ()
    """Behind those of `figures` that two spaces can be compared by, item by item."""
    seed: int | None = None
    """Of whatever was drawn at random; None if nothing was."""
    missing_words: tuple[str, ...] = ()
    """Words of the data that the vocabulary lacks, each once, in its order."""
    notes: tuple[str, ...] = ()
    """What a reader must know to read the figures rightly, a sentence each."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """More, as JSON can hold it: figures of single words, curves to draw."""

    def __post_init__(self) -> None:
        first = self.figures[0]
        if first.n and first.n < FEW_FOUND * first.items:
            caution = (
                f"only {first.n:,} of {first.items:,} {first.unit or 'items'} found: figures of so "
                "few do not compare with those of all"
            )
            object.__setattr__(self, "notes", (*self.notes, caution))

    def __repr__(self) -> str:
        first = self.figures[0]
        value = "no figure" if first.value is None else f"{first.value:.4f}"
        found = f"{first.n:,} of {first.items:,} {first.unit}".rstrip()
        name = " ".join(filter(None, (self.evaluator, self.dataset)))
        return f"<Result of {name}: {first.measure} {value}, {found}>"

    @property
    def value(self) -> float | None:
        """The headline."""
        return self.figures[0].value

    @property
    def interval(self) -> Interval | None:
        """That of the headline."""
        return self.figures[0].interval

    @property
    def n(self) -> int:
        """Items that the headline is of."""
        return self.figures[0].n

    @property
    def coverage(self) -> float | None:
        """Share of the items that the headline is of, 0 to 1; None if there are none."""
        return self.figures[0].coverage

    def __getitem__(self, measure: str) -> Figure:
        """Return the first figure of that measure, of the breakdown last.

        Raises
        ------
        KeyError
            If there is none.
        """
        for figure in (*self.figures, *self.breakdown):
            if figure.measure == measure:
                return figure
        known = ", ".join(dict.fromkeys(f.measure for f in (*self.figures, *self.breakdown)))
        raise KeyError(f"no figure {measure!r}; there are {known}")

    def to_dict(self) -> dict[str, Any]:
        """Return all but the outcomes, for JSON."""
        return {
            "evaluator": self.evaluator,
            "dataset": self.dataset,
            "figures": [figure.to_dict() for figure in self.figures],
            "breakdown": [figure.to_dict() for figure in self.breakdown],
            "policy": self.policy,
            "seed": self.seed,
            "vocabulary": self.vocabulary,
            "missing_words": list(self.missing_words),
            "notes": list(self.notes),
            "details": dict(self.details),
        }
