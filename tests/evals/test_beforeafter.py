import json
import math
from dataclasses import replace

import numpy as np
import pytest
from evaluation import structured_vectors, write
from scipy import stats

from wordvec.errors import DataError, FormatError
from wordvec.evals import evaluate, evaluate_analogies, evaluate_similarity
from wordvec.evals.beforeafter import ANALOGY_CUT, BeforeAfter, Comparison, compare_before_after
from wordvec.evals.geometry import isoscore
from wordvec.evals.intervals import Interval
from wordvec.postprocess.bias import measure_bias
from wordvec.postprocess.wordsets import WordSets
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.vectors import WordVectors


def whole(vectors, *, counts=None):
    return WordVectors(vectors.index_to_key, vectors.vectors, counts)


@pytest.fixture(scope="module")
def before():
    return whole(structured_vectors(3))


@pytest.fixture(scope="module")
def after(before):
    noise = np.random.default_rng(1).standard_normal(before.vectors.shape)
    return WordVectors(before.index_to_key, before.vectors + 0.5 * noise)


@pytest.fixture(scope="module")
def compared(before, after):
    return compare_before_after(before, after)


def find(compared, name, measure=None):
    return next(c for c in compared.comparisons if c.name == name and measure in (None, c.measure))


@pytest.mark.parametrize("name", ["wordsim353", "simlex999"])
def test_similarity_is_what_the_evaluator_says_of_each(before, after, compared, name):
    row = find(compared, name)
    was, now = (evaluate_similarity(vectors, name) for vectors in (before, after))
    assert (row.before, row.after) == pytest.approx((was.spearman, now.spearman))
    assert (row.found, row.items) == (was.found, was.pairs)


def test_analogies_are_what_the_evaluator_says_of_each(before, after, compared):
    row = find(compared, "questions-words")
    was, now = (evaluate_analogies(v, restrict_vocab=ANALOGY_CUT) for v in (before, after))
    assert (row.before, row.after) == (was.accuracy, now.accuracy)
    assert (row.found, row.items) == (was.total.answered, was.total.total)


def test_the_interval_is_about_the_difference_and_shows_a_loss(compared):
    row = find(compared, "questions-words")
    assert row.interval.low < row.difference < row.interval.high < 0


def test_a_quantized_space_is_judged_as_the_numbers_that_it_stands_for(before):
    codes, scales = encode(before.vectors, "int8")
    quantized = QuantizedMatrix(codes, "int8", before.vector_size, scales)
    decoded = WordVectors(before.index_to_key, np.asarray(quantized))
    compared = compare_before_after(WordVectors(before.index_to_key, quantized), decoded)
    assert {row.difference for row in compared.comparisons} == {0}


def test_the_same_space_twice_differs_in_nothing(before):
    for row in compare_before_after(before, before).comparisons:
        assert row.difference == 0
        assert row.interval in (None, (0, 0))


def test_the_interval_of_an_accuracy_is_no_wider_than_that_of_unpaired_items(compared):
    row = find(compared, "questions-words")
    half = (row.interval.high - row.interval.low) / 2
    widest = 1.96 * np.sqrt(
        (row.before * (1 - row.before) + row.after * (1 - row.after)) / row.found
    )
    assert 0.3 * widest < half < 1.05 * widest


def test_files_and_folders_are_compared_too(before, after, tmp_path):
    words = before.index_to_key
    text = "".join(f"{words[i]}\t{words[i + 1]}\t{i % 7}\n" for i in range(0, 90, 2))
    write(tmp_path / "b-pairs.tsv", text)
    text = "".join(f"{i % 5}\t{words[i]} {words[i + 1]}\t{words[i + 2]}\n" for i in range(90))
    sentences = write(tmp_path / "a-sts.tsv", text)
    questions = write(tmp_path.parent / "mine.txt", ": x\n" + " ".join(words[:4]) + "\n")
    compared = compare_before_after(before, after, data=[questions, tmp_path])
    assert [row[:2] for row in compared.rows()[3:6]] == [
        ("mine.txt", "accuracy"),
        ("a-sts.tsv", "Spearman"),
        ("b-pairs.tsv", "Spearman"),
    ]
    row = find(compared, str(sentences))
    assert row.after == pytest.approx(evaluate(after, sentences).spearman)
    assert row.interval.low < row.difference < row.interval.high


