"""A slow, obvious twin of counter-fitting: one pair and one word after the other, as in the paper.

Mrkšić et al. (2016), NAACL, with the step of their program: the mean over a word's violated pairs.
"""

import numpy as np


def pairs_of(pairs):
    """Return each pair once, as (lower, higher)."""
    return sorted({tuple(sorted(map(int, pair))) for pair in pairs if pair[0] != pair[1]})


def neighbours_of(rows, rho):
    """Return the pairs within distance `rho`, with their distances."""
    n = len(rows)
    distances = {(i, j): 1 - rows[i] @ rows[j] for i in range(n) for j in range(i + 1, n)}
    return {pair: distance for pair, distance in distances.items() if distance <= rho}


def counterfit_twin(rows, synonyms, antonyms, weights, delta, gamma, rho, epochs):
    """Return the rows after `epochs` steps."""
    k1, k2, k3 = weights
    antonyms = pairs_of(antonyms)
    synonyms = [pair for pair in pairs_of(synonyms) if pair not in antonyms]
    kept = neighbours_of(rows, rho) if k3 and rho else {}
    kept = {pair: distance for pair, distance in kept.items() if pair not in antonyms}
    for _ in range(epochs):
        steps = [[] for _ in rows]

        def step(pair, pull, steps=steps, rows=rows):
            for word, other in (pair, pair[::-1]):
                u, v = rows[word], rows[other]
                gradient = (u @ v) * u - v  # of the distance, by u
                steps[word].append(pull * gradient)

        def distance(pair, rows=rows):
            return 1 - rows[pair[0]] @ rows[pair[1]]

        for pair in antonyms if k1 else []:
            if distance(pair) < delta:
                step(pair, k1)
        for pair in synonyms if k2 else []:
            if distance(pair) > gamma:
                step(pair, -k2)
        for pair, before in kept.items():
            if distance(pair) > before + 1e-14:  # not by rounding
                step(pair, -k3)
        rows = rows.copy()
        for word, wanted in enumerate(steps):
            if wanted:
                rows[word] += np.mean(wanted, axis=0)
                rows[word] /= np.linalg.norm(rows[word])
    return rows
