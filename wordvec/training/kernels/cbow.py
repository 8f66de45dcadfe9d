"""Continuous bag of words with negative sampling: one chunk of a corpus a call.

With h the mean of the window's input vectors, o_0 the center word's output vector and o_1..o_n
those of its negative samples (Mikolov et al. 2013, as word2vec.c does it):

    g_k = rate * (label_k - s(h.o_k))      x += sum_k g_k o_k for each x of the window
    o_k += g_k h

The error is added to each context row whole, not divided by their number: dividing is the
gradient of the mean, but word2vec.c's way is what published CBOW vectors were made with. Skip-gram
has the same shape: here the mean is the only row of its products, and context rows stay for a
block of windows too (`products`, `windows`).
"""

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import inlined, kernel
from wordvec.training.kernels.products import (
    SCORES,
    Chosen,
    Row,
    Rows,
    make_rows,
    move_contexts,
    move_output,
    score,
)
from wordvec.training.kernels.registers import padded
from wordvec.training.kernels.sampling import (
    Sampling,
    below,
    draw_negatives,
    keep_sentence,
    next_state,
    prefetch_row,
)
from wordvec.training.kernels.windows import (
    OPERATIONS,
    add_changes,
    block_length,
    choose_contexts,
    copy_rows,
    load_rows,
    measure_loss,
    turn_to_gradients,
)

LOSS_EVERY = 64
"""The loss is measured on one window in so many."""


@inlined
def average(x: Rows, chosen: Chosen, count: int, mean: Row, width: int) -> None:
    """Write the mean of the chosen rows to `mean`."""
    mean[:] = 0
    for c in range(count):
        row = x[chosen[c]]
        for d in range(width):
            mean[d] += row[d]
    share = np.float32(1) / np.float32(count)
    for d in range(width):
        mean[d] *= share


@inlined
def add_error(x: Rows, chosen: Chosen, count: int, error: Row, width: int) -> None:
    """Add `error` to the chosen rows, and make it zero again."""
    for c in range(count):
        row = x[chosen[c]]
        for d in range(width):
            row[d] += error[d]
    error[:] = 0


@functools.cache
def make_train_chunk(dim: int, negatives: int) -> Callable[..., None]:
    """Return the kernel for `dim` and `negatives` (see `skipgram.make_train_chunk`)."""
    outputs = negatives + 1
    width, scores_a_row = padded(dim), padded(outputs, SCORES)

    @kernel
    def train_chunk(
        ids: NDArray[np.int32],
        sampling: Sampling,
        input_: NDArray[np.float32],
        output: NDArray[np.float32],
        window: int,
        first_rate: float,
        last_rate: float,
        seed: np.uint64,
        tally: NDArray[np.float64],
    ) -> None:
        """Train on `ids`; arguments and effects are those of skip-gram's `train_chunk`."""
        state = next_state(seed)
        kept = np.empty(len(ids), np.int32)
        block = block_length(window)
        x = make_rows(block + 2 * window, width)
        before = make_rows(block + 2 * window, width)
        chosen = np.empty(2 * window, np.int64)
        words = np.empty(outputs, np.int32)  # the center word, then its negatives
        upcoming = np.empty(negatives, np.int32)
        o = make_rows(outputs, width)
        mean, error = make_rows(1, width), make_rows(1, width)
        only = np.zeros(1, np.int64)
        gradients = make_rows(1, scores_a_row)
        windows = 0
        state = draw_negatives(upcoming, sampling.accept, sampling.choices, state)
        start = 0
        while start < len(ids):
            rate = np.float32(first_rate + (last_rate - first_rate) * (start / len(ids)))
            start, n, state = keep_sentence(ids, start, sampling.keep, kept, state)
            for first in range(0, n if n > 1 else 0, block):
                low, high = max(0, first - window), min(n, first + block + window)
                load_rows(input_, kept[low:high], x, before, dim)
                for i in range(first, min(n, first + block)):
                    words[0] = kept[i]
                    words[1:] = upcoming
                    state = next_state(state)
                    reach = 1 + below(state, window)
                    count = choose_contexts(chosen, i - low, reach, high - low)
                    state = draw_negatives(upcoming, sampling.accept, sampling.choices, state)
                    for k in range(negatives):
                        prefetch_row(output, upcoming[k], dim)
                    if i + 1 < n:
                        prefetch_row(output, kept[i + 1], dim)
                    if i + block + window < n:
                        prefetch_row(input_, kept[i + block + window], dim)

                    average(x, chosen, count, mean[0], width)
                    copy_rows(output, words, o, dim)
                    score(mean, only, 1, o, gradients, dim, outputs)
                    if windows % LOSS_EVERY == 0:
                        measure_loss(gradients, 1, words, tally)
                    windows += 1
                    turn_to_gradients(gradients, 1, words, rate)
                    for k in range(outputs):
                        row = output[words[k]]
                        move_output(row, mean, only, 1, gradients, k, dim, outputs)
                    move_contexts(error, only, 1, o, gradients, dim, outputs)
                    add_error(x, chosen, count, error[0], width)
                    tally[OPERATIONS] += 6 * dim * outputs + 2 * dim * count
                add_changes(input_, kept[low:high], x, before, dim)

    return train_chunk
