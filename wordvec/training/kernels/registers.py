"""Arithmetic on whole vector registers, written in LLVM's language; `products` is made of it.

LLVM finds vectors in a loop by itself, but not how to sum eight of them at once, nor that a row
can stay in registers while others are added to it. Knows nothing of training.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

_FEATURES = get_host_cpu_features()
LANES = 16 if _FEATURES.get("avx512f") else 8 if _FEATURES.get("avx") else 4
"""float32 numbers in a vector register of this processor."""

Value = Any
"""A number, vector or address in the code that is being written; llvmlite has no types."""

_FLOAT = ir.FloatType()
_INDEX = ir.IntType(64)


def padded(numbers: int, unit: int = LANES) -> int:
    """Return the next multiple of `unit`."""
    return -(-numbers // unit) * unit


def split(numbers: int) -> list[tuple[int, int]]:
    """Return the first place and the lanes of each vector that so many numbers are put into.

    All are full but the last ones, whose lanes are powers of two.
    """
    rest = numbers % LANES
    lanes = [LANES] * (numbers // LANES) + [bit for bit in (8, 4, 2, 1) if rest & bit]
    return list(zip(itertools.accumulate([0, *lanes]), lanes, strict=False))


def compiles_to(
    function: Callable[..., None],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make what is decorated write the compiled form of `function`, which returns nothing.

    It is called with a `Registers` and, for each argument of `function`, the address of the
    array, the number of a constant, or the register of any other number. Arrays must lie in memory
    row after row: their strides are not looked at.
    """

    def register(write: Callable[..., None]) -> Callable[..., None]:
        class Call(AbstractTemplate):  # type: ignore[misc]  # Numba has no types
            key = function
            prefer_literal = True

            def generic(self, kinds: Any, _named: Any) -> Any:
                arrays = [kind for kind in kinds if isinstance(kind, types.Array)]
                if any(array.layout != "C" for array in arrays):
                    return None
                return signature(types.none, *kinds)

        infer_global(function, types.Function(Call))

        @lower_builtin(function, types.VarArg(types.Any))  # type: ignore[untyped-decorator]
        def lower(context: Any, builder: Any, call: Any, values: Any) -> Value:
            arguments = []
            for kind, value in zip(call.args, values, strict=True):
                if isinstance(kind, types.Array):
                    arguments.append(context.make_array(kind)(context, builder, value).data)
                elif isinstance(kind, types.IntegerLiteral):
                    arguments.append(kind.literal_value)
                else:
                    arguments.append(context.cast(builder, value, kind, types.intp))
            write(Registers(builder), *arguments)
            return context.get_dummy_value()

        return write

    return register


