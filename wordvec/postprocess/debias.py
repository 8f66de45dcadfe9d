"""Debiasing: word sets are looked up, a method changes the vectors, and bias is measured twice.

The methods are modules of one function each, imported when they are asked for; what they share is
`wordvec.postprocess.debiasing`.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError
from wordvec.neighbours.threads import one_blas_thread
from wordvec.postprocess.bias import measure_bias
from wordvec.postprocess.debiasing import Fit, FoundSets
from wordvec.postprocess.hard import fit_hard
from wordvec.postprocess.result import (
    Block,
    Change,
    Out,
    Progress,
    change_rows,
    check_out,
    finish,
)
from wordvec.postprocess.subspace import find_sets, find_subspace
from wordvec.postprocess.wordsets import WordSets, read_word_sets
from wordvec.vectors import WordVectors

Method = Literal["hard", "soft", "double-hard", "half-sibling", "nullspace"]
METHODS: tuple[Method, ...] = get_args(Method)

_OWN: dict[str, tuple[Method, ...]] = {
    "components": ("hard", "soft", "double-hard", "nullspace"),
    "equalize": ("hard", "double-hard"),
    "strength": ("soft",),
    "alpha": ("half-sibling",),
}
"""The options that not all methods have, and which do."""
_SHOWN = 5


def debias(
    vectors: WordVectors,
    word_sets: str | os.PathLike[str] | WordSets,
    *,
    method: Method = "hard",
    components: int | None = None,
    equalize: str | os.PathLike[str] | None = None,
    specific: str | os.PathLike[str] | None = None,
    examples: str | os.PathLike[str] | None = None,
    learn_specific: bool = False,
    seed_weight: float | None = None,
    strength: float | None = None,
    alpha: float | None = None,
    seed: int = 1,
    out: Out = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> WordVectors:
    """Return `vectors` with less of a bias in the words that ought to be neutral.

    Parameters
    ----------
    vectors
        What to change; stays as it is.
    word_sets
        What the bias is: "gender", "race", "religion", a file (see `read_word_sets`), or sets.
    method
        "hard": neutral words lose all that lies in the directions of the bias, and the words of
        an equalize set differ in these alone (Bolukbasi et al. 2016, Manzini et al. 2019).
        "soft": one linear map for all words that gives way to inner products (Bolukbasi et al.
        2016). "double-hard": hard, after the principal component that hides most of the bias is
        taken out (Wang et al. 2020). "half-sibling": what the specific words predict of the
        neutral ones is subtracted (Yang and Feng 2020). "nullspace": all directions by which a
        linear classifier can tell biased words apart are taken out, one after the other
        (Ravfogel et al. 2020).
    components
        How many directions the bias has; 1 if None. Not for half-sibling.
    equalize, specific, examples
        Files that take the place of the equalize sets, specific words and neutral examples in the
        file `word_sets`; equalize sets are for hard and double-hard.
    learn_specific
        Find more specific words by a linear SVM, which learns from those that are known
        (Bolukbasi et al. 2016, section 7).
    seed_weight
        With `learn_specific`: how many times an error on a known specific word counts; 1 if None.
        In a large vocabulary little may be learned with 1, of which a warning tells.
    strength
        For soft: how much the bias counts beside the inner products; 0.2 if None.
    alpha
        For half-sibling: the penalty of its ridge regression; 60 if None.
    seed
        Of the clustering that measures bias, and of methods that draw at random.
    out, overwrite
        A store to write, and whether it may be there already; None for a result in memory.
    progress
        Called with the rows done and the rows to do.

    Returns
    -------
    The same words with new vectors. The last step of their provenance has a report: what was
    neutralized and equalized, of how many words nothing was left, how many defining sets were
    found, which words of the sets were missing, the share of each direction in the differences
    within the defining sets, and bias before and after, both along the directions that there were
    before. What moved the neutral words is at the end of their `transforms`.

    Raises
    ------
    ConfigError
        If an option is not one of the method's or out of range.
    DataError
        If the sets are not in the vocabulary or do not differ in so many directions, there are too
        few words or dimensions for the method, or a vector holds NaN or infinity.
    FormatError
        If a file of words is not one.
    OutputError
        If the result cannot be written.

    Examples
    --------
    >>> words = ["he", "she", "nurse", "doctor"]
    >>> vectors = WordVectors(words, [[1, 2, 0], [-1, 2, 0], [-1, 1, 1], [1, 1, -1]])
    >>> sets = WordSets("gender", defining=(("he", "she"),))
    >>> debias(vectors, sets)["nurse"]
    array([0.        , 0.70710677, 0.70710677], dtype=float32)
    """
    options = {"components": components, "strength": strength, "alpha": alpha}
    _check(method, options | {"equalize": equalize}, seed)
    if seed_weight is not None and not learn_specific:
        raise ConfigError("seed_weight goes with learn_specific")
    check_out(vectors, out, overwrite=overwrite)
    given = {"equalize": equalize, "specific": specific, "examples": examples}
    files = {key: file for key, file in given.items() if file is not None}
    sets = _read(word_sets, files)
    components = 1 if components is None else components
    learned: dict[str, Any] = {}
    lost: list[int] = []
    with one_blas_thread():  # the same bytes with any number of them
        found, missing = find_sets(vectors, sets)
        if learn_specific:
            found, sets, learned = _learn(found, sets, seed_weight, progress)
        subspace = find_subspace(found, components)
        before = measure_bias(vectors, sets, components=components, seed=seed)
        fit = _fit(method, found, subspace.directions, options, seed=seed, progress=progress)
        _warn_of_few(len(found.defining), len(sets.defining))
        _warn_of_another(vectors, sets)
        matrix = change_rows(vectors, _watch(fit.change, lost), out=out, progress=progress)
        after = measure_bias(
            vectors.with_matrix(matrix, provenance={}, transforms=fit.transforms),
            sets,
            reference=vectors,
            components=components,
            directions=subspace.directions,
            seed=seed,
        )
    _warn_of(lost, vectors)
    report = {
        **fit.report,
        **learned,
        "defining_sets": {"found": len(found.defining), "given": len(sets.defining)},
        "explained_variance": list(subspace.explained_variance),
        "became_zero": len(lost),
        "missing": {key: list(words) for key, words in missing.items()},
        "bias": {"before": before.to_dict(), "after": after.to_dict()},
    }
    parameters = {
        **_names(word_sets, sets),
        **{key: Path(file).name for key, file in files.items()},
        "method": method,
        **{key: value for key, value in options.items() if value is not None},
        "learn_specific": learn_specific,
        **({} if seed_weight is None else {"seed_weight": seed_weight}),
        "seed": seed,
    }
    return finish(
        vectors,
        matrix,
        "debias",
        parameters=parameters,
        report=report,
        inputs=sets.digests,
        transforms=fit.transforms,
        out=out,
        overwrite=overwrite,
    )


def _check(method: str, options: Mapping[str, object], seed: int) -> None:
    if method not in METHODS:
        raise ConfigError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    if not 0 <= seed < 1 << 32:
        raise ConfigError(f"seed is {seed}; expected 0 to {(1 << 32) - 1}")
    for name, value in options.items():
        if value is not None and method not in _OWN[name]:
            raise ConfigError(
                f"{name} is not an option of method {method}; it goes with {', '.join(_OWN[name])}"
            )


def _read(
    word_sets: str | os.PathLike[str] | WordSets, files: Mapping[str, str | os.PathLike[str]]
) -> WordSets:
    if not isinstance(word_sets, WordSets):
        return read_word_sets(word_sets, **files)
    if files:
        raise ConfigError(f"{', '.join(files)}: put the words into the WordSets that are given")
    if word_sets.digests:
        return word_sets
    text = json.dumps(asdict(word_sets), sort_keys=True)
    return replace(word_sets, digests={"word_sets": hashlib.sha256(text.encode()).hexdigest()})


def _names(given: str | os.PathLike[str] | WordSets, sets: WordSets) -> dict[str, str]:
    """Return what the sets were asked for by, and their own name if that is another."""
    if isinstance(given, WordSets):
        return {"word_sets": sets.name}
    file = Path(given)
    own = {} if sets.name in (file.name, file.stem) else {"name": sets.name}
    return {"word_sets": file.name, **own}


def _watch(change: Change, lost: list[int]) -> Change:
    """Return `change`, which from now on adds the rows that it makes 0 to `lost`."""

    def watched(start: int, block: Block) -> Block:
        changed = change(start, block)
        rows = np.flatnonzero(changed[:, 0] == 0)
        rows = rows[~changed[rows].any(axis=1) & block[rows].any(axis=1)]
        lost.extend((start + rows).tolist())
        return changed

    return watched


def _warn_of_few(found: int, given: int) -> None:
    if 2 * found < given:
        logging.getLogger("wordvec").warning(
            "only %d of %d defining sets found, so the direction may be that of something else; "
            "are the word sets in the language of the vectors?",
            found,
            given,
        )


def _warn_of_another(vectors: WordVectors, sets: WordSets) -> None:
    for step in vectors.provenance.get("steps", ()):
        same = step.get("inputs", {}).get("word_sets") == sets.digests["word_sets"]
        if step.get("step") == "debias" and same:
            logging.getLogger("wordvec").warning(
                "these vectors were debiased by %s before (method %s); the most biased words are "
                "chosen anew, among what was left, so the figures are not those of the first time",
                sets.name,
                step["method"],
            )
            return


def _warn_of(lost: list[int], vectors: WordVectors) -> None:
    if lost:
        words = ", ".join(repr(vectors.index_to_key[row]) for row in lost[:_SHOWN])
        logging.getLogger("wordvec").warning(
            "of %d words nothing is left without the bias; their vectors become 0: %s%s",
            len(lost),
            words,
            ", ..." if len(lost) > _SHOWN else "",
        )


def _learn(
    found: FoundSets, sets: WordSets, weight: float | None, progress: Progress | None
) -> tuple[FoundSets, WordSets, dict[str, Any]]:
    """Return the sets with the specific words that were learned from those known, and a report."""
    from wordvec.postprocess.specific import learn_specific

    if sets.neutral is not None:
        raise ConfigError(
            f"word sets {sets.name!r} name the neutral words; specific words are learned where "
            "all others are neutral"
        )
    known = np.flatnonzero(~found.neutral)
    weight = 1.0 if weight is None else weight
    rows, report = learn_specific(found.vectors, known, weight=weight, progress=progress)
    neutral = found.neutral.copy()
    neutral[rows] = False
    specific = tuple(found.vectors.index_to_key[int(row)] for row in np.flatnonzero(~neutral))
    return replace(found, neutral=neutral), replace(sets, specific=specific), {"specific": report}


def _fit(
    method: Method,
    found: FoundSets,
    directions: NDArray[np.float64],
    options: Mapping[str, Any],
    *,
    seed: int,
    progress: Progress | None,
) -> Fit:
    if method == "hard":
        return fit_hard(found, directions)
    if method == "soft":
        from wordvec.postprocess.soft import fit_soft

        return fit_soft(found, directions, **_given(options, "strength"), progress=progress)
    if method == "double-hard":
        from wordvec.postprocess.doublehard import fit_double_hard

        return fit_double_hard(found, directions, seed=seed, progress=progress)
    if method == "half-sibling":
        from wordvec.postprocess.halfsibling import fit_half_sibling

        return fit_half_sibling(found, directions, **_given(options, "alpha"))
    from wordvec.postprocess.nullspace import fit_nullspace

    return fit_nullspace(found, directions, seed=seed, progress=progress)


def _given(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {} if options[name] is None else {name: options[name]}
