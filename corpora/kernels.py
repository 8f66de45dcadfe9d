"""Compiled loops over bytes: UTF-8 text to word ids, hash table of words, ids to rows.

The encoder calls these, a block of text at a time; each returns when the block is used up but
for an unfinished tail, or when the vocabulary may run out of room. Nothing here knows of files,
options or strings. Text always ends in a line end when it is over, so no kernel needs to be told.
UTF-8 is checked as in table 3-7 of the Unicode Standard; what is wrong is read as one U+FFFD for
each maximal part, as Python's decoder does.
"""

# mypy: disable-error-code="return-value, no-any-return"
# (NumPy's integers, which compiled code returns as int.)

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel


class Characters(NamedTuple):
    """What a tokenizer must know of each character; made by `tokenizers.characters`."""

    fold: NDArray[np.uint8]
    """Of each ASCII byte in a word, its lower case; 0 for every other byte: shape (256,)."""
    flags: NDArray[np.uint8]
    """Of each code point, the sum of STARTS ... IGNORABLE: shape (0x110000,)."""
    lower: NDArray[np.int32]
    """Of each code point, how far it is to its lower case: shape (0x20000,)."""


STARTS = 1  # may begin a word, and be in it
INSIDE = 2  # may be in a word
JOINS = 4  # in a word only between two characters that may be in it
CASED = 8
IGNORABLE = 16  # skipped when the place of a sigma is judged


class Words(NamedTuple):
    """The words met so far, and a hash table of them; grown by the encoder between calls."""

    utf8: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    counts: NDArray[np.int64]
    slots: NDArray[np.int64]
    """Upper half of the word's hash (31 bits) above its id (32 bits), or -1: a power of two."""


# Places in the array of numbers that a call leaves for the next one.
POSITION, WRITTEN, WORDS, OPEN, TOKENS, SENTENCES, INVALID = range(7)
STATE_SIZE = 7

LINE_END = -1
UNSEEN = -1
SENTENCE_LIMIT = 10_000
ROOM_PER_BYTE = 3  # U+FFFD for a wrong byte, or U+2C65 for U+023A: at most three bytes for one

_BROKEN = -1
_UNFINISHED = -2
_CAPITAL_SIGMA = 0x3A3
_DOTTED_CAPITAL_I = 0x130


