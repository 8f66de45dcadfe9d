"""Retrofitting: words that a lexicon relates are drawn together.

Faruqui et al. (2015), Retrofitting Word Vectors to Semantic Lexicons, NAACL. With antonyms,
counter-fitting takes its place (`wordvec.postprocess.counterfit`).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from wordvec.errors import ConfigError
from wordvec.postprocess.carry import learn_map
from wordvec.postprocess.counterfit import counterfit
from wordvec.postprocess.fixedpoint import System
from wordvec.postprocess.lexicon import LexiconFormat
from wordvec.postprocess.result import (
    Block,
    Out,
    Progress,
    blocks,
    change_rows,
    check_out,
    finish,
)
from wordvec.postprocess.wordgraph import Graph, Related, Rows, find_lexicons
from wordvec.transforms import Transform, unit_rows
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

ITERATIONS = 10
"""As Faruqui et al. take. Mrkšić et al. take 20; with as many, a large lexicon of synonyms costs
6 points of MEN and 12 of WordSim-353, and gains 2 of SimLex-999."""


def retrofit(
    vectors: WordVectors,
    lexicon: Related,
    *,
    iterations: int | None = None,
    exact: bool = False,
    alpha: float = 1.0,
    format: LexiconFormat | None = None,  # noqa: A002 - the word for it
    merge_heads: bool = False,
    symmetric: bool = False,
    keep_numbers: bool = False,
    antonyms: Related | None = None,
    gamma: float | None = None,
    carry: bool = False,
    out: Out = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> WordVectors:
    """Return `vectors` at length 1, with the words that `lexicon` relates drawn together.

    Each word that the lexicon gives neighbours moves to a mean of where it was and where its
    neighbours are, again and again:

        q_i = (alpha * qhat_i + sum_j beta_ij q_j) / (alpha + sum_j beta_ij),

    with the edges' weights divided by their sum for beta, which is 1 / (number of neighbours) where
    a lexicon gives no weights. All others stay. A word that moved is shorter than 1, being a mean;
    the others have length 1, but for vectors of zeros. Words are found in the vocabulary whatever
    their case: see `wordvec.postprocess.wordgraph.find_in_any_case`.

    Parameters
    ----------
    vectors
        What to start from; stays as it is.
    lexicon
        A file (see `read_lexicon`); "wordnet" (its synonyms) or "wordnet-all" (hypernyms and
        hyponyms too), through the `nltk` or `wn` package; a `Lexicon`; or a mapping from words to
        lists of words.
    iterations
        Sweeps over all these words; with antonyms: steps of gradient descent. 10 if None.
    exact
        Instead of sweeps, solve the equations.
    alpha
        What where a word was counts, beside 1 for all its neighbours together.
    format, merge_heads, symmetric, keep_numbers
        How to read the file of the lexicon: see `read_lexicon`. `symmetric` is for any lexicon.
    antonyms
        Words to be pushed apart, from what a lexicon may come from; of a TSV, the rows whose
        relation is "antonym", or, if there are none, those without a relation. Then the vectors
        are counter-fitted (Mrkšić et al. 2016) instead, all to length 1, the lexicon's edges being
        the synonyms. What is both counts as antonyms.
    gamma
        With antonyms: the distance (1 - cosine) up to which the lexicon's pairs are drawn together;
        0 if None, as in the paper. With 0 a large lexicon's pairs never rest, draw whole
        neighbourhoods into one and outweigh the antonyms: take 0.5 then.
    carry
        Put the words that do not move, and unseen ones, through a linear map learned from those
        that do. Without it they stay, and an unseen word is brought to length 1 only.
    out, overwrite
        A store to write, and whether it may be there already; None for a result in memory.
    progress
        Called now and then with how much is done and how much there is to do.

    Raises
    ------
    ConfigError
        If an option is out of its range or does not go with another; if the reader of WordNet is
        not there.
    DataError
        If the lexicon relates no two words of the vocabulary, or those alone that are antonyms; if
        too few words move to `carry` others along; if a vector holds NaN.
    FormatError
        If a file is not a lexicon.
    OutputError
        If the result cannot be written.

    Examples
    --------
    >>> vectors = WordVectors(["good", "fine", "bad"], [[1, 0], [0, 1], [1, 0.1]])
    >>> mended = retrofit(vectors, {"good": ["fine"], "fine": ["good"]})
    >>> round(mended.similarity("good", "fine"), 3)
    0.8
    """
    _check(iterations, exact, alpha, antonyms, gamma)
    check_out(vectors, out, overwrite=overwrite)
    reading = {"format": format, "merge_heads": merge_heads, "keep_numbers": keep_numbers}
    bar = _Bar(progress, len(vectors))
    graphs, sources = find_lexicons(
        vectors, lexicon, antonyms, reading, symmetric=symmetric, progress=bar.part()
    )
    if antonyms is None:
        sweeps = None if exact else iterations or ITERATIONS
        moved = _retrofit(vectors, graphs["lexicon"], alpha, sweeps, bar)
    else:
        steps, pairs = iterations or ITERATIONS, (graphs["lexicon"], graphs["antonyms"])
        moved = _counterfit(vectors, *pairs, steps, gamma or 0.0, bar)
    del graphs  # memory for the result
    report = {**sources["lexicon"].report, "words_moved": len(moved.rows), **moved.report}
    if antonyms is not None:
        report["antonyms"] |= sources["antonyms"].report
    dim = vectors.vector_size
    transform = Transform(np.zeros(dim), np.eye(dim), unit_input=True)
    if carry:
        transform, report["carry"] = learn_map(vectors.vectors[moved.rows], moved.vectors)
    matrix = change_rows(
        vectors,
        lambda start, block: moved.put(start, transform.apply(block) if carry else _unit(block)),
        out=out,
        progress=bar.part(),
    )
    names = {role: source.name for role, source in sources.items()}
    return finish(
        vectors,
        matrix,
        "retrofit",
        parameters=names | reading | {"symmetric": symmetric, "carry": carry} | moved.parameters,
        report=report,
        inputs={role: source.sha256 for role, source in sources.items()},
        transforms=[transform],
        out=out,
        overwrite=overwrite,
    )


@dataclass(frozen=True, eq=False)
class _Moved:
    """Words that have new vectors."""

    rows: Rows
    """In order, shape (n,)."""
    vectors: Block
    """Shape (n, dim)."""
    parameters: dict[str, Any]
    """What they were moved with."""
    report: dict[str, Any]

    def put(self, start: int, block: Block) -> Block:
        """Return `block`, which begins with row `start`, with the new vectors in it."""
        inside = _inside(self.rows, start, block)
        block[self.rows[inside] - start] = self.vectors[inside]
        return block


class _Bar:
    """Shows four parts of the work as equally long: lexicons, reading, moving, writing."""

    def __init__(self, progress: Progress | None, rows: int) -> None:
        self._progress, self._rows, self._parts = progress, rows, 0

    def part(self) -> Progress:
        """Return what the next part is to report to."""
        first = self._parts * self._rows
        self._parts += 1

        def report(done: int, total: int) -> None:
            if self._progress is not None:
                self._progress(first + self._rows * min(done, total) // total, 4 * self._rows)

        return report


def _check(
    iterations: int | None,
    exact: bool,
    alpha: float,
    antonyms: Related | None,
    gamma: float | None,
) -> None:
    if iterations is not None and iterations < 1:
        raise ConfigError(f"iterations is {iterations}; expected at least 1")
    if not (alpha > 0 and math.isfinite(alpha)):
        raise ConfigError(f"alpha is {alpha}; expected a number above 0")
    if exact and iterations is not None:
        raise ConfigError("exact and iterations exclude each other; take one of them")
    if antonyms is None and gamma is not None:
        raise ConfigError("gamma is for counter-fitting; give antonyms, too")
    if antonyms is not None and (exact or alpha != 1):
        raise ConfigError(
            f"{'exact' if exact else 'alpha'} is for retrofitting; with antonyms the vectors are "
            "counter-fitted"
        )


def _retrofit(
    vectors: WordVectors, graph: Graph, alpha: float, sweeps: int | None, bar: _Bar
) -> _Moved:
    """Return the words that move after so many sweeps, None for the exact solution."""
    rows, system = _make_system(vectors, graph, alpha, bar.part())
    progress = bar.part()
    report: dict[str, Any] = {"residual_before": system.residual()}
    if sweeps is None:
        system.solve(progress)
        report["residual"] = [system.residual()]
        return _Moved(rows, system.x, {"alpha": alpha, "exact": True}, report)
    done = []
    for _ in range(sweeps):
        done.append(system.sweep())
        progress(len(done), sweeps)
    report |= {
        "residual": [sweep.residual for sweep in done],
        "largest_change": [sweep.largest_change for sweep in done],
        "mean_change": [sweep.mean_change for sweep in done],
    }
    return _Moved(rows, system.x, {"alpha": alpha, "iterations": sweeps}, report)


def _make_system(
    vectors: WordVectors, graph: Graph, alpha: float, progress: Progress
) -> tuple[Rows, System]:
    """Return the rows that move, (n,), and their equations.

    Neighbours that stay where they are go into the constant part, so that memory holds vectors of
    the words that move, twice, and no others.
    """
    from wordvec.postprocess.retrofitkernels import add_neighbours

    rows, heads = np.unique(graph.tails, return_inverse=True)
    largest = np.zeros(len(rows))
    np.maximum.at(largest, heads, graph.weights)
    weights = graph.weights / largest[heads]  # the sum of those of a file could be infinite
    weights /= np.bincount(heads, weights)[heads] * (1 + alpha)
    places = np.full(len(vectors), MISSING, np.int64)
    places[rows] = np.arange(len(rows))
    columns = places[graph.neighbours]
    moving = columns != MISSING
    staying = np.flatnonzero(~moving)
    staying = staying[np.argsort(graph.neighbours[staying], kind="stable")]
    neighbours = graph.neighbours[staying]
    x = np.empty((len(rows), vectors.vector_size), np.float32)
    base = np.zeros_like(x)
    for start, block in blocks(vectors, progress):
        unit = _unit(block)
        inside = _inside(rows, start, block)
        x[inside] = unit[rows[inside] - start]
        base[inside] += x[inside] * (alpha / (1 + alpha))
        there = _inside(neighbours, start, block)
        edges = staying[there]
        add_neighbours(unit, heads[edges], neighbours[there] - start, weights[edges], base)
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.bincount(heads[moving], minlength=len(rows)), out=starts[1:])
    return rows, System(x, base, starts, columns[moving], weights[moving])


def _counterfit(
    vectors: WordVectors, graph: Graph, opposites: Graph, steps: int, gamma: float, bar: _Bar
) -> _Moved:
    """Return the words of the two graphs after counter-fitting."""
    ends = (graph.tails, graph.neighbours, opposites.tails, opposites.neighbours)
    rows = np.unique(np.concatenate(ends))
    before = np.empty((len(rows), vectors.vector_size), np.float32)
    for start, block in blocks(vectors, bar.part()):
        inside = _inside(rows, start, block)
        before[inside] = _unit(block[rows[inside] - start])
    pairs = [np.searchsorted(rows, end) for end in ends]
    after, report = counterfit(
        before,
        synonyms=np.stack(pairs[:2], axis=1),
        antonyms=np.stack(pairs[2:], axis=1),
        gamma=gamma,
        epochs=steps,
        progress=bar.part(),
    )
    return _Moved(rows, after, {"iterations": steps, "gamma": gamma}, report)


def _inside(rows: Rows, start: int, block: Block) -> slice:
    """Return which of `rows`, in order, are those of a block."""
    first, last = np.searchsorted(rows, (start, start + len(block)))
    return slice(int(first), int(last))


def _unit(block: Block) -> Block:
    """Return `block`, (n, dim), with vectors of length 1; those of zeros stay."""
    return unit_rows(block.astype(np.float64)).astype(np.float32)
