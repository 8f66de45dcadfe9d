"""Vectors of words that are not in the vocabulary, made from how they are spelled.

After Magnitude (Patel et al. 2018, "Magnitude: A Fast, Efficient Universal Vector Embedding
Utility Package"): the direction of similarly spelled words, mixed with a pseudo-random one that
depends on the word's character n-grams alone. Called by look-ups with `unseen="spelling"`. The
lists of prefixes and suffixes are English; everything else is for any language.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from wordvec.neighbours import unit
from wordvec.ngrams import LONGEST, SpellingIndex, plain_form, single_form
from wordvec.quantization import QuantizedMatrix
from wordvec.vocabulary import MISSING, WordTable

_RANDOM_SHARE = 0.3
_SIMILAR_SHARE = 0.7
_LONGEST_NGRAM = 6
_WORD_MARK = "\uf000"
_CONSIDERED = 12
_LEAST_SCORE = 0.6
_ERROR_LIKELIHOOD = 1 / 50
"""Of 75 common misspellings, 74 are nearest to the right word; with 1/15 and 1/200 fewer."""
_MOST_SIMILAR = 3
_SHORTEST_STEM = 4
_MOST_STEMS = 64

_PREFIXES = """
    anti auto be bi co counter cross de dis down en ex extra fore hyper il im in infra inter
    intra ir macro mega meta micro mid mini mis mono multi neo non omni out over para poly
    post pre pro pseudo quasi re retro self semi sub super tele trans tri ultra un under up
""".split()  # noqa: SIM905  # as text they can be read
_SUFFIXES = """
    ability able ably age al ally ance ancy ant ary ate ated ately ating ation ational
    ations ative ator ators dom ed edly ee eer en ence ency ent er ers ery es ese esque est
    ette ful fully fulness hood ial ian ibility ible ibly ic ical ically ied ier ies iest
    ification ifications ified ifier ifies ify ifying ily iness ing ingly ings ion ions ious
    isation ise ised iser ises ish ishly ishness ising ism isms ist istic istically ists
    ition ity ive ively iveness ization izations ize ized izer izes izing less lessly
    lessness like ling ly man ment ments ness nesses or ory ous ously ousness 's s ship
    ships some ster sters th tion ty ward wards ways wise woman y
