import json

import numpy as np
import pytest
from evaluation import make_keyed_vectors, write
from scipy import stats

from wordvec.corpora.splitting import split_words
from wordvec.errors import ConfigError, DataError
from wordvec.evals import evaluate, texts
from wordvec.evals.readers.sentencepairs import read_sentence_pairs
from wordvec.evals.sentence import Sentence
from wordvec.formats import read_vectors
from wordvec.postprocess.whiten import whiten
from wordvec.store import open_store
from wordvec.store.write import write_store
from wordvec.vectors import WordVectors

WORDS = ["the", "cat", "dog", "sat", "on", "mat", "Paris", "it's"]


def cosine(a, b):
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths else 0.0


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(0).standard_normal((len(WORDS), 6)) * np.arange(1, 9)[:, None]
    return WordVectors(WORDS, matrix, [900, 50, 40, 30, 300, 20, 10, 5])


@pytest.fixture
def sts(tmp_path):
    lines = [
        "4.5\tThe cat sat.\tThe dog sat on the mat!",
        "1\tparis\tA cat",
        "3\tIt’s the mat\tdog, dog, cat",
        "2\tqzx?\tthe mat",
        "0.5\ton\tmat: (dog)",
    ]
    return write(tmp_path / "sts.tsv", "\n".join(lines) + "\n")


TOKENS = [
    (["the", "cat", "sat"], ["the", "dog", "sat", "on", "the", "mat"]),
    (["Paris"], ["cat"]),
    (["it's", "the", "mat"], ["dog", "dog", "cat"]),
    ([], ["the", "mat"]),
    (["on"], ["mat", "dog"]),
]
SIDES = [side for pair in TOKENS for side in pair]
SCORES = [4.5, 1, 3, 2, 0.5]
KNOWN = [0, 1, 2, 4]


def pooled(vectors, tokens, weights):
    rows = [weights[w] * vectors[w].astype(float) for w in tokens]
    return np.mean(rows, axis=0) if rows else np.zeros(vectors.vector_size)


def cosines_of_pairs(sides):
    return [cosine(*pair) for pair in np.reshape(sides, (len(TOKENS), 2, -1))]


def twin_mean(vectors):
    return [pooled(vectors, side, dict.fromkeys(WORDS, 1)) for side in SIDES]


def twin_tf_idf(vectors):
    n = len(SIDES)
    having = {word: sum(word in side for side in SIDES) for word in WORDS}
    idf = {word: np.log((1 + n) / (1 + having[word])) + 1 for word in WORDS}
    return [pooled(vectors, side, idf) for side in SIDES]


def twin_sif(vectors):
    p = dict(zip(WORDS, vectors.counts / vectors.counts.sum(), strict=True))
    weights = {word: 1e-3 / (1e-3 + p[word]) for word in WORDS}
    sides = np.array([pooled(vectors, side, weights) for side in SIDES])
    shared = np.linalg.svd(sides)[2][0]
    return sides - np.outer(sides @ shared, shared)


def twin_zipfian(vectors):
    return twin_mean(whiten(vectors, method="zipfian"))


TWINS = {"mean": twin_mean, "tf-idf": twin_tf_idf, "sif": twin_sif, "zipfian": twin_zipfian}


@pytest.mark.parametrize("pooling", TWINS)
def test_each_pooling_is_that_of_its_slow_twin(vectors, sts, pooling):
    cosines = cosines_of_pairs(TWINS[pooling](vectors))
    result = Sentence(sts, pooling=pooling)(vectors)
    assert result.outcomes[0].values[KNOWN] == pytest.approx(np.take(cosines, KNOWN), abs=1e-5)
    known = np.take(SCORES, KNOWN), np.take(cosines, KNOWN)
    assert result.value == pytest.approx(stats.spearmanr(*known).statistic)
    assert result["Pearson"].value == pytest.approx(stats.pearsonr(*known).statistic, abs=1e-5)
    [zeros] = [f for f in result.breakdown if f.part == f"{pooling}, unknown scored 0"]
    assert zeros.value == pytest.approx(stats.spearmanr(SCORES, cosines).statistic)
    assert (zeros.measure, zeros.n, zeros.items) == ("Spearman", len(KNOWN), 5)


