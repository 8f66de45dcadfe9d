"""Which biases vectors show, by queries and by word sets.

`Bias` reads a file and judges by it: WEAT and its like where it holds queries, direct bias and
what remains in clusters where it holds word sets. The measures are in the modules beside it.
"""

from pathlib import Path
from typing import ClassVar

from wordvec.errors import ConfigError
from wordvec.evals.bias import queries
from wordvec.evals.bias.direction import measure_direction
from wordvec.evals.bias.headline import RND, SC_WEAT, WEAT
from wordvec.evals.bias.queries import Query
from wordvec.evals.bias.querying import Answer, ask
from wordvec.evals.bias.splits import PERMUTATIONS
from wordvec.evals.result import SEED, Result, check_seed
from wordvec.postprocess import wordsets
from wordvec.postprocess.wordsets import WordSets, read_word_sets
from wordvec.vectors import WordVectors

POLICY = "words are looked up as written, else in lower case; missing ones are left out"

_MEANINGS = {
    WEAT: "WEAT effect size: by how many standard deviations the first targets go with the first "
    "attributes rather than the second, -2 to 2 where both have as many words; 0 is none, and 0.2, "
    "0.5 and 0.8 are called small, medium and large. p: two-sided, how often other splits of these "
    "targets give as much (papers give it one-sided, as does --json); interval: where other words "
    "of the same kinds would lie. These are two questions, so near 0.05 they may disagree",
    SC_WEAT: "SC-WEAT: the effect size of single words, the mean of them; above 0 they go with the "
    "first attributes. p: how often other splits of the attributes give as much, two-sided; "
    "interval: where other target words would lie, with these attributes",
    RND: "RND: how much farther the attributes are from the first targets; below 0 they are nearer "
    "to these. p: how often other splits of the targets give as much, two-sided; interval: where "
    "other attributes would lie, with these targets",
    "direct bias": "direct bias: how much of words that ought to be neutral lies along the "
    "direction of the bias; 0 is none, 1 is all. It is above 0 for noise too and falls with the "
    "number of dimensions, so compare it only where these are equal, and with what a random "
    "direction and, mostly higher, the differences of as many random words give",
    "RNSB": "RNSB: above 0 for noise too; compare it with that of shuffled labels",
    "cluster accuracy": "cluster accuracy: how well 2-means tells the words that leaned furthest "
    "to either side before apart; 0.5 is chance: debiasing left nothing",
    "MAC": "MAC: how far groups are from what is ascribed to them; 1 is nothing to do with them",
}
_CHECK = (
    "this asks what nearly everybody holds: it is a check of the vectors, and what it finds is no "
    "bias against anybody"
)
_SEVERAL = "of tests where there is nothing, one in twenty has a p-value below 0.05 all the same"
_CAUTION = (
    "a bias found is one of this corpus and of these words; none found is no proof of none, as "
    "other words can give another answer (Ethayarajh et al. 2019)"
)


