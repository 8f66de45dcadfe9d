"""What a window is made of, in both architectures: its contexts' rows, its outputs, its loss.

A block is some windows in a row. Its context rows are copied when it begins and their changes are
added to the matrix when it ends: a row then serves several windows from the nearest cache, at an
address that suits vectors, and threads seldom meet in the row of a frequent word. A word that
stands in a block twice has two copies, whose changes add up.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import inlined
from wordvec.training.kernels.products import Chosen, Rows
from wordvec.training.kernels.sigmoid import log_loss, sigmoid

LONGEST_BLOCK = 16
"""From 8 to 32 skip-gram is as quick, within the noise; with 1 it would copy six times as much."""
_BLOCK_TIMES_WINDOW = 80

LOSS, MEASURED, OPERATIONS = range(3)
"""What a kernel adds up in its tally: losses, how many they are of, and the floating point
operations of all windows."""

Words = NDArray[np.int32]


@inlined
def block_length(window: int) -> int:
    """Return how many windows make a block: fewer if they are wide.

    Else a word would have so many copies, each changed so often, that all changes together go too
    far: at window 300 blocks of 16 diverged.
    """
    return max(1, min(LONGEST_BLOCK, _BLOCK_TIMES_WINDOW // window))


@inlined
def load_rows(matrix: Rows, words: Words, rows: Rows, before: Rows, dim: int) -> None:
    """Copy the words' rows of the matrix to `rows` and to `before`."""
    for c in range(len(words)):
        row = matrix[words[c]]
        for d in range(dim):
            rows[c, d] = row[d]
            before[c, d] = row[d]


@inlined
def add_changes(matrix: Rows, words: Words, rows: Rows, before: Rows, dim: int) -> None:
    """Add what changed in `rows` since `before`: storing them would undo what others did."""
    for c in range(len(words)):
        row = matrix[words[c]]
        for d in range(dim):
            row[d] += rows[c, d] - before[c, d]


@inlined
def copy_rows(matrix: Rows, words: Words, rows: Rows, dim: int) -> None:
    """Copy the words' rows of the matrix to `rows`."""
    for k in range(len(words)):
        row = matrix[words[k]]
        for d in range(dim):
            rows[k, d] = row[d]


@inlined
def choose_contexts(chosen: Chosen, center: int, reach: int, size: int) -> int:
    """Write the places up to `reach` from the center, of 0 to size - 1, and return how many.

    All of `chosen` is filled, so that the processor can guess how often the loop turns.
    """
    first = max(0, center - reach)
    for c in range(len(chosen)):
        chosen[c] = first + c + (first + c >= center)
    return min(size, center + reach + 1) - first - 1


@inlined
def measure_loss(scores: Rows, count: int, words: Words, tally: NDArray[np.float64]) -> None:
    """Add the loss of `count` rows of scores, word 0 being the true one, the others noise."""
    for c in range(count):
        tally[LOSS] += log_loss(scores[c, 0])
        for k in range(1, len(words)):
            if words[k] != words[0]:
                tally[LOSS] += log_loss(-scores[c, k])
    tally[MEASURED] += count


@inlined
def turn_to_gradients(scores: Rows, count: int, words: Words, rate: np.float32) -> None:
    """Replace scores by rate * (label - sigmoid(score)); noise that is the true word gets 0."""
    numbers = scores[:count].reshape(-1)
    for i in range(len(numbers)):
        numbers[i] = -rate * sigmoid(numbers[i])
    for c in range(count):
        scores[c, 0] += rate
    for k in range(1, len(words)):
        if words[k] == words[0]:
            scores[:count, k] = 0
