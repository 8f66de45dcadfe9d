"""Compiled reading and writing of one UTF-8 character; used by `kernels`.

Checked as in table 3-7 of the Unicode Standard; what is wrong counts as one character for each
maximal part, as Python's decoder has it.
"""

# mypy: disable-error-code="return-value, no-any-return"
# (NumPy's integers, which compiled code returns as int.)

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel

BROKEN = -1
UNFINISHED = -2


@byte_kernel
def decode(text: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Return the code point at `at` and its length; BROKEN or UNFINISHED and how many bytes."""
    n = len(text)
    lead = np.int64(text[at])
    if lead < 0x80:
        return lead, 1
    low, high = 0x80, 0xBF
    if lead < 0xC2 or lead > 0xF4:
        return BROKEN, 1
    if lead < 0xE0:
        size, code = 2, lead & 0x1F
    elif lead < 0xF0:
        size, code = 3, lead & 0x0F
        if lead == 0xE0:
            low = 0xA0
        elif lead == 0xED:
            high = 0x9F
    else:
        size, code = 4, lead & 0x07
        if lead == 0xF0:
            low = 0x90
        elif lead == 0xF4:
            high = 0x8F
    for i in range(1, size):
        if at + i == n:
            return UNFINISHED, i
        byte = np.int64(text[at + i])
        if byte < low or byte > high:
            return BROKEN, i
        code = code << 6 | (byte & 0x3F)
        low, high = 0x80, 0xBF
    return code, size


@byte_kernel
def append(utf8: NDArray[np.uint8], end: int, code: int) -> int:
    """Write a code point at `end` and return where it ends."""
    if code < 0x80:
        utf8[end] = code
        return end + 1
    if code < 0x800:
        utf8[end] = 0xC0 | code >> 6
    else:
        if code < 0x10000:
            utf8[end] = 0xE0 | code >> 12
        else:
            utf8[end] = 0xF0 | code >> 18
            end += 1
            utf8[end] = 0x80 | (code >> 12 & 0x3F)
        end += 1
        utf8[end] = 0x80 | (code >> 6 & 0x3F)
    utf8[end + 1] = 0x80 | (code & 0x3F)
    return end + 2
