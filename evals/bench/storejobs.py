"""What the store benchmark does in processes of its own, so that nothing is left from before.

`run_fresh` starts one and takes its time and its memory; `python -m wordvec.evals.bench.storejobs
JSON` is one: the argument names a function of this module and its arguments, and the answer is
written as JSON to standard output. The parent is `wordvec.evals.bench.store`.
"""

import importlib
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wordvec.errors import WordvecError
from wordvec.evals.bench.machine import anonymous_memory, watch_memory
from wordvec.evals.bench.storedata import draw_rows

_SAMPLE_SECONDS = 0.001
_LIST = 1000
_LISTS = 200
_QUERIES = 64
_REST = 0.2
"""Seconds. For some time after a product OpenBLAS's threads keep the cores busy: after 0.05 s a
search still took half as long again."""


@dataclass(frozen=True)
class Finished:
    """What a process wrote, how long it took and the most anonymous memory that it held."""

    output: str
    seconds: float
    """From its start to its end."""
    peak: int | None
    """Bytes, looked at every millisecond; None where the system does not tell."""


def run_fresh(arguments: Sequence[str], environment: Mapping[str, str]) -> Finished:
    """Run Python with `arguments` in a new process, and watch it.

    Raises
    ------
    WordvecError
        If it fails; the message is the last line of its standard error.
    """
    # -P: the current folder may hold a wordvec/ of its own, the source tree.
    command = [sys.executable, "-P", *arguments]
    start = time.perf_counter()
    with (
        subprocess.Popen(  # noqa: S603 - our own arguments
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment)
        ) as process,
        watch_memory(process.pid, every=_SAMPLE_SECONDS) as memory,
    ):
        try:
            output, errors = process.communicate()
        except BaseException:
            process.kill()
            raise
    seconds = time.perf_counter() - start
    if process.returncode:
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"exit status {process.returncode}"
        raise WordvecError(f"a process of the benchmark failed: {why}")
    return Finished(output.decode("utf-8", "replace"), seconds, max(memory, default=None))


def fresh_environment(threads: int | None) -> dict[str, str]:
    """Return the environment of the jobs: with compiled modules, and `threads` if told."""
    environment = {**os.environ}
    # Without it, modules are compiled once, as those of an installed package are.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if threads is not None:
        for name in ("WORDVEC", "OPENBLAS_NUM", "MKL_NUM", "OMP_NUM"):
            environment[f"{name}_THREADS"] = str(threads)
    return environment


def run_job(name: str, environment: Mapping[str, str], **arguments: Any) -> tuple[Any, Finished]:
    """Run the function `name` of this module in a fresh process; return its answer, too."""
    told = json.dumps({"name": name, "arguments": arguments})
    finished = run_fresh(["-m", "wordvec.evals.bench.storejobs", told], environment)
    return json.loads(finished.output), finished


def look_up(tool: str, path: str, repeats: int) -> dict[str, float]:
    """Return look-ups a second: of words one at a time, and in lists of words and of rows."""
    vectors = open_vectors(tool, path)
    table = vectors.index_to_key
    rows = draw_rows(len(table), _LIST * _LISTS)
    text = " ".join(table[int(row)] for row in rows)
    batches = rows.reshape(_LISTS, _LIST)
    # Each tool gets rows as it takes them quickest.
    row_lists: Any = batches if tool == "wordvec" else batches.tolist()

    def split() -> list[str]:
        # New objects, as a text's words are: a string that was looked up before keeps its hash.
        return text.split(" ")

    def ask(lists: Sequence[Any]) -> None:
        for keys in lists:
            vectors[keys]

    def word_lists() -> list[list[str]]:
        words = split()
        return [words[start : start + _LIST] for start in range(0, len(words), _LIST)]

    return {
        "single": len(rows) / quickest(ask, repeats, prepare=split),
        "lists": len(rows) / quickest(ask, repeats, prepare=word_lists),
        "rows": len(rows) / quickest(ask, repeats, prepare=lambda: row_lists),
    }


def search_wordvec(paths: Mapping[str, str], repeats: int, batches: int) -> dict[str, Any]:
    """Return the seconds of exact searches, by stored type; of products alone; bytes a second."""
    from wordvec.cpus import available_threads
    from wordvec.evals.bench.bandwidth import read_bandwidth

    opened = {dtype: open_vectors("wordvec", path) for dtype, path in paths.items()}
    vectors = opened.pop("float32")
    matrix, words = vectors.vectors, [vectors.index_to_key[row] for row in range(_QUERIES)]
    directions = np.stack([vectors.get_vector(word, norm=True) for word in words])
    one, many = np.empty(len(matrix), np.float32), np.empty((len(words), len(matrix)), np.float32)
    search, product, bandwidth = float("inf"), float("inf"), 0.0
    give = _words_of(vectors)
    for _ in range(repeats):  # in turn, since one is held against the other
        search = min(search, quickest(vectors.most_similar, 1, prepare=give))
        bandwidth = max(bandwidth, read_bandwidth(matrix, threads=available_threads(), repeats=1))
        product = min(
            product, quickest(lambda unit: np.matmul(matrix, unit, out=one), 1, directions[0])
        )
        time.sleep(_REST)
    others = {
        dtype: quickest(smaller.most_similar, repeats, prepare=_words_of(smaller))
        for dtype, smaller in opened.items()
    }
    return {
        "seconds": {"float32": search, **others},
        "bandwidth": bandwidth,
        "product": product,
        "batch": quickest(vectors.most_similar_batch, batches, words),
        "batch_product": quickest(
            lambda rows: np.matmul(rows, matrix.T, out=many), batches, directions
        ),
    }


