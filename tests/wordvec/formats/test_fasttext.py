import logging
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import gensim
import numpy as np
import pytest
from gensim.models.fasttext import load_facebook_vectors
from gensim.models.fasttext_inner import ft_hash_bytes
from numpy.typing import NDArray

from wordvec.errors import OutputError
from wordvec.formats import fasttext, read_vectors, sniff_format
from wordvec.postprocess.whiten import whiten
from wordvec.quantization import QuantizedMatrix, encode
from wordvec.subwords import Subwords
from wordvec.vectors import WordVectors

DATA = Path(__file__).with_name("data")
FIXTURES = Path(gensim.__file__).parent / "test" / "test_data"
WORDS = ["the", "where", "král", "日本", "</s>", "c++", "жу", "a"]
UNSEEN = ["wherever", "králík", "日", "zzzqx", "the-where"]
MODEL = 36  # where a header says what was trained


@pytest.fixture(autouse=True)
def _quiet_gensim() -> None:
    logging.getLogger("gensim").setLevel(logging.CRITICAL)


def load(path: Path, limit: int | None = None) -> WordVectors:
    return fasttext.read(path, limit=limit, progress=None)


def some_vectors(*, subwords: bool = True, dim: int = 4) -> WordVectors:
    draw = np.random.default_rng(1).normal
    return WordVectors(
        WORDS,
        draw(size=(len(WORDS), dim)),
        np.arange(len(WORDS), 0, -1, dtype=np.uint64),
        subwords=Subwords(draw(size=(40, dim)).astype(np.float32), 3, 5, 40) if subwords else None,
    )


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.bin"
    fasttext.write(some_vectors(), path, progress=None)
    return path


