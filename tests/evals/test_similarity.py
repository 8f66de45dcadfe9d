import json
import math
import subprocess
import sys

import numpy as np
import pytest
from evaluation import make_keyed_vectors, make_vectors, structured_vectors, write
from scipy import stats

from wordvec.errors import ConfigError, DataError
from wordvec.evals import evaluate
from wordvec.evals.datasets import locate
from wordvec.evals.result import FEWEST_FOR_INTERVAL
from wordvec.evals.similarity import FEWEST_FOR_PVALUE, Similarity, correlation_pvalue
from wordvec.formats import read_vectors

SETS = ["MC-30", "MEN-TR-3k", "RG-65", "SIMLEX-999", "WS-353-ALL", "WS-353-REL", "WS-353-SIM"]


@pytest.fixture(scope="module")
def vectors():
    return structured_vectors(7)


@pytest.fixture(scope="module")
def golden(data_folder):
    folder = data_folder / "golden" / "postprocess"
    expected = json.loads((folder / "expected.json").read_text())["gensim_word_pairs"]
    return read_vectors(folder / "base.vec"), expected


def planted(tmp_path, cosines, scores, *, extra=(), counts=None, title="pairs.tsv"):
    """Return vectors of pairs whose cosines are known, and the file of their scores."""
    rows = [row for c in cosines for row in ((1, 0), (c, math.sqrt(1 - c * c)))]
    words = [f"{side}{i}" for i in range(len(cosines)) for side in "ab"]
    columns = [[f"a{i}", f"b{i}", f"{score:.17g}"] for i, score in enumerate(scores)]
    for row, more in zip(columns, extra, strict=bool(extra)):
        row.append(more)
    path = write(tmp_path / title, "".join("\t".join(row) + "\n" for row in columns))
    return make_vectors(words, rows, counts), path


def parts(result):
    return {(figure.part, figure.measure): figure for figure in result.breakdown}


@pytest.mark.parametrize("name", SETS)
def test_correlations_equal_those_stored_from_gensim(golden, data_folder, name):
    vectors, expected = golden
    path = data_folder / "data" / "similarity" / f"EN-{name}.txt"
    result = Similarity(path, restrict_vocab=None)(vectors)
    stored = expected[f"EN-{name}"]
    assert result["Pearson"].value == pytest.approx(stored["pearson"], abs=1e-6)
    assert result["Spearman"].value == pytest.approx(stored["spearman"], abs=1e-6)
    assert 100 * (1 - result.coverage) == pytest.approx(stored["oov_percent"])


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("cut", [500, None])
@pytest.mark.parametrize("name", ["wordsim353", "simlex999"])
def test_all_figures_equal_gensims_under_both_policies(vectors, name, cut, case_insensitive):
    options = {"restrict_vocab": cut, "case_insensitive": case_insensitive}
    result = Similarity(name, **options)(vectors)
    scored_0 = parts(result)
    for dummy, ours in (
        (False, [result["Pearson"], result["Spearman"]]),
        (True, [scored_0["missing scored 0", m] for m in ("Pearson", "Spearman")]),
    ):
        *theirs, missing = make_keyed_vectors(vectors).evaluate_word_pairs(
            str(locate(name)), dummy4unknown=dummy, **options
        )
        for figure, (value, pvalue) in zip(ours, theirs, strict=True):
            assert figure.value == pytest.approx(value, abs=1e-6)
            judged = figure.items if dummy else figure.n
            few = judged < FEWEST_FOR_PVALUE
            assert figure.pvalue == (None if few else pytest.approx(pvalue, rel=1e-3))
            assert (figure.interval is None) == (judged < FEWEST_FOR_INTERVAL)
            if figure.interval is not None:
                assert figure.interval.low < figure.value < figure.interval.high
            assert figure.n == result.n
        assert 100 * (1 - result.coverage) == pytest.approx(missing)
    assert result.vocabulary == (cut or len(vectors.index_to_key))


@pytest.mark.parametrize("n", [3, 4, 30, 3000])
@pytest.mark.parametrize("r", [-1.0, -0.999, -0.2, 0.0, 0.03, 0.7, 1.0])
def test_pvalues_are_those_of_scipy(r, n):
    x = np.linspace(-1, 1, n)
    other = np.cos(3 * np.arange(n)) if n > 3 else np.array([1.0, -2.0, 1.0])
    other -= other.mean() + (other @ x) / (x @ x) * x
    y = r * x / np.linalg.norm(x) + math.sqrt(1 - r * r) * other / np.linalg.norm(other)
    pearson = stats.pearsonr(x, y)
    ours = correlation_pvalue(float(pearson.statistic), n)
    assert ours == pytest.approx(pearson.pvalue, rel=1e-6, abs=1e-30)
    spearman = stats.spearmanr(x, y)
    assert correlation_pvalue(float(spearman.statistic), n) == pytest.approx(
        spearman.pvalue, rel=1e-6, abs=1e-30
    )


