"""The shape of a space: how vectors fill it, whatever the words mean."""

from wordvec.evals.geometry.evaluator import SAMPLE, Geometry

__all__ = ["SAMPLE", "Geometry"]