def test_all_poolings_are_told_unless_one_is_named_the_mean_first(vectors, sts):
    result = Sentence(sts)(vectors)
    pearson = [f for f in result.breakdown if f.measure == "Pearson"]
    for figures in (result.figures, pearson, result.outcomes):
        assert [one.part for one in figures] == ["mean", "tf-idf", "sif", "zipfian"]
    assert {f.measure for f in result.figures} == {"Spearman"}
    for figure, outcomes in zip(result.figures, result.outcomes, strict=True):
        alone = Sentence(sts, pooling=figure.part)(vectors)
        assert alone.figures == (figure,)
        assert outcomes.value() == figure.value


def test_what_was_not_known_is_counted_and_listed(vectors, sts):
    result = Sentence(sts)(vectors)
    assert (result.n, result.figures[0].items, result.coverage) == (4, 5, 0.8)
    assert result.details == {"tokens": 24, "known_tokens": 22, "pairs_without_known_word": 1}
    assert result.missing_words == ("qzx", "a")
    assert result.notes == (
        "91.7% of the words are known; in 1 of 5 pairs a sentence has no known word",
    )
    assert "pairs in which a sentence has no known word, but where it says" in result.policy
    assert all(np.isnan(one.values[3]) for one in result.outcomes)
    json.dumps(result.to_dict(), allow_nan=False)


def test_of_many_pairs_the_few_that_are_known_alone_make_the_figure(vectors, tmp_path):
    lines = ["3\tcat\tdog", "2\tcat sat\tmat", "1\tthe mat\tdog", *["5\tqzx\tcat"] * 197]
    result = Sentence(write(tmp_path / "s", "\n".join(lines)), pooling="mean")(vectors)
    assert (result.n, result.figures[0].items, result.coverage) == (3, 200, 0.015)
    alone = Sentence(write(tmp_path / "t", "\n".join(lines[:3])), pooling="mean")(vectors)
    assert result.value == alone.value
    assert "unknown scored 0" not in str(alone.breakdown)


def test_case_and_the_cut_of_the_vocabulary_are_honoured(vectors, sts):
    sensitive = Sentence(sts, case_insensitive=False)(vectors)
    assert "paris" in sensitive.missing_words
    assert sensitive.policy.startswith("lower-case words only")
    result = Sentence(sts, restrict_vocab=6)(vectors)
    assert result.missing_words == ("paris", "it's", "qzx", "a")
    assert result.vocabulary == 6
    with pytest.raises(ConfigError, match="restrict_vocab is 0"):
        Sentence(sts, restrict_vocab=0)(vectors)


def test_without_three_pairs_there_is_no_correlation(vectors, tmp_path):
    result = Sentence(write(tmp_path / "s", "1\tcat\tdog\n2\tcat\tmat\n"))(vectors)
    assert [f.value for f in (*result.figures, *result.breakdown)] == [None] * 8


def test_a_space_that_knows_no_word_has_no_figure_and_found_nothing(sts):
    result = Sentence(sts, pooling="mean")(WordVectors(["other"], [[1, 2]]))
    assert (result.value, result.n, result.figures[0].items) == (None, 0, 5)


def test_evaluate_knows_a_file_of_sentences(vectors, sts):
    assert evaluate(vectors, sts).evaluator == "sentence"


@pytest.mark.parametrize("pooling", ["sif", "zipfian"])
def test_without_counts_what_needs_them_is_refused_or_left_out(sts, pooling):
    vectors = WordVectors(WORDS, np.random.default_rng(1).standard_normal((8, 6)))
    with pytest.raises(DataError, match=f"no counts, which {pooling} pooling needs; take the pool"):
        Sentence(sts, pooling=pooling)(vectors)
    result = Sentence(sts)(vectors)
    assert [f.part for f in result.figures] == ["mean", "tf-idf"]
    assert any(f"{pooling} is left out: the vectors have no counts" in n for n in result.notes)


def test_nan_elsewhere_in_the_space_leaves_out_zipfian_and_in_a_word_refuses_all(vectors, sts):
    matrix = np.vstack([vectors.vectors, np.full(6, np.nan)])
    counts = [900, 50, 40, 30, 300, 20, 10, 5, 1]
    result = Sentence(sts)(WordVectors([*WORDS, "else"], matrix, counts))
    assert [f.part for f in result.figures] == ["mean", "tf-idf", "sif"]
    matrix[1, 0] = np.nan
    with pytest.raises(DataError, match="NaN or infinity"):
        Sentence(sts)(WordVectors([*WORDS, "else"], matrix, counts))


