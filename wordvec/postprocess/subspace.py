"""Word sets looked up in a vocabulary, and the directions of the bias that they define.

Called by the debiasing and by the measures of bias; the methods take what is found here. Knows
nothing of what is done with the directions.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import ConfigError, DataError
from wordvec.postprocess.debiasing import FoundSets, Rows
from wordvec.postprocess.result import check_finite
from wordvec.postprocess.wordsets import Sets, Words, WordSets
from wordvec.transforms import unit_rows
from wordvec.vectors import WordVectors
from wordvec.vocabulary import MISSING

_SAME = 1e-6
"""Vectors of length 1 that differ by less, each stored as float32, are the same."""


@dataclass(frozen=True, eq=False)
class Subspace:
    """The directions of a bias."""

    directions: NDArray[np.float64]
    """Shape (k, dim), orthonormal; words that come first in their sets lie on the positive side."""
    explained_variance: tuple[float, ...]
    """The share of the differences within the defining sets that lies along each."""


def find_sets(
    vectors: WordVectors, word_sets: WordSets
) -> tuple[FoundSets, dict[str, tuple[str, ...]]]:
    """Return `word_sets` as rows of `vectors`, and the missing words of each kind.

    How words are looked up is said at `WordSets`. Words to be equalized are never neutral: the
    published code neutralizes those that are missing from its list of specific words, and then
    equalizes them by what rounding has left of their bias.

    Raises
    ------
    DataError
        If no defining set has two words here, no word is neutral, or the vector of a word of the
        defining or equalize sets is NaN or infinite.
    """
    defining, missing = _find_defining(vectors, word_sets.defining)
    wanted = word_sets.defining if word_sets.equalize is None else word_sets.equalize
    equalize, not_equalized = _find_equalize(vectors, wanted)
    all_missing = {"defining": missing}
    if word_sets.equalize is not None:
        all_missing["equalize"] = not_equalized
    neutral = np.full(len(vectors), word_sets.neutral is None)
    if word_sets.specific is not None:
        rows, all_missing["specific"] = find_words(vectors, word_sets.specific, as_written=True)
        neutral[rows] = False
    if word_sets.neutral is not None:
        rows, all_missing["neutral"] = find_words(vectors, word_sets.neutral)
        neutral[rows] = True
    if word_sets.specific is None and word_sets.neutral is None:
        neutral[np.concatenate(defining)] = False
    if equalize:
        neutral[np.concatenate(equalize)] = False
    if not np.any(neutral):
        raise DataError(
            f"none of the {len(vectors):,} words is neutral; "
            "name fewer specific words, or more neutral ones"
        )
    finite_vectors(vectors, np.concatenate([*defining, *equalize]))
    for key, sets in (
        ("neutral_examples", (word_sets.neutral_examples,)),
        ("targets", word_sets.targets),
        ("attributes", word_sets.attributes),
    ):
        if any(sets):
            all_missing[key] = find_words(vectors, itertools.chain(*sets))[1]
    return FoundSets(vectors, defining, equalize, neutral), all_missing


def find_words(
    vectors: WordVectors, words: Iterable[str], *, as_written: bool = False
) -> tuple[Rows, tuple[str, ...]]:
    """Return the rows of those of `words` that are there, each once, (n,), and the others.

    A word that is not there as written is looked up in its usual form too, unless `as_written`.
    """
    words = list(dict.fromkeys(words))
    find = vectors.get_indices if as_written else vectors.find_all_usual
    rows = find(words).tolist()
    return _distinct(rows), tuple(w for w, r in zip(words, rows, strict=True) if r == MISSING)


def find_subspace(found: FoundSets, components: int = 1) -> Subspace:
    """Return the principal directions in which the words of each defining set differ.

    Principal components of the vectors, at length 1, less the mean of their set: Bolukbasi et al.
    2016 for pairs, Manzini et al. 2019 for sets of any size. The sign of a direction is such that
    the words that come first in their sets lie on the positive side.

    Parameters
    ----------
    found
        The defining sets in the vocabulary.
    components
        How many directions.

    Raises
    ------
    ConfigError
        If `components` is below 1; a DataError if the words of the sets do not differ, or in fewer
        directions than that, or the vectors have one dimension.
    """
    if components < 1:
        raise ConfigError(f"{components} components; expected 1 or more")
    if found.vectors.vector_size < 2:
        raise DataError("the vectors have one dimension; a bias needs two dimensions or more")
    parts = _differences(found)
    _, lengths, directions = np.linalg.svd(np.concatenate(parts), full_matrices=False)
    if lengths[0] < _SAME:
        raise DataError(
            "the words of each defining set have the same vectors; there is no direction of bias"
        )
    most = min(int(np.sum(lengths > _SAME * lengths[0])), found.vectors.vector_size - 1)
    if components > most:
        raise DataError(
            f"{components} components; the {len(parts)} defining sets found, in "
            f"{found.vectors.vector_size} dimensions, allow {most}"
        )
    chosen = directions[:components]
    first = np.sum([part[0] for part in parts], axis=0)
    signs = np.where(chosen @ first < 0, -1.0, 1.0)
    shares = lengths**2 / np.sum(lengths**2)
    return Subspace(chosen * signs[:, None], tuple(map(float, shares[:components])))


def explained_along(found: FoundSets, directions: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the share of the differences within the defining sets along each of `directions`.

    None if the words of the sets do not differ. `directions` are orthonormal, shape (k, dim).
    """
    differences = np.concatenate(_differences(found))
    total = float(np.sum(differences**2))
    if total < _SAME**2:
        return ()
    return tuple(map(float, np.sum((differences @ directions.T) ** 2, axis=0) / total))


