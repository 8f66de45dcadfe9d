"""Evaluators of planted outcomes, for the tests of comparisons."""

import numpy as np

from wordvec.errors import DataError
from wordvec.evals.comparison.seeds import Group
from wordvec.evals.intervals import mean_of
from wordvec.evals.result import Figure, Outcomes, Result
from wordvec.vectors import WordVectors


class Judge:
    """Returns what it was given for each space, by the space's name."""

    name = "judge"
    defaults = ()

    def __init__(self, dataset, outcomes, *, better="higher", figures=(), measure="accuracy"):
        self.dataset, self._outcomes, self._better = dataset, outcomes, better
        self._figures, self._measure = figures, measure

    def __call__(self, vectors):
        """Judge the space; DataError if nothing was given for it."""
        name = vectors.name
        if name not in self._outcomes:
            raise DataError("it has no such words")
        outcomes = Outcomes(
            measure=self._measure,
            values=np.asarray(self._outcomes[name], float),
            statistic=mean_of,
            better=self._better,
        )
        more = [
            Figure(measure=m, value=v[name], n=2, items=2, better="neither")
            for m, v in self._figures
        ]
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=(outcomes.figure(draws=10), *more),
            outcomes=(outcomes,),
            policy="",
            vocabulary=2,
        )


def space(name, seed=None):
    """Return vectors of two words, called `name`."""
    provenance = None if seed is None else {"training": {"seed": seed}, "corpus": {}}
    made = WordVectors(["one", "two"], np.eye(2), provenance=provenance)
    made.name = name
    return made


def group(name, *seeds):
    """Return a group of one space, or of one for each seed, named by both."""
    if not seeds:
        return Group(name, (space(name),))
    members = tuple(f"{name}{seed}" for seed in seeds)
    spaces = tuple(space(member, seed) for member, seed in zip(members, seeds, strict=True))
    return Group(name, spaces, seeds, members)
