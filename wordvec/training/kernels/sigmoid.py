"""The logistic function and the loss, in float32.

sigmoid(x) = 1 / (1 + exp(-x)) = 1/2 + tanh(x/2) / 2. As in word2vec.c it is taken to be 0 below
-6 and 1 above 6, so a saturated pair's gradient is the whole error or nothing.
"""

import math

import numpy as np

from wordvec.compilation import inlined

LIMIT = np.float32(6)


@inlined
def sigmoid(x: np.float32) -> np.float32:
    """Return the clamped sigmoid of `x` to 1e-6.

    tanh is Lambert's continued fraction cut after x^7: no exp, no table, no branch, so several
    at once fit one vector register. (A call of exp for each pair took a quarter of the time.)
    """
    y = np.float32(0.5) * min(max(x, -LIMIT), LIMIT)
    z = y * y
    above = y * (np.float32(135135) + z * (np.float32(17325) + z * (np.float32(378) + z)))
    below = np.float32(135135) + z * (
        np.float32(62370) + z * (np.float32(3150) + z * np.float32(28))
    )
    inside = np.float32(0.5) + np.float32(0.5) * (above / below)
    return np.float32(1) if x > LIMIT else (np.float32(0) if x < -LIMIT else inside)


@inlined
def log_loss(x: np.float32) -> float:
    """Return -log(1 / (1 + exp(-x))), the loss of a true pair with score `x`; -x for a false one.

    Not clamped, and a NaN stays one.
    """
    return math.log1p(math.exp(-abs(x))) + max(-float(x), 0.0)
