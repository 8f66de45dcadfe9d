import numpy as np
import pytest

from wordvec.errors import ConfigError, FormatError
from wordvec.evals import restrict
from wordvec.evals.restrict import RestrictedVocabulary
from wordvec.vocabulary import WordTable

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


def test_words_in_any_script_are_found_as_by_their_upper_case_one_by_one():
    words = ["straße", "STRASSE", "ǆ", "Ǆ", "line\nbreak", "Király", "ﬁn", "FIN", "ΟΔΟΣ", "οδος"]
    for table in (words, words[:4] + words[5:]):
        vocabulary = RestrictedVocabulary(WordTable.from_words(table))
        first = [[w.upper() for w in table].index(word.upper()) for word in table]
        assert vocabulary.first_rows.tolist() == first
        assert [vocabulary.row(word.swapcase()) for word in table] == first


@pytest.mark.parametrize("cuts", [(2, 4), (4, 2)])
def test_one_table_serves_several_cuts(cuts):
    words = WordTable.from_words(WORDS)
    for cut in cuts:
        vocabulary = RestrictedVocabulary(words, cut=cut)
        assert [vocabulary.row(w) for w in WORDS] == [0, 1, 0, 1, -1]
        assert vocabulary.first_rows.tolist() == [0, 1, 0, 1][:cut]
    assert RestrictedVocabulary(words, cut=2).row("RARE") == -1


def test_what_is_kept_of_a_table_goes_with_it():
    words = WordTable.from_words(WORDS)
    RestrictedVocabulary(words, cut=3)
    RestrictedVocabulary(words)
    key = id(words)
    assert key in restrict._made
    del words
    assert key not in restrict._made


def test_a_word_that_is_no_text_is_named():
    utf8 = np.frombuffer(b"ab\xff", np.uint8)
    words = WordTable(utf8, np.array([0, 2, 3]), np.array([-1, 0, 1, -1], np.int32), source="s.h5")
    with pytest.raises(FormatError, match=r"s\.h5: /words: row 1 is not UTF-8"):
        RestrictedVocabulary(words)


def test_no_words_at_all_will_do():
    assert RestrictedVocabulary([]).row("a") == -1
