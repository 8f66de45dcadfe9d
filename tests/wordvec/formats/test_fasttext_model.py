import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import gensim
import numpy as np
import pytest

from wordvec.errors import FormatError
from wordvec.formats import fasttext
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

DATA = Path(__file__).with_name("data")
FIXTURES = Path(gensim.__file__).parent / "test" / "test_data"
# Where the numbers of a header are.
LOSS, MODEL, BUCKETS, MIN_N, MAX_N, SIZE, TOKENS, PRUNED, ENTRIES = (
    32,
    36,
    40,
    44,
    48,
    64,
    76,
    84,
    92,
)


def load(path: Path) -> WordVectors:
    return fasttext.read(path, limit=None, progress=None)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    words = ["the", "where", "král", "日本", "</s>", "c++", "жу", "a"]
    subwords = Subwords(np.ones((40, 4), np.float32), 3, 5, 40)
    vectors = WordVectors(words, np.eye(8, 4), np.arange(8, 0, -1), subwords=subwords)
    fasttext.write(vectors, tmp_path / "model.bin", progress=None)
    return tmp_path / "model.bin"


@pytest.mark.parametrize(
    "path",
    [
        FIXTURES / "crime-and-punishment.bin",
        FIXTURES / "lee_fasttext.bin",
        DATA / "fasttext-normed.ftz",
        DATA / "fasttext-pruned.ftz",
    ],
    ids=lambda path: path.name,
)
def test_a_file_cut_anywhere_is_refused_with_the_byte(path: Path, tmp_path: Path) -> None:
    data, short = path.read_bytes(), tmp_path / "short.bin"
    draw = np.random.default_rng(1).integers
    places = {*range(1, 120), *draw(len(data), size=60).tolist()}
    for place in [*places, len(data) - 1]:
        short.unlink(missing_ok=True)
        short.write_bytes(data[:place])
        with pytest.raises(FormatError, match=r"short\.bin: byte \d+: .*: .*copy it again"):
            load(short)


@pytest.mark.parametrize(
    "path",
    [FIXTURES / "crime-and-punishment.bin", DATA / "fasttext-pruned.ftz"],
    ids=lambda path: path.name,
)
def test_a_damaged_byte_is_refused_or_read_over(path: Path, tmp_path: Path) -> None:
    draw, damaged = np.random.default_rng(1).integers, tmp_path / "damaged.bin"
    data = path.read_bytes()
    outcomes: set[str | bool] = set()
    for turn in range(300):
        changed = bytearray(data)
        place = draw(len(data) if turn % 2 else 200)
        changed[place] ^= 1 << draw(8)
        damaged.unlink(missing_ok=True)
        damaged.write_bytes(changed)
        try:
            load(damaged)
        except FormatError as error:
            outcomes.add("damaged.bin: byte " in str(error))
        else:
            outcomes.add("read")
    assert outcomes == {"read", True}


def with_number(layout: str, place: int, number: int) -> Callable[[bytearray], None]:
    return lambda data: struct.pack_into(layout, data, place, number)


def put_nan(data: bytearray) -> None:
    centroids = data.index(struct.pack("<4i", 5, 3, 2, 1)) + 16
    struct.pack_into("<f", data, centroids, float("nan"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_number("<i", 4, 13), "byte 4: header: version 13 of the format; 11 and 12 are read"),
        (with_number("<i", 8, 2**31 - 1), "byte 8: header: the dimension is 2147483647"),
        (with_number("<i", 8, 0), "byte 8: header: the dimension is 0"),
        (with_number("<i", LOSS, 9), "byte 8: header: the loss is 9"),
        (with_number("<i", MODEL, 4), "byte 8: header: the model is 4"),
        (with_number("<i", BUCKETS, -1), "byte 8: header: the number of buckets is -1"),
        (with_number("<i", BUCKETS, 2**31 - 1), r"input matrix: 48 rows of 4 numbers; expected"),
        (with_number("<i", MAX_N, 10**9), "byte 8: header: the length of the longest n-gram"),
        (with_number("<i", SIZE, 2**31 - 1), "byte 64: dictionary: 2147483647 entries, 8 words"),
        (with_number("<q", SIZE, 2**31 - 1 << 32 | 2**31 - 1), "byte 64: .* do not fit the file"),
        (with_number("<q", TOKENS, -5), "byte 64: dictionary: .* -5 tokens cannot be"),
        (with_number("<q", PRUNED, 10**12), "byte 84: dictionary: 1000000000000 n-grams of 40"),
        (
            with_number("<q", PRUNED, 0),
            "input matrix: n-grams are pruned, but nothing is quantized",
        ),
        (with_number("<q", ENTRIES + 4, -1), "dictionary: a word of kind 0 and count -1 cannot be"),
        (with_number("<b", ENTRIES + 12, 1), "dictionary: a word of kind 1 and count 8 cannot be"),
        (lambda data: data.extend(b"\0\0"), "end: the model ends here, but 2 bytes follow"),
    ],
)
def test_a_number_that_cannot_be_is_refused_at_once(
    change: Callable[[bytearray], None], message: str, model: Path
) -> None:
    data = bytearray(model.read_bytes())
    change(data)
    model.write_bytes(data)
    tracemalloc.start()
    with pytest.raises(FormatError, match=rf"model\.bin: .*{message}"):
        load(model)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_a_word_without_an_end_is_refused(model: Path) -> None:
    data = model.read_bytes()
    model.write_bytes(data[:ENTRIES] + b"x" * (1 << 19))
    with pytest.raises(FormatError, match=f"byte {ENTRIES}: dictionary: no word ends here"):
        load(model)


def pruned_pair(index: int, bucket: int, row: int) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        model = struct.unpack_from("<3iqq", data, SIZE)
        place = ENTRIES
        for _ in range(model[0]):
            place = data.index(b"\0", place) + 10
        struct.pack_into("<2i", data, place + 8 * index, bucket, row)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pruned_pair(2, 600, 0), r"pruned n-grams: bucket 600 of 600 has row 0 of 346"),
        (pruned_pair(2, -1, 0), r"pruned n-grams: bucket -1 of 600"),
        (pruned_pair(2, 0, 346), r"pruned n-grams: bucket 0 of 600 has row 346 of 346"),
        (with_number("<q", PRUNED, 345), "pruned n-grams: bucket 64 of 600 has row 345 of 345"),
        (put_nan, "input matrix: a quantizer holds a NaN or infinity"),
        (
            lambda data: data.__setitem__(
                slice(data.index(struct.pack("<4i", 5, 3, 2, 1)), None),
                struct.pack("<4i", 5, 3, 0, 1),
            ),
            r"input matrix: a quantizer of 5 numbers with the sizes \(5, 3, 0, 1\) cannot be",
        ),
        (
            lambda data: data.__setitem__(
                slice(data.index(struct.pack("<4i", 5, 3, 2, 1)) - 1200 - 4, None), b""
            ),
            "input matrix: the file ends",
        ),
    ],
)
def test_a_damaged_quantized_model_is_refused(
    change: Callable[[bytearray], None], message: str, tmp_path: Path
) -> None:
    data = bytearray((DATA / "fasttext-pruned.ftz").read_bytes())
    change(data)
    (tmp_path / "v.ftz").write_bytes(data)
    with pytest.raises(FormatError, match=rf"v\.ftz: byte \d+: {message}"):
        load(tmp_path / "v.ftz")


def test_an_empty_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "v.bin").touch()
    with pytest.raises(FormatError, match=r"v\.bin is empty"):
        load(tmp_path / "v.bin")
    with pytest.raises(FormatError, match="is not an ordinary file"):
        load(tmp_path)
