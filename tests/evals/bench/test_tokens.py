import numpy as np
import pytest

from wordvec.evals.bench.tokens import write_tokens
from wordvec.vocabulary import CorpusReport, EncodedCorpus, Vocabulary, WordTable

WORDS = ["the", "königin", "a", "猫"]
SENTENCES = [[0, 1], [2], [3, 3, 0, 2, 1]]


def encoded(sentences):
    ids = np.array([i for sentence in sentences for i in [*sentence, -1]], np.int32)
    vocabulary = Vocabulary(WordTable.from_words(WORDS), np.ones(len(WORDS), np.uint64))
    report = CorpusReport(
        sources=(),
        tokenizer="words",
        bytes=0,
        tokens=0,
        sentences=len(sentences),
        distinct_words=len(WORDS),
        invalid_bytes=0,
        sha256="",
    )
    return EncodedCorpus(ids, vocabulary, report)


@pytest.mark.parametrize("block", [1, 3, 100])
def test_tokens_are_written_a_sentence_a_line(tmp_path, monkeypatch, block):
    monkeypatch.setattr("wordvec.evals.bench.tokens._BLOCK", block)
    write_tokens(encoded(SENTENCES), tmp_path / "text")
    lines = (tmp_path / "text").read_text(encoding="utf-8").splitlines()
    assert [line.split() for line in lines] == [[WORDS[i] for i in s] for s in SENTENCES]


def test_no_tokens_make_an_empty_file(tmp_path):
    write_tokens(encoded([]), tmp_path / "text")
    assert (tmp_path / "text").read_bytes() == b""
