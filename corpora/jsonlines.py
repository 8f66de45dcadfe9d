"""The text of JSON lines, one field of each object; used by `readers`. Knows nothing of tokens."""

import json
import re
from collections.abc import Iterable, Iterator

from wordvec.corpora.decompression import BLOCK
from wordvec.errors import CorpusError

SUFFIXES = frozenset((".jsonl", ".json", ".ndjson"))
DEFAULT_FIELD = "text"
# What JSON can write (\\ud83d) but UTF-8 cannot; but for those that stand for wrong bytes.
_HALF_PAIR = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def read_field(blocks: Iterable[bytes], field: str, name: str) -> Iterator[bytes]:
    """Yield blocks of text: the string `field` of each line, with a line end after it.

    Raises
    ------
    CorpusError
        If a line is not a JSON object or has no such string; names the file and the line.
    """
    held: list[bytes] = []
    size = 0
    for number, line in enumerate(split_lines(blocks), 1):
        if not line.strip():
            continue
        value = _value(line, field, f"{name}, line {number:,}")
        text = _HALF_PAIR.sub("\ufffd", value).encode("utf-8", "surrogateescape")
        held += (text, b"\n")
        size += len(text) + 1
        if size >= BLOCK:
            yield b"".join(held)
            held.clear()
            size = 0
    yield b"".join(held)


def split_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text that comes in blocks, without their ends."""
    held: list[bytes] = []
    for block in blocks:
        first, *others = block.split(b"\n")
        held.append(first)
        if others:
            yield b"".join(held)
            held = [others.pop()]
            yield from others
    yield b"".join(held)


def _value(line: bytes, field: str, place: str) -> str:
    try:
        # What is not UTF-8 passes through, to be counted where all text is.
        record = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise CorpusError(
            f"{place} is not JSON: {error}; give one JSON object a line (JSON lines)"
        ) from error
    if not isinstance(record, dict):
        raise CorpusError(
            f"{place} holds {_kind(record)}, not an object; "
            "give one JSON object a line (JSON lines)"
        )
    if field not in record:
        fields = ", ".join(map(repr, list(record)[:10])) or "none"
        raise CorpusError(
            f"{place} has no field {field!r}; its fields are {fields}: name one of them with "
            "--field"
        )
    value = record[field]
    if not isinstance(value, str):
        raise CorpusError(f"{place}: the field {field!r} is {_kind(value)}, not a string")
    return value


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    for kind, words in ((list, "a list"), (dict, "an object"), (str, "a string")):
        if isinstance(value, kind):
            return words
    return "a number"
