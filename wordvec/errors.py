"""Every error that wordvec raises on purpose, in one tree.

WordvecError
├── ConfigError (ValueError)       an option outside its range
├── CorpusError                    text that cannot be read, or holds nothing to train on
├── ExpressionError (ValueError)   a query that cannot be parsed
├── FormatError                    a file that is not what it claims to be
├── OutputError                    a result that cannot be written
├── TrainingError                  training that went astray
└── UnknownWordError (KeyError)    a word that is not in the vocabulary

A message says what was given, what was expected and what to do. The command line prints it as
one line and exits with 1; ConfigError and ExpressionError are usage errors and exit with 2.
"""

from collections.abc import Sequence


class WordvecError(Exception):
    """Base of all errors that wordvec raises on purpose."""


class ConfigError(WordvecError, ValueError):
    """An option outside its range."""


class CorpusError(WordvecError):
    """Text that cannot be read, or that holds nothing to train on."""


class ExpressionError(WordvecError, ValueError):
    """A query expression that cannot be parsed."""


class FormatError(WordvecError):
    """A file that is not what it claims to be; names the file and the part at fault."""


class OutputError(WordvecError):
    """A result that cannot be written; the file that was there before is as it was."""


class TrainingError(WordvecError):
    """Training that went astray: the numbers grew past all bounds."""


class UnknownWordError(WordvecError, KeyError):
    """A word that is not in the vocabulary; carries the nearest spellings that are."""

    def __init__(self, word: str, suggestions: Sequence[str] = ()) -> None:
        self.word = word
        self.suggestions = tuple(suggestions)
        super().__init__(word)

    def __str__(self) -> str:
        """Return the message (KeyError would show only the repr of the word)."""
        hint = f"; did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        return f"{self.word!r} is not in the vocabulary{hint}"
