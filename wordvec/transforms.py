"""Maps that were fitted to a vocabulary, for the vectors that were not in it.

A post-processor that moves every word by one rule keeps that rule beside its result, so that
unseen words and later vectors go the same way: `WordVectors.transforms`, applied in order. Loads
NumPy only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-6
"""A vector of which a map leaves a smaller share than this is all in what the map takes away."""


@dataclass(frozen=True, eq=False)
class Transform:
    """x -> (x - mean) @ matrix, before or after which x may be brought to length 1.

    A vector of length 0 stays so when it is brought to length 1, and a result that the map leaves
    with less than a millionth of its length, which is rounding, becomes 0.

    Raises
    ------
    ValueError
        If the shapes do not fit together or a number is not finite.

    Examples
    --------
    >>> double = Transform(mean=np.array([1.0, 0.0]), matrix=2 * np.eye(2))
    >>> double.apply(np.array([[2, 3]], np.float32))
    array([[2., 6.]], dtype=float32)
    """

    mean: NDArray[np.float64]
    """Shape (dim before,)."""
    matrix: NDArray[np.float64]
    """Shape (dim before, dim after)."""
    unit_input: bool = False
    unit_output: bool = False

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or self.mean.shape != self.matrix.shape[:1]:
            raise ValueError(
                f"mean of shape {self.mean.shape} for a matrix of {self.matrix.shape}; "
                "expected one number a row"
            )
        if not (np.all(np.isfinite(self.mean)) and np.all(np.isfinite(self.matrix))):
            raise ValueError("a number of the transform is NaN or infinite")

    def apply(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return `rows`, (n, dim before), as (n, dim after), float32; computed in float64."""
        wide = rows.astype(np.float64)
        if self.unit_input:
            wide = unit_rows(wide)
        moved = (wide - self.mean) @ self.matrix
        if self.unit_output:
            left = np.linalg.norm(moved, axis=1) > ROUNDING * np.linalg.norm(wide, axis=1)
            moved = unit_rows(moved) * left[:, None]
        return moved.astype(np.float32)


def unit_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `rows`, (n, dim), each divided by its length; those of length 0 as they are."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return rows / np.where(lengths > 0, lengths, 1)[:, None]


def apply_all(transforms: Iterable[Transform], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `rows`, (n, dim), put through all of `transforms` in order."""
    for transform in transforms:
        rows = transform.apply(rows)
    return rows


def pack_transforms(
    transforms: Sequence[Transform],
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return what a store keeps of `transforms`: their sizes, (n, 4), and their numbers in a row.

    A row of sizes is dim before, dim after, and 1 or 0 for unit input and unit output. The numbers
    of each are its mean, then its matrix row by row.
    """
    sizes = [(*t.matrix.shape, t.unit_input, t.unit_output) for t in transforms]
    numbers = [part.reshape(-1) for t in transforms for part in (t.mean, t.matrix)]
    return np.array(sizes, np.int32).reshape(-1, 4), np.concatenate([np.empty(0), *numbers])


def unpack_transforms(
    sizes: NDArray[np.int32], numbers: NDArray[np.float64]
) -> tuple[Transform, ...]:
    """Return the transforms that `pack_transforms` has packed; their arrays are views.

    Raises
    ------
    ValueError
        If sizes and numbers do not fit together, or a number is not finite.
    """
    rows = [tuple(map(int, row)) for row in sizes]
    if any(min(row[:2]) < 1 or not set(row[2:]) <= {0, 1} for row in rows):
        raise ValueError("a transform has a size below 1, or a mark that is neither 0 nor 1")
    needed = sum((after + 1) * before for before, after, *_ in rows)
    if needed != len(numbers):
        raise ValueError(f"{len(numbers)} numbers for transforms of {needed}")
    transforms, start = [], 0
    for before, after, unit_input, unit_output in rows:
        middle, stop = start + before, start + before + before * after
        matrix = numbers[middle:stop].reshape(before, after)
        transforms.append(
            Transform(numbers[start:middle], matrix, bool(unit_input), bool(unit_output))
        )
        start = stop
    return tuple(transforms)
