"""Read text in many forms and turn it into token ids and a vocabulary.

`wordvec.train` and the command line come in through `encode_corpus`. Importing this loads no
numba: the compiled part comes with the first call.
"""

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING

from wordvec.corpora.sample import sample_corpus

if TYPE_CHECKING:
    from wordvec.vocabulary import EncodedCorpus

__all__ = ["TOKENIZERS", "Progress", "Sources", "encode_corpus", "sample_corpus"]

TOKENIZERS = ("words", "whitespace")
"""By name; what each does is in `tokenizers`."""

FileName = str | PathLike[str]
Sources = FileName | Iterable[FileName] | Iterable[Sequence[str]]
Progress = Callable[[int, int | None], object]


def encode_corpus(
    sources: Sources,
    *,
    tokenizer: str = "words",
    min_count: int = 5,
    field: str | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> "EncodedCorpus":
    """Read text once; return it as token ids on disk, with its vocabulary and a report.

    Parameters
    ----------
    sources
        A file, a folder or "-" (standard input), several of them, or sentences, each a list of
        tokens that are taken as they are. Files may be plain text, JSON lines or MediaWiki dumps,
        and compressed (gzip, bzip2, xz, Zstandard). A line is a sentence.
    tokenizer
        "words": runs of letters, marks and digits in lower case, with inner apostrophes, in any
        script. "whitespace": split at ASCII white space, for text that is tokenized already.
    min_count
        Words that occur less often are left out.
    field
        Read every file as JSON lines, and this field of each line. Files named .jsonl, .json or
        .ndjson are read so in any case, by the field "text".
    progress
        Called now and then with the bytes read, as they lie on disk, and how many there are in
        all, or None where that is not known; never with token lists.
    threads
        How many to encode with; None for as many as this process may use. The result is the same.

    Returns
    -------
    EncodedCorpus
        `ids` is an int32 array mapped from a file that has no name and goes with it.

    Raises
    ------
    CorpusError
        If something cannot be read, is not text, holds no word or none `min_count` times, or the
        folder for temporary files is full ($TMPDIR, else /var/tmp).
    ConfigError
        If the tokenizer is unknown, or `min_count` or `threads` is not a whole number from 1 up.

    Examples
    --------
    >>> corpus = encode_corpus([["to", "be", "or"], ["not", "to", "be"]], min_count=2)
    >>> list(corpus.vocabulary.words), corpus.ids.tolist()
    (['to', 'be'], [0, 1, -1, 0, 1, -1])
    """
    from wordvec.corpora.encoder import encode

    return encode(
        sources,
        tokenizer=tokenizer,
        min_count=min_count,
        field=field,
        progress=progress,
        threads=threads,
    )
