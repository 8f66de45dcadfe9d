"""A query as people type it, "king - man + woman", made into words with weights.

Called by `WordVectors.query` and the command line. Knows no vocabulary: whether a word exists is
for the caller to find out. The grammar is in the docstring of `parse_expression`.
"""

import math
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TypeVar

from wordvec.errors import ExpressionError

_SIGNS = {"+": 1.0, "-": -1.0, "\N{MINUS SIGN}": -1.0}
_TIMES = "*\N{MULTIPLICATION SIGN}"
# A number is one only in front of a times sign: elsewhere "2" and "nan" are words.
_FACTOR = re.compile(
    rf"([+\-\N{{MINUS SIGN}}]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf|nan))\s*[{_TIMES}]",
    re.IGNORECASE | re.ASCII,
)
_PIECE = re.compile(r"[()]|[^\s()]+")
_SPACE = re.compile(r"\s*")
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Term:
    """A word of a query and its weight, which is finite and not zero."""

    word: str
    weight: float = 1.0


def parse_expression(expression: str | Sequence[str]) -> list[Term]:
    """Return the words of `expression` and their weights, each word once, in order.

    ::

        expression = [sign] term {sign term}
        term       = {number times} (word | "(" expression ")")
        sign       = "+" | "-" | "−"
        times      = "*" | "×"

    A sign stands alone, between spaces, so that `well-known` and `c++` are words. Where a sign
    is due, `-man` is read as `- man`; where a word is due, it is the word `-man`. A number is a
    weight only in front of a times sign (`2*king`), else a word. Parentheses are never part of a
    word. Two words need a sign between them. A word named twice has the sum of its weights.

    Parameters
    ----------
    expression
        The text, or its pieces as a command line hands them over.

    Raises
    ------
    ExpressionError
        If it cannot be read so; names the place and what was expected there.

    Examples
    --------
    >>> parse_expression("king - 2*man + woman")
    [Term(word='king', weight=1.0), Term(word='man', weight=-2.0), Term(word='woman', weight=1.0)]
    >>> parse_expression(["well-known", "+", "0.5 * (good + best)"])[2]
    Term(word='best', weight=0.5)
    """
    text = expression if isinstance(expression, str) else " ".join(expression)
    parser = _Parser(text)
    while not parser.at_end():
        if parser.word_due:
            parser.read_operand()
        else:
            parser.read_operator()
    return parser.finish()


class _Parser:
    """Where the reading of one expression stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.word_due = True
        self._last = ""
        self._weight = 1.0
        """Weight of the word or group that comes next: group, sign and numbers multiplied."""
        self._group = 1.0
        self._open: list[tuple[float, int]] = []
        """Weight around, and place of, each parenthesis that is open."""
        self._weights: dict[str, float] = {}

    def at_end(self) -> bool:
        """Go on to the next piece; tell whether there is none."""
        self.place = _SPACE.match(self.text, self.place).end()  # type: ignore[union-attr]  # matches always
        return self.place == len(self.text)

    def read_operand(self) -> None:
        """Read a leading sign, a weight, an opening parenthesis or a word."""
        if factor := _FACTOR.match(self.text, self.place):
            self._read_factor(factor)
            return
        piece = self._piece()
        if piece == "(":
            self._open.append((self._group, self.place))
            self._group = self._weight
            self._last = piece
        elif piece in _SIGNS and self._last in ("", "("):
            self._weight *= _SIGNS[piece]
            self._last = piece
        elif piece == ")" or piece in _SIGNS or piece[0] in _TIMES:
            due = "a number before it" if piece[0] in _TIMES else "a word"
            raise self._error(f"expected {due}", piece)
        else:
            self._weights[piece] = self._weights.get(piece, 0.0) + self._weight
            self.word_due = False
            self._last = piece
        self.place += len(piece)

    def _read_factor(self, factor: re.Match[str]) -> None:
        number = float(factor[1].replace("\N{MINUS SIGN}", "-"))
        if not math.isfinite(number) or number == 0:
            raise self._error("expected a weight that is finite and not zero", factor[0])
        self._weight *= number
        self._last = factor[0]
        self.place = factor.end()

    def read_operator(self) -> None:
        """Read a sign between terms or a closing parenthesis."""
        piece = self._piece()
        if piece[0] in _SIGNS:
            self._weight = self._group * _SIGNS[piece[0]]
            self.word_due = True
            self._last = piece[0]
            self.place += 1
        elif piece == ")" and self._open:
            self._group, _ = self._open.pop()
            self._last = piece
            self.place += 1
        elif piece == ")":
            raise self._error("no parenthesis is open", piece)
        elif piece[0] in _TIMES:
            raise self._error("a weight goes before its word, as in 2*king", piece)
        else:
            raise self._error("put + or - between the two", piece)

    def finish(self) -> list[Term]:
        """Return what was read.

        Raises
        ------
        ExpressionError
            If something is missing at the end, or a weight is not one.
        """
        if not self._last:
            raise ExpressionError("the query is empty; try: king - man + woman")
        if self.word_due:
            raise self._error("expected a word", None)
        if self._open:
            place = self._open[-1][1] + 1
            raise ExpressionError(f"the parenthesis at character {place} is never closed; add )")
        for word, weight in self._weights.items():
            if weight == 0:
                raise ExpressionError(
                    f"{_shown(word)} cancels out: its weights sum to 0; leave it out"
                )
            if not math.isfinite(weight):
                raise ExpressionError(f"the weight of {_shown(word)} is too large")
        return [Term(word, weight) for word, weight in self._weights.items()]

    def _piece(self) -> str:
        return _PIECE.match(self.text, self.place)[0]  # type: ignore[index]  # not at the end

    def _error(self, problem: str, found: str | None) -> ExpressionError:
        after = f" after {_shown(self._last)}" if self._last else ""
        if found is None:
            return ExpressionError(f"{problem}{after}, but the query ends there")
        return ExpressionError(
            f"character {self.place + 1}: found {_shown(found)}{after}; {problem}"
        )


def _shown(piece: str) -> str:
    """Return `piece` quoted, cut if it is long."""
    return repr(piece if len(piece) <= 40 else piece[:37] + "...")


def divide_by_sign(terms: Sequence[Term], keys: Sequence[_Key]) -> tuple[list[_Key], list[_Key]]:
    """Return the keys of the terms that are added, and of those that are subtracted.

    Raises
    ------
    ExpressionError
        If a weight is neither 1 nor -1, or nothing is added: products have no weights.
    """
    odd = next((term for term in terms if abs(term.weight) != 1), None)
    if odd is not None:
        raise ExpressionError(
            f"{odd.word!r} has the weight {odd.weight:g}; with method mul it must be 1 or -1"
        )
    added = [key for key, term in zip(keys, terms, strict=True) if term.weight > 0]
    if not added:
        raise ExpressionError("no word is added; with method mul at least one must be")
    return added, [key for key, term in zip(keys, terms, strict=True) if term.weight < 0]


def pasted_parts(term: Term, known: Container[str]) -> list[str]:
    """Return the words that `term` is pasted together from with + and -, if all are `known`.

    Examples
    --------
    >>> pasted_parts(Term("king-man"), {"king", "man"})
    ['king', 'man']
    """
    parts = term.word.replace("+", " ").replace("-", " ").split()
    there = all(part in known or part.lower() in known for part in parts)
    return parts if there and parts != [term.word] else []
