"""Whitening and its family: the mean taken away, and directions of the space made equal or removed.

One affine map is fitted to the moments of the vectors, weighted by how frequent the words are or
not, and all vectors go through it; it stays with the result. The matrix is read three times, in
blocks of rows. The formulas are those of Yokoi et al. 2024, "Zipfian Whitening", and of Mu and
Viswanath 2018, "All-but-the-Top".
"""

import logging
import os
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.neighbours.threads import one_blas_thread
from wordvec.postprocess.probabilities import Counts, WordProbabilities, word_probabilities
from wordvec.postprocess.result import Out, Progress, blocks, change_rows, check_out, finish
from wordvec.transforms import Transform
from wordvec.vectors import WordVectors

Method = Literal["zipfian", "uniform", "abtt", "center", "zca"]
Weights = Literal["zipf", "uniform"]
METHODS: tuple[Method, ...] = get_args(Method)
WEIGHTS: tuple[Weights, ...] = get_args(Weights)
COMPONENTS = 3
"""So many principal components "abtt" removes, if not told otherwise."""

_FLOOR = 1e-12
"""Share of the mean squared length under which a variance is rounding: that of float32 is up to
1.2e-15 of it, and a direction at the floor keeps one digit."""
_PASSES = 3

_log = logging.getLogger("wordvec")


@dataclass(frozen=True, eq=False)
class _Moments:
    """How the vectors of a vocabulary are spread."""

    mean: NDArray[np.float64]
    """Shape (dim,)."""
    mean_length: float
    variances: NDArray[np.float64]
    """Along the principal directions, falling: shape (dim,)."""
    directions: NDArray[np.float64]
    """The principal directions in columns: shape (dim, dim)."""

    @property
    def floor(self) -> float:
        """The variance below which a direction is not told from rounding."""
        return _FLOOR * float(self.variances.sum() + self.mean @ self.mean)

    @property
    def rank(self) -> int:
        """How many directions have more variance than the floor."""
        return int(np.count_nonzero(self.variances > self.floor))


