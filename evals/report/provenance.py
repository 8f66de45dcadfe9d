"""What a store says of itself, as rows to read.

Called by the page and by the card. A provenance is whatever JSON a file holds: nothing in it is
trusted to be there, or of its kind.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from wordvec.vectors import WordVectors

_ITEMS_SHOWN = 12
Rows = list[tuple[str, str]]


def store_name(vectors: WordVectors) -> str:
    """Return the name of the file that vectors are mapped from, without its folder."""
    return "vectors in memory" if vectors.origin is None else vectors.origin.path.name


def key_facts(vectors: WordVectors) -> Rows:
    """Return what to know first, a name and a text each; only what is known.

    Examples
    --------
    >>> made = {"training": {"architecture": "skipgram", "window": 5, "epochs": 3}}
    >>> key_facts(WordVectors(["a"], [[1, 2]], provenance=made))
    [('words', '1'), ('dimensions', '2'), ('numbers', 'float32'), ('training', 'skipgram, \
window 5, 3 epochs')]
    """
    made = vectors.provenance
    corpus, training = _mapping(made.get("corpus")), _mapping(made.get("training"))
    read = _mapping(made.get("read"))
    facts = {
        "words": f"{len(vectors):,}",
        "dimensions": f"{vectors.vector_size:,}",
        "numbers": vectors.quantizer.name,
        "corpus": _corpus(corpus),
        "training": _training(training),
        "read from": ", ".join(shown(read[key]) for key in ("path", "format") if key in read),
        "steps since": ", ".join(steps_of(made)),
    }
    return [(name, text) for name, text in facts.items() if text]


def steps_of(provenance: Mapping[str, Any]) -> list[str]:
    """Return the names of the steps that were taken after training."""
    steps = provenance.get("steps")
    return [_step_name(step) for step in steps] if isinstance(steps, list) else []


def sections(provenance: Mapping[str, Any]) -> Iterator[tuple[str, Rows]]:
    """Yield the parts of a provenance with their titles; each step taken is one of its own.

    Examples
    --------
    >>> list(sections({"training": {"window": 5}, "steps": [{"step": "whiten", "center": True}]}))
    [('training', [('window', '5')]), ('step: whiten', [('center', 'True')])]
    """
    for name, details in provenance.items():
        if name == "steps" and isinstance(details, list):
            for step in details:
                known = {k: v for k, v in _mapping(step).items() if k != "step"}
                yield f"step: {_step_name(step)}", list(_rows(known))
        else:
            yield name, list(_rows(details if isinstance(details, dict) else {"": details}))


def shown(value: Any) -> str:
    """Return a value as a person would read it; a long list is cut short.

    Examples
    --------
    >>> shown(22994192), shown(0.0250000001), shown(["a.txt", "b.txt"])
    ('22,994,192', '0.025', 'a.txt, b.txt')
    """
    if isinstance(value, list):
        left = len(value) - _ITEMS_SHOWN
        text = ", ".join(map(shown, value[:_ITEMS_SHOWN]))
        return f"{text} and {left:,} more" if left > 0 else text
    if isinstance(value, float):
        return f"{value:.6g}"
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_number else str(value)


def _corpus(corpus: Mapping[str, Any]) -> str:
    sources = corpus.get("sources")
    names = [PurePath(str(source)).name for source in sources] if isinstance(sources, list) else []
    tokens = corpus.get("tokens")
    told = [shown(names)] if names else []
    if isinstance(tokens, int):
        told.append(f"{tokens:,} running words")
    return ", ".join(told)


def _training(training: Mapping[str, Any]) -> str:
    told = [shown(training["architecture"])] if "architecture" in training else []
    if "window" in training:
        told.append(f"window {shown(training['window'])}")
    if "epochs" in training:
        told.append(f"{shown(training['epochs'])} epochs")
    return ", ".join(told)


def _rows(details: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in details.items():
        if isinstance(value, dict):
            yield from _rows(value, f"{above}{name}: ")
        elif value not in (None, [], ""):
            yield f"{above}{name}", shown(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _step_name(step: Any) -> str:
    return str(_mapping(step).get("step", step if isinstance(step, str) else "?"))
