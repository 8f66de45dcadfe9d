import bz2
import gzip
from pathlib import Path

import pytest

from wordvec.errors import FormatError
from wordvec.formats.source import Source

CONTENT = bytes(range(256)) * 4000


def read_all(path: Path) -> bytes:
    with Source(path) as source:
        blocks = []
        while block := source.read(1000):
            blocks.append(block)
        return b"".join(blocks)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_read_by_blocks_plain_or_packed(pack: object, tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(pack(CONTENT))  # type: ignore[operator]
    assert read_all(path) == CONTENT
    with Source(path) as source:
        assert source.packed == (pack is gzip.compress)
        assert source.most_bytes >= len(CONTENT)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_byte_order_mark_is_skipped_once(pack: object, tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    (tmp_path / "v").write_bytes(pack(mark + mark + b"1 2"))  # type: ignore[operator]
    assert read_all(tmp_path / "v") == mark + b"1 2"


def test_progress_tells_the_place_in_the_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(gzip.compress(CONTENT))
    size = path.stat().st_size
    seen: list[tuple[int, int]] = []
    with Source(path, lambda done, total: seen.append((done, total))) as source:
        source.read(len(CONTENT))
        source.read(1)
    assert seen[-1] == (size, size)
    assert size < len(CONTENT)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "v is empty"),
        (b"\xef\xbb\xbf", "v is empty"),
        (bz2.compress(b"x"), "v is packed by bzip2; unpack it first"),
        (b"\xfd7zXZ\x00..", "packed by xz"),
        (b"\x28\xb5\x2f\xfd..", "packed by zstd"),
        (gzip.compress(CONTENT)[:-20], "v is cut short or damaged inside its gzip packing"),
        (gzip.compress(CONTENT)[:40] + b"xyz" * 50, "v is cut short or damaged inside its gzip"),
        (b"\x1f\x8b\x08", "v is cut short or damaged inside its gzip"),
    ],
)
def test_what_cannot_be_read_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_all(path)


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="is not an ordinary file"):
        read_all(tmp_path)
    with pytest.raises(FormatError, match="there is no such file"):
        read_all(tmp_path / "v")
