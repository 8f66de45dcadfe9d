import json
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

import wordvec.evals.bench.scale as scale_module
from wordvec.errors import ConfigError, OutputError, WordvecError
from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.scale import (
    ScaleSettings,
    axis_values,
    measure_scale,
    run_point,
)
from wordvec.evals.bench.scalepicture import check_picture, draw_scale, short_number, write_picture
from wordvec.evals.bench.scaletable import Measured, Point, Scale

AXES = ("vocabulary", "dim", "window", "negatives", "tokens", "threads")


def measured(point, *, memory=True):
    return Measured(
        point=point,
        words_per_second=4e8 / point.dim,
        flops=8e10 if point.dim == 100 else None,
        memory=point.model_bytes + 40_000_000 if memory else None,
        bytes_read_per_second=1.5e8,
        vocabulary=point.vocabulary,
        loss=2.0,
    )


def made_up(axes=AXES, *, memory=True):
    base = Point(threads=2)
    runs = {
        axis: tuple(
            measured(replace(base, **{axis: value}), memory=memory)
            for value in axis_values(axis, base, 10**9)
        )
        for axis in axes
    }
    return Scale(architecture="skipgram", base=base, axes=runs, load=0.25)


def test_a_run_reads_a_pipe_and_tells_speed_and_memory(tmp_path):
    picture = tmp_path / "scale.png"
    arguments = ["scale", "--axis", "threads", "--tokens", "1000000", "--json", "--picture"]
    result = CliRunner(env={"WORDVEC_THREADS": "2"}).invoke(
        bench, [*arguments, str(picture)], catch_exceptions=False
    )
    found = json.loads(result.stdout)
    assert (found["architecture"], list(found["axes"])) == ("skipgram", ["threads"])
    runs = found["axes"]["threads"]
    assert [run["point"]["threads"] for run in runs] == [1, 2]
    for run in runs:
        assert run["point"]["tokens"] == 1_000_000
        assert run["vocabulary"] == pytest.approx(100_000, rel=0.01)
        assert run["words_per_second"] > 0
        assert run["bytes_read_per_second"] > 0
        assert sys.platform != "linux" or run["memory"] > 2 * 4 * 100 * 90_000
    assert "2 of 2: vocabulary 100,000, dim 100" in result.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_run_that_fails_is_told_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    with pytest.raises(WordvecError, match=r"^a training run failed: .*nowhere.*set TMPDIR.*$"):
        run_point(Point(vocabulary=1_000, tokens=20_000), "skipgram")


def test_a_run_that_reads_less_than_was_written_is_an_error(monkeypatch):
    feed = scale_module._feed
    monkeypatch.setattr(
        scale_module, "_feed", lambda command, text: feed(command, iter([next(text)[:80_000]]))
    )
    with pytest.raises(WordvecError, match=r"of 20,000 words that were written, .* read 10,000"):
        run_point(Point(vocabulary=1_000, tokens=20_000), "skipgram")


def test_each_point_is_run_once_and_each_kernel_is_compiled_beforehand(monkeypatch):
    ran = []
    monkeypatch.setattr(
        scale_module, "run_point", lambda point, _: ran.append(point) or measured(point)
    )
    said = []
    settings = ScaleSettings(axes=("dim", "tokens"), largest=300_000_000)
    result = measure_scale(settings, said.append)
    assert [run.point.dim for run in result.axes["dim"]] == [50, 100, 200, 300, 500, 1_000]
    tokens = [10_000_000, 20_000_000, 100_000_000, 300_000_000]
    assert [run.point.tokens for run in result.axes["tokens"]] == tokens
    counted = [point for point in ran if point.vocabulary == 100_000]
    assert len(counted) == len(set(counted)) == 6 + 4 - 1
    small = [point for point in ran if point.vocabulary < 100_000]
    assert [point.dim for point in small] == [50, 100, 200, 300, 500, 1_000]
    assert "the largest run, 300,000,000 tokens, needs 1.21 GB in " in said[0]


def test_what_a_short_text_cannot_have_is_left_out_and_told(monkeypatch):
    monkeypatch.setattr(scale_module, "run_point", lambda point, _: measured(point))
    said = []
    settings = ScaleSettings(axes=("vocabulary",), tokens=3_000_000)
    result = measure_scale(settings, said.append)
    found = [run.point.vocabulary for run in result.axes["vocabulary"]]
    assert found == [10_000, 30_000, 100_000, 300_000]
    assert said[:2] == [
        "left out: vocabulary 1,000,000, which needs 10,000,000 tokens, not 3,000,000",
        "left out: vocabulary 2,000,000, which needs 20,000,000 tokens, not 3,000,000",
    ]


def test_a_disk_without_room_is_told_before_the_first_run(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    settings = ScaleSettings(axes=("tokens",), largest=10**18)
    match = rf"1,000,000,000,000,000,000 tokens need .* GB in {tmp_path}.*TMPDIR.*--largest"
    with pytest.raises(OutputError, match=match):
        measure_scale(settings, lambda _: None)


def test_threads_double_up_to_all():
    assert axis_values("threads", Point(threads=1), 10**9) == [1]
    assert axis_values("threads", Point(threads=8), 10**9) == [1, 2, 4, 8]


def test_the_table_has_a_row_for_each_run_and_says_what_it_is_of():
    table = made_up().to_markdown()
    lines = table.splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    assert len(rows) == sum(map(len, made_up().axes.values()))
    cells = [cell.strip() for cell in rows[1].strip("|").split("|")]
    assert cells == ["vocabulary 30,000", "4.00", "80.0", "64", "24", "150"]
    assert "window 5, negatives 5, tokens 20,000,000, threads 2" in table
    assert "Load before the run: 0.2" in table
    json.dumps(made_up().to_dict(), allow_nan=False)


def test_what_nobody_tells_is_a_dash():
    run = measured(Point(dim=50), memory=False)
    assert run.cells() == ("8.00", "-", "-", "40", "150")


def test_the_picture_is_small_and_twice_as_wide_as_it_is_shown(tmp_path):
    from PIL import Image

    path = tmp_path / "scale.png"
    write_picture(made_up(), path)
    assert path.stat().st_size < 100_000
    with Image.open(path) as picture:
        assert picture.width == 1_800


@pytest.mark.parametrize("axes", [AXES, ("dim",), ("dim", "tokens", "threads", "window")])
def test_each_axis_has_a_panel_of_speed_and_one_of_memory(axes):
    panels = [panel for panel in draw_scale(made_up(axes)).axes if panel.get_visible()]
    assert len(panels) == 2 * len(axes)
    titles = [panel.get_title(loc="left").split(",")[0] for panel in panels]
    assert [title for title in titles if title] == [
        "corpus" if axis == "tokens" else axis for axis in axes
    ]


def test_the_picture_does_without_memory_where_nobody_tells_it(tmp_path):
    write_picture(made_up(memory=False), tmp_path / "scale.png")


def test_a_picture_that_cannot_be_is_refused_before_the_runs(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match=r"scale.svg; its name must end in \.png"):
        check_picture(tmp_path / "scale.svg")
    with pytest.raises(OutputError, match=r"there is no folder .*nowhere; make it"):
        check_picture(tmp_path / "nowhere" / "scale.png")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"needs matplotlib.*pip install 'wordvec\[plot\]'"):
        check_picture(tmp_path / "scale.png")


def test_numbers_of_an_axis_are_short():
    shown = [short_number(number) for number in (2, 1_000, 10_000, 2_000_000, 10**9)]
    assert shown == ["2", "1,000", "10k", "2M", "1B"]
