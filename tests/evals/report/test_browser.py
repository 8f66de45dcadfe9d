"""The page in a real browser: Debian's chromium and chromium-driver, without a network."""

import base64
import json
import shutil

import pytest
from judgements import HOSTILE, figure, hostile_judgement, result, some_judgement, some_vectors

from wordvec.evals import Judgement
from wordvec.evals.report import write_report
from wordvec.evals.report.tables import number

NARROW, WIDE = 360, 1200


@pytest.fixture(scope="module")
def browser():
    """Return a headless Chromium; skip where there is none."""
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in programs:
        pytest.skip("chromium and chromedriver are not here (Debian: chromium, chromium-driver)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in (
        "--headless=new",
        "--no-sandbox",  # as root there is none
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(argument)
    # With the path given, selenium looks for no driver of its own on the network.
    service = webdriver.ChromeService(programs[1])
    with webdriver.Chrome(options, service) as driver:
        yield driver


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def page(folder):
    path = folder / "report.html"
    write_report(path, some_vectors(), some_judgement())
    return path


@pytest.fixture
def shown(browser, page):
    """Return the browser with the page before it, on paper-white and as wide as a desk's."""
    show(browser, page)
    return browser


def show(browser, page, *, width=WIDE, scheme="light", media=""):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": [feature]})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == NARROW},
    )
    browser.get(page.as_uri())


def colours(browser, selector):
    """Return the colour of the first such element, and that of what it lies on."""
    return browser.execute_script(
        """const style = one => getComputedStyle(document.querySelector(one));
        return [style(arguments[0]).color, style("body").backgroundColor]""",
        selector,
    )


