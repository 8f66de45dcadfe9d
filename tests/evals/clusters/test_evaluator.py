import itertools
import json

import numpy as np
import pytest
from evaluation import make_keyed_vectors, make_vectors, write
from shellpipes import piped

from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.evals import evaluate
from wordvec.evals.clusters import Clusters
from wordvec.evals.clusters.evaluator import EVERYDAY
from wordvec.evals.clusters.oddone import draw_questions
from wordvec.evals.clusters.purity import cluster
from wordvec.evals.comparison.paired import compare_outcomes
from wordvec.evals.readers.categories import read_categories
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.vectors import WordVectors

EVERYDAY_WORDS = [
    (word, number)
    for number, words in enumerate(read_categories(EVERYDAY).values())
    for word in words
]


def planted(*, noise, dim=40, seed=1, frequent=100):
    """Vectors of the everyday words: a direction for each category, and noise of that length."""
    rng = np.random.default_rng(seed)
    middle = np.linalg.qr(rng.standard_normal((dim, 12)))[0].T
    numbers = np.array([number for _, number in EVERYDAY_WORDS])
    rows = middle[numbers] + noise * rng.standard_normal((144, dim)) / np.sqrt(dim)
    rows *= rng.uniform(0.5, 3, (144, 1))
    others = rng.standard_normal((frequent, dim))
    words = [f"x{n}" for n in range(frequent)] + [word for word, _ in EVERYDAY_WORDS]
    return make_vectors(words, np.vstack([others, rows]))


def told(result):
    return {(figure.measure, figure.part): figure.value for figure in result.figures}


def breakdown(result):
    return {(figure.measure, figure.part): figure.value for figure in result.breakdown}


@pytest.fixture(scope="module")
def leaning():
    """Vectors in which most words, not all, lie with those of their category."""
    return planted(noise=2.2)


@pytest.fixture(scope="module")
def judged(leaning):
    return Clusters()(leaning)


def test_categories_that_lie_apart_are_found_whole():
    result = Clusters()(planted(noise=0.1))
    assert set(told(result).values()) == {1.0}
    assert (result.n, result.coverage) == (144, 1.0)
    assert breakdown(result)["purity", "by chance"] < 0.3


def test_of_noise_no_more_is_found_than_by_chance():
    rng = np.random.default_rng(3)
    words = [word for word, _ in EVERYDAY_WORDS]
    result = Clusters()(make_vectors(words, rng.standard_normal((144, 40))))
    chance = breakdown(result)
    assert result.value == pytest.approx(chance["purity", "by chance"], abs=0.05)
    assert chance["accuracy", "odd one out, by chance"] == pytest.approx(1 / 6)
    assert told(result)["accuracy", "odd one out"] == pytest.approx(1 / 6, abs=0.05)
    assert told(result)["OPP", "odd one out"] == pytest.approx(1 / 2, abs=0.05)


def test_purity_is_the_mean_of_runs_that_may_differ(judged):
    lowest, highest = (
        breakdown(judged)["purity", f"{which} of 10 runs"] for which in ("lowest", "highest")
    )
    assert breakdown(judged)["purity", "by chance"] < lowest < judged.value < highest < 1
    assert judged.interval.low < judged.value < judged.interval.high


def test_the_odd_words_are_those_of_doesnt_match(leaning, judged):
    vectors = WordVectors(leaning.index_to_key, leaning.vectors)
    keyed = make_keyed_vectors(leaning)
    questions = draw_questions(read_categories(EVERYDAY), 1000, seed=1)
    ours, gensims = (
        [other.doesnt_match([*q.words, q.odd]) == q.odd for q in questions]
        for other in (vectors, keyed)
    )
    assert 0.3 < judged["accuracy"].value < 0.9
    assert judged["accuracy"].value == np.mean(ours) == np.mean(gensims)


def test_the_lengths_of_vectors_do_not_matter(leaning, judged):
    lengths = np.random.default_rng(1).uniform(0.1, 9, (len(leaning.vectors), 1))
    other = make_vectors(leaning.index_to_key, leaning.vectors * lengths)
    assert told(Clusters()(other)) == pytest.approx(told(judged))


