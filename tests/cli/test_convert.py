import json

import numpy as np
import pytest
from click.testing import CliRunner
from command import error_line, wordvec
from stores import WORDS, small_vectors

from wordvec import WordVectors
from wordvec import open as open_vectors
from wordvec.cli import wordvec_group
from wordvec.formats import write_vectors
from wordvec.store import read_header
from wordvec.store.layout import VECTORS


@pytest.fixture
def folder(tmp_path):
    small_vectors().save(tmp_path / "vectors.h5")
    return tmp_path


def convert(folder, *args, code=0):
    process = wordvec("convert", *args, cwd=folder)
    if code:
        return error_line(process, code)
    assert process.returncode == 0, process.stderr.decode()
    return process


def test_another_tools_file_becomes_a_store(folder):
    write_vectors(small_vectors(), folder / "v.bin")
    shown = convert(folder, "v.bin", "new.h5").stdout.decode()
    assert shown.startswith("new.h5: 20 words x 5, ")
    assert np.array_equal(open_vectors(folder / "new.h5")[WORDS], small_vectors().vectors)


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.npz", "v.magnitude", "v.tsv", "v.parquet"])
def test_a_store_becomes_another_tools_file_and_comes_back(folder, name):
    convert(folder, "vectors.h5", name)
    convert(folder, name, "back.h5")
    back = open_vectors(folder / "back.h5")
    assert list(back.index_to_key) == WORDS
    assert np.allclose(back.vectors, small_vectors().vectors, atol=1e-6)
    assert back.provenance["read"]["file"] == name


def test_a_smaller_type_comes_with_what_it_costs(folder):
    report = json.loads(
        convert(folder, "vectors.h5", "small.h5", "--dtype", "int8", "--json").stdout
    )
    assert open_vectors(folder / "small.h5").quantizer.name == "int8"
    assert report["bytes"] == (folder / "small.h5").stat().st_size
    assert 0.5 < report["neighbour_overlap"] <= 1
    assert set(report["similarity"]) == {"wordsim353", "simlex999"}
    shown = convert(folder, "vectors.h5", "small.h5", "--dtype", "int8", "--force").stdout.decode()
    assert "Spearman" in shown
    assert "of ten nearest neighbours" in shown


def test_words_dimensions_and_type_are_reduced_together(folder):
    (folder / "words.txt").write_text("king\nw7\nabsent\n\nqueen\n", encoding="utf-8")
    args = ["--words", "words.txt", "--dim", "2", "--dtype", "float16", "--merge-case"]
    process = convert(folder, "vectors.h5", "small.h5", *args)
    assert b"1 words of words.txt are not there: absent" in process.stderr
    small = open_vectors(folder / "small.h5")
    assert list(small.index_to_key) == ["king", "queen", "w7"]
    assert small.vectors.shape == (3, 2)
    assert [step["step"] for step in small.provenance["steps"]] == [
        "keep_words",
        "merge_case",
        "reduce_dim",
    ]


def test_the_most_frequent_words_are_kept(folder):
    convert(folder, "vectors.h5", "top.txt", "--top", "3")
    lines = (folder / "top.txt").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["3", "king", "queen", "král"]


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["vectors.h5", "vectors.h5", "--force"], 1, "is the input itself; give another name"),
        (["absent.bin", "new.h5"], 1, "absent.bin: there is no such file"),
        (["vectors.h5", "new.xyz"], 2, "new.xyz: its end stands for no format; end it in"),
        (["vectors.h5", "new.txt", "--dtype", "int8"], 2, "--dtype is for stores"),
        (["vectors.h5", "new.h5", "--top", "1", "--words", "w"], 2, "exclude each other"),
        (["vectors.h5", "new.h5", "--dim", "9"], 2, "dim is 9; expected from 1 to 5"),
        (["notes.md", "new.h5"], 1, "notes.md is in no format that is known here"),
        (["empty.bin", "new.h5"], 1, "empty"),
        (["vectors.h5", "notes.md", "--to", "word2vec", "--force"], 1, "is no file of word vec"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_all_as_it_was(folder, args, code, message):
    (folder / "notes.md").write_text("# Notes\nnothing here\n", encoding="utf-8")
    (folder / "empty.bin").touch()
    (folder / "w").write_text("king\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert message in convert(folder, *args, code=code)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_an_existing_file_is_replaced_only_if_told_to(folder):
    (folder / "new.h5").write_bytes((folder / "vectors.h5").read_bytes())
    assert "exists; --force" in convert(folder, "vectors.h5", "new.h5", code=1)
    convert(folder, "vectors.h5", "new.h5", "--top", "2", "--force")
    assert len(open_vectors(folder / "new.h5")) == 2


def test_a_damaged_store_is_not_made_whole_by_converting_it(folder):
    data = bytearray((folder / "vectors.h5").read_bytes())
    place = read_header(folder / "vectors.h5").extents[VECTORS].place
    data[place + 5] ^= 1
    (folder / "vectors.h5").write_bytes(data)
    assert "/vectors is damaged" in convert(folder, "vectors.h5", "new.txt", code=1)
    assert not (folder / "new.txt").exists()


def test_the_most_frequent_words_are_told_by_their_counts(folder):
    WordVectors(["a", "b", "c"], np.eye(3), [1, 5, 3]).save(folder / "odd.h5")
    convert(folder, "odd.h5", "top.h5", "--top", "2")
    assert list(open_vectors(folder / "top.h5").index_to_key) == ["b", "c"]


def test_a_list_of_words_that_is_no_text_is_refused(folder):
    line = convert(folder, "vectors.h5", "new.h5", "--words", "vectors.h5", code=2)
    assert "vectors.h5 is not text in UTF-8 (byte 0); give one word a line" in line


def test_a_suffix_may_be_written_in_capitals(folder):
    convert(folder, "vectors.h5", "NEW.H5")
    assert len(open_vectors(folder / "NEW.H5")) == 20


def test_an_interruption_after_the_writing_says_that_it_is_written(folder, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("wordvec.evals.comparison.overlap.neighbour_overlap", interrupted)
    monkeypatch.chdir(folder)
    args = ["convert", "vectors.h5", "new.h5", "--dtype", "int8"]
    result = CliRunner().invoke(wordvec_group, args)
    assert result.exit_code == 130
    assert "new.h5 is written, but what it lost was not measured" in result.output
    assert len(open_vectors(folder / "new.h5")) == 20


def test_what_was_left_out_is_said(folder):
    (folder / "odd.vec").write_bytes(b"3 2\na 1 2\na 3 4\nb nan 1\n")
    process = convert(folder, "odd.vec", "new.h5")
    assert b"warning: " in process.stderr
    assert b"repeated" in process.stderr
    assert list(open_vectors(folder / "new.h5").index_to_key) == ["a"]
