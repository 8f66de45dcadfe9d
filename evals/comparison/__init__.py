"""Spaces beside each other: which is better, by how much, and is it more than chance?"""

from wordvec.evals.comparison.differences import Agreement, Comparison, Difference, Value
from wordvec.evals.comparison.recipes import compare
from wordvec.evals.comparison.seeds import Group, group_by_recipe

__all__ = [
    "Agreement",
    "Comparison",
    "Difference",
    "Group",
    "Value",
    "compare",
    "group_by_recipe",
]
