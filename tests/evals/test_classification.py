import json
from dataclasses import replace

import numpy as np
import pytest
from evaluation import write
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from wordvec import sentence_vectors
from wordvec.errors import ConfigError, DataError
from wordvec.evals import evaluate
from wordvec.evals.classification import C, Classification, fold_factor, macro_f1_of
from wordvec.evals.comparison.paired import compare_outcomes
from wordvec.evals.intervals import bootstrap, mean_of
from wordvec.vectors import WordVectors

WORDS = [f"w{i}" for i in range(60)]


def drawn_vectors(seed, *, dim=5):
    matrix = np.random.default_rng(seed).standard_normal((len(WORDS), dim))
    return WordVectors(WORDS, matrix, range(len(WORDS), 0, -1))


@pytest.fixture
def texts(tmp_path):
    """A hundred texts of five words, of three classes; the words of a class are often its own."""
    rng = np.random.default_rng(3)
    lines = []
    for i in range(100):
        label = i % 7 % 3
        own = rng.integers(20 * label, 20 * label + 20, 2)
        words = [WORDS[w] for w in (*own, *rng.integers(0, 60, 3))]
        lines.append(f"class {label}\t{' '.join(words)}")
    return write(tmp_path / "texts.tsv", "\n".join(lines) + "\n")


def read(path):
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    return np.array([row[0] for row in rows]), [row[1].split() for row in rows]


@pytest.mark.parametrize("pooling", ["mean", "tf-idf", "zipfian"])
def test_each_text_is_told_by_the_fit_of_the_other_folds(texts, pooling):
    vectors = drawn_vectors(0)
    labels, tokens = read(texts)
    features = sentence_vectors(vectors, tokens, weighting=pooling).astype(float)
    told = np.empty_like(labels)
    splitter = StratifiedKFold(4, shuffle=True, random_state=9)
    for learn, test in splitter.split(features, labels):
        scaler = StandardScaler().fit(features[learn])
        model = LogisticRegression(C=C).fit(scaler.transform(features[learn]), labels[learn])
        told[test] = model.predict(scaler.transform(features[test]))
    result = Classification(texts, folds=4, pooling=pooling, seed=9)(vectors)
    assert np.array_equal(result.outcomes[0].values, labels == told)
    assert result.value == pytest.approx(np.mean(labels == told))
    assert result["macro F1"].value == pytest.approx(f1_score(labels, told, average="macro"))
    low, high = result.interval
    assert low < result.value < high


def test_the_largest_class_is_the_baseline_and_classes_are_counted(texts):
    result = Classification(texts)(drawn_vectors(0))
    labels, _ = read(texts)
    sizes = {name: int(np.count_nonzero(labels == name)) for name in np.unique(labels).tolist()}
    [baseline] = [f for f in result.breakdown if f.part == "all in the largest class"]
    assert baseline.value == max(sizes.values()) / 100
    assert {k: v["texts"] for k, v in result.details["classes"].items()} == sizes
    right = sum(v["right"] for v in result.details["classes"].values())
    assert right == round(100 * result.value)
    assert "texts: class 0 " in result.notes[0]
    json.dumps(result.to_dict(), allow_nan=False)


def test_macro_f1_is_that_of_scikit_learn_on_every_resample():
    rng = np.random.default_rng(1)
    gold, told = rng.integers(0, 4, (2, 30)).astype(float)
    counts = rng.multinomial(30, np.full(30, 1 / 30), size=20)
    found = macro_f1_of(gold, told)(counts)
    for draw, value in zip(counts, found, strict=True):
        items = np.repeat(np.arange(30), draw)
        assert value == pytest.approx(f1_score(gold[items], told[items], average="macro"))


def test_planted_classes_are_told_apart_and_the_accuracy_is_1(tmp_path):
    rng = np.random.default_rng(2)
    centres = np.repeat(10 * np.eye(3, 8), 20, axis=0)
    vectors = WordVectors(WORDS, centres + 0.1 * rng.standard_normal((60, 8)))
    lines = [
        f"c{i % 3}\t" + " ".join(WORDS[20 * (i % 3) + j] for j in (i % 20, 3)) for i in range(45)
    ]
    result = Classification(write(tmp_path / "t", "\n".join(lines)))(vectors)
    assert result.value == 1
    assert result["macro F1"].value == 1
    assert result.interval is None


