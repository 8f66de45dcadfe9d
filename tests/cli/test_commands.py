import json

import click
import numpy as np
import pytest
from click.testing import CliRunner

import wordvec
from wordvec.cli import wordvec_group
from wordvec.cli.output import human_bytes, print_table


def run(*args, **options):
    return CliRunner().invoke(wordvec_group, [str(arg) for arg in args], **options)


def commands(group=wordvec_group, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", [path for path, _ in commands()], ids=" ".join)
def test_every_command_has_help_and_an_example(path):
    command = dict(commands())[path]
    assert command.help
    if not isinstance(command, click.Group):
        assert "wordvec " + " ".join(path) in command.epilog
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or parameter.help, parameter.name
    assert run(*path, "--help").exit_code == 0


def test_the_version_is_the_packages():
    assert run("--version").stdout == f"wordvec {wordvec.__version__}\n"


def test_debug_shows_the_whole_error(tmp_path):
    result = run("--debug", "query", "king", "-m", tmp_path / "none.h5")
    assert isinstance(result.exception, wordvec.WordvecError)


def test_a_table_is_aligned_in_wide_and_combining_scripts(capsys):
    print_table([("猫", 1), ("cafe\u0301", 10), ("dog", 1000)], header=("word", "n"))
    assert capsys.readouterr().out.splitlines() == [
        "word      n",
        "猫        1",
        "cafe\u0301     10",
        "dog   1,000",
    ]


def test_an_empty_table_is_its_header(capsys):
    print_table([], header=("rank", "word"))
    assert capsys.readouterr().out == "rank  word\n"


@pytest.mark.parametrize(
    ("n", "text"), [(512, "512 bytes"), (24_900_000, "24.9 MB"), (3_600_000_000, "3.6 GB")]
)
def test_bytes_are_said_as_people_do(n, text):
    assert human_bytes(n) == text


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    words = ["love", "sex", "tiger", "cat", "boy", "girl", "brother", "sister", "king"]
    matrix = np.random.default_rng(1).standard_normal((9, 10)).astype(np.float32)
    path = tmp_path_factory.mktemp("store") / "v.h5"
    provenance = {"corpus": {"tokens": 1234567, "sources": ["a.txt", "b.txt"]}}
    counts = np.arange(9, 0, -1, dtype=np.uint64)
    wordvec.WordVectors(words, matrix, counts, provenance=provenance).save(path)
    return path


def test_info_shows_what_the_store_remembers(store):
    result = run("info", "-m", store)
    assert "9 words x 10" in result.stdout
    assert "1,234,567" in result.stdout
    assert "a.txt, b.txt" in result.stdout
    assert json.loads(run("info", "-m", store, "--json").stdout)["words"] == 9


def test_verify_finds_a_changed_byte(store, tmp_path):
    assert "is whole" in run("verify", "-m", store).stdout
    content = bytearray(store.read_bytes())
    content[-8] ^= 1
    (tmp_path / "bad.h5").write_bytes(content)
    result = run("verify", "-m", tmp_path / "bad.h5")
    assert result.exit_code == 1
    assert "bad.h5" in result.stderr
    assert result.stdout == ""


def test_demo_keeps_to_its_own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vectors.h5").write_bytes(b"precious")
    result = run("demo")
    assert result.exit_code == 0, result.stderr
    assert "wordvec query music" in result.stdout
    assert (tmp_path / "vectors.h5").read_bytes() == b"precious"
    vectors = wordvec.open(tmp_path / "wordvec-demo" / "wikipedia-excerpt.h5")
    assert vectors.similarity("music", "musical") > vectors.similarity("music", "river")
    assert run("demo").exit_code == 0  # again, over its own file


def test_demo_says_where_it_cannot_write(tmp_path):
    (tmp_path / "file").write_text("")
    result = run("demo", "--folder", tmp_path / "file" / "inside")
    assert result.exit_code == 1
    assert "--folder" in result.stderr
