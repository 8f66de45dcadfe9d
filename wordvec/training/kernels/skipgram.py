"""Skip-gram with negative sampling: one chunk of a corpus a call.

For a center word with output vector o_0 and a context word with input vector x, and negative
samples o_1..o_n drawn from the noise distribution (Mikolov et al. 2013, eq. 4), each step goes up
the gradient of log s(x.o_0) + sum_k log s(-x.o_k), s being the sigmoid:

    g_k = rate * (label_k - s(x.o_k))      x += sum_k g_k o_k      o_k += g_k x

All context words of one window share their negatives (Ji et al. 2016, "Parallelizing Word2Vec in
Shared and Distributed Memory"), so a window is a small matrix product. It is done in tiles of two
context rows by six output rows: their twelve sums just fit the vector registers of an AVX2
processor, and each output row, once loaded, serves twice.
"""

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import inlined, kernel
from wordvec.training.kernels.sampling import (
    Sampling,
    below,
    draw_negatives,
    keep_sentence,
    next_state,
    prefetch_row,
)
from wordvec.training.kernels.sigmoid import log_loss, sigmoid

TILE = 6
LOSS_EVERY = 256
"""The loss is measured on one window in so many: more would cost more than 2 % of the speed."""


@inlined
def train_tile(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    outputs: NDArray[np.float32],
    rates: NDArray[np.float32],
    label: np.float32,
    dim: int,
) -> None:
    """Take one step for two context rows against six output rows, all updated in place.

    `x` and `y` are of shape (dim,); `outputs` holds six rows one after the other, shape
    (6 * dim,), so that with `dim` a constant the compiler sees that they do not overlap. `rates`
    holds each output row's learning rate (0 leaves it out), shape (6,). `label` is the first
    row's; the others are negatives.
    """
    x0 = x1 = x2 = x3 = x4 = x5 = np.float32(0)
    y0 = y1 = y2 = y3 = y4 = y5 = np.float32(0)
    for d in range(dim):
        xd, yd = x[d], y[d]
        o0, o1, o2 = outputs[d], outputs[dim + d], outputs[2 * dim + d]
        o3, o4, o5 = outputs[3 * dim + d], outputs[4 * dim + d], outputs[5 * dim + d]
        x0 += xd * o0
        x1 += xd * o1
        x2 += xd * o2
        x3 += xd * o3
        x4 += xd * o4
        x5 += xd * o5
        y0 += yd * o0
        y1 += yd * o1
        y2 += yd * o2
        y3 += yd * o3
        y4 += yd * o4
        y5 += yd * o5
    # From here on the twelve are gradients.
    x0, y0 = rates[0] * (label - sigmoid(x0)), rates[0] * (label - sigmoid(y0))
    x1, y1 = -rates[1] * sigmoid(x1), -rates[1] * sigmoid(y1)
    x2, y2 = -rates[2] * sigmoid(x2), -rates[2] * sigmoid(y2)
    x3, y3 = -rates[3] * sigmoid(x3), -rates[3] * sigmoid(y3)
    x4, y4 = -rates[4] * sigmoid(x4), -rates[4] * sigmoid(y4)
    x5, y5 = -rates[5] * sigmoid(x5), -rates[5] * sigmoid(y5)
    for d in range(dim):
        xd, yd = x[d], y[d]
        o0, o1, o2 = outputs[d], outputs[dim + d], outputs[2 * dim + d]
        o3, o4, o5 = outputs[3 * dim + d], outputs[4 * dim + d], outputs[5 * dim + d]
        x[d] = xd + ((x0 * o0 + x1 * o1) + (x2 * o2 + x3 * o3)) + (x4 * o4 + x5 * o5)
        y[d] = yd + ((y0 * o0 + y1 * o1) + (y2 * o2 + y3 * o3)) + (y4 * o4 + y5 * o5)
        outputs[d] = o0 + x0 * xd + y0 * yd
        outputs[dim + d] = o1 + x1 * xd + y1 * yd
        outputs[2 * dim + d] = o2 + x2 * xd + y2 * yd
        outputs[3 * dim + d] = o3 + x3 * xd + y3 * yd
        outputs[4 * dim + d] = o4 + x4 * xd + y4 * yd
        outputs[5 * dim + d] = o5 + x5 * xd + y5 * yd


