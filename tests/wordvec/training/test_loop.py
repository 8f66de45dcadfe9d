import logging
import threading

import numpy as np
import pytest

import wordvec
from wordvec.errors import ConfigError, TrainingError
from wordvec.training import TrainConfig, train_encoded
from wordvec.training.loop import (
    CHUNK_TOKENS,
    LAST_RATE,
    PLACES,
    _Run,
    chunk_bounds,
    make_alias_table,
)
from wordvec.vocabulary import CorpusReport, EncodedCorpus, Vocabulary, WordTable

TOPICS = 4
WORDS_A_TOPIC = 12


def make_corpus(sentences=3000):
    """Return an encoded corpus whose sentences each keep to one topic's words."""
    rng = np.random.default_rng(3)
    words = WordTable.from_words(f"t{t}w{w}" for t in range(TOPICS) for w in range(WORDS_A_TOPIC))
    topics = rng.integers(TOPICS, size=(sentences, 1))
    ids = np.full((sentences, 11), -1, np.int32)
    ids[:, :10] = topics * WORDS_A_TOPIC + rng.integers(WORDS_A_TOPIC, size=(sentences, 10))
    ids = ids.ravel()
    ids.flags.writeable = False
    counts = np.bincount(ids[ids >= 0], minlength=len(words)).astype(np.uint64)
    tokens = sentences * 10
    report = CorpusReport(
        sources=("made here",),
        tokenizer="whitespace",
        bytes=0,
        tokens=tokens,
        sentences=sentences,
        distinct_words=len(words),
        invalid_bytes=0,
        sha256="",
    )
    return EncodedCorpus(ids, Vocabulary(words, counts), report)


@pytest.fixture(scope="module")
def corpus():
    return make_corpus()


def options(**changes):
    return TrainConfig(**{"dim": 16, "subsample": 0, "threads": 1, **changes})


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("threads", [1, 2])
def test_words_of_one_topic_become_neighbours(corpus, architecture, threads):
    config = options(architecture=architecture, epochs=10, threads=threads)
    vectors = train_encoded(corpus, config)
    for topic in range(TOPICS):
        nearest = vectors.most_similar(f"t{topic}w0", topn=WORDS_A_TOPIC - 1)
        assert {word[:2] for word, _ in nearest} == {f"t{topic}"}


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_one_thread_and_a_seed_repeat_bit_for_bit(corpus, architecture):
    config = options(architecture=architecture, save_output=True)
    first, second = train_encoded(corpus, config), train_encoded(corpus, config)
    assert first.vectors.tobytes() == second.vectors.tobytes()
    assert first.output.tobytes() == second.output.tobytes()
    other = train_encoded(corpus, options(architecture=architecture, seed=2))
    assert not np.array_equal(other.vectors, first.vectors)


def test_the_output_layer_is_kept_only_on_request(corpus):
    assert train_encoded(corpus, options()).output is None
    assert train_encoded(corpus, options(save_output=True)).output.shape == (48, 16)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_the_loss_falls_from_that_of_chance(corpus, architecture):
    losses = []
    train_encoded(
        corpus,
        options(architecture=architecture, epochs=20),
        lambda progress: losses.append(progress.loss) if progress.loss else None,
    )
    chance = 6 * np.log(2)
    assert losses[-1] < 0.8 * chance


def test_progress_counts_every_token_of_every_epoch_once(corpus):
    reports = []
    train_encoded(corpus, options(epochs=3, threads=2), reports.append)
    assert [report.stage for report in reports[:2]] == ["compiling", "training"]
    assert reports[-1].done == reports[-1].total == 3 * corpus.report.tokens
    done = [report.done for report in reports]
    assert done == sorted(done)


def test_a_far_too_high_learning_rate_ends_in_a_clear_error(corpus):
    with pytest.raises(TrainingError, match="lower the learning rate"):
        train_encoded(corpus, options(learning_rate=10, epochs=200))


def test_an_interrupt_ends_the_threads_and_passes_on(corpus):
    def interrupt(progress):
        if progress.stage == "training":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_encoded(corpus, options(epochs=10_000, threads=2), interrupt)
    assert not [t for t in threading.enumerate() if t.name.startswith("wordvec-")]


