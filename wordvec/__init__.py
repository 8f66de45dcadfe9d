"""Train, keep, mend, ask and judge word vectors.

Importing this loads neither numba nor gensim, scipy or sklearn: they come when they are used, and
so do the post-processors `retrofit`, `debias`, `whiten` and `mend`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from wordvec.errors import WordvecError
from wordvec.store import open_store as open  # noqa: A004  # wordvec.open(path), as gzip.open
from wordvec.training import TrainConfig, train
from wordvec.vectors import WordVectors

if TYPE_CHECKING:
    from wordvec.postprocess.debias import debias
    from wordvec.postprocess.recipe import mend
    from wordvec.postprocess.retrofit import retrofit
    from wordvec.postprocess.sentences import sentence_vectors
    from wordvec.postprocess.whiten import whiten
    from wordvec.postprocess.wordsets import WordSets

__all__ = [
    "TrainConfig",
    "WordSets",
    "WordVectors",
    "WordvecError",
    "debias",
    "mend",
    "open",
    "retrofit",
    "sentence_vectors",
    "train",
    "whiten",
]
__version__ = "0.1.0"

_MODULES = {
    "WordSets": "wordsets",
    "debias": "debias",
    "mend": "recipe",
    "retrofit": "retrofit",
    "sentence_vectors": "sentences",
    "whiten": "whiten",
}


def __getattr__(name: str) -> Any:
    """Import a post-processor when it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module 'wordvec' has no attribute {name!r}")
    module = importlib.import_module(f"wordvec.postprocess.{_MODULES[name]}")
    globals()[name] = getattr(module, name)
    return globals()[name]