def test_a_planted_order_and_a_planted_line_are_found(tmp_path):
    rng = np.random.default_rng(1)
    cosines = rng.permutation(np.linspace(-0.9, 0.9, 40))
    vectors, path = planted(tmp_path, cosines, 5 + 3 * cosines)
    result = Similarity(path)(vectors)
    assert [f.value for f in result.figures] == pytest.approx([1, 1], abs=1e-6)
    assert result["Spearman"].interval is None  # all resamples are 1
    vectors, path = planted(tmp_path, cosines, -np.exp(4 * cosines))
    result = Similarity(path)(vectors)
    assert result["Spearman"].value == pytest.approx(-1)
    assert result["Pearson"].value > -0.9


def test_a_planted_correlation_of_ranks_is_found_exactly(tmp_path):
    """By Spearman's formula, 1 - 6 sum(d^2) / (n (n^2 - 1)), for ranks that differ by d."""
    n = 50
    ranks = np.random.default_rng(2).permutation(n)
    vectors, path = planted(tmp_path, np.linspace(-0.9, 0.9, n), ranks)
    expected = 1 - 6 * np.sum((ranks - np.arange(n)) ** 2) / (n * (n * n - 1))
    assert Similarity(path)(vectors).value == pytest.approx(expected, abs=1e-12)


def test_pairs_with_an_unknown_word_are_left_out_and_the_words_listed(tmp_path):
    vectors = make_vectors("abcd", [[1, 0], [1, 1], [0, 1], [-1, 1]])
    text = "a b 3\na C 2\na d 1\nx a 9\nb Yak 9\nx Yak 9\n"
    result = Similarity(write(tmp_path / "pairs", text))(vectors)
    assert (result.figures[0].items, result.n, result.coverage) == (6, 3, 0.5)
    assert result.missing_words == ("x", "Yak")
    assert result.value == pytest.approx(1)
    zeros = parts(result)["missing scored 0", "Spearman"]
    scores, cosines = [3, 2, 1, 9, 9, 9], [0.5**0.5, 0, -(0.5**0.5), 0, 0, 0]
    assert zeros.value == pytest.approx(stats.spearmanr(scores, cosines).statistic)
    assert (zeros.n, zeros.items, zeros.coverage) == (3, 6, 0.5)


def test_a_set_found_whole_has_no_second_policy(tmp_path):
    vectors, path = planted(tmp_path, [0.1, 0.5, 0.3], [1, 2, 3])
    assert Similarity(path)(vectors).breakdown == ()


def test_few_pairs_found_come_with_a_caution(tmp_path):
    text = "a b 3\na c 2\na d 1\n" + "x y 2\n" * 4
    vectors = make_vectors("abcd", [[1, 0], [1, 1], [0, 1], [-1, 1]])
    assert Similarity(write(tmp_path / "pairs", text))(vectors).notes == (
        "only 3 of 7 pairs found: figures of so few do not compare with those of all",
    )


@pytest.mark.parametrize(
    "text", ["a b 3\na c 2\n", "a x 3\nx b 2\nb y 1\n", "a b .1\na c .1\nb c .1\n", "x y 1\n"]
)
def test_without_three_different_scores_there_is_no_correlation(tmp_path, text):
    vectors = make_vectors("abc", [[1, 0], [1, 1], [0, 1]])
    result = Similarity(write(tmp_path / "pairs", text))(vectors)
    for figure in result.figures:
        assert (figure.value, figure.interval, figure.pvalue) == (None, None, None)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["figures"][0]["value"] is None


def test_cosines_all_alike_have_no_correlation(tmp_path):
    vectors = make_vectors("abc", [[0.1, 0.3]] * 3)
    result = Similarity(write(tmp_path / "pairs", "a b 3\na c 2\nb c 1\n"))(vectors)
    assert [figure.value for figure in result.figures] == [None, None]


def test_a_vector_of_zeros_is_like_nothing(tmp_path):
    vectors = make_vectors("abcd", [[1, 0], [2, 1], [0, 3], [0, 0]])
    result = Similarity(write(tmp_path / "pairs", "a b 9\na c 3\na d 3\n"))(vectors)
    assert result["Pearson"].value == pytest.approx(1)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_vector_that_is_not_finite_is_named_if_it_is_asked_for(tmp_path, wrong):
    vectors = make_vectors("abcd", [[1, 0], [2, 1], [0, 3], [wrong, 0]])
    assert Similarity(write(tmp_path / "pairs", "a b 9\na c 3\nb c 3\n"))(vectors).n == 3
    with pytest.raises(DataError, match=r"the vector of 'd' \(row 3\) holds NaN or infinity"):
        Similarity(write(tmp_path / "pairs", "a b 9\na c 3\na d 3\n"))(vectors)


