import pytest

from wordvec.evals.bench.trainsettings import SETTINGS, Setting, Turn, take_turns


def told(settings, seeds):
    return [
        f"{turn.tool} {turn.setting.threads} {turn.seed}" for turn in take_turns(settings, seeds)
    ]


def test_settings_of_a_part_take_turns():
    settings = [Setting(part="a", tools=("wordvec",), threads=n, seeds=2) for n in (1, 2)]
    settings.append(Setting(part="b", tools=("gensim",), threads=4, seeds=1))
    assert told(settings, seeds=9) == [
        "wordvec 1 1",
        "wordvec 2 1",
        "wordvec 1 2",
        "wordvec 2 2",
        "gensim 4 1",
    ]


def test_a_setting_with_fewer_seeds_than_its_neighbour_runs_less_often():
    settings = [Setting(part="a", tools=("wordvec",), threads=n, seeds=n) for n in (1, 2)]
    assert told(settings, seeds=9) == ["wordvec 1 1", "wordvec 2 1", "wordvec 2 2"]


def test_only_what_does_not_say_how_often_runs_once_a_seed():
    runs = [turn.setting.part for turn in take_turns(SETTINGS, seeds=4)]
    assert runs.count("skipgram") == runs.count("cbow") == 2 * 4
    assert runs.count("skipgram-300") == runs.count("one-epoch") == 2


def test_every_setting_of_the_benchmark_is_one_that_can_be_trained():
    assert {s.config(seed=3).seed for s in SETTINGS} == {3}


def test_a_word_must_occur_more_often_if_the_corpus_is_given_more_often():
    assert Setting(part="memory").config(1).min_count == 5
    assert Setting(part="memory", copies=10).config(1).min_count == 50


def test_all_the_threads_there_are_is_what_the_environment_says(monkeypatch):
    monkeypatch.setenv("WORDVEC_THREADS", "7")
    assert Setting(part="cbow").config(1).threads == 7
    assert Setting(part="cbow", threads=1).config(1).threads == 1


@pytest.mark.parametrize("changes", [{"copies": 10}, {"epochs": 50}, {"dim": 1450}])
def test_longer_runs_are_told_to_be_longer(changes):
    short, long = Setting(part="a", threads=2), Setting(part="a", threads=2, **changes)
    seconds = [Turn(setting, "gensim", 1).rough_seconds(10**6) for setting in (short, long)]
    assert seconds[1] > 9 * seconds[0]


def test_a_run_is_announced_with_all_that_sets_it_apart():
    turn = Turn(Setting(part="memory", epochs=1, threads=2, copies=10), "wordvec", 3)
    assert str(turn) == "wordvec, skip-gram, dim 100, 1 epoch, threads 2, corpus 10 times, seed 3"
