"""Which stores are one recipe, trained with several seeds.

Called by `wordvec compare`: the stores of a recipe are one group, judged by their mean, whose
spread tells what chance does in training. Reads provenance, no vectors.
"""

import json
import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wordvec.vectors import WordVectors

_CHANCE = {"seed", "threads"}
"""Options of training and of post-processing that are not of the recipe."""
_TOLD = {"training", "corpus", "steps", "versions"}
_OF_VECTORS = {"vectors", "scales", "words", "counts"}
"""Inputs of a post-processing step that every training has anew."""
_SHARED = 3
"""So many first letters the names of a recipe's stores must share to be called by these."""


@dataclass(frozen=True, eq=False)
class Group:
    """One recipe: a store, or several that differ by their seed alone."""

    name: str
    spaces: tuple[WordVectors, ...]
    seeds: tuple[int, ...] = ()
    """Those of training, if there are several spaces."""
    members: tuple[str, ...] = ()
    """The names of its stores."""

    def to_dict(self) -> dict[str, Any]:
        """Return what it is of, for JSON."""
        return {
            "name": self.name,
            "stores": list(self.members or (self.name,)),
            "seeds": list(self.seeds),
            "words": [len(vectors) for vectors in self.spaces],
            "dim": self.spaces[0].vector_size,
        }


def group_by_recipe(stores: Mapping[str, WordVectors]) -> list[Group]:
    """Return the stores, by name, as groups of one recipe each, in the order of the first of each.

    One recipe are stores that were trained on the same text with the same options, but for the
    seed, which must be another in each, and post-processed by the same steps. If all are of one
    recipe, each is a group, so that seeds can be compared with each other.

    Examples
    --------
    >>> def trained(seed):
    ...     training = {"dim": 2, "seed": seed}
    ...     return WordVectors(["a"], [[1, 2]], provenance={"training": training, "corpus": {}})
    >>> other = WordVectors(["a"], [[2, 1]])
    >>> [g.name for g in group_by_recipe({"x": trained(1), "y": other, "z": trained(2)})]
    ['x (2 seeds)', 'y']
    """
    recipes: dict[str, dict[int, str]] = {}
    for name, vectors in stores.items():
        recipe = recipe_of(vectors)
        seed = vectors.provenance["training"]["seed"] if recipe else 0
        if recipe is None or seed in recipes.get(recipe, ()):
            recipe = f"only {name}"
        recipes.setdefault(recipe, {})[seed] = name
    if len(recipes) == 1:
        return [Group(name, (vectors,)) for name, vectors in stores.items()]
    return [_group(by_seed, stores) for by_seed in recipes.values()]


def recipe_of(vectors: WordVectors) -> str | None:
    """Return what tells a recipe from others; None if the provenance does not say how it began."""
    made = vectors.provenance
    if "seed" not in made.get("training", {}) or "corpus" not in made:
        return None
    training = {key: value for key, value in made["training"].items() if key not in _CHANCE}
    corpus = {key: value for key, value in made["corpus"].items() if key != "sources"}
    steps = [_without_chance(step) for step in made.get("steps", [])]
    rest = {key: value for key, value in made.items() if key not in _TOLD}
    return json.dumps([training, corpus, steps, rest], sort_keys=True)


def _without_chance(step: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in step.items() if key not in _CHANCE | {"report"}}
    kept["inputs"] = {k: v for k, v in step.get("inputs", {}).items() if k not in _OF_VECTORS}
    return kept


def _group(by_seed: Mapping[int, str], stores: Mapping[str, WordVectors]) -> Group:
    names = tuple(by_seed.values())
    spaces = tuple(stores[name] for name in names)
    if len(names) == 1:
        return Group(names[0], spaces)
    shared = os.path.commonprefix(names)  # noqa: RUF071 - of letters, not of folders
    name = f"{shared}*" if len(shared) >= _SHARED else f"{names[0]} ({len(names)} seeds)"
    return Group(name, spaces, tuple(by_seed), names)
