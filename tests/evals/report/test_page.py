import builtins
import json
import re

import pytest
from judgements import (
    HOSTILE,
    Page,
    figure,
    hostile_judgement,
    result,
    some_judgement,
    some_vectors,
)

from wordvec.errors import ConfigError, OutputError
from wordvec.evals import Figure, Interval, Judgement, Result
from wordvec.evals.report import check_report, page, write_report
from wordvec.evals.report.page import render
from wordvec.evals.report.sections import make_sections
from wordvec.evals.report.tables import interval, number


@pytest.fixture(scope="module", autouse=True)
def _today():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        yield


@pytest.fixture(scope="module")
def html():
    return render(some_vectors(), some_judgement())


def values(row, kind):
    return [json.loads(value) for value in row.get(kind, {"values": []})["values"]]


def test_the_tables_hold_the_numbers_of_the_json(html):
    tables = Page(html).tables
    document = json.loads(json.dumps(some_judgement().to_dict(), allow_nan=False))
    compared = 0
    for name in dict.fromkeys(found["evaluator"] for found in document["results"]):
        own = [found for found in document["results"] if found["evaluator"] == name]
        told = [(f"figures-{name}", [f for found in own for f in found["figures"]])]
        told += [
            (f"parts-{name}-{found['dataset']}", found["breakdown"])
            for found in own
            if found["breakdown"]
        ]
        for table, figures in told:
            rows = tables[table][1:]
            for row, expected in zip(rows, figures, strict=True):
                value, ends, p = expected["value"], expected["interval"], expected["pvalue"]
                assert values(row, "value") == ([] if value is None else [value])
                assert row["value"]["text"] == number(value)
                assert values(row, "interval") == (ends or [])
                assert values(row, "p") == ([] if p is None else [p])
                found = f"{expected['n']:,} of {expected['items']:,} {expected['unit']}, "
                assert row["found"]["text"].startswith(found)
                compared += 1
    assert compared == 9


def test_numbers_are_written_as_the_command_line_writes_them(html):
    row = Page(html).tables["figures-similarity"][1]
    assert row["value"]["text"] == "0.5059"
    assert row["interval"]["text"] == "0.426 to 0.579"
    assert row["found"]["text"] == "343 of 353 pairs, 97%"


def test_a_figure_that_is_not_defined_is_no_number(html):
    row = Page(html).tables["figures-similarity"][3]
    assert row["value"] == {"values": [], "text": "–"}
    assert not re.search(r"\bnan\b", html.lower())
    assert number(None) == interval(None) == "–"


def test_every_text_of_a_table_is_that_of_the_command_line(html, capsys):
    from wordvec.cli.evaluate.judging import print_figures

    print_figures([("", f) for r in some_judgement().results for f in r.figures])
    lines = capsys.readouterr().out.splitlines()[1:]
    tables = Page(html).tables.items()
    rows = [row for name, table in tables if str(name).startswith("figures") for row in table[1:]]
    for row, line in zip(rows, lines, strict=True):
        for cell in ("value", "interval", "found"):
            assert row.get(cell, {"text": ""})["text"].replace("–", "-") in line


def test_words_of_files_are_text_and_nothing_else():
    attack = {HOSTILE: {HOSTILE: [HOSTILE]}, "steps": [HOSTILE, {"step": HOSTILE, HOSTILE: 1}]}
    html = render(some_vectors(**attack), hostile_judgement())
    plain = render(some_vectors(), some_judgement())
    attacked = Page(html)
    assert set(attacked.tags) <= set(Page(plain).tags)
    assert "script" not in attacked.tags
    assert not [name for name, _ in attacked.attributes if name.startswith("on")]
    assert "alert(1)" in "".join(attacked.text)
    assert "{{ 7*7 }}" in "".join(attacked.text)
    assert not re.search("[\x00-\x08\ud800-\udfff]", html)