def printed(path: Path, header: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Give each word and its numbers from what fastText printed."""
    for line in path.read_text("utf-8").split("\n")[header:]:
        if line.strip():
            word, *numbers = line.rstrip(" ").split(" ")
            yield word, numbers


def check_printed(vector: NDArray[np.float32] | None, numbers: list[str]) -> None:
    """Check that `vector` is `numbers` to one unit of the last digit of each."""
    assert vector is not None
    assert len(vector) == len(numbers)
    for got, text in zip(vector.tolist(), numbers, strict=True):
        digits, _, exponent = text.partition("e")
        unit = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
        assert abs(got - float(text)) <= unit


def vector_of(vectors: WordVectors, word: str) -> NDArray[np.float32] | None:
    if word in vectors:
        return vectors[word]
    assert vectors.subwords is not None
    return vectors.subwords.vector(word)


def test_every_word_of_a_skipgram_model_has_the_vector_that_fasttext_wrote(
    data_folder: Path,
) -> None:
    golden = data_folder / "golden" / "fasttext"
    vectors = read_vectors(golden / "ft_small.bin")
    expected = list(printed(golden / "ft_small.vec", header=1))
    assert list(vectors.index_to_key) == [word for word, _ in expected]
    for word, numbers in expected:
        check_printed(vectors[word], numbers)


def test_unseen_words_have_the_vectors_that_fasttext_printed(data_folder: Path) -> None:
    golden = data_folder / "golden" / "fasttext"
    vectors = read_vectors(golden / "ft_small.bin")
    expected = list(printed(golden / "ft_small.oov.txt"))
    assert sum(word not in vectors for word, _ in expected) == 5
    for word, numbers in expected:
        check_printed(vector_of(vectors, word), numbers)


def test_a_model_without_ngrams_is_read(data_folder: Path) -> None:
    vectors = read_vectors(data_folder / "golden" / "fasttext" / "ft_cbow_nosub.bin")
    assert vectors.vectors.shape == (6478, 8)
    assert vectors.subwords is None
    assert vectors.counts is not None
    assert vectors.counts[:2].tolist() == [53915, 26448]


@pytest.mark.parametrize("name", ["fasttext-normed", "fasttext-pruned"])
def test_quantized_models_give_the_vectors_that_fasttext_printed(name: str) -> None:
    vectors = read_vectors(DATA / f"{name}.ftz")
    words = list(printed(DATA / f"{name}.txt"))
    assert {word in vectors for word, _ in words} == {True, False}
    for word, numbers in words:
        check_printed(vector_of(vectors, word), numbers)


def test_only_kept_ngrams_of_a_pruned_model_have_rows() -> None:
    subwords = read_vectors(DATA / "fasttext-pruned.ftz").subwords
    assert subwords is not None
    assert subwords.rows is not None
    assert len(subwords.matrix) == len(subwords.rows) == 346
    assert np.all(np.diff(subwords.rows) > 0)
    assert subwords.buckets == 600


@pytest.mark.parametrize(
    "name",
    [
        "crime-and-punishment",
        "lee_fasttext",  # the header without magic number
        "lee_fasttext_new",
        "cp852_fasttext",  # words that are not UTF-8
        "non_ascii_fasttext",
    ],
)
def test_models_have_the_vectors_that_gensim_reads(name: str) -> None:
    path = FIXTURES / f"{name}.bin"
    assert sniff_format(path) == "fasttext"
    ours, theirs = load(path), load_facebook_vectors(str(path))
    common = [word for word in ours.index_to_key if word in theirs.key_to_index]
    assert len(common) >= 100
    for word in common:
        if word != "</s>":  # fastText has no n-grams of it, gensim has
            np.testing.assert_allclose(ours[word], theirs[word], rtol=1e-5, atol=1e-6)
    for word in UNSEEN:
        np.testing.assert_allclose(vector_of(ours, word), theirs[word], rtol=1e-5, atol=1e-6)


def test_words_that_are_not_utf8_are_counted_and_keep_the_vectors_of_their_own_bytes() -> None:
    path, word = FIXTURES / "cp852_fasttext.bin", b"kter\xec"  # every byte begins a character
    vectors = load(path)
    assert vectors.provenance["read"]["invalid_utf8"] == 69
    assert vectors.provenance["read"]["duplicates"] == 6
    theirs = load_facebook_vectors(str(path), encoding="cp852")
    marked = b"<%b>" % word
    ngrams = [marked[i : i + n] for n in (2, 3, 4) for i in range(len(marked) - n + 1)]
    rows = [theirs.vectors_ngrams[ft_hash_bytes(ngram) % 1000] for ngram in ngrams]
    own = theirs.vectors_vocab[theirs.get_index(word.decode("cp852"))]
    np.testing.assert_allclose(vectors["kter\ufffd"], np.mean([own, *rows], axis=0), atol=1e-6)


def test_of_a_classifier_the_word_vectors_are_read_and_the_labels_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        vectors = load(FIXTURES / "pang_lee_polarity_fasttext.bin")
    assert vectors.vectors.shape == (1694, 100)
    assert vectors.subwords is None
    assert not [word for word in vectors.index_to_key if word.startswith("__label__")]
    assert "is a classifier: its word vectors are read, its 2 labels are left out" in caplog.text


def test_classifiers_of_version_11_have_no_ngrams_whatever_they_say(
    model: Path, tmp_path: Path
) -> None:
    def changed(version: int) -> WordVectors:
        data = bytearray(model.read_bytes())
        struct.pack_into("<i", data, 4, version)
        struct.pack_into("<i", data, MODEL, 3)
        output = len(data) - 16 - 4 * 4 * len(WORDS)
        struct.pack_into("<q", data, output, 0)  # no labels, so no rows
        path = tmp_path / f"{version}.bin"
        path.write_bytes(data[: output + 16])
        return load(path)

    assert changed(11).subwords is None
    assert changed(12).subwords is not None


def test_how_a_model_was_trained_is_in_the_provenance() -> None:
    training = load(FIXTURES / "lee_fasttext.bin").provenance["fasttext"]
    assert training["architecture"] == "skipgram"
    assert training["loss"] == "negative sampling"
    assert (training["epochs"], training["negatives"], training["subsample"]) == (5, 5, 1e-4)
    assert load(DATA / "fasttext-pruned.ftz").provenance["fasttext"]["loss"] == "softmax"


def test_counts_and_the_end_of_a_line_are_kept() -> None:
    vectors = load(FIXTURES / "crime-and-punishment.bin")
    assert "</s>" in vectors
    assert vectors.counts is not None
    assert vectors.counts[vectors.get_index("</s>")] > 1
    assert list(vectors.counts) == sorted(vectors.counts, reverse=True)


def test_a_limit_takes_the_first_words_with_all_ngrams(model: Path) -> None:
    vectors, all_vectors = load(model, limit=3), load(model)
    assert list(vectors.index_to_key) == WORDS[:3]
    assert np.array_equal(vectors.vectors, all_vectors.vectors[:3])
    assert vectors.subwords is not None
    assert len(vectors.subwords.matrix) == 40


def test_progress_ends_at_the_size_of_the_file(model: Path) -> None:
    calls: list[tuple[int, int]] = []
    fasttext.read(model, limit=None, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (model.stat().st_size, model.stat().st_size)


def test_ngrams_stay_in_the_file_and_outlive_its_replacement(model: Path, tmp_path: Path) -> None:
    vectors = load(model)
    assert vectors.subwords is not None
    assert not vectors.subwords.matrix.flags.writeable
    before = vectors.subwords.vector("wherever")
    (tmp_path / "other").write_bytes(bytes(10))
    (tmp_path / "other").replace(model)
    assert np.array_equal(vectors.subwords.vector("wherever"), before)


@pytest.mark.parametrize("subwords", [True, False])
def test_what_is_written_is_read_back_equal(subwords: bool, tmp_path: Path) -> None:
    vectors = some_vectors(subwords=subwords)
    fasttext.write(vectors, tmp_path / "v.bin", progress=None)
    again = read_vectors(tmp_path / "v.bin")
    assert again.index_to_key == vectors.index_to_key
    assert np.array_equal(again.counts, vectors.counts)
    np.testing.assert_allclose(again.vectors, vectors.vectors, atol=1e-6)
    if vectors.subwords is None:
        assert again.subwords is None
    else:
        assert again.subwords is not None
        assert np.array_equal(again.subwords.matrix, vectors.subwords.matrix)
        assert again.subwords.buckets == 40


@pytest.mark.parametrize("subwords", [True, False])
def test_gensim_reads_back_what_is_written(subwords: bool, tmp_path: Path) -> None:
    vectors = some_vectors(subwords=subwords)
    fasttext.write(vectors, tmp_path / "v.bin", progress=None)
    theirs = load_facebook_vectors(str(tmp_path / "v.bin"))
    assert theirs.index_to_key == WORDS
    for row, word in enumerate(WORDS):
        if word != "</s>" or not subwords:
            np.testing.assert_allclose(theirs[word], vectors[word], atol=1e-6)
        assert theirs.get_vecattr(word, "count") == len(WORDS) - row
    if vectors.subwords is not None:
        for word in UNSEEN:
            np.testing.assert_allclose(theirs[word], vectors.subwords.vector(word), atol=1e-6)


def test_unknown_counts_are_written_as_one_and_an_output_layer_as_it_is(tmp_path: Path) -> None:
    output = np.arange(8, dtype=np.float32).reshape(4, 2)
    vectors = WordVectors(list("abcd"), np.ones((4, 2)), output=output)
    fasttext.write(vectors, tmp_path / "v.bin", progress=None)
    assert (tmp_path / "v.bin").read_bytes().endswith(output.tobytes())
    assert np.array_equal(load(tmp_path / "v.bin").counts, np.ones(4))


def test_quantized_vectors_and_ngrams_are_written_decoded(tmp_path: Path) -> None:
    dense = some_vectors()
    assert dense.subwords is not None

    def quantized(matrix: NDArray[np.float32]) -> QuantizedMatrix:
        codes, scales = encode(matrix, "int8")
        return QuantizedMatrix(codes, "int8", 4, scales)

    ngrams = quantized(dense.subwords.matrix[:])
    vectors = WordVectors(WORDS, quantized(dense.vectors[:]), subwords=Subwords(ngrams, 3, 5, 40))
    fasttext.write(vectors, tmp_path / "v.bin", progress=None)
    again = load(tmp_path / "v.bin")
    np.testing.assert_allclose(again.vectors, vectors.vectors[:], atol=1e-6)
    assert again.subwords is not None
    assert np.array_equal(again.subwords.matrix, ngrams[:])


@pytest.mark.parametrize("word", ["New York", "a\tb", "a\nb", "a\0b"])
def test_a_word_with_white_space_is_not_written(word: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"row 1\) cannot be kept in fastText's model"):
        fasttext.write(WordVectors(["x", word], [[1], [2]]), tmp_path / "v.bin", progress=None)


def test_pruned_ngrams_are_not_written(tmp_path: Path) -> None:
    vectors = load(DATA / "fasttext-pruned.ftz")
    with pytest.raises(OutputError, match="some n-grams have no vector"):
        fasttext.write(vectors, tmp_path / "v.bin", progress=None)


def test_ngrams_that_a_map_follows_are_not_written(tmp_path: Path) -> None:
    subwords = Subwords(np.eye(2, dtype=np.float32), 3, 6, 2)
    vectors = WordVectors(["x", "y"], np.eye(2), counts=[2, 1], subwords=subwords)
    fasttext.write(vectors, tmp_path / "before.bin", progress=None)
    vectors = whiten(vectors, method="center")
    with pytest.raises(OutputError, match="post-processed by a map"):
        fasttext.write(vectors, tmp_path / "v.bin", progress=None)


def test_numbers_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    vectors = WordVectors(["x", "y"], [[1.0], [np.nan]])
    with pytest.raises(OutputError, match=r"the vector of 'y' \(row 1\) holds a NaN"):
        fasttext.write(vectors, tmp_path / "v.bin", progress=None)


def test_other_files_are_not_taken_for_models() -> None:
    for start in (b"", b"8 100\n", b"the 0.1 0.2\n" * 50, bytes(200), b"\x89HDF\r\n\x1a\n" * 30):
        assert not fasttext.matches(start, Path("x.bin"))


@pytest.mark.skipif(shutil.which("fasttext") is None, reason="the program fasttext is not here")
@pytest.mark.parametrize("subwords", [True, False])
def test_fasttext_itself_prints_the_vectors_that_were_written(
    subwords: bool, tmp_path: Path
) -> None:
    vectors = some_vectors(subwords=subwords)
    fasttext.write(vectors, tmp_path / "v.bin", progress=None)
    words = [*WORDS, *UNSEEN] if subwords else WORDS
    answer = subprocess.run(
        ["fasttext", "print-word-vectors", tmp_path / "v.bin"],
        input="\n".join(words).encode(),
        capture_output=True,
        check=True,
    )
    (tmp_path / "printed").write_bytes(answer.stdout)
    for word, (name, numbers) in zip(words, printed(tmp_path / "printed"), strict=True):
        assert name == word
        check_printed(vector_of(vectors, word), numbers)
