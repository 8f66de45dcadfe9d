"""Texts cut into chunks that threads can encode each for itself; used by `encoder`.

A chunk ends at a line end, or at a space of a very long line, so that no token is cut; where there
is neither, the thread tells how far it came. Knows nothing of words or files.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol

import numpy as np

from wordvec.corpora.kernels import SENTENCE_LIMIT
from wordvec.corpora.memory import allocate, enlarge
from wordvec.errors import CorpusError

LONGEST_TOKEN = 1 << 20  # bytes; what is longer is no text, and would be read again and again
CHUNK = 1 << 19
"""Bytes that make a chunk: a thread has some milliseconds of work with it."""
STRETCH = 1 << 18
"""Bytes without a space after which a chunk ends wherever its last token does."""
Texts = Iterable[tuple[str, Iterable[bytes]]]
"""Each by its name and its blocks."""


class Part(NamedTuple):
    """The share of one text in a chunk."""

    name: str
    stop: int
    """Where it ends in the chunk."""
    size: int | None
    """Bytes of the whole text, if it ends here."""


class Chunk:
    """Text for one thread, and room for its ids; used again for other text later."""

    def __init__(self) -> None:
        """Begin empty."""
        self.text = allocate(3 * CHUNK, np.uint8)
        self.ids = allocate(0, np.int32)
        self.clear(joined=False)

    def clear(self, *, joined: bool) -> None:
        """Be empty; `joined` if the text to come goes on with a line of the chunk before."""
        self.size = 0
        self.parts: list[Part] = []
        self.joined = joined

    def add(self, data: bytes | memoryview) -> None:
        """Append text."""
        end = self.size + len(data)
        if end > len(self.text):
            self.text = enlarge(self.text, self.size, 2 * end)
        self.text[self.size : end] = np.frombuffer(data, np.uint8)
        self.size = end

    def end_part(self, name: str, size: int | None = None) -> None:
        """Note that what was added last is of the text `name`, of `size` bytes if it is over."""
        self.parts.append(Part(name, self.size, size))

    def make_room(self) -> None:
        """Make sure that there is room for an id a byte, and what `ids_room` adds."""
        most = ids_room(self.size)
        if len(self.ids) < most:
            self.ids = allocate(2 * most, np.int32)


def ids_room(written: int) -> int:
    """Return how many ids there can be where `written` are, once long lines are cut."""
    return written + written // SENTENCE_LIMIT + 1


class Encoded(Protocol):
    """What a thread tells of a chunk, as far as is asked for here."""

    @property
    def tail(self) -> bytes:
        """What is unfinished at its end."""


def cut_texts(
    texts: Texts,
    chunks: Iterator[Chunk],
    submit: Callable[[Chunk], Future[Any]],
) -> Iterator[Future[Any]]:
    """Fill chunk after chunk with the texts, and yield what `submit` makes of each.

    Raises
    ------
    CorpusError
        If a token is over a megabyte long.
    """

    def begin(*, joined: bool) -> Chunk:
        chunk = next(chunks)
        chunk.clear(joined=joined)
        return chunk

    chunk = begin(joined=False)
    for name, blocks in texts:
        size = stretch = 0
        for block in blocks:
            size += len(block)
            cut, at_line_end = last_space(block)
            if cut:
                chunk.add(memoryview(block)[:cut])
                stretch = 0
                if chunk.size >= CHUNK:
                    chunk.end_part(name)
                    yield submit(chunk)
                    chunk = begin(joined=not at_line_end)
            chunk.add(memoryview(block)[cut:])
            stretch += len(block) - cut
            if stretch > STRETCH:
                chunk.end_part(name)
                future = submit(chunk)
                yield future
                tail = future.result().tail
                if len(tail) > LONGEST_TOKEN:
                    raise CorpusError(
                        f"{name} holds a token of over {LONGEST_TOKEN:,} bytes, {tail[:20]!r}...; "
                        "give text with white space between words"
                    )
                chunk = begin(joined=True)
                chunk.add(tail)
                stretch = len(tail)
        chunk.add(b"\n")  # so that nothing runs into the next text
        chunk.end_part(name, size)
        if chunk.size >= CHUNK:
            yield submit(chunk)
            chunk = begin(joined=False)
    if chunk.parts:
        yield submit(chunk)


def last_space(block: bytes) -> tuple[int, bool]:
    """Return where to cut a block, after a line end or a space, and whether it is a line end.

    0 if there is neither.
    """
    line = block.rfind(b"\n") + 1
    if line and len(block) - line <= STRETCH:
        return line, True
    space = block.rfind(b" ") + 1
    return (space, False) if space > line else (line, True)
