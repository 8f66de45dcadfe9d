"""One training run from standard input, in a process of its own; it saves nothing.

`python -m wordvec.evals.bench.scaleworker CONFIG`: the argument has the options of TrainConfig as
JSON, and what was measured is written as JSON to standard output. The parent, which makes the text
and watches the memory, is `wordvec.evals.bench.scale`.
"""

import importlib
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from wordvec.corpora import encode_corpus
from wordvec.evals.bench.machine import anonymous_memory
from wordvec.training import Progress, TrainConfig, train

_IMPORTS = (
    "wordvec.corpora.encoder",
    "wordvec.training.kernels.cbow",
    "wordvec.training.kernels.skipgram",
)
"""What is loaded in the course of a run: the idle interpreter's memory has them, too."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What only the process itself can know of a run."""

    reading_seconds: float
    """From the first byte asked for to the ids and the vocabulary."""
    training_seconds: float
    operations: int
    """Additions and multiplications of the vectors' numbers; 0 if nobody counted."""
    loss: float | None
    bytes: int
    tokens: int
    vocabulary: int
    """Words that occurred."""
    idle_memory: int | None
    """Bytes of anonymous memory before anything was read; None where the system does not tell."""


def train_standard_input(config: TrainConfig) -> Trained:
    """Train on the text from standard input and say what it took."""
    for module in _IMPORTS:
        importlib.import_module(module)
    idle = anonymous_memory()
    _load_reader()
    reading_ended = 0.0
    last = Progress("reading", 0, None)

    def note(report: Progress) -> None:
        nonlocal reading_ended, last
        if report.stage == "compiling":
            reading_ended = time.perf_counter()
        last = report

    began = time.perf_counter()
    vectors = train("-", config, progress=note)
    read = vectors.provenance["corpus"]
    return Trained(
        reading_seconds=reading_ended - began,
        training_seconds=last.seconds,
        operations=last.operations,
        loss=last.loss,
        bytes=read["bytes"],
        tokens=read["tokens"],
        vocabulary=len(vectors),
        idle_memory=idle,
    )


def _load_reader() -> None:
    """Read two words, so that loading the compiled reader, a quarter of a second, is not timed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "two.txt"
        file.write_text("two words\n", encoding="ascii")
        encode_corpus(file, min_count=1)


if __name__ == "__main__":
    print(json.dumps(asdict(train_standard_input(TrainConfig(**json.loads(sys.argv[1]))))))  # noqa: T201