def test_a_word_with_a_vector_of_zeros_has_cosine_0_and_no_nan(sts):
    vectors = WordVectors(WORDS, np.zeros((8, 3)), range(8, 0, -1))
    result = Sentence(sts, pooling="mean")(vectors)
    assert result.value is None
    assert result.n == 4
    assert not result.outcomes[0].values[KNOWN].any()


def test_an_unknown_pooling_is_told_the_known_ones(sts):
    with pytest.raises(ConfigError, match="pooling is 'max'; it must be one of mean, tf-idf, sif"):
        Sentence(sts, pooling="max")


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_no_generator_takes_is_refused(sts, seed):
    with pytest.raises(ConfigError, match=f"seed is {seed}; expected"):
        Sentence(sts, seed=seed)


def test_a_quantized_and_mapped_store_is_judged_as_the_vectors_in_it(vectors, sts, tmp_path):
    vectors.save(tmp_path / "v.h5")
    mapped, memory = (Sentence(sts)(v) for v in (open_store(tmp_path / "v.h5"), vectors))
    assert mapped.figures == memory.figures
    write_store(vectors, tmp_path / "q.h5", dtype="int8")
    small = Sentence(sts)(open_store(tmp_path / "q.h5"))
    for one, other in zip(small.outcomes, memory.outcomes, strict=True):
        assert one.values == pytest.approx(other.values, abs=0.2, nan_ok=True)


def test_whitening_is_fitted_once_for_several_files(vectors, sts, monkeypatch):
    fitted = []
    real = texts.zipfian_transform
    monkeypatch.setattr(texts, "zipfian_transform", lambda v: fitted.append(v) or real(v))
    first, second = (Sentence(sts)(vectors) for _ in range(2))
    assert fitted == [vectors]
    assert first.figures == second.figures


def planted(rng, *, pairs=60, dim=50):
    """Return vectors and lines of pairs: the more of its words a pair shares, the higher scored."""
    words = [f"w{i}x" for i in range(400)]
    vectors = WordVectors(words, rng.standard_normal((400, dim)), range(400, 0, -1))
    lines = []
    for _ in range(pairs):
        common = int(rng.integers(0, 11))
        drawn = [words[i] for i in rng.choice(400, 20 - common, replace=False)]
        first, second = drawn[:10], drawn[:common] + drawn[10:]
        lines.append(f"{common}\t{' '.join(first)}\t{' '.join(second)}")
    return vectors, lines


@pytest.mark.parametrize("pooling", TWINS)
def test_a_planted_order_is_found_and_none_where_scores_are_drawn(tmp_path, pooling):
    rng = np.random.default_rng(4)
    vectors, lines = planted(rng)
    found = Sentence(write(tmp_path / "s", "\n".join(lines)), pooling=pooling)(vectors)
    assert found.value > 0.85
    assert found.interval.low > 0.75
    sides = [line.split("\t", 1)[1] for line in lines]
    held = 0
    for draw in range(60):
        drawn = [f"{score:.3f}\t{side}" for score, side in zip(rng.random(60), sides, strict=True)]
        path = write(tmp_path / f"{draw}", "\n".join(drawn))
        interval = Sentence(path, pooling=pooling)(vectors).interval
        held += interval.low <= 0 <= interval.high
    assert held >= 51  # of 60 intervals at 95 %; fewer in 1 case of 1,000


def test_the_mean_is_that_of_gensim_on_sts_benchmark(data_folder):
    vectors = read_vectors(data_folder / "golden" / "postprocess" / "base.vec")
    file = data_folder / "data" / "sts" / "STSB-test.tsv"
    keyed = make_keyed_vectors(vectors)
    scores, cosines = [], []
    for pair in read_sentence_pairs(file):
        scores.append(pair.score)
        sides = [[w for w in split_words(text) if w in keyed] for text in (pair.first, pair.second)]
        known = all(sides)
        made = [keyed.get_mean_vector(s, pre_normalize=False) for s in sides] if known else []
        cosines.append(cosine(*made) if known else np.nan)
    result = Sentence(file)(vectors)
    assert result.outcomes[0].values == pytest.approx(cosines, abs=1e-5, nan_ok=True)
    expected = stats.spearmanr(scores, cosines, nan_policy="omit").statistic
    assert result.value == pytest.approx(expected, abs=1e-4)
