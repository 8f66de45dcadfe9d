"""The text of MediaWiki dumps, as Wikipedia publishes them; used by `readers`.

Articles only (namespace 0, no redirects), one paragraph, list item or table cell a line. Most
markup is taken away by gensim's `wikicorpus.filter_wiki`, which is imported when a dump is met;
what it leaves behind, here. Knows nothing of tokens.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from wordvec.errors import CorpusError

_ARTICLES = ("0", None)  # old dumps name no namespace
_BOLD_OR_ITALIC = re.compile(r"''+(?='s\b)|''+")
_LIST_OR_HEADING = " \t=*#:;"
# A picture of a gallery, or what is left of one elsewhere: "File:Necker cube.svg|20px|".
_PICTURE = re.compile(
    r"^[^\s:|]+:[^|]+\.(?:jpe?g|png|svg|gif|tiff?|webp|og[agv]|webm|mp3|wav|pdf|djvu)\s*(?=\||$)"
    r"|(?:^|\|)\s*(?:thumb|thumbnail|frame|frameless|border|left|right|center|none|upright|(?:\d+x)?\d+px)"
    r"\s*(?=\||$)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")


def read_articles(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield the text of each article, one paragraph a line.

    Raises
    ------
    CorpusError
        If the dump is not well-formed XML.
    """
    from gensim.corpora.wikicorpus import filter_wiki

    for markup in read_markup(blocks, name):
        yield clean_paragraphs(filter_wiki(markup)).encode("utf-8", "replace")


def clean_paragraphs(text: str) -> str:
    """Return lines of text without what `filter_wiki` leaves of markup, and without figures only.

    >>> clean_paragraphs("== Crew ==\\n* ''Apollo'''s two\\n520.2\\nFile:Moon.jpg|thumb|The Moon")
    "Crew\\nApollo's two\\nThe Moon\\n"
    """
    lines = []
    for line in text.splitlines():
        if "''" in line:
            line = _BOLD_OR_ITALIC.sub("", line)
        line = line.strip(_LIST_OR_HEADING)
        if "|" in line or ":" in line or line.endswith("px"):
            line = _PICTURE.sub("", line).strip(" |")
        if _LETTER.search(line):
            lines.append(line + "\n")
    return "".join(lines)


class _Blocks:
    """Blocks of bytes as the kind of file that the XML parser reads."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)

    def read(self, _size: int = -1) -> bytes:
        return next(self._blocks, b"")


def read_markup(blocks: Iterable[bytes], name: str) -> Iterator[str]:
    """Yield the wikitext of each article, in its last revision."""
    events = ElementTree.iterparse(_Blocks(blocks), ("start", "end"))  # noqa: S314
    number = 0
    try:
        _, root = next(events)
        for event, page in events:
            if event == "start" or page.tag.rpartition("}")[2] != "page":
                continue
            number += 1
            if page.findtext("{*}ns") in _ARTICLES and page.find("{*}redirect") is None:
                texts = page.findall("{*}revision/{*}text")
                markup = texts[-1].text if texts else None
                if markup and not markup[:10].lower().startswith("#redirect"):
                    yield markup
            root.clear()
    except ElementTree.ParseError as error:
        raise CorpusError(
            f"{name} is not a whole MediaWiki dump: {error}, after {number:,} pages"
        ) from error
