"""spaCy reads our word2vec text through its own command; skipped where spaCy is not installed."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wordvec.formats import write_vectors
from wordvec.vectors import WordVectors

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("spacy") is None, reason="spaCy is not installed"
)

LOOK_UP = """
import json, sys, spacy
nlp = spacy.load(sys.argv[1])
words = json.loads(sys.argv[2])
print(json.dumps([nlp.vocab.get_vector(word).tolist() for word in words]))
print(json.dumps([len(nlp.vocab.vectors), nlp.vocab.vectors.n_keys]))
"""


def run(*args: object) -> str:
    return subprocess.run(
        [sys.executable, "-P", *map(str, args)], capture_output=True, check=True, text=True
    ).stdout


@pytest.mark.parametrize("packed", [False, True])
def test_spacy_gets_equal_vectors_for_every_word(packed: bool, tmp_path: Path) -> None:
    import json

    words = ["the", "král", "日本", "don't", "1999", "a\u00a0b", "e\u0301", "x\u2028y"]
    rows = np.random.default_rng(0).standard_normal((len(words), 5)).astype(np.float32)
    path = tmp_path / "vectors.txt"
    write_vectors(WordVectors(words, rows), path)
    if packed:
        import gzip

        (tmp_path / "vectors.txt.gz").write_bytes(gzip.compress(path.read_bytes()))
        path = tmp_path / "vectors.txt.gz"
    run("-m", "spacy", "init", "vectors", "en", path, tmp_path / "model")
    found, sizes = map(
        json.loads, run("-c", LOOK_UP, tmp_path / "model", json.dumps(words)).splitlines()
    )
    assert sizes == [len(words), len(words)]
    for word, ours, theirs in zip(words, rows, found, strict=True):
        assert np.array_equal(np.array(theirs, np.float32), ours), word
