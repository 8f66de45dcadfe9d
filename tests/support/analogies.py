"""The three ways to answer an analogy question, one question and one formula at a time."""

import numpy as np


def units(matrix):
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(lengths > 0, lengths, 1)


def add(unit, a, b, c):
    return unit @ unit[b] - unit @ unit[a] + unit @ unit[c]


def mul(unit, a, b, c):
    near = [(1 + unit @ unit[row]) / 2 for row in (a, b, c)]
    return near[1] * near[2] / (near[0] + 1e-6)


def pair_direction(unit, a, b, c):
    ways = unit - unit[c]
    return units(ways) @ (unit[b] - unit[a])


METHOD_TWINS = {"add": add, "mul": mul, "pair-direction": pair_direction}


def answer_one(matrix, question, first_rows, score):
    """Return the row of the best word that is no spelling of those of the question, or -1."""
    unit = units(matrix)
    scores = score(unit, *question)
    scores = np.where(np.isin(first_rows, question) | ~unit.any(axis=1), -np.inf, scores)
    best = int(scores.argmax())
    return best if scores[best] > -np.inf else -1
