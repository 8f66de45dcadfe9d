import pytest

from wordvec.errors import ConfigError
from wordvec.training import TrainConfig


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dim", 0),
        ("dim", 10.5),
        ("dim", True),
        ("window", 0),
        ("negatives", 0),
        ("epochs", -1),
        ("min_count", 0),
        ("threads", 0),
        ("seed", -1),
        ("subsample", -1e-3),
        ("subsample", 1.5),
        ("subsample", float("nan")),
        ("learning_rate", -0.1),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("learning_rate", "fast"),
    ],
)
def test_a_value_outside_its_range_is_refused_by_name(name, value):
    with pytest.raises(ConfigError, match=f"^{name} is .*; it must be a (whole )?number from"):
        TrainConfig(**{name: value})


def test_an_unknown_architecture_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="'glove'; it must be one of skipgram, cbow"):
        TrainConfig(architecture="glove")


def test_the_learning_rate_follows_the_architecture_unless_given():
    assert TrainConfig().learning_rate == 0.025
    assert TrainConfig(architecture="cbow").learning_rate == 0.05
    assert TrainConfig(architecture="cbow", learning_rate=0.1).learning_rate == 0.1


def test_a_config_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign to field 'dim'"):
        TrainConfig().dim = 3


def test_threads_come_from_the_environment_if_it_says(monkeypatch):
    monkeypatch.setenv("WORDVEC_THREADS", "3")
    assert TrainConfig().threads == 3
    monkeypatch.setenv("WORDVEC_THREADS", "many")
    with pytest.raises(ConfigError, match="WORDVEC_THREADS is 'many'"):
        TrainConfig()
