"""Compiled loops between decimal digits and float32: rows of text read, and rows written.

Called by `wordvec.formats.text`, which deals in plain Python with every line that `parse_rows`
does not understand or is not sure of: words with spaces, NaN, numbers on the edge between two
float32. Here nothing is known of files, encodings or errors.

A number is digits * 10 ** exponent, taken in float64 with a relative error below 2 ** -51
(18 digits kept, one rounding each of the digits, the power and their product). Where both ends of
that range round to the same float32, that is the answer which the exact number would give. Whole
numbers below 2 ** 53 have no error, so those halfway between two float32 are rounded as they are.
"""

# mypy: disable-error-code="return-value"
# (NumPy's numbers, which compiled code returns as int and float.)

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel

_REACH = 90
_POWERS = np.array([float(f"1e{n}") for n in range(-_REACH, _REACH + 1)])
_BELOW, _ABOVE = 1 - 2.0**-50, 1 + 2.0**-50
_EXACT_BELOW = 2.0**53
_MOST_EXPONENT = 40  # 1e40 is beyond float32
_LEAST_EXPONENT = -_REACH  # 18 digits at 1e-90 are far below its smallest number
_FULL = 10**17
_TAB, _LINE_END, _RETURN, _SPACE = 9, 10, 13, 32
_PLUS, _MINUS, _POINT, _ZERO, _CAPITAL_E, _E = 43, 45, 46, 48, 69, 101

ROOM_PER_NUMBER = 20
"""The most bytes that `format_rows` writes for a number, and the space before it."""


class Rows(NamedTuple):
    """A block of rows, filled from its start."""

    numbers: NDArray[np.float32]
    """Shape (rows, dim)."""
    starts: NDArray[np.int64]
    """Where in the text each row's word starts: shape (rows,)."""
    ends: NDArray[np.int64]
    """Where it ends: shape (rows,)."""


@byte_kernel
def parse_rows(
    text: NDArray[np.uint8], place: int, stop: int, rows: Rows, filled: int, full: int
) -> tuple[int, int]:
    """Parse lines of a word and its numbers; return where it stopped, and the rows then filled.

    It stops at `stop`, after `full` rows, or before a line that is not a word without a space,
    numbers, and white space. text[stop - 1] must be a line end.
    """
    dim = rows.numbers.shape[1]
    while place < stop and filled < full:
        end = place
        while text[end] != _SPACE and text[end] != _TAB and text[end] != _LINE_END:
            end += 1
        at = end if end > place else -1
        column = 0
        while at >= 0 and column < dim:
            while text[at] == _SPACE or text[at] == _TAB:
                at += 1
            rows.numbers[filled, column], at = parse_number(text, at)
            column += 1
        if at < 0:
            break
        while text[at] == _SPACE or text[at] == _TAB or text[at] == _RETURN:
            at += 1
        if text[at] != _LINE_END:
            break
        rows.starts[filled], rows.ends[filled] = place, end
        filled += 1
        place = at + 1
    return place, filled


@byte_kernel
def parse_number(text: NDArray[np.uint8], at: int) -> tuple[np.float32, int]:
    """Parse the number at `at`; return it and where it ends, -1 if this is not sure."""
    negative = text[at] == _MINUS
    if negative or text[at] == _PLUS:
        at += 1
    digits, exponent, first = 0, 0, at
    while _ZERO <= text[at] < _ZERO + 10:
        if digits < _FULL:
            digits = 10 * digits + int(text[at]) - _ZERO
        else:
            exponent += 1
        at += 1
    length = at - first
    if text[at] == _POINT:
        at += 1
        first = at
        while _ZERO <= text[at] < _ZERO + 10:
            if digits < _FULL:
                digits = 10 * digits + int(text[at]) - _ZERO
                exponent -= 1
            at += 1
        length += at - first
    if text[at] == _E or text[at] == _CAPITAL_E:
        at += 1
        less = text[at] == _MINUS
        if less or text[at] == _PLUS:
            at += 1
        first, power = at, 0
        while _ZERO <= text[at] < _ZERO + 10:
            power = min(10 * power + int(text[at]) - _ZERO, 100_000)
            at += 1
        exponent += -power if less else power
        if at == first:
            length = 0
    after = text[at]
    if length == 0 or after not in (_SPACE, _TAB, _LINE_END, _RETURN):
        return np.float32(0), -1
    number = np.float32(0)
    if digits > 0 and exponent >= _LEAST_EXPONENT:
        if exponent > _MOST_EXPONENT:
            return np.float32(0), -1
        number, sure = round_number(digits, exponent)
        if not sure:
            return np.float32(0), -1
    return (-number if negative else number), at


