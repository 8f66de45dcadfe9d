"""Training: from text to word vectors. Importing this loads neither Numba nor the readers."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from wordvec.errors import ConfigError
from wordvec.training.config import TrainConfig
from wordvec.training.loop import Progress, ProgressCallback, train_encoded
from wordvec.vectors import WordVectors

__all__ = ["Progress", "ProgressCallback", "TrainConfig", "train", "train_encoded"]


def train(
    corpus: str | Path | Sequence[str | Path] | Iterable[Sequence[str]],
    config: TrainConfig | None = None,
    *,
    tokenizer: str = "words",
    field: str | None = None,
    progress: ProgressCallback | None = None,
    **options: Any,
) -> WordVectors:
    """Train word vectors on text.

    Parameters
    ----------
    corpus
        A path, several paths (files, folders, "-" for standard input), or an iterable of
        sentences, each a list of tokens.
    config
        The training options; or give them by name: `train("corpus.txt", dim=300, epochs=3)`.
    tokenizer
        "words" (letters, marks, digits, inner apostrophes; lower-cased) or "whitespace".
    field
        The key to read of each object in JSON lines.
    progress
        Called a few times a second with a `Progress`.

    Returns
    -------
    WordVectors
        Vectors of shape (words, dim), float32, most frequent word first.

    Raises
    ------
    ConfigError
        If an option is unknown or outside its range.
    CorpusError
        If the text cannot be read or holds nothing to train on.
    TrainingError
        If training diverges.

    Examples
    --------
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 100
    >>> vectors = train(sentences, dim=20, threads=1)
    >>> vectors.index_to_key[:3]
    ['the', 'rules', 'king']
    """
    if config is not None and options:
        raise ConfigError(f"give either a config or options by name, not both: {sorted(options)}")
    if config is None:
        unknown = sorted(set(options) - set(TrainConfig.__dataclass_fields__))
        if unknown:
            known = ", ".join(TrainConfig.__dataclass_fields__)
            raise ConfigError(f"unknown option {unknown[0]!r}; the options are {known}")
        config = TrainConfig(**options)

    from wordvec.corpora import encode_corpus

    def reading(done: int, total: int | None) -> None:
        if progress is not None:
            progress(Progress("reading", done, total))

    encoded = encode_corpus(
        corpus,
        tokenizer=tokenizer,
        min_count=config.min_count,
        field=field,
        progress=reading,
        threads=config.threads,
    )
    return train_encoded(encoded, config, progress)
