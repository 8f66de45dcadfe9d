import numpy as np
import pytest

from wordvec.errors import DataError
from wordvec.postprocess import wordgraph
from wordvec.postprocess.lexicon import Lexicon
from wordvec.postprocess.wordgraph import find_graph, find_in_any_case, find_lexicons
from wordvec.vectors import WordVectors


def vectors(*words):
    return WordVectors(words, np.eye(len(words)))


def lexicon(related):
    return Lexicon.from_mapping(related, source="mine")


def edges(*args):
    graph = find_graph(*args)
    return list(
        zip(graph.tails.tolist(), graph.neighbours.tolist(), graph.weights.tolist(), strict=True)
    )


@pytest.mark.parametrize(
    ("vocabulary", "word", "row"),
    [
        (["PARIS", "Paris", "paris"], "paris", 2),
        (["PARIS", "Paris", "paris"], "Paris", 1),
        (["PARIS", "paris"], "Paris", 1),
        (["x", "PARIS", "Paris"], "paris", 1),
        (["ÉTÉ", "x"], "été", 0),
        (["don't"], "DON\u2019T", 0),
        (["Paris"], "pari", -1),
    ],
)
def test_a_word_is_found_as_written_then_in_lower_case_then_in_any(vocabulary, word, row):
    assert find_in_any_case(vectors(*vocabulary), [word]).tolist() == [row]


def test_words_in_other_case_are_found_in_every_part_of_the_vocabulary(monkeypatch):
    monkeypatch.setattr(wordgraph, "_WORDS_AT_ONCE", 2)
    several = vectors("a", "b", "c", "É", "Dd", "DD", "e")
    assert find_in_any_case(several, ["é", "dd", "E", "dD"]).tolist() == [3, 4, 6, 4]


def test_edges_whose_words_are_there_are_found_in_the_order_of_rows():
    found = vectors("a", "b", "c", "d")
    assert edges(found, lexicon({"c": {"b": 2.0, "a": 3.0, "x": 1.0}, "a": ["c"], "y": ["a"]})) == [
        (0, 2, 1.0),
        (2, 0, 3.0),
        (2, 1, 2.0),
    ]


def test_heads_that_are_one_word_of_the_vocabulary_share_their_neighbours():
    found = vectors("paris", "city", "capital")
    related = lexicon({"paris": ["city"], "Paris": ["capital", "City"]})
    assert edges(found, related) == [(0, 1, 1.0), (0, 2, 1.0)]


def test_heads_without_neighbours_there_are_counted_but_have_no_edges():
    graph = find_graph(vectors("a", "b"), lexicon({"a": ["b"], "b": ["x"], "y": ["a"]}))
    assert (graph.tails.tolist(), graph.heads_found) == ([0], 2)


def test_a_lexicon_that_relates_no_two_words_is_an_error_with_the_numbers():
    related = lexicon({"a": ["x"], "y": ["b", "a"], "z": ["x"]})
    message = (
        "mine: no line relates two words of the vocabulary, which has 2 of the 5 words there; "
    )
    with pytest.raises(DataError, match=message):
        find_graph(vectors("a", "b"), related)


@pytest.mark.parametrize(
    ("heads", "found", "words", "told"),
    [
        (1000, 20, 2000, "mine: the vocabulary has 20 of 1,000 heads; is the lexicon in the lang"),
        (1000, 50, 2000, None),
        (1000, 20, 400, None),  # a small vocabulary
        (1000, 19, 400, "mine: the vocabulary has 19 of 1,000 heads; "),
    ],
)
def test_a_lexicon_of_which_almost_nothing_is_found_is_warned_of(heads, found, words, told, caplog):
    known = [f"w{i}" for i in range(words)]
    listed = known[:found] + [f"x{i}" for i in range(heads - found)]
    some = WordVectors(known, np.ones((words, 1)))
    related = lexicon({head: ["w399"] for head in listed})
    find_lexicons(some, related, None, {}, symmetric=False, progress=lambda *_: None)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == (told is not None)
    assert all(message.startswith(told) for message in messages)
