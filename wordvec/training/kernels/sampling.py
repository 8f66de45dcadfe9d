"""What both architectures draw: kept tokens, window sizes, negative samples; and prefetching.

All draws come from one 64-bit linear congruential generator (Knuth's MMIX constants) whose state
is handed in and out; only its high bits are used. Nothing touches NumPy's generators.
"""

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from wordvec.compilation import inlined

_MULTIPLIER = np.uint64(6364136223846793005)
_INCREMENT = np.uint64(1442695040888963407)
_CACHE_LINE_FLOATS = 16


class Sampling(NamedTuple):
    """The distributions that a kernel draws from."""

    keep: NDArray[np.float32]
    """Probability that an occurrence of a word is kept, shape (words,)."""
    accept: NDArray[np.float32]
    """Alias table of the noise distribution: keep the drawn row with this probability, ..."""
    alias: NDArray[np.int32]
    """... else take this row instead. Both of shape (words,)."""


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
        if fraction(state) < keep[word]:
            kept[n] = word
            n += 1
    return position + 1, n, state


@inlined
def draw_negatives(
    negatives: NDArray[np.int32],
    accept: NDArray[np.float32],
    alias: NDArray[np.int32],
    output: NDArray[np.float32],
    state: np.uint64,
) -> np.uint64:
    """Fill `negatives` with words from the noise distribution and ask for their output rows.

    Walker's alias method: two draws and one table row, whatever the vocabulary's size.
    """
    for k in range(len(negatives)):
        state = next_state(state)
        word = below(state, len(accept))
        state = next_state(state)
        if fraction(state) >= accept[word]:
            word = alias[word]
        negatives[k] = word
        prefetch_row(output, word)
    return state


@intrinsic  # type: ignore[untyped-decorator]
def _prefetch(_typing_context: Any, matrix: Any, row: Any, column: Any) -> Any:  # noqa: ARG001
    """Emit llvm.prefetch (for writing, into all cache levels) of one float of a matrix."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = cgutils.get_item_pointer(
            context, builder, signature.args[0], view, [arguments[1], arguments[2]]
        )
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag]),
            "llvm.prefetch.p0",
        )
        write, keep, data = flag(1), flag(3), flag(1)
        builder.call(function, [builder.bitcast(address, byte), write, keep, data])
        return context.get_dummy_value()

    return types.void(matrix, types.intp, types.intp), generate


def prefetch_row(matrix: NDArray[np.float32], row: int) -> None:
    """Bring a row into the cache ahead of its use; as plain Python, do nothing.

    Rows of the output layer are drawn at random, so the processor cannot guess them: asking one
    window early made skip-gram 25 % faster with one thread and 80 % with two.
    """


@overload(prefetch_row, inline="always")  # type: ignore[untyped-decorator]
def _compiled_prefetch_row(matrix: Any, row: Any) -> Any:  # noqa: ARG001  # types, not values
    def prefetch(matrix: Any, row: Any) -> None:
        for column in range(0, matrix.shape[1], _CACHE_LINE_FLOATS):
            _prefetch(matrix, row, column)

    return prefetch
