"""What both architectures draw: kept tokens, window sizes, negative samples; and prefetching.

All draws come from one 64-bit linear congruential generator (Knuth's MMIX constants) whose state
is handed in and out; only its high bits are used. Nothing touches NumPy's generators.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import inlined
from wordvec.training.kernels.registers import Registers, Value, compiles_to

_MULTIPLIER = np.uint64(6364136223846793005)
_INCREMENT = np.uint64(1442695040888963407)
_CACHE_LINE = 16
_FARTHEST = 1024
"""Numbers of a row that are asked for; by then the processor has seen where it goes."""


class Sampling(NamedTuple):
    """The distributions that a kernel draws from."""

    keep: NDArray[np.float32]
    """Probability that an occurrence of a word is kept, shape (words,)."""
    accept: NDArray[np.float32]
    """Alias table of the noise distribution: the probability that a row drawn is kept, shape
    (words,), ..."""
    choices: NDArray[np.int32]
    """... and that row and the one taken instead of it, shape (words, 2)."""


@inlined
def next_state(state: np.uint64) -> np.uint64:
    """Return the generator's next state."""
    return state * _MULTIPLIER + _INCREMENT


@inlined
def below(state: np.uint64, n: int) -> int:
    """Return a whole number from 0 to n - 1 from the state's high half."""
    high = ((state >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)
    return np.int64(high)  # type: ignore[return-value]  # int() of a uint64 stays one in Numba


@inlined
def fraction(state: np.uint64) -> np.float32:
    """Return a float32 in [0, 1) from the state's 24 highest bits."""
    return np.float32(np.int64(state >> np.uint64(40))) * np.float32(2.0**-24)


@inlined
def keep_sentence(
    ids: NDArray[np.int32],
    start: int,
    keep: NDArray[np.float32],
    kept: NDArray[np.int32],
    state: np.uint64,
) -> tuple[int, int, np.uint64]:
    """Copy the sentence at `start` to `kept`, frequent words thinned out.

    Returns where the next sentence starts, how many tokens were kept, and the new state.
    """
    n = 0
    position = start
    while position < len(ids) and ids[position] >= 0:
        word = ids[position]
        position += 1
        state = next_state(state)
        kept[n] = word  # written over by the next if it is not kept
        n += fraction(state) < keep[word]
    return position + 1, n, state


@inlined
def draw_negatives(
    negatives: NDArray[np.int32],
    accept: NDArray[np.float32],
    choices: NDArray[np.int32],
    state: np.uint64,
) -> np.uint64:
    """Fill `negatives` with words from the noise distribution.

    Walker's alias method: two draws and one table row, whatever the vocabulary's size.
    """
    for k in range(len(negatives)):
        state = next_state(state)
        word = below(state, len(accept))
        state = next_state(state)
        # Looked up, not decided: a jump would be guessed wrong every third time.
        negatives[k] = choices[word, np.int64(fraction(state) >= accept[word])]
    return state


def prefetch_row(matrix: NDArray[np.float32], row: int, dim: int) -> None:
    """Bring a row into the cache ahead of its use; as plain Python, do nothing.

    Rows of the output layer are drawn at random, so the processor cannot guess them: asking one
    window early made skip-gram 25 % faster with one thread and 80 % with two. `dim` must be a
    constant of the caller.
    """


@compiles_to(prefetch_row)
def _write_prefetch_row(write: Registers, matrix: Value, row: Value, dim: int) -> None:
    first = write.move(matrix, write.times(row, dim))
    for place in range(0, min(dim, _FARTHEST), _CACHE_LINE):
        write.prefetch(write.move(first, place))
