import shlex
import sys

import pytest
from click.testing import CliRunner

import wordvec
from wordvec.errors import ConfigError, WordvecError
from wordvec.evals.bench.__main__ import bench
from wordvec.evals.bench.references import OURS, compare_references, parse_reference
from wordvec.evals.bench.storedata import make_vectors
from wordvec.evals.bench.storejobs import fresh_environment
from wordvec.vectors import WordVectors


def python(code, *arguments):
    return (sys.executable, "-c", code, *arguments)


def compare(references, data, folder, **changes):
    options = {"repeats": 1, "environment": fresh_environment(None), "say": lambda line: None}
    return compare_references(references, data, folder, **{**options, **changes})


def test_a_reference_is_split_as_a_shell_would_but_no_shell_runs_it():
    name, command = parse_reference("whiten=python 'my script.py' {vectors} > $HOME=x; {out}")
    assert name == "whiten"
    assert command == ("python", "my script.py", "{vectors}", ">", "$HOME=x;", "{out}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("retrofit", "expected NAME=COMMAND with a NAME of retrofit, debias, multiclass, whiten"),
        ("other=python x.py", "'other=python x.py': expected NAME=COMMAND"),
        ("whiten=python 'x.py", "cannot be split into words: No closing quotation"),
        ("whiten= ", "has no command"),
    ],
)
def test_a_reference_that_is_not_name_and_command_is_refused(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_reference(text)
    result = CliRunner().invoke(bench, ["postprocess", "--reference", text])
    assert result.exit_code == 2
    assert "Invalid value for '--reference'" in result.output


def test_a_reference_without_data_is_refused_before_anything_is_made(tmp_path):
    arguments = ["postprocess", "--reference", "whiten=true"]
    result = CliRunner(env={"WORDVEC_DATA": None}).invoke(bench, arguments)
    assert isinstance(result.exception, ConfigError)
    assert "give it with --data or WORDVEC_DATA" in str(result.exception)
    with pytest.raises(ConfigError, match=r"there is no .*base\.vec; give the folder with --data"):
        compare({}, tmp_path, tmp_path)


def test_a_reference_gets_the_files_and_is_timed_beside_our_command(data_folder, tmp_path):
    code = (
        "import sys, time; vectors, counts, lexicon, data, out = sys.argv[1:]; "
        "first = open(vectors).readline().split(); assert len(first) == 51, first; "
        "assert open(counts).readline().split() == [first[0], '1330972']; "
        "assert len(open(lexicon).readline().split()) > 1; open(data + '/data/bias/weat.json'); "
        "open(out, 'x').write(first[0]); time.sleep(0.2)"
    )
    command = python(code, "{vectors}", "{counts}", "{lexicon}", "{data}", "{out}")
    said = []
    (found,) = compare({"whiten": command}, data_folder, tmp_path, repeats=2, say=said.append)
    assert (tmp_path / "whiten").read_text() == "the"
    assert (tmp_path / "whiten.h5").exists()
    assert 0.2 < found.reference < 5
    assert found.wordvec > 0
    assert (found.words, found.dim) == (3352, 50)
    assert found.to_dict()["ratio"] == found.reference / found.wordvec
    assert said == ["the reference for whiten"]


def test_a_trained_store_can_take_the_place_of_the_test_vectors(data_folder, tmp_path):
    made_up = make_vectors(50, 4)
    made_up.save(tmp_path / "trained.h5")
    (found,) = compare({"whiten": python("")}, data_folder, tmp_path, store=tmp_path / "trained.h5")
    assert (found.words, found.dim) == (50, 4)
    assert wordvec.open(tmp_path / "whiten.h5").index_to_key == made_up.index_to_key
    WordVectors(made_up.index_to_key, made_up.vectors).save(tmp_path / "uncounted.h5")
    with pytest.raises(ConfigError, match="the store to compare on has no counts"):
        compare({}, data_folder, tmp_path, store=tmp_path / "uncounted.h5")


@pytest.mark.parametrize("name", OURS)
def test_our_command_of_each_comparison_runs(data_folder, tmp_path, name):
    compare({name: python("")}, data_folder, tmp_path)
    assert (tmp_path / f"{name}.h5").exists()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (python("raise SystemExit('no such thing')"), "failed: no such thing"),
        (python("raise SystemExit(3)"), "failed: exit status 3"),
        (("no-such-program", "{out}"), "no-such-program cannot be run: No such file"),
        (python("", "{out}"), "has written nothing to"),
    ],
)
def test_a_reference_that_fails_is_told_in_one_line(data_folder, tmp_path, command, message):
    with pytest.raises(WordvecError, match=message) as caught:
        compare({"whiten": command}, data_folder, tmp_path)
    assert "\n" not in str(caught.value)


def test_commands_can_be_given_as_text(tmp_path):
    command = python("print('{out}')")
    assert parse_reference(f"debias={shlex.join(command)}") == ("debias", command)