def test_a_read_only_matrix_will_do(vectors):
    before = vectors.vectors.copy()
    vectors.vectors.flags.writeable = False
    Similarity("wordsim353")(vectors)
    assert np.array_equal(vectors.vectors, before)


def test_the_same_vectors_have_the_same_figures(vectors):
    judge = Similarity("wordsim353")
    assert judge(vectors).to_dict() == judge(vectors).to_dict()
    other = Similarity("wordsim353", seed=2)(vectors)
    assert other.value == judge(vectors).value
    assert other.interval != judge(vectors).interval
    assert other.seed == 2


def test_the_policy_says_how_case_is_dealt_with(vectors):
    assert Similarity("wordsim353")(vectors).policy.startswith("case ignored, the most frequent")
    result = Similarity("wordsim353", case_insensitive=False)(vectors)
    assert result.policy.startswith("words must be written as in the data; pairs with a missing")


def test_spaces_are_compared_by_spearman_pair_by_pair(vectors):
    result = Similarity("wordsim353")(vectors)
    [outcomes] = result.outcomes
    assert outcomes.measure == "Spearman"
    assert outcomes.values.shape == outcomes.gold.shape == (353,)
    assert outcomes.judged.sum() == result.n


def bands_twin(rarity, found, cosines, scores):
    """Return Spearman's correlation of each third of the pairs found, one pair after the other."""
    ordered = sorted(rarity[i] for i in range(len(found)) if found[i])
    first, second = ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]
    thirds = [[], [], []]
    for i in range(len(found)):
        if found[i]:
            thirds[int(rarity[i] >= first) + int(rarity[i] >= second)].append(i)
    return [stats.spearmanr(cosines[third], scores[third]).statistic for third in thirds]


def test_pairs_are_judged_apart_by_how_frequent_their_rarer_word_is(tmp_path):
    rng = np.random.default_rng(3)
    cosines, scores = rng.uniform(-0.9, 0.9, (2, 40))
    counts = rng.permutation(np.repeat(np.arange(1, 41) * 30, 2))
    vectors, path = planted(tmp_path, cosines, scores, counts=counts)
    rarer = counts.reshape(-1, 2).min(axis=1)
    bands = Similarity(path)(vectors).breakdown
    twin = bands_twin(-rarer, np.ones(40, bool), cosines, scores)
    assert [band.value for band in bands] == pytest.approx(twin, abs=1e-6)
    assert {band.measure for band in bands} == {"Spearman"}
    limits = [band.part.removeprefix("rarer word ").removesuffix(" times") for band in bands]
    limits = [tuple(int(n.replace(",", "")) for n in limit.split(" to ")) for limit in limits]
    assert limits[0][1] == rarer.max()
    assert limits[2][0] == rarer.min()
    for (low, high), band in zip(limits, bands, strict=True):
        assert band.n == band.items == np.count_nonzero((rarer >= low) & (rarer <= high))
    assert sum(band.n for band in bands) == 40


def test_without_counts_the_rank_tells_how_frequent_a_word_is(tmp_path):
    rng = np.random.default_rng(4)
    cosines, scores = rng.uniform(-0.9, 0.9, (2, 36))
    vectors, path = planted(tmp_path, cosines, scores)
    write(path, path.read_text() + "a0\tmissing\t3\n")
    bands = [f for f in Similarity(path)(vectors).breakdown if f.part != "missing scored 0"]
    assert [band.part for band in bands] == [
        "rarer word of rank 2 to 24",
        "rarer word of rank 26 to 48",
        "rarer word of rank 50 to 72",
    ]
    twin = bands_twin(np.arange(36), np.ones(36, bool), cosines, scores)
    assert [band.value for band in bands] == pytest.approx(twin, abs=1e-6)
    assert [band.n for band in bands] == [12, 12, 12]


def test_pairs_of_one_rarer_word_stay_together(tmp_path):
    matrix = np.random.default_rng(5).normal(size=(43, 3))
    vectors = make_vectors(["x", *(f"w{i}" for i in range(42))], matrix, [1] + [9000] * 42)
    text = "".join(f"x w{i} {i}\n" for i in range(40))
    path = write(tmp_path / "pairs", text)
    assert Similarity(path)(vectors).breakdown == ()
    write(path, text + "w39 w40 2\nw40 w41 3\nw39 w41 3\n" * 7)
    assert [(f.part, f.n) for f in Similarity(path)(vectors).breakdown] == [
        ("rarer word 9,000 times", 21),
        ("rarer word 1 times", 40),
    ]


