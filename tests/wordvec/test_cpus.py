from wordvec.cpus import available_threads


def test_threads_are_by_default_the_cpus_that_we_may_use(monkeypatch):
    monkeypatch.delenv("WORDVEC_THREADS", raising=False)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")  # joblib's own override: shows that it is asked
    assert available_threads() == 1
