import struct

import numpy as np
import pytest

pytest.importorskip("usearch")

from wordvec.approximate import build_index, open_index
from wordvec.errors import FormatError
from wordvec.indexfile import TRAILER_BYTES, index_path, map_index, read_trailer
from wordvec.vectors import WordVectors

WORDS, DIM = 400, 4
HEAD = 8 + WORDS * 2 * DIM
LEVELS = HEAD + 104
NODES = LEVELS + 2 * WORDS


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "v.h5"
    matrix = np.random.default_rng(0).standard_normal((WORDS, DIM), np.float32)
    WordVectors([f"w{i}" for i in range(WORDS)], matrix).save(path)
    return build_index(path, threads=1).path.read_bytes()


@pytest.fixture
def changed(whole, tmp_path):
    """Return a function that writes the index with some bytes changed."""

    def write(*changes):
        data = bytearray(whole)
        for place, kind, value in changes:
            struct.pack_into("<" + kind, data, place, value)
        path = tmp_path / "v.h5.usearch"
        path.write_bytes(data)
        return path

    return write


def parsed(data):
    """Return links of a node on the base level and above it, and the byte each node begins at."""
    links, base_links = struct.unpack_from("<2Q", data, HEAD + 72)
    levels = np.frombuffer(data, "<i2", WORDS, LEVELS)
    lengths = 14 + 4 * base_links + levels.astype(int) * (4 + 4 * links)
    return base_links, levels, NODES + np.cumsum(lengths) - lengths


def test_a_whole_index_passes(changed):
    trailer, graph = map_index(changed())
    assert (trailer.words, trailer.rows, trailer.dim) == (WORDS, WORDS, DIM)
    assert not graph.flags.writeable


@pytest.mark.parametrize(
    ("place", "kind", "value", "message"),
    [
        (0, "I", WORDS + 1, "size of the matrix"),
        (4, "I", 2 * DIM + 2, "size of the matrix"),
        (HEAD, "B", 0, "head is not that of a graph"),
        (HEAD + 7, "H", 3, "head is not that of a graph"),
        (HEAD + 14, "B", 5, "head is not that of a graph"),
        (HEAD + 33, "Q", 1 << 40, "head has other numbers"),
        (HEAD + 41, "B", 1, "head has other numbers"),
        (HEAD + 64, "Q", 1 << 60, "numbers of nodes and links"),
        (HEAD + 72, "Q", 1 << 62, "numbers of nodes and links"),
        (HEAD + 80, "Q", 0, "numbers of nodes and links"),
        (HEAD + 88, "Q", 40, "levels of the graph"),
        (HEAD + 96, "Q", WORDS, "levels of the graph"),
        (LEVELS, "h", -1, "levels of the graph"),
        (LEVELS, "h", 32767, "levels of the graph"),
        (LEVELS, "h", 5, "not as long as its levels tell"),
        (NODES, "Q", WORDS, "a node from number 0 on"),
        (NODES + 8, "H", 9, "a node from number 0 on"),
        (NODES + 10, "I", 1 << 31, "a node from number 0 on"),
        (NODES + 14, "I", WORDS, "a node from number 0 on"),
    ],
)
def test_a_number_that_leads_astray_is_found(changed, place, kind, value, message):
    with pytest.raises(FormatError, match=rf"v\.h5\.usearch is damaged: .*{message}"):
        map_index(changed((place, kind, value)))


@pytest.mark.parametrize(
    ("past", "value", "message"),
    [(0, 1 << 31, "leads out"), (4, WORDS, "leads out"), (4, "low", "not of this level")],
)
def test_a_wrong_link_on_an_upper_level_is_found(changed, whole, past, value, message):
    base_links, levels, starts = parsed(whole)
    place = int(starts[np.flatnonzero(levels)[0]]) + 14 + 4 * base_links + past
    link = int(np.flatnonzero(levels == 0)[0]) if value == "low" else value
    with pytest.raises(FormatError, match=f"a node of level 1 .*{message}"):
        map_index(changed((place, "I", link)))


def test_no_random_damage_reaches_usearch(whole, tmp_path):
    # What passes the check is searched in: if the check let too much through, this would crash.
    path = tmp_path / "v.h5"
    matrix = np.random.default_rng(0).standard_normal((WORDS, DIM), np.float32)
    WordVectors([f"w{i}" for i in range(WORDS)], matrix).save(path)
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(200):
        data = bytearray(whole)
        place = int(rng.integers(HEAD, len(data)))
        data[place] ^= 1 << int(rng.integers(8))
        index_path(path).write_bytes(data)
        try:
            index = open_index(path)
        except FormatError:
            refused += 1
            continue
        rows, _ = index.nearest(matrix[:50], 10)
        assert rows.min() >= 0
        assert rows.max() < WORDS
    assert 20 < refused < 200


@pytest.mark.parametrize("kept", [1, 500, TRAILER_BYTES, 5000, -1])
def test_a_file_that_is_cut_short_is_refused(whole, tmp_path, kept):
    path = tmp_path / "v.h5.usearch"
    path.write_bytes(whole[:kept])
    with pytest.raises(FormatError, match="its end is missing"):
        map_index(path)


def test_a_file_whose_beginning_is_missing_is_refused(whole, tmp_path):
    path = tmp_path / "v.h5.usearch"
    path.write_bytes(whole[-TRAILER_BYTES - 500 :])
    with pytest.raises(FormatError, match="do not fit into"):
        map_index(path)


def test_an_empty_file_is_no_index(tmp_path):
    path = tmp_path / "v.h5.usearch"
    path.touch()
    with pytest.raises(FormatError, match="is empty, so not an index"):
        map_index(path)


@pytest.mark.parametrize("change", [('"rows": 400', '"rows": -40'), ('"rows"', '"cats"')])
def test_a_trailer_of_nonsense_is_refused(whole, tmp_path, change):
    path = tmp_path / "v.h5.usearch"
    path.write_bytes(whole.replace(*(text.encode() for text in change)))
    with pytest.raises(FormatError, match="say nonsense"):
        read_trailer(path)


def test_the_index_lies_beside_the_store_that_a_link_leads_to(tmp_path):
    link = tmp_path / "link.h5"
    (tmp_path / "real.h5").touch()
    link.symlink_to(tmp_path / "real.h5")
    assert index_path(link) == (tmp_path / "real.h5.usearch").resolve()