def test_spaces_of_different_words_are_compared_by_the_items_of_both(before, tmp_path):
    words = list(before.index_to_key[:9])
    fewer = WordVectors(words[:8], before.vectors[:8])
    text = "".join(f"{words[i]}\t{words[i + 1]}\t{i}\n" for i in range(8))
    path = write(tmp_path / "pairs.tsv", text)
    compared = compare_before_after(before, fewer, data=[path])
    row = find(compared, str(path))
    assert (row.found, row.items) == (7, 8)
    unit = before.vectors[:8] / np.linalg.norm(before.vectors[:8], axis=1, keepdims=True)
    cosines = np.einsum("ij,ij->i", unit[:-1], unit[1:])
    assert row.before == pytest.approx(stats.spearmanr(range(7), cosines).statistic)
    assert any("the words differ" in line for line in compared.notes())


def test_isotropy_by_frequency_needs_counts():
    bare = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [0, 3]])
    counted = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]], [8, 2, 2])
    measures = [c.measure for c in compare_before_after(bare, counted).comparisons]
    assert measures[3:] == ["IsoScore"]
    row = compare_before_after(counted, counted).comparisons[-1]
    assert (row.measure, row.after) == (
        "IsoScore by frequency",
        pytest.approx(isoscore(counted, weights=[4, 1, 1])),
    )


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
    biased, clean, sets = planted()
    compared = compare_before_after(biased, clean, word_sets=sets)
    row = find(compared, "planted", "direct bias")
    assert row.before > 0.8
    assert row.after < 0.2
    assert (row.found, row.items) == (40, 40)
    assert row.interval.low < row.difference < row.interval.high < -0.6
    cluster = find(compared, "planted", "cluster accuracy")
    assert cluster.before == 1
    assert cluster.after < 0.9
    assert cluster.interval.low < cluster.difference < cluster.interval.high < 0


def test_word_sets_may_be_a_file(tmp_path):
    biased, clean, sets = planted()
    keys = {"defining": sets.defining, "neutral_examples": sets.neutral_examples}
    path = write(tmp_path / "planted.json", json.dumps(keys))
    rows = compare_before_after(biased, clean, word_sets=path).comparisons
    assert rows == compare_before_after(biased, clean, word_sets=sets).comparisons


def test_bias_is_measured_in_as_many_directions_as_asked_for():
    biased, clean, sets = planted()
    compared = compare_before_after(biased, clean, word_sets=sets, components=2)
    row = find(compared, "planted", "direct bias")
    assert row.before == measure_bias(biased, sets, components=2).direct_bias
    assert row.after == measure_bias(clean, sets, components=2).direct_bias


def test_only_examples_that_both_spaces_know_are_compared():
    biased, clean, sets = planted()
    words = [f"x{word}" if word in ("w0", "w1") else word for word in clean.index_to_key]
    renamed = WordVectors(words, clean.vectors)
    row = find(compare_before_after(biased, renamed, word_sets=sets), "planted", "direct bias")
    fewer = replace(sets, neutral_examples=sets.neutral_examples[2:])
    assert row.before == measure_bias(biased, fewer).direct_bias
    assert (row.found, row.items) == (38, 40)


def test_examples_are_found_in_their_usual_form():
    biased, clean, sets = planted()
    titled = replace(sets, neutral_examples=tuple(map(str.title, sets.neutral_examples)))
    rows = compare_before_after(biased, clean, word_sets=titled).comparisons
    assert rows == compare_before_after(biased, clean, word_sets=sets).comparisons


