"""Rows kept as codes of fastText's product quantizer, and how they are decoded.

Jégou, Douze and Schmid 2011, "Product Quantization for Nearest Neighbor Search": a row is cut
into pieces of `dsub` numbers (the last may be shorter), and of each only the number of one of 256
centroids is kept. Called by the reader of fastText's `.ftz`; knows nothing of the file.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CENTROIDS = 256


@dataclass(frozen=True, eq=False)
class ProductQuantizer:
    """The centroids of all pieces of a row.

    Examples
    --------
    >>> quantizer = ProductQuantizer(3, 2, np.arange(768, dtype=np.float32))
    >>> quantizer.pieces, quantizer.decode(np.array([[0, 0], [1, 2]], np.uint8))
    (2, array([[  0.,   1., 512.],
           [  2.,   3., 514.]], dtype=float32))
    """

    dim: int
    dsub: int
    centroids: NDArray[np.float32]
    """Shape (256 * dim,): the centroids of the first piece, then of the next, and so on."""

    @property
    def pieces(self) -> int:
        """How many codes a row has."""
        return -(-self.dim // self.dsub)

    def decode(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the rows, (n, dim), that `codes`, (n, pieces), stand for."""
        whole = self.pieces - 1
        split = whole * CENTROIDS * self.dsub
        rows = np.empty((len(codes), self.dim), np.float32)
        pieces = self.centroids[:split].reshape(whole, CENTROIDS, self.dsub)
        for piece in range(whole):
            start = piece * self.dsub
            rows[:, start : start + self.dsub] = pieces[piece][codes[:, piece]]
        last = self.centroids[split:].reshape(CENTROIDS, -1)
        rows[:, whole * self.dsub :] = last[codes[:, -1]]
        return rows


@dataclass(frozen=True, eq=False)
class ProductMatrix:
    """A matrix of codes: rows that are asked for are decoded."""

    quantizer: ProductQuantizer
    codes: NDArray[np.uint8]
    """Shape (rows, pieces)."""
    norms: NDArray[np.float32] | None = None
    """The 256 lengths that a row may have, shape (256,); None if lengths are in the rows."""
    norm_codes: NDArray[np.uint8] | None = None
    """Which of `norms` each row has, shape (rows,)."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and dim."""
        return len(self.codes), self.quantizer.dim

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: slice | NDArray[np.integer]) -> NDArray[np.float32]:
        decoded = self.quantizer.decode(self.codes[rows])
        if self.norms is not None and self.norm_codes is not None:
            with np.errstate(over="ignore"):  # what is not finite is left out by who asked
                decoded *= self.norms[self.norm_codes[rows]][:, None]
        return decoded