@byte_kernel
def round_number(digits: int, exponent: int) -> tuple[np.float32, bool]:
    """Return the float32 of digits * 10 ** exponent, and whether it is sure."""
    about = digits * _POWERS[exponent + _REACH]
    if exponent >= 0 and about < _EXACT_BELOW:
        return np.float32(about), True
    number = np.float32(about * _BELOW)
    return number, number == np.float32(about * _ABOVE)


@byte_kernel
def format_rows(
    utf8: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    numbers: NDArray[np.float32],
    out: NDArray[np.uint8],
) -> int:
    """Write a line for each word: the word and its numbers; return how many bytes.

    The numbers, (words, dim), must be finite; `out` needs as many bytes as the words have, one
    more for each, and ROOM_PER_NUMBER for each number.
    """
    at = 0
    for row in range(numbers.shape[0]):
        for place in range(offsets[row], offsets[row + 1]):
            out[at] = utf8[place]
            at += 1
        for column in range(numbers.shape[1]):
            out[at] = _SPACE
            at = format_number(numbers[row, column], out, at + 1)
        out[at] = _LINE_END
        at += 1
    return at


@byte_kernel
def format_number(number: np.float32, out: NDArray[np.uint8], at: int) -> int:
    """Write the fewest digits that are read back as `number`; return where they end.

    Six to nine digits are tried: nine always do, and where fewer than six do, the six end in 0
    (but for the numbers below 1e-38, which are coarser and so may get a few digits more).
    """
    if np.signbit(number):
        out[at] = _MINUS
        at += 1
    if number == 0:
        out[at] = _ZERO
        return at + 1
    size = abs(float(number))
    exponent = math.floor(math.log10(size))
    if _POWERS[exponent + _REACH] > size:
        exponent -= 1
    elif _POWERS[exponent + 1 + _REACH] <= size:
        exponent += 1
    digits, length = 0, 5
    while length < 9:
        length += 1
        shift = length - 1 - exponent
        digits = int(np.rint(size * _POWERS[shift + _REACH]))
        about, sure = round_number(digits, -shift)
        if sure and about == np.float32(size):
            break
    if digits == int(_POWERS[length + _REACH]):  # 9.999... rounded up
        exponent += 1
        length += 1
    while digits % 10 == 0:
        digits //= 10
        length -= 1
    return write_digits(digits, length, exponent, out, at)


@byte_kernel
def write_digits(digits: int, length: int, exponent: int, out: NDArray[np.uint8], at: int) -> int:
    """Write d.ddd * 10 ** exponent as C's %g does, where %g would not round; return the end."""
    scientific = exponent < -5 or exponent > 15
    point = 0 if scientific else exponent
    if point < 0:
        out[at], out[at + 1] = _ZERO, _POINT
        for zero in range(-point - 1):
            out[at + 2 + zero] = _ZERO
        at += 1 - point
    for place in range(length - 1, -1, -1):
        later = 1 if 0 <= point < place else 0
        out[at + place + later] = _ZERO + digits % 10
        digits //= 10
    if 0 <= point < length - 1:
        out[at + point + 1] = _POINT
        at += 1
    at += length
    for _ in range(length, point + 1):
        out[at] = _ZERO
        at += 1
    if scientific:
        out[at], out[at + 1] = _E, (_MINUS if exponent < 0 else _PLUS)
        power = abs(exponent)
        out[at + 2], out[at + 3] = _ZERO + power // 10, _ZERO + power % 10
        at += 4
    return at
