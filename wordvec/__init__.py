"""Train, keep, ask and judge word vectors.

Importing this loads neither numba nor gensim, scipy or sklearn: they come when they are used.
"""

__version__ = "0.1.0"