def test_outcomes_are_of_the_same_items_in_every_space(leaning, judged):
    part = make_vectors(leaning.index_to_key[:-30], leaning.vectors[:-30])
    assert [outcomes.measure for outcomes in judged.outcomes] == ["purity", "accuracy"]
    for whole, less in zip(judged.outcomes, Clusters()(part).outcomes, strict=True):
        assert len(whole.values) == len(less.values)
        assert less.judged.sum() < len(less.values)
        assert len(np.unique(whole.units)) == 12
        assert len(np.unique(less.units[less.judged])) == 10
        assert whole.judged.all()


def test_the_figures_are_the_means_of_the_outcomes_and_the_same_each_time(leaning, judged):
    again = Clusters()(leaning)
    assert json.dumps(judged.to_dict(), allow_nan=False) == json.dumps(again.to_dict())
    for outcomes, figure in zip(judged.outcomes, judged.figures[:2], strict=True):
        assert outcomes.value() == figure.value == pytest.approx(outcomes.values.mean())
    assert Clusters(seed=2)(leaning).value != judged.value


def test_each_space_has_as_many_starts_though_it_lacks_words(leaning, monkeypatch):
    asked = []

    def spy(*args, starts, **more):
        asked.append(starts)
        return cluster(*args, starts=1, **more)

    monkeypatch.setattr("wordvec.evals.clusters.evaluator.cluster", spy)
    monkeypatch.setattr("wordvec.evals.clusters.purity._DISTANCES", 144 * 12 * 20)
    part = make_vectors(leaning.index_to_key[:-30], leaning.vectors[:-30])
    for vectors in (leaning, part):
        result = Clusters()(vectors)
        assert "each the best of 20 starts" in result.notes[0]
    assert asked == [20, 20]


@pytest.mark.parametrize("text", ["dog pet\ncat pet\nsaw tool\n", "dog\ncat\n\nsaw\n"])
def test_a_pipe_is_read_like_a_file(tmp_path, text):
    vectors = make_vectors(["dog", "cat", "saw"], [[5, 1], [5, 0], [0, 5]])
    expected = Clusters(write(tmp_path / "c", text))(vectors)
    with piped(text) as pipe:
        result = Clusters(pipe)(vectors)
    assert (told(result), result.n) == (told(expected), expected.n)
    assert result.value == 1.0


def test_categories_count_by_their_words_that_were_found(tmp_path):
    words = ["a1", "a2", "a3", "b1", "b2", "b3", "b4"]
    angles = np.radians([0, 1, 90, 91, 92, 93, 94])
    vectors = make_vectors(words, np.column_stack([np.cos(angles), np.sin(angles)]))
    text = "".join(f"{word} {word[0]}\n" for word in [*words, "a9"])
    result = Clusters(write(tmp_path / "c", text))(vectors)
    assert (result.value, result.n, result.figures[0].items) == (pytest.approx(6 / 7), 7, 8)
    values, units = result.outcomes[0].values, result.outcomes[0].units.ravel()
    assert [np.nanmean(values[units == unit]) for unit in (0, 1)] == pytest.approx([2 / 3, 1])


def test_between_equally_good_vectors_a_difference_is_seldom_found():
    evaluator = Clusters()
    spaces = [evaluator(planted(noise=1.8, seed=seed)).outcomes for seed in range(6)]
    for of_one in zip(*spaces, strict=True):
        pvalues = [
            compare_outcomes([first], [second]).pvalue
            for first, second in itertools.combinations(of_one, 2)
        ]
        assert sum(p is not None and p < 0.05 for p in pvalues) <= 2  # of 15


def test_missing_words_are_left_out_and_listed(tmp_path):
    vectors = make_vectors(["dog", "cat", "saw", "AXE"], [[5, 1], [5, 0], [0, 5], [1, 5]])
    text = "dog pet\nfish pet\ncat pet\naxe tool\nsaw tool\nEel sea\n"
    result = Clusters(write(tmp_path / "c", text))(vectors)
    assert (result.value, result.n, result.figures[0].items) == (1.0, 4, 6)
    assert result.missing_words == ("fish", "Eel")
    assert result["accuracy"].value == 1.0
    assert 0 < result["accuracy"].n < result["accuracy"].items
    pet = result.details["categories"][0]
    assert pet == {"category": "pet", "words": 3, "found": 2, "purity": 1.0, "elsewhere": []}


