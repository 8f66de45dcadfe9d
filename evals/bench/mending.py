"""Does mending help: each post-processing step alone, and chains of them, judged on real vectors.

Stores trained with several seeds go through the same recipes; a table has a row a recipe and a
column a measure, losses included. Called by `python -m wordvec.evals.bench mending`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wordvec
from wordvec.errors import ConfigError
from wordvec.evals import evaluate
from wordvec.evals.bench.machine import describe_machine, versions
from wordvec.evals.bench.report import Estimate, estimate, markdown_table
from wordvec.evals.datasets import expand, kind_of
from wordvec.evals.geometry.isotropy import isoscore
from wordvec.postprocess.bias import measure_bias
from wordvec.postprocess.recipe import mend
from wordvec.postprocess.wordsets import WordSets, read_word_sets
from wordvec.vectors import WordVectors

Recipe = list[dict[str, Any]]
Scores = dict[str, float]

_NAMED = ("wordsim353", "simlex999", "questions-words")
_WHITENING: Recipe = [{"step": "whiten"}]


@dataclass(frozen=True)
class Mending:
    """What is mended, and by what it is judged."""

    stores: tuple[Path, ...]
    """The same text and options, several seeds."""
    data: tuple[Path, ...] = ()
    """Word pairs, analogies and sentence pairs, besides those that gensim ships."""
    lexicon: Path | None = None
    antonyms: Path | None = None
    word_sets: str = "gender"


@dataclass(frozen=True, kw_only=True)
class MendingReport:
    """The measures of each recipe: their mean over the stores, and its standard error."""

    table: dict[str, dict[str, Estimate]]
    stores: int

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            "table": {
                recipe: {measure: found.to_dict() for measure, found in row.items()}
                for recipe, row in self.table.items()
            },
            "stores": self.stores,
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_markdown(self) -> str:
        """Return it as a table in Markdown."""
        measures = list(next(iter(self.table.values())))
        rows = [[recipe, *(row[m].show(1) for m in measures)] for recipe, row in self.table.items()]
        lines = [
            markdown_table(["", *measures], rows),
            "",
            f"- Mean over {self.stores} trainings, and its standard error; all times 100. Word "
            "pairs and sentences: Spearman's correlation of cosines with people's scores; "
            "questions-words: share answered rightly; higher is better.",
            "- direct bias, remaining bias: of the words of the word sets; lower is better, and "
            "50 is the least of the latter. IsoScore: 100 if all directions are alike.",
        ]
        return "\n".join(lines)


def recipes(mending: Mending) -> dict[str, Recipe]:
    """Return each step alone, then the chains, by what they are called in the table."""
    found: dict[str, Recipe] = {"as trained": []}
    for method in ("zipfian", "uniform", "zca", "center", "abtt"):
        found[f"whiten {method}"] = [{"step": "whiten", "method": method}]
    retrofitting: Recipe = []
    if mending.lexicon is not None:
        retrofit = {"step": "retrofit", "lexicon": str(mending.lexicon)}
        retrofitting = [retrofit]
        found["retrofit"] = retrofitting
        found["retrofit, carry"] = [{**retrofit, "carry": True}]
        if mending.antonyms is not None:
            found["retrofit, antonyms"] = [{**retrofit, "antonyms": str(mending.antonyms)}]
    debiasing: dict[str, Recipe] = {}
    for method in ("hard", "soft", "double-hard", "half-sibling", "nullspace"):
        step = {"step": "debias", "word_sets": mending.word_sets, "method": method}
        debiasing[method] = found[f"debias {method}"] = [step]
    # The paper's strength, 0.2, shows nothing in a vocabulary of this size.
    found["debias soft, 10,000"] = [{**debiasing["soft"][0], "strength": 1e4}]
    if retrofitting:
        found["retrofit, then whiten"] = retrofitting + _WHITENING
        found["whiten, then retrofit"] = _WHITENING + retrofitting
        removal: Recipe = [{"step": "whiten", "method": "abtt"}]
        found["abtt, retrofit, whiten"] = removal + retrofitting + _WHITENING
        found["retrofit, debias, whiten"] = retrofitting + debiasing["hard"] + _WHITENING
    return found


def measure_mending(mending: Mending, say: Callable[[str], None]) -> MendingReport:
    """Put each store through each recipe and judge the results.

    Parameters
    ----------
    mending
        What is mended, and by what it is judged.
    say
        Told of each recipe as it begins.

    Raises
    ------
    ConfigError
        If there is no store.
    WordvecError
        As the steps and the evaluators do.
    """
    if not mending.stores:
        raise ConfigError("no store to mend; give one or more")
    sets = read_word_sets(mending.word_sets)
    found: dict[str, list[Scores]] = {}
    for path in mending.stores:
        before = wordvec.open(path)
        for name, recipe in recipes(mending).items():
            say(f"{path.name}: {name} ...")
            after = mend(before, recipe) if recipe else before
            found.setdefault(name, []).append(_judge(before, after, mending.data, sets))
        found.setdefault("as trained, SIF", []).append(_judge_sif(before, found, mending.data))
    table = {
        name: {measure: estimate([run[measure] for run in runs]) for measure in runs[0]}
        for name, runs in found.items()
    }
    return MendingReport(table=table, stores=len(mending.stores))


def _judge(before: WordVectors, after: WordVectors, data: Sequence[Path], sets: WordSets) -> Scores:
    scores = {}
    for dataset in (*(file for name in data for file in expand(name)), *_NAMED):
        scores[Path(dataset).stem] = _percent(evaluate(after, dataset).value)
    bias = measure_bias(after, sets, reference=before)
    for name, share in (
        ("direct bias", bias.direct_bias),
        ("remaining bias", bias.cluster_accuracy),
        ("IsoScore", isoscore(after)),
    ):
        scores[name] = _percent(share)
    return scores


def _judge_sif(
    vectors: WordVectors, found: dict[str, list[Scores]], data: Sequence[Path]
) -> Scores:
    """Return the scores of SIF, which is for sentences alone."""
    scores = dict.fromkeys(found["as trained"][0], math.nan)
    for dataset in (Path(file) for name in data for file in expand(name)):
        if kind_of(dataset) == "sentence":
            [value] = [f.value for f in evaluate(vectors, dataset).figures if f.part == "sif"]
            scores[dataset.stem] = _percent(value)
    return scores


def _percent(value: float | None) -> float:
    return math.nan if value is None else 100 * value