def search_gensim(path: str, repeats: int) -> float:
    """Return the seconds of a search, the lengths of the vectors being known."""
    vectors = open_vectors("gensim", path)
    return quickest(vectors.most_similar, repeats + 1, prepare=_words_of(vectors))


def read_word2vec(tool: str, path: str, save: str | None = None) -> dict[str, Any]:
    """Return the seconds of reading a word2vec binary, and the memory held before it."""
    read = _reader(tool)
    idle = anonymous_memory()
    start = time.perf_counter()
    vectors = read(path)
    seconds = time.perf_counter() - start
    if save is not None:
        vectors.save(save, separately=["vectors"])
    return {"seconds": seconds, "idle": idle}


def answer_unseen(path: str, word: str) -> float:
    """Return the seconds of the first answer for `word`, which is not in the store."""
    vectors = open_vectors("wordvec", path)
    start = time.perf_counter()
    vectors.lookup(word, unseen="spelling")
    return time.perf_counter() - start


def first_and_again(tool: str, path: str) -> dict[str, float | None]:
    """Return the seconds of opening, of first answers and of later ones, and memory above idle."""
    _reader(tool)  # loads the tool
    idle = anonymous_memory()

    def above_idle() -> float | None:
        now = anonymous_memory()
        return None if now is None or idle is None else now - idle

    def time_of(work: Callable[[Any], object], argument: Any) -> float:
        return quickest(work, 1, argument)

    opened: list[Any] = []
    result: dict[str, float | None] = {
        "open": time_of(lambda path: opened.append(open_vectors(tool, path)), path)
    }
    vectors = opened[0]
    result["memory, opened"] = above_idle()
    table = vectors.index_to_key
    words = [table[int(row)] for row in draw_rows(len(table), 200)]
    some = list(dict.fromkeys(words))
    result["key"] = time_of(vectors.__getitem__, some[0])
    result["key again"] = time_of(vectors.__getitem__, some[0])
    result["25 keys"] = time_of(vectors.__getitem__, some[1:26])
    result["25 keys again"] = time_of(vectors.__getitem__, some[1:26])
    time_of(vectors.__getitem__, some[:100])
    result["memory, 100 keys"] = above_idle()
    result["search"] = time_of(vectors.most_similar, some[0])
    result["search, other key"] = time_of(vectors.most_similar, some[1])
    result["search, same key"] = time_of(vectors.most_similar, some[1])
    result["memory, search"] = above_idle()
    return result


def search_approximately(path: str) -> dict[str, float]:
    """Build an index for approximate search; return its recall, and seconds."""
    from wordvec.approximate import build_index

    report = build_index(path)
    vectors = open_vectors("wordvec", path)
    table = vectors.index_to_key

    def search(word: str) -> object:
        return vectors.most_similar(word, approximate=True)

    return {
        "build": report.seconds,
        "recall": report.recall_at_10,
        "first": quickest(search, 1, table[100]),
        "later": quickest(search, 20, prepare=_words_of(vectors)),
    }


def open_vectors(tool: str, path: str) -> Any:
    """Map the store, or the gensim file, at `path`."""
    if tool == "wordvec":
        import wordvec

        return wordvec.open(path)
    from gensim.models import KeyedVectors

    return KeyedVectors.load(path, mmap="r")


def quickest(
    work: Callable[[Any], object],
    repeats: int,
    argument: Any = None,
    *,
    prepare: Callable[[], Any] | None = None,
) -> float:
    """Return the fewest seconds of several calls of `work` with what `prepare` makes for each."""
    least = float("inf")
    for _ in range(repeats):
        given = argument if prepare is None else prepare()
        start = time.perf_counter()
        work(given)
        least = min(least, time.perf_counter() - start)
    return least


def _words_of(vectors: Any) -> Callable[[], str]:
    """Return a function that gives another word each time."""
    rows = iter(range(100, len(vectors.index_to_key)))
    return lambda: str(vectors.index_to_key[next(rows)])


def _reader(tool: str) -> Callable[[str], Any]:
    """Return the function that reads a word2vec binary, with all that it imports loaded."""
    if tool == "wordvec":
        from wordvec.formats import read_vectors

        importlib.import_module("wordvec.formats.word2vec_binary")
        return read_vectors
    from gensim.models import KeyedVectors

    return lambda path: KeyedVectors.load_word2vec_format(path, binary=True)


JOBS = {
    job.__name__: job
    for job in (
        look_up,
        search_wordvec,
        search_gensim,
        read_word2vec,
        answer_unseen,
        first_and_again,
        search_approximately,
    )
}


def main() -> None:
    """Run the job that the only argument describes."""
    warnings.simplefilter("ignore")  # gensim's, of code that is not ours to mend
    told = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(JOBS[told["name"]](**told["arguments"])))


if __name__ == "__main__":
    main()