def test_the_page_loads_nothing(html):
    page = Page(html)
    assert "http" not in html.replace("http-equiv", "")
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags) - {"link"}
    loaded = [v for k, v in page.attributes if k in ("src", "href", "xlink:href")]
    assert {value[0] for value in loaded if value != "data:,"} == {"#"}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:") in (
        page.attributes
    )
    assert not re.search(r"@import|url\((?!#)", html)


def test_names_within_the_page_are_distinct_and_there(html):
    page = Page(html)
    names = [value for key, value in page.attributes if key == "id"]
    assert len(names) == len(set(names))
    used = {v[1:] for k, v in page.attributes if k in ("href", "xlink:href") and v[0] == "#"}
    used |= set(re.findall(r"url\(#(.*?)\)", html))
    used |= {value for key, value in page.attributes if key == "aria-labelledby"}
    assert used <= set(names)


def test_every_picture_says_what_it_shows(html):
    pictures = re.findall(r"<svg[^>]*>", html)
    assert len(pictures) == 6  # headlines, analogies, effect sizes, their words, two of the space
    assert all('role="img" aria-label="' in opening for opening in pictures)


def test_pictures_take_the_colours_of_the_page(html):
    drawn = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert not re.search(r"#[0-9a-f]{6}\b", "".join(re.findall(r'style="[^"]*"', "".join(drawn))))


def test_the_same_judgement_gives_the_same_page(html):
    assert render(some_vectors(), some_judgement()) == html


def test_the_date_is_that_of_the_source(html):
    assert "2023-11-14" in html


def test_a_bad_source_date_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(OutputError, match="SOURCE_DATE_EPOCH is 'soon'; expected seconds"):
        check_report(tmp_path / "report.html")


