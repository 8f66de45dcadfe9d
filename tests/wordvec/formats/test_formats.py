import gzip
import importlib
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from format_twins import small_vectors

from wordvec import formats
from wordvec.errors import ConfigError, FormatError, OutputError
from wordvec.formats import (
    FORMATS,
    check_writable,
    format_of_suffix,
    read_vectors,
    sniff_format,
    write_vectors,
)
from wordvec.vectors import WordVectors

PLAIN = {
    "word2vec": b"2 2\na 0.5 1\nb 2 3\n",
    "glove": b"a 0.5 1\nb 2 3\n",
    "word2vec-binary": b"1 2\na \x00\x00\x80?\x00\x00\x80?",
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_its_module(name: str) -> None:
    module = importlib.import_module(FORMATS[name].module)
    assert callable(module.matches)
    assert callable(module.read) or not FORMATS[name].reads
    assert callable(module.write) if FORMATS[name].writes else True
    assert not module.matches(b"Once upon a time\nthere was a corpus.\n", Path("corpus.txt"))


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_the_format_is_told_by_what_the_file_holds(name: str, pack, tmp_path: Path) -> None:
    path = tmp_path / "v.dat"
    path.write_bytes(pack(PLAIN[name]))
    assert sniff_format(path) == name
    vectors = read_vectors(path)
    assert vectors.index_to_key[0] == "a"
    assert vectors.provenance["read"]["format"] == name
    assert vectors.provenance["read"]["bytes"] == path.stat().st_size


@pytest.mark.parametrize("name", ["word2vec", "glove"])
def test_the_byte_order_mark_of_an_editor_is_no_part_of_the_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN[name])
    assert sniff_format(path) == name
    assert list(read_vectors(path).index_to_key) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("v.bin", "word2vec-binary"),
        ("v.txt", "word2vec"),
        ("v.VEC", "word2vec"),
        ("v.glove", "glove"),
    ],
)
def test_the_format_written_is_that_of_the_suffix(
    name: str, format_name: str, tmp_path: Path
) -> None:
    vectors = small_vectors()
    write_vectors(vectors, tmp_path / name)
    assert sniff_format(tmp_path / name) == format_name
    assert np.array_equal(read_vectors(tmp_path / name).vectors, vectors.vectors)


def test_of_formats_with_the_same_suffix_the_first_is_written() -> None:
    assert FORMATS["fasttext"].suffixes[0] == ".bin"
    assert format_of_suffix("v.bin") == "word2vec-binary"
    assert all(
        format_of_suffix("v" + entry.suffixes[-1]) == entry.name
        for entry in FORMATS.values()
        if entry.writes and entry.name != "fasttext"
    )


def test_what_suffixes_there_are_is_told() -> None:
    message = (
        r"v.doc: its end stands for no format; end it in .h5 \(a wordvec store\), .bin "
        r"\(word2vec-binary\), .txt .vec \(word2vec\), .*, or name a format \(--to, in Python"
    )
    with pytest.raises(ConfigError, match=message) as caught:
        format_of_suffix("v.doc")
    assert str(caught.value).count(".bin") == 1


def test_a_quantized_model_is_not_written_by_its_suffix() -> None:
    with pytest.raises(ConfigError, match=r"v.FTZ: .*quantized models are not written; end it in"):
        format_of_suffix("v.FTZ")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "v is empty"),
        (
            b"Once upon a time\n",
            r"v is in no format that is known here: not word2vec-binary, .*, glove; "
            r"name it with --from \(in Python format=\)$",
        ),
        (bytes(range(256)) * 9, "v is in no format that is known here"),
        (gzip.compress(b"Once upon"), r"known here \(inside gzip; unpack it if it is another"),
        (b"\n <!DOCTYPE html><title>Not found", "v is an HTML page, perhaps of a failed download"),
        (b"<HTML lang='en'>", "v is an HTML page, .*; download it again"),
        (gzip.compress(b"\x89HDF\r\n\x1a\n..."), "v is packed by gzip; unpack it first"),
    ],
)
def test_what_is_no_file_of_vectors_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_vectors(tmp_path / "v")


def test_a_zip_archive_of_text_is_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "glove.zip", "w") as archive:
        archive.writestr("glove.6B.50d.txt", PLAIN["glove"])
    with pytest.raises(FormatError, match="zip"):
        sniff_format(tmp_path / "glove.zip")


def test_a_store_is_to_be_opened_as_one(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "v.h5", "w"):
        pass
    with pytest.raises(FormatError, match="is HDF5, as wordvec's own stores are"):
        read_vectors(tmp_path / "v.h5")