""".split()  # noqa: SIM905  # as text they can be read


def spelled_vector(
    word: str, index: SpellingIndex, matrix: NDArray[np.float32] | QuantizedMatrix
) -> NDArray[np.float32]:
    """Return a vector for a word that has none, (dim,), of length 1.

    0.7 of it is the mean direction of the words that `closest_spellings` finds, weighted by how
    likely each is, and 0.3 is `random_direction`, which is all of it if there are none. It is the
    same in every process and on every machine, but for rounding.

    Its length is 1 whatever the lengths in `matrix`: unseen words are rare words, whose trained
    vectors are short too; give it another where lengths matter.

    Parameters
    ----------
    word
        Any text; capital letters, and a letter's third and further repetitions, make no
        difference, and of a long one only the beginning counts.
    index
        Of the words that are the rows of `matrix`.
    matrix
        Shape (words, dim); only the rows of the words found are read.

    Raises
    ------
    FormatError
        If the index or its words are damaged.

    Examples
    --------
    >>> index = SpellingIndex.build(WordTable.from_words(["uber", "mississippi"]))
    >>> matrix = np.eye(2, 300, dtype=np.float32)
    >>> matrix @ spelled_vector("uberification", index, matrix) > 0.9
    array([ True, False])
    """
    random = random_direction(word, matrix.shape[1])
    similar = np.zeros_like(random)
    for row, weight in _similar(word, index)[:_MOST_SIMILAR]:
        similar += np.float32(weight) * unit(matrix[row])
    similar = unit(similar)
    if not similar.any():
        return random
    return unit(_RANDOM_SHARE * random + _SIMILAR_SHARE * similar)


def random_direction(word: str, dim: int) -> NDArray[np.float32]:
    """Return a pseudo-random vector of length 1, (dim,), that depends on the spelling alone.

    The mean of one for each of the word's n-grams of 1 to 6 letters, marks at both ends included,
    so that words that share n-grams are near each other. The numbers of an n-gram are the bits of
    its SHAKE-128 digest, 16 for each, and are summed as whole numbers: nothing depends on the
    version of a generator or on the order of additions.

    Examples
    --------
    >>> near, far = (random_direction(w, 100) for w in ("uberxl", "mississippi"))
    >>> bool(near @ random_direction("uberx", 100) > 0.7 > far @ random_direction("uberx", 100))
    True
    """
    marked = _WORD_MARK + plain_form(word) + _WORD_MARK
    grams = (
        marked[start : start + n]
        for n in range(1, _LONGEST_NGRAM + 1)
        for start in range(len(marked) - n + 1)
    )
    bits = b"".join(
        hashlib.shake_128(gram.encode("utf-8", "surrogatepass")).digest(2 * dim) for gram in grams
    )
    total = np.frombuffer(bits, "<i2").reshape(-1, dim).sum(axis=0, dtype=np.int64)
    return unit(total.astype(np.float32))


def closest_spellings(word: str, index: SpellingIndex, n: int = 3) -> list[int]:
    """Return at most `n` rows of the words that `word` is most likely a form of, best first.

    If a word is the same but for case, or but for repetitions where `word` has a letter three
    times in a row, then such words alone; else words of which it may be a misspelling, and words
    that are left when prefixes and suffixes are taken off it.

    Raises
    ------
    FormatError
        If the index or its words are damaged.
    """
    return [row for row, _ in _similar(word, index)][:n]


def _similar(word: str, index: SpellingIndex) -> list[tuple[int, float]]:
    """Return rows, best first, each with a weight: how likely it is that it was meant.

    That is the likelihood of its errors times its frequency, which by Zipf's law goes with the
    reciprocal of its place in the vocabulary (a noisy channel: Kernighan, Church and Gale 1990,
    "A Spelling Correction Program Based on a Noisy Channel Model"). An affix is as likely as one
    error.
    """
    typed = plain_form(word)
    rows, scores = index.close(word, _CONSIDERED)
    likely = scores >= _LEAST_SCORE
    # Scores are float32; errors come in halves.
    halves = np.rint((1 - scores[likely].astype(np.float64)) * len(typed) * 2)
    errors = dict(zip(rows[likely].tolist(), (halves / 2).tolist(), strict=True))
    if len(typed) < min(len(word), LONGEST):
        single = single_form(word)
        same = [row for row in errors if single_form(index.table[row]) == single]
    else:
        same = [row for row in errors if errors[row] == 0]
    if same:
        errors = {row: errors[row] for row in same}
    else:
        for row, taken in _known_stems(typed, index.table).items():
            errors[row] = min(taken, errors.get(row, taken))
    weights = {row: _ERROR_LIKELIHOOD**wrong / (row + 1) for row, wrong in errors.items()}
    best = sorted(weights, key=lambda row: (-weights[row], row))
    return [(row, weights[row] / weights[best[0]]) for row in best]


def _known_stems(typed: str, table: WordTable) -> dict[int, float]:
    """Return the rows of the stems of `typed` that are words, with the number of affixes taken off.

    Half more where the end of the stem had to be changed: jumpped, hoping, happiness.
    """
    found: dict[int, float] = {}
    for stem, taken in _stems(typed).items():
        changed = [single_form(stem), stem + "e", single_form(stem) + "e"]
        if stem.endswith("i"):
            changed.append(stem[:-1] + "y")
        for base in dict.fromkeys([stem, *changed]):
            for form in (base, base.capitalize(), base.upper()):
                row = table.find(form)
                if row != MISSING:
                    found.setdefault(row, taken + 0.5 * (base != stem))
    return found


def _stems(typed: str) -> dict[str, int]:
    """Return what is left of `typed` when affixes are taken off it, and how many were.

    They are taken off one after the other, in any order; fewest first.
    """
    found = {typed: 0}
    for word in (left := [typed]):
        shorter = [word[len(prefix) :] for prefix in _PREFIXES if word.startswith(prefix)]
        shorter += [word[: -len(suffix)] for suffix in _SUFFIXES if word.endswith(suffix)]
        for stem in (stem.strip("-'") for stem in shorter):
            if len(stem) >= _SHORTEST_STEM and stem not in found and len(found) < _MOST_STEMS:
                found[stem] = found[word] + 1
                left.append(stem)
    del found[typed]
    return found
