"""What the tokenizers do, and the table of characters that `words` needs.

`words` takes maximal runs of letters, marks and digits (Unicode categories L, M, Nd and Nl; No is
left out, so that a raised footnote number is no part of its word) that begin with a letter or a
digit, in lower case as `str.lower` gives it. An apostrophe, straight or curly (both become '),
and U+200C and U+200D, which scripts such as Persian and Devanagari write inside words, belong to
a word between two of its characters. `whitespace` splits at ASCII white space and changes nothing.
"""

import functools
import unicodedata

import numpy as np

from wordvec.corpora.kernels import CASED, IGNORABLE, INSIDE, JOINS, STARTS, Characters

_JOINING = "'\u2019\u200c\u200d"
# The planes in use, and the block of plane 14 with the variation selectors: the rest of the
# 1,114,112 code points, unassigned or private, hold no letter (a test looks at all of them).
_USED = (range(0x40000), range(0xE0100, 0xE01F0))


@functools.cache
def characters() -> Characters:
    """Return the table of characters after Python's own Unicode data; made once, in about 30 ms."""
    inside = dict.fromkeys(("Lu", "Ll", "Lt", "Lo", "Nd", "Nl"), INSIDE | STARTS)
    inside |= {"Lm": INSIDE | STARTS | IGNORABLE, "Mc": INSIDE}
    inside |= {"Mn": INSIDE | IGNORABLE, "Me": INSIDE | IGNORABLE}
    flags = np.zeros(0x110000, np.uint8)
    lower = np.zeros(0x20000, np.int32)
    for codes in _USED:
        found = [inside.get(unicodedata.category(character), 0) for character in map(chr, codes)]
        flags[codes.start : codes.stop] = found
    for code in np.flatnonzero(flags[: len(lower)] & STARTS).tolist():
        character = chr(code)
        if character.islower() or character.isupper() or character.istitle():
            flags[code] |= CASED
            # U+0130 alone has two code points; the kernel knows it.
            lower[code] = ord(character.lower()[0]) - code
    for character in _JOINING:
        flags[ord(character)] = JOINS | IGNORABLE
    lower[ord("\u2019")] = ord("'") - ord("\u2019")
    fold = np.zeros(256, np.uint8)
    for character in "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
        fold[ord(character)] = ord(character.lower())
    return Characters(fold, flags, lower)
