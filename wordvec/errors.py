"""Every error that wordvec raises on purpose, in one tree.

WordvecError
├── ConfigError (ValueError)       an option outside its range
│   └── DataError                  a request that the vectors or words given cannot meet
├── CorpusError                    text that cannot be read, or holds nothing to train on
├── ExpressionError (ValueError)   a query that cannot be parsed
├── FormatError                    a file that is not what it claims to be
│   └── MissingFileError (FileNotFoundError)   a file that is not there
├── OutputError                    a result that cannot be written
├── TrainingError                  training that went astray
└── UnknownWordError (KeyError)    a word that is not in the vocabulary

A message says what was given, what was expected and what to do. The command line prints it as
one line and exits with 1; ConfigError (but not DataError) and ExpressionError are usage errors and
exit with 2.
"""

from collections.abc import Callable, Sequence
from functools import cached_property


class WordvecError(Exception):
    """Base of all errors that wordvec raises on purpose."""


class ConfigError(WordvecError, ValueError):
    """An option outside its range."""


class DataError(ConfigError):
    """A request that the given data cannot meet: vectors with NaN, words that are not there."""


class CorpusError(WordvecError):
    """Text that cannot be read, or that holds nothing to train on."""


class ExpressionError(WordvecError, ValueError):
    """A query expression that cannot be parsed."""


class FormatError(WordvecError):
    """A file that is not what it claims to be; names the file and the part at fault."""


class MissingFileError(FormatError, FileNotFoundError):
    """A file that is not there."""


class OutputError(WordvecError):
    """A result that cannot be written; the file that was there before is as it was."""


class TrainingError(WordvecError):
    """Training that went astray: the numbers grew past all bounds."""


class UnknownWordError(WordvecError, KeyError):
    """A word that is not in the vocabulary; knows the nearest spellings that are.

    `suggest` returns them; it is called when they are first asked for, since looking through a
    large vocabulary takes longer than whoever only catches the error may want to wait.
    """

    def __init__(self, word: str, suggest: Callable[[], Sequence[str]] = tuple) -> None:
        self.word = word
        self._suggest = suggest
        super().__init__(word)

    @cached_property
    def suggestions(self) -> tuple[str, ...]:
        """The words whose spelling is nearest, best first."""
        return tuple(self._suggest())

    def __str__(self) -> str:
        """Return the message (KeyError would show only the repr of the word)."""
        message = f"{self.word!r} is not in the vocabulary"
        try:
            close = ", ".join(self.suggestions)
        except (
            FormatError
        ) as damage:  # the words of a damaged file are read here for the first time
            return f"{message}; {damage}"
        return f"{message}; did you mean {close}?" if close else message

    def __reduce__(self) -> tuple[type["UnknownWordError"], tuple[str], dict[str, object]]:
        """Pickle the word with its suggestions: the vocabulary stays behind."""
        return (
            type(self),
            (self.word,),
            {"suggestions": self.suggestions},
        )
