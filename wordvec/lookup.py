"""From words to their vectors: the part of `WordVectors` that looks up and does not compare.

Words, one by one or in lists and padded batches, to rows to float32 vectors; unseen words by a
stated rule; pickling by path. The matrix may be mapped from a file and of any stored type; only
the rows asked for are read. Knows nothing of similarity, training or file formats.
"""

import functools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.errors import ConfigError, UnknownWordError
from wordvec.neighbours import row_norms, unit
from wordvec.ngrams import SpellingIndex
from wordvec.quantization import QUANTIZERS, QuantizedMatrix, Quantizer
from wordvec.spelling import close_spellings
from wordvec.subwords import Subwords
from wordvec.transforms import Transform, apply_all
from wordvec.unseen import spelled_vector
from wordvec.vocabulary import MISSING, WordRows, WordTable

Vector = NDArray[np.float32]
Key = str | int | np.integer[Any]
"""A word or its row."""
Unseen = Literal["error", "zero", "subword", "spelling"]
UNSEEN: tuple[Unseen, ...] = ("error", "zero", "subword", "spelling")
"""What may stand for a word that is not in the vocabulary; see `WordLookup.lookup`."""

_COMPILED_FROM = 100_000
"""So many words are looked up in lists one by one, in the time that loading Numba takes; then the
compiled search is loaded."""


