"""The words of a table whose spelling is nearest to a word that is not in it.

Called when a word is not found, so it has a tenth of a second for a million words: a bound on the
edit distance, made from lengths and letters alone, leaves a few words to compare in full.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.vocabulary import WordTable

_MOST_FREQUENT = 1_000_000
_WORDS_PER_BLOCK = 100_000
_COMPARED = 4_000
_LONGEST = 64
"""Longer words than this are not anybody's typing error."""


def close_spellings(word: str, table: WordTable, n: int = 3) -> list[str]:
    """Return at most `n` words of `table` that `word` may have been meant to be.

    Nearest first, by the number of letters to insert, delete, replace or swap with a neighbour
    (optimal string alignment), upper and lower case being one; among equals the lower row, which
    is the more frequent word. Only the million most frequent words are looked at.

    Examples
    --------
    >>> close_spellings("Qeen", WordTable.from_words(["the", "queen", "keen"]))
    ['queen', 'keen']
    """
    typed = word.lower()
    if not typed or len(typed) > _LONGEST:
        return []
    most = min(3, (len(typed) + 1) // 3)
    rows, bounds = _candidates(typed, table, most)
    rows = rows[np.argsort(bounds, kind="stable")[:_COMPARED]]
    spelled = [table[int(row)] for row in rows]
    distances = edit_distances(typed, [other.lower() for other in spelled])
    order = np.lexsort((rows, distances))[:n]
    return [spelled[i] for i in order if distances[i] <= most and distances[i] < len(typed)]


def _candidates(
    typed: str, table: WordTable, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that may be within `most` edits, and the least edits each can take.

    A word that lacks letters of `typed`, or has bytes that occur in none of them, is at least so
    far away; both are counted without looking at the order. Each distinct letter has a bit, borne
    by its last byte. A foreign letter has one ASCII byte or up to three continuation bytes.
    """
    bits = np.zeros(256, np.uint32)
    thirds = np.zeros(256, np.uint8)
    thirds[:0x80], thirds[0x80:0xC0] = 3, 1
    letters = sorted(set(typed))[:32]
    for i, letter in enumerate(letters):
        for form in (letter, letter.upper()):
            spelled = list(form.encode("utf-8", "surrogatepass"))
            bits[spelled[-1]] |= np.uint32(1 << i)
            thirds[spelled] = 0
    shortest, longest = len(typed) - most, 4 * (len(typed) + most)
    rows, bounds = [], []
    for start in range(0, min(len(table), _MOST_FREQUENT), _WORDS_PER_BLOCK):
        utf8, starts = table.span(start, min(start + _WORDS_PER_BLOCK, len(table)))
        lengths = np.diff(starts)
        found = np.bitwise_count(np.bitwise_or.reduceat(bits[utf8], starts[:-1]))
        foreign = np.add.reduceat(thirds[utf8], starts[:-1], dtype=np.int64)
        bound = np.maximum(len(letters) - found.astype(np.int64), -(-foreign // 3))
        near = (bound <= most) & (lengths >= shortest) & (lengths <= longest)
        rows.append(np.flatnonzero(near) + start)
        bounds.append(bound[near])
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(rows), np.concatenate(bounds)


def edit_distances(word: str, others: list[str]) -> NDArray[np.int64]:
    """Return the optimal-string-alignment distance of `word` to each of `others`.

    `word` has at most 64 letters: a column of the table of dynamic programming is kept as the bits
    where it rises and falls, one number for each of `others`, and filled for all of them at once
    (Hyyrö 2003, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances").
    """
    lengths = np.fromiter(map(len, others), np.int64, len(others))
    distances = np.full(len(others), len(word), np.int64)
    if not word:
        return lengths
    places: dict[str, int] = {}
    for i, letter in enumerate(word):
        places[letter] = places.get(letter, 0) | 1 << i
    one, top = np.uint64(1), np.uint64(len(word) - 1)
    matches = np.zeros((lengths.max(initial=0), len(others)), np.uint64)
    for column, other in enumerate(others):
        matches[: len(other), column] = [places.get(letter, 0) for letter in other]
    rises = np.full(len(others), 2**64 - 1, np.uint64)
    falls, same, before = (np.zeros(len(others), np.uint64) for _ in range(3))
    for j, here in enumerate(matches):
        swapped = ((~same & here) << one) & before
        same = (((here & rises) + rises) ^ rises) | here | falls | swapped
        up, down = falls | ~(same | rises), same & rises
        step = ((up >> top) & one).astype(np.int64) - ((down >> top) & one).astype(np.int64)
        distances += np.where(j < lengths, step, 0)
        up, down = (up << one) | one, down << one
        rises, falls, before = down | ~(same | up), same & up, here
    return distances
