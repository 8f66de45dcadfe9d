import wordvec
from wordvec.evals.comparison.seeds import group_by_recipe, recipe_of
from wordvec.vectors import WordVectors


def trained(seed, *, dim=2, sha256="x", sources=("a.txt",), steps=(), **more):
    provenance = {
        "corpus": {"sha256": sha256, "sources": list(sources)},
        "training": {"architecture": "skipgram", "dim": dim, "seed": seed, "threads": 2, **more},
        "versions": {"numpy": str(seed)},
    }
    if steps:
        provenance["steps"] = list(steps)
    return WordVectors(["a", "b"], [[1.0] * dim, [2.0] * dim], provenance=provenance)


def whitened(method, digest):
    inputs = {"vectors": digest, "words": "same", "counts": "same"}
    return {"step": "whiten", "method": method, "inputs": inputs, "report": {"mean": digest}}


def names(**stores):
    return [group.name for group in group_by_recipe(stores)]


def test_stores_that_differ_by_the_seed_are_one_group_with_their_seeds():
    stores = {"run-1": trained(1), "other": trained(1, dim=3), "run-2": trained(2, threads=1)}
    group, other = group_by_recipe(stores)
    assert (group.name, group.members, group.seeds) == ("run-*", ("run-1", "run-2"), (1, 2))
    assert group.spaces == (stores["run-1"], stores["run-2"])
    assert (other.name, other.members, other.seeds) == ("other", (), ())


def test_the_file_of_the_text_may_be_called_otherwise():
    assert names(
        x=trained(1, sources=("a",)), y=trained(2, sources=("b",)), z=trained(1, dim=4)
    ) == ["x (2 seeds)", "z"]


def test_another_text_or_option_is_another_recipe():
    stores = {"a": trained(1), "b": trained(2, sha256="y"), "c": trained(3, window=9)}
    assert names(**stores) == ["a", "b", "c"]


def test_post_processing_belongs_to_the_recipe_and_what_it_measured_does_not():
    stores = {
        "w1": trained(1, steps=[whitened("zipfian", "1")]),
        "w2": trained(2, steps=[whitened("zipfian", "2")]),
        "u1": trained(1, steps=[whitened("uniform", "1")]),
        "plain": trained(1),
    }
    assert names(**stores) == ["w1 (2 seeds)", "u1", "plain"]


def test_real_steps_of_two_trainings_are_one_recipe():
    made = [wordvec.whiten(trained(seed), method="center", assume_rank=True) for seed in (1, 2)]
    assert recipe_of(made[0]) == recipe_of(made[1]) != recipe_of(trained(1))


def test_vectors_from_elsewhere_are_recipes_of_their_own():
    plain = WordVectors(["a"], [[1.0, 2.0]])
    assert recipe_of(plain) is None
    assert names(x=plain, y=plain, z=trained(1)) == ["x", "y", "z"]


def test_the_same_seed_twice_tells_nothing_of_seeds():
    assert names(x=trained(1), y=trained(1), z=trained(2), other=trained(5, dim=3)) == [
        "x (2 seeds)",
        "y",
        "other",
    ]


def test_seeds_of_one_recipe_alone_are_compared_with_each_other():
    assert names(x=trained(1), y=trained(2), z=trained(3)) == ["x", "y", "z"]
