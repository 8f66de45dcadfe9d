import json
from itertools import pairwise

import numpy as np
import pytest
from retrofit_twins import slow_fixed_point, slow_retrofit, slow_unit

import wordvec
from wordvec.errors import ConfigError, DataError, FormatError, OutputError
from wordvec.formats import read_vectors
from wordvec.postprocess import wordgraph
from wordvec.postprocess.lexicon import Lexicon
from wordvec.postprocess.result import Place
from wordvec.postprocess.retrofit import retrofit
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

N, DIM = 60, 7
WORDS = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(N)]


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(2).standard_normal((N, DIM), np.float32) * 3
    return WordVectors(WORDS, matrix, np.arange(N, 0, -1))


@pytest.fixture
def related():
    """Return a directed graph over half of the words, with words that are not there."""
    random = np.random.default_rng(8)
    found = {}
    for head in random.choice(N, N // 2, replace=False):
        near = [WORDS[i] for i in random.choice(N, 4, replace=False)]
        found[WORDS[head]] = dict(zip([*near, "elsewhere"], random.random(5) + 0.1, strict=True))
    found["nowhere"] = {WORDS[0]: 1.0}
    found[WORDS[0]] = {WORDS[0]: 1.0, WORDS[1]: 1.0}
    return found


def report(result):
    return result.provenance["steps"][-1]["report"]


@pytest.mark.parametrize("options", [{"iterations": 200}, {"exact": True}])
@pytest.mark.parametrize("name", ["ppdb-xl", "framenet"])
def test_every_word_is_where_the_authors_program_puts_it(data_folder, name, options):
    base = read_vectors(data_folder / "golden" / "postprocess" / "base.vec")
    expected = np.load(data_folder / "golden" / "postprocess" / f"retrofit_{name}.npz")["vectors"]
    mended = retrofit(base, data_folder / "data" / "lexicons" / f"{name}.txt.xz", **options)
    np.testing.assert_allclose(mended.vectors, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("sweeps", [1, 3])
def test_words_go_where_the_formula_says(vectors, related, sweeps, alpha):
    mended = retrofit(vectors, related, iterations=sweeps, alpha=alpha)
    expected = slow_retrofit(WORDS, vectors.vectors, related, sweeps=sweeps, alpha=alpha)
    np.testing.assert_allclose(mended.vectors, expected, atol=1e-6)


def test_ten_sweeps_are_made_if_nothing_is_said(vectors, related):
    mended = retrofit(vectors, related)
    assert np.array_equal(mended.vectors, retrofit(vectors, related, iterations=10).vectors)
    assert mended.provenance["steps"][-1]["iterations"] == 10


@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_the_exact_solution_is_the_fixed_point(vectors, related, alpha):
    mended = retrofit(vectors, related, exact=True, alpha=alpha)
    expected = slow_fixed_point(WORDS, vectors.vectors, related, alpha=alpha)
    np.testing.assert_allclose(mended.vectors, expected, atol=1e-6)
    assert report(mended)["residual"][0] < 1e-6 < report(mended)["residual_before"]


def test_words_that_do_not_move_are_the_input_at_length_1_and_the_input_stays(vectors, related):
    before = vectors.vectors.copy()
    mended = retrofit(vectors, related)
    stay = np.array([word not in related for word in WORDS])
    unit = slow_unit(before)[stay]
    np.testing.assert_allclose(mended.vectors[stay], unit, rtol=0, atol=1e-7)
    assert np.array_equal(mended.vectors[stay], mended.transform(before[stay]))
    assert np.array_equal(vectors.vectors, before)
    moved = np.abs(mended.vectors - slow_unit(before)).max(axis=1) > 1e-4
    assert np.array_equal(moved, ~stay)
    assert report(mended)["words_moved"] == np.count_nonzero(moved)


def test_no_sweep_makes_the_residual_larger_and_changes_vanish(vectors, related):
    done = report(retrofit(vectors, related, iterations=12))
    residuals = [done["residual_before"], *done["residual"]]
    assert all(new < old for old, new in pairwise(residuals))
    assert residuals[-1] < 1e-5
    assert done["largest_change"][0] > 0.1
    assert done["largest_change"][-1] < 1e-4
    assert done["mean_change"][-1] < done["largest_change"][-1]
    assert len(done["mean_change"]) == 12


def test_the_report_counts_what_was_read_and_found(vectors):
    done = report(retrofit(vectors, {"waa": ["wab", "x"], "x": ["wab"], "wac": ["y"]}))
    counted = ("lines", "heads", "heads_found", "edges", "edges_found", "words_moved")
    assert [done[name] for name in counted] == [3, 3, 2, 4, 1, 1]


def test_words_that_differ_in_case_are_not_dropped():
    vectors = WordVectors(["Paris", "paris", "City", "CITY"], np.eye(4))
    mended = retrofit(vectors, {"paris": ["city"]}, iterations=1)
    expected = np.eye(4, dtype=np.float32)
    expected[1] = [0, 0.5, 0.5, 0]
    np.testing.assert_allclose(mended.vectors, expected, atol=1e-6)


def test_the_same_is_done_to_quantized_vectors(vectors, related):
    codes, scales = encode(vectors.vectors, "int8")
    small = WordVectors(WORDS, QuantizedMatrix(codes, "int8", DIM, scales))
    expected = retrofit(WordVectors(WORDS, np.asarray(small)), related)
    assert np.array_equal(retrofit(small, related).vectors, expected.vectors)


@pytest.mark.parametrize("options", [{}, {"carry": True}, {"antonyms": {"waa": ["wab"]}}])
def test_a_store_holds_what_memory_would(vectors, related, tmp_path, options):
    expected = retrofit(vectors, related, **options)
    stored = retrofit(vectors, related, out=tmp_path / "out.h5", **options)
    between = retrofit(vectors, related, out=Place.TEMPORARY, **options)
    assert stored.origin is not None
    for result in (stored, between, wordvec.open(tmp_path / "out.h5")):
        assert np.array_equal(result.vectors, expected.vectors)
        assert result.provenance["steps"] == expected.provenance["steps"]
    assert np.array_equal(stored.counts, vectors.counts)
    with pytest.raises(OutputError, match=r"out\.h5"):
        retrofit(vectors, related, out=tmp_path / "out.h5")
    retrofit(vectors, related, out=tmp_path / "out.h5", overwrite=True)


def test_the_blocks_in_which_vectors_are_read_do_not_matter(vectors, related, monkeypatch):
    whole = retrofit(vectors, related)
    monkeypatch.setattr("wordvec.postprocess.result.ROWS_PER_BLOCK", 7)
    np.testing.assert_allclose(retrofit(vectors, related).vectors, whole.vectors, atol=1e-6)


def test_the_options_of_reading_reach_the_reader(vectors, tmp_path):
    path = tmp_path / "lexicon.txt"
    path.write_text("waa wab\nwaa wac\n1 wad\n")
    plain = retrofit(vectors, path)
    options = {"merge_heads": True, "keep_numbers": True, "symmetric": True, "format": "faruqui"}
    mended = retrofit(vectors, path, **options)
    assert report(plain)["edges_found"] == 1
    assert report(mended)["edges_found"] == 4
    step = mended.provenance["steps"][-1]
    assert {name: step[name] for name in options} == options
    assert step["lexicon"] == "lexicon.txt"
    expected = retrofit(vectors, {"waa": ["wab", "wac"]}, symmetric=True)
    assert np.array_equal(mended.vectors, expected.vectors)


def test_the_provenance_is_json_with_the_digests_of_the_inputs(vectors, related):
    antonyms = Lexicon.from_mapping({"waa": ["wab"]}, source="opposites")
    step = retrofit(vectors, related, antonyms=antonyms, carry=True).provenance["steps"][-1]
    json.dumps(step, allow_nan=False)
    assert step["step"] == "retrofit"
    assert step["antonyms"] == "opposites"
    assert step["inputs"]["antonyms"] == antonyms.sha256
    assert {"lexicon", "antonyms", "vectors"} <= set(step["inputs"])


def test_the_result_is_the_same_each_time(vectors, related):
    first, second = (retrofit(vectors, related, carry=True) for _ in range(2))
    assert first.vectors.tobytes() == second.vectors.tobytes()
    assert first.provenance == second.provenance


def test_antonyms_are_pushed_apart_and_the_lexicon_drawn_together(vectors):
    antonyms, synonyms = {"waa": ["wab"], "wac": ["wad"]}, {"wae": ["waf"], "waa": ["wag"]}
    mended = retrofit(vectors, synonyms, antonyms=antonyms, iterations=40)
    for head, other in (("wae", "waf"), ("waa", "wag")):
        assert mended.similarity(head, other) > vectors.similarity(head, other) + 0.1
    for head, other in (("waa", "wab"), ("wac", "wad")):
        assert mended.similarity(head, other) < max(0.05, vectors.similarity(head, other))
    stay = slice(7, None)
    expected = slow_unit(vectors.vectors)
    np.testing.assert_allclose(mended.vectors[stay], expected[stay], rtol=0, atol=1e-7)
    np.testing.assert_allclose(np.linalg.norm(mended.vectors, axis=1), 1, atol=1e-6)
    done = report(mended)
    assert done["words_moved"] == 7
    assert done["antonyms"]["pairs"] == 2
    assert done["antonyms"]["heads_found"] == 2
    assert mended.provenance["steps"][-1]["iterations"] == 40
    assert (
        retrofit(vectors, synonyms, antonyms=antonyms).provenance["steps"][-1]["iterations"] == 10
    )


def test_pairs_within_gamma_are_left_where_they_are(vectors):
    antonyms = {"waa": ["wab"]}
    mended = retrofit(vectors, {"wae": ["waf"]}, antonyms=antonyms, gamma=2.0)
    before = vectors.similarity("wae", "waf")
    assert mended.similarity("wae", "waf") == pytest.approx(before, abs=1e-6)


def test_one_file_may_hold_synonyms_and_antonyms(vectors, tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("wae\twaf\tsynonym\nwaa\twab\tantonym\n")
    done = report(retrofit(vectors, path, antonyms=path))
    assert done["synonyms"]["pairs"] == done["antonyms"]["pairs"] == 1
    assert report(retrofit(vectors, path))["edges"] == 1


def test_other_words_are_carried_along_by_the_map_of_those_that_moved():
    random = np.random.default_rng(1)
    before = slow_unit(random.standard_normal((400, 6)))
    words = [f"m{i}" for i in range(200)] + [f"s{i}" for i in range(200)]
    # Each of the first half has a neighbour a quarter turn away.
    turn = np.linalg.qr(random.standard_normal((6, 6)))[0]
    matrix = np.concatenate([before, before[:200] @ turn])
    words += [f"n{i}" for i in range(200)]
    vectors = WordVectors(words, matrix)
    related = {f"m{i}": [f"n{i}"] for i in range(200)}
    mended = retrofit(vectors, related, carry=True)
    moved = slow_unit(before[200:] @ (np.eye(6) + turn))
    found = slow_unit(mended.vectors[200:400])
    assert np.sum(found * moved, axis=1).mean() > 0.99
    assert report(mended)["carry"]["helps"]
    assert np.array_equal(mended.vectors[:200], retrofit(vectors, related).vectors[:200])
    np.testing.assert_allclose(mended.transform(before[200:]), mended.vectors[200:400], atol=1e-5)


@pytest.mark.parametrize("carry", [False, True])
def test_unseen_words_go_the_way_of_those_that_the_lexicon_does_not_hold(vectors, related, carry):
    grams = np.random.default_rng(3).standard_normal((50, DIM), np.float32)
    subwords = Subwords(grams, min_n=3, max_n=4, buckets=50)
    with_grams = WordVectors(WORDS, vectors.vectors, subwords=subwords)
    mended = retrofit(with_grams, related, carry=carry)
    raw = with_grams.lookup("unseen", unseen="subword")
    found = mended.lookup("unseen", unseen="subword")
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)
    if not carry:
        np.testing.assert_allclose(found, raw / np.linalg.norm(raw), atol=1e-6)


@pytest.mark.parametrize("length", [1e-30, 1e-3, 1e30])
@pytest.mark.parametrize("options", [{}, {"antonyms": {"waa": ["wab"]}}])
def test_the_lengths_of_the_vectors_do_not_matter(vectors, length, options):
    matrix = (slow_unit(vectors.vectors) * length).astype(np.float32)
    matrix[50] = 0
    unit = slow_unit(matrix).astype(np.float32)
    mended, expected = (
        retrofit(WordVectors(WORDS, each), {"waa": ["wac"]}, **options) for each in (matrix, unit)
    )
    np.testing.assert_allclose(mended.vectors, expected.vectors, atol=1e-6)
    lengths = np.linalg.norm(mended.vectors, axis=1)
    np.testing.assert_allclose(np.delete(lengths, [0, 50]), 1, atol=1e-6)
    assert not mended.vectors[50].any()


@pytest.mark.parametrize("weight", [5e-324, 1e308])
def test_weights_count_by_their_shares_however_large(vectors, tmp_path, weight):
    path = tmp_path / "pairs.tsv"
    path.write_text(f"waa\twab\t{weight}\nwaa\twac\t{weight}\nwad\twab\t1\n")
    mended = retrofit(vectors, path)
    expected = retrofit(vectors, {"waa": ["wab", "wac"], "wad": ["wab"]})
    assert np.array_equal(mended.vectors, expected.vectors)


@pytest.fixture
def asked(monkeypatch):
    """Put a small WordNet in place; return what of it is asked for."""

    def read(words, *, relations, progress):
        asked.append((list(words), relations))
        progress(0, 2)
        progress(1, 2)
        return tuple(
            Lexicon.from_mapping(pairs, source="WordNet 3.1 (nltk)")
            for pairs in ({"waa": ["wab"], "wac": ["wae"]}, {"wac": ["wad"]})
        )

    asked = []
    monkeypatch.setattr(wordgraph, "read_wordnet", read)
    return asked


@pytest.mark.parametrize(("name", "relations"), [("wordnet", "synonyms"), ("wordnet-all", "all")])
def test_wordnet_is_read_for_the_words_of_the_vocabulary(vectors, asked, name, relations):
    step = retrofit(vectors, name).provenance["steps"][-1]
    assert asked == [(WORDS, relations)]
    assert step["lexicon"] == name
    assert step["report"]["source"] == "WordNet 3.1 (nltk)"


def test_wordnet_is_read_once_for_synonyms_and_antonyms(vectors, asked):
    seen = []
    mended = retrofit(
        vectors, "wordnet-all", antonyms="wordnet", progress=lambda *done: seen.append(done)
    )
    assert asked == [(WORDS, "all")]
    step = mended.provenance["steps"][-1]
    assert (step["lexicon"], step["antonyms"]) == ("wordnet-all", "wordnet")
    done = step["report"]
    assert (done["edges"], done["antonyms"]["edges"]) == (2, 1)
    assert done["antonyms"]["source"] == "WordNet 3.1 (nltk)"
    assert done["words_moved"] == 5
    assert seen[:3] == [(0, 4 * N), (N // 2, 4 * N), (N, 4 * N)]


def test_antonyms_may_come_from_wordnet_alone(vectors, related, asked):
    step = retrofit(vectors, related, antonyms="wordnet").provenance["steps"][-1]
    assert asked == [(WORDS, "synonyms")]
    assert (step["lexicon"], step["antonyms"]) == ("words given", "wordnet")


def test_pairs_that_are_antonyms_too_are_counted_unless_no_other_is_left(vectors, tmp_path):
    antonyms = {"waa": ["wab"]}
    mended = retrofit(vectors, {"waa": ["wab", "wac"]}, antonyms=antonyms)
    assert report(mended)["synonyms_that_are_antonyms"] == 1
    assert report(mended)["synonyms"]["pairs"] == 1
    path = tmp_path / "pairs.tsv"
    path.write_text("waa\twab\nwac\twad\n")
    with pytest.raises(DataError, match="each of the 2 pairs of synonyms is one of antonyms, to"):
        retrofit(vectors, path, antonyms=path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"iterations": 0}, "iterations is 0; expected at least 1"),
        ({"alpha": 0.0}, "alpha is 0.0; expected a number above 0"),
        ({"alpha": float("nan")}, "alpha is nan"),
        ({"exact": True, "iterations": 3}, "exact and iterations exclude each other"),
        ({"antonyms": {"waa": ["wab"]}, "exact": True}, "is for retrofitting; with antonyms"),
        ({"antonyms": {"waa": ["wab"]}, "alpha": 2.0}, "is for retrofitting; with antonyms"),
        ({"gamma": 0.4}, "gamma is for counter-fitting; give antonyms"),
        ({"antonyms": {"waa": ["wab"]}, "gamma": -1.0}, "gamma is -1.0; expected a distance"),
        ({"merge_heads": True, "format": "tsv"}, "format, merge_heads: for a lexicon in a file"),
        ({"antonyms": 5}, "a lexicon is 5; expected a file, wordnet or wordnet-all, or a map"),
    ],
)
def test_a_request_that_cannot_be_met_is_an_error(vectors, related, options, message):
    with pytest.raises(ConfigError, match=message):
        retrofit(vectors, related, **options)


def test_a_file_that_shares_no_pair_with_the_vocabulary_says_so(vectors, tmp_path):
    path = tmp_path / "other.txt"
    path.write_text("gut fein\nwaa schlecht\n")
    with pytest.raises(
        DataError, match=r"other\.txt: no line relates two words .* has 1 of the 4 words"
    ):
        retrofit(vectors, path, out=tmp_path / "out.h5")
    with pytest.raises(DataError, match="words given: no line relates two words"):
        retrofit(vectors, {"waa": ["wab"]}, antonyms={"waa": ["x"]})
    path.write_text("")
    with pytest.raises(FormatError, match="no line of 0"):
        retrofit(vectors, path, out=tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_vector_with_nan_is_an_error_that_names_the_word(vectors, related, wrong):
    matrix = vectors.vectors.copy()
    matrix[3, 2] = wrong
    with pytest.raises(ConfigError, match=r"the vector of 'wad' .* holds NaN or infinity"):
        retrofit(WordVectors(WORDS, matrix), related)


@pytest.mark.parametrize(
    "options", [{}, {"exact": True}, {"antonyms": {"waa": ["wab"]}}, {"carry": True}]
)
def test_progress_grows_up_to_its_end(vectors, related, options):
    seen = []
    retrofit(vectors, related, progress=lambda *done: seen.append(done), **options)
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert len({total for _, total in seen}) == 1
