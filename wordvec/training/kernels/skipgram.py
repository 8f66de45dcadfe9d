"""Skip-gram with negative sampling: one chunk of a corpus a call.

For a center word with output vector o_0 and a context word with input vector x, and negative
samples o_1..o_n drawn from the noise distribution (Mikolov et al. 2013, eq. 4), each step goes up
the gradient of log s(x.o_0) + sum_k log s(-x.o_k), s being the sigmoid:

    g_k = rate * (label_k - s(x.o_k))      x += sum_k g_k o_k      o_k += g_k x

All context words of one window share their negatives (Ji et al. 2016, "Parallelizing Word2Vec in
Shared and Distributed Memory"), and up to `TOGETHER` of them take their step at once: so a window
is three small matrix products (`products`). The rows of contexts stay for a block of windows
(`windows`; after Randall et al. 2021, "FULL-W2V: Fully Exploiting Data Reuse for W2V on
GPU-Accelerated Systems").
"""

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import kernel
from wordvec.training.kernels.products import (
    SCORES,
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

TOGETHER = 16
"""Contexts that take their step at once: all of a window up to 8. The steps of hundreds would add
up to one that goes too far."""
LOSS_EVERY = 256
"""The loss is measured on one window in so many: more would cost more than 2 % of the speed."""


@functools.cache
def make_train_chunk(dim: int, negatives: int) -> Callable[..., None]:
    """Return the kernel for vectors of `dim` numbers and so many negatives.

    With both known, rows and sums stay in registers. Compiling takes about two seconds, once: the
    code is kept on disk.
    """
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
        """Train on `ids` (sentences, each closed by -1), changing `input_` and `output`.

        Both are of shape (words, dim). The learning rate goes from `first_rate` to `last_rate`
        along the chunk. To `tally`, of shape (3,), are added the loss of a sample of pairs, their
        number, and the operations done.
        """
        state = next_state(seed)
        kept = np.empty(len(ids), np.int32)
        block = block_length(window)
        x = make_rows(block + 2 * window, width)
        before = make_rows(block + 2 * window, width)
        chosen = np.empty(2 * window, np.int64)
        words = np.empty(outputs, np.int32)  # the center word, then its negatives
        upcoming = np.empty(negatives, np.int32)
        o = make_rows(outputs, width)
        gradients = make_rows(TOGETHER, scores_a_row)
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
                    # Rows for the next window and block travel while this one is worked on.
                    state = draw_negatives(upcoming, sampling.accept, sampling.choices, state)
                    for k in range(negatives):
                        prefetch_row(output, upcoming[k], dim)
                    if i + 1 < n:
                        prefetch_row(output, kept[i + 1], dim)
                    if i + block + window < n:
                        prefetch_row(input_, kept[i + block + window], dim)

                    measured = windows % LOSS_EVERY == 0
                    windows += 1
                    for part in range(0, count, TOGETHER):
                        some = chosen[part:]
                        few = min(TOGETHER, count - part)
                        copy_rows(output, words, o, dim)
                        score(x, some, few, o, gradients, dim, outputs)
                        if measured:
                            measure_loss(gradients, few, words, tally)
                        turn_to_gradients(gradients, few, words, rate)
                        for k in range(outputs):
                            row = output[words[k]]
                            move_output(row, x, some, few, gradients, k, dim, outputs)
                        move_contexts(x, some, few, o, gradients, dim, outputs)
                    tally[OPERATIONS] += 6 * dim * outputs * count
                add_changes(input_, kept[low:high], x, before, dim)

    return train_chunk
