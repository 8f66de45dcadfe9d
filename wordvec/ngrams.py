"""An index of character trigrams, by which the words of a table that look like another are found.

Built when a store is written and kept in it; asked by `wordvec.unseen`. NumPy alone, so that the
first answer does not wait for a compiler. Knows words and rows, no vectors and no files.
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import FormatError
from wordvec.spelling import edit_distances
from wordvec.vocabulary import MISSING, WordTable

ROWS_PER_BLOCK = 1 << 16
LONGEST = 64
"""Letters of a word that are looked at, runs of one letter being cut short."""

_MOST_BITS = 16
_FEWEST_BITS = 8
_READ = 1024
_COMPARED = 60
_RESPELLED = 10
"""Of longer words, enough trigrams survive one mistake; of these, the hash table is asked."""
_STROKED = {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t"}
"""Letters that Unicode does not take apart, though people without them on the keyboard do."""
_RUN = re.compile(r"(.)\1+", re.DOTALL)
_LONG_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)


def plain_form(word: str) -> str:
    """Return `word` in lower case, with at most two of a letter in a row, cut to `LONGEST` letters.

    Examples
    --------
    >>> plain_form("Hiiiiii"), plain_form("Mississippi")
    ('hii', 'mississippi')
    """
    composed = unicodedata.normalize("NFC", word[:_READ])
    return _LONG_RUN.sub(r"\1\1", _lower(composed))[:LONGEST]


def single_form(word: str) -> str:
    """Return the plain form of `word` with each run of one letter replaced by one.

    Examples
    --------
    >>> single_form("Mississippi")
    'misisipi'
    """
    return _RUN.sub(r"\1", plain_form(word))


class SpellingIndex:
    """The rows of a table in which each trigram of letters occurs.

    Trigrams are those of the word in lower case, without the accents of Latin, Greek and Cyrillic
    letters, with each run of one letter as one, and with a mark at both ends: as many as it has
    letters. They are hashed into buckets. Rows are taken in
    blocks of 65,536, so that a posting fits into two bytes: about 20 bytes a word in all.

    Parameters
    ----------
    table
        The words.
    offsets
        Where in its block's postings each bucket starts, and where the last one ends: shape
        (blocks, buckets + 1), uint32; buckets are a power of two, at most 65,536.
    postings
        Of each bucket of each block the rows, ascending, counted from the block's first: shape
        (postings,), uint16.

    Raises
    ------
    FormatError
        If the shapes do not suit the table; by `close`, if it meets numbers that cannot be.

    Examples
    --------
    >>> index = SpellingIndex.build(WordTable.from_words(["the", "mississippi", "missing"]))
    >>> rows, scores = index.close("missispi", 1)
    >>> rows.tolist(), scores.round(2).tolist()
    ([1], [0.75])
    """

    def __init__(
        self, table: WordTable, offsets: NDArray[np.uint32], postings: NDArray[np.uint16]
    ) -> None:
        self.table = table
        self.offsets = offsets
        self.postings = postings
        blocks = -(-len(table) // ROWS_PER_BLOCK)
        buckets = offsets.shape[1] - 1 if offsets.ndim == 2 else 0
        powers = [1 << bits for bits in range(_FEWEST_BITS, _MOST_BITS + 1)]
        if buckets not in powers or len(offsets) != blocks:
            raise self._damage(
                f"offsets has the shape {offsets.shape}; expected {blocks} rows "
                "of a power of two from 256 to 65536, and one"
            )
        if postings.ndim != 1:
            raise self._damage(f"postings has the shape {postings.shape}; expected one axis")
        self._bits = buckets.bit_length() - 1

    @classmethod
    def build(cls, table: WordTable) -> "SpellingIndex":
        """Make the index of `table`, a block of rows at a time.

        Raises
        ------
        FormatError
            If the table is damaged.
        """
        bits = min(max((len(table) - 1).bit_length(), _FEWEST_BITS), _MOST_BITS)
        starts = range(0, len(table), ROWS_PER_BLOCK)
        offsets = np.zeros((len(starts), (1 << bits) + 1), np.uint32)
        postings = [np.empty(0, np.uint16)]
        for block, start in enumerate(starts):
            utf8, places = table.span(start, min(start + ROWS_PER_BLOCK, len(table)))
            try:
                buckets, rows = _trigrams(utf8, places, bits)
            except ValueError as error:
                end = start + len(places) - 1
                raise FormatError(
                    f"{table.source}: /words: rows {start} to {end} are not UTF-8; "
                    "the file is damaged"
                ) from error
            pairs = np.sort((buckets << np.uint32(16)) | rows.astype(np.uint32))
            pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])]
            sizes = np.bincount(pairs >> np.uint32(16), minlength=1 << bits)
            np.cumsum(sizes, out=offsets[block, 1:])
            postings.append(pairs.astype(np.uint16))
        return cls(table, offsets, np.concatenate(postings))

    def close(self, word: str, n: int = 3) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the `n` rows whose spelling is closest to `word`, best first, and their scores.

        A score is 1 less the number of letters to insert, delete, replace or swap with a
        neighbour, over the length of `word` (its plain form), and at least 0. Letters that are
        right but out of order count half; so does a doubled letter that should be single, or the
        reverse, and an accent left out; another first letter counts half more, and capital letters
        nothing. Among equals the lower row, the more frequent word, comes first. Only words that
        share trigrams with it or are one edit away are compared.

        Raises
        ------
        FormatError
            If the index or the table is damaged.
        """
        typed = plain_form(word)
        if not typed:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        found = {*self._sharing(typed).tolist(), *self._respelled(typed, word[0].isupper())}
        rows = np.array(sorted(found), np.int64)
        scores = _likeness(typed, [plain_form(self.table[row]) for row in rows])
        order = np.argsort(-scores, kind="stable")[:n]
        return rows[order], scores[order]

    def _respelled(self, typed: str, capital: bool) -> set[int]:
        """Return the rows of the words one edit away from `typed`, where it is a short word."""
        if len(typed) > _RESPELLED:
            return set()
        forms = [typed, typed.capitalize()] if capital else [typed]
        others = (other for form in forms for other in _one_edit_away(form))
        return {self.table.find(other) for other in others} - {MISSING}

    def _sharing(self, typed: str) -> NDArray[np.int64]:
        """Return the rows that share most trigrams with `typed`, by Dice's coefficient.

        The number of trigrams of a word is taken from its bytes, as if all its letters were as
        long as those of `typed`.
        """
        utf8 = np.frombuffer(typed.encode("utf-8", "surrogatepass"), np.uint8)
        # What is not text has no trigrams; its neighbours are found by respelling alone.
        try:
            hashed, _ = _trigrams(utf8, np.array([0, len(utf8)]), self._bits)
        except UnicodeDecodeError:
            return np.empty(0, np.int64)
        # Not np.unique, which imports numpy.ma at its first call: ten milliseconds.
        buckets = np.array(sorted(set(hashed.tolist())), np.int64)
        least = min(len(buckets), max(2, len(buckets) // 3))
        rows, shared = [], []
        for start, counts in self._counts(buckets):
            found = np.flatnonzero(counts >= least)
            rows.append(found + start)
            shared.append(counts[found])
        if not rows:
            return np.empty(0, np.int64)
        candidates, common = np.concatenate(rows), np.concatenate(shared)
        sizes = self.table.offsets[candidates + 1] - self.table.offsets[candidates]
        letters = np.clip(sizes, 1, 4 * LONGEST) * (len(typed) / len(utf8))
        dice = 2 * common / (len(buckets) + letters)
        return np.asarray(candidates[np.argsort(-dice, kind="stable")[:_COMPARED]])

    def _counts(self, buckets: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Yield of each block its first row, and how many of `buckets` each of its rows is in."""
        base = 0
        for block in range(len(self.offsets)):
            first = block * ROWS_PER_BLOCK
            size = min(ROWS_PER_BLOCK, len(self.table) - first)
            begins = self.offsets[block, buckets].tolist()
            ends = self.offsets[block, buckets + 1].tolist()
            length = int(self.offsets[block, -1])
            for bucket, begin, end in zip(buckets, begins, ends, strict=True):
                if not begin <= end <= min(length, begin + size):
                    raise self._damage(
                        f"offsets: bucket {bucket} of block {block} goes from {begin} to {end}"
                    )
            if base + length > len(self.postings):
                raise self._damage(
                    f"offsets: block {block} ends at {base + length} of {len(self.postings)}"
                )
            pieces = [
                self.postings[base + begin : base + end]
                for begin, end in zip(begins, ends, strict=True)
            ]
            counts = np.bincount(np.concatenate(pieces), minlength=size)
            if len(counts) > size:
                raise self._damage(f"postings: block {block} holds row {len(counts) - 1} of {size}")
            yield first, counts
            base += length

    def _damage(self, what: str) -> FormatError:
        return FormatError(f"{self.table.source}: /ngram_index/{what}; the file is damaged")


def _lower(text: str) -> str:
    """Return `text` in lower case, of the same length, each letter for itself."""
    return text.replace("İ", "i").lower().replace("ς", "σ")


def _unaccented(word: str) -> str:
    if word.isascii():
        return word
    plain = _plain_letters()
    return "".join(chr(plain[ord(c)]) if ord(c) < len(plain) else c for c in word)


@functools.cache
def _plain_letters() -> NDArray[np.uint32]:
    """Return of each code point the letter without its accents, that many people leave out."""
    letters = np.arange(0x1F00, dtype=np.uint32)
    for block in (range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x1F00)):
        for code in block:
            parts = unicodedata.normalize("NFD", chr(code))
            if all(map(unicodedata.combining, parts[1:])):
                letters[code] = ord(parts[0])
    for letter, base in _STROKED.items():
        letters[ord(letter)] = ord(base)
    return letters


def _trigrams(
    utf8: NDArray[np.uint8], starts: NDArray[np.int64], bits: int
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the bucket of every trigram and the word it is in, both (trigrams,).

    `utf8` are the words' bytes and `starts`, (words + 1,), where each begins. A trigram is taken
    around each letter that differs from the one before it; 0 stands before and after a word.
    ValueError if the bytes are not UTF-8, or a word begins inside a character.
    """
    codes = np.frombuffer(_lower(str(utf8.data, "utf-8")).encode("utf-32-le"), np.uint32)
    if len(codes) < len(utf8):
        plain = _plain_letters()
        codes = np.where(codes < len(plain), plain[np.minimum(codes, len(plain) - 1)], codes)
    begins = starts[:-1]
    if len(codes) < len(utf8):
        is_letter = (utf8 & 0xC0) != 0x80
        if not np.all(is_letter[begins]):
            raise ValueError("a word begins inside a character")
        begins = np.cumsum(is_letter)[begins] - 1
    begin = np.zeros(len(codes), bool)
    begin[begins] = True
    kept = begin.copy()
    kept[1:] |= codes[1:] != codes[:-1]
    codes, begin = codes[kept], begin[kept]
    before = np.concatenate([codes[:1], codes[:-1]])
    before[begin] = 0
    after = np.concatenate([codes[1:], codes[:1]])
    after[np.concatenate([begin[1:], [True]])] = 0
    words = np.cumsum(begin) - 1
    near = np.arange(len(codes)) - np.flatnonzero(begin)[words] < LONGEST
    # Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4) of a polynomial.
    factor = np.uint32(16777619)
    mixed = ((before * factor + codes) * factor + after) * np.uint32(2654435769)
    return (mixed >> np.uint32(32 - bits))[near], words[near]


def _one_edit_away(word: str) -> Iterator[str]:
    """Yield `word` and all that one letter deleted, moved, replaced or inserted makes of it.

    Letters to put in are taken from the 32 code points around each letter of the word: most
    alphabets have theirs side by side.
    """
    yield word
    alphabet = {chr((ord(letter) & ~31) + i) for letter in word for i in range(32)}
    for i, letter in enumerate(word):
        rest = word[:i] + word[i + 1 :]
        yield rest
        for j in range(len(word)):
            yield rest[:j] + letter + rest[j:]
        for other in alphabet:
            yield word[:i] + other + word[i + 1 :]
            yield word[:i] + other + word[i:]
    for other in alphabet:
        yield word + other


def _likeness(typed: str, others: list[str]) -> NDArray[np.float32]:
    """Return the score of each of `others`, plain forms, as `SpellingIndex.close` defines it."""
    single = _RUN.sub(r"\1", typed)
    singles = [_RUN.sub(r"\1", other) for other in others]
    plain, plains = _unaccented(single), list(map(_unaccented, singles))
    edits = (edit_distances(single, singles) + edit_distances(plain, plains)) / 2
    doubled = len(typed) - len(single)
    letters = Counter(plain)
    for i, (other, once) in enumerate(zip(others, singles, strict=True)):
        own = Counter(plains[i])
        wrong = max((letters - own).total(), (own - letters).total())
        edits[i] = (edits[i] + wrong) / 2
        edits[i] += 0.5 * abs(len(other) - len(once) - doubled)
        edits[i] += 0.5 * (plains[i][0] != plain[0])
    return np.asarray(np.maximum(1 - edits / len(typed), 0), np.float32)
