import json
import tracemalloc

import numpy as np
import pytest
from evaluation import make_vectors, write

from wordvec.errors import ConfigError, DataError, FormatError
from wordvec.evals import evaluate
from wordvec.evals.datasets import locate
from wordvec.evals.ranking import FREQUENT, Ranking, hit, rank_pairs, reciprocal_rank
from wordvec.formats import read_vectors
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.vectors import WordVectors

MEASURES = ["MRR", "hits@1", "hits@3", "hits@10", "mean rank"]


def twin_rank(words, matrix, pairs, background, similarity):
    """Rank as EvalRank does, one pair after the other, in float64.

    But the partner's similarity is that which it has among the background's.
    """
    row = {}
    for place, word in enumerate(words):
        row.setdefault(word.lower(), place)
    space = matrix[list(row.values())].astype(np.float64)
    if similarity == "cos":
        space = space - space.mean(axis=0)
        space = space / np.linalg.norm(space, axis=1, keepdims=True)
    space = dict(zip(row, space, strict=True))
    background = [w for w in dict.fromkeys([w for p in pairs for w in p] + background) if w in row]
    ranks = []
    for first, second in pairs:
        if first not in row or second not in row:
            ranks.append(None)
            continue
        there = np.array([space[word] for word in background])
        if similarity == "cos":
            scores = there @ space[first]
        else:
            scores = 1 / (1 + np.linalg.norm(there - space[first], axis=1))
        greater = np.count_nonzero(scores > scores[background.index(second)])
        ranks.append(max(greater, 1))
    return ranks


def figures_of(ranks):
    """Return what is told of ranks, one of each pair."""
    found = np.array([rank for rank in ranks if rank is not None])
    hits = [np.mean(found <= n) for n in (1, 3, 10)]
    return [np.mean(1 / found), *hits, np.mean(found)]


def told(result):
    return [figure.value for figure in result.figures]


def write_pairs(path, pairs):
    return write(path, "".join(f"{first}\t{second}\n" for first, second in pairs))


@pytest.fixture
def spread():
    """Words a0 to a5 on a circle, each farther from the last; opposite ones make their mean 0."""
    angles = np.radians([0, 1, 3, 7, 15, 31])
    half = np.column_stack([np.cos(angles), np.sin(angles)])
    words = [f"a{n}" for n in range(6)] + [f"b{n}" for n in range(6)]
    return make_vectors(words, 3 * np.concatenate([half, -half]))


def test_in_a_space_with_known_neighbours_the_figures_are_exact(tmp_path, spread):
    path = write_pairs(tmp_path / "pairs", [("a0", f"a{n}") for n in (1, 2, 3, 4)])
    result = Ranking(path)(spread)
    assert [figure.measure for figure in result.figures] == MEASURES
    assert told(result) == pytest.approx([25 / 48, 1 / 4, 3 / 4, 1, 2.5])
    assert (result.n, result.coverage, result.details["background"]) == (4, 1.0, 12)
    assert result.details["hits"][:4] == pytest.approx([0.25, 0.5, 0.75, 1.0])


def test_distances_rank_as_the_points_on_a_line_lie(tmp_path):
    vectors = make_vectors("abcdef", [[0, 2], [1, 2], [3, 2], [7, 2], [-20, 2], [50, 2]])
    path = write_pairs(tmp_path / "pairs", [("a", "b"), ("a", "d"), ("f", "e")])
    result = Ranking(path, similarity="l2")(vectors)
    assert told(result)[0] == pytest.approx((1 + 1 / 3 + 1 / 5) / 3)


def test_vectors_are_centred_by_the_mean_of_all_words_not_of_the_background(tmp_path):
    # Seen from 0, b is nearest to a; from the mean of a, b, c, too; from that of all four, c is.
    matrix = np.array([[2, 0], [4, 3], [-4, 1], [11, -3]])
    pairs = [("a", "b")]
    path, words = write_pairs(tmp_path / "pairs", pairs), write(tmp_path / "words", "c\n")
    result = Ranking(path, background=[words])(make_vectors("abcx", matrix))
    assert told(result) == figures_of(twin_rank("abcx", matrix, pairs, ["c"], "cos"))
    assert twin_rank("abcx", matrix, pairs, ["c"], "cos") == [2]
    assert twin_rank("abc", matrix[:3], pairs, ["c"], "cos") == [1]


