"""The compiled loops of retrofitting: x = base + W x, W a sparse matrix, one row after the other.

W is given by rows: row i has the entries `weights[starts[i]:starts[i + 1]]` in the columns
`columns[...]`. Called by `wordvec.postprocess.retrofit`; importing this imports Numba.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.compilation import inlined, kernel

Floats = NDArray[np.float32]
Wide = NDArray[np.float64]
Places = NDArray[np.int64]


@inlined
def pull(
    i: int, x: Floats, base: Floats, starts: Places, columns: Places, weights: Wide, row: Wide
) -> None:
    """Write row i of base + W x into `row`, (dim,)."""
    for d in range(len(row)):
        row[d] = base[i, d]
    for edge in range(starts[i], starts[i + 1]):
        weight, column = weights[edge], columns[edge]
        for d in range(len(row)):
            row[d] += weight * x[column, d]


@kernel
def sweep(
    x: Floats,
    base: Floats,
    starts: Places,
    columns: Places,
    weights: Wide,
    row: Wide,
    changes: Wide,
) -> None:
    """Bring each row of `x`, (n, dim), in turn to base + W x, whose rows before it are new.

    That is Gauss and Seidel's method. `changes`, (n,), gets how far each row went; `row`, (dim,),
    is scratch space.
    """
    for i in range(len(x)):
        pull(i, x, base, starts, columns, weights, row)
        total = 0.0
        for d in range(len(row)):
            difference = row[d] - x[i, d]
            total += difference * difference
            x[i, d] = row[d]
        changes[i] = np.sqrt(total)


@kernel
def measure(
    first: int,
    last: int,
    x: Floats,
    base: Floats,
    starts: Places,
    columns: Places,
    weights: Wide,
    row: Wide,
    residuals: Wide,
) -> None:
    """Write the length of each row, `first` to `last`, of base + W x - x into `residuals`, (n,)."""
    for i in range(first, last):
        pull(i, x, base, starts, columns, weights, row)
        total = 0.0
        for d in range(len(row)):
            difference = row[d] - x[i, d]
            total += difference * difference
        residuals[i] = np.sqrt(total)


@kernel
def add_neighbours(
    block: Floats, heads: Places, columns: Places, weights: Wide, base: Floats
) -> None:
    """Add the row `columns[e]` of `block`, times its weight, to row `heads[e]` of `base`."""
    for edge in range(len(heads)):
        head, column = heads[edge], columns[edge]
        for d in range(block.shape[1]):
            base[head, d] += np.float32(weights[edge] * block[column, d])