def test_each_measure_is_explained_in_one_short_line_and_the_interval_where_there_is_one():
    biased, clean, sets = planted()
    notes = compare_before_after(biased, clean, word_sets=sets).notes()
    measures = ("Spearman", "accuracy", "direct bias", "cluster accuracy", "IsoScore")
    assert [line.split(":")[0] for line in notes[:6]] == [*measures, "95% interval"]
    assert max(map(len, notes[:6])) < 100
    bare = WordVectors(["a", "b", "c"], np.eye(3))
    assert not any("95% interval" in line for line in compare_before_after(bare, bare).notes())


def test_no_figure_is_shown_as_less_than_nothing():
    figures = {"name": "x", "measure": "Spearman", "before": -1e-9, "after": -4e-5}
    comparison = Comparison(**figures, interval=Interval(-1e-9, 0.3))
    (row,) = BeforeAfter((comparison,), ()).rows()
    assert [f"{figure:.4f}" for figure in row[2:5]] == ["0.0000"] * 3
    assert row[5] == "0.0000 to 0.3000"
    worse = Comparison(name="x", measure="Spearman", before=math.nan, after=-6e-5)
    (row,) = BeforeAfter((worse,), ()).rows()
    assert row[3] == -6e-5
    assert math.isnan(row[2])


def test_a_figure_that_only_one_space_has_is_remarked_on():
    biased, _, sets = planted()
    matrix = biased.vectors.copy()
    matrix[1:6:2] = matrix[0:6:2]
    alike = WordVectors(biased.index_to_key, matrix)
    compared = compare_before_after(biased, alike, word_sets=sets)
    assert "direct bias" not in {c.measure for c in compared.comparisons}
    remark = "planted: direct bias is not compared, being that of 40 words before and of 0 after"
    assert remark in compared.notes()


def test_vectors_without_words_for_a_bias_are_judged_without_it():
    vectors = WordVectors(["a", "b", "c"], np.eye(3))
    compared = compare_before_after(vectors, vectors)
    assert {c.measure for c in compared.comparisons} == {"Spearman", "accuracy", "IsoScore"}
    notes = "\n".join(compared.notes())
    assert "bias was not measured: " in notes
    assert "questions-words: too few of its items are in the vocabulary" in notes
    assert json.loads(json.dumps(compared.to_dict(), allow_nan=False))["notes"]


def test_word_sets_that_were_asked_for_and_are_not_there_are_an_error():
    vectors = WordVectors(["a", "b", "c"], np.eye(3))
    with pytest.raises(DataError, match="vocabulary"):
        compare_before_after(vectors, vectors, word_sets="religion")


def test_a_bad_file_is_found_before_the_work(before, tmp_path):
    path = write(tmp_path / "bad.tsv", "cup\tmug\n")
    done = []
    with pytest.raises(FormatError, match=r"bad\.tsv, line 1"):
        compare_before_after(before, before, data=[path], progress=lambda *at: done.append(at))
    assert not done


def test_progress_counts_every_data_set(before):
    done = []
    compare_before_after(before, before, progress=lambda *at: done.append(at))
    assert done == [(i, 5) for i in range(1, 6)]


def test_the_table_says_what_there_is(compared):
    rows = compared.rows()
    assert all(len(row) == len(compared.HEADER) for row in rows)
    by_name = {(row[0], row[1]): row for row in rows}
    row = by_name["simlex999", "Spearman"]
    found = find(compared, "simlex999")
    assert row[2:5] == (found.before, found.after, found.difference)
    assert row[5] == f"{found.interval.low:.4f} to {found.interval.high:.4f}"
    assert row[6] == f"{found.found:,} of 999"
    assert by_name["isotropy", "IsoScore"][5:] == ("-", "-")
    assert any(line.startswith("IsoScore: ") for line in compared.notes())
    saved = json.loads(json.dumps(compared.to_dict(), allow_nan=False))["comparisons"]
    assert saved[1]["interval"] == list(found.interval)