@pytest.mark.parametrize("similarity", ["cos", "l2"])
def test_the_figures_equal_those_of_a_slow_twin(tmp_path, similarity):
    rng = np.random.default_rng(3)
    words = [f"w{n}" for n in range(600)]
    vectors = make_vectors(words, rng.standard_normal((600, 8)) + 0.7)
    pairs = [(f"w{2 * n}", f"w{4 * n + 101}") for n in range(150)]
    background = [f"w{n}" for n in range(0, 700, 3)]
    result = Ranking(
        write_pairs(tmp_path / "pairs", pairs),
        background=[write(tmp_path / "words", "\n".join(background))],
        similarity=similarity,
    )(vectors)
    ranks = twin_rank(words, vectors.vectors, pairs, background, similarity)
    assert told(result) == pytest.approx(figures_of(ranks))
    assert 0 < result.n < len(pairs)
    assert result.n == sum(rank is not None for rank in ranks)


@pytest.mark.parametrize("similarity", ["cos", "l2"])
def test_on_evalranks_pairs_the_figures_equal_those_of_a_slow_twin(data_folder, similarity):
    vectors = read_vectors(data_folder / "golden" / "postprocess" / "base.vec")
    folder = data_folder / "data" / "evalrank"
    files = [folder / "basic_vocab.txt", folder / "wiki_vocab.txt"]
    result = Ranking(folder / "pos_pair_5514.txt", background=files, similarity=similarity)(vectors)
    pairs = [
        tuple(line.split()) for line in (folder / "pos_pair_5514.txt").read_text().splitlines()
    ]
    background = [line.strip() for path in files for line in path.read_text().splitlines()]
    ranks = twin_rank(
        list(vectors.index_to_key), np.asarray(vectors), pairs, background, similarity
    )
    assert told(result) == pytest.approx(figures_of(ranks), rel=1e-4)
    assert 2 * result.n == sum(rank is not None for rank in ranks)
    assert result.figures[0].items == 5514 // 2


def test_both_directions_of_a_pair_are_one_item(tmp_path, spread):
    path = write_pairs(tmp_path / "pairs", [("a2", "a3"), ("a3", "a2"), ("a0", "a1")])
    result = Ranking(path)(spread)
    # From a2 (3 degrees), a1 and a0 are nearer than a3 (7); from a3, a2 is the nearest.
    assert result.outcomes[0].values == pytest.approx([(1 / 3 + 1) / 2, 1])
    assert result.n == 2
    assert "in both directions" in result.notes[0]


def test_pairs_with_a_missing_word_are_left_out_and_told_once_more_as_ranked_last(tmp_path, spread):
    path = write_pairs(tmp_path / "pairs", [("a0", "a2"), ("x", "a1"), ("x", "Yak")])
    result = Ranking(path)(spread)
    assert result.value == pytest.approx(1 / 2)
    assert (result.n, result.figures[0].items) == (1, 3)
    assert result.missing_words == ("x", "Yak")
    last = result.breakdown[0]
    assert (last.part, last.n, last.items) == ("missing ranked last", 1, 3)
    assert last.value == pytest.approx((1 / 2 + 1 / 12 + 1 / 12) / 3)


def test_without_a_pair_found_there_is_no_figure(tmp_path, spread):
    result = Ranking(write_pairs(tmp_path / "pairs", [("x", "y")]))(spread)
    assert told(result) == [None] * 5
    assert result.n == 0
    json.dumps(result.to_dict(), allow_nan=False)


