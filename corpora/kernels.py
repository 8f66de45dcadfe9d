"""Compiled loops over bytes: UTF-8 text to word ids, ids to rows.

`counting` and `encoder` call these, a chunk of text at a time; a call returns when the text is
used up but for an unfinished tail, or when the table of words (`hashing`) is full. Nothing here
knows of files, options or strings. Text always ends in a line end when it is over, so no kernel
needs to be told. Most words are short and ASCII: eight bytes are looked at in one step then, which
is nearly three times as fast as byte by byte (Lamport 1975, "Multiple byte processing with
full-word instructions").
"""

# mypy: disable-error-code="return-value, no-any-return"
# (NumPy's integers, which compiled code returns as int.)

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel
from wordvec.corpora.hashing import STEP, Words, find_word, load, short_key, store, word_key
from wordvec.corpora.utf8 import BROKEN, UNFINISHED, append, decode


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


# Places in the array of numbers that a call leaves for the next one.
POSITION, WRITTEN, WORDS, INVALID = range(4)
STATE_SIZE = 4

LINE_END = -1
SENTENCE_LIMIT = 10_000
ROOM_PER_BYTE = 3  # U+FFFD for a wrong byte, or U+2C65 for U+023A: at most three bytes for one

_CAPITAL_SIGMA = 0x3A3
_DOTTED_CAPITAL_I = 0x130
_APOSTROPHE = 0x27

# The same byte eight times. Adding 0x80 - b to a byte below 0x80 sets its upper bit from b on.
_ONES = 0x0101010101010101
_EACH_ONE = np.uint64(_ONES)
_UPPER_BITS = np.uint64(0x80 * _ONES)
_LOWER_BITS = np.uint64(0x7F * _ONES)
_CASE_BITS = np.uint64(0x20 * _ONES)
_FROM_A, _PAST_Z = np.uint64((0x80 - 0x61) * _ONES), np.uint64((0x80 - 0x7B) * _ONES)
_FROM_0, _PAST_9 = np.uint64((0x80 - 0x30) * _ONES), np.uint64((0x80 - 0x3A) * _ONES)
_PAST_SPACE = np.uint64((0x80 - 0x21) * _ONES)


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
def bytes_before(stops: np.uint64) -> int:
    """Return how many of eight bytes come before the first one whose upper bit is set."""
    if stops == np.uint64(0):
        return STEP
    first = stops & (~stops + np.uint64(1))
    before = (first >> np.uint64(7)) - np.uint64(1)
    return np.int64((before & _EACH_ONE) * _EACH_ONE >> np.uint64(56))


@byte_kernel
def fold_eight(value: np.uint64) -> tuple[np.uint64, int]:
    """Return eight bytes, letters in lower case, and how many ASCII letters and digits lead."""
    folded = value | _CASE_BITS
    letters, digits = folded & _LOWER_BITS, value & _LOWER_BITS
    inside = (letters + _FROM_A & ~(letters + _PAST_Z)) | (digits + _FROM_0 & ~(digits + _PAST_9))
    return folded, bytes_before(~(inside & ~value) & _UPPER_BITS)


@byte_kernel
def measure_field(value: np.uint64) -> int:
    """Return how many of eight bytes, from the first on, are above the space and below 0x80."""
    inside = (value & _LOWER_BITS) + _PAST_SPACE
    return bytes_before(~(inside & ~value) & _UPPER_BITS)


@byte_kernel
def is_space(byte: int) -> bool:
    """Return whether a byte is ASCII white space."""
    return byte == 0x20 or 0x09 <= byte <= 0x0D


@byte_kernel
def find_short(words: Words, value: np.uint64, size: int, known: int) -> int:
    """Return the id of the word of the first `size` bytes of `value`, which is `known` if new."""
    start = words.offsets[known]
    word = find_word(words, short_key(value, size), known, start + size)
    if word == known:
        store(words.utf8, start, value)
    return word