def _differences(found: FoundSets) -> list[NDArray[np.float64]]:
    """Return the vectors of each defining set, (n, dim), less their mean."""
    parts = [found.unit(rows) for rows in found.defining]
    return [part - part.mean(axis=0) for part in parts]


def finite_vectors(vectors: WordVectors, rows: Rows) -> NDArray[np.float64]:
    """Return the vectors of `rows`, (n, dim).

    Raises
    ------
    DataError
        If one holds NaN or infinity; names its word.
    """
    found = vectors.vectors[rows]
    check_finite(vectors, found, rows)
    return found.astype(np.float64)


def unit_vectors(vectors: WordVectors, rows: Rows) -> NDArray[np.float64]:
    """Return the vectors of `rows` at length 1, (n, dim); zeros stay so.

    Raises
    ------
    DataError
        If one holds NaN or infinity; names its word.
    """
    return unit_rows(finite_vectors(vectors, rows))


def _find_defining(vectors: WordVectors, sets: Sets) -> tuple[tuple[Rows, ...], tuple[str, ...]]:
    found, missing = [], []
    for words in sets:
        rows = [vectors.find_usual(word) for word in words]
        missing += [word for word, row in zip(words, rows, strict=True) if row == MISSING]
        there = _distinct(rows)
        if len(there) > 1:
            found.append(there)
    if not found:
        total = len({word for words in sets for word in words})
        lost = tuple(dict.fromkeys(missing))
        shown = ", ".join(lost[:5]) + (", ..." if len(lost) > 5 else "")
        raise DataError(
            f"none of the {len(sets)} defining sets has two words in the vocabulary: "
            f"{total - len(lost)} of {total} words are there, not {shown}"
        )
    return tuple(found), tuple(dict.fromkeys(missing))


def _find_equalize(vectors: WordVectors, sets: Sets) -> tuple[tuple[Rows, ...], tuple[str, ...]]:
    """Return the sets in each form that has two words or more, in order, and the missing words."""
    found: dict[tuple[int, ...], Rows] = {}
    seen: set[str] = set()
    for words in sets:
        for form in _forms(words):
            rows = [vectors.index_to_key.find(word) for word in form]
            seen.update(word for word, row in zip(words, rows, strict=True) if row != MISSING)
            there = _distinct(rows)
            if len(there) > 1:
                found.setdefault(tuple(map(int, there)), there)
    missing = dict.fromkeys(word for words in sets for word in words if word not in seen)
    return tuple(found.values()), tuple(missing)


def _forms(words: Words) -> list[Words]:
    """Return a set as written, in lower case, in Title Case and in UPPER CASE, each form once."""
    changes = (str, str.lower, str.title, str.upper)
    return list(dict.fromkeys(tuple(change(word) for word in words) for change in changes))


def _distinct(rows: list[int]) -> Rows:
    return np.array(list(dict.fromkeys(row for row in rows if row != MISSING)), np.int64)
