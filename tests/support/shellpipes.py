"""Pipes for the tests of readers: what a shell gives for `<(command)`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def piped(text: str) -> Iterator[Path]:
    """Give a pipe with a short `text` in it."""
    reading, writing = os.pipe()
    try:
        os.write(writing, text.encode())
        os.close(writing)
        yield Path(f"/dev/fd/{reading}")
    finally:
        os.close(reading)
