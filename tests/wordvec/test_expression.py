import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec.errors import ExpressionError
from wordvec.expression import Term, parse_expression


def parsed(text):
    return {term.word: term.weight for term in parse_expression(text)}


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("king", {"king": 1}),
        ("king - man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("- man + king", {"man": -1, "king": 1}),
        ("+ king", {"king": 1}),
        ("  king\t-\nman ", {"king": 1, "man": -1}),
        ("2*king", {"king": 2}),
        ("2 * king", {"king": 2}),
        ("2* king", {"king": 2}),
        ("2 *king", {"king": 2}),
        ("-2*king", {"king": -2}),
        ("king - -2*queen", {"king": 1, "queen": 2}),
        ("1e-1*king + .5*queen + 3.*man", {"king": 0.1, "queen": 0.5, "man": 3}),
        ("2*3*king", {"king": 6}),
        ("0.5*(king + queen)", {"king": 0.5, "queen": 0.5}),
        ("king - 2*(man - 3*(woman - girl))", {"king": 1, "man": -2, "woman": 6, "girl": -6}),
        ("-(man)", {"man": -1}),
        ("(- man + king) - (boy)", {"man": -1, "king": 1, "boy": -1}),
        ("((king))", {"king": 1}),
        ("king + king", {"king": 2}),
        ("king − 2×man", {"king": 1, "man": -2}),
    ],
)
def test_an_expression_is_read_as_signed_words(text, weights):
    assert parsed(text) == weights


@pytest.mark.parametrize(
    "word", ["well-known", "c++", "+1", "-ing", "2", "1984", "nan", "king*", "a*b", "--", "2king"]
)
def test_a_word_may_hold_anything_but_space_and_parentheses(word):
    assert parsed(f"{word} + other") == {word: 1, "other": 1}


def test_a_sign_before_a_word_counts_only_where_a_sign_is_due():
    assert parsed("king -man +woman") == {"king": 1, "man": -1, "woman": 1}
    assert parsed("-man + king") == {"-man": 1, "king": 1}
    assert parsed("king - -man") == {"king": 1, "-man": -1}


@pytest.mark.parametrize(
    "pieces",
    [["king", "-", "man"], ["king - man"], ["king -", "man"], ["king", "-man"]],
)
def test_pieces_are_read_as_one_text(pieces):
    assert parsed(pieces) == {"king": 1, "man": -1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the query is empty"),
        (" \n", "the query is empty"),
        ([], "the query is empty"),
        ("king +", "expected a word after '\\+', but the query ends there"),
        ("-", "expected a word after '-', but the query ends there"),
        ("2*", "expected a word after '2\\*', but the query ends there"),
        ("(", "expected a word after '\\(', but the query ends there"),
        ("king - - man", "character 8: found '-' after '-'; expected a word"),
        ("+ - man", "character 3: found '-' after '\\+'; expected a word"),
        ("king ++ man", "character 7: found '\\+' after '\\+'; expected a word"),
        ("()", "character 2: found '\\)' after '\\('; expected a word"),
        ("king + )", "character 8: found '\\)' after '\\+'; expected a word"),
        ("*king", "character 1: found '\\*king'; expected a number before it"),
        ("king * 2", "character 6: found '\\*' after 'king'; a weight goes before its word"),
        ("(king", "the parenthesis at character 1 is never closed"),
        ("king)", "character 5: found '\\)' after 'king'; no parenthesis is open"),
        ("king queen", "character 6: found 'queen' after 'king'; put \\+ or - between the two"),
        ("king (queen)", "character 6: found '\\(' after 'king'; put \\+ or - between the two"),
        ("(king) queen", "character 8: found 'queen' after '\\)'; put \\+ or -"),
        ("0*king", "found '0\\*'; expected a weight that is finite and not zero"),
        ("inf*king", "found 'inf\\*'; expected a weight"),
        ("NaN * king", "found 'NaN \\*'; expected a weight"),
        ("1e999*king", "found '1e999\\*'; expected a weight"),
        ("1e200*1e200*king", "the weight of 'king' is too large"),
        ("king - king", "'king' cancels out: its weights sum to 0"),
        ("a " + "b" * 1000, "found 'b{37}\\.\\.\\.' after 'a'"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text, message):
    with pytest.raises(ExpressionError, match=message) as error:
        parse_expression(text)
    assert "\n" not in str(error.value)


def test_parentheses_may_be_deep():
    depth = 10_000
    assert parsed("-(" * depth + "king" + ")" * depth) == {"king": 1}


WORD = st.text(st.characters(categories=["L", "N"]), min_size=1)
WEIGHT = st.floats(-1e6, 1e6).filter(lambda weight: abs(weight) > 1e-6)


@given(st.dictionaries(WORD, WEIGHT, min_size=1))
def test_terms_written_out_are_read_back(weights):
    text = " ".join(
        f"{'+-'[weight < 0]} {abs(weight)!r}*{word}" for word, weight in weights.items()
    )
    assert parse_expression(text) == [Term(word, weight) for word, weight in weights.items()]


PIECES = st.sampled_from(["king ", "2", "*", "(", ")", " - ", "+", " ", "nan", "−"])


@given(st.lists(PIECES).map("".join))
def test_any_text_is_read_or_refused(text):
    try:
        terms = parse_expression(text)
    except ExpressionError:
        return
    assert terms
    assert all(term.weight for term in terms)
