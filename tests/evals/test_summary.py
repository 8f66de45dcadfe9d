from wordvec.evals.result import Figure, Result
from wordvec.evals.summary import weighted_mean


def result(*figures):
    return Result(evaluator="x", dataset="d", figures=figures, policy="p", vocabulary=1)


def figure(measure, value, n, part=""):
    return Figure(measure=measure, value=value, n=n, items=10, part=part)


def test_each_figure_is_weighted_by_the_items_found():
    first = result(figure("Spearman", 0.2, 1), figure("Pearson", 0.4, 1))
    second = result(figure("Spearman", 0.6, 3), figure("Pearson", 0.0, 3))
    found = {f.measure: (round(f.value, 9), f.n, f.items) for f in weighted_mean([first, second])}
    assert found == {"Spearman": (0.5, 4, 20), "Pearson": (0.1, 4, 20)}


def test_a_set_without_a_figure_weighs_nothing_but_counts_as_not_found():
    [mean] = weighted_mean([result(figure("m", None, 2)), result(figure("m", 0.5, 4))])
    assert (mean.value, mean.n, mean.items) == (0.5, 4, 20)


def test_only_figures_that_all_sets_have_are_averaged():
    assert weighted_mean([result(figure("m", 0.5, 4)), result(figure("k", 0.5, 4))]) == []
    assert weighted_mean([result(figure("m", None, 0)), result(figure("m", None, 0))]) == []
    parts = [result(figure("m", 0.5, 4, "mean")), result(figure("m", 0.5, 4, "sif"))]
    assert weighted_mean(parts) == []
