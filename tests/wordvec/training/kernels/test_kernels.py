import importlib
import inspect

import numpy as np
import pytest
import twins

from wordvec.training.kernels import cbow, sigmoid, skipgram
from wordvec.training.kernels import sampling as sampling_module
from wordvec.training.kernels.sampling import Sampling
from wordvec.training.loop import make_alias_table

ARCHITECTURES = {
    "skipgram": (skipgram.make_train_chunk, twins.train_skipgram),
    "cbow": (cbow.make_train_chunk, twins.train_cbow),
}
RATES = (0.025, 0.02)
SEED = np.uint64(11)


def make_chunk(words=40, sentences=12):
    """Return ids of a Zipf-like text in sentences of 1 to 30 tokens, and its distributions."""
    rng = np.random.default_rng(5)
    weights = 1 / np.arange(1, words + 1)
    weights /= weights.sum()
    text = [[*rng.choice(words, rng.integers(1, 30), p=weights), -1] for _ in range(sentences)]
    ids = np.concatenate(text).astype(np.int32)
    ids.flags.writeable = False
    keep = np.linspace(0.5, 1.2, words).astype(np.float32)
    return ids, Sampling(keep, *make_alias_table(weights))


def make_matrices(words, dim):
    """Return matrices whose scores reach past the sigmoid's clamp at 6 now and then."""
    rng = np.random.default_rng(7)
    scale = 2.2 / dim**0.25
    return tuple((rng.standard_normal((words, dim)) * scale).astype(np.float32) for _ in "xo")


def run(kernel, ids, sampling, matrices, *, window, negatives, loss=None):
    trained = tuple(matrix.copy() for matrix in matrices)
    loss = np.zeros(2) if loss is None else loss
    kernel(ids, sampling, *trained, window, negatives, *RATES, SEED, loss)
    return trained


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    ("dim", "window", "negatives"), [(8, 5, 5), (100, 5, 5), (33, 2, 1), (17, 3, 12)]
)
def test_a_chunk_equals_the_numpy_twin(architecture, dim, window, negatives):
    make_kernel, twin = ARCHITECTURES[architecture]
    ids, sampling = make_chunk()
    matrices = make_matrices(40, dim)
    trained = run(make_kernel(dim), ids, sampling, matrices, window=window, negatives=negatives)
    expected = twin(
        ids, sampling, matrices, window=window, negatives=negatives, rates=RATES, seed=int(SEED)
    )
    for before, ours, theirs in zip(matrices, trained, expected, strict=True):
        scale = np.abs(theirs).max()
        assert np.abs(ours - before).max() > 0.05 * scale
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_uncompiled_kernel_equals_the_numpy_twin(architecture, monkeypatch):
    for module in (skipgram, cbow, sampling_module, sigmoid):
        for name, function in vars(module).copy().items():
            if hasattr(function, "py_func"):
                monkeypatch.setattr(module, name, function.py_func)
    make_kernel, twin = ARCHITECTURES[architecture]
    ids, sampling = make_chunk(sentences=3)
    matrices = make_matrices(40, 8)
    options = {"window": 5, "negatives": 5}
    with np.errstate(over="ignore"):  # the generator wraps around at 2**64, as it should
        trained = run(make_kernel(8).py_func, ids, sampling, matrices, **options)
    expected = twin(ids, sampling, matrices, **options, rates=RATES, seed=int(SEED))
    for ours, theirs in zip(trained, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max())


def test_the_sigmoid_is_right_to_a_millionth_and_clamped_beyond_six():
    x = np.linspace(-7, 7, 2001, dtype=np.float32)
    ours = np.array([sigmoid.sigmoid(value) for value in x])
    np.testing.assert_allclose(ours, twins.sigmoid(x.astype(np.float64)), atol=1e-6)
    assert sigmoid.sigmoid(np.float32(6.01)) == 1
    assert sigmoid.sigmoid(np.float32(-6.01)) == 0


def test_the_sampled_skipgram_loss_is_that_of_the_first_window():
    ids = np.array([0, 1, 2, -1], np.int32)
    ids.flags.writeable = False
    sampling = Sampling(
        np.full(4, 2, np.float32), np.array([0, 0, 0, 1], np.float32), np.full(4, 3, np.int32)
    )  # every negative is word 3
    x, o = make_matrices(4, 8)
    loss = np.zeros(2)
    run(skipgram.make_train_chunk(8), ids, sampling, (x, o), window=1, negatives=2, loss=loss)
    scores = x[1] @ o[0], x[1] @ o[3]
    expected = np.log1p(np.exp(-scores[0])) + 2 * np.log1p(np.exp(scores[1]))
    np.testing.assert_allclose(loss, [expected, 1], rtol=1e-5)


def test_a_row_pair_that_is_one_word_gets_both_updates():
    ids = np.array([1, 0, 1, -1], np.int32)  # word 1 on both sides of word 0
    ids.flags.writeable = False
    sampling = Sampling(np.full(3, 2, np.float32), *make_alias_table(np.array([0.2, 0.2, 0.6])))
    matrices = make_matrices(3, 8)
    options = {"window": 1, "negatives": 5}
    trained = run(skipgram.make_train_chunk(8), ids, sampling, matrices, **options)
    expected = twins.train_skipgram(ids, sampling, matrices, **options, rates=RATES, seed=int(SEED))
    np.testing.assert_allclose(trained[0], expected[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["cbow", "sampling", "sigmoid", "skipgram"])
def test_every_kernel_module_says_what_it_computes(name):
    module = importlib.import_module(f"wordvec.training.kernels.{name}")
    assert len(inspect.getdoc(module).splitlines()) > 3
