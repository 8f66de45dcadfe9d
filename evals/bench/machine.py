"""The machine that a benchmark runs on, and the memory of its processes.

Linux tells anonymous memory; elsewhere the peak of all resident memory has to do.
"""

import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wordvec.cpus import available_threads

_PACKAGES = ("wordvec", "gensim", "numba", "numpy", "scipy")


def describe_machine() -> dict[str, str | int | float | None]:
    """Return the CPU's model, the cores that wordvec takes, and memory in GiB."""
    return {
        "cpu": _cpu_model(),
        "cores": available_threads(),
        "memory_gib": _memory_gib(),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that matter here."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def anonymous_memory(pid: int | str = "self") -> int | None:
    """Return the anonymous memory of a process in bytes; None where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return None


@contextmanager
def watch_memory(pid: int, *, every: float = 0.01) -> Iterator[list[int]]:
    """Note a process's anonymous memory every so many seconds, in bytes, until the block ends.

    The list stays empty where the system does not tell.
    """
    noted: list[int] = []
    done = threading.Event()

    def note() -> None:
        while not done.wait(every):
            if (now := anonymous_memory(pid)) is not None:
                noted.append(now)

    thread = threading.Thread(target=note)
    thread.start()
    try:
        yield noted
    finally:
        done.set()
        thread.join()


def peak_resident_memory() -> int | None:
    """Return the most memory this process has held, mapped files included, in bytes."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _memory_gib() -> float | None:
    if sys.platform == "win32":
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
