from pathlib import Path

import pytest

from wordvec.quantization import QUANTIZERS
from wordvec.store import layout

TYPES = {
    "<f8": "float64",
    "<f4": "float32",
    "|u1": "uint8",
    "<u2": "uint16",
    "<i8": "int64",
    "<i4": "int32",
    "<u4": "uint32",
    "<u8": "uint64",
    layout.CODES: "as `dtype` says",
}
PAGE = Path(__file__).parents[3] / "docs" / "format-1.md"


@pytest.mark.parametrize("data_set", layout.DATA_SETS, ids=lambda data_set: data_set.name)
def test_the_specification_describes_every_data_set(data_set):
    rows = [
        line
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith(f"| `/{data_set.name}`")
    ]
    assert len(rows) == 1
    _, _, dtype, shape, *_ = (cell.strip() for cell in rows[0].split("|"))
    assert shape == f"({', '.join(data_set.axes)})"
    assert dtype == TYPES[data_set.dtype]


@pytest.mark.parametrize("quantizer", QUANTIZERS.values(), ids=str)
def test_the_specification_describes_every_type(quantizer):
    text = PAGE.read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{quantizer.name}` |"))
    stored = {"<f4": "float32", "<f2": "float16", "<u2": "uint16", "|u1": "uint8", "|i1": "int8"}
    assert row.split("|")[2].strip() == stored[quantizer.storage]
    assert ("yes" in row.split("|")[3]) == quantizer.scaled


def test_the_specification_is_of_this_version():
    assert f"format version {layout.FORMAT_VERSION}" in PAGE.read_text("utf-8").splitlines()[0]


def test_the_python_reader_of_the_specification_works(tmp_path, monkeypatch, capsys):
    from wordvec.vectors import WordVectors

    words = [f"w{i}" for i in range(50)] + ["král"]
    WordVectors(words, [[float(i), -i] for i in range(51)]).save(tmp_path / "vectors.h5")
    monkeypatch.chdir(tmp_path)
    code = PAGE.read_text("utf-8").split("```python\n")[1].split("```")[0]
    namespace: dict[str, object] = {}
    exec(code, namespace)  # noqa: S102  # it is our own page
    find, vector = namespace["find"], namespace["vector"]
    assert [find(word) for word in words] == list(range(51))  # type: ignore[operator]
    assert find("absent") is None  # type: ignore[operator]
    assert vector("král").tolist() == [50, -50]  # type: ignore[operator]
