"""Which biases vectors show: `Bias` judges by `Query`s or word sets, named or from a file."""

from wordvec.evals.bias.evaluator import Bias
from wordvec.evals.bias.queries import Query

__all__ = ["Bias", "Query"]
