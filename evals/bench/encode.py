"""How quickly text becomes token ids: megabytes a second on all cores and of one, after compiling.

Called by `python -m wordvec.evals.bench`, its commands `encode` and `train`.
"""

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wordvec.corpora import encode_corpus
from wordvec.cpus import available_threads
from wordvec.evals.bench.machine import describe_machine, versions


@dataclass(frozen=True, kw_only=True)
class EncodeReport:
    """What reading, tokenizing, counting and encoding a corpus took."""

    corpus: str
    tokenizer: str
    bytes: int
    """Of text, after decompression."""
    tokens: int
    distinct_words: int
    cores: int
    seconds: float
    """By the clock, with all cores."""
    cpu_seconds: float
    """Of all cores together."""

    @property
    def megabytes_per_second(self) -> float:
        """Megabytes of text a second by the clock."""
        return self.bytes / 1e6 / self.seconds

    @property
    def megabytes_per_core_second(self) -> float:
        """Megabytes of text a second of one core's time."""
        return self.bytes / 1e6 / self.cpu_seconds

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            **asdict(self),
            "megabytes_per_second": self.megabytes_per_second,
            "megabytes_per_core_second": self.megabytes_per_core_second,
            "machine": describe_machine(),
            "versions": versions(),
        }

    def to_text(self) -> str:
        """Return it as a line."""
        return (
            f"{self.corpus}, tokenizer {self.tokenizer}: {self.megabytes_per_second:,.0f} MB/s on "
            f"{self.cores} cores, {self.megabytes_per_core_second:,.0f} MB/s of one "
            f"({self.bytes / 1e6:,.1f} MB, {self.tokens:,} tokens, {self.distinct_words:,} "
            f"distinct words; {self.seconds:.2f} s, {self.cpu_seconds:.2f} s of CPU)"
        )


def measure_encoding(corpus: Path, *, tokenizer: str, repeats: int) -> EncodeReport:
    """Encode `corpus` several times and report the quickest.

    Raises
    ------
    WordvecError
        If the corpus cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        warm_up = Path(folder) / "compile.txt"
        warm_up.write_text("compile this\n", encoding="utf-8")
        _encode(warm_up, tokenizer)
    reports = [_encode(corpus, tokenizer) for _ in range(repeats)]
    return min(reports, key=lambda report: report.seconds)


def _encode(corpus: Path, tokenizer: str) -> EncodeReport:
    start, cpu_start = time.perf_counter(), time.process_time()
    report = encode_corpus(str(corpus), tokenizer=tokenizer, min_count=1).report
    return EncodeReport(
        corpus=corpus.name,
        tokenizer=report.tokenizer,
        bytes=report.bytes,
        tokens=report.tokens,
        distinct_words=report.distinct_words,
        cores=available_threads(),
        seconds=time.perf_counter() - start,
        cpu_seconds=time.process_time() - cpu_start,
    )
