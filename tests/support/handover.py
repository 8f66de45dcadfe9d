"""What a worker process runs that is handed vectors, as a data loader's workers are.

In a module of its own, for a spawned process to import.
"""

from typing import Any

from wordvec.vectors import Vector, WordVectors

handed: list[WordVectors] = []


def hand_over(vectors: WordVectors) -> None:
    """Keep the vectors that this process works with."""
    handed[:] = [vectors]


def look_up(batch: Any) -> Vector:
    """Return the vectors of a batch of sentences."""
    return handed[0][batch]