class Registers:
    """Writes instructions where Numba's builder stands, one after the other."""

    def __init__(self, builder: Any) -> None:
        """Write with this builder."""
        self._builder = builder

    def index(self, number: Value | int) -> Value:
        """Return a whole number."""
        return ir.Constant(_INDEX, number) if isinstance(number, int) else number

    def plus(self, a: Value, b: Value | int) -> Value:
        """Return the sum of two whole numbers."""
        return self._builder.add(a, self.index(b))

    def times(self, a: Value, b: int) -> Value:
        """Return the product of two whole numbers."""
        return self._builder.mul(a, self.index(b))

    def move(self, address: Value, *steps: Value | int) -> Value:
        """Return the address so many numbers further on."""
        for step in steps:
            address = self._builder.gep(address, [self.index(step)])
        return address

    @contextmanager
    def repeat(self, count: Value | int) -> Iterator[Value]:
        """Write a loop: what it holds is done `count` times, with the number of the turn."""
        with cgutils.for_range(self._builder, self.index(count), intp=_INDEX) as loop:
            yield loop.index

    def by_twos(self, count: Value, write: Callable[[list[Value]], None]) -> None:
        """Write a loop over numbers two at a time, and what is done with the last odd one."""
        count = self.index(count)
        with self.repeat(self._builder.lshr(count, self.index(1))) as turn:
            first = self.times(turn, 2)
            write([first, self.plus(first, 1)])
        odd = self._builder.trunc(count, ir.IntType(1))
        with self._builder.if_then(odd):
            write([self._builder.sub(count, self.index(1))])

    def zeros(self) -> Value:
        """Return a vector of zeros."""
        return ir.Constant(ir.VectorType(_FLOAT, LANES), [0.0] * LANES)

    def variable(self, value: Value) -> Value:
        """Return the address of a value that may change, which LLVM keeps in a register."""
        address = cgutils.alloca_once(self._builder, value.type)
        self._builder.store(value, address)
        return address

    def get(self, address: Value) -> Value:
        """Return what a variable holds, or the number at an address."""
        return self._builder.load(address)

    def load(self, address: Value, lanes: int = LANES) -> Value:
        """Read a vector, wherever it starts."""
        pointer = ir.VectorType(_FLOAT, lanes).as_pointer()
        vector = self._builder.load(self._builder.bitcast(address, pointer))
        vector.align = 4
        return vector

    def store(self, vector: Value, address: Value) -> None:
        """Write a vector, wherever it starts."""
        pointer = vector.type.as_pointer()
        self._builder.store(vector, self._builder.bitcast(address, pointer)).align = 4

    def spread(self, number: Value, lanes: int = LANES) -> Value:
        """Return a vector that is the number in every lane."""
        nothing = ir.Constant(ir.VectorType(_FLOAT, lanes), ir.Undefined)
        first = self._builder.insert_element(nothing, number, ir.Constant(ir.IntType(32), 0))
        return self._shuffle(first, first, [0] * lanes)

    def add_product(self, variable: Value, a: Value, b: Value) -> None:
        """Add a * b to a variable, in one instruction where there is one."""
        product = self._builder.fmul(a, b, flags=("contract",))
        total = self._builder.fadd(product, self.get(variable), flags=("contract",))
        self._builder.store(total, variable)

    def add_up(self, vectors: Sequence[Value]) -> Value:
        """Return the sum of each of up to eight vectors, as a vector of eight lanes.

        It takes 24 instructions. Each sum for itself takes eight, more than the multiplications
        of a row of 100 numbers.
        """
        eight = [*vectors, *[self.zeros()] * (8 - len(vectors))]
        twos = [self._add_neighbours(*two) for two in _pairs(eight)]
        fours = [self._add_neighbours(*two) for two in _pairs(twos)]
        # Each quarter of a register (4 lanes) now holds a part of four sums.
        sums = self._shuffle(fours[0], fours[1], range(2 * LANES))
        while sums.type.count > 8:
            quarters = [range(first, first + 4) for first in range(0, sums.type.count, 4)]
            even = self._shuffle(sums, sums, [*itertools.chain(*quarters[::2])])
            odd = self._shuffle(sums, sums, [*itertools.chain(*quarters[1::2])])
            sums = self._builder.fadd(even, odd)
        return sums

    def prefetch(self, address: Value) -> None:
        """Ask for a cache line, to be written to, in all levels of the cache."""
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cgutils.get_or_insert_function(
            self._builder.module,
            ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag]),
            "llvm.prefetch.p0",
        )
        write, everywhere, data = flag(1), flag(3), flag(1)
        where = self._builder.bitcast(address, byte)
        self._builder.call(function, [where, write, everywhere, data])

    def _add_neighbours(self, a: Value, b: Value) -> Value:
        """Add each lane of an even number to the next, within quarters of `a` and of `b`."""
        even = [first + lane for first in range(0, LANES, 4) for lane in (0, 2, LANES, LANES + 2)]
        odd = [lane + 1 for lane in even]
        return self._builder.fadd(self._shuffle(a, b, even), self._shuffle(a, b, odd))

    def _shuffle(self, a: Value, b: Value, lanes: Sequence[int]) -> Value:
        """Return the lanes with these numbers, those of `b` counted on from those of `a`."""
        numbers = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), list(lanes))
        return self._builder.shuffle_vector(a, b, numbers)


def _pairs(vectors: Sequence[Value]) -> Iterator[tuple[Value, Value]]:
    return zip(vectors[::2], vectors[1::2], strict=True)