class Bias:
    """Measure which words go with which, where some hold that they should not.

    What a file holds is read off its keys. Of a query with two sets of targets and two of
    attributes the headline is WEAT's effect size with its p-value (Caliskan et al. 2017), of one
    with a single set of targets SC-WEAT, of one with a single set of attributes RND. Its interval
    is where the figure of other words of the same kind would lie. Missing words are left
    out, and sets need not be as large as each other: the effect size is one of means, and the
    test goes over splits of the sizes found. All p-values are two-sided.

    Parameters
    ----------
    data
        Queries that come along ("attitudes", "gender-roles", "age", "illness"); word sets that
        come along ("gender", "race", "religion"); a TOML or JSON file of either, as
        `wordvec.evals.bias.queries.read_queries` and
        `wordvec.postprocess.wordsets.read_word_sets` read them; or a `Query`.
    before
        For word sets and debiased vectors: those from before, in which to see which words were
        biased, as cluster accuracy and the neighbours' correlation are about these.
    permutations
        For queries: random splits for a p-value where there are too many to try all.
    seed
        Of the splits, the intervals, the random words, the clusters and RNSB's classifiers.

    Raises
    ------
    ConfigError
        If `data` is no known name and no file, `permutations` is below 1, or `seed` is not from
        0 to 2**32 - 1.
    FormatError
        If the file is not as expected; names the key.

    Examples
    --------
    >>> from wordvec.evals.bias import Query
    >>> query = Query(
    ...     name="jobs",
    ...     targets={"care": ("nurse", "maid"), "craft": ("smith", "mason")},
    ...     attributes={"women": ("she", "her"), "men": ("he", "his")},
    ... )
    >>> words = ["nurse", "maid", "smith", "mason", "she", "her", "he", "his"]
    >>> matrix = [[2, 1], [3, 1], [1, 2], [1, 3], [1, 0], [4, 1], [0, 1], [1, 4]]
    >>> [figure] = Bias(query)(WordVectors(words, matrix)).figures
    >>> round(figure.value, 2), round(figure.pvalue, 3)
    (1.97, 0.333)
    """

    name: ClassVar[str] = "bias"
    defaults: ClassVar[tuple[str, ...]] = (*queries.SHIPPED, "gender")

    def __init__(
        self,
        data: str | Path | Query = "gender-roles",
        *,
        before: WordVectors | None = None,
        permutations: int = PERMUTATIONS,
        seed: int = SEED,
    ) -> None:
        if permutations < 1:
            raise ConfigError(f"{permutations} permutations; expected 1 or more")
        self.dataset = data.name if isinstance(data, Query) else str(data)
        self._asked = [data] if isinstance(data, Query) else _read(data)
        self._before = before
        self._permutations = permutations
        self._seed = check_seed(seed)

    @property
    def by_word_sets(self) -> bool:
        """Whether the data are word sets and no queries."""
        return any(isinstance(asked, WordSets) for asked in self._asked)

    def __call__(self, vectors: WordVectors) -> Result:
        """Judge `vectors`."""
        answers = [self._answer(vectors, asked) for asked in self._asked]
        figures = [figure for answer in answers for figure in answer.figures]
        breakdown = [figure for answer in answers for figure in answer.breakdown]
        measures = {f.measure for f in (*figures, *breakdown) if f.value is not None}
        told = {f.measure for f in figures if f.value is not None} | ({"RNSB"} & measures)
        meanings = [text for measure, text in _MEANINGS.items() if measure in told]
        tested = any(figure.pvalue is not None for figure in figures)
        check = all(isinstance(asked, Query) and asked.check for asked in self._asked)
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=tuple(figures),
            breakdown=tuple(breakdown),
            outcomes=tuple(outcomes for answer in answers for outcomes in answer.outcomes),
            policy=POLICY,
            vocabulary=len(vectors),
            seed=self._seed,
            missing_words=tuple(dict.fromkeys(w for answer in answers for w in answer.missing)),
            notes=(
                *(note for answer in answers for note in answer.notes),
                *meanings,
                *([_SEVERAL] if tested else []),
                *([_CHECK if check else _CAUTION] if measures else []),
            ),
            details={"check": check, "asked": [dict(answer.details) for answer in answers]},
        )

    def _answer(self, vectors: WordVectors, asked: Query | WordSets) -> Answer:
        if isinstance(asked, WordSets):
            return measure_direction(vectors, asked, before=self._before, seed=self._seed)
        return ask(vectors, asked, permutations=self._permutations, seed=self._seed)


def _read(data: str | Path) -> list[Query | WordSets]:
    if data in wordsets.SHIPPED:
        return [read_word_sets(data)]
    path = queries.locate(data)
    if not path.is_file():
        known = ", ".join((*queries.SHIPPED, *wordsets.SHIPPED))
        raise ConfigError(f"{str(data)!r} is no file and no known set; known are {known}")
    document = queries.load_document(path)
    if queries.is_word_sets(document):
        return [read_word_sets(path)]
    return list(queries.read_queries(path, document))
