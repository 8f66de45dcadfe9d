"""Training runs of the benchmark, made up."""

from wordvec.evals.bench.trainrows import Run
from wordvec.evals.bench.trainsettings import Setting

GENSIM = {"vocabulary_bytes": None, "operations": None, "losses": ()}


def make_run(tool="wordvec", part="skipgram", seed=1, setting=None, **changes):
    """Return a run of 10 million words, each epoch in two seconds, that keeps 50,000 words."""
    setting = Setting(part=part, **(setting or {}))
    measured = {
        "threads": setting.threads or 2,
        "training_seconds": 2.0 * setting.epochs,
        "cpu_seconds": 4.0 * setting.epochs,
        "seconds": 3.0 * setting.epochs,
        "peak_memory": 90_000_000,
        "tokens": 10**7 * setting.copies,
        "vocabulary": 50_000,
        "vocabulary_bytes": 2_000_000,
        "operations": None,
        "losses": (2.5,) * setting.epochs,
        "scores": {},
        **(GENSIM if tool == "gensim" else {}),
    }
    return Run(setting=setting, tool=tool, seed=seed, **{**measured, **changes})
