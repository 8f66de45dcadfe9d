"""A model card in Markdown: what vectors are, how they were made, what was found, their limits.

`model_card` is called by `wordvec eval all --markdown`. Every line is derived from the store and
the judgement; what they do not hold is left to the author, and said to be missing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from wordvec.evals.report.meanings import meaning_of
from wordvec.evals.report.notes import notes_of, policies_of, tests_of
from wordvec.evals.report.pictures import one_line
from wordvec.evals.report.provenance import key_facts, sections, store_name
from wordvec.evals.report.tables import (
    NOTHING,
    by_evaluator,
    found,
    headline_table,
    interval,
    is_check,
    named,
    number,
    pvalue,
)
from wordvec.evals.result import Result
from wordvec.evals.suite import Judgement
from wordvec.vectors import WordVectors

_HEADER = (
    "evaluator",
    "data set",
    "part",
    "measure",
    "value",
    "chance",
    "95% interval",
    "p",
    "found",
)
_NUMBERS_FROM = _HEADER.index("value")


def model_card(vectors: WordVectors, judgement: Judgement) -> str:
    """Return the card of `vectors`, with the figures of `judgement` (of `wordvec.evals.judge`).

    Examples
    --------
    >>> vectors = WordVectors(["king", "queen"], [[1, 0], [1, 1]])
    >>> print(model_card(vectors, Judgement((), ())).splitlines()[0])
    # vectors in memory
    """
    judgement = Judgement(named(judgement.results), judgement.skipped)
    lines = [f"# {escape(store_name(vectors))}", ""]
    lines += ["Static word vectors: one vector a word, whatever it means in a sentence.", ""]
    lines += [f"- **{escape(name)}**: {escape(text)}" for name, text in key_facts(vectors)]
    lines += ["- **licence**: (the store does not say; fill in)", ""]
    lines += ["## How they were made", "", *_provenance(vectors), ""]
    lines += ["## Figures", "", *_figures(judgement), ""]
    lines += ["## How they were judged", "", *_policies(judgement), ""]
    lines += ["## Use and limits", "", *_limits(vectors, judgement.results)]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    r"""Return `text` so that Markdown shows it as it is, in a table, too.

    Examples
    --------
    >>> print(escape("a|b <i>*c*"))
    a\|b \<i\>\*c\*
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", one_line(text))


def _provenance(vectors: WordVectors) -> Iterable[str]:
    told = list(sections(vectors.provenance))
    if not told:
        return ["The vectors do not say."]
    rows = [
        (title, name, text) for title, details in told for name, text in details if text.strip()
    ]
    return _table(("part", "name", "value"), rows, numbers_from=3)


def _figures(judgement: Judgement) -> list[str]:
    rows = [
        (
            result.evaluator,
            row.dataset if result.dataset else NOTHING,
            row.figure.part or NOTHING,
            row.figure.measure,
            number(row.figure.value),
            number(row.chance.value if row.chance else None),
            interval(row.figure.interval),
            pvalue(row.figure.pvalue),
            found(row.figure),
        )
        for own in by_evaluator(judgement.results).values()
        for result in own
        for row in headline_table([result]).rows
    ]
    lines = list(_table(_HEADER, rows, numbers_from=_NUMBERS_FROM)) if rows else ["None."]
    return [*lines, *(f"\nNot judged: {escape(line)}" for line in judgement.skipped)]


def _policies(judgement: Judgement) -> list[str]:
    lines = []
    for name, results in by_evaluator(judgement.results).items():
        title = meaning_of(name).title
        told = [(title, policy) for policy in policies_of(results)]
        told += [(of or title, line) for of, line in notes_of(results)]
        lines += [f"- {escape(of)}: {escape(line)}" for of, line in told]
    seeds = sorted({r.seed for r in judgement.results if r.seed is not None})
    if seeds:
        lines.append(f"- what is drawn at random has the seed {', '.join(map(str, seeds))}")
    lines.append("- an interval is of other items of the same kind, not of other seeds or corpora")
    return lines


def _limits(vectors: WordVectors, results: Sequence[Result]) -> Iterator[str]:
    made = vectors.provenance
    training, corpus = made.get("training"), made.get("corpus")
    least = training.get("min_count") if isinstance(training, dict) else None
    rarer = f"; words that the corpus holds less than {least} times were left out" if least else ""
    spelled = "; others are made of their character n-grams" if vectors.subwords else ""
    yield f"- They know {len(vectors):,} words{escape(rarer)}{spelled}."
    if isinstance(corpus, dict) and corpus.get("tokenizer") == "words":
        yield "- Words are in lower case, as the tokenizer made them."
    if vectors.counts is None:
        yield "- How often the words occur is not known, so nothing can be weighted by frequency."
    if missing := {word for result in results for word in result.missing_words}:
        yield f"- Of the words of the data sets, {len(missing):,} are not known."
    caution = dict.fromkeys(meaning_of(result.evaluator).caution for result in results)
    yield from (f"- {escape(line)}" for line in caution if line)
    biases = [result for result in results if result.evaluator == "bias" and not is_check(result)]
    if told := tests_of(biases):
        yield f"- Bias: {told}."
    elif not biases:
        yield "- Bias was not measured."


def _table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers_from: int
) -> Iterator[str]:
    yield "| " + " | ".join(header) + " |"
    yield "|" + "|".join(":--" if i < numbers_from else "--:" for i in range(len(header))) + "|"
    for row in rows:
        yield "| " + " | ".join(map(escape, row)) + " |"