def test_words_are_looked_up_as_written_if_case_matters(tmp_path):
    vectors = make_vectors(["Dog", "cat", "saw", "axe"], [[5, 1], [5, 0], [0, 5], [1, 5]])
    path = write(tmp_path / "c", "dog pet\ncat pet\nsaw tool\naxe tool\n")
    assert Clusters(path)(vectors).n == 4
    result = Clusters(path, case_insensitive=False)(vectors)
    assert (result.n, result.missing_words) == (3, ("dog",))


def test_only_words_up_to_the_cut_take_part(leaning):
    result = Clusters(restrict_vocab=112)(leaning)
    assert (result.vocabulary, result.n) == (112, 12)
    assert result.value is None  # they are all of one category


def test_without_a_word_found_there_is_no_figure():
    result = Clusters()(make_vectors(["x", "y"], [[1, 0], [0, 1]]))
    assert set(told(result).values()) == {None}
    assert (result.value, result.n, result.breakdown) == (None, 0, ())
    assert len(result.missing_words) == 144


def test_a_word_of_each_category_is_nothing_to_cluster(tmp_path):
    vectors = make_vectors(["dog", "saw"], [[1, 0], [0, 1]])
    result = Clusters(write(tmp_path / "c", "dog pet\ncat pet\nsaw tool\naxe tool\n"))(vectors)
    assert result.value is None


def test_a_vector_of_zeros_is_no_vector(tmp_path):
    vectors = make_vectors(["dog", "cat", "saw", "axe"], [[5, 1], [5, 0], [0, 5], [0, 0]])
    result = Clusters(write(tmp_path / "c", "dog pet\ncat pet\nsaw tool\naxe tool\n"))(vectors)
    assert result.n == 3


def test_a_word_of_several_categories_is_told(tmp_path):
    text = "gold metal\niron metal\nlead metal\ngold jewel\nruby jewel\nopal jewel\n"
    words = ["gold", "iron", "lead", "ruby", "opal"]
    vectors = make_vectors(words, [[5, 1], [5, 0], [6, 1], [0, 5], [1, 5]])
    result = Clusters(write(tmp_path / "c", text))(vectors)
    assert result.value == pytest.approx(5 / 6)
    assert any("words in several categories: 1" in line for line in result.notes)


def test_outlier_sets_are_answered_whole(tmp_path):
    # The bee is amid the birds, of which only the owl is farther out.
    folder = tmp_path / "sets"
    folder.mkdir()
    write(folder / "birds.txt", "owl\ncrow\nhawk\n\ncod\nbee\n")
    angles = np.radians([0, 20, 25, 180, 22])
    words = ["owl", "crow", "hawk", "cod", "bee"]
    vectors = make_vectors(words, np.column_stack([np.cos(angles), np.sin(angles)]))
    result = Clusters(folder)(vectors)
    assert told(result) == {("accuracy", "odd one out"): 0.5, ("OPP", "odd one out"): 2 / 3}
    assert [outcomes.values.tolist() for outcomes in result.outcomes] == [[1.0, 0.0]]
    assert result.interval is None  # of one set there is no telling
    assert (result.n, result.figures[0].items) == (2, 2)
    assert breakdown(result) == {("accuracy", "odd one out, by chance"): 0.25}


def test_vectors_kept_in_another_type_are_judged_as_they_are_decoded(leaning):
    codes, scales = encode(leaning.vectors, "int8")
    kept = QuantizedMatrix(codes, "int8", leaning.vectors.shape[1], scales)
    words = leaning.index_to_key
    expected = told(Clusters()(WordVectors(words, kept[:])))
    assert told(Clusters()(WordVectors(words, kept))) == expected


def test_vectors_with_nan_are_refused():
    vectors = planted(noise=1)
    vectors.vectors[100, 3] = np.nan
    with pytest.raises(DataError, match=r"the vector of 'dog' .* holds NaN"):
        Clusters()(vectors)


def test_the_evaluator_is_found_by_its_name(leaning, tmp_path):
    assert evaluate(leaning, "clusters", restrict_vocab=1).dataset == "everyday words"
    path = write(tmp_path / "c", "dog pet\ncat pet\nhead body\narm body\n")
    assert evaluate(leaning, "clusters", path).figures[0].items == 4


def test_a_bad_file_is_found_before_the_vectors_are_looked_at(tmp_path):
    with pytest.raises(FormatError, match="line 2: 'cat' is not 'word category'"):
        Clusters(write(tmp_path / "c", "dog pet\ncat\nsaw tool\n"))
    with pytest.raises(ConfigError, match="'nothing' is no file"):
        Clusters("nothing")