class Origin(Protocol):
    """The store that vectors were opened from: what a pickle of them holds."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def open(self) -> "WordLookup":
        """Open it again."""


class WordLookup:
    """Words and their vectors; the arguments are those of `WordVectors`."""

    origin: Origin | None = None
    """Where the vectors are mapped from; None for vectors in memory."""

    def __init__(
        self,
        words: WordTable | Iterable[str],
        matrix: ArrayLike | QuantizedMatrix,
        counts: ArrayLike | None = None,
        *,
        output: ArrayLike | None = None,
        provenance: dict[str, Any] | None = None,
        norms: Vector | None = None,
        subwords: Subwords | None = None,
        spelling_index: SpellingIndex | None = None,
        transforms: Sequence[Transform] = (),
    ) -> None:
        self.index_to_key = words if isinstance(words, WordTable) else WordTable.from_words(words)
        self.key_to_index = WordRows(self.index_to_key)
        n = len(self.index_to_key)
        self.vectors: Vector | QuantizedMatrix = (
            matrix if isinstance(matrix, QuantizedMatrix) else np.asarray(matrix, np.float32)
        )
        if self.vectors.ndim != 2 or len(self.vectors) != n or not self.vectors.shape[1]:
            raise ValueError(
                f"matrix of shape {self.vectors.shape} for {n} words; expected one row each"
            )
        self.vector_size: int = self.vectors.shape[1]
        self.counts = None if counts is None else _whole_numbers(counts)
        self.output: Vector | None = None if output is None else np.asarray(output, np.float32)
        self.provenance: dict[str, Any] = {} if provenance is None else provenance
        self.subwords = subwords
        self.transforms = tuple(transforms)
        self._norms = None if norms is None else np.asarray(norms, np.float32)
        self._spelling_index = spelling_index
        self._looked_up = 0
        for name, array, shape in (
            ("counts", self.counts, (n,)),
            ("output layer", self.output, self.vectors.shape),
            ("norms", self._norms, (n,)),
        ):
            if array is not None and array.shape != shape:
                raise ValueError(f"{name} of shape {array.shape} for {n} words; expected {shape}")
        dim = self.vector_size
        for transform in reversed(self.transforms):
            if transform.matrix.shape[1] != dim:
                raise ValueError(
                    f"a transform to {transform.matrix.shape[1]} numbers; expected {dim}"
                )
            dim = len(transform.matrix)
        if subwords is not None and subwords.matrix.shape[1] != dim:
            raise ValueError(f"subwords of dimension {subwords.matrix.shape[1]}; expected {dim}")

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str | int | np.integer) and self.get_index(key, MISSING) != MISSING

    def __iter__(self) -> Iterator[tuple[str, Vector]]:
        """Yield each word with its vector, in row order."""
        return ((word, self.get_vector(row)) for row, word in enumerate(self.index_to_key))

    def __getitem__(self, keys: Key | slice | Iterable[Any]) -> Vector:
        """Return the vector of a word or row, (dim,), or those of several; never of unseen words.

        For a slice, or a list or array of words or rows: (n, dim). For a list of such lists:
        (lists, longest, dim), filled up with zeros. Read-only where it is no copy.
        """
        if isinstance(keys, str | int | np.integer):
            return self.get_vector(keys)
        if isinstance(keys, slice):
            return self.vectors[keys]
        return self.lookup(keys)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return all vectors, (words, dim): decoded ones are a copy."""
        return np.asarray(self.vectors, dtype, copy=copy)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} words, {self.vector_size} dimensions)"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the path if there is one: who unpickles it maps the file anew."""
        if self.origin is None:
            return super().__reduce__()  # type: ignore[return-value]
        return self.origin.open, ()

    def with_matrix(
        self,
        matrix: ArrayLike,
        *,
        provenance: dict[str, Any],
        transforms: Sequence[Transform] = (),
    ) -> Self:
        """Return the same words and counts with other vectors, (words, any dim).

        Parameters
        ----------
        matrix
            The vectors.
        provenance
            How they were made.
        transforms
            The way there from a vector of the present space. The output layer, which belongs to
            that, is left out.
        """
        return type(self)(
            self.index_to_key,
            matrix,
            self.counts,
            provenance=provenance,
            subwords=self.subwords,
            spelling_index=self._spelling_index,
            transforms=(*self.transforms, *transforms),
        )

    def transform(self, rows: ArrayLike) -> Vector:
        """Return vectors of the space before post-processing as those of this one.

        The way that the post-processors fitted to this vocabulary, for vectors that were not in
        it.

        Parameters
        ----------
        rows
            Shape (n, dim before) or (dim before,).

        Returns
        -------
        Shape (n, dim) or (dim,), float32; the same numbers if nothing was fitted.

        Raises
        ------
        ValueError
            If the vectors are not as long as those before post-processing.
        """
        given = np.asarray(rows, np.float32)
        expected = len(self.transforms[0].mean) if self.transforms else self.vector_size
        if given.ndim not in (1, 2) or given.shape[-1] != expected:
            raise ValueError(f"rows of shape {given.shape}; expected (n, {expected})")
        return (
            apply_all(self.transforms, given) if given.ndim > 1 else self.transform(given[None])[0]
        )

    @property
    def norms(self) -> Vector:
        """Length of each row: shape (words,), float32."""
        if self._norms is None:
            self._norms = row_norms(self.vectors)
        return self._norms

    @property
    def spelling_index(self) -> SpellingIndex:
        """What finds the closest spellings of a word; made here if the store has none."""
        if self._spelling_index is None:
            self._spelling_index = SpellingIndex.build(self.index_to_key)
        return self._spelling_index

    @property
    def quantizer(self) -> Quantizer:
        """The type that the vectors are kept in."""
        kept = self.vectors
        return kept.quantizer if isinstance(kept, QuantizedMatrix) else QUANTIZERS["float32"]

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the row of `key`, else `default`.

        Raises
        ------
        UnknownWordError
            If there is neither; carries the words spelled most like it.
        """
        if isinstance(key, str):
            row = self.index_to_key.find(key)
            if row != MISSING:
                return row
        elif 0 <= key < len(self):
            return int(key)
        if default is not None:
            return default
        raise self._unknown(key)

    def has_index_for(self, key: Key) -> bool:
        """Return whether `key` is a word of the vocabulary, or one of its rows."""
        return key in self

    def get_indices(self, keys: Iterable[Key]) -> NDArray[np.int64]:
        """Return the row of each of `keys`, (n,), -1 for those that are not here."""
        keys = keys if isinstance(keys, Sequence | np.ndarray) else list(keys)
        if isinstance(keys, np.ndarray) and keys.dtype.kind in "ui":
            return np.where((keys >= 0) & (keys < len(self)), keys, MISSING).astype(np.int64)
        self._looked_up += len(keys)
        if self._looked_up > _COMPILED_FROM:
            from wordvec.wordsearch import find_rows

            rows = find_rows(self.index_to_key, keys)
            if rows is not None:
                return rows
        found = (self.get_index(key, MISSING) for key in keys)
        return np.fromiter(found, np.int64, len(keys))

    def resolve(self, word: str) -> int:
        """Return the row of `word` as typed or, if that is not here, of its usual form.

        That is: composed (Unicode's NFC), in lower case, with a straight apostrophe.

        Raises
        ------
        UnknownWordError
            If neither is here; carries the words spelled most like it.

        Examples
        --------
        >>> WordLookup(["king", "Paris"], [[1], [2]]).resolve("King")
        0
        """
        row = self.find_usual(word)
        return self.get_index(word) if row == MISSING else row

    def find_usual(self, word: str) -> int:
        """Return the row that `resolve` would, or -1 where it would raise."""
        row = self.index_to_key.find(word)
        return self.index_to_key.find(usual_form(word)) if row == MISSING else row

    def find_all_usual(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each of `words` that `find_usual` would, (n,)."""
        rows = self.get_indices(words)
        forms = {
            place: usual_form(words[place]) for place in np.flatnonzero(rows == MISSING).tolist()
        }
        other = {place: form for place, form in forms.items() if form != words[place]}
        rows[list(other)] = self.get_indices(list(other.values()))
        return rows

    def get_vector(self, key: Key, norm: bool = False) -> Vector:
        """Return the vector of `key`, (dim,), at length 1 if `norm`; read-only.

        At length 1, a vector whose own length is 0 or not finite is all zeros.
        """
        vector = self.vectors[self.get_index(key)]
        if norm:
            vector = unit(vector)
        if vector.flags.writeable:
            vector = vector.view()
            vector.flags.writeable = False
        return vector

    def lookup(self, keys: Key | Iterable[Any], unseen: Unseen = "error") -> Vector:
        """Return the vector of a word, or those of a list, or of a batch of lists.

        Parameters
        ----------
        keys
            A word or row; or several; or lists of them, such as tokenized sentences.
        unseen
            What stands for a word that is not here. "error": UnknownWordError. "zero": zeros.
            "subword": the mean of the vectors of its character n-grams, as fastText has it
            (Bojanowski et al. 2017); zeros for a word too short to have any. "spelling": a vector
            of length 1, 0.7 of the closest spellings and 0.3 of a direction that its letters
            determine (`wordvec.unseen`).

        Returns
        -------
        Shape (dim,) for a word, (n, dim) for a list, (lists, longest, dim) for lists, filled up
        with zeros; float32.

        Raises
        ------
        UnknownWordError
            If a word is not here and `unseen` is "error".
        ConfigError
            If `unseen` is none of these, or "subword" and there are no vectors of n-grams.

        Examples
        --------
        >>> vectors = WordLookup(["king", "queen"], [[2, 1], [1, 1]])
        >>> vectors.lookup(["queen", "qeen"], unseen="zero")
        array([[1., 1.],
               [0., 0.]], dtype=float32)
        """
        self._check_unseen(unseen)
        if isinstance(keys, str | int | np.integer):
            row = self.get_index(keys, MISSING)
            return self.get_vector(row) if row != MISSING else self._unseen_vector(keys, unseen)
        keys = keys if isinstance(keys, list | np.ndarray) else list(keys)
        if len(keys) and not isinstance(keys[0], str | int | np.integer):
            return self._padded(list(keys), unseen)
        rows = self.get_indices(keys)
        missing = np.flatnonzero(rows == MISSING)
        if not len(missing):
            return self._gather(rows)
        if unseen == "error":
            raise self._unknown(keys[int(missing[0])])
        found = np.zeros((len(rows), self.vector_size), np.float32)
        seen = np.flatnonzero(rows != MISSING)
        found[seen] = self._gather(rows[seen])
        if unseen != "zero":
            for place in missing.tolist():
                found[place] = self._unseen_vector(keys[place], unseen)
        return found

    def _gather(self, rows: NDArray[np.int64]) -> Vector:
        if isinstance(self.vectors, QuantizedMatrix):
            return self.vectors[rows]
        # All rows are there; mode "clip" spares `take` a copy through a buffer.
        return np.take(self.vectors, rows, axis=0, mode="clip")

    def _padded(self, lists: Sequence[Any], unseen: Unseen) -> Vector:
        lengths = [len(keys) for keys in lists]
        flat = [key for keys in lists for key in keys]
        batch = np.zeros((len(lists), max(lengths), self.vector_size), np.float32)
        there = np.arange(max(lengths)) < np.array(lengths)[:, None]
        if flat:
            batch[there] = self.lookup(flat, unseen)
        return batch

    def _check_unseen(self, unseen: Unseen) -> None:
        if unseen not in UNSEEN:
            raise ConfigError(f"unseen is {unseen!r}; it must be one of {', '.join(UNSEEN)}")
        if unseen == "subword" and self.subwords is None:
            raise ConfigError(
                "unseen is 'subword', but there are no vectors of character n-grams here; "
                "take 'spelling', or a store made from a fastText model"
            )

    def _unseen_vector(self, key: Key, unseen: Unseen) -> Vector:
        if unseen == "error" or not isinstance(key, str):
            raise self._unknown(key)
        if unseen == "spelling":
            return spelled_vector(key, self.spelling_index, self.vectors)
        vector = self.subwords.vector(key) if unseen == "subword" and self.subwords else None
        return np.zeros(self.vector_size, np.float32) if vector is None else self.transform(vector)

    def _unknown(self, key: Key) -> UnknownWordError:
        if isinstance(key, str):
            return UnknownWordError(key, functools.partial(close_spellings, key, self.index_to_key))
        return UnknownWordError(str(key))


def usual_form(word: str) -> str:
    """Return `word` composed (Unicode's NFC), in lower case, with a straight apostrophe."""
    return unicodedata.normalize("NFC", word).lower().replace("\u2019", "'")


def _whole_numbers(counts: ArrayLike) -> NDArray[np.uint64]:
    given = np.asarray(counts)
    if given.dtype.kind not in "ui" or (given.dtype.kind == "i" and np.any(given < 0)):
        raise ValueError("counts hold a number that is not whole or is below 0")
    return given.astype(np.uint64, copy=False)
