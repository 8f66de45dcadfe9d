"""How fast and how big stores are, with gensim beside them, measured in one run.

Files are made once from vectors out of a seed; what is measured is in `storejobs`, each in fresh
processes; here it becomes a table. Called by `python -m wordvec.evals.bench store`.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wordvec.evals.bench.conversion import Conversion, convert_all
from wordvec.evals.bench.storedata import make_vectors, unseen_words
from wordvec.evals.bench.storejobs import Finished, fresh_environment, run_fresh, run_job
from wordvec.evals.bench.storetable import Measure, Settings, StoreBenchmark
from wordvec.evals.comparison.overlap import neighbour_overlap
from wordvec.formats import write_vectors
from wordvec.quantization import QUANTIZERS
from wordvec.scratch import disk_errors, scratch_folder
from wordvec.store import layout, open_store, write_store
from wordvec.store.read import read_header

Say = Callable[[str], None]

_SEARCHES = 8
_BATCHES = 2
"""So many times more of these than of processes: they are quick."""
_READS = 2

_LOOK_UP = {
    "wordvec": "import sys, wordvec; wordvec.open(sys.argv[1])[sys.argv[2]]",
    "gensim": "import sys; from gensim.models import KeyedVectors; "
    "KeyedVectors.load(sys.argv[1], mmap='r')[sys.argv[2]]",
}
_QUERY = {
    "wordvec": "import sys; from wordvec.cli import main; "
    "sys.argv[1:] = ['query', sys.argv[2], '-m', sys.argv[1]]; main()",
    "gensim": "import sys; from gensim.models import KeyedVectors; "
    "KeyedVectors.load(sys.argv[1], mmap='r').most_similar(sys.argv[2])",
}
_IMPORTS_ALONE = {
    "wordvec": "import time, wordvec.store.read; time.sleep(0.1)",
    "gensim": "import time, gensim.models; time.sleep(0.1)",
}


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The files of a run, and how its processes are started."""

    settings: Settings
    stores: Mapping[str, Path]
    """By stored type."""
    word2vec: Path
    gensim: Path
    query: str
    """The word that fresh processes ask for."""
    unseen: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def paths(self) -> dict[str, str]:
        """What each tool opens."""
        return {"wordvec": str(self.stores["float32"]), "gensim": str(self.gensim)}


def measure_stores(settings: Settings, say: Say) -> StoreBenchmark:
    """Make the files, measure both tools, and convert the trained store if there is one.

    `say` is called with a line of text whenever something starts.

    Raises
    ------
    WordvecError
        If a process fails, the trained store cannot be read, or there is no room.
    """
    conversions: tuple[Conversion, ...] = ()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    parent = scratch_folder()
    with (
        disk_errors(parent, "seven times the matrix"),
        tempfile.TemporaryDirectory(prefix="wordvec-bench-", dir=parent) as name,
    ):
        folder = Path(name)
        if settings.store is not None:
            conversions = convert_all(settings.store, folder, say)
        bench = _make_files(settings, folder, say)
        reading = _measure_reading(bench, say)  # which makes gensim's file
        say("fresh processes")
        processes = _measure_processes(bench)
        say("look-ups")
        look_ups = _measure_look_ups(bench)
        say("searches")
        searches, bandwidth = _measure_searches(bench)
        say("sizes, and neighbours kept by int8")
        sizes = _measure_sizes(bench, conversions)
        measures = (*processes, *look_ups, *searches, *sizes, *reading)
        say("first answers and later ones")
        firsts = _measure_firsts(bench)
        if settings.index:
            say("an index for approximate search")
            firsts += _measure_index(bench)
    return StoreBenchmark(
        settings=settings,
        bandwidth=bandwidth,
        load=load,
        measures=measures,
        firsts=tuple(firsts),
        conversions=conversions,
    )


