"""How long evaluators take, beside gensim's on the same vectors and questions.

Word pairs and analogies are judged in turn by wordvec and by gensim, whose figures must be equal;
then every evaluator is run once. Called by `python -m wordvec.evals.bench evals`.
"""

import functools
import itertools
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.cpus import available_threads
from wordvec.evals.analogy import Analogy
from wordvec.evals.bench.machine import describe_machine, versions
from wordvec.evals.bench.report import markdown_table
from wordvec.evals.bench.storedata import make_vectors
from wordvec.evals.datasets import locate
from wordvec.evals.readers.questions import read_questions
from wordvec.evals.readers.wordpairs import read_word_pairs
from wordvec.evals.similarity import Similarity
from wordvec.evals.suite import judge, suite
from wordvec.store import open_store
from wordvec.vectors import WordVectors

Say = Callable[[str], None]

CUTS = (30_000, 300_000)
AIM_RATIO = 5.0
AIM_SECONDS = 180.0
_ROUNDING = 1e-6
_PAIRS = ("wordsim353", "simlex999")
_WARM_UP = 2000
_PULL = 0.02
"""How far each question pulls its fourth word."""


@dataclass(frozen=True, kw_only=True)
class EvalSettings:
    """What is judged, and how often."""

    vectors: Path | None = None
    """A store; None for made-up vectors of the words of the data sets and of others."""
    words: int = 400_000
    dim: int = 300
    repeats: int = 1
    cuts: tuple[int, ...] = CUTS


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One data set judged by both: the quickest run of each, and what they found."""

    label: str
    items: int
    """Questions or word pairs in the file."""
    found: int
    """Those of which all words are known."""
    cut: int
    """Words that took part."""
    wordvec: float
    """Seconds."""
    score: float | None
    """Accuracy, or Spearman's correlation."""
    gensim: float | None = None
    """Seconds; None if it was not run, as no word is known."""
    gensim_score: float | None = None

    @property
    def ratio(self) -> float | None:
        """Seconds of gensim over ours."""
        return None if self.gensim is None else self.gensim / self.wordvec

    @property
    def equal(self) -> bool | None:
        """Whether both found the same figure, but for rounding; None if gensim was not run."""
        if self.gensim is None:
            return None
        if self.score is None or self.gensim_score is None:
            return self.score is self.gensim_score
        return math.isclose(self.score, self.gensim_score, abs_tol=_ROUNDING)

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        same = {None: "-", True: "yes", False: f"no: {_show(self.gensim_score, 6)}"}[self.equal]
        return (
            self.label,
            f"{self.cut:,}",
            f"{self.found:,} of {self.items:,}",
            _show(self.wordvec, 2),
            _show(self.gensim, 2),
            _show(self.ratio, 1),
            _show(self.score, 4),
            same,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**asdict(self), "ratio": self.ratio, "equal": self.equal}


@dataclass(frozen=True, kw_only=True)
class EvalsBenchmark:
    """The measures of a run, and what they were taken under."""

    words: int
    dim: int
    made: bool
    """Whether the vectors are made up."""
    load: float | None
    """Processes that ran before this began; None where the system does not tell."""
    contests: tuple[Contest, ...]
    everything: tuple[tuple[str, float], ...]
    """Each evaluator with its data set, and seconds."""
    skipped: tuple[str, ...]
    """Evaluators that could not judge these vectors, and why."""

    @property
    def seconds(self) -> float:
        """Those of every evaluator together."""
        return sum(seconds for _, seconds in self.everything)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            **{key: getattr(self, key) for key in ("words", "dim", "made", "load", "seconds")},
            "contests": [contest.to_dict() for contest in self.contests],
            "everything": dict(self.everything),
            "skipped": list(self.skipped),
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_markdown(self) -> str:
        """Return the tables and what is to be known of them."""
        header = ("", "words", "found", "wordvec, s", "gensim, s", "ratio", "score", "equal")
        rows = [contest.cells() for contest in self.contests]
        whole = ("all evaluators together", f"{self.seconds:.1f}", f"{AIM_SECONDS:.0f}")
        each = [(label, f"{seconds:.1f}", "-") for label, seconds in self.everything]
        tables = [
            markdown_table(header, rows),
            markdown_table(("", "s", "aim"), [whole, *each]),
        ]
        return "\n\n".join([*tables, "\n".join(self._notes())])

    def _notes(self) -> list[str]:
        machine = describe_machine()
        with_versions = ", ".join(f"{name} {number}" for name, number in versions().items())
        made = "made up, those of the data sets first" if self.made else "of a store"
        load = "unknown" if self.load is None else f"{self.load:.1f}"
        return [
            f"- {self.words:,} words x {self.dim}, float32, {made}; {available_threads()} threads. "
            "In turn, of each the quickest run; reading the data is counted, opening the vectors "
            "and importing is not. The score is Spearman's correlation, or accuracy by 3CosAdd; "
            f"ratio is gensim over wordvec, and {AIM_RATIO:.0f} on analogies is aimed at. "
            "wordvec's time is with intervals and all other policies and parts, gensim's without.",
            *(f"- skipped: {line}" for line in self.skipped),
            f"- {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
            f"{machine['system']}; {with_versions}",
            f"- Load of the machine before the run: {load}. Where it is above 0, others had part "
            "of the cores.",
        ]


