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
            kept = self.fraction() < sampling.accept[word]
            drawn.append(word if kept else sampling.choices[word, 1])
        return drawn


def sigmoid(x):
    """Return 1 / (1 + exp(-x)), 0 below -6 and 1 above 6."""
    return np.where(x > 6, 1.0, np.where(x < -6, 0.0, 1 / (1 + np.exp(-np.clip(x, -50, 50)))))


def sentences(ids, sampling, window, negatives, seed):
    """Yield (share of the chunk done, kept words, windows) of each sentence as the kernels do.

    A window is (place of the center, places of the contexts, negatives).
    """
    draws = Draws(seed)
    upcoming = draws.negatives(negatives, sampling)
    start = 0
    while start < len(ids):
        end = start + list(ids[start:]).index(-1)
        kept = [w for w in ids[start:end] if draws.fraction() < sampling.keep[w]]
        windows = []
        for i in range(len(kept) if len(kept) > 1 else 0):
            reach = 1 + draws.below(window)
            contexts = [j for j in range(len(kept)) if 0 < abs(j - i) <= reach]
            windows.append((i, contexts, upcoming))
            upcoming = draws.negatives(negatives, sampling)
        yield start / len(ids), kept, windows
        start = end + 1


TOGETHER = 16


def train(ids, sampling, matrices, *, window, negatives, rates, seed, train_window, together):
    """Return the matrices after one chunk.

    The context rows of a block of windows are copies, one for each place in the sentence, whose
    changes are added to the matrix when the block is over.
    """
    x, o = (matrix.astype(np.float64) for matrix in matrices)
    block = max(1, min(16, 80 // window))
    for done, kept, windows in sentences(ids, sampling, window, negatives, seed):
        rate = rates[0] + (rates[1] - rates[0]) * done
        for first in range(0, len(windows), block):
            low = max(0, first - window)
            words = kept[low : first + block + window]
            rows = x[words]
            for center, contexts, noise in windows[first : first + block]:
                outputs = [kept[center], *noise]
                used = np.array([k == 0 or word != kept[center] for k, word in enumerate(outputs)])
                label = np.arange(len(outputs)) == 0
                for part in range(0, len(contexts), together):
                    places = np.array(contexts[part : part + together]) - low
                    steps, changes = train_window(rows[places], o[outputs], label, rate * used)
                    rows[places] += steps
                    np.add.at(o, outputs, changes)
            np.add.at(x, words, rows - x[words])
    return x, o


def train_skipgram(ids, sampling, matrices, **options):
    """Return the matrices after one chunk of skip-gram."""

    def train_window(x, o, label, rates):
        gradients = rates * (label - sigmoid(x @ o.T))
        return gradients @ o, gradients.T @ x

    return train(ids, sampling, matrices, **options, train_window=train_window, together=TOGETHER)


def train_cbow(ids, sampling, matrices, **options):
    """Return the matrices after one chunk of CBOW."""

    def train_window(x, o, label, rates):
        mean = x.mean(axis=0)
        gradients = rates * (label - sigmoid(o @ mean))
        return np.tile(gradients @ o, (len(x), 1)), np.outer(gradients, mean)

    return train(ids, sampling, matrices, **options, train_window=train_window, together=1_000_000)
