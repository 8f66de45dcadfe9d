"""Judge word vectors: figures with intervals, and what they are of.

`evaluate` takes an evaluator's name or a data set; `names` lists the evaluators, `suite` and
`judge` run them all. Importing this loads NumPy only.
"""

from wordvec.evals.intervals import Interval
from wordvec.evals.registry import Evaluator, evaluate, evaluator, names
from wordvec.evals.result import Figure, Outcomes, Result
from wordvec.evals.suite import Judgement, judge, suite

__all__ = [
    "Evaluator",
    "Figure",
    "Interval",
    "Judgement",
    "Outcomes",
    "Result",
    "evaluate",
    "evaluator",
    "judge",
    "names",
    "suite",
]
