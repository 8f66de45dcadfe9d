import bz2
import tracemalloc
from pathlib import Path

import pytest

from wordvec.corpora import encode_corpus, mediawiki, sample_corpus
from wordvec.corpora.mediawiki import clean_paragraphs
from wordvec.corpora.readers import read_sources
from wordvec.errors import CorpusError

DUMP = """<?xml version="1.0"?>
<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">
  <siteinfo><sitename>W</sitename></siteinfo>
  <page><title>A</title><ns>0</ns><revision><text>old</text></revision><revision><text>'''A''' is
a [[letter|sign]].&lt;ref&gt;Book&lt;/ref&gt;

== Use ==
* {{lang|x}} one &amp;amp; ''two''
</text></revision></page>
  <page><title>B</title><ns>0</ns><redirect title="A"/>
    <revision><text>#WEITERLEITUNG [[A]]</text></revision></page>
  <page><title>Talk:A</title><ns>1</ns><revision><text>talk</text></revision></page>
  <page><title>C</title><ns>0</ns><revision><text/></revision></page>
  <page><title>D</title><revision><text>#REDIRECT [[A]]</text></revision></page>
  <page><title>E</title><revision><text>Naïve.</text></revision></page>
</mediawiki>
"""


def read(path: Path) -> str:
    """Return all text of a file."""
    corpus = read_sources(path, field=None, progress=None)
    return "".join(block.decode() for _, blocks in corpus.texts for block in blocks)


@pytest.mark.parametrize("pack", [bytes, bz2.compress], ids=["plain", "bz2"])
def test_a_dump_gives_the_last_text_of_each_article(pack: type[bytes], tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(pack(DUMP.encode()))
    assert read(path) == "A is\na sign.\nUse\none & two\nNaïve.\n"


def test_a_dump_that_is_cut_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_text(DUMP[: DUMP.index("<page><title>C")])
    with pytest.raises(CorpusError, match=r"dump\.xml is not a whole MediaWiki dump: .* 3 pages"):
        read(path)


def test_pages_that_were_read_take_no_memory() -> None:
    page = b"<page><ns>0</ns><revision><text>" + b"x " * 500 + b"</text></revision></page>\n"
    blocks = [b"<mediawiki>", *[page * 100] * 100, b"</mediawiki>"]
    tracemalloc.start()
    articles = sum(1 for _ in mediawiki.read_markup(blocks, "dump.xml"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert articles == 10_000
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("left", "clean"),
    [
        ("*** ''Aliens'' (book)", "Aliens (book)\n"),
        ("=== Climate ===", "Climate\n"),
        ("''Apollo'''s crew", "Apollo's crew\n"),
        ("520.2\n*\n2,369\n", ""),
        ("File:A b (1896).jpg|20px|Cutlass: a fish", "Cutlass: a fish\n"),
        ("Datei:Köbel.JPG|miniatur\nFichier:B.svg", "miniatur\n"),
        ("A figure.|thumb\n20px\n|264x264px", "A figure.\n"),
        ("a | b, 3px wide: c", "a | b, 3px wide: c\n"),
    ],
)
def test_what_is_left_of_markup_goes(left: str, clean: str) -> None:
    assert clean_paragraphs(left) == clean


def test_the_sample_corpus_is_clean_english() -> None:
    text = read(sample_corpus())
    assert len(text.split()) > 400_000
    for markup in ("{{", "}}", "[[", "]]", "''", "<ref", "\n==", "\n*", "File:"):
        assert markup not in text


def test_the_sample_corpus_has_the_words_of_english_on_top() -> None:
    corpus = encode_corpus(sample_corpus())
    assert set(corpus.vocabulary.words[:6]) == {"the", "of", "and", "in", "to", "a"}
    assert 9_000 < len(corpus.vocabulary) < 10_000
    assert corpus.report.tokens > 450_000
    assert corpus.report.invalid_bytes == 0
