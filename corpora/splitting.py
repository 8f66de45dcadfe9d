"""The tokens that `words` makes of a single string, for text that is not a corpus.

Called by the evaluators, for sentences. The rules are those of `tokenizers`, here as a regular
expression, so that no compiled code is loaded for a few sentences.
"""

import functools
import re
import sys
import unicodedata
from itertools import groupby

_ASCII = re.compile(r"[0-9A-Za-z]+(?:'[0-9A-Za-z]+)*")
_JOINING = "'\u2019\u200c\u200d"


def split_words(text: str) -> list[str]:
    """Return the words of `text` in lower case, as the tokenizer `words` takes them.

    Examples
    --------
    >>> split_words("Don't panic: it’s 42, Zoë!")
    ["don't", 'panic', "it's", '42', 'zoë']
    """
    pattern = _ASCII if text.isascii() else _any_script()
    return [word.replace("\u2019", "'").lower() for word in pattern.findall(text)]


@functools.cache
def _any_script() -> re.Pattern[str]:
    """Return the pattern of a word in any alphabet; made once, in about 0.2 s."""
    ranges = {"start": "", "mark": "", "": ""}
    for role, run in groupby(range(sys.maxunicode + 1), _role):
        codes = list(run)
        ranges[role] += f"{chr(codes[0])}-{chr(codes[-1])}"
    inside = f"[{ranges['start']}{ranges['mark']}]"
    return re.compile(f"[{ranges['start']}]{inside}*(?:[{_JOINING}]{inside}+)*")


def _role(code: int) -> str:
    category = unicodedata.category(chr(code))
    if category[0] == "L" or category in ("Nd", "Nl"):
        return "start"
    return "mark" if category[0] == "M" else ""
