import json

import numpy as np
import pytest
from command import error_line, wordvec
from stores import small_vectors


@pytest.fixture
def folder(tmp_path):
    small_vectors().save(tmp_path / "vectors.h5")
    return tmp_path


def test_two_words_are_compared(folder):
    expected = small_vectors().similarity("king", "queen")
    assert wordvec("similarity", "King", "queen", cwd=folder).stdout.decode() == f"{expected:.4f}\n"
    shown = json.loads(wordvec("similarity", "king", "queen", "--json", cwd=folder).stdout)
    assert shown["similarity"] == pytest.approx(expected)


def test_vectors_are_printed_a_word_a_line(folder):
    lines = wordvec("vector", "king", "král", cwd=folder).stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == ["king", "král"]
    numbers = [float(number) for number in lines[1].split()[1:]]
    assert np.allclose(numbers, small_vectors()["král"], rtol=1e-5)
    shown = json.loads(wordvec("vector", "king", "--json", cwd=folder).stdout)
    assert np.allclose(shown[0]["vector"], small_vectors()["king"])


def test_an_unseen_word_is_an_error_or_what_was_asked_for(folder):
    assert "'quen' is not in the vocabulary; did you mean queen" in error_line(
        wordvec("vector", "quen", cwd=folder), 1
    )
    line = wordvec("vector", "quen", "--unseen", "zero", cwd=folder).stdout.decode()
    assert line == "quen 0 0 0 0 0\n"
    assert "no vectors of character n-grams" in error_line(
        wordvec("similarity", "quen", "king", "--unseen", "subword", cwd=folder), 2
    )