@byte_kernel
def decode(text: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Return the code point at `at` and its length; _BROKEN or _UNFINISHED and how many bytes."""
    n = len(text)
    lead = np.int64(text[at])
    if lead < 0x80:
        return lead, 1
    low, high = 0x80, 0xBF
    if lead < 0xC2 or lead > 0xF4:
        return _BROKEN, 1
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
            return _UNFINISHED, i
        byte = np.int64(text[at + i])
        if byte < low or byte > high:
            return _BROKEN, i
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


@byte_kernel
def place_sigmas(utf8: NDArray[np.uint8], start: int, end: int, flags: NDArray[np.uint8]) -> None:
    """Make each capital sigma of a word small: final where a cased letter precedes and none
    follows (Final_Sigma in the Unicode Standard, 3.13), ignorable characters left aside.
    """
    after_cased = False
    final = -1
    at = start
    while at < end:
        code, size = decode(utf8, at)
        if not flags[code] & IGNORABLE:
            cased = flags[code] & CASED != 0
            if final >= 0 and cased:
                utf8[final + 1] = 0x83
            final = -1
            if code == _CAPITAL_SIGMA:
                utf8[at] = 0xCF
                utf8[at + 1] = 0x82 if after_cased else 0x83
                final = at if after_cased else -1
            after_cased = cased
        at += size


@byte_kernel
def hash_word(utf8: NDArray[np.uint8], start: int, end: int) -> int:
    """Return 63 bits of hash: FNV-1a, its upper bits mixed in (Fowler, Noll, Vo)."""
    value = np.uint64(0xCBF29CE484222325)
    for i in range(start, end):
        value = (value ^ np.uint64(utf8[i])) * np.uint64(0x100000001B3)
    value ^= value >> np.uint64(29)
    return np.int64(value >> np.uint64(1))


@byte_kernel
def count_word(words: Words, known: int, end: int) -> int:
    """Count the word that lies after the `known` ones up to `end`; return its id.

    The id is `known` if the word is new, and the word is then where it belongs.
    """
    utf8, offsets, counts, slots = words
    start = offsets[known]
    size = end - start
    value = hash_word(utf8, start, end)
    tag = value >> 32
    mask = len(slots) - 1
    slot = value & mask
    while True:
        entry = slots[slot]
        if entry == UNSEEN:
            slots[slot] = tag << 32 | known
            offsets[known + 1] = end
            counts[known] = 1
            return known
        if entry >> 32 == tag:
            word = entry & 0xFFFFFFFF
            first = offsets[word]
            if offsets[word + 1] - first == size:
                i = 0
                while i < size and utf8[first + i] == utf8[start + i]:
                    i += 1
                if i == size:
                    counts[word] += 1
                    return word
        slot = (slot + 1) & mask


@byte_kernel
def rebuild_slots(words: Words, known: int) -> None:
    """Fill an empty hash table with all known words."""
    mask = len(words.slots) - 1
    for word in range(known):
        value = hash_word(words.utf8, words.offsets[word], words.offsets[word + 1])
        slot = value & mask
        while words.slots[slot] != UNSEEN:
            slot = (slot + 1) & mask
        words.slots[slot] = value >> 32 << 32 | word


@byte_kernel
def take_token(words: Words, end: int, ids: NDArray[np.int32], state: NDArray[np.int64]) -> None:
    """Count the token that lies after the known words, and append its id to the open sentence."""
    if state[OPEN] == SENTENCE_LIMIT:
        close_sentence(ids, state)
    known = state[WORDS]
    word = count_word(words, known, end)
    state[WORDS] += word == known
    ids[state[WRITTEN]] = word
    state[WRITTEN] += 1
    state[OPEN] += 1
    state[TOKENS] += 1


@byte_kernel
def close_sentence(ids: NDArray[np.int32], state: NDArray[np.int64]) -> None:
    """End the open sentence, if it holds anything."""
    if state[OPEN] > 0:
        ids[state[WRITTEN]] = LINE_END
        state[WRITTEN] += 1
        state[SENTENCES] += 1
        state[OPEN] = 0


@byte_kernel
def fold_word(
    text: NDArray[np.uint8], start: int, utf8: NDArray[np.uint8], end: int, chars: Characters
) -> tuple[int, int]:
    """Write the word at `start` in lower case at `end`; return where it ends in both.

    -1 as the first number says that the word may go on after the text.
    """
    fold, flags, lower = chars
    n = len(text)
    first = end
    at = start
    sigma = False
    while True:
        while at < n:
            folded = fold[text[at]]
            if folded == 0:
                break
            utf8[end] = folded
            end += 1
            at += 1
        if at == n:
            return -1, end
        code, size = decode(text, at)
        if code == _UNFINISHED:
            return -1, end
        if code == _BROKEN or not flags[code] & (INSIDE | JOINS):
            break
        if flags[code] & JOINS:
            if at + size == n:
                return -1, end
            follower, _ = decode(text, at + size)
            if follower == _UNFINISHED:
                return -1, end
            if follower == _BROKEN or not flags[follower] & INSIDE:
                break
        if code == _DOTTED_CAPITAL_I:
            end = append(utf8, append(utf8, end, 0x69), 0x307)
        elif code == _CAPITAL_SIGMA:
            sigma = True
            end = append(utf8, end, code)
        else:
            end = append(utf8, end, code + lower[code] if code < len(lower) else code)
        at += size
    if sigma:
        place_sigmas(utf8, first, end, flags)
    return at, end


@byte_kernel
def encode_words(
    text: NDArray[np.uint8],
    chars: Characters,
    words: Words,
    ids: NDArray[np.int32],
    state: NDArray[np.int64],
) -> bool:
    """Split text into lower-case words: see `tokenizers.words`.

    `ids` has room for every byte of text and every closed sentence, `words.utf8` for
    ROOM_PER_BYTE bytes a byte. Returns true, to be called again, when there is no room for
    another word; otherwise what lies after state[POSITION] is unfinished.
    """
    utf8, offsets = words.utf8, words.offsets
    most = min(len(offsets) - 1, len(words.slots) // 2)
    n = len(text)
    at = state[POSITION]
    while at < n:
        byte = text[at]
        if chars.fold[byte] == 0:
            if byte < 0x80:
                if byte == 0x0A:
                    close_sentence(ids, state)
                at += 1
                continue
            code, size = decode(text, at)
            if code == _UNFINISHED:
                break
            if code == _BROKEN:
                state[INVALID] += size
                at += size
                continue
            if not chars.flags[code] & STARTS:
                at += size
                continue
        known = state[WORDS]
        if known == most:
            state[POSITION] = at
            return True
        stop, end = fold_word(text, at, utf8, offsets[known], chars)
        if stop < 0:
            break
        take_token(words, end, ids, state)
        at = stop
    state[POSITION] = at
    return False


@byte_kernel
def encode_fields(
    text: NDArray[np.uint8],
    chars: Characters,  # noqa: ARG001 - called as encode_words is
    words: Words,
    ids: NDArray[np.int32],
    state: NDArray[np.int64],
) -> bool:
    """Split text at ASCII white space and change nothing: see `tokenizers.whitespace`.

    As `encode_words` in all else.
    """
    utf8, offsets = words.utf8, words.offsets
    most = min(len(offsets) - 1, len(words.slots) // 2)
    n = len(text)
    at = state[POSITION]
    while at < n:
        byte = text[at]
        if byte == 0x20 or 0x09 <= byte <= 0x0D:
            if byte == 0x0A:
                close_sentence(ids, state)
            at += 1
            continue
        known = state[WORDS]
        if known == most:
            state[POSITION] = at
            return True
        stop, end, invalid = at, offsets[known], 0
        while stop < n:
            byte = text[stop]
            if byte == 0x20 or 0x09 <= byte <= 0x0D:
                break
            if byte < 0x80:
                utf8[end] = byte
                end += 1
                stop += 1
                continue
            code, size = decode(text, stop)
            if code == _UNFINISHED:
                stop = n
                break
            if code == _BROKEN:
                invalid += size
                code = 0xFFFD
            end = append(utf8, end, code)
            stop += size
        if stop == n:
            break
        take_token(words, end, ids, state)
        state[INVALID] += invalid
        at = stop
    state[POSITION] = at
    return False


@byte_kernel
def renumber(
    ids: NDArray[np.int32], rows: NDArray[np.int32], out: NDArray[np.int32], in_sentence: bool
) -> tuple[int, bool]:
    """Write each id's row to `out`, leaving out words without one and sentences without words.

    `in_sentence` says whether the sentence that goes on at the start of `ids` holds a word
    already. Returns how many were written, and the same for the next block.
    """
    written = 0
    for i in range(len(ids)):
        word = ids[i]
        if word == LINE_END:
            if in_sentence:
                out[written] = LINE_END
                written += 1
            in_sentence = False
        elif rows[word] >= 0:
            out[written] = rows[word]
            written += 1
            in_sentence = True
    return written, in_sentence


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
