"""What the post-processing benchmark does in processes of its own, and the files it does it with.

`python -m wordvec.evals.bench.postprocessjobs JSON` puts a store through one step: the argument
holds those of `mend_store`, and the answer is written as JSON to standard output. The parent is
`wordvec.evals.bench.postprocess`.
"""

import importlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import wordvec
from wordvec.evals.bench.machine import anonymous_memory
from wordvec.evals.bench.storejobs import Finished, run_fresh
from wordvec.vocabulary import WordTable

IMPORTS = {
    "whiten": ("wordvec.postprocess.whiten",),
    "debias": ("wordvec.postprocess.debias", "wordvec.postprocess.hard", "sklearn.cluster"),
    "retrofit": (
        "wordvec.postprocess.retrofit",
        "wordvec.postprocess.retrofitkernels",
        "scipy.linalg",  # which compiled loops load
    ),
}
"""The module of each step, and what else it loads: the idle interpreter's memory has it too."""

_HEADS = 100_000
_NEIGHBOURS = 10
_SETS = {"defining": 10, "equalize": 52}
_WORDS = {"specific": 1441, "neutral_examples": 320}
"""So many sets and words, at most, as the published gender sets have them."""
_CHUNK = 1 << 24


def run_step(environment: Mapping[str, str], **arguments: Any) -> tuple[dict[str, Any], Finished]:
    """Run `mend_store` in a fresh process; return its answer, too."""
    told = json.dumps(arguments)
    finished = run_fresh(["-m", "wordvec.evals.bench.postprocessjobs", told], environment)
    return json.loads(finished.output), finished


def mend_store(
    step: str, path: str, options: Mapping[str, Any], out: str | None = None
) -> dict[str, int | float | None]:
    """Return the seconds of a step from a mapped store, the bytes of its result, and idle memory.

    Parameters
    ----------
    step
        The name of the function.
    path
        The store; it is brought into the system's cache first.
    options
        Of the step.
    out
        A store to write; None for a result in memory, and its bytes.
    """
    module, *_ = [importlib.import_module(name) for name in IMPORTS[step]]
    function = getattr(module, step)
    _read_through(Path(path))
    vectors = wordvec.open(path)
    idle = anonymous_memory()
    start = time.perf_counter()
    result = function(vectors, **options, out=out)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "idle": idle,
        "result": result.vectors.nbytes if out is None else 0,
    }


def write_lexicon(table: WordTable, path: Path, *, seed: int = 1) -> int:
    """Write a lexicon of words drawn from all of `table`; return how many heads it has.

    As in that of Faruqui et al. 2015 which is made from PPDB, the neighbours are heads themselves.
    """
    rng = np.random.default_rng(seed)
    heads = rng.choice(len(table), min(_HEADS, len(table) // 2), replace=False)
    neighbours = rng.choice(heads, (len(heads), _NEIGHBOURS))
    with path.open("w", encoding="utf-8") as file:
        for head, row in zip(heads, neighbours, strict=True):
            file.write(" ".join(table[int(place)] for place in (head, *row)) + "\n")
    return len(heads)


def write_word_sets(table: WordTable, path: Path, *, seed: int = 1) -> None:
    """Write pairs and words drawn from all of `table` as word sets, in JSON; no word twice."""
    rng = np.random.default_rng(seed)
    words = iter([table[int(row)] for row in rng.permutation(len(table))])
    share = min(1.0, len(table) / 10_000)  # of a small table

    def draw(n: int) -> list[str]:
        return [next(words) for _ in range(n)]

    sets: dict[str, Any] = {
        key: [draw(2) for _ in range(max(2, int(n * share)))] for key, n in _SETS.items()
    }
    sets |= {key: draw(max(2, int(n * share))) for key, n in _WORDS.items()}
    path.write_text(json.dumps(sets), encoding="utf-8")


def _read_through(path: Path) -> None:
    """Bring a file into the system's cache, without mapping any of it."""
    buffer = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def main() -> None:
    """Run the step that the only argument describes."""
    sys.stdout.write(json.dumps(mend_store(**json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
