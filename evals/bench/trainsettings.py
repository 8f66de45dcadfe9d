"""What the training benchmark runs: which tool with which options, how often, in which order.

Read by `wordvec.evals.bench.train`, which makes the runs, and by `traintable`, which tells them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wordvec.cpus import available_threads
from wordvec.training.config import Architecture, TrainConfig

TOOLS = ("wordvec", "gensim")
_NAMES = {"skipgram": "skip-gram", "cbow": "CBOW"}
_ROUGH_SPEED = {
    ("wordvec", "skipgram"): 2.5e6,
    ("wordvec", "cbow"): 3e6,
    ("gensim", "skipgram"): 0.25e6,
    ("gensim", "cbow"): 1e6,
}
"""Words a second of a thread at dim 100, on two cores of Zen 5: to tell how long a run may take."""
_ROUGH_READING = {"wordvec": 20e6, "gensim": 7e6}
"""Words a second, before training."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Runs that differ in their tool and their seed alone."""

    part: str
    """Settings of the same part take turns, so that they meet the same noise of the machine."""
    tools: tuple[str, ...] = TOOLS
    architecture: Architecture = "skipgram"
    dim: int = 100
    epochs: int = 5
    threads: int | None = None
    """None for as many as there are cores."""
    copies: int = 1
    """How often the corpus is given. A word must occur as many times more, so that the vocabulary
    stays the same."""
    seeds: int | None = None
    """None for as many as the benchmark is told."""
    scored: bool = False
    """Whether the vectors are judged."""

    @property
    def label(self) -> str:
        """Architecture and dimensions, as the tables have them."""
        return f"{_NAMES[self.architecture]}, dim {self.dim}"

    @property
    def long_label(self) -> str:
        """The same with the epochs."""
        return f"{self.label}, {self.epochs} epoch{'' if self.epochs == 1 else 's'}"

    def config(self, seed: int) -> TrainConfig:
        """Return the options of a run, of either tool."""
        return TrainConfig(
            architecture=self.architecture,
            dim=self.dim,
            epochs=self.epochs,
            threads=self.threads or available_threads(),
            min_count=TrainConfig.min_count * self.copies,
            seed=seed,
        )


SETTINGS = (
    Setting(part="skipgram", scored=True),
    Setting(part="skipgram-300", dim=300, epochs=1, seeds=1),
    Setting(part="cbow", architecture="cbow", scored=True),
    Setting(part="one-epoch", epochs=1, seeds=1),
    Setting(part="threads", tools=("wordvec",), epochs=2, threads=1, seeds=3),
    Setting(part="threads", tools=("wordvec",), epochs=2, seeds=3),
    Setting(part="memory", tools=("wordvec",), epochs=1, seeds=1),
    Setting(part="memory", tools=("wordvec",), epochs=1, seeds=1, copies=10),
)
ENCODE = "encode"
"""The part that trains nothing: text to ids."""
PARTS = (ENCODE, *dict.fromkeys(setting.part for setting in SETTINGS))


@dataclass(frozen=True)
class Turn:
    """One run that is to be made."""

    setting: Setting
    tool: str
    seed: int

    def __str__(self) -> str:
        """Return what is said when the run begins."""
        setting = self.setting
        times = "" if setting.copies == 1 else f", corpus {setting.copies} times"
        return (
            f"{self.tool}, {setting.long_label}, threads "
            f"{setting.config(self.seed).threads}{times}, seed {self.seed}"
        )

    def rough_seconds(self, tokens: int) -> float:
        """Return about how long the run will take, on a machine as the README's."""
        setting, words = self.setting, tokens * self.setting.copies
        speed = _ROUGH_SPEED[self.tool, setting.architecture] * setting.config(self.seed).threads
        # 300 dimensions take gensim 2.1 times as long as 100, and wordvec 2.4 times.
        training = words * setting.epochs * (setting.dim + 50) / 150 / speed
        return training + words / _ROUGH_READING[self.tool]


def take_turns(settings: Sequence[Setting], seeds: int) -> Iterator[Turn]:
    """Yield the runs of `settings` in their order: part by part, seed by seed from 1 on.

    The tools take turns at going first.

    Examples
    --------
    >>> [f"{turn.tool} {turn.seed}" for turn in take_turns([Setting(part="cbow")], seeds=2)]
    ['wordvec 1', 'gensim 1', 'gensim 2', 'wordvec 2']
    """
    for part in dict.fromkeys(setting.part for setting in settings):
        of_part = [setting for setting in settings if setting.part == part]
        for seed in range(1, 1 + max(setting.seeds or seeds for setting in of_part)):
            for setting in of_part:
                if seed <= (setting.seeds or seeds):
                    tools = setting.tools if seed % 2 else setting.tools[::-1]
                    yield from (Turn(setting, tool, seed) for tool in tools)