def test_intervals_hold_chance_at_their_rate_where_labels_are_drawn(tmp_path):
    path = write(tmp_path / "t", "\n".join(f"c{i % 2}\t{w}" for i, w in enumerate(WORDS)))
    evaluator = Classification(path, folds=3)
    results = [evaluator(drawn_vectors(draw, dim=4)) for draw in range(200)]
    held = sum(r.interval.low <= 0.5 <= r.interval.high for r in results)
    assert held >= 190  # 95 % of 200; without the factor 184
    assert abs(np.mean([r.value for r in results]) - 0.5) < 0.03


def test_intervals_are_wider_than_over_texts_alone_by_the_factor_and_end_at_0_and_1(texts):
    result = Classification(texts, seed=4)(drawn_vectors(0))
    value, right = result.value, result.outcomes[0].values
    alone = np.array(bootstrap(mean_of(right), 100, seed=4))
    assert result.interval == pytest.approx(tuple(value + 1.5 * (alone - value)))
    assert "1.5 times as wide" in result.notes[-1]
    rare = right.copy()
    rare[:] = 1
    rare[0] = 0
    low, high = Classification(texts)._figure(replace(result.outcomes[0], values=rare)).interval
    assert (low < 0.99, high) == (True, 1)


@pytest.mark.parametrize("folds", [2, 5, 10])
def test_the_factor_is_that_of_nadeau_and_bengio(folds):
    tested_to_learnt = 1 / (folds - 1)
    corrected, naive = 1 / folds + tested_to_learnt, 1 / folds
    assert fold_factor(folds) == pytest.approx(np.sqrt(corrected / naive))


def test_two_spaces_that_are_equally_good_are_seldom_found_to_differ(tmp_path):
    path = write(tmp_path / "t", "\n".join(f"c{i % 2}\t{w}" for i, w in enumerate(WORDS)))
    evaluator = Classification(path, folds=3)
    found = 0
    for draw in range(100):
        pair = (evaluator(drawn_vectors(seed, dim=4)) for seed in (2 * draw, 2 * draw + 1))
        first, second = (result.outcomes[0] for result in pair)
        found += compare_outcomes([first], [second], draws=200).pvalue < 0.05
    assert found <= 5  # without the factor 11


def test_the_folds_and_the_figures_are_those_of_the_seed(texts):
    vectors = drawn_vectors(0)
    first, second = (Classification(texts, seed=4)(vectors) for _ in range(2))
    assert first.figures == second.figures
    assert np.array_equal(first.outcomes[0].values, second.outcomes[0].values)
    assert first.seed == 4
    other = Classification(texts, seed=5)(vectors)
    assert not np.array_equal(first.outcomes[0].values, other.outcomes[0].values)


def test_texts_without_a_known_word_are_left_out_and_by_another_rule_wrong(tmp_path):
    lines = [f"{'ab'[i % 2]}\t{WORDS[i]}" for i in range(20)] + ["a\tqzx", "b\t", "b\t?"]
    result = Classification(write(tmp_path / "t", "\n".join(lines)))(drawn_vectors(1))
    assert (result.n, result.figures[0].items) == (20, 23)
    assert np.isnan(result.outcomes[0].values[20:]).all()
    wrong, f1, baseline = result.breakdown
    assert wrong.part == "without a known word counted as wrong"
    assert (wrong.value, wrong.n) == (pytest.approx(result.value * 20 / 23), 20)
    assert f1.n == 20
    assert (baseline.value, baseline.n, baseline.items) == (0.5, 20, 23)
    assert "so are texts without a known word, but where it says" in result.policy
    assert result.details["texts_without_known_word"] == 3
    assert result.missing_words == ("qzx",)
    assert "95.2% of the words are known; 3 of 23 texts have no known word" in result.notes[1]


