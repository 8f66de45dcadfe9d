import re

import matplotlib as mpl
import numpy as np
import pytest
from judgements import HOSTILE

from wordvec.evals.report.pictures import Curve, Dot, draw_curve, draw_dots


def dots_of(svg):
    """Return the places of the dots, from left to right and top to bottom."""
    found = re.findall(
        r'<use xlink:href="#\S+" x="(\S+)" y="(\S+)" style="fill: var\(--accent\)', svg
    )
    return np.array(found, float)


def test_dots_stand_where_their_values_are():
    values = [0.1, 0.5, -0.2, 0.9]
    svg = draw_dots([("", [Dot(f"d{v}", v) for v in values])], name="a", told="t")
    x, y = dots_of(svg).T
    assert np.corrcoef(x, values)[0, 1] == pytest.approx(1)
    assert list(y) == sorted(y)


def test_an_interval_is_drawn_from_end_to_end():
    whole = [Dot("a", 0.5, 0.0, 1.0)]
    svg = draw_dots([("", [*whole, Dot("left", 0.0), Dot("right", 1.0)])], name="a", told="t")
    (x, *_) = re.findall(r"M (\S+) \S+ \nL (\S+) \S+ \n\"[^>]*stroke: var\(--accent\)", svg)
    (_, left, right) = dots_of(svg)[:, 0]
    assert [float(end) for end in x] == pytest.approx([left, right])


def test_labels_are_text_of_the_page_in_any_alphabet():
    svg = draw_dots([("日本語", [Dot(HOSTILE, 0.5), Dot("král $x$", 0.1)])], name="a", told=HOSTILE)
    assert "日本語" in svg
    assert "král $x$" in svg
    assert "<script" not in svg
    assert "<img" not in svg
    assert "font-family" not in svg


def test_a_label_that_looks_like_our_colours_and_names_is_left_alone():
    svg = draw_dots([('#1a66b0 id="x"', [Dot("url(#a)", 0.5)])], name="a", told="t")
    assert '>#1a66b0 id="x"<' in svg
    assert ">url(#a)<" in svg


def test_the_users_own_style_changes_nothing():
    def draw():
        return draw_curve(Curve([1, 10, 100], [1, 2, 1], "x", "y", True), name="a", told="t")

    plain = draw()
    with mpl.rc_context({"font.size": 40, "svg.fonttype": "path", "lines.linewidth": 9}):
        assert draw() == plain


def test_one_value_alone_can_be_drawn():
    assert len(dots_of(draw_dots([("", [Dot("a", 0.0)])], name="a", told="t"))) == 1


def test_points_that_a_logarithm_does_not_take_are_left_out():
    curve = Curve([0, 1, 10, 100], [9, 1, 2, 1], "x", "y", x_log=True)
    assert draw_curve(curve, name="a", told="t") == draw_curve(
        Curve([1, 10, 100], [1, 2, 1], "x", "y", x_log=True), name="a", told="t"
    )
