import json
from dataclasses import replace

import numpy as np
import pytest
from evaluation import structured_vectors, write

from wordvec.errors import FormatError
from wordvec.evals import evaluate
from wordvec.evals.comparison.beforeafter import compare_before_after, evaluators_of
from wordvec.evals.comparison.verdict import label, notes
from wordvec.evals.geometry.isotropy import isoscore
from wordvec.evals.suite import ANALOGY_CUT
from wordvec.postprocess.bias import measure_bias
from wordvec.postprocess.wordsets import WordSets
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.vectors import WordVectors


@pytest.fixture(scope="module")
def before():
    made = structured_vectors(3)
    return WordVectors(made.index_to_key, made.vectors)


@pytest.fixture(scope="module")
def after(before):
    noise = np.random.default_rng(1).standard_normal(before.vectors.shape)
    return WordVectors(before.index_to_key, before.vectors + 0.5 * noise)


@pytest.fixture(scope="module")
def compared(before, after):
    return compare_before_after(before, after, evaluators_of())


def find(comparison, dataset, measure):
    """Return one difference, by its data set or evaluator and its label."""
    return next(
        d
        for d in comparison.differences
        if dataset in (d.dataset, d.evaluator) and label(d) == measure
    )


def bias_alone(before, after, sets, **options):
    """Return the comparison of a bias and of isotropy."""
    return compare_before_after(before, after, [], word_sets=sets, **options)


@pytest.mark.parametrize("name", ["wordsim353", "simlex999"])
def test_similarity_is_what_the_evaluator_says_of_each(before, after, compared, name):
    found = find(compared, name, "Spearman")
    was, now = (evaluate(vectors, name) for vectors in (before, after))
    assert (found.first.value, found.second.value) == pytest.approx((was.value, now.value))
    assert (found.n, found.items) == (was.n, was.figures[0].items)


def test_analogies_are_what_the_evaluator_says_of_each(before, after, compared):
    found = find(compared, "questions-words", "accuracy")
    was, now = (
        evaluate(v, "analogy", "questions-words", restrict_vocab=ANALOGY_CUT)
        for v in (before, after)
    )
    assert (found.first.value, found.second.value) == (was.value, now.value)
    assert found.n == was.n


def test_the_interval_is_about_the_difference_and_shows_a_loss(compared):
    found = find(compared, "questions-words", "accuracy")
    assert found.interval.low < found.difference < found.interval.high < 0
    assert found.adjusted < 0.05


def test_a_quantized_space_is_judged_as_the_numbers_that_it_stands_for(before):
    codes, scales = encode(before.vectors, "int8")
    quantized = QuantizedMatrix(codes, "int8", before.vector_size, scales)
    spaces = [WordVectors(before.index_to_key, m) for m in (quantized, np.asarray(quantized))]
    compared = compare_before_after(*spaces, evaluators_of())
    assert all(d.difference == pytest.approx(0, abs=1e-12) for d in compared.differences)


def test_the_same_space_twice_differs_in_nothing(before):
    for found in compare_before_after(before, before, evaluators_of()).differences:
        assert found.difference == 0
        assert found.interval in (None, (0, 0))


def test_files_and_folders_are_compared_too(before, after, tmp_path):
    words = before.index_to_key
    text = "".join(f"{words[i]}\t{words[i + 1]}\t{i % 7}\n" for i in range(0, 90, 2))
    pairs = write(tmp_path / "b-pairs.tsv", text)
    text = "".join(f"{i % 5}\t{words[i]} {words[i + 1]}\t{words[i + 2]}\n" for i in range(90))
    sentences = write(tmp_path / "a-sts.tsv", text)
    compared = compare_before_after(before, after, evaluators_of([tmp_path]))
    found = find(compared, str(sentences), "Spearman mean")
    assert found.second.value == pytest.approx(evaluate(after, sentences).value)
    assert found.interval.low < found.difference < found.interval.high
    assert find(compared, str(pairs), "Spearman").n == 45


def test_isotropy_by_frequency_needs_counts():
    bare = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [0, 3]])
    counted = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]], [8, 2, 2])
    compared = compare_before_after(bare, counted, [])
    assert [label(d) for d in compared.differences] == ["IsoScore"]
    found = find(compare_before_after(counted, counted, []), "isotropy", "IsoScore by frequency")
    assert found.second.value == pytest.approx(isoscore(counted, weights=[4, 1, 1]))
    assert (found.better, found.pvalue) == ("neither", None)


def planted():
    """Return words with a bias, the same without it, and the word sets for it."""
    words = ["he", "she", "man", "woman", "boy", "girl", *(f"w{i}" for i in range(40))]
    matrix = np.random.default_rng(0).standard_normal((len(words), 12))
    matrix[:, 0] = np.where(np.arange(len(words)) % 2, -6, 6)
    clean = matrix.copy()
    clean[6:, 0] = 0
    pairs = tuple(tuple(words[i : i + 2]) for i in (0, 2, 4))
    sets = WordSets("planted", defining=pairs, neutral_examples=tuple(words[6:]))
    return WordVectors(words, matrix), WordVectors(words, clean), sets