def _make_files(settings: Settings, folder: Path, say: Say) -> Bench:
    say(f"making {settings.words:,} x {settings.dim}")
    vectors = make_vectors(settings.words, settings.dim)
    stores = {}
    for dtype in QUANTIZERS:
        say(f"writing {dtype}")
        stores[dtype] = folder / f"{dtype}.h5"
        write_store(vectors, stores[dtype], dtype=dtype)
    say("writing word2vec's binary")
    word2vec = folder / "vectors.bin"
    write_vectors(vectors, word2vec)
    return Bench(
        settings=settings,
        stores=stores,
        word2vec=word2vec,
        gensim=folder / "vectors.kv",
        query=vectors.index_to_key[len(vectors) // 1000],
        unseen=tuple(unseen_words(vectors.index_to_key)),
        environment=fresh_environment(settings.threads),
    )


def _measure_reading(bench: Bench, say: Say) -> list[Measure]:
    seconds, memory = {}, {}
    for tool in ("wordvec", "gensim"):
        say(f"{tool} reads word2vec's binary")
        runs = []
        for run in range(min(_READS, bench.settings.repeats)):
            saved = str(bench.gensim) if tool == "gensim" and run == 0 else None
            runs.append(
                run_job(
                    "read_word2vec",
                    bench.environment,
                    tool=tool,
                    path=str(bench.word2vec),
                    save=saved,
                )
            )
        seconds[tool] = min(answer["seconds"] for answer, _ in runs)
        memory[tool] = _least_above([(done, answer["idle"]) for answer, done in runs])
    return [
        Measure("reading word2vec's binary, s", seconds),
        Measure("the same, peak memory above idle, MB", memory, 0),
    ]


def _measure_processes(bench: Bench) -> list[Measure]:
    opened, asked, peak, above = {}, {}, {}, {}
    for tool, path in bench.paths.items():
        idle = run_fresh(["-c", _IMPORTS_ALONE[tool]], bench.environment).peak
        runs = _repeat(bench, _LOOK_UP[tool], path)
        opened[tool] = min(run.seconds for run in runs)
        peak[tool] = _least_above([(run, 0) for run in runs])
        above[tool] = _least_above([(run, idle) for run in runs])
        asked[tool] = min(run.seconds for run in _repeat(bench, _QUERY[tool], path))
    others = {
        dtype: min(run.seconds for run in _repeat(bench, _QUERY["wordvec"], str(path)))
        for dtype, path in bench.stores.items()
        if dtype != "float32"
    }
    return [
        Measure("a fresh process opens and looks one word up, s", opened),
        Measure("its peak memory, MB", peak, 0),
        Measure("of it above idle, MB", above, 1),
        Measure("`wordvec query WORD`, whole process, float32, s", asked),
        *(Measure(f"the same, {dtype}, s", {"wordvec": least}) for dtype, least in others.items()),
    ]


def _measure_look_ups(bench: Bench) -> list[Measure]:
    found = {
        tool: run_job(
            "look_up", bench.environment, tool=tool, path=path, repeats=bench.settings.repeats
        )[0]
        for tool, path in bench.paths.items()
    }
    labels = {
        "single": "look-ups one at a time, million/s",
        "lists": "in lists of 1,000 words, million rows/s",
        "rows": "the same by row number, million rows/s",
    }
    rows = [
        Measure(label, {tool: speeds[name] / 1e6 for tool, speeds in found.items()})
        for name, label in labels.items()
    ]
    return [*rows, _measure_unseen(bench)]


def _measure_firsts(bench: Bench) -> list[Measure]:
    """Measure the rows of Magnitude's table: each thing for the first time, and again."""
    found: dict[str, list[dict[str, float | None]]] = {}
    for tool, path in bench.paths.items():
        found[tool] = [
            run_job("first_and_again", bench.environment, tool=tool, path=path)[0]
            for _ in range(bench.settings.repeats)
        ]

    def least(tool: str, name: str) -> float | None:
        return min((v for run in found[tool] if (v := run[name]) is not None), default=None)

    def row(label: str, name: str, unit: float, digits: int) -> Measure:
        values = {tool: least(tool, name) for tool in found}
        return Measure(
            label, {t: None if v is None else v / unit for t, v in values.items()}, digits
        )

    labels = {
        "open": "open, ms",
        "key": "first key, ms",
        "key again": "the same key again, ms",
        "25 keys": "25 other keys, ms",
        "25 keys again": "the same 25 keys again, ms",
        "search": "first `most_similar`, ms",
        "search, other key": "`most_similar` of another key, ms",
        "search, same key": "of the same key again, ms",
    }
    memory = {
        "memory, opened": "memory of the open file, MB",
        "memory, 100 keys": "after 100 keys, MB",
        "memory, search": "and a search, MB",
    }
    return [
        *(row(label, name, 1e-3, 3) for name, label in labels.items()),
        *(row(label, name, 1e6, 2) for name, label in memory.items()),
    ]


def _measure_index(bench: Bench) -> list[Measure]:
    path = str(bench.stores["float32"])
    found, _ = run_job("search_approximately", bench.environment, path=path)
    return [
        Measure("building the index for approximate search, s", {"wordvec": found["build"]}, 0),
        Measure("its recall of the ten nearest, %", {"wordvec": 100 * found["recall"]}, 1),
        Measure("first approximate search, ms", {"wordvec": 1000 * found["first"]}, 1),
        Measure("later ones, ms", {"wordvec": 1000 * found["later"]}),
    ]


def _measure_unseen(bench: Bench) -> Measure:
    """Measure the first answers for words that are not there: that for the slowest word."""
    path = str(bench.stores["float32"])
    seconds = []
    for word in bench.unseen:
        runs = [
            run_job("answer_unseen", bench.environment, path=path, word=word)[0]
            for _ in range(bench.settings.repeats)
        ]
        seconds.append(min(runs))
    return Measure(
        "first answer for an unseen word, by spelling, ms", {"wordvec": 1000 * max(seconds)}
    )


def _measure_searches(bench: Bench) -> tuple[list[Measure], float]:
    repeats, batches = (times * bench.settings.repeats for times in (_SEARCHES, _BATCHES))
    stores = {dtype: str(path) for dtype, path in bench.stores.items()}
    ours, _ = run_job(
        "search_wordvec", bench.environment, paths=stores, repeats=repeats, batches=batches
    )
    theirs, _ = run_job("search_gensim", bench.environment, path=str(bench.gensim), repeats=repeats)
    seconds, bandwidth = ours["seconds"], ours["bandwidth"]
    first = {"wordvec": seconds.pop("float32"), "gensim": theirs, "NumPy": ours["product"]}
    batch = {"wordvec": 1000 * ours["batch"], "NumPy": 1000 * ours["batch_product"]}
    size = 4 * bench.settings.words * bench.settings.dim
    shares = {tool: 100 * size / value / bandwidth for tool, value in first.items()}
    label = "exact `most_similar`, {}, ms"
    return [
        Measure(label.format("float32"), {tool: 1000 * t for tool, t in first.items()}, 1),
        Measure("of the memory bandwidth, %", shares, 0),
        *(Measure(label.format(d), {"wordvec": 1000 * t}, 1) for d, t in seconds.items()),
        Measure("64 queries at once, float32, ms", batch, 0),
    ], bandwidth


def _measure_sizes(bench: Bench, conversions: tuple[Conversion, ...]) -> list[Measure]:
    raw = 4 * bench.settings.words * bench.settings.dim
    extents = read_header(bench.stores["float32"]).extents  # the same for every type
    spelling = sum(extents[part].bytes for part in (layout.NGRAM_INDEX, layout.NGRAM_ROWS))
    ours = {dtype: (p.stat().st_size - spelling) / raw for dtype, p in bench.stores.items()}
    gensim = sum(p.stat().st_size for p in bench.gensim.parent.glob(f"{bench.gensim.name}*"))
    kept = {made.dtype: made.overlap for made in reversed(conversions)}.get("int8")
    if kept is None:
        kept = neighbour_overlap(*(open_store(bench.stores[d]) for d in ("float32", "int8")))
    both = {"wordvec": ours.pop("float32"), "gensim": gensim / raw}
    return [
        Measure("file, over raw float32", both, 3),
        Measure("its index of spellings", {"wordvec": spelling / raw}, 3),
        *(Measure(f"the file as {dtype}", {"wordvec": size}, 3) for dtype, size in ours.items()),
        Measure("int8: neighbours kept of 10, %", {"wordvec": 100 * kept}, 1),
    ]


def _repeat(bench: Bench, code: str, path: str) -> list[Finished]:
    return [
        run_fresh(["-c", code, path, bench.query], bench.environment)
        for _ in range(bench.settings.repeats)
    ]


def _least_above(runs: list[tuple[Finished, int | None]]) -> float | None:
    """Return the least peak above what was held idle, in MB; None where nothing is known."""
    known = [run.peak - idle for run, idle in runs if run.peak is not None and idle is not None]
    return max(0, min(known)) / 1e6 if known else None
