"""Word sets that say what a bias is: read from files, and those that come along.

Read by the debiasing and by the measures of bias. One format of our own, TOML or JSON with the
same keys; the files of debiaswe (Bolukbasi et al. 2016) and of Manzini et al. (2019) are read as
they are. Knows nothing of vectors.
"""

import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wordvec.errors import ConfigError, FormatError, MissingFileError

Words = tuple[str, ...]
Sets = tuple[Words, ...]

SHIPPED = ("gender", "race", "religion")
"""Word sets that come along, as printed in the papers that they name."""
_FOLDER = Path(__file__).with_name("wordsets")


@dataclass(frozen=True)
class WordSets:
    """What a bias is, in words.

    Words of `defining` and `equalize` are looked up as written, else in lower case; equalize sets
    moreover in lower case, Title Case and UPPER CASE, each form a set of its own. All other words
    are looked up as written and in no other form.

    Raises
    ------
    ConfigError
        If there is no defining set, a set has fewer than two words or one of them twice, or both
        `specific` and `neutral` are given.

    Examples
    --------
    >>> read_word_sets("religion").defining[0]
    ('judaism', 'christianity', 'islam')
    """

    name: str
    defining: Sets
    """Words that differ in the bias and in little else, such as (he, she): two or more a set."""
    equalize: Sets | None = None
    """Sets that the bias alone is to tell apart afterwards; None for the defining sets."""
    specific: Words | None = None
    """Words that keep the bias because they mean it, such as "king"; all others are neutral."""
    neutral: Words | None = None
    """Words that are to lose the bias. If neither this nor `specific` is given, all words are but
    those of the defining and the equalize sets."""
    neutral_examples: Words = ()
    """Words that ought to be neutral, such as professions, on which direct bias is measured."""
    targets: Sets = ()
    """Sets of words for groups, for the mean average cosine (MAC)."""
    attributes: Sets = ()
    """Sets of words that are ascribed to groups, for the MAC."""
    citation: str = ""
    description: str = ""
    digests: Mapping[str, str] = field(default_factory=dict, compare=False)
    """SHA-256 of each file they were read from, by the name of the argument."""

    def __post_init__(self) -> None:
        if not self.defining:
            raise ConfigError(f"word sets {self.name!r}: no defining set; give one or more")
        for key in ("defining", "equalize"):
            for number, words in enumerate(getattr(self, key) or (), 1):
                if len(set(words)) < max(2, len(words)):
                    raise ConfigError(
                        f"word sets {self.name!r}: {key} set {number} is {', '.join(words)!r}; "
                        "a set has two or more different words"
                    )
        if self.specific is not None and self.neutral is not None:
            raise ConfigError(
                f"word sets {self.name!r}: both specific and neutral words; give one of them"
            )


def read_word_sets(
    source: str | os.PathLike[str],
    *,
    equalize: str | os.PathLike[str] | None = None,
    specific: str | os.PathLike[str] | None = None,
    examples: str | os.PathLike[str] | None = None,
) -> WordSets:
    """Return the word sets of a file, or those that come along under a name.

    A file in our own format has the keys of `WordSets`, of which only `defining` is required (the
    name is that of the file unless given). A JSON list of lists of words, as debiaswe's
    definitional_pairs.json, holds defining sets. Manzini's JSON has `definite_sets`,
    `analogy_templates` (the attributes) and `eval_targets` (the targets).

    Parameters
    ----------
    source
        "gender", "race", "religion", or a file.
    equalize
        A file with the equalize sets, such as debiaswe's equalize_pairs.json; takes the place of
        those of `source`.
    specific
        A file with the specific words, such as debiaswe's gender_specific_full.json; takes the
        place of what `source` says of specific and neutral words.
    examples
        A file with the neutral examples, such as debiaswe's professions.json.

    Raises
    ------
    FormatError
        If a file cannot be read, is empty, or holds something else; names file and key.
    MissingFileError
        If there is no such file.
    """
    raise NotImplementedError
