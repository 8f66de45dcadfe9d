import gzip
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from evaluation import write

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.datasets import expand, kind_of, locate, number_of, read_lines


def test_finding_a_named_set_does_not_import_gensim():
    check = (
        "import sys; from wordvec.evals.datasets import locate; locate('simlex999');"
        "sys.exit('gensim' in sys.modules or 'scipy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(
        ConfigError,
        match="'wordsim' is no file and no known data set; "
        "known are wordsim353, simlex999, questions-words",
    ):
        locate("wordsim")


def test_a_gensim_without_its_test_files_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("wordvec.evals.datasets._gensim_test_data", lambda: tmp_path)
    with pytest.raises(ConfigError, match="wordsim353: this gensim came without its file"):
        locate("wordsim353")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# mine\n\n: family\n", "analogy"),
        ("cup mug 3\n", "similarity"),
        ("", "similarity"),
        ("cup\tmug\t3\n", "similarity"),
        ("8\tcup\tmug\n", "sentence"),
        ("4.5\ta cup .\ta mug ,\tand more\n", "sentence"),
        ("score\tfirst\tsecond\n4.5\ta cup\ta mug\n", "sentence"),
        ("main\tMSRvid\t2012test\t0001\t5.000\ta cup .\ta mug .\n", "sentence"),
        ("a cup .\ta mug .\t4.5\n", "sentence"),
        ("sentence1\tsentence2\tscore\na cup\ta mug\t4.5\n", "sentence"),
        ("ice cream\tcup\t4.5\n", "similarity"),
        ("cup \t mug \t4.5\n", "similarity"),
        ("4.5 cup mug\n", "similarity"),
        ("cup\tmug\t3\n3\tcup\tmug\n", "similarity"),
        ("man woman king queen\nboy girl he she\n", "analogy"),
        ("man woman king queen\n", "analogy"),
        ("word\tcategory\ndog\tanimal\n", "clusters"),
        ("Label\ttext\ngood\tI liked it\n", "classification"),
        ('"text","label"\n"I liked it","good"\n', "classification"),
        ("__label__good I liked it\n", "classification"),
        ("word1 word2 POS SimLex999\nold new A 1.58\n", "similarity"),
        ("word1\tword2\tPOS\tSimLex999\nold\tnew\tA\t1.58\n", "similarity"),
    ],
)
def test_the_first_lines_tell_what_a_file_holds(tmp_path, text, kind):
    assert kind_of(write(tmp_path / "file", text)) == kind


def test_a_path_object_is_a_path_even_if_it_spells_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("wordsim353"), "cup mug 3\n")
    assert locate(Path("wordsim353")) == Path("wordsim353")
    assert locate("wordsim353").name == "wordsim353.tsv"


def test_a_folder_stands_for_its_data_files_in_the_order_of_names(tmp_path):
    for name in ("b.tsv", "a.txt", "c.CSV", ".a.txt", "notes.md", "vectors.h5"):
        write(tmp_path / name, "")
    (tmp_path / "d.txt").mkdir()
    assert expand(tmp_path) == [tmp_path / name for name in ("a.txt", "b.tsv", "c.CSV")]


def test_a_name_and_a_file_stand_for_themselves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("wordsim353").mkdir()
    assert expand("wordsim353") == ["wordsim353"]
    assert expand("pairs.tsv") == ["pairs.tsv"]


def test_a_folder_without_data_files_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"holds no data set; expected files named \*\.txt"):
        expand(tmp_path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match=r"'.*' is a folder; give a file of it"):
        locate(tmp_path)


def test_a_pipe_is_read_like_a_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("cup mug 3\n",))
    writer.start()
    assert list(read_lines(locate(pipe))) == [(1, "cup mug 3")]
    writer.join()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_keep_their_numbers_without_comments_and_empty_lines(tmp_path, end):
    text = end.join(
        ["\ufeff# made by hand", "", "  a cup # 1 ", "\t", "#x", "za\u017c\u00f3\u0142\u0107"]
    )
    (tmp_path / "file").write_bytes(text.encode())
    expected = [(3, "a cup # 1"), (6, "za\u017c\u00f3\u0142\u0107")]
    assert list(read_lines(tmp_path / "file")) == expected


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(b"cup mug 3\n"), ": is compressed by gzip; expected text in UTF-8"),
        (b"PK\x03\x04...", ": is a zip archive or a spreadsheet; expected text in UTF-8"),
        (b"\x89HDF\r\n\x1a\n", ": is an HDF5 file; expected text in UTF-8"),
        ("cup mug 3\n".encode("utf-16"), ": is text in UTF-16; expected text in UTF-8"),
        (b"\xfe\xff" + "cup mug 3\n".encode("utf-16-be"), ": is text in UTF-16"),
        ("cup mug 3\n".encode("utf-16-le"), ", line 1: holds a NUL byte, so it is no text"),
        (b"cup mug 3\nsun \0 2\n", ", line 2: holds a NUL byte, so it is no text"),
        (b"cup mug 3\n# caf\xe9\n", ", line 2: not UTF-8 text; save the file in UTF-8"),
        (b"cup mug 3\n" * 10_000 + b"\xff\xfe", ", line 10001: not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_told_and_its_line(tmp_path, content, what):
    path = tmp_path / "pairs"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=re.escape(f"{path}{what}")):
        list(read_lines(path))


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(FormatError, match=r"cannot be read \(Is a directory\)"):
        list(read_lines(tmp_path))
    with pytest.raises(FormatError, match=r"cannot be read \(No such file or directory\)"):
        list(read_lines(tmp_path / "gone"))


def test_only_finite_numbers_are_numbers():
    assert [number_of(text) for text in ("8.5", " -1e3 ", "nan", "inf", "1e999", "8,5", "")] == [
        *(8.5, -1000.0),
        *(None, None, None, None, None),
    ]


@pytest.mark.parametrize("name", ["weat.toml", "weat.JSON"])
def test_word_sets_are_for_bias(tmp_path, name):
    assert kind_of(write(tmp_path / name, "{}")) == "bias"


def test_a_folder_of_folders_is_one_data_set_of_analogies(tmp_path):
    (tmp_path / "BATS" / "1_Inflection").mkdir(parents=True)
    assert expand(tmp_path / "BATS") == [tmp_path / "BATS"]
    assert kind_of(tmp_path / "BATS") == "analogy"
