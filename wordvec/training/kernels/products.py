"""The three matrix products of a window: scores, steps of the contexts, steps of the outputs.

With the context rows X, the output rows O and the gradients G of their scores:

    scores = X O'      X += G O      O += G' X

Each is written twice under one name: in NumPy, which says what it does and runs where nothing is
compiled; and in vector instructions (`registers`), because LLVM, given the loops, sums each score
by itself and stores a row after every addition. Context rows go two at a time, so that a row of
outputs, once loaded, serves twice: loads are what limits these products. `dim` and `outputs` must
be constants of the caller. Local rows (`make_rows`) are padded with zeros to whole vectors.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import inlined
from wordvec.training.kernels.registers import LANES, Registers, Value, compiles_to, padded, split

Row = NDArray[np.float32]
Rows = NDArray[np.float32]
Chosen = NDArray[np.int64]

SCORES = 8
"""So many scores are summed up at a time: a row of them is padded to a multiple of it."""
_PANEL = (8 if LANES == 16 else 6) * LANES
"""So many numbers of two rows stay in registers (AVX-512 has twice as many) while others are
added to them."""
_CACHE_LINE = 16


@inlined
def make_rows(count: int, width: int) -> Rows:
    """Return rows of zeros that start at a cache line, so that no vector lies across two."""
    numbers = np.zeros(count * width + _CACHE_LINE, np.float32)
    first = -(numbers.ctypes.data // 4) % _CACHE_LINE
    return numbers[first : first + count * width].reshape(count, width)


def score(
    x: Rows, chosen: Chosen, count: int, o: Rows, scores: Rows, dim: int, outputs: int
) -> None:
    """Write the dot product of each chosen row of `x` and each row of `o` to `scores`.

    `chosen` holds `count` row numbers of `x`, none twice; score [c, k] is of the c-th of them and
    row k of `o`. What is written beyond `outputs` scores a row has no meaning.
    """
    scores[:count, :outputs] = x[chosen[:count], :dim] @ o[:outputs, :dim].T


def move_contexts(
    x: Rows, chosen: Chosen, count: int, o: Rows, gradients: Rows, dim: int, outputs: int
) -> None:
    """Add to each chosen row of `x` the rows of `o`, each times its gradient."""
    x[chosen[:count], :dim] += gradients[:count, :outputs] @ o[:outputs, :dim]


def move_output(
    row: Row,
    x: Rows,
    chosen: Chosen,
    count: int,
    gradients: Rows,
    k: int,
    dim: int,
    outputs: int,  # noqa: ARG001 - the width of a row of gradients is known by it
) -> None:
    """Add to a row of `dim` numbers the chosen rows of `x`, each times its gradient of output k."""
    row[:dim] += gradients[:count, k] @ x[chosen[:count], :dim]


def _row(write: Registers, x: Value, chosen: Value, c: Value, width: int) -> Value:
    """Return the address of the c-th chosen row."""
    return write.move(x, write.times(write.get(write.move(chosen, c)), width))


@compiles_to(score)
def _write_score(
    write: Registers,
    x: Value,
    chosen: Value,
    count: Value,
    o: Value,
    scores: Value,
    dim: int,
    outputs: int,
) -> None:
    width = padded(dim)

    def score_rows(numbers: list[Value]) -> None:
        rows = [_row(write, x, chosen, c, width) for c in numbers]
        for start in range(0, outputs, SCORES):
            columns = range(start, min(start + SCORES, outputs))
            sums = [[write.variable(write.zeros()) for _ in columns] for _ in rows]
            with write.repeat(width // LANES) as turn:
                place = write.times(turn, LANES)
                parts = [write.load(write.move(row, place)) for row in rows]
                for n, k in enumerate(columns):
                    other = write.load(write.move(o, place, k * width))
                    for mine, part in zip(sums, parts, strict=True):
                        write.add_product(mine[n], part, other)
            for c, mine in zip(numbers, sums, strict=True):
                target = write.move(scores, write.times(c, padded(outputs, SCORES)), start)
                write.store(write.add_up([write.get(one) for one in mine]), target)

    write.by_twos(count, score_rows)


def _add_rows(
    write: Registers,
    targets: list[Value],
    dim: int,
    count: Value | int,
    source: Callable[[Value], tuple[Value, list[Value]]],
) -> None:
    """Add rows to `targets`; `source` tells a turn's row, and the address of each one's weight."""

    def add_panel(start: Value | int, numbers: int) -> None:
        vectors = split(numbers)
        starts = [write.move(target, start) for target in targets]
        sums = [
            [write.variable(write.load(write.move(target, place), lanes)) for target in starts]
            for place, lanes in vectors
        ]
        with write.repeat(count) as turn:
            row, weights = source(turn)
            factors = [write.get(weight) for weight in weights]
            for (place, lanes), both in zip(vectors, sums, strict=True):
                other = write.load(write.move(row, start, place), lanes)
                for total, factor in zip(both, factors, strict=True):
                    write.add_product(total, write.spread(factor, lanes), other)
        for (place, _), both in zip(vectors, sums, strict=True):
            for target, total in zip(starts, both, strict=True):
                write.store(write.get(total), write.move(target, place))

    with write.repeat(dim // _PANEL) as turn:
        add_panel(write.times(turn, _PANEL), _PANEL)
    if dim % _PANEL:
        add_panel(dim // _PANEL * _PANEL, dim % _PANEL)


@compiles_to(move_contexts)
def _write_move_contexts(
    write: Registers,
    x: Value,
    chosen: Value,
    count: Value,
    o: Value,
    gradients: Value,
    dim: int,
    outputs: int,
) -> None:
    width = padded(dim)

    def move_rows(numbers: list[Value]) -> None:
        weights = [write.move(gradients, write.times(c, padded(outputs, SCORES))) for c in numbers]

        def source(k: Value) -> tuple[Value, list[Value]]:
            return write.move(o, write.times(k, width)), [write.move(w, k) for w in weights]

        targets = [_row(write, x, chosen, c, width) for c in numbers]
        _add_rows(write, targets, width, outputs, source)

    write.by_twos(count, move_rows)


@compiles_to(move_output)
def _write_move_output(
    write: Registers,
    row: Value,
    x: Value,
    chosen: Value,
    count: Value,
    gradients: Value,
    k: Value,
    dim: int,
    outputs: int,
) -> None:
    width = padded(dim)

    def source(c: Value) -> tuple[Value, list[Value]]:
        weight = write.move(gradients, write.times(c, padded(outputs, SCORES)), k)
        return _row(write, x, chosen, c, width), [weight]

    _add_rows(write, [row], dim, count, source)
