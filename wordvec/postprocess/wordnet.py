"""WordNet as a lexicon: the words of the vocabulary that share a synset, and their antonyms.

Read through the `nltk` or the `wn` package, whichever is installed with its data. Called by
`wordvec.postprocess.retrofit` and the command line.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from wordvec.postprocess.lexicon import Lexicon  # type: ignore[import-not-found]

Relations = Literal["synonyms", "all"]
Reader = Literal["nltk", "wn"]


def read_wordnet(
    words: Iterable[str], *, relations: Relations = "synonyms", reader: Reader | None = None
) -> "tuple[Lexicon, tuple[tuple[str, str], ...]]":
    """Return WordNet's neighbours of `words`, and its pairs of antonyms among them.

    Parameters
    ----------
    words
        The vocabulary. Lemmas are looked up as they are and in lower case, those of several
        words with underscores, hyphens or spaces.
    relations
        "synonyms": words of the same synset are neighbours (WN_syn of Faruqui et al. 2015).
        "all": those of its hypernyms and hyponyms too (their WN_all).
    reader
        The package to read with; None for the first that is there with its data.

    Raises
    ------
    ConfigError
        If no reader is there, or it has no data: says what to install.
    """
    raise NotImplementedError
