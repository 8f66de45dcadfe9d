import inspect
import pickle

import pytest

from wordvec import errors
from wordvec.errors import ConfigError, ExpressionError, UnknownWordError, WordvecError


def test_every_error_descends_from_one():
    classes = [
        c for _, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__
    ]
    assert all(issubclass(c, WordvecError) for c in classes)


def test_the_tree_in_the_docstring_names_every_error():
    names = [
        n for n, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__
    ]
    assert [name for name in names if name not in (errors.__doc__ or "")] == []


@pytest.mark.parametrize("error", [ConfigError, ExpressionError])
def test_a_wrong_value_is_also_a_value_error(error):
    assert issubclass(error, ValueError)


def test_an_unknown_word_is_also_a_key_error_with_a_readable_message():
    error = UnknownWordError("qeen")
    assert isinstance(error, KeyError)
    assert str(error) == "'qeen' is not in the vocabulary"


def test_an_unknown_word_carries_suggestions():
    error = UnknownWordError("qeen", lambda: ["queen", "keen"])
    assert error.word == "qeen"
    assert tuple(error.suggestions) == ("queen", "keen")
    assert str(error) == "'qeen' is not in the vocabulary; did you mean queen, keen?"


def test_suggestions_are_looked_for_only_when_asked_for_and_once():
    asked = []
    error = UnknownWordError("qeen", lambda: asked.append(1) or ["queen"])
    assert asked == []
    assert [error.suggestions, error.suggestions] == [("queen",), ("queen",)]
    assert asked == [1]


def test_an_unknown_word_travels_between_processes_with_its_suggestions():
    sent = pickle.dumps(UnknownWordError("qeen", lambda: ["queen"]))
    error = pickle.loads(sent)  # noqa: S301  # made on the line above
    assert str(error) == "'qeen' is not in the vocabulary; did you mean queen?"