def test_a_page_is_replaced_only_if_asked_for(tmp_path):
    path = tmp_path / "report.html"
    write_report(path, some_vectors(), some_judgement())
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists; --force"):
        write_report(path, some_vectors(), Judgement((result(),), ()))
    assert path.read_bytes() == before
    write_report(path, some_vectors(), Judgement((result(),), ()), overwrite=True)
    assert path.read_bytes() != before
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_page_is_never_replaced(tmp_path):
    path = tmp_path / "vectors.h5"
    some_vectors().save(path)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists and is no HTML page, so it is not replaced"):
        write_report(path, some_vectors(), some_judgement(), overwrite=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_a_missing_extra_is_named(missing, monkeypatch, tmp_path):
    find = page.importlib.util.find_spec
    monkeypatch.setattr(
        page.importlib.util, "find_spec", lambda name: None if name == missing else find(name)
    )
    with pytest.raises(ConfigError, match=rf"{missing}.*pip install 'wordvec\[plot\]'"):
        check_report(tmp_path / "report.html")


def test_nothing_heavy_is_loaded_before_a_page_is_made(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **more):
        assert name.split(".")[0] not in ("jinja2", "matplotlib")
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    check_report("report.html")


def test_vectors_that_say_nothing_of_themselves_have_a_page():
    vectors = some_vectors()
    vectors.provenance = {}
    empty = figure(value=None, n=0, interval=None)
    html = render(vectors, Judgement((result(figures=(empty,)),), ()))
    assert "The vectors do not say." in html
    assert "Nothing to say: 0 of 353 pairs found." in html
    assert "<svg" not in html


def words_of(*associations, word="rose"):
    """Return the words of a query as they are in `details`."""
    words = [{"word": word, "set": "flowers", "association": one} for one in associations]
    return {"name": "q", "words": words, "sets": dict.fromkeys(("flowers", "good", "bad"))}


@pytest.mark.parametrize(
    "details",
    [
        {"spectrum": []},
        {"spectrum": ["a", "b", "c"]},
        {"length_by_rank": [{"from_rank": 1}] * 4},
        {"length_by_rank": "abcd"},
        {"length_by_rank": [{"from_rank": 0, "to_rank": 1, "median_length": 1.0}] * 4},
        {"length_by_rank": [{"from_rank": 1, "to_rank": -1, "median_length": 1.0}] * 4},
        {"length_by_rank": [{"from_rank": 1, "to_rank": 2, "median_length": 10**400}] * 4},
        {"spectrum": [10**400] * 3},
        {"spectrum": [1e308, -1e308, 0.0]},
        {"spectrum": [float("nan"), 1.0, 2.0]},
        {"hits": [0.5] * 100_000},
        {"asked": [words_of(1e308, -1e308)]},
        {"asked": [words_of(10**5000)]},
        {"asked": [{**words_of(0.5), "name": 10**5000}]},
        {"asked": [words_of(0.5, word=10**5000)]},
        {"asked": "abc"},
        {
            "asked": [
                "a",
                {"words": "abc", "sets": {}},
                {"words": [1, {}], "sets": {"a": 1, "b": 2}},
            ]
        },
    ],
)
def test_details_of_another_form_are_not_drawn(details):
    found = result("geometry", figures=(figure(better="neither", interval=None),), details=details)
    assert "<svg" not in render(some_vectors(), Judgement((found,), ()))


@pytest.mark.parametrize("far", [1e308, 1e-310])
def test_figures_of_any_size_have_a_page(far):
    ends = Interval(-far, far)
    figures = [figure(value=far / 2, interval=ends, part=p) for p in "ab"]
    neither = [figure(value=far / 2, interval=ends, part=p, better="neither") for p in "ab"]
    near = [figure(value=0.5, interval=ends)]
    found = [result("x", figures=tuple(own)) for own in (figures, near)]
    found += [result("y", figures=tuple(neither))]
    assert "<h1>" in render(some_vectors(), Judgement(tuple(found), ()))


def test_words_are_drawn_under_their_sets_with_the_nearest_first(html):
    (told,) = re.findall(r'aria-label="(rose .*?)"', html)
    assert told == "rose 0.2500; ant -0.5000"
    assert "to the right, words that are nearer to good; to the left, to bad" in html


def test_what_is_true_of_several_data_sets_is_told_once():
    same = [result(dataset=name, notes=("a note", f"of {name}")) for name in ("one", "two")]
    html = render(some_vectors(), Judgement(tuple(same), ()))
    assert html.count("note.") == 1
    assert "<li>A note.</li>" in html
    assert "<li>one: of one.</li>" in html


def test_data_sets_of_one_name_are_told_apart(html):
    effect = figure("WEAT effect size", 1.2, better="neither", part="jobs")
    both = [result("bias", f"/{of}/q.toml", figures=(effect,)) for of in ("a", "b")]
    both += [result(dataset=f"/{of}/pairs.tsv") for of in ("a", "b")]
    page = render(some_vectors(), Judgement(tuple(both), ()))
    assert 'aria-label="jobs: 1.2000; jobs: 1.2000"' in page
    assert all(page.count(f">{of}/q.toml</text>") == 1 for of in ("a", "b"))
    assert re.findall(r'<th scope="row".*?>(.*?)</th>', page)[:2] == ["a/pairs.tsv", "b/pairs.tsv"]


def test_a_check_of_the_measure_is_no_headline():
    check = result("bias", "attitudes", figures=(figure(value=1.5),), details={"check": True})
    both = render(some_vectors(), Judgement((check, result("bias", "roles")), ()))
    assert re.findall(r"<strong>(.*?)</strong>", both) == ["0.5059"]
    assert ">attitudes (check)</th>" in both
    alone = render(some_vectors(), Judgement((check,), ()))
    assert "Spearman on attitudes (check)" in alone


def test_the_first_figure_that_has_a_value_is_the_headline():
    figures = (figure("IsoScore", None, interval=None), figure("average cosine", 0.25))
    found = result("geometry", "", figures=figures, notes=("IsoScore: one dimension has none",))
    page = render(some_vectors(), Judgement((found,), ()))
    assert re.findall(r"<strong>(.*?)</strong> (.*)</p>", page) == [("0.2500", "average cosine")]
    assert "IsoScore is not defined: one dimension has none." in page


def test_why_there_is_nothing_to_say_is_said():
    notes = ("0 of 8 words of men are here", "more")
    empty = result("bias", figures=(figure(value=None, n=4, interval=None),), notes=notes)
    page = render(some_vectors(), Judgement((empty,), ()))
    said = "4 of 353 pairs found, which are too few, or all alike; 0 of 8 words of men are here."
    assert f"Nothing to say: {said}" in page


def test_every_table_has_a_caption_of_its_own(html):
    captions = re.findall(r"<table[^>]*>\s*<caption[^>]*>(.*?)</caption>", html)
    assert len(captions) == html.count("<table")
    assert len(captions) == len(set(captions))


def test_the_level_of_chance_stands_beside_the_headline():
    chance = figure("purity", 0.2297, part="by chance", better="neither", interval=None)
    runs = figure("purity", 0.8958, part="lowest of 10 runs")
    odd = figure("purity", 0.1667, part="odd, by chance", better="neither", interval=None)
    figures = (figure("purity", 0.9535), figure("purity", 0.7, part="odd"), figure("OPP", 0.98))
    found = result("clusters", "words", figures=figures, breakdown=(runs, odd, chance))
    page = render(some_vectors(), Judgement((found,), ()))
    rows = Page(page).tables["figures-clusters"][1:]
    assert [row["chance"]["text"] for row in rows] == ["0.2297", "0.1667", "–"]
    assert "purity on words; by chance 0.2297" in page
    assert "An upright line is the level of chance." in page


def test_the_level_of_chance_of_an_only_figure_may_be_of_any_part():
    told = figure("direct bias", 0.1454, better="lower", part="100 dimensions")
    levels = [
        figure("direct bias", value, better="neither", part=part, interval=None)
        for part, value in (("random direction", 0.08), ("random words", 0.13))
    ]
    found = result("bias", "gender", figures=(told,), breakdown=tuple(levels))
    page = render(some_vectors(), Judgement((found,), ()))
    assert "direct bias (100 dimensions) on gender; random direction 0.0800" in page


def test_large_numbers_have_fewer_digits():
    from wordvec.cli.output import number_text

    assert [number(x) for x in (2336.934, 29.4986, -0.5)] == ["2,336.9", "29.50", "-0.5000"]
    assert interval(Interval(-0.00001, 669.69)) == "0.000 to 669.7"
    assert all(number(x) == number_text(x) for x in (9.99999, 10.0, 99.999, 100.0, -1234.5, 0.0))


def test_a_folder_is_no_page(tmp_path):
    with pytest.raises(OutputError, match="is a folder; give the name of a file, such as report"):
        check_report(tmp_path)


def test_results_of_one_evaluator_stand_together_in_the_order_of_evaluators(html):
    found = [result("rhymes"), result("analogy"), result(dataset="a"), result(dataset="b")]
    titles = re.findall(
        r'<h2 id="section-\d">(.*?)</h2>', render(some_vectors(), Judgement(tuple(found), ()))
    )
    assert titles == ["Word similarity", "Analogies", "rhymes"]


def test_headlines_are_drawn_if_they_are_agreements_or_shares():
    def drawn(**changes):
        found = result(figures=(figure(interval=None, **changes),))
        return "<svg" in render(some_vectors(), Judgement((found,), ()))

    assert drawn(value=0.0)
    assert drawn(value=-1.0)
    assert not drawn(value=12.5)
    assert not drawn(value=None)
    assert not drawn(value=0.5, better="lower")


def test_how_many_tests_of_bias_show_something_is_told_at_a_glance_checks_left_out():
    def query(dataset, *pvalues, check=False):
        figures = tuple(
            Figure(
                measure="WEAT effect size",
                part=f"q{place}",
                value=1.0,
                n=8,
                items=8,
                pvalue=p,
                better="neither",
            )
            for place, p in enumerate(pvalues)
        )
        return Result(
            evaluator="bias",
            dataset=dataset,
            figures=figures,
            policy="p",
            vocabulary=9,
            details={"check": check},
        )

    [section] = make_sections([query("jobs", 0.3, 0.01), query("likes", 0.001, check=True)])
    assert section.tests == "1 of 2 association tests have a p-value below 0.05."
    [nothing] = make_sections([query("jobs", None)])
    assert nothing.tests == ""
