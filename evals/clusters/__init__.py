"""Whether words fall into the categories that people put them in."""

from wordvec.evals.clusters.evaluator import Clusters

__all__ = ["Clusters"]
