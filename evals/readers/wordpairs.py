"""Word pairs that people scored, and their files.

Read by the evaluators of similarity and ranking; knows nothing of vectors.
"""

from dataclasses import dataclass
from pathlib import Path

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.datasets import number_of
from wordvec.evals.readers.columns import Column, Line, Table, read_table

_SCORE_TITLES = (
    "score",
    "similarity",
    "human (mean)",
    "simlex999",
    "mean",
    "average",
    "rating",
    "relatedness",
)
"""What sets call the column of the scores, in lower case; the first that a header has counts."""


@dataclass(frozen=True)
class WordPair:
    """Two words and how similar people found them."""

    first: str
    second: str
    score: float
    group: str = ""
    """What the column that was asked for says of the pair; "" if none was."""


@dataclass(frozen=True)
class ScoredPairs:
    """The pairs of a file, and where their scores were found."""

    pairs: list[WordPair]
    score: str
    """The column of the scores, for a reader: "column 3 (score)"."""
    others: int
    """Further columns of numbers that might have been the scores; 0 if the user named them."""


def read_word_pairs(
    path: Path, *, score_column: Column | None = None, by: Column | None = None
) -> list[WordPair]:
    r"""Read lines of two words and a score, among other columns.

    Columns are separated by tabs, semicolons, commas or white space; a quoted one may hold the
    separator. Most lines tell what is where: the words are in the first two columns that hold no
    number; the score in the column that a header calls so, else in the only one with numbers,
    or in the first one after the words if there is no header. Empty lines, lines that start with
    '#' and a header (a first line with text for a score) are passed over. gensim reads tabs only,
    and silently skips a line that has more than three columns.

    Parameters
    ----------
    path
        The file.
    score_column
        The column of the scores, by its title or number from 1, if it is not found rightly.
    by
        The column that gives the `group` of each pair.

    Raises
    ------
    ConfigError
        If the file has no such column, or several that might be the score: with a header none
        of whose titles is one of a score, or before the words and after them.
    FormatError
        If a line has too few columns, or no finite number for a score; names the line. Or if
        there is no pair at all.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
    ...     _ = file.write("word1\tword2\tPOS\tscore\ncup\tmug\tN\t8.5\n")
    ...     file.flush()
    ...     read_word_pairs(Path(file.name), by="POS")
    [WordPair(first='cup', second='mug', score=8.5, group='N')]
    """
    return read_scored_pairs(path, score_column=score_column, by=by).pairs


def read_scored_pairs(
    path: Path, *, score_column: Column | None = None, by: Column | None = None
) -> ScoredPairs:
    """Read what `read_word_pairs` does, and tell where the scores were found."""
    table = read_table(path)
    words = [place for place, numeric in enumerate(table.numeric) if not numeric][:2]
    if len(words) < 2:  # the words look like numbers
        words = [0, 1]
    numbers = [p for p, numeric in enumerate(table.numeric) if numeric and p not in words]
    likely = next((p for p in numbers if p > words[1]), numbers[0] if numbers else 2)
    titles = table.header(likely)
    lines = table.lines if titles is None else table.lines[1:]
    group = None if by is None else table.place(by, titles)
    others = [p for p in numbers if p != group and not (p < words[0] and _counts(lines, p))]
    if score_column is not None:
        score, others = table.place(score_column, titles), []
    elif (named := _named(titles, numbers)) is not None:
        score = named
    else:
        score = likely if likely in others or not others else others[0]
        if len(others) > 1 and (titles is not None or others[0] < words[0]):
            raise _undecided(path, others, titles)
    pairs = [_pair(table, line, (*words, score), group) for line in lines]
    if not pairs:
        raise FormatError(f"{path} holds no word pairs but a header")
    return ScoredPairs(pairs, _called(score, titles), sum(place != score for place in others))


def _called(place: int, titles: list[str] | None) -> str:
    """Return what a reader calls a column."""
    title = titles[place] if titles else ""
    return f"column {place + 1}" + (f" ({title})" if title else "")


def _undecided(path: Path, places: list[int], titles: list[str] | None) -> ConfigError:
    *most, last = [_called(place, titles) for place in places]
    return ConfigError(
        f"{path}: the scores may be in {', '.join(most)} or {last}; say which by score_column "
        "(--score-column), or call it 'score' in a header"
    )


def _named(titles: list[str] | None, numbers: list[int]) -> int | None:
    """Return the place of the column of `numbers` that is called a score; None if none is."""
    called = {titles[place].casefold(): place for place in numbers} if titles else {}
    return next((called[title] for title in _SCORE_TITLES if title in called), None)


def _counts(lines: list[Line], place: int) -> bool:
    """Tell whether a column only numbers the lines, from whatever number."""
    found = [number_of(line.columns[place]) for line in lines if place < len(line.columns)]
    first = found[0] if found else None
    return first is not None and found == [first + i for i in range(len(lines))]


def _pair(table: Table, line: Line, places: tuple[int, ...], group: int | None) -> WordPair:
    """Return the pair of a line; `places` are those of the words and the score."""
    columns = line.columns
    if len(columns) <= max(places):
        raise _wrong(table, line, places, f"it has {len(columns)} columns")
    first, second, score = (columns[place] for place in places)
    number = number_of(score)
    if not first or not second:
        raise _wrong(table, line, places, "a word is missing")
    if number is None:
        raise _wrong(table, line, places, f"{score[:20]!r} is no number")
    told = "" if group is None or group >= len(columns) else columns[group]
    return WordPair(first, second, number, told)


def _wrong(table: Table, line: Line, places: tuple[int, ...], what: str) -> FormatError:
    one, two, score = (place + 1 for place in places)
    return FormatError(
        f"{table.path}, line {line.number}: {line.text[:80]!r} is not 'word word score': {what}; "
        f"expected words in columns {one} and {two} and a number such as 8.5 in column {score}, "
        f"separated by {table.separator}"
    )
