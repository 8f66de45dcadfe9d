"""Reads a file over and over, each time with other bytes of it changed.

Used by tests/wordvec/formats.
"""

from pathlib import Path

import numpy as np

from wordvec.errors import FormatError
from wordvec.formats import read_vectors


def refusals(path: Path, kind: str, *, times: int, words: int, most: int = 20) -> int:
    """Change up to `most` bytes of a file, `times` times; count how often it is refused.

    Insist that nothing but a FormatError of one line that names the file is raised, and that
    what is read all the same has no more than `words` words.
    """
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    draw = np.random.default_rng(0)
    messages, sizes = [], []
    for time in range(times):
        changed = whole.copy()
        reach = 200 if time % 2 else len(whole)  # headers are where most can go wrong
        places = draw.integers(0, reach, draw.integers(1, most + 1))
        changed[places] = draw.integers(0, 256, len(places))
        path.write_bytes(changed.tobytes())
        try:
            sizes.append(len(read_vectors(path, format=kind)))
        except FormatError as error:
            messages.append(str(error))
    assert all(str(path) in message and "\n" not in message for message in messages)
    assert max(sizes, default=0) <= words
    return len(messages)