def measure_evaluators(settings: EvalSettings, say: Say) -> EvalsBenchmark:
    """Judge the vectors by ours and by gensim's evaluators, and then by all of ours.

    `say` is called with a line of text whenever something starts.

    Raises
    ------
    WordvecError
        If the store cannot be read.
    """
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    if settings.vectors is None:
        say(f"making {settings.words:,} vectors")
        vectors = make_space(settings.words, settings.dim)
    else:
        vectors = open_store(settings.vectors)
    contests = tuple(_contests(vectors, settings, say))
    everything, skipped = _run_all(vectors, say)
    return EvalsBenchmark(
        words=len(vectors),
        dim=vectors.vector_size,
        made=settings.vectors is None,
        load=load,
        contests=contests,
        everything=everything,
        skipped=skipped,
    )


def make_space(words: int, dim: int, *, seed: int = 1) -> WordVectors:
    """Return made-up vectors, first those of the words of the data sets, in which analogies hold.

    Each question of questions-words has pulled its fourth word towards b - a + c, so that about
    half are answered rightly: where none is, equal figures would prove nothing. All words of the
    data sets are there, though there may be more of them than `words`.
    """
    questions = read_questions(locate("questions-words"))
    asked = dict.fromkeys(w for q in questions for w in (q.a, q.b, q.c, *q.answers))
    pairs = [pair for name in _PAIRS for pair in read_word_pairs(locate(name))]
    asked |= dict.fromkeys(word for pair in pairs for word in (pair.first, pair.second))
    filler = make_vectors(max(words, len(asked)), dim, seed=seed)
    known = list(asked | dict.fromkeys(filler.index_to_key))[: len(filler)]
    matrix = np.array(filler.vectors)
    row = {word: place for place, word in enumerate(asked)}
    for q in questions:
        a, b, c, d = (matrix[row[word]] for word in (q.a, q.b, q.c, q.answers[0]))
        d += np.float32(_PULL) * (b - a + c - d)
    return WordVectors(known, matrix, filler.counts)


def _contests(vectors: WordVectors, settings: EvalSettings, say: Say) -> Iterator[Contest]:
    from gensim.models import KeyedVectors

    say("copying the vectors to gensim")
    keyed = KeyedVectors(vectors.vector_size)
    keyed.add_vectors(list(vectors.index_to_key), np.asarray(vectors.vectors))
    keyed.fill_norms()

    def correlate(path: Path, cut: int) -> float:
        return float(keyed.evaluate_word_pairs(path, restrict_vocab=cut)[1].statistic)

    def answer(path: Path, cut: int) -> float:
        return float(keyed.evaluate_word_analogies(path, restrict_vocab=cut)[0])

    say("warming up")  # what is imported at first use is not counted
    Analogy(restrict_vocab=min(_WARM_UP, len(vectors)))(vectors)
    run = functools.partial(_contest, vectors, settings.repeats, say)
    cuts = list(dict.fromkeys(min(cut, len(vectors)) for cut in settings.cuts))
    for name in _PAIRS:
        yield run(name, Similarity, locate(name), cuts[-1], correlate)
    for cut in cuts:
        yield run("questions-words", Analogy, locate("questions-words"), cut, answer)


def _contest(
    vectors: WordVectors,
    repeats: int,
    say: Say,
    label: str,
    cls: type[Similarity] | type[Analogy],
    path: Path,
    cut: int,
    peer: Callable[[Path, int], float],
) -> Contest:
    say(f"{label}, {cut:,} words")
    ours, theirs, score = [], [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = cls(path, restrict_vocab=cut)(vectors)
        ours.append(time.perf_counter() - start)
        if result.n:  # where nothing is known, gensim raises
            start = time.perf_counter()
            found = peer(path, cut)
            theirs.append(time.perf_counter() - start)
            score = found if math.isfinite(found) else None
    total = result.figures[0]
    return Contest(
        label=label,
        items=total.items,
        found=total.n,
        cut=cut,
        wordvec=min(ours),
        score=total.value,
        gensim=min(theirs, default=None),
        gensim_score=score,
    )


def _run_all(
    vectors: WordVectors, say: Say
) -> tuple[tuple[tuple[str, float], ...], tuple[str, ...]]:
    """Return the seconds of each evaluator, and those that could not judge the vectors."""
    marks = [time.perf_counter()]
    evaluators = suite()

    def mark(done: int, total: int) -> None:
        marks.append(time.perf_counter())
        say(f"{done} of {total} evaluators done")

    skipped = judge(vectors, evaluators, progress=mark).skipped
    labels = [f"{one.name} {one.dataset}".strip() for one in evaluators]
    seconds = [later - sooner for sooner, later in itertools.pairwise(marks)]
    return tuple(zip(labels, seconds, strict=True)), skipped


def _show(number: float | None, digits: int) -> str:
    return "-" if number is None else f"{number:,.{digits}f}"
