import itertools

import numpy as np
import pytest

from wordvec.evals.clusters.purity import chance_purity, cluster, in_majority, starts_for


def twin_purity(clusters, categories):
    """Return the purity by its definition, in sets."""
    total = 0
    for one in set(clusters):
        members = {n for n, c in enumerate(clusters) if c == one}
        total += max(
            len(members & {n for n, c in enumerate(categories) if c == category})
            for category in set(categories)
        )
    return total / len(clusters)


def test_the_share_in_the_majority_is_the_purity():
    rng = np.random.default_rng(1)
    for things, width in [(1, 1), (7, 3), (40, 5), (60, 12)]:
        clusters, categories = rng.integers(width, size=(2, things))
        found = in_majority(clusters, categories).mean()
        assert found == pytest.approx(twin_purity(clusters.tolist(), categories.tolist()))


def test_the_example_of_the_book_has_its_purity():
    # Manning, Raghavan and Schütze 2008, figure 16.4: (5 + 4 + 3) / 17.
    clusters = np.repeat([0, 1, 2], [6, 6, 5])
    categories = np.array([0] * 5 + [1] + [0] + [1] * 4 + [2] + [0] * 2 + [2] * 3)
    assert in_majority(clusters, categories).mean() == pytest.approx(12 / 17)


def test_groups_far_from_each_other_are_found_in_every_run():
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(4), 10)
    rows = 20 * np.eye(4)[groups] + rng.standard_normal((40, 4))
    for run in cluster(rows, 4, runs=5, starts=50, seed=1):
        assert in_majority(run, groups).all()
        assert len(set(run.tolist())) == 4


def test_the_same_seed_gives_the_same_clusters_and_runs_differ():
    rows = np.random.default_rng(3).standard_normal((60, 5))
    first, again = (cluster(rows, 6, runs=3, starts=10, seed=7) for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first[0], first[1])
    assert np.array_equal(cluster(rows, 6, runs=1, starts=10, seed=8)[0], first[1])


def test_few_words_have_many_starts_and_many_words_few():
    assert [starts_for(n, k) for n, k in [(2, 2), (402, 21), (2000, 20), (5000, 56)]] == [
        50,
        50,
        12,
        5,
    ]


def test_of_more_starts_the_clusters_are_tighter():
    rows = np.random.default_rng(5).standard_normal((150, 8))
    spread = []
    for starts in (1, 30):
        [labels] = cluster(rows, 12, runs=1, starts=starts, seed=2)
        middle = np.array([rows[labels == label].mean(axis=0) for label in range(12)])
        spread.append(((rows - middle[labels]) ** 2).sum())
    assert spread[1] < spread[0]


def test_more_clusters_than_different_rows_warn_nobody():
    assert cluster(np.ones((4, 2)), 3, runs=1, starts=2, seed=1).shape == (1, 4)


def test_the_purity_of_chance_is_the_mean_over_all_ways_to_deal():
    clusters, categories = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 1, 2])
    every = [
        twin_purity(clusters.tolist(), list(order)) for order in itertools.permutations(categories)
    ]
    found = chance_purity(clusters[None], categories, shuffles=4000, seed=1)
    assert found == pytest.approx(np.mean(every), abs=0.01)