def luminance(colour):
    """Return the relative luminance of "rgb(r, g, b)" (WCAG 2)."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_it_renders(shown):
    assert shown.title == "vectors in memory: a report"
    titles = [one.text for one in shown.find_elements("tag name", "h2")]
    assert titles[:3] == ["At a glance", "Word similarity", "Analogies"]
    sizes = shown.execute_script(
        "return [...document.querySelectorAll('svg')].map(one => {"
        "const box = one.getBoundingClientRect(); return [box.width, box.height]})"
    )
    assert len(sizes) == 6
    assert all(width > 300 and height > 50 for width, height in sizes)


def test_its_tables_hold_the_numbers_of_the_json(shown):
    cells = shown.execute_script(
        """return Object.fromEntries([...document.querySelectorAll("table[data-table]")].map(
          table => [table.dataset.table, [...table.querySelectorAll("tbody tr")].map(
            row => Object.fromEntries([...row.querySelectorAll("td.number")].map(
              cell => [cell.className, [cell.textContent,
                [...cell.querySelectorAll("data")].map(one => one.value)]])))]))"""
    )
    document = json.loads(json.dumps(some_judgement().to_dict()))
    for name in dict.fromkeys(found["evaluator"] for found in document["results"]):
        own = [found for found in document["results"] if found["evaluator"] == name]
        figures = [figure for found in own for figure in found["figures"]]
        for row, told in zip(cells[f"figures-{name}"], figures, strict=True):
            text, exact = row["number value"]
            assert text == number(told["value"])
            assert [json.loads(one) for one in exact] == [
                value for value in (told["value"],) if value is not None
            ]
            _, ends = row.get("number interval", ("", []))
            assert [json.loads(end) for end in ends] == (told["interval"] or [])


def test_its_console_is_clean(browser, page):
    browser.get_log("browser")
    show(browser, page)
    assert browser.get_log("browser") == []


def test_it_needs_nothing_but_itself(shown):
    loaded = shown.execute_script(
        "return performance.getEntriesByType('resource').map(one => one.name)"
    )
    assert [name for name in loaded if not name.startswith("data:")] == []


def test_a_desk_sees_tables_whole(browser, folder):
    sizes = {"n": 1000, "items": 1000, "unit": "words", "pvalue": 0.00001, "better": "neither"}
    told = [
        figure("length and frequency", -0.1234, part=part, **sizes)
        for part in ("career-family", "instruments-weapons and more of the like")
    ]
    names = ("gender-roles", "attitudes")
    found = [result("bias", name, figures=tuple(told)) for name in names]
    path = folder / "wide.html"
    write_report(path, some_vectors(), Judgement(tuple(found), ()))
    show(browser, path)
    inside, box = browser.execute_script(
        "const box = document.querySelector('.box'); return [box.scrollWidth, box.clientWidth]"
    )
    assert inside == box


def test_a_table_that_goes_on_has_a_shade_at_its_edge(browser, page):
    """A pixel at the right edge of the first table, before and after it was scrolled to its end."""
    show(browser, page, width=NARROW)
    seen = []
    for left in (0, 10_000):
        x, y = browser.execute_script(
            """const box = document.querySelector(".box"); box.scrollLeft = arguments[0];
            const at = box.getBoundingClientRect();
            return [at.right + scrollX, at.top + scrollY]""",
            left,
        )
        clip = {"x": x - 1, "y": y + 1, "width": 1, "height": 1, "scale": 1}
        seen.append(
            browser.execute_cdp_cmd(
                "Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True}
            )["data"]
        )
    white = browser.execute_cdp_cmd(
        "Page.captureScreenshot",
        {"clip": {"x": 1, "y": 1, "width": 1, "height": 1, "scale": 1}},
    )["data"]
    assert seen[0] != white
    assert seen[1] == white


def test_a_phone_scrolls_tables_and_not_the_page(browser, page):
    show(browser, page, width=NARROW)
    wide, seen = browser.execute_script(
        "const root = document.documentElement; return [root.scrollWidth, root.clientWidth]"
    )
    assert wide == seen == NARROW
    box, inside = browser.execute_script(
        "const box = document.querySelector('.box'); return [box.clientWidth, box.scrollWidth]"
    )
    assert box < NARROW < inside
    letters = browser.execute_script(
        """return Math.min(...[...document.querySelectorAll("svg text")].map(
          one => parseFloat(getComputedStyle(one).fontSize)
            * Math.hypot(one.getScreenCTM().a, one.getScreenCTM().b)))"""
    )
    assert letters > 8


@pytest.mark.parametrize(
    "selector", ["body", "h1", ".kicker", ".question", "figcaption", "thead th", "summary", "dt"]
)
def test_letters_can_be_read_in_light_and_in_dark(browser, page, selector):
    found = []
    for scheme in ("light", "dark"):
        show(browser, page, scheme=scheme)
        letters, paper = map(luminance, colours(browser, selector))
        found.append(paper)
        assert (max(letters, paper) + 0.05) / (min(letters, paper) + 0.05) >= 4.5
    assert found[0] == 1
    assert found[1] < 0.05


def test_pictures_change_with_the_scheme(browser, page):
    seen = []
    for scheme in ("light", "dark"):
        show(browser, page, scheme=scheme)
        seen.append(
            browser.execute_script(
                "return getComputedStyle(document.querySelector('svg text')).fill"
            )
        )
    assert seen[0] != seen[1]


def test_paper_is_white_and_shows_what_is_folded(browser, page):
    folded = []
    for media in ("screen", "print"):
        show(browser, page, scheme="dark", media=media)
        folded.append(
            browser.execute_script(
                "return !document.querySelector('details > pre').checkVisibility()"
            )
        )
    assert folded == [True, False]
    assert colours(browser, "body")[1] == "rgb(255, 255, 255)"


def test_it_prints_to_pdf(shown):
    printed = base64.b64decode(shown.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert printed.startswith(b"%PDF")
    assert len(printed) > 20_000


def test_hostile_files_do_nothing(browser, folder):
    path = folder / "hostile.html"
    write_report(path, some_vectors(**{HOSTILE: [HOSTILE] * 3}), hostile_judgement())
    browser.get_log("browser")
    show(browser, path, width=NARROW)
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.querySelectorAll('script, img').length") == 0
    assert "<script>alert(1)</script>" in browser.find_element("tag name", "body").text
    assert browser.execute_script("return document.documentElement.scrollWidth") == NARROW


def test_without_the_style_sheet_of_the_page_it_is_still_in_order(shown):
    levels = [one.tag_name for one in shown.find_elements("css selector", "h1, h2, h3")]
    assert levels[0] == "h1"
    assert set(levels[1:]) == {"h2"}
    headers = shown.find_elements("css selector", "thead th")
    assert all(one.get_attribute("scope") == "col" for one in headers)
    assert shown.find_element("tag name", "html").get_attribute("lang") == "en"


def test_intervals_are_in_words(shown):
    row = shown.find_element("css selector", "td.interval")
    assert row.text == "0.426 to 0.579"