def test_two_words_without_a_vector_are_not_near_each_other(tmp_path, spread):
    words = [*spread.index_to_key, "z1", "z2"]
    vectors = make_vectors(words, np.vstack([spread.vectors, np.zeros((2, 2))]))
    path = write_pairs(tmp_path / "pairs", [("z1", "z2"), ("a0", "a1")])
    for similarity in ("cos", "l2"):
        result = Ranking(path, similarity=similarity)(vectors)
        assert (result.value, result.n) == (1.0, 1)
        assert result.details["background"] == 12


def test_where_all_vectors_are_the_same_nothing_can_be_ranked(tmp_path):
    vectors = make_vectors([f"w{n}" for n in range(50)], np.tile([0.1, 0.7, -0.3], (50, 1)))
    result = Ranking(write_pairs(tmp_path / "pairs", [("w1", "w2")]))(vectors)
    assert result.value is None


def test_among_words_as_near_as_the_partner_each_order_counts_alike(tmp_path):
    matrix = [[4, 0], [3, 1], [3, 1], [3, 1], [-4, 0], [-3, -1], [-3, -1], [-3, -1]]
    path = write_pairs(tmp_path / "pairs", [("a", "c")])
    result = Ranking(path)(make_vectors("abcdefgh", matrix))
    assert told(result) == pytest.approx([(1 + 1 / 2 + 1 / 3) / 3, 1 / 3, 1, 1, 2])
    assert (result.breakdown[-1].part, result.breakdown[-1].value) == ("ties ranked first", 1.0)
    assert any("1 of 1 times other words are exactly as near" in line for line in result.notes)


def test_the_figures_are_those_of_ties_broken_at_random():
    rng = np.random.default_rng(8)
    ranks, level = rng.integers(1, 6, 40) * 1.0, rng.integers(0, 9, 40) * 1.0
    ranks[3] = level[3] = np.nan
    broken = ranks + np.floor(rng.random((20_000, 40)) * (level + 1))
    assert reciprocal_rank(ranks, level) == pytest.approx(
        (1 / broken).mean(axis=0), abs=0.01, nan_ok=True
    )
    for n in (1, 3, 10):
        means = np.where(np.isnan(ranks), np.nan, (broken <= n).mean(axis=0))
        assert hit(ranks, level, n) == pytest.approx(means, abs=0.02, nan_ok=True)


@pytest.mark.parametrize("similarity", ["cos", "l2"])
@pytest.mark.parametrize("kinds", [4, 40])
def test_a_collapsed_space_finds_no_more_than_it_does_with_a_little_noise(
    tmp_path, kinds, similarity
):
    rng = np.random.default_rng(9)
    words = [f"w{n}" for n in range(3000)]
    path = write_pairs(tmp_path / "pairs", rng.permutation(words).reshape(-1, 2)[:700])
    few = rng.standard_normal((kinds, 20))[rng.integers(kinds, size=3000)]
    collapsed, noisy = (
        Ranking(path, similarity=similarity)(make_vectors(words, few + noise))
        for noise in (0, 1e-3 * rng.standard_normal(few.shape))
    )
    by_evalrank = collapsed.breakdown[-1].value
    assert collapsed.value == pytest.approx(noisy.value, abs=0.005)
    assert collapsed["hits@10"].value == pytest.approx(noisy["hits@10"].value, abs=0.01)
    assert by_evalrank > 1 / kinds > 2 * collapsed.value


def test_ties_ranked_first_are_what_evalrank_finds(tmp_path):
    rng = np.random.default_rng(10)
    words = [f"w{n}" for n in range(400)]
    matrix = rng.standard_normal((150, 8))[rng.integers(150, size=400)]
    pairs = [tuple(pair) for pair in rng.permutation(words).reshape(-1, 2)[:150].tolist()]
    path = write_pairs(tmp_path / "pairs", pairs)
    result = Ranking(path, similarity="l2")(make_vectors(words, matrix))
    ranks = twin_rank(words, matrix.astype(np.float32), pairs, words, "l2")
    assert result.breakdown[-1].value == pytest.approx(np.mean(1 / np.array(ranks)))
    assert result.breakdown[-1].value > result.value