@kernel
def measure_window(
    contexts: NDArray[np.int32],
    center: int,
    negatives: NDArray[np.int32],
    input_: NDArray[np.float32],
    output: NDArray[np.float32],
    loss: NDArray[np.float64],
) -> None:
    """Add the window's loss and its number of pairs to `loss`, shape (2,)."""
    dim = input_.shape[1]
    for c in contexts:
        x = input_[c]
        score = np.float32(0)
        for d in range(dim):
            score += x[d] * output[center, d]
        loss[0] += log_loss(score)
        for k in negatives:
            if k != center:
                score = np.float32(0)
                for d in range(dim):
                    score += x[d] * output[k, d]
                loss[0] += log_loss(-score)
        loss[1] += 1


@functools.cache
def make_train_chunk(dim: int) -> Callable[..., None]:
    """Return the kernel for vectors of `dim` numbers.

    One kernel for each `dim`: with its loops' length known, LLVM unrolls them and keeps the sums
    in registers. Compiling takes about two seconds, once: the code is kept on disk.
    """

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
        """Train on `ids` (sentences, each closed by -1), changing `input_` and `output`.

        Both are of shape (words, dim). The learning rate goes from `first_rate` to `last_rate`
        along the chunk. A sample of the loss is added to `loss`: [sum, pairs].
        """
        state = next_state(seed)
        tiles = (negatives + TILE) // TILE
        kept = np.empty(len(ids), np.int32)
        # Row k of the window's outputs: the center word, then its negatives, then nothing.
        words = np.zeros(tiles * TILE, np.int32)
        upcoming = np.empty(negatives, np.int32)
        rates = np.zeros(tiles * TILE, np.float32)
        outputs = np.zeros(TILE * dim, np.float32)
        before = np.zeros(TILE * dim, np.float32)
        nobody = np.zeros(dim, np.float32)
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
                center = kept[i]
                words[0] = center
                rates[0] = rate
                for k in range(negatives):
                    words[k + 1] = upcoming[k]
                    rates[k + 1] = rate if upcoming[k] != center else 0
                # The next window's rows travel while this one is worked on.
                state = draw_negatives(upcoming, sampling.accept, sampling.alias, output, state)
                if i + 1 < n:
                    prefetch_row(output, kept[i + 1])
                if i + 1 + window < n:
                    prefetch_row(input_, kept[i + 1 + window])
                if windows % LOSS_EVERY == 0:
                    others = words[1 : negatives + 1]
                    measure_window(kept[low:i], center, others, input_, output, loss)
                    measure_window(kept[i + 1 : high], center, others, input_, output, loss)
                windows += 1
                for tile in range(tiles):
                    first = tile * TILE
                    for k in range(TILE):
                        row = output[words[first + k]]
                        for d in range(dim):
                            outputs[k * dim + d] = row[d]
                            before[k * dim + d] = row[d]
                    label = np.float32(1) if tile == 0 else np.float32(0)
                    tile_rates = rates[first : first + TILE]
                    waiting = -1
                    for j in range(low, high + 1):
                        if j == i or (waiting < 0 and j == high):
                            continue
                        if waiting < 0:
                            waiting = j
                            continue
                        # Two rows that are one cannot both be updated: the first goes alone,
                        # as an odd one does, beside a zero row that moves nothing.
                        alone = j == high or kept[j] == kept[waiting]
                        if alone:
                            nobody[:] = 0
                        x = input_[kept[waiting]]
                        y = nobody if alone else input_[kept[j]]
                        train_tile(x, y, outputs, tile_rates, label, dim)
                        waiting = j if alone else -1
                    # Adding the change, not storing the copy, keeps what another thread or a
                    # word drawn twice did to the row meanwhile.
                    for k in range(TILE):
                        row = output[words[first + k]]
                        for d in range(dim):
                            row[d] += outputs[k * dim + d] - before[k * dim + d]

    return train_chunk
