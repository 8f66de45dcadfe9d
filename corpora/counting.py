"""Words counted and given ids as text comes: what each thread of the encoder has for itself.

Holds the arrays that the kernels fill and makes them grow; `merge` brings the threads' words
together. Called by `encoder`. Knows nothing of files or threads.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora import hashing, kernels
from wordvec.corpora.memory import allocate, enlarge
from wordvec.corpora.tokenizers import characters
from wordvec.errors import CorpusError
from wordvec.vocabulary import WordTable

_MOST_WORDS = 2**31 - 2


class WordCounter:
    """Counts the tokens of text and gives each word the next id when it is first seen."""

    def __init__(self, tokenizer: str) -> None:
        """Begin with no words."""
        self._kernel = kernels.encode_words if tokenizer == "words" else kernels.encode_fields
        self._characters = characters()
        self.words = hashing.Words(
            utf8=allocate(1 << 16, np.uint8),
            offsets=allocate((1 << 12) + 1, np.int64),
            keys=allocate(1 << 12, np.uint64),
            counts=allocate(1 << 12, np.int64),
            slots=allocate(1 << 13, np.int32),
        )
        self._state = np.zeros(kernels.STATE_SIZE, np.int64)

    @property
    def known(self) -> int:
        """How many words there are."""
        return int(self._state[kernels.WORDS])

    @property
    def invalid(self) -> int:
        """How many bytes were not valid UTF-8."""
        return int(self._state[kernels.INVALID])

    @property
    def counts(self) -> NDArray[np.int64]:
        """How often each word occurred, by id: shape (known,)."""
        return self.words.counts[: self.known]

    def encode(
        self, text: NDArray[np.uint8], ids: NDArray[np.int32], written: int
    ) -> tuple[int, int]:
        """Write the ids of a text's tokens, and its line ends, after the `written` ones in `ids`.

        `ids` has room for one a byte. Returns up to where the text is finished, since a token may
        go on after its end, and how many ids are written now.

        Raises
        ------
        CorpusError
            If there are too many words.
        """
        state = self._state
        state[kernels.POSITION], state[kernels.WRITTEN] = 0, written
        self._make_room(kernels.ROOM_PER_BYTE * len(text))
        while self._kernel(text, self._characters, self.words, ids, state):
            self._grow(2 * self.known)
        return int(state[kernels.POSITION]), int(state[kernels.WRITTEN])

    def add(self, other: "WordCounter", start: int, stop: int, ids: NDArray[np.int32]) -> None:
        """Take in words `start` to `stop` of another counter; note by which ids they go here."""
        offsets = other.words.offsets
        self._make_room(int(offsets[stop] - offsets[start]))
        while self.known + stop - start > len(self.words.keys):
            self._grow(2 * len(self.words.keys))
        self._state[kernels.WORDS] = hashing.merge_words(
            self.words, self.known, other.words, start, stop, ids
        )

    def word(self, number: int) -> str:
        """Return the word of an id."""
        first, last = self.words.offsets[number : number + 2]
        return self.words.utf8[first:last].tobytes().decode("utf-8")

    def gather(self, order: NDArray[np.int64]) -> WordTable:
        """Return the words of these ids, in their order."""
        lengths = np.diff(self.words.offsets[: self.known + 1])
        utf8 = np.empty(lengths[order].sum(), np.uint8)
        offsets = np.empty(len(order) + 1, np.int64)
        hashing.gather_words(self.words, order, utf8, offsets)
        return WordTable(utf8, offsets)

    def _make_room(self, size: int) -> None:
        """Make sure that words of `size` bytes have room."""
        used = int(self.words.offsets[self.known])
        most = used + size + hashing.STEP
        if len(self.words.utf8) < most:
            larger = enlarge(self.words.utf8, used, max(most, 2 * used))
            self.words = self.words._replace(utf8=larger)

    def _grow(self, size: int) -> None:
        """Make room for `size` words."""
        known = self.known
        if size > _MOST_WORDS:
            raise CorpusError(f"there are over {known:,} different words; give less text")
        self.words = self.words._replace(
            offsets=enlarge(self.words.offsets, known + 1, size + 1),
            keys=enlarge(self.words.keys, known, size),
            counts=enlarge(self.words.counts, known, size),
            slots=allocate(2 * size, np.int32),
        )
        hashing.rebuild_slots(self.words, known)


def merge(
    counters: Mapping[int, WordCounter], seen: Iterable[tuple[int, int]], tokenizer: str
) -> tuple[WordCounter, dict[int, NDArray[np.int32]]]:
    """Bring the words of several counters together, in order of their first sight in the text.

    Parameters
    ----------
    counters
        Each has been given chunks of the text, in their order.
    seen
        Of each chunk, in order of the text: which counter had it, and how many words that knew
        afterwards. A word that no chunk before had is among those that were new to the counter.
    tokenizer
        Of the counter that is returned.

    Returns
    -------
    tuple
        A counter of all words, and of each given counter the ids there of its words.
    """
    if len(counters) == 1:
        ((name, only),) = counters.items()
        return only, {name: np.arange(only.known, dtype=np.int32)}
    whole = WordCounter(tokenizer)
    ids = {name: allocate(counter.known, np.int32) for name, counter in counters.items()}
    done = dict.fromkeys(counters, 0)
    for name, known in seen:
        if known > done[name]:
            whole.add(counters[name], done[name], known, ids[name])
            done[name] = known
    for name, counter in counters.items():
        whole.counts[ids[name]] += counter.counts
    return whole, ids