def test_nothing_is_learnt_from_texts_without_a_known_word(tmp_path):
    known = [f"{'ab'[i % 2]}\t{WORDS[i]}" for i in range(20)]
    lines = [line for pair in zip(known, ["a\tqzx"] * 20, strict=True) for line in pair]
    vectors = drawn_vectors(1)
    result = Classification(write(tmp_path / "t", "\n".join(lines)))(vectors)
    labels = np.array([line[0] for line in lines])
    features = np.zeros((40, 5))
    features[::2] = np.asarray(vectors)[:20]
    right = np.full(40, np.nan)
    for learn, test in StratifiedKFold(5, shuffle=True, random_state=1).split(features, labels):
        learn, test = learn[learn % 2 == 0], test[test % 2 == 0]
        scaler = StandardScaler().fit(features[learn])
        model = LogisticRegression(C=C).fit(scaler.transform(features[learn]), labels[learn])
        right[test] = model.predict(scaler.transform(features[test])) == labels[test]
    assert result.outcomes[0].values == pytest.approx(right, nan_ok=True)


@pytest.mark.parametrize("known", ["a", "aa", "ab", "aaaaaaaaa"])
def test_where_a_fit_would_see_one_class_alone_there_is_no_figure(tmp_path, known):
    lines = [f"{label}\t{w}" for label, w in zip(known, WORDS, strict=False)]
    lines += [f"{'ab'[i % 2]}\tqzx" for i in range(40 - len(lines))]
    result = Classification(write(tmp_path / "t", "\n".join(lines)))(drawn_vectors(1))
    assert (result.value, result.n, result.figures[0].items) == (None, 0, 40)
    assert any("too few of them of a second class" in note for note in result.notes)
    json.dumps(result.to_dict(), allow_nan=False)


def test_where_no_word_is_known_there_is_no_figure(texts):
    result = Classification(texts)(WordVectors(["other"], [[1, 2]]))
    assert (result.value, result.n, result.figures[0].items) == (None, 0, 100)
    assert result["macro F1"].value is None


def test_case_and_the_cut_are_honoured(tmp_path):
    path = write(tmp_path / "t", "".join(f"{'ab'[i % 2]}\tW{i}\n" for i in range(20)))
    vectors = WordVectors([w.upper() for w in WORDS], np.asarray(drawn_vectors(1)))
    assert Classification(path)(vectors).missing_words == ()
    assert len(Classification(path, case_insensitive=False)(vectors).missing_words) == 20
    result = Classification(path, restrict_vocab=5)(vectors)
    assert (result.vocabulary, len(result.missing_words)) == (5, 15)


def test_vectors_that_do_not_allow_the_pooling_or_hold_nan_are_refused(texts):
    bare = WordVectors(WORDS, np.asarray(drawn_vectors(0)))
    with pytest.raises(DataError, match="no counts, which sif pooling needs"):
        Classification(texts, pooling="sif")(bare)
    matrix = np.full((60, 2), np.nan)
    with pytest.raises(DataError, match="NaN or infinity"):
        Classification(texts)(WordVectors(WORDS, matrix))


def test_a_class_with_fewer_texts_than_folds_is_named(tmp_path):
    path = write(tmp_path / "t.tsv", "a\tone\nb\ttwo\na\tthree\n")
    with pytest.raises(ConfigError, match=r"t\.tsv: the class 'b' has 1 text and there are 2 fol"):
        Classification(path, folds=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed is -1; expected a whole number from 0"),
        ({"seed": 2**32}, "seed is 4294967296; expected a whole number from 0"),
        ({"folds": 1}, "folds is 1; it must be at least 2"),
        ({"pooling": "max"}, "pooling is 'max'; it must be one of mean"),
        ({"pooling": None}, "pooling is None; it must be one of mean"),
    ],
)
def test_bad_options_are_refused(texts, options, message):
    with pytest.raises(ConfigError, match=message):
        Classification(texts, **options)


def test_evaluate_finds_it_by_name(texts):
    result = evaluate(drawn_vectors(0), "classification", texts)
    assert result.evaluator == "classification"
    with pytest.raises(ConfigError, match="classification has no data set of its own; give a file"):
        evaluate(drawn_vectors(0), "classification")
