from pathlib import Path

import pytest

from wordvec.evals.bench.encode import EncodeReport, measure_encoding


def test_a_measurement_tells_of_all_cores_and_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDVEC_THREADS", "3")
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("A cat, a dog\n" * 100)
    report = measure_encoding(corpus, tokenizer="words", repeats=2)
    assert (report.corpus, report.tokenizer, report.bytes) == ("corpus.txt", "words", 1300)
    assert (report.tokens, report.distinct_words, report.cores) == (400, 3, 3)
    assert report.seconds > 0
    assert report.cpu_seconds > 0


def test_speed_is_that_of_the_clock_and_beside_it_that_of_a_core() -> None:
    report = EncodeReport(
        corpus="c.txt",
        tokenizer="words",
        bytes=300_000_000,
        tokens=5000,
        distinct_words=7,
        cores=2,
        seconds=1.0,
        cpu_seconds=1.5,
    )
    assert report.megabytes_per_second == 300
    assert report.megabytes_per_core_second == 200
    text = "c.txt, tokenizer words: 300 MB/s on 2 cores, 200 MB/s of one (300.0 MB, 5,000 tokens, "
    assert report.to_text() == text + "7 distinct words; 1.00 s, 1.50 s of CPU)"
    document = report.to_dict()
    assert document["cores"] == 2
    assert document["megabytes_per_core_second"] == 200