def whiten(
    vectors: WordVectors,
    *,
    method: Method = "zipfian",
    weights: Weights | None = None,
    components: int | None = None,
    dim: int | None = None,
    counts: Counts | None = None,
    assume_rank: bool = False,
    out: Out = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> WordVectors:
    """Return `vectors` with their mean taken away and their directions made equal, or some removed.

    Parameters
    ----------
    vectors
        What to change; stays as it is.
    method
        "zipfian": every direction gets variance 1 and the mean is 0, each word weighted by its
        probability (Yokoi et al. 2024). "uniform": the same with all words alike, and n - 1 in
        the variance. "zca": the same, turned back so that each vector stays as near as it can to
        where it was. "center": only the mean is taken away. "abtt": the mean and the leading
        principal components are taken away, all words alike (Mu and Viswanath 2018).
    weights
        For "zca" and "center": "zipf" (what None means) or "uniform".
    components
        For "abtt": how many leading components are taken away; 3 if None.
    dim
        Keep so many coordinates, along the directions that had the largest variance (with "abtt",
        of those left); None for all, as the method gives them. Not for "zca".
    counts
        A file of counts, or counts of shape (words,), instead of those of the vectors; see
        `wordvec.postprocess.probabilities`. Words with count 0 take no part in the fit, and are
        changed like all others.
    assume_rank
        Take the order of the words for their frequency (Zipf's law).
    out, overwrite
        A store to write, and whether it may be there already; None for a result in memory.
    progress
        Called with the rows done and the rows to do, counted for each of three readings.

    Returns
    -------
    The same words with new vectors, (words, `dim`), float32. The map is the last of their
    `transforms`. A direction in which the vectors do not vary becomes 0, and a warning is logged.

    Raises
    ------
    ConfigError
        If an option is not one of the method's or out of range.
    DataError
        If there are no counts where they are needed, a vector holds NaN or infinity, or the vectors
        do not vary, or along no more directions than "abtt" takes away.
    FormatError
        If the file of counts is not one, or shares no word with the vocabulary.
    OutputError
        If the result cannot be written.

    Examples
    --------
    >>> vectors = WordVectors(["the", "king", "queen"], [[4, 0], [0, 2], [0, 0]], [2, 1, 1])
    >>> white = whiten(vectors).vectors
    >>> p = np.array([0.5, 0.25, 0.25])
    >>> np.abs(p @ white).max() < 1e-6, np.abs((white.T * p) @ white - np.eye(2)).max() < 1e-6
    (np.True_, np.True_)
    """
    zipf = _check(vectors, method, weights, components, dim)
    components = COMPONENTS if components is None else components
    check_out(vectors, out, overwrite=overwrite)
    if zipf:
        probabilities = word_probabilities(vectors, counts=counts, assume_rank=assume_rank)
    elif counts is not None or assume_rank:
        alike = method if weights is None else f"{method} with weights {weights}"
        raise ConfigError(f"{alike} weighs all words alike: leave out counts and assume_rank")
    else:
        n = len(vectors)
        probabilities = WordProbabilities(np.full(n, 1 / n), "uniform", None)
    # The bytes of the result do not depend on the number of threads this way; and where the CPUs
    # have other work too, two threads that wait for each other took five times as long as one.
    with one_blas_thread():
        moments = _measure(vectors, probabilities.values, unbiased=not zipf, progress=progress)
        _check_spread(moments, components if method == "abtt" else 0, zipf=zipf)
        transform = _fit(moments, method, components, dim)
        matrix = change_rows(
            vectors,
            lambda _start, block: transform.apply(block),
            out=out,
            dim=transform.matrix.shape[1],
            progress=_part(progress, 2),
        )
    parameters: dict[str, Any] = {"method": method, "dim": dim}
    if method in ("center", "zca"):
        parameters["weights"] = weights or "zipf"
    if method == "abtt":
        parameters["components"] = components
    if zipf:
        is_file = isinstance(counts, str | os.PathLike)
        parameters["counts"] = probabilities.source if is_file else None
        parameters["assume_rank"] = assume_rank
    return finish(
        vectors,
        matrix,
        "whiten",
        parameters=parameters,
        report={
            **probabilities.report(),
            **_report(moments),
            **_report_kept(moments, components if method == "abtt" else 0, dim),
        },
        inputs=probabilities.inputs(),
        transforms=[transform],
        out=out,
        overwrite=overwrite,
    )


def _check(
    vectors: WordVectors,
    method: Method,
    weights: Weights | None,
    components: int | None,
    dim: int | None,
) -> bool:
    """Check the options; return whether words weigh by their probability."""
    if method not in METHODS:
        raise ConfigError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    if weights is not None and method not in ("center", "zca"):
        raise ConfigError(f"weights are for the methods center and zca; {method} has its own")
    if weights is not None and weights not in WEIGHTS:
        raise ConfigError(f"weights is {weights!r}; it must be one of {', '.join(WEIGHTS)}")
    if components is not None and method != "abtt":
        raise ConfigError(f"components are for the method abtt; {method} removes none")
    removed = 0
    if method == "abtt":
        removed = COMPONENTS if components is None else components
        if vectors.vector_size < 2:
            raise ConfigError(
                "abtt removes some directions and keeps the others; expected vectors of two "
                f"dimensions or more, these have {vectors.vector_size}"
            )
        if not 1 <= removed < vectors.vector_size:
            raise ConfigError(
                f"components is {removed}{' if not given' if components is None else ''}; expected "
                f"from 1 to {vectors.vector_size - 1}, one less than the dimensions"
            )
    if dim is not None and method == "zca":
        raise ConfigError("zca keeps all dimensions: leave out dim, or take zipfian or uniform")
    if dim is not None and not 1 <= dim <= vectors.vector_size - removed:
        raise ConfigError(f"dim is {dim}; expected from 1 to {vectors.vector_size - removed}")
    return method == "zipfian" or (method in ("center", "zca") and weights != "uniform")


def zipfian_transform(
    vectors: WordVectors, *, counts: Counts | None = None, assume_rank: bool = False
) -> Transform:
    """Return the map of Zipfian whitening (Yokoi et al. 2024), fitted to all words of `vectors`.

    It is affine, so the mean of whitened words is the whitened mean of the words: no matrix of
    all words is made. The arguments are those of `wordvec.postprocess.whiten`.

    Raises
    ------
    DataError
        If there are no counts, a vector holds NaN or infinity, or all are the same.
    """
    p = word_probabilities(vectors, counts=counts, assume_rank=assume_rank).values
    with one_blas_thread():
        moments = _measure(vectors, p, unbiased=False, progress=None)
        _check_spread(moments, 0, zipf=True)
        return _fit(moments, "zipfian", 0, None)


def _measure(
    vectors: WordVectors,
    p: NDArray[np.float64],
    *,
    unbiased: bool,
    progress: Progress | None,
) -> _Moments:
    """Return the moments of the vectors weighted by `p`, (words,); float64, in two readings."""
    mean = np.zeros(vectors.vector_size)
    mean_length = 0.0
    for start, block in blocks(vectors, _part(progress, 0)):
        wide = block.astype(np.float64)
        share = p[start : start + len(block)]
        mean += share @ wide
        mean_length += float(share @ np.sqrt(np.einsum("ij,ij->i", wide, wide)))
    covariance = np.zeros((len(mean), len(mean)))
    for start, block in blocks(vectors, _part(progress, 1)):
        # About the mean, so that a long one takes no digits from the variances.
        wide = block - mean
        wide *= np.sqrt(p[start : start + len(block)])[:, None]
        covariance += wide.T @ wide
    if unbiased:
        covariance *= len(vectors) / max(len(vectors) - 1, 1)
    variances, directions = np.linalg.eigh(covariance)
    directions = directions[:, ::-1]
    # The sign of an eigenvector is arbitrary: here its largest number is above 0.
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=0)[None], axis=0)
    variances = np.maximum(variances[::-1], 0)
    return _Moments(mean, mean_length, variances, directions * np.sign(largest))