@pytest.mark.parametrize("similarity", ["cos", "l2"])
@pytest.mark.parametrize("words", [1000, 5001])
def test_a_copy_of_the_partner_is_level_with_it_wherever_it_is(words, similarity):
    rng = np.random.default_rng(11)
    matrix = rng.standard_normal((words, 300)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    copies = [3, words // 2, words - 2, words - 1]
    matrix[copies] = matrix[10]
    for partner in (10, words - 1):
        pairs = np.column_stack([np.arange(200, 500), np.full(300, partner)])
        ranks, level = rank_pairs(matrix, pairs, similarity=similarity)
        assert (level == 4).all()
        scores = matrix.astype(np.float64) @ matrix[200:500].T.astype(np.float64)
        nearer = np.count_nonzero(scores > scores[10] + 1e-9, axis=0)
        assert np.array_equal(ranks, nearer)


def test_a_copy_of_the_word_itself_is_nearer_than_the_partner():
    matrix = np.array([[1, 0], [0.8, 0.6], [1, 0]], np.float32)
    for similarity in ("cos", "l2"):
        ranks, level = rank_pairs(matrix, np.array([[0, 1], [0, 2]]), similarity=similarity)
        assert (ranks.tolist(), level.tolist()) == ([2, 1], [0, 0])


def test_the_background_is_held_once(tmp_path):
    rng = np.random.default_rng(12)
    words = [f"w{n}" for n in range(20_000)]
    vectors = make_vectors(words, rng.standard_normal((20_000, 200)))
    evaluator = Ranking(write_pairs(tmp_path / "pairs", [("w0", "w1")]))
    evaluator(vectors)
    tracemalloc.start()
    evaluator(vectors)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * vectors.vectors.nbytes


def test_of_a_word_in_several_cases_the_most_frequent_stands_for_all(tmp_path, spread):
    words = ["A0", *spread.index_to_key[1:], "a0", "A1"]
    vectors = make_vectors(words, np.vstack([spread.vectors, [[50, 80], [70, -90]]]))
    path = write_pairs(tmp_path / "pairs", [("a0", "a3"), ("A0", "a3"), ("a0", "A0")])
    result = Ranking(path)(vectors)
    assert (result.value, result.n) == (pytest.approx(1 / 3), 1)
    heeded = Ranking(path, case_insensitive=False)(vectors)
    assert heeded.figures[0].items == 3
    assert heeded.details["background"] == 14


def test_only_words_up_to_the_cut_take_part(tmp_path, spread):
    path = write_pairs(tmp_path / "pairs", [("a0", "a3"), ("a0", "b5")])
    result = Ranking(path, restrict_vocab=8)(spread)
    assert (result.n, result.vocabulary, result.details["background"]) == (1, 8, 8)
    assert result.missing_words == ("b5",)


def test_the_background_is_the_frequent_words_and_those_of_the_pairs(tmp_path):
    rng = np.random.default_rng(1)
    vectors = make_vectors([f"w{n}" for n in range(FREQUENT + 50)], rng.random((FREQUENT + 50, 2)))
    path = write_pairs(tmp_path / "pairs", [("w1", f"w{FREQUENT + 20}")])
    assert Ranking(path)(vectors).details["background"] == FREQUENT + 1


def test_files_of_words_take_the_place_of_the_frequent_words(tmp_path, spread):
    path = write_pairs(tmp_path / "pairs", [("a0", "a4")])
    words = write(tmp_path / "words", "a1\na2\nunknown\n")
    result = Ranking(path, background=[words])(spread)
    assert result.value == pytest.approx(1 / 3)
    assert result.details["background"] == 4
    assert "1 of the 3 background words given are not in the vocabulary" in result.notes[1]


def test_random_vectors_rank_a_partner_anywhere(tmp_path):
    rng = np.random.default_rng(5)
    words = [f"w{n}" for n in range(1200)]
    path = write_pairs(tmp_path / "pairs", zip(words[:600], words[600:], strict=True))
    result = Ranking(path)(make_vectors(words, rng.standard_normal((1200, 20))))
    harmonic = np.sum(1 / np.arange(1, 1200)) / 1199
    assert result.interval.low < harmonic < result.interval.high
    assert result["mean rank"].interval.low < 600 < result["mean rank"].interval.high


def test_by_default_the_sets_that_gensim_ships_are_taken_together():
    words = [
        w for line in locate("simlex999").read_text().splitlines() for w in line.split("\t")[:2]
    ]
    words = list(dict.fromkeys(words))
    rng = np.random.default_rng(2)
    vectors = make_vectors(words, rng.standard_normal((len(words), 5)))
    result = evaluate(vectors, "ranking")
    assert result.dataset == "wordsim353 + simlex999"
    # 88 and 249 are the quarters; some pairs are in both.
    assert 249 < result.figures[0].items <= 88 + 249
    assert evaluate(vectors, "ranking", "simlex999").figures[0].items == 249


def test_vectors_with_nan_are_refused(tmp_path, spread):
    spread.vectors[9, 0] = np.nan
    with pytest.raises(DataError, match=r"the vector of 'b3' .* holds NaN"):
        Ranking(write_pairs(tmp_path / "pairs", [("a0", "a1")]))(spread)


def test_vectors_kept_in_another_type_are_ranked_as_they_are_decoded(tmp_path):
    rng = np.random.default_rng(4)
    codes, scales = encode(rng.standard_normal((300, 16)).astype(np.float32), "int8")
    kept = QuantizedMatrix(codes, "int8", 16, scales)
    words = [f"w{n}" for n in range(300)]
    path = write_pairs(tmp_path / "pairs", zip(words[:150], words[150:], strict=True))
    decoded = told(Ranking(path)(WordVectors(words, kept[:])))
    assert told(Ranking(path)(WordVectors(words, kept))) == decoded


def test_the_ranks_are_the_same_for_any_number_of_threads(monkeypatch):
    rng = np.random.default_rng(6)
    matrix = rng.standard_normal((3000, 60)).astype(np.float32)
    pairs = rng.integers(3000, size=(700, 2))
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv("WORDVEC_THREADS", threads)
        found.append(rank_pairs(matrix, pairs))
    assert np.array_equal(found[0], found[1])


def test_the_partner_never_counts_against_itself():
    rng = np.random.default_rng(7)
    matrix = rng.standard_normal((500, 300)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    nearest = np.argsort(-(matrix.astype(np.float64) @ matrix.T.astype(np.float64)), axis=1)[:, 1]
    ranks, level = rank_pairs(matrix, np.column_stack([np.arange(500), nearest]))
    assert np.all(ranks == 1)
    assert not level.any()


def test_an_unknown_similarity_is_refused():
    with pytest.raises(ConfigError, match="similarity is 'dot'; it must be cos or l2"):
        Ranking("wordsim353", similarity="dot")


def test_a_cut_below_one_is_refused(spread):
    with pytest.raises(ConfigError, match="restrict_vocab is 0"):
        Ranking("wordsim353", restrict_vocab=0)(spread)


def test_a_bad_line_is_found_before_the_vectors_are_looked_at(tmp_path):
    with pytest.raises(FormatError, match="line 2"):
        Ranking(write(tmp_path / "pairs", "cup mug\ncup\n"))


def test_the_rule_for_missing_words_is_told_where_some_are_missing_and_some_are_not(tmp_path):
    vectors = make_vectors(["a", "b", "c"], [[1, 0], [1, 1], [0, 1]])
    for text, told in (("a b\nb c\n", False), ("a b\nb x\n", True), ("x y\ny z\n", False)):
        result = Ranking(write(tmp_path / "pairs", text))(vectors)
        parts = [figure.part for figure in result.breakdown]
        assert ("missing ranked last" in parts) is told
