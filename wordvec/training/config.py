"""The options of a training run, checked when they are made.

The command line takes its defaults, and the store its provenance, from here.
"""

from dataclasses import dataclass, field
from typing import Literal, get_args

from wordvec.cpus import available_threads
from wordvec.errors import ConfigError

Architecture = Literal["skipgram", "cbow"]
ARCHITECTURES: tuple[str, ...] = get_args(Architecture)
DEFAULT_LEARNING_RATE = {"skipgram": 0.025, "cbow": 0.05}


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Options of skip-gram and CBOW training with negative sampling.

    Defaults are those of word2vec.c. Making one checks every value.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message names the option and the range.

    Examples
    --------
    >>> TrainConfig(dim=300).learning_rate
    0.025
    >>> TrainConfig(architecture="cbow").learning_rate
    0.05
    """

    architecture: Architecture = "skipgram"
    dim: int = 100
    window: int = 5
    """Greatest distance between a word and its context; the actual one is drawn from 1..window."""
    negatives: int = 5
    epochs: int = 5
    min_count: int = 5
    subsample: float = 1e-3
    """Words above about this share of the corpus are thinned out; 0 keeps all."""
    learning_rate: float = None  # type: ignore[assignment]  # filled in when the rest is known
    """First learning rate (by default 0.025 for skip-gram, 0.05 for CBOW); falls linearly to a
    tenth of it."""
    threads: int = field(default_factory=available_threads)
    """One thread with a seed repeats bit for bit; more are quicker and do not. By default
    $WORDVEC_THREADS, or the CPUs that this process may use."""
    seed: int = 1
    save_output: bool = False
    """Keep the output layer too, to train on or to freeze."""

    def __post_init__(self) -> None:
        """Check every value, and fill in the learning rate."""
        if self.architecture not in ARCHITECTURES:
            raise ConfigError(
                f"architecture is {self.architecture!r}; it must be one of "
                f"{', '.join(ARCHITECTURES)}"
            )
        if self.learning_rate is None:
            rate = DEFAULT_LEARNING_RATE[self.architecture]  # type: ignore[unreachable]
            object.__setattr__(self, "learning_rate", rate)
        for name, low, high in (
            ("dim", 1, 10_000),
            ("window", 1, 1_000),
            ("negatives", 1, 100),
            ("epochs", 1, 100_000),
            ("min_count", 1, 10**9),
            ("threads", 1, 1_024),
            ("seed", 0, 2**63 - 1),
        ):
            self._check_number(name, low, high, whole=True)
        self._check_number("subsample", 0, 1, whole=False)
        self._check_number("learning_rate", 1e-9, 10, whole=False)

    def _check_number(self, name: str, low: float, high: float, *, whole: bool) -> None:
        value = getattr(self, name)
        kind = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
            what = "a whole number" if whole else "a number"
            raise ConfigError(f"{name} is {value!r}; it must be {what} from {low:,} to {high:,}")
