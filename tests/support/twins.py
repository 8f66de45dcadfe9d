"""Slow, obvious twins of the training kernels, in NumPy and whole Python numbers.

They draw the same random numbers in the same order, so that a chunk can be compared number by
number; the arithmetic is the formula's, in float64, with the exact sigmoid.
"""

import numpy as np

MASK = 2**64 - 1


class Draws:
    """The kernels' random numbers."""

    def __init__(self, seed):
        self.state = self._next(seed)

    def _next(self, state):
        return (state * 6364136223846793005 + 1442695040888963407) & MASK

    def below(self, n):
        self.state = self._next(self.state)
        return ((self.state >> 32) * n) >> 32

    def fraction(self):
        self.state = self._next(self.state)
        return np.float32(self.state >> 40) * np.float32(2.0**-24)

    def negatives(self, n, sampling):
        drawn = []
        for _ in range(n):
            word = self.below(len(sampling.accept))
            drawn.append(word if self.fraction() < sampling.accept[word] else sampling.alias[word])
        return drawn


def sigmoid(x):
    """Return 1 / (1 + exp(-x)), 0 below -6 and 1 above 6."""
    return np.where(x > 6, 1.0, np.where(x < -6, 0.0, 1 / (1 + np.exp(-np.clip(x, -50, 50)))))


def windows(ids, sampling, window, negatives, seed):
    """Yield (share of the chunk done, center, contexts, negatives) as the kernels meet them."""
    draws = Draws(seed)
    upcoming = draws.negatives(negatives, sampling)
    start = 0
    while start < len(ids):
        end = start + list(ids[start:]).index(-1)
        kept = [w for w in ids[start:end] if draws.fraction() < sampling.keep[w]]
        for i, center in enumerate(kept):
            reach = 1 + draws.below(window)
            contexts = kept[max(0, i - reach) : i] + kept[i + 1 : i + reach + 1]
            if contexts:
                noise, upcoming = upcoming, draws.negatives(negatives, sampling)
                yield start / len(ids), center, contexts, noise
        start = end + 1


def pairs(contexts):
    """Split into twos; equal neighbours and the last odd one go alone."""
    waiting = []
    for word in contexts:
        if waiting and waiting[0] == word:
            yield waiting
            waiting = [word]
        elif waiting:
            yield [*waiting, word]
            waiting = []
        else:
            waiting = [word]
    if waiting:
        yield waiting


def train_skipgram(ids, sampling, matrices, *, window, negatives, rates, seed):
    """Return the matrices after one chunk: two context words at a time, six outputs at a time."""
    x, o = (matrix.astype(np.float64) for matrix in matrices)
    for done, center, contexts, noise in windows(ids, sampling, window, negatives, seed):
        rate = rates[0] + (rates[1] - rates[0]) * done
        outputs = [center, *noise]
        for first in range(0, len(outputs), 6):
            rows = outputs[first : first + 6]
            label = np.array([float(first + k == 0) for k in range(len(rows))])
            used = np.array([first + k == 0 or row != center for k, row in enumerate(rows)])
            at_once = o[rows]  # a word drawn twice is two copies, whose changes add up
            before = at_once.copy()
            for words in pairs(contexts):
                scores = x[words] @ at_once.T
                gradient = rate * used * (label - sigmoid(scores))
                moved = x[words] + gradient @ at_once
                at_once = at_once + gradient.T @ x[words]
                x[words] = moved
            np.add.at(o, rows, at_once - before)
    return x, o


def train_cbow(ids, sampling, matrices, *, window, negatives, rates, seed):
    """Return the matrices after one chunk."""
    x, o = (matrix.astype(np.float64) for matrix in matrices)
    for done, center, contexts, noise in windows(ids, sampling, window, negatives, seed):
        rate = rates[0] + (rates[1] - rates[0]) * done
        mean = x[contexts].mean(axis=0)
        error = np.zeros_like(mean)
        for k, row in enumerate([center, *(word for word in noise if word != center)]):
            gradient = rate * (float(k == 0) - sigmoid(mean @ o[row]))
            error += gradient * o[row]
            o[row] += gradient * mean
        np.add.at(x, contexts, error)
    return x, o
