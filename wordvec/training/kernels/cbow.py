"""Continuous bag of words with negative sampling: one chunk of a corpus a call.

With h the mean of the window's input vectors, o_0 the center word's output vector and o_1..o_n
those of its negative samples (Mikolov et al. 2013, as word2vec.c does it):

    g_k = rate * (label_k - s(h.o_k))      x += sum_k g_k o_k for each x of the window
    o_k += g_k h

The error is added to each context row whole, not divided by their number: dividing is the
gradient of the mean, but word2vec.c's way is what published CBOW vectors were made with.
"""

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import kernel
from wordvec.training.kernels.sampling import (
    Sampling,
    below,
    draw_negatives,
    keep_sentence,
    next_state,
    prefetch_row,
)
from wordvec.training.kernels.sigmoid import log_loss, sigmoid

LOSS_EVERY = 64
"""The loss is measured on one window in so many."""


@functools.cache
def make_train_chunk(dim: int) -> Callable[..., None]:
    """Return the kernel for vectors of `dim` numbers (see `skipgram.make_train_chunk`)."""

    @kernel
    def train_chunk(
        ids: NDArray[np.int32],
        sampling: Sampling,
        input_: NDArray[np.float32],
        output: NDArray[np.float32],
        window: int,
        negatives: int,
        first_rate: float,
        last_rate: float,
        seed: np.uint64,
        loss: NDArray[np.float64],
    ) -> None:
        """Train on `ids`; arguments and effects are those of skip-gram's `train_chunk`."""
        state = next_state(seed)
        kept = np.empty(len(ids), np.int32)
        words = np.empty(negatives + 1, np.int32)
        upcoming = np.empty(negatives, np.int32)
        mean = np.empty(dim, np.float32)
        error = np.empty(dim, np.float32)
        windows = 0
        state = draw_negatives(upcoming, sampling.accept, sampling.alias, output, state)
        start = 0
        while start < len(ids):
            rate = np.float32(first_rate + (last_rate - first_rate) * (start / len(ids)))
            start, n, state = keep_sentence(ids, start, sampling.keep, kept, state)
            for i in range(n):
                state = next_state(state)
                reach = 1 + below(state, window)
                low, high = max(0, i - reach), min(n, i + reach + 1)
                if high - low < 2:
                    continue
                words[0] = kept[i]
                words[1:] = upcoming
                state = draw_negatives(upcoming, sampling.accept, sampling.alias, output, state)
                if i + 1 < n:
                    prefetch_row(output, kept[i + 1])
                if i + 1 + window < n:
                    prefetch_row(input_, kept[i + 1 + window])
                mean[:] = 0
                for j in range(low, high):
                    if j != i:
                        x = input_[kept[j]]
                        for d in range(dim):
                            mean[d] += x[d]
                share = np.float32(1) / np.float32(high - low - 1)
                for d in range(dim):
                    mean[d] *= share
                error[:] = 0
                measured = windows % LOSS_EVERY == 0
                loss[1] += measured
                windows += 1
                for k in range(negatives + 1):
                    if k > 0 and words[k] == words[0]:
                        continue
                    row = output[words[k]]
                    score = np.float32(0)
                    for d in range(dim):
                        score += mean[d] * row[d]
                    if measured:
                        loss[0] += log_loss(score if k == 0 else -score)
                    label = np.float32(1) if k == 0 else np.float32(0)
                    gradient = rate * (label - sigmoid(score))
                    for d in range(dim):
                        o = row[d]
                        error[d] += gradient * o
                        row[d] = o + gradient * mean[d]
                for j in range(low, high):
                    if j != i:
                        x = input_[kept[j]]
                        for d in range(dim):
                            x[d] += error[d]

    return train_chunk
