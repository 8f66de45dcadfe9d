import bz2
import gzip
import hashlib
import io
import lzma
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import zstandard

from wordvec.corpora import decompression, encode_corpus, readers
from wordvec.errors import ConfigError, CorpusError

TEXT = "the cat sat\nthe dog sat\n"
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def read(source: object, field: str | None = None) -> bytes:
    """Return all text of a source, with a mark where each text ends."""
    corpus = readers.read_sources(source, field=field, progress=None)  # type: ignore[arg-type]
    return b"".join(b"".join(blocks) + b"#" for _, blocks in corpus.texts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of a file that does not exist yet."""
    return tmp_path / "corpus.txt"


@pytest.mark.parametrize("kind", COMPRESSORS)
def test_compression_is_told_by_the_first_bytes_not_by_the_name(kind: str, file: Path) -> None:
    file.write_bytes(COMPRESSORS[kind](TEXT.encode()))
    assert read(file) == TEXT.encode() + b"#"


@pytest.mark.parametrize("kind", COMPRESSORS)
def test_compressed_members_follow_one_another(kind: str, file: Path) -> None:
    file.write_bytes(COMPRESSORS[kind](b"one ") + COMPRESSORS[kind](b"two"))
    assert read(file) == b"one two#"


@pytest.mark.parametrize("kind", COMPRESSORS)
def test_compressed_text_of_many_blocks_comes_out_whole(kind: str, file: Path) -> None:
    text = os.urandom(3 * decompression.BLOCK // 2).hex().encode()
    file.write_bytes(COMPRESSORS[kind](text))
    assert read(file) == text + b"#"


@pytest.mark.parametrize("kind", COMPRESSORS)
@pytest.mark.parametrize("end", [-1, -9, -5000])
def test_a_compressed_file_cut_short_is_named(kind: str, end: int, file: Path) -> None:
    file.write_bytes(COMPRESSORS[kind](os.urandom(40_000).hex().encode())[:end])
    with pytest.raises(CorpusError, match=r"corpus\.txt is cut short: .* after [\d,]+ bytes"):
        read(file)


@pytest.mark.parametrize("kind", COMPRESSORS)
def test_a_damaged_compressed_file_is_named(kind: str, file: Path) -> None:
    data = bytearray(COMPRESSORS[kind](hashlib.shake_256(b"").hexdigest(40_000).encode()))
    data[len(data) // 2] ^= 0x10
    file.write_bytes(data)
    with pytest.raises(CorpusError, match=r"corpus\.txt (cannot be read beyond|is cut short)"):
        read(file)


def test_a_zstandard_file_with_the_longest_window_is_read(file: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(
        1, window_log=31, enable_ldm=True, hash_log=10, chain_log=10
    )
    compressor = zstandard.ZstdCompressor(compression_params=parameters)
    pieces = compressor.compressobj()
    file.write_bytes(pieces.compress(TEXT.encode()) + pieces.flush())
    assert read(file) == TEXT.encode() + b"#"


def test_without_zstandard_the_extra_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(COMPRESSORS["zst"](b"text"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(CorpusError, match="pip install zstandard"):
        read(file)


def test_a_byte_order_mark_is_skipped(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfone\xef\xbb\xbf")
    assert read(file) == b"one\xef\xbb\xbf#"


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ("text".encode("utf-16"), r"UTF-16 text, not UTF-8; convert it first.* iconv -f UTF-16"),
        ("text".encode("utf-16-be"), "a binary file"),
        (b"\xfe\xff\0t", "UTF-16 text"),
        (b"words " * 9000 + b"\0", "a binary file, not text: it holds NUL bytes"),
        (b"%PDF-1.7\n", "a PDF document, not text; save it as plain text"),
        (b"PK\x03\x04word/document.xml", "a ZIP archive or an office document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"a".ljust(257, b"\0") + b"ustar", "a tar archive, not text; unpack it"),
        (gzip.compress(gzip.compress(b"text")), "gzip data compressed twice"),
    ],
)
def test_what_is_not_text_is_refused_with_advice(start: bytes, what: str, file: Path) -> None:
    file.write_bytes(start)
    with pytest.raises(CorpusError, match=rf"corpus\.txt looks like {what}"):
        read(file)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "A.NDJSON"])
def test_json_lines_are_told_by_name_and_read_by_the_field_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text('{"text": "one\\ntwo", "n": 1}\n\n{"text": "drei"}')
    assert read(path) == b"one\ntwo\ndrei\n#"


def test_compressed_json_lines_are_told_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "one"}\r\n'))
    assert read(path) == b"one\n#"


def test_a_field_makes_json_lines_of_any_file(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf{"body": "\\u00e9t\xc3\xa9"}\n')
    assert read(file, "body") == "été\n#".encode()


def test_wrong_bytes_and_half_pairs_in_json_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "a\xffb \\ud83d c"}\n')
    corpus = encode_corpus(path, min_count=1)
    assert list(corpus.vocabulary.words) == ["a", "b", "c"]
    assert corpus.report.invalid_bytes == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "b"', r"a\.jsonl, line 2 is not JSON: .* one JSON object a line"),
        ('["b"]', r"a\.jsonl, line 2 holds a list, not an object"),
        ("3", r"a\.jsonl, line 2 holds a number, not an object"),
        (
            '{"title": "b"}',
            r"a\.jsonl, line 2 has no field 'text'; its fields are 'title'.*--field",
        ),
        ('{"text": null}', r"a\.jsonl, line 2: the field 'text' is null, not a string"),
        ('{"text": ["b"]}', r"a\.jsonl, line 2: the field 'text' is a list, not a string"),
        ("[" * 100_000, r"a\.jsonl, line 2 is not JSON"),
    ],
)
def test_a_bad_line_of_json_is_named(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "a"}}\n{line}\n{{"text": "c"}}\n')
    with pytest.raises(CorpusError, match=message):
        read(path)


def test_lines_are_split_the_same_wherever_blocks_end() -> None:
    from wordvec.corpora.jsonlines import split_lines

    text = b"one\n\ntwo three\nfour"
    for size in range(1, len(text) + 1):
        blocks = [text[i : i + size] for i in range(0, len(text), size)]
        assert list(split_lines(blocks)) == text.split(b"\n")


def test_a_folder_is_read_in_sorted_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ["b.txt", "a/z.txt", "a/b/y.txt", ".hidden", ".git/c.txt", "a-b.txt"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert read(tmp_path) == b"a/b/y.txt#a/z.txt#a-b.txt#b.txt#"


def test_a_link_to_the_folder_it_lies_in_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "out").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "a.txt").write_text("a")
    assert read(tmp_path) == b"a#a#"


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=r"the folder .* holds no files"):
        read(tmp_path)


def test_files_and_folders_are_read_as_given(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_text("c")
    (tmp_path / "a").write_text("a")
    assert read([tmp_path / "b", str(tmp_path / "a")]) == b"c#a#"


def test_a_missing_file_is_named_before_anything_is_read(file: Path) -> None:
    file.write_text("a")
    with pytest.raises(CorpusError, match=r"none\.txt does not exist; give a file, a folder or -"):
        encode_corpus([file, file.with_name("none.txt")], min_count=1)


def test_a_file_that_may_not_be_read_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("a")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # a mode would not stop a test run by root
    with pytest.raises(CorpusError, match=r"corpus\.txt cannot be read: Permission denied"):
        read(file)


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_an_error(path: str) -> None:
    with pytest.raises(CorpusError, match=r"cannot be read: (File name too long|embedded null)"):
        read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="a named pipe")
def test_a_named_pipe_is_read_and_has_no_size(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen(["sh", "-c", f"printf 'a b' > '{pipe}'"])
    calls: list[tuple[int, int | None]] = []
    encode_corpus(pipe, min_count=1, progress=lambda *call: calls.append(call))
    assert writer.wait() == 0
    assert calls[-1] == (3, None)


def test_nothing_to_read_is_an_error() -> None:
    with pytest.raises(CorpusError, match="there is nothing to read"):
        read([])


def test_standard_input_is_read_and_decompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.BytesIO(gzip.compress(TEXT.encode()))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=pipe))
    assert read("-") == TEXT.encode() + b"#"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
def test_standard_input_may_come_in_small_pieces() -> None:
    code = "import wordvec.corpora as c; print(c.encode_corpus('-', min_count=1).report.tokens)"
    pieces = "printf a; sleep .05; printf 'b c'; sleep .05; printf d"
    shell = f"({pieces}) | '{sys.executable}' -c \"{code}\""
    done = subprocess.run(["sh", "-c", shell], check=True, capture_output=True, text=True)
    assert done.stdout == "2\n"


def test_progress_tells_compressed_bytes_of_all_files(tmp_path: Path) -> None:
    for name in "ab":
        text = os.urandom(2 * decompression.BLOCK).hex("\n", 8).encode()
        (tmp_path / name).write_bytes(gzip.compress(text))
    calls: list[tuple[int, int | None]] = []
    encode_corpus(tmp_path, min_count=1, progress=lambda *call: calls.append(call))
    total = sum((tmp_path / name).stat().st_size for name in "ab")
    assert {call[1] for call in calls} == {total}
    assert calls[-1][0] == total
    assert [call[0] for call in calls] == sorted(call[0] for call in calls)
    assert 0 < calls[0][0] < total


def test_progress_from_a_pipe_has_no_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a b")))
    calls: list[tuple[int, int | None]] = []
    encode_corpus("-", min_count=1, progress=lambda *call: calls.append(call))
    assert calls[-1] == (3, None)


def test_token_lists_are_taken_as_they_are() -> None:
    sentences = (s for s in [["The", "New_York’s", "É."], [], ("The",)])
    corpus = encode_corpus(sentences, min_count=1)
    assert list(corpus.vocabulary.words) == ["The", "New_York’s", "É."]
    assert corpus.ids.tolist() == [0, 1, 2, -1, 0, -1]
    assert corpus.report.tokenizer == "none"


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        (["a", "b c"], "sentence 2 holds the token 'b c' with white space inside"),
        (["a\n"], r"sentence 2 holds the token 'a\\n' with white space"),
        (["a", ""], "sentence 2 holds the token ''"),
        (["a", 3], "sentence 2 holds the token 3"),
        (["a", "\ud800"], r"sentence 2 holds half a surrogate pair, '\\ud800'"),
        ("a b", "sentence 2 is 'a b'; each must be a list of token strings"),
        (7, "sentence 2 is 7"),
    ],
)
def test_a_token_that_is_none_is_an_error(sentence: object, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        encode_corpus([["a"], sentence], min_count=1)  # type: ignore[list-item]


def test_files_and_token_lists_do_not_mix(file: Path) -> None:
    file.write_text("a")
    with pytest.raises(CorpusError, match="files and token lists are mixed"):
        encode_corpus([str(file), ["a"]])  # type: ignore[list-item]


def test_token_lists_have_no_field() -> None:
    with pytest.raises(ConfigError, match="token lists have no fields"):
        encode_corpus([["a"]], field="text")