def test_a_planted_bias_that_is_taken_away_shows():
    compared = bias_alone(*planted())
    found = find(compared, "planted", "direct bias")
    assert found.first.value > 0.8
    assert found.second.value < 0.2
    assert (found.n, found.items) == (40, 40)
    assert found.interval.low < found.difference < found.interval.high < -0.6
    cluster = find(compared, "planted", "cluster accuracy")
    assert cluster.first.value == 1
    assert cluster.second.value < 0.9
    assert cluster.interval.low < cluster.difference < cluster.interval.high < 0


def test_bias_is_measured_in_as_many_directions_as_asked_for():
    biased, clean, sets = planted()
    found = find(bias_alone(biased, clean, sets, components=2), "planted", "direct bias")
    for value, vectors in ((found.first, biased), (found.second, clean)):
        expected = measure_bias(vectors, sets, components=2).direct_bias
        assert value.value == pytest.approx(expected)


def test_only_examples_that_both_spaces_know_are_compared():
    biased, clean, sets = planted()
    words = [f"x{word}" if word in ("w0", "w1") else word for word in clean.index_to_key]
    renamed = WordVectors(words, clean.vectors)
    found = find(bias_alone(biased, renamed, sets), "planted", "direct bias")
    fewer = replace(sets, neutral_examples=sets.neutral_examples[2:])
    assert found.first.value == pytest.approx(measure_bias(biased, fewer).direct_bias)
    assert (found.n, found.items, found.found) == (38, 40, (38, 38))


def test_clusters_are_of_the_words_that_both_spaces_know():
    biased, clean, sets = planted()
    renamed = WordVectors([*clean.index_to_key[:-1], "new"], clean.vectors)
    found = find(bias_alone(biased, renamed, sets), "planted", "cluster accuracy")
    fewer = (WordVectors(v.index_to_key[:-1], v.vectors[:-1]) for v in (biased, clean))
    expected = find(bias_alone(*fewer, sets), "planted", "cluster accuracy")
    assert (found.first, found.second) == (expected.first, expected.second)


def test_examples_are_found_in_their_usual_form_and_each_word_counts_once():
    biased, clean, sets = planted()
    titled = tuple(map(str.title, sets.neutral_examples))
    twice = replace(sets, neutral_examples=(*titled, *sets.neutral_examples))
    found, expected = (
        find(bias_alone(biased, clean, each), "planted", "direct bias") for each in (twice, sets)
    )
    assert found.n == expected.n
    assert found.difference == pytest.approx(expected.difference)


def test_each_measure_is_explained_in_one_short_line_and_the_interval_where_there_is_one():
    lines = notes(bias_alone(*planted()))
    measures = [line.split(":")[0] for line in lines[:5]]
    assert sorted(measures[:3]) == ["IsoScore", "cluster accuracy", "direct bias"]
    assert measures[3:] == ["95% interval", "p"]
    assert max(map(len, lines[:3])) < 100
    bare = WordVectors(["a", "b", "c"], np.eye(3))
    assert not any("95% interval" in line for line in notes(compare_before_after(bare, bare, [])))


def test_a_bias_that_only_one_space_has_is_told():
    biased, _, sets = planted()
    matrix = biased.vectors.copy()
    matrix[1:6:2] = matrix[0:6:2]
    alike = WordVectors(biased.index_to_key, matrix)
    found = find(bias_alone(biased, alike, sets), "planted", "direct bias")
    assert found.difference is None
    assert found.untested == "too few items that both know"


def test_vectors_without_words_for_a_bias_are_judged_without_it():
    vectors = WordVectors(["a", "b", "c"], np.eye(3))
    compared = compare_before_after(vectors, vectors, evaluators_of())
    assert {d.evaluator for d in compared.differences} == {"similarity", "analogy", "isotropy"}
    told = "\n".join(notes(compared))
    assert "before and after not judged by bias gender: none of the 10 defining sets" in told
    assert json.loads(json.dumps(compared.to_dict(), allow_nan=False))["tests"] == 0


def test_a_bad_file_is_found_before_the_work(tmp_path):
    path = write(tmp_path / "bad.tsv", "cup\tmug\n")
    with pytest.raises(FormatError, match=r"bad\.tsv, line 1"):
        evaluators_of([path])


def test_progress_counts_every_evaluator_of_both_spaces(before):
    done = []
    vectors = WordVectors(before.index_to_key[:50], before.vectors[:50])
    compare_before_after(vectors, vectors, [], progress=lambda *at: done.append(at))
    assert done == [(i, 4) for i in range(1, 5)]
