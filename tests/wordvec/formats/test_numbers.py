from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordvec.formats import numbers
from wordvec.formats.numbers import ROOM_PER_NUMBER, Rows, parse_rows

KERNELS = ["parse_rows", "parse_number", "format_rows", "format_number", "write_digits"]


@pytest.fixture(params=["compiled", "python"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the module, its kernels compiled or as Python runs them."""
    if request.param == "python":
        for name in KERNELS:
            monkeypatch.setattr(numbers, name, getattr(numbers, name).py_func)
    return numbers


def parse(kernels: Any, text: str) -> tuple[np.float32, int]:
    number, end = kernels.parse_number(np.frombuffer(f"{text}\n".encode(), np.uint8), 0)
    return np.float32(number), end


def nearest(text: str) -> np.float32:
    with np.errstate(over="ignore"):
        return np.float64(text).astype(np.float32)


def same(a: np.float32, b: np.float32) -> bool:
    return bool(a.view(np.uint32) == b.view(np.uint32))


def write(kernels: Any, rows: list[list[float]], words: list[bytes]) -> bytes:
    matrix = np.array(rows, np.float32)
    offsets = np.cumsum([0, *map(len, words)])
    utf8 = np.frombuffer(b"".join(words), np.uint8)
    out = np.full(len(utf8) + len(words) + ROOM_PER_NUMBER * matrix.size, 0x7F, np.uint8)
    length = kernels.format_rows(utf8, offsets, matrix, out)
    return out[:length].tobytes()


SURE = ["0", "-0", "0.", ".5", "+1.5", "-12.25e-3", "1E5", "1e+05", "00012", "1.17549435e-38"]
SURE += ["1e-45", "1e-400", "-1e-99999999999", "0.1234567890123456789012345", "3.4028235e38"]
SURE += ["12345678901234567890123", "0.000000000000000000000000000000000000000000001234"]
SURE += ["16777217", "16777219"]  # halfway between two float32, but whole


@pytest.mark.parametrize("text", SURE)
def test_a_number_is_read_as_the_nearest_float32(kernels: Any, text: str) -> None:
    number, end = parse(kernels, text)
    assert same(number, nearest(text))
    assert end == len(text)


NOT_SURE = [
    "",
    "-",
    ".",
    "+.",
    "1e",
    "1e+",
    "e5",
    "--1",
    "1.2.3",
    "1,5",
    "0x1p3",
    "1_0",
    "nan",
    "inf",
]
NOT_SURE += ["16777216.9999999999999", "1e41"]  # between two float32, and beyond them
NOT_SURE += ["1\u00a0", "٣"]


@pytest.mark.parametrize("text", NOT_SURE)
def test_what_is_no_number_or_not_sure_is_left_to_plain_python(kernels: Any, text: str) -> None:
    assert parse(kernels, text)[1] == -1


@settings(deadline=None, max_examples=300)
@given(
    number=st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(width=32, allow_nan=False, allow_infinity=False),
    form=st.sampled_from(["%r", "%.6g", "%.9g", "%.17g", "%f", "%.4e"]),
)
def test_what_python_prints_is_read_as_numpy_reads_it(number: float, form: str) -> None:
    text = form % number
    found, end = parse(numbers, text)
    # All but numbers on the edge between two float32, and those beyond them, are sure.
    assert same(found, nearest(text)) if end >= 0 else abs(number) > 1e38 or is_edge(text)


def is_edge(text: str) -> bool:
    exact = float(text)
    return nearest(repr(exact * (1 - 2**-48))) != nearest(repr(exact * (1 + 2**-48)))


@settings(deadline=None, max_examples=300)
@given(bits=st.integers(0, 2**32 - 1))
@example(bits=1)
@example(bits=0x80000000)
@example(bits=0x7F7FFFFF)
@example(bits=1_285_849_844)  # 86251424, whose shortest digits lie halfway to the next float32
def test_the_digits_written_are_read_back_equal_and_the_fewest(bits: int) -> None:
    number = np.array(bits, np.uint32).view(np.float32)[()]
    if np.isfinite(number):
        word, text = write(numbers, [[float(number)]], [b"w"]).decode().split()
        assert word == "w"
        assert same(nearest(text), number)
        assert same(parse(numbers, text)[0], number)
        if abs(number) > 2e-38:
            assert len(mantissa(text)) <= len(mantissa(np.format_float_scientific(number)))


def mantissa(text: str) -> str:
    return text.lower().partition("e")[0].lstrip("+-").replace(".", "").strip("0")


def test_numbers_are_written_short(kernels: Any) -> None:
    row = [0.5, -1, 0, -0.0, 0.1, 100, 1.5e15, 1e16, 1e-5, -1.25e-6, 123.5, 3.4028235e38]
    assert write(kernels, [row, row[::-1]], [b"ab", b"c"]) == (
        b"ab 0.5 -1 0 -0 0.1 100 1500000000000000 1e+16 0.00001 -1.25e-06 123.5 3.4028235e+38\n"
        b"c 3.4028235e+38 123.5 -1.25e-06 0.00001 1e+16 1500000000000000 100 0.1 -0 0 -1 0.5\n"
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_powers_of_ten_are_written_with_one_digit(kernels: Any, sign: int) -> None:
    row = [sign * float(f"1e{n}") for n in range(-37, 39)]
    numbers_written = write(kernels, [row], [b"w"]).decode().split()[1:]
    assert [mantissa(text) for text in numbers_written] == ["1"] * len(row)


def empty_rows(dim: int, n: int = 4) -> Rows:
    return Rows(np.empty((n, dim), np.float32), np.empty(n, np.int64), np.empty(n, np.int64))


def test_lines_are_read_until_one_that_is_not_understood(kernels: Any) -> None:
    text = b"a 1 2\nb\t3  4 \t\r\nc d 5 6\ne 7 8\n"
    rows = empty_rows(2)
    data = np.frombuffer(text, np.uint8)
    place, filled = kernels.parse_rows(data, 0, len(text), rows, 0, 4)
    assert (place, filled) == (text.index(b"c d"), 2)
    assert rows.numbers[:2].tolist() == [[1, 2], [3, 4]]
    spans = zip(rows.starts[:2], rows.ends[:2], strict=True)
    assert [text[a:b] for a, b in spans] == [b"a", b"b"]
    place, filled = kernels.parse_rows(data, text.index(b"e 7"), len(text), rows, 2, 4)
    assert (place, filled) == (len(text), 3)
    assert rows.numbers[2].tolist() == [7, 8]


@pytest.mark.parametrize(
    "line",
    [b"\n", b" 1 2\n", b"a\n", b"a 1\n", b"a 1 2 3\n", b"a 1 x\n", b"a 1\r2\n", b"a 1 2 \x0b\n"],
)
def test_a_line_that_is_not_a_word_and_its_numbers_is_left_alone(kernels: Any, line: bytes) -> None:
    data = np.frombuffer(line, np.uint8)
    assert kernels.parse_rows(data, 0, len(line), empty_rows(2), 1, 4) == (0, 1)


def test_no_more_rows_are_read_than_asked_for() -> None:
    data = np.frombuffer(b"a 1\nb 2\nc 3\n", np.uint8)
    assert parse_rows(data, 0, len(data), empty_rows(1), 0, 2) == (8, 2)
