"""The system of equations that retrofitting solves, by sweeps or exactly.

Called by `wordvec.postprocess.retrofit`, which knows what the equations mean.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.neighbours.threads import in_parts, one_blas_thread

Floats = NDArray[np.float32]
Wide = NDArray[np.float64]
Places = NDArray[np.int64]

_TOLERANCE = 1e-9
_MOST_STEPS = 1000
_DENSE_UP_TO = 500
"""Rows. With alpha 1e-6, BiCGSTAB broke down on one graph of a few words in 120."""
_LARGEST_CONDITION = 1e10
"""Of a dense matrix: with more, float32 would hold digits that are not right."""
_COLUMNS_AT_ONCE = 32
"""A tenth of the time that one by one takes."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """What one sweep over the rows did: distances, of vectors whose length was 1."""

    largest_change: float
    mean_change: float
    residual: float
    """How far the row that is furthest from what its equation says is from that, afterwards."""


@dataclass(frozen=True, eq=False)
class System:
    """x = base + W x, W being sparse with rows that add up to less than 1, entries above 0."""

    x: Floats
    """What is solved for, and the first guess: shape (n, dim). Changed in place."""
    base: Floats
    """Shape (n, dim)."""
    starts: Places
    """Where the entries of each row of W start, and the last ones end: shape (n + 1,)."""
    columns: Places
    """Shape (entries,)."""
    weights: Wide
    """Shape (entries,)."""

    def sweep(self) -> Sweep:
        """Bring each row in turn to what its equation says (Gauss-Seidel), in their order."""
        from wordvec.postprocess.retrofitkernels import sweep

        row, changes = np.empty(self.x.shape[1]), np.empty(len(self.x))
        sweep(self.x, self.base, self.starts, self.columns, self.weights, row, changes)
        return Sweep(float(changes.max()), float(changes.mean()), self.residual())

    def residual(self) -> float:
        """Return the greatest distance of a row from what its equation says."""
        from wordvec.postprocess.retrofitkernels import measure

        residuals = np.empty(len(self.x))

        def work(first: int, last: int) -> None:
            measure(
                first,
                last,
                self.x,
                self.base,
                self.starts,
                self.columns,
                self.weights,
                np.empty(self.x.shape[1]),
                residuals,
            )

        products = (len(self.columns) + len(self.x)) * self.x.shape[1]
        in_parts(work, len(self.x), products=products, threads=None)
        return float(residuals.max())

    def solve(self, progress: Callable[[int, int], None]) -> None:
        """Solve the equations; few by a dense solver, many to 1e-9 of their length (BiCGSTAB).

        Not by a factorization, which fills up, since the graph of a large lexicon hangs together:
        with PPDB and 57,000 words it took minutes and gigabytes. `progress` is called with the
        columns done and their number.

        Raises
        ------
        ConfigError
            If the equations are too near to singular.
        """
        from scipy.sparse import csr_array

        n, dim = self.x.shape
        pulls = csr_array((self.weights, self.columns, self.starts), shape=(n, n))
        # The digits of a sum depend on the number of threads.
        with one_blas_thread():
            if n <= _DENSE_UP_TO:
                matrix = np.eye(n) - pulls.toarray()
                if not np.linalg.cond(matrix, 1) < _LARGEST_CONDITION:
                    raise _too_near_to_singular()
                self.x[:] = np.linalg.solve(matrix, self.base)
                progress(dim, dim)
                return
            for first in range(0, dim, _COLUMNS_AT_ONCE):
                part = slice(first, min(first + _COLUMNS_AT_ONCE, dim))
                self.x[:, part] = _solve_sparse(pulls, self.base[:, part], self.x[:, part])
                progress(part.stop, dim)


def _solve_sparse(pulls: Any, base: Floats, guess: Floats) -> Wide:
    """Return x = base + pulls x, some columns of it: shape (n, columns)."""
    from scipy.sparse.linalg import LinearOperator, bicgstab

    n = len(base)

    def multiply(flat: Wide) -> Wide:
        x = flat.reshape(n, -1)
        return np.asarray(x - pulls @ x).reshape(-1)

    matrix = LinearOperator((base.size, base.size), multiply, dtype=np.float64)
    wide, start = (each.astype(np.float64).reshape(-1) for each in (base, guess))
    with np.errstate(all="ignore"):  # where it breaks down
        found, failed = bicgstab(matrix, wide, x0=start, rtol=_TOLERANCE, maxiter=_MOST_STEPS)
    if failed or not np.all(np.isfinite(found)):
        raise _too_near_to_singular()
    return np.asarray(found.reshape(n, -1))


def _too_near_to_singular() -> ConfigError:
    return ConfigError(
        "the equations are too near to singular to be solved exactly; expected a larger alpha, "
        "or iterations"
    )
