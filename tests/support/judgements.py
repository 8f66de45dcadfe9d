"""Judgements made up for the tests of the report, and what a page's tables hold."""

from html.parser import HTMLParser

import numpy as np

from wordvec.evals import Figure, Interval, Judgement, Result
from wordvec.vectors import WordVectors

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}&amp;|`*_$x$ \x00\u202e"
)


def some_vectors(**provenance):
    """Return three words with counts, and how they say that they came to be."""
    made = {
        "corpus": {"sources": ["/home/me/novels.txt"], "tokenizer": "words", "tokens": 22994192},
        "training": {"architecture": "skipgram", "window": 5, "epochs": 3, "min_count": 5},
        "steps": [{"step": "whiten", "report": {"mean": 0.25}}],
    }
    matrix = np.eye(3, 2, dtype=np.float32)
    words = ["king", "queen", "král"]
    return WordVectors(words, matrix, counts=[3, 2, 1], provenance=provenance or made)


def figure(measure="Spearman", value=0.5058729111, **more):
    """Return a figure with an interval, of 343 of 353 items."""
    more = {
        "n": 343,
        "items": 353,
        "unit": "pairs",
        "interval": Interval(0.4255555, 0.57904444),
    } | more
    return Figure(measure=measure, value=value, **more)


def result(evaluator="similarity", dataset="/data/wordsim353.tsv", **more):
    """Return a result with one figure."""
    more = {"figures": (figure(),), "policy": "case ignored", "vocabulary": 56983} | more
    return Result(evaluator=evaluator, dataset=dataset, **more)


def some_judgement():
    """Return a judgement with all that a page can show."""
    sections = tuple(
        figure("accuracy", value, part=part, n=n, items=n + 7)
        for part, value, n in (("capital", 0.126, 380), ("family", 0.617, 462))
    )
    bands = [
        {"from_rank": 4**i, "to_rank": 4 ** (i + 1) - 1, "median_length": 1.0 + i % 3}
        for i in range(6)
    ]
    geometry = {
        "spectrum": [0.4, 0.3, 0.2, 0.1],
        "length_by_rank": bands,
        "hubs": [{"word": "the", "neighbour_of": 1234}],
    }
    words = [
        {"word": word, "set": group, "association": value}
        for word, group, value in (
            ("rose", "flowers", 0.25),
            ("ant", "insects", -0.5),
            ("elm", "insects", None),
        )
    ]
    asked = {
        "name": "weat1",
        "words": words,
        "sets": dict.fromkeys(("flowers", "insects", "good", "bad")),
    }
    neither = {"better": "neither", "interval": None}
    return Judgement(
        (
            result(seed=1, missing_words=("grok", "zounds"), notes=("one line was double",)),
            result(
                dataset="MEN.txt", figures=(figure(value=-0.0412), figure("Pearson", value=None))
            ),
            result(
                "analogy",
                "questions-words",
                figures=(figure("accuracy", 0.25999, n=13141, items=19544),),
                breakdown=sections,
            ),
            result(
                "bias",
                "weat.json",
                figures=(
                    figure("WEAT effect size", 1.2, pvalue=0.0123, better="neither", part="weat1"),
                ),
                details={"asked": [asked]},
            ),
            result(
                "geometry", "", figures=(figure("IsoScore", 0.3971, **neither),), details=geometry
            ),
            result("rhymes", "songs.txt", figures=(figure("rhyming", 12.5, interval=None),)),
        ),
        ("ranking pairs.txt: no word was found",),
    )


def hostile_judgement():
    """Return a judgement in which every text is an attack."""
    attacked = figure(HOSTILE, part=HOSTILE)
    words = {
        "name": HOSTILE,
        "words": [{"word": HOSTILE, "set": "a", "association": 0.5}],
        "sets": {"a": 0, HOSTILE: 0, "c": 0},
    }
    return Judgement(
        tuple(
            result(
                evaluator,
                HOSTILE,
                figures=(attacked, attacked),
                breakdown=(attacked, attacked),
                policy=HOSTILE,
                notes=(HOSTILE,),
                missing_words=(HOSTILE, "\ud800"),
                details={"spectrum": HOSTILE, "length_by_rank": [HOSTILE] * 5, "asked": [words]},
            )
            for evaluator in ("similarity", HOSTILE)
        ),
        (HOSTILE,),
    )


class Page(HTMLParser):
    """The elements of a page, its texts, and the cells of its tables of figures."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.tables = {}
        """By name: rows, each the values and the texts of the cells of a class."""
        self._row = self._cell = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.tags.append(tag)
        self.attributes += attributes
        if tag == "table":
            self._rows = self.tables.setdefault(known.get("data-table"), [])
        elif tag == "tr":
            self._rows.append({})
        elif tag in ("td", "th"):
            kind = (known.get("class") or "text").split()[-1]
            self._cell = self._rows[-1].setdefault(kind, {"values": [], "text": ""})
        elif tag == "data" and self._cell is not None:
            self._cell["values"].append(known["value"])

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self._cell is not None:
            self._cell["text"] += data
