import re

import pytest
from judgements import HOSTILE, figure, hostile_judgement, result, some_judgement, some_vectors

from wordvec.evals import Judgement
from wordvec.evals.report import model_card


@pytest.fixture(scope="module")
def card():
    return model_card(some_vectors(), some_judgement())


def rows_of(card):
    """Return the cells of every line of a table."""
    lines = [line for line in card.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_a_card_has_every_figure_with_its_interval(card):
    rows = rows_of(card)
    assert [
        "similarity",
        "wordsim353.tsv",
        "–",
        "Spearman",
        "0.5059",
        "–",
        "0.426 to 0.579",
        "–",
        "343 of 353 pairs, 97%",
    ] in rows
    figures = [figure for found in some_judgement().results for figure in found.figures]
    assert sum(len(row) == 9 for row in rows) == len(figures) + 2


def test_a_card_says_how_the_vectors_were_made(card):
    assert "- **corpus**: novels.txt, 22,994,192 running words" in card
    assert ["training", "min\\_count", "5"] in rows_of(card)
    assert ["step: whiten", "report: mean", "0.25"] in rows_of(card)


def test_limits_follow_from_what_is_known(card):
    assert (
        "- They know 3 words; words that the corpus holds less than 5 times were left out." in card
    )
    assert "- Words are in lower case, as the tokenizer made them." in card
    assert "- Of the words of the data sets, 2 are not known." in card
    assert "- Bias: 1 of 1 association tests have a p-value below 0.05." in card


def test_a_check_is_no_association_test():
    effect = figure("WEAT effect size", 1.2, pvalue=0.001, better="neither")
    check = result("bias", "attitudes", figures=(effect,), details={"check": True})
    both = model_card(some_vectors(), Judgement((check, result("bias", figures=(effect,))), ()))
    assert "Bias: 1 of 1 association tests" in both
    assert ["bias", "attitudes (check)"] in [row[:2] for row in rows_of(both)]
    assert "Bias was not measured" in model_card(some_vectors(), Judgement((check,), ()))


def test_what_is_true_of_several_data_sets_is_told_once():
    names = ("/a/q.toml", "/b/q.toml")
    found = [result("bias", name, notes=("of all", f"of {name[1]}")) for name in names]
    lines = model_card(some_vectors(), Judgement(tuple(found), ())).splitlines()
    told = [line for line in lines if "of all" in line or ": of " in line]
    assert told == ["- Bias: of all", "- a/q.toml: of a", "- b/q.toml: of b"]


def test_a_level_of_chance_has_a_column():
    chance = figure("purity", 0.2297, part="by chance", better="neither", interval=None)
    found = result("clusters", "words", figures=(figure("purity", 0.9535),), breakdown=(chance,))
    header, _, row = rows_of(model_card(some_vectors(), Judgement((found,), ())))[-3:]
    assert dict(zip(header, row, strict=True))["chance"] == "0.2297"


def test_nothing_is_said_that_is_not_known():
    vectors = some_vectors()
    vectors.provenance, vectors.counts = {}, None
    card = model_card(vectors, Judgement((result(),), ()))
    assert "The vectors do not say." in card
    assert "lower case" not in card
    assert "left out" not in card.split("## Use and limits")[1]
    assert "- Bias was not measured." in card
    assert "- How often the words occur is not known" in card
    assert "the store does not say; fill in" in card


def test_policies_notes_and_what_was_skipped_are_told(card):
    assert "- Word similarity: case ignored; the 56,983 most frequent words took part" in card
    assert "- wordsim353.tsv: one line was double" in card
    assert "Not judged: ranking pairs.txt: no word was found" in card


def test_words_of_files_are_shown_as_they_are():
    card = model_card(some_vectors(**{HOSTILE: HOSTILE}), hostile_judgement())
    assert not re.search(r"(?<!\\)<", card)
    assert len({len(row) for row in rows_of(card) if len(row) > 3}) == 1
