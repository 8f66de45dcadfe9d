import os
import subprocess
import sys

import numpy as np
import pytest

from wordvec.errors import FormatError
from wordvec.ngrams import SpellingIndex
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.unseen import closest_spellings, random_direction, spelled_vector
from wordvec.vocabulary import WordTable

MEANT = {
    "missispi": "mississippi",
    "discrimnatory": "discriminatory",
    "hiiiiiiiiii": "hi",
    "uberx": "uber",
    "uberification": "uber",
    "pre-reuberification-ing": "uber",
    "Rejumped": "jump",
    "jummmmping": "jumping",
    "happiness": "happy",
    "unhopeful": "hope",
    "restoppable": "stop",
    "LONDONER": "London",
    "mispell": "misspell",
    "untill": "until",
    "tounge": "tongue",
    "teh": "the",
    "definately": "definitely",
    "preformance": "performance",
    "coooool": "cool",
    "Überish": "über",
    "královna": "královny",
}
# Most frequent first: among them words that come close to what was meant.
WORDS = """
the this cool until hope happy uber jump stop performance London definitely tongue lounge hi
verification till formance form spell his him jumping jumper define tough young hop col mist
discrimination misspell mississippi missis discriminatory missile über královny král tech
""".split()  # noqa: SIM905  # as text they can be read


@pytest.fixture(scope="module")
def index():
    return SpellingIndex.build(WordTable.from_words([*WORDS, *filler()]))


@pytest.fixture(scope="module")
def matrix():
    rng = np.random.default_rng(1)
    lengths = rng.uniform(0.5, 5, (len(WORDS) + len(filler()), 1))
    return (rng.standard_normal((len(lengths), 50)) * lengths).astype(np.float32)


def filler():
    parts = [a + b for a in "bcdfglnrsz" for b in "aeiou"]
    return [a + b for a in parts for b in parts]


@pytest.mark.parametrize(("typed", "meant"), MEANT.items())
def test_a_word_is_nearest_to_the_one_that_was_meant(typed, meant, index, matrix):
    scores = matrix @ spelled_vector(typed, index, matrix) / np.linalg.norm(matrix, axis=1)
    row = WORDS.index(meant)
    assert np.mean(scores < scores[row]) > 0.99
    assert scores[row] > 0.6


def test_an_affix_is_as_likely_as_a_wrong_letter(index):
    assert [WORDS[row] for row in closest_spellings("rejumps", index)] == ["jump"]
    assert [WORDS[row] for row in closest_spellings("untill", index)] == ["until", "till"]


def test_no_more_than_asked_for_are_returned(index):
    assert len(closest_spellings("jumpe", index, 2)) == 2
    assert len(closest_spellings("jumpe", index, 1)) == 1


def test_a_frequent_word_is_likelier_than_a_rare_one():
    table = WordTable.from_words(["receive", *filler(), "relieve"])
    index = SpellingIndex.build(table)
    assert closest_spellings("recieve", index)[0] == 0
    matrix = np.zeros((len(table), 2), np.float32)
    matrix[0], matrix[-1] = [1, 0], [0, 1]
    vector = spelled_vector("reieve", index, matrix)
    assert vector[0] > vector[1]


def test_the_vector_is_seven_parts_similar_and_three_parts_random():
    index = SpellingIndex.build(WordTable.from_words(["mississippi", "orange"]))
    mixed = 0.7 * np.eye(50)[0] + 0.3 * random_direction("missispi", 50)
    vector = spelled_vector("missispi", index, np.eye(2, 50, dtype=np.float32) * 3)
    assert vector.dtype == np.float32
    np.testing.assert_allclose(vector, mixed / np.linalg.norm(mixed), atol=1e-6)


def test_a_word_like_no_other_has_a_random_direction(index, matrix):
    assert closest_spellings("qwxzzqyxwv", index) == []
    np.testing.assert_array_equal(
        spelled_vector("qwxzzqyxwv", index, matrix), random_direction("qwxzzqyxwv", 50)
    )


@pytest.mark.parametrize("length", [0, np.nan, np.inf])
def test_a_similar_word_without_a_direction_counts_for_nothing(length, index, matrix):
    lame = matrix.copy()
    lame[WORDS.index("mississippi")] = length
    vector = spelled_vector("missisipi", index, lame)
    assert np.all(np.isfinite(vector))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("typed", [*MEANT, "", "ж", "日本語", "\ud800", "x" * 1_000_000, "ab" * 99])
def test_every_vector_has_length_1(typed, index, matrix):
    assert np.linalg.norm(spelled_vector(typed, index, matrix)) == pytest.approx(1, abs=1e-6)


def test_words_that_share_letters_share_a_direction():
    uberx, uberxl, other = (random_direction(w, 300) for w in ("uberx", "uberxl", "missispi"))
    assert uberx @ uberxl > 0.7
    assert abs(uberx @ other) < 0.3


def test_case_and_repetitions_make_no_difference(index, matrix):
    np.testing.assert_array_equal(
        spelled_vector("HIIII", index, matrix), spelled_vector("hiiiiiiiiii", index, matrix)
    )


def test_quantized_rows_are_decoded(index, matrix):
    codes, scales = encode(matrix, "int8")
    quantized = QuantizedMatrix(codes, "int8", 50, scales)
    exact = spelled_vector("missispi", index, matrix)
    assert spelled_vector("missispi", index, quantized) @ exact > 0.99


def test_the_random_direction_is_the_same_everywhere():
    expected = [0.290724, 0.07215, 0.057349, -0.952358]
    assert random_direction("uberx", 4).tolist() == pytest.approx(expected, abs=1e-5)


def test_the_hash_seed_of_python_makes_no_difference():
    code = (
        "from wordvec.unseen import random_direction; print(random_direction('uberx', 9).tobytes())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_numpys_own_generator_is_left_alone(index, matrix):
    before = np.random.get_state()  # noqa: NPY002  # the generator that must not change
    spelled_vector("missispi", index, matrix)
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_damage_is_named(index, matrix):
    broken = SpellingIndex(index.table, index.offsets[:, ::-1], index.postings)
    with pytest.raises(FormatError, match="/ngram_index/offsets: bucket"):
        spelled_vector("missispi", broken, matrix)
