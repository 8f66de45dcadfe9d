"""Exact search for the rows of a matrix that are nearest to a direction, in every stored type."""

from wordvec.neighbours.hubness import hubness
from wordvec.neighbours.rows import best_rows, row_norms, unit
from wordvec.neighbours.search import cosines, nearest

__all__ = ["best_rows", "cosines", "hubness", "nearest", "row_norms", "unit"]
