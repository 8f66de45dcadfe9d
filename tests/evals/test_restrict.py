import pytest

from wordvec.errors import ConfigError
from wordvec.evals.restrict import RestrictedVocabulary

WORDS = ["us", "Paris", "US", "paris", "rare"]


def test_the_most_frequent_spelling_answers_for_all():
    vocabulary = RestrictedVocabulary(WORDS)
    assert [vocabulary.row(word) for word in ("US", "Us", "paris", "PARIS")] == [0, 0, 1, 1]
    assert vocabulary.first_rows.tolist() == [0, 1, 0, 1, 4]


def test_with_regard_to_case_each_spelling_answers_for_itself():
    vocabulary = RestrictedVocabulary(WORDS, case_insensitive=False)
    assert [vocabulary.row(word) for word in ("US", "Us", "paris", "PARIS")] == [2, -1, 3, -1]
    assert vocabulary.first_rows.tolist() == [0, 1, 2, 3, 4]


def test_a_word_below_the_cut_is_unknown():
    vocabulary = RestrictedVocabulary(WORDS, cut=4)
    assert (len(vocabulary), vocabulary.row("rare")) == (4, -1)


def test_a_cut_of_nothing_is_refused():
    with pytest.raises(ConfigError, match="restrict_vocab is 0; it must be at least 1"):
        RestrictedVocabulary(WORDS, cut=0)
