import pytest

from wordvec.errors import WordvecError
from wordvec.evals.bench import sgemm


def test_operations_are_two_a_multiplication(monkeypatch):
    clock = iter([0.0, 4.0, 10.0, 12.0])
    monkeypatch.setattr(sgemm.time, "perf_counter", lambda: next(clock))
    assert sgemm.multiply(side=10, products=2) == 2 * 10**3 / 2.0


def test_the_machine_is_measured_in_a_process_of_its_own():
    assert 1e6 < sgemm.measure_sgemm(threads=1) < 1e15


def test_a_process_that_fails_is_told_in_one_line(monkeypatch, tmp_path):
    (tmp_path / "numpy.py").write_text("raise ImportError('no NumPy here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(WordvecError, match=r"^the matrix product failed: .*no NumPy here$"):
        sgemm.measure_sgemm(threads=1)