def test_an_error_inside_a_thread_reaches_the_caller(corpus, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("inside a thread")

    monkeypatch.setattr("wordvec.training.loop._load_kernel", lambda *_: broken)
    with pytest.raises(ZeroDivisionError, match="inside a thread"):
        train_encoded(corpus, options(threads=2))


def test_provenance_holds_the_corpus_and_every_option(corpus):
    provenance = train_encoded(corpus, options(window=3)).provenance
    assert provenance["corpus"]["tokens"] == corpus.report.tokens
    assert provenance["training"] == {
        "architecture": "skipgram",
        "dim": 16,
        "window": 3,
        "negatives": 5,
        "epochs": 5,
        "min_count": 5,
        "subsample": 0,
        "learning_rate": 0.025,
        "threads": 1,
        "seed": 1,
        "save_output": False,
    }
    assert provenance["versions"]["numpy"] == np.__version__
    assert provenance["versions"]["wordvec"] == wordvec.__version__


def test_chunks_end_with_sentences_and_cover_everything():
    rng = np.random.default_rng(1)
    ids = np.where(rng.random(500_000) < 0.001, -1, 7).astype(np.int32)
    ids[-1] = -1
    bounds = chunk_bounds(ids, threads=2)
    assert bounds[0] == 0
    assert bounds[-1] == len(ids)
    assert all(ids[bound - 1] == -1 for bound in bounds[1:])
    assert max(np.diff(bounds)) < 2 * CHUNK_TOKENS
    assert len(bounds) > 16


def test_an_epoch_takes_every_chunk_once_from_two_places_while_the_rate_falls(corpus):
    run = _Run(corpus, options(epochs=2, learning_rate=0.1, threads=8), lambda *_: None)
    chunks = list(run._walk_chunks())
    bounds = chunk_bounds(corpus.ids, threads=8)
    assert len(chunks) == 2 * (len(bounds) - 1)
    for epoch in (0, 1):
        starts = [start for e, start, *_ in chunks if e == epoch]
        assert sorted(starts) == bounds[:-1]
        assert len(starts) > 2 * PLACES
        assert np.ptp(starts[:PLACES]) > 0.4 * len(corpus.ids)
    rates = [rate for chunk in chunks for rate in chunk[3]]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 0.1
    assert rates[-1] == pytest.approx(0.1 * LAST_RATE)
    assert len({int(seed) for *_, seed in chunks}) == len(chunks)


def test_a_window_of_hundreds_of_words_does_not_make_training_diverge(corpus):
    lines = np.full((60, 501), -1, np.int32)
    lines[:, :500] = corpus.ids[corpus.ids >= 0].reshape(60, 500)
    long = EncodedCorpus(lines.ravel(), corpus.vocabulary, corpus.report)
    vectors = train_encoded(long, options(window=300, epochs=5))
    assert vectors.norms.max() < 10


def test_a_loss_that_has_risen_is_an_error_that_names_the_learning_rate(corpus):
    with pytest.raises(TrainingError, match=r"diverged: .*lower the learning rate \(it was 2\)"):
        train_encoded(corpus, options(learning_rate=2.0))


def test_the_alias_table_draws_the_distribution():
    probability = np.random.default_rng(2).dirichlet(np.full(50, 0.3))
    accept, choices = make_alias_table(probability)
    drawn = accept / 50
    np.add.at(drawn, choices[:, 1], (1 - accept) / 50)
    np.testing.assert_allclose(drawn, probability, atol=1e-6)


def test_training_leaves_numpys_global_generator_alone(corpus):
    before = np.random.get_state()[1].copy()  # noqa: NPY002  # the very thing under test
    train_encoded(corpus, options())
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_an_unknown_option_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"unknown option 'size'; the options are architecture"):
        wordvec.train([["a"]], size=100)


def test_a_config_and_options_together_are_refused():
    with pytest.raises(ConfigError, match="either a config or options"):
        wordvec.train([["a"]], TrainConfig(), dim=5)


def test_the_library_does_not_print(corpus, capfd):
    logging.getLogger("wordvec").setLevel(logging.INFO)
    train_encoded(corpus, options())
    assert capfd.readouterr() == ("", "")
