"""The text of MediaWiki dumps, as Wikipedia publishes them; used by `readers`.

Articles only (namespace 0, no redirects), one paragraph a line. Markup is taken away by gensim's
`wikicorpus.filter_wiki`, which is imported when a dump is met. Knows nothing of tokens.
"""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from wordvec.errors import CorpusError


def read_articles(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield the text of each article, one paragraph a line.

    Raises
    ------
    CorpusError
        If the dump is not well-formed XML.
    """
    from gensim.corpora.wikicorpus import filter_wiki

    for markup in _read_markup(blocks, name):
        paragraphs = map(str.strip, filter_wiki(markup).splitlines())
        yield "".join(p + "\n" for p in paragraphs if p).encode("utf-8", "replace")


class _Blocks:
    """Blocks of bytes as the kind of file that the XML parser reads."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)

    def read(self, _size: int = -1) -> bytes:
        return next(self._blocks, b"")


def _read_markup(blocks: Iterable[bytes], name: str) -> Iterator[str]:
    """Yield the wikitext of each article."""
    events = ElementTree.iterparse(_Blocks(blocks), ("start", "end"))  # noqa: S314
    number = 0
    try:
        _, root = next(events)
        for event, page in events:
            if event == "start" or page.tag.rpartition("}")[2] != "page":
                continue
            number += 1
            if page.findtext("{*}ns") == "0" and page.find("{*}redirect") is None:
                yield page.findtext("{*}revision/{*}text") or ""
            root.clear()
    except ElementTree.ParseError as error:
        raise CorpusError(
            f"{name} is not a whole MediaWiki dump: {error}, after {number:,} pages"
        ) from error
