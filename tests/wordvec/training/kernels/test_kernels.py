import importlib
import inspect

import numpy as np
import pytest
import twins

from wordvec.training.kernels import cbow, products, sigmoid, skipgram, windows
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


def run(kernel, ids, sampling, matrices, *, window, tally=None):
    trained = tuple(matrix.copy() for matrix in matrices)
    tally = np.zeros(3) if tally is None else tally
    kernel(ids, sampling, *trained, window, *RATES, SEED, tally)
    return trained


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    ("dim", "window", "negatives"),
    [(8, 5, 5), (100, 5, 5), (33, 2, 1), (17, 3, 12), (300, 20, 8), (8, 200, 5)],
)
def test_a_chunk_equals_the_numpy_twin(architecture, dim, window, negatives):
    make_kernel, twin = ARCHITECTURES[architecture]
    ids, sampling = make_chunk()
    matrices = make_matrices(40, dim)
    trained = run(make_kernel(dim, negatives), ids, sampling, matrices, window=window)
    expected = twin(
        ids, sampling, matrices, window=window, negatives=negatives, rates=RATES, seed=int(SEED)
    )
    for before, ours, theirs in zip(matrices, trained, expected, strict=True):
        scale = np.abs(theirs).max()
        assert np.abs(ours - before).max() > 0.01 * scale
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_uncompiled_kernel_equals_the_numpy_twin(architecture, monkeypatch):
    for module in (skipgram, cbow, products, sampling_module, sigmoid, windows):
        for name, function in vars(module).copy().items():
            if hasattr(function, "py_func"):
                monkeypatch.setattr(module, name, function.py_func)
    make_kernel, twin = ARCHITECTURES[architecture]
    ids, sampling = make_chunk(sentences=3)
    matrices = make_matrices(40, 8)
    with np.errstate(over="ignore"):  # the generator wraps around at 2**64, as it should
        trained = run(make_kernel(8, 5).py_func, ids, sampling, matrices, window=5)
    expected = twin(ids, sampling, matrices, window=5, negatives=5, rates=RATES, seed=int(SEED))
    for ours, theirs in zip(trained, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max())


def test_the_sigmoid_is_right_to_a_millionth_and_clamped_beyond_six():
    x = np.linspace(-7, 7, 2001, dtype=np.float32)
    ours = np.array([sigmoid.sigmoid(value) for value in x])
    np.testing.assert_allclose(ours, twins.sigmoid(x.astype(np.float64)), atol=1e-6)
    assert sigmoid.sigmoid(np.float32(6.01)) == 1
    assert sigmoid.sigmoid(np.float32(-6.01)) == 0


def make_window():
    """Return one window, word 1 the context of 0 and 0 of 1, and matrices; all noise is word 3."""
    ids = np.array([0, 1, -1], np.int32)
    ids.flags.writeable = False
    sampling = Sampling(
        np.full(4, 2, np.float32), np.zeros(4, np.float32), np.full((4, 2), 3, np.int32)
    )
    return ids, sampling, make_matrices(4, 8)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_sampled_loss_is_that_of_the_first_window(architecture):
    ids, sampling, (x, o) = make_window()
    tally = np.zeros(3)
    run(ARCHITECTURES[architecture][0](8, 2), ids, sampling, (x, o), window=1, tally=tally)
    scores = x[1] @ o[0], x[1] @ o[3]
    expected = np.log1p(np.exp(-scores[0])) + 2 * np.log1p(np.exp(scores[1]))
    np.testing.assert_allclose(tally[:2], [expected, 1], rtol=1e-5)


@pytest.mark.parametrize(("architecture", "operations"), [("skipgram", 18), ("cbow", 20)])
def test_the_operations_of_all_windows_are_counted(architecture, operations):
    ids, sampling, matrices = make_window()
    tally = np.zeros(3)
    run(ARCHITECTURES[architecture][0](8, 2), ids, sampling, matrices, window=1, tally=tally)
    assert tally[2] == 2 * 8 * operations


def test_a_word_on_both_sides_of_the_center_gets_both_updates():
    ids = np.array([1, 0, 1, -1], np.int32)
    ids.flags.writeable = False
    sampling = Sampling(np.full(3, 2, np.float32), *make_alias_table(np.array([0.2, 0.2, 0.6])))
    matrices = make_matrices(3, 8)
    trained = run(skipgram.make_train_chunk(8, 5), ids, sampling, matrices, window=1)
    expected = twins.train_skipgram(
        ids, sampling, matrices, window=1, negatives=5, rates=RATES, seed=int(SEED)
    )
    np.testing.assert_allclose(trained[0], expected[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["cbow", "products", "sampling", "sigmoid", "skipgram", "windows"])
def test_every_kernel_module_says_what_it_computes(name):
    module = importlib.import_module(f"wordvec.training.kernels.{name}")
    assert len(inspect.getdoc(module).splitlines()) > 3
