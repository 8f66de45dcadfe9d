"""The compiled search for many words at once, as `WordTable.find` does it for one.

Called by `WordLookup` once enough words have been looked up to repay the loading of Numba. A word
is read, hashed and compared as bytes; CRC-32 is computed as RFC 1952 defines it, by a table.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import byte_kernel
from wordvec.vocabulary import MISSING, WordTable

_END = "\0"


def _crc_table() -> NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> np.uint32(1)) ^ np.where(table & np.uint32(1), np.uint32(0xEDB88320), 0)
    return table.astype(np.uint32)


CRC_TABLE = _crc_table()


def find_rows(table: WordTable, words: Sequence[Any] | NDArray[Any]) -> NDArray[np.int64] | None:
    """Return the row of each of `words`, (n,), -1 for those that are not in `table`.

    None if they are not all strings, or one holds the character NUL: these are for the slow way.

    Raises
    ------
    FormatError
        If a slot of the table holds a row that cannot be.
    """
    try:
        text = _END.join(words).encode("utf-8", "surrogatepass")
    except TypeError:
        return None
    if text.count(0) != len(words) - 1:
        return None
    rows = np.empty(len(words), np.int64)
    fault = find_words(
        np.frombuffer(text, np.uint8), CRC_TABLE, table.utf8, table.offsets, table.slots, rows
    )
    if fault >= 0:
        table.find(words[fault])  # says what is wrong
    return rows


@byte_kernel
def find_words(
    text: NDArray[np.uint8],
    crc_table: NDArray[np.uint32],
    utf8: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    slots: NDArray[np.int32],
    rows: NDArray[np.int64],
) -> int:
    """Write the row of each word of `text`, words divided by NUL, into `rows`, else -1.

    Parameters
    ----------
    text
        Shape (bytes,); holds as many words as `rows` has entries.
    crc_table
        CRC-32 of each byte, shape (256,).
    utf8, offsets, slots
        The arrays of a `WordTable`.

    Returns
    -------
    The place in `rows` of a word whose search met a row that cannot be, or more rows than there
    are; -1 if there is none.
    """
    n = len(offsets) - 1
    mask = len(slots) - 1
    at = 0
    for word in range(len(rows)):
        start = at
        crc = np.uint32(0xFFFFFFFF)
        while at < len(text) and text[at] != 0:
            crc = crc_table[(crc ^ text[at]) & np.uint32(0xFF)] ^ (crc >> np.uint32(8))
            at += 1
        length = at - start
        at += 1
        slot = np.int64(crc ^ np.uint32(0xFFFFFFFF)) & mask
        rows[word] = MISSING
        steps = 0
        while True:
            row = np.int64(slots[slot])
            if row == -1:
                break
            steps += 1
            if steps > n:
                return word
            if row < 0 or row >= n:
                return word
            first = offsets[row]
            if offsets[row + 1] - first == length and 0 <= first <= len(utf8) - length:
                same = 0
                while same < length and utf8[first + same] == text[start + same]:
                    same += 1
                if same == length:
                    rows[word] = row
                    break
            slot = (slot + 1) & mask
    return -1