def _check_spread(moments: _Moments, removed: int, *, zipf: bool) -> None:
    """Check that not all would become zeros."""
    rank = moments.rank
    if not rank:
        which = "all vectors of words with a count" if zipf else "all vectors"
        raise DataError(f"{which} are the same, so no direction has a variance")
    if rank <= removed:
        raise DataError(
            f"components is {removed}, and the vectors vary along {rank} of "
            f"{len(moments.variances)} directions alone, so nothing would be left; expected fewer "
            "components, or vectors of more words"
        )


def _fit(moments: _Moments, method: Method, components: int, dim: int | None) -> Transform:
    directions = moments.directions
    if method == "center":
        matrix = np.eye(len(directions)) if dim is None else directions[:, :dim]
    elif method == "abtt":
        left = directions[:, components:]
        matrix = left @ left.T if dim is None else left[:, :dim]
    else:
        matrix = directions * _whitening_factors(moments)
        matrix = matrix @ directions.T if method == "zca" else matrix[:, :dim]
    return Transform(moments.mean, np.ascontiguousarray(matrix))


def _whitening_factors(moments: _Moments) -> NDArray[np.float64]:
    """Return by what each direction is multiplied, (dim,): 0 for those below the floor."""
    rank, dim = moments.rank, len(moments.variances)
    if rank < dim:
        # Vectors that were not in the fit may well vary there: a factor of 1 / sqrt(floor) would
        # let that drown everything else.
        _log.warning(
            "%d of %d directions have no variance (below %.1e) and become 0: there are fewer "
            "words than dimensions, or a step before took them away, such as abtt or debiasing",
            dim - rank,
            dim,
            moments.floor,
        )
    factors = np.zeros(dim)
    factors[:rank] = 1 / np.sqrt(moments.variances[:rank])
    return factors


def _report(moments: _Moments) -> dict[str, Any]:
    """Return the moments in numbers; the symmetries are those of Yokoi et al. 2024, at most 1."""
    mean_norm = float(np.linalg.norm(moments.mean))
    variances = moments.variances
    shares = variances[variances > 0] / max(float(variances.sum()), np.finfo(float).tiny)
    entropy = -float(shares @ np.log(shares))
    return {
        "mean_norm": mean_norm,
        "mean_length": moments.mean_length,
        "largest_variance": float(variances[0]),
        "smallest_variance": float(variances[-1]),
        "floor": moments.floor,
        "directions_below_floor": len(variances) - moments.rank,
        "mean_symmetry": 1 - mean_norm / (moments.mean_length or 1),
        "variance_symmetry": float(entropy / np.log(len(variances))) if len(variances) > 1 else 1.0,
    }


def _report_kept(moments: _Moments, removed: int, dim: int | None) -> dict[str, Any]:
    """Return how many directions came through, and the shares of the variance."""
    last = len(moments.variances) if dim is None else removed + dim
    shares = moments.variances / moments.variances.sum()
    return {
        "directions": len(shares),
        "directions_kept": last - removed,
        "variance_removed": float(shares[:removed].sum()),
        "variance_kept": float(shares[removed:last].sum()),
    }


def _part(progress: Progress | None, part: int) -> Progress | None:
    """Return what tells `progress` of one reading of `_PASSES`."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, _PASSES * total)