@byte_kernel
def end_line(ids: NDArray[np.int32], written: int) -> int:
    """Write a line end unless the line is empty; return how much is written."""
    if written == 0 or ids[written - 1] != LINE_END:
        ids[written] = LINE_END
        written += 1
    return written


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
        if code == UNFINISHED:
            return -1, end
        if code == BROKEN or not flags[code] & (INSIDE | JOINS):
            break
        if flags[code] & JOINS:
            if at + size == n:
                return -1, end
            follower, _ = decode(text, at + size)
            if follower == UNFINISHED:
                return -1, end
            if follower == BROKEN or not flags[follower] & INSIDE:
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

    `ids` has room for an id a byte, `words.utf8` for ROOM_PER_BYTE bytes a byte and a STEP.
    Returns true, to be called again, when there is no room for another word; otherwise what lies
    after state[POSITION] is unfinished.
    """
    utf8, offsets, counts = words.utf8, words.offsets, words.counts
    most = len(counts)
    n = len(text)
    at, written, known = state[POSITION], state[WRITTEN], state[WORDS]
    full = False
    while at < n:
        byte = text[at]
        if chars.fold[byte] == 0:
            if byte < 0x80:
                if byte == 0x0A:
                    written = end_line(ids, written)
                at += 1
                continue
            code, size = decode(text, at)
            if code == UNFINISHED:
                break
            if code == BROKEN:
                state[INVALID] += size
                at += size
                continue
            if not chars.flags[code] & STARTS:
                at += size
                continue
        if known == most:
            full = True
            break
        size = STEP
        if at + STEP < n:
            folded, size = fold_eight(load(text, at))
        if size < STEP and text[at + size] < 0x80 and text[at + size] != _APOSTROPHE:
            word = find_short(words, folded, size, known)
            at += size
        else:
            start = offsets[known]
            stop, end = fold_word(text, at, utf8, start, chars)
            if stop < 0:
                break
            word = find_word(words, word_key(utf8, start, end), known, end)
            at = stop
        known += word == known
        counts[word] += 1
        ids[written] = word
        written += 1
    state[POSITION], state[WRITTEN], state[WORDS] = at, written, known
    return full


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
    utf8, offsets, counts = words.utf8, words.offsets, words.counts
    most = len(counts)
    n = len(text)
    at, written, known = state[POSITION], state[WRITTEN], state[WORDS]
    full = False
    while at < n:
        byte = text[at]
        if is_space(byte):
            if byte == 0x0A:
                written = end_line(ids, written)
            at += 1
            continue
        if known == most:
            full = True
            break
        size = STEP
        if at + STEP < n:
            value = load(text, at)
            size = measure_field(value)
        if size < STEP and is_space(text[at + size]):
            word = find_short(words, value, size, known)
            at += size
        else:
            start = offsets[known]
            stop, end, invalid = copy_field(text, at, utf8, start)
            if stop < 0:
                break
            word = find_word(words, word_key(utf8, start, end), known, end)
            state[INVALID] += invalid
            at = stop
        known += word == known
        counts[word] += 1
        ids[written] = word
        written += 1
    state[POSITION], state[WRITTEN], state[WORDS] = at, written, known
    return full


@byte_kernel
def copy_field(
    text: NDArray[np.uint8], start: int, utf8: NDArray[np.uint8], end: int
) -> tuple[int, int, int]:
    """Write the field at `start` at `end`; return where it ends in both, and its wrong bytes.

    -1 as the first number says that the field may go on after the text.
    """
    n = len(text)
    at, invalid = start, 0
    while at < n:
        byte = text[at]
        if byte < 0x80:
            if is_space(byte):
                return at, end, invalid
            utf8[end] = byte
            end += 1
            at += 1
            continue
        code, size = decode(text, at)
        if code == UNFINISHED:
            break
        if code == BROKEN:
            invalid += size
            code = 0xFFFD
        end = append(utf8, end, code)
        at += size
    return -1, end, invalid


@byte_kernel
def renumber(
    ids: NDArray[np.int32],
    rows: NDArray[np.int32],
    out: NDArray[np.int32],
    length: int,
    kept: bool,
    limit: int,
) -> tuple[int, int, bool, int]:
    """Write each id's row to `out`, and a line end after each `limit` tokens of a line.

    Words without a row are left out, and sentences without words. `length` is how many tokens the
    sentence that goes on at the start of `ids` has, `kept` whether one of them has a row. Returns
    how many numbers were written, the same two for what follows, and how many sentences ended.
    """
    written = sentences = 0
    for i in range(len(ids)):
        word = ids[i]
        if length > 0 and (word == LINE_END or length == limit):
            if kept:
                out[written] = LINE_END
                written += 1
            sentences += 1
            length = 0
            kept = False
        if word != LINE_END:
            length += 1
            if rows[word] >= 0:
                out[written] = rows[word]
                written += 1
                kept = True
    return written, length, kept, sentences
