"""Train, keep, ask and judge word vectors.

Importing this loads neither numba nor gensim, scipy or sklearn: they come when they are used.
"""

from wordvec.errors import WordvecError
from wordvec.store import open_store as open  # noqa: A004  # wordvec.open(path), as gzip.open
from wordvec.training import TrainConfig, train
from wordvec.vectors import WordVectors

__all__ = ["TrainConfig", "WordVectors", "WordvecError", "open", "train"]
__version__ = "0.1.0"
