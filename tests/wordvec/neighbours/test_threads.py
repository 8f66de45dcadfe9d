import subprocess
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from wordvec.errors import ConfigError
from wordvec.neighbours import threads
from wordvec.neighbours.threads import in_parts, one_blas_thread


def ranges(rows, **options):
    return in_parts(lambda start, stop: (start, stop), rows, **options)


def test_rows_are_divided_among_the_threads_asked_for():
    assert ranges(10, products=1 << 30, threads=3) == [(0, 3), (3, 6), (6, 10)]
    assert ranges(2, products=1 << 30, threads=3) == [(0, 1), (1, 2)]
    assert ranges(10, products=1 << 30, threads=1) == [(0, 10)]


@pytest.mark.parametrize("n", [None, 4])
def test_little_work_is_done_by_the_caller(n):
    asked = in_parts(lambda *_: threading.get_ident(), 10, products=1000, threads=n)
    assert asked == [threading.get_ident()]


def test_without_a_number_it_is_what_the_process_may_use(monkeypatch):
    monkeypatch.setenv("WORDVEC_THREADS", "5")
    assert len(ranges(10, products=1 << 30, threads=None)) == 5
    monkeypatch.setenv("WORDVEC_THREADS", "many")
    with pytest.raises(ConfigError, match="WORDVEC_THREADS is 'many'"):
        ranges(10, products=1 << 30, threads=None)


def test_an_error_in_a_thread_reaches_the_caller(monkeypatch):
    monkeypatch.setattr(threads, "PRODUCTS_A_THREAD", 1)

    def work(start, stop):
        raise OSError(f"row {start}")

    with pytest.raises(OSError, match="row 0"):
        in_parts(work, 10, products=10, threads=2)


def blas_threads():
    return [
        library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
    ]


def test_blas_has_one_thread_within_and_as_many_as_before_afterwards():
    np.ones((2, 2)) @ np.ones((2, 2))
    before = blas_threads()
    with one_blas_thread():
        assert set(blas_threads()) <= {1}
    assert blas_threads() == before


@pytest.mark.skipif(not hasattr(threads.os, "fork"), reason="there is no fork here")
def test_a_process_forked_amid_a_search_can_search():
    script = """
import os, sys, warnings
from wordvec.neighbours.threads import one_blas_thread
warnings.simplefilter("ignore")
with one_blas_thread():
    child = os.fork()
    if not child:
        with one_blas_thread():
            os._exit(7)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 7)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=20)