def test_a_further_column_tells_pairs_apart(tmp_path):
    cosines = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    scores = [1, 2, 3, 6, 5, 4, 9]
    vectors, path = planted(tmp_path, cosines, scores, extra="NNNVVVA")
    write(path, path.read_text() + "a0\tmissing\t3\tA\n")
    found = parts(Similarity(path, by=4)(vectors))
    told = {part: (figure.value, figure.n, figure.items) for (part, _), figure in found.items()}
    assert told["column 4 N"] == (1, 3, 3)
    assert told["column 4 V"] == (-1, 3, 3)
    assert told["column 4 A"] == (None, 1, 2)
    titled = write(tmp_path / "titled", "w1\tw2\tmean\tPOS\n" + path.read_text())
    assert ("POS N", "Spearman") in parts(Similarity(titled, by="POS")(vectors))


def test_a_column_of_many_numbers_makes_thirds(tmp_path):
    rng = np.random.default_rng(6)
    cosines, scores = rng.uniform(-0.9, 0.9, (2, 24))
    concrete = rng.permutation(24) / 8
    vectors, path = planted(tmp_path, cosines, scores, extra=[f"{c:g}" for c in concrete])
    found = parts(Similarity(path, by="4")(vectors))
    assert [part for part, _ in found] == [
        "column 4 0 to 0.875",
        "column 4 1 to 1.875",
        "column 4 2 to 2.875",
    ]
    twin = bands_twin(concrete, np.ones(24, bool), cosines, scores)
    assert [figure.value for figure in found.values()] == pytest.approx(twin, abs=1e-6)


def test_a_column_that_says_something_else_of_each_pair_is_refused(tmp_path):
    _, path = planted(tmp_path, np.zeros(21), np.zeros(21))
    with pytest.raises(
        ConfigError, match=r"pairs\.tsv: column 1 says 21 different things; give one of at most 20"
    ):
        Similarity(path, by=1)


@pytest.mark.parametrize("n", [3, 9, 10])
def test_few_pairs_have_no_p(tmp_path, n):
    vectors, path = planted(tmp_path, np.linspace(-0.9, 0.9, n), np.arange(n))
    result = Similarity(path)(vectors)
    assert result.value == pytest.approx(1)
    for figure in result.figures:
        assert (figure.pvalue is None) == (n < 10)


def test_which_of_several_columns_of_numbers_the_scores_are_from_is_told(tmp_path):
    vectors, path = planted(tmp_path, [0.1, 0.2, 0.3], [1, 2, 3], extra="321")
    assert Similarity(path)(vectors).notes == (
        "the scores are from column 3; other columns of numbers: 1, and score_column "
        "(--score-column) takes one of them",
    )
    assert Similarity(path, score_column=3)(vectors).notes == ()
    titled = write(tmp_path / "titled", "w1\tw2\tcount\tmean\n" + path.read_text())
    result = Similarity(titled)(vectors)
    assert result.value == pytest.approx(-1)
    assert result.notes[0].startswith("the scores are from column 4 (mean);")
    assert Similarity(titled, by="count")(vectors).notes == ()


def test_the_column_of_scores_can_be_named(tmp_path):
    vectors, path = planted(tmp_path, [0.1, 0.2, 0.3], [1, 2, 3], extra="321")
    assert Similarity(path, score_column=4)(vectors).value == pytest.approx(-1)


def test_bad_requests_are_refused_before_any_work(tmp_path):
    with pytest.raises(ConfigError, match="'men' is no file and no known data set"):
        Similarity("men")
    with pytest.raises(ConfigError, match="no column 'POS'"):
        Similarity("simlex999", by="POS")


def test_a_cut_of_nothing_is_refused(vectors):
    with pytest.raises(ConfigError, match="restrict_vocab is 0"):
        Similarity("wordsim353", restrict_vocab=0)(vectors)


def test_it_is_found_by_name_and_by_data_set(vectors):
    by_name = evaluate(vectors, "similarity", "simlex999", restrict_vocab=500)
    assert by_name.to_dict() == evaluate(vectors, "simlex999", restrict_vocab=500).to_dict()
    assert evaluate(vectors, "similarity").dataset == "wordsim353"


def test_nothing_heavy_is_loaded_for_it():
    check = (
        "import sys; import wordvec.evals.similarity;"
        "sys.exit(bool({'scipy', 'numba', 'gensim', 'sklearn'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-P", "-c", check], check=True)