def test_a_format_that_is_never_packed_is_to_be_unpacked(tmp_path: Path) -> None:
    (tmp_path / "v.gz").write_bytes(gzip.compress(b"x"))
    with pytest.raises(FormatError, match=r"v.gz is packed by gzip; unpack it first"):
        read_vectors(tmp_path / "v.gz", format="fasttext")


def test_options_that_cannot_be_are_refused(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(PLAIN["glove"])
    with pytest.raises(ConfigError, match="there is no format 'txt'; take one of word2vec-binary"):
        read_vectors(tmp_path / "v", format="txt")
    with pytest.raises(ConfigError, match="limit is 0; expected 1 or more words"):
        read_vectors(tmp_path / "v", limit=0)
    vectors = small_vectors()
    with pytest.raises(ConfigError, match=r"v.doc: its end stands for no format; end it in .h5"):
        write_vectors(vectors, tmp_path / "v.doc")
    with pytest.raises(ConfigError, match="files of the format gensim are not written; take word2"):
        write_vectors(vectors, tmp_path / "v.kv", format="gensim")


def test_vectors_without_words_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"v.txt: there are no words to write"):
        write_vectors(WordVectors([], np.empty((0, 2))), tmp_path / "v.txt")


def test_a_file_is_replaced_only_if_asked_for_and_only_vectors_are(tmp_path: Path) -> None:
    vectors = small_vectors()
    old = tmp_path / "v.txt"
    old.write_bytes(PLAIN["glove"])
    for refused in (lambda: write_vectors(vectors, old), lambda: check_writable(old)):
        with pytest.raises(OutputError, match=r"v.txt exists; --force"):
            refused()
    check_writable(old, overwrite=True)
    check_writable(tmp_path / "new.txt")
    write_vectors(vectors, old, overwrite=True)
    assert len(read_vectors(old)) == len(vectors)
    old.write_text("Once upon a time\n")
    with pytest.raises(OutputError, match="exists and is no file of word vectors"):
        write_vectors(vectors, old, overwrite=True)
    assert old.read_text() == "Once upon a time\n"


def test_a_failed_writing_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    path.write_bytes(PLAIN["word2vec-binary"])
    with pytest.raises(OutputError, match="'New York'"):
        write_vectors(small_vectors(["New York"]), path, overwrite=True)
    assert path.read_bytes() == PLAIN["word2vec-binary"]
    assert list(tmp_path.iterdir()) == [path]


def test_vectors_outlive_the_file_they_came_from(tmp_path: Path) -> None:
    path = tmp_path / "v.txt"
    vectors = small_vectors()
    write_vectors(vectors, path)
    mapped = read_vectors(path)
    write_vectors(mapped, path, overwrite=True)
    path.write_bytes(b"")
    assert np.array_equal(mapped.vectors, vectors.vectors)


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.glove"])
def test_progress_ends_where_the_file_does(name: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_vectors(small_vectors(), tmp_path / name, progress=lambda *at: seen.append(at))
    assert seen
    assert seen[-1][0] == seen[-1][1]
    seen.clear()
    read_vectors(tmp_path / name, progress=lambda *at: seen.append(at))
    size = (tmp_path / name).stat().st_size
    assert seen[-1] == (size, size)


class _Pair:
    """A format of two files, for the test below."""

    @staticmethod
    def write(vectors: WordVectors, first: Path, second: Path, *, progress: object) -> None:
        first.write_text("first")
        second.write_text("second")
        if "bad" in vectors:
            raise OutputError("bad")


def test_a_pair_of_files_is_written_together(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(formats, "_module", lambda entry: _Pair)
    write_vectors(small_vectors(), tmp_path / "x.tsv", format="projector")
    pair = [tmp_path / "x.metadata.tsv", tmp_path / "x.tsv"]
    assert sorted(tmp_path.iterdir()) == pair
    assert [path.read_text() for path in pair] == ["second", "first"]
    with pytest.raises(OutputError, match=r"x.tsv exists"):
        write_vectors(small_vectors(), tmp_path / "x.tsv", format="projector")
    with pytest.raises(OutputError, match="bad"):
        write_vectors(small_vectors(["bad"]), tmp_path / "y.tsv", format="projector")
    (tmp_path / "z.metadata.tsv").write_text("mine")
    with pytest.raises(OutputError, match=r"z.metadata.tsv exists and is no file of word vectors"):
        check_writable(tmp_path / "z.tsv", format="projector", overwrite=True)
    assert sorted(tmp_path.iterdir()) == [*pair, tmp_path / "z.metadata.tsv"]


def test_nothing_heavy_is_imported_before_a_format_is_asked_for() -> None:
    code = (
        "import sys, wordvec.formats; "
        "heavy = {'numba', 'gensim', 'pyarrow', 'sqlite3', 'scipy', 'tqdm'} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
