"""Compiled hash table of words, with their counts; used by the kernels that find words in text.

A word's key is 64 bits. Up to seven bytes are their own key, with their number above them: nearly
nine of ten words of English text, which are then told apart by one comparison. A longer word's
key is a hash with its upper bit set, and its bytes are compared as well. Eight bytes are taken at
a time (a loop over bytes costs a mispredicted branch a word, more than all the rest).
"""

# mypy: disable-error-code="return-value, no-any-return"
# (NumPy's integers, which compiled code returns as int.)

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel


class Words(NamedTuple):
    """The words met so far, by id, and a hash table of their ids; `counting` makes them grow."""

    utf8: NDArray[np.uint8]
    """The words end to end. What is looked up lies, or will lie, after the last one."""
    offsets: NDArray[np.int64]
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    slots: NDArray[np.int32]
    """Ids plus one, or 0 where empty: a power of two, at least twice as many as words."""


EMPTY = 0
STEP = 8
"""Bytes taken at a time; so many may be read and written past the end of a word."""

_BYTE = np.uint64(0xFF)
_UPPER_BIT = np.uint64(1 << 63)
_HALF = np.uint64(32)
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio (Knuth 1973, 6.4)


@byte_kernel
def load(utf8: NDArray[np.uint8], at: int) -> np.uint64:
    """Return eight bytes as a number, the first one lowest (compiled to a single load)."""
    value = np.uint64(0)
    first = np.uint64(at)  # an unsigned index is not checked for being negative
    for i in range(STEP):
        value |= np.uint64(utf8[first + np.uint64(i)]) << np.uint64(8 * i)
    return value


@byte_kernel
def store(utf8: NDArray[np.uint8], at: int, value: np.uint64) -> None:
    """Write a number as eight bytes, the lowest one first (compiled to a single store)."""
    first = np.uint64(at)
    for i in range(STEP):
        utf8[first + np.uint64(i)] = np.uint8(value >> np.uint64(8 * i) & _BYTE)


@byte_kernel
def short_key(value: np.uint64, size: int) -> np.uint64:
    """Return the key of a word of `size` bytes, less than eight: the lowest ones of `value`."""
    word = value & ((np.uint64(1) << np.uint64(8 * size)) - np.uint64(1))
    return word | np.uint64(size) << np.uint64(56)


@byte_kernel
def mix(key: np.uint64) -> np.uint64:
    """Spread all bits of a key over the lower ones, by which slots are chosen."""
    value = (key ^ key >> _HALF) * _ODD
    return value ^ value >> _HALF


@byte_kernel
def word_key(utf8: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """Return the key of a word of any length."""
    size = end - start
    if size < STEP:
        return short_key(load(utf8, start), size)
    value = np.uint64(size)
    for at in range(start, end - STEP, STEP):
        value = mix(value ^ load(utf8, at))
    return mix(value ^ load(utf8, end - STEP)) | _UPPER_BIT


@byte_kernel
def same_bytes(utf8: NDArray[np.uint8], first: int, second: int, size: int) -> bool:
    """Return whether two words of `size` bytes, at least eight, are one."""
    for i in range(0, size - STEP, STEP):
        if load(utf8, first + i) != load(utf8, second + i):
            return False
    return load(utf8, first + size - STEP) == load(utf8, second + size - STEP)


@byte_kernel
def find_word(words: Words, key: np.uint64, known: int, end: int) -> int:
    """Return the id of the word with this key, which ends at `end` if it comes to lie in `utf8`.

    The id is `known` if the word is new. It then has its place, but for its bytes if it is short:
    those are not looked at, and the caller writes them.
    """
    utf8, offsets, keys, counts, slots = words
    start = offsets[known]
    size = end - start
    mask = np.uint64(len(slots) - 1)
    slot = mix(key) & mask
    while True:
        word = slots[slot] - 1
        if word < 0:
            slots[slot] = known + 1
            offsets[known + 1] = end
            keys[known] = key
            counts[known] = 0
            return known
        if keys[word] == key:
            first = offsets[word]
            if size < STEP or (
                offsets[word + 1] - first == size and same_bytes(utf8, first, start, size)
            ):
                return np.int64(word)
        slot = (slot + np.uint64(1)) & mask


@byte_kernel
def rebuild_slots(words: Words, known: int) -> None:
    """Fill an empty hash table with all known words."""
    mask = np.uint64(len(words.slots) - 1)
    for word in range(known):
        slot = mix(words.keys[word]) & mask
        while words.slots[slot] != EMPTY:
            slot = (slot + np.uint64(1)) & mask
        words.slots[slot] = word + 1


@byte_kernel
def merge_words(
    words: Words, known: int, others: Words, start: int, stop: int, ids: NDArray[np.int32]
) -> int:
    """Find words `start` to `stop` of `others` in `words`, or put them there; return how many.

    `words` has room for all of them. Their ids go to `ids`; counts are left alone.
    """
    for other in range(start, stop):
        first, last = others.offsets[other], others.offsets[other + 1]
        begin = words.offsets[known]
        end = begin + last - first
        for i in range(last - first):
            words.utf8[begin + i] = others.utf8[first + i]
        word = find_word(words, others.keys[other], known, end)
        ids[other] = word
        known += word == known
    return known


@byte_kernel
def gather_words(
    words: Words, order: NDArray[np.int64], utf8: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> None:
    """Copy the words of `order` one after the other, and where each starts and ends."""
    end = 0
    for row in range(len(order)):
        offsets[row] = end
        for i in range(words.offsets[order[row]], words.offsets[order[row] + 1]):
            utf8[end] = words.utf8[i]
            end += 1
    offsets[len(order)] = end
