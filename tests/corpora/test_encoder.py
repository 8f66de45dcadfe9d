import hashlib
import itertools
import platform
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import corpus_twins
import numpy as np
import pytest
from corpus_twins import TEXT, decode_ids, keep_frequent, tokenize
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wordvec.corpora import (
    TOKENIZERS,
    chunks,
    decompression,
    encode_corpus,
    encoder,
    kernels,
    readers,
)
from wordvec.corpora.counting import WordCounter
from wordvec.corpora.encoder import Encoder
from wordvec.errors import ConfigError, CorpusError
from wordvec.vocabulary import EncodedCorpus


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of a file that does not exist yet."""
    return tmp_path / "corpus.txt"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(st.sampled_from(["a", "b", "c", "dd", "É", "\n", "."]), max_size=60),
    min_count=st.integers(1, 4),
    bytes_per_chunk=st.sampled_from([1, 3, 1000]),
    threads=st.sampled_from([1, 3]),
)
def test_a_corpus_is_counted_and_thinned_as_its_twin(
    text: list[str], min_count: int, bytes_per_chunk: int, threads: int, tmp_path: Path
) -> None:
    data = " ".join(text).encode()
    path = tmp_path / "twin.txt"
    path.write_bytes(data)
    sentences, _ = tokenize(data, "words")
    words, left = keep_frequent(sentences, min_count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decompression, "BLOCK", bytes_per_chunk)
        patch.setattr(chunks, "CHUNK", bytes_per_chunk)
        if not words:
            with pytest.raises(CorpusError, match=r"no word in .* occurs|holds no words"):
                encode_corpus(path, min_count=min_count, threads=threads)
            return
        corpus = encode_corpus(path, min_count=min_count, threads=threads)
    vocabulary = corpus.vocabulary
    assert list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == words
    assert decode_ids(corpus.ids, list(vocabulary.words)) == left
    assert corpus.report.tokens == sum(map(len, sentences))
    assert corpus.report.sentences == len([s for s in sentences if s])
    assert corpus.report.distinct_words == len(keep_frequent(sentences, 1)[0])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # A text that begins with a mark of another encoding, or holds NUL, is refused.
    texts=st.lists(
        TEXT.map(lambda text: (b"x " + text).replace(b"\0", b"") if text else b""),
        min_size=1,
        max_size=4,
    ),
    tokenizer=st.sampled_from(TOKENIZERS),
    min_count=st.integers(1, 2),
    sizes=st.tuples(*[st.integers(1, 40)] * 3),
)
def test_any_number_of_threads_makes_of_files_what_the_twin_makes(
    texts: list[bytes],
    tokenizer: str,
    min_count: int,
    sizes: tuple[int, int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_bytes(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decompression, "BLOCK", sizes[0])
        patch.setattr(chunks, "CHUNK", sizes[1])
        patch.setattr(chunks, "STRETCH", sizes[2])
        for module in (chunks, corpus_twins, kernels):
            patch.setattr(module, "SENTENCE_LIMIT", 3)
        each = [tokenize(text, tokenizer) for text in texts]
        sentences = [sentence for found, _ in each for sentence in found]
        words, left = keep_frequent(sentences, min_count)
        if not words:
            with pytest.raises(CorpusError, match=r"no word in .* occurs|holds no words"):
                encode_corpus(folder, tokenizer=tokenizer, min_count=min_count, threads=2)
            return
        one, *several = (
            encode_corpus(folder, tokenizer=tokenizer, min_count=min_count, threads=threads)
            for threads in (1, 2, 5)
        )
    vocabulary = one.vocabulary
    assert list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == words
    assert decode_ids(one.ids, list(vocabulary.words)) == left
    assert one.report.tokens == sum(map(len, sentences))
    assert one.report.sentences == len([s for s in sentences if s])
    assert one.report.invalid_bytes == sum(wrong for _, wrong in each)
    assert one.report.sha256 == hashlib.sha256(b"".join(texts)).hexdigest()
    for other in several:
        assert_same(other, one)


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@pytest.mark.parametrize("space", ["\n", " ", "\t", "\n" * 9 + " "])
def test_chunks_of_a_long_text_are_put_together_in_its_order(
    tokenizer: str, space: str, file: Path
) -> None:
    rng = np.random.default_rng(1)
    words = [f"word{number}" for number in rng.zipf(1.3, 300_000) % 50_000]
    spaces = rng.choice(list(space), len(words))
    file.write_text("".join(itertools.chain(*zip(words, spaces, strict=True))))
    one = encode_corpus(file, tokenizer=tokenizer, min_count=1, threads=1)
    assert list(one.vocabulary.words[:1000]) == [w for w, _ in Counter(words).most_common(1000)]
    assert_same(encode_corpus(file, tokenizer=tokenizer, min_count=1, threads=3), one)


def assert_same(corpus: EncodedCorpus, other: EncodedCorpus) -> None:
    """Check that two corpora are alike to the last byte."""
    assert corpus.report == other.report
    np.testing.assert_array_equal(corpus.ids, other.ids)
    for ours, theirs in zip(arrays(corpus), arrays(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def arrays(corpus: EncodedCorpus) -> list[np.ndarray]:
    """Return the arrays that a vocabulary consists of."""
    table = corpus.vocabulary.words
    return [table.utf8, table.offsets, table.slots, corpus.vocabulary.counts]


def test_words_of_equal_count_stand_in_the_order_of_the_text(file: Path) -> None:
    file.write_text("z y x z y x a")
    assert list(encode_corpus(file, min_count=1).vocabulary.words) == ["z", "y", "x", "a"]


def test_the_arrays_have_the_promised_types(file: Path) -> None:
    file.write_text("a b a")
    corpus = encode_corpus(file, min_count=1)
    assert isinstance(corpus.ids, np.memmap)
    assert corpus.ids.dtype == np.int32
    assert not corpus.ids.flags.writeable
    assert corpus.vocabulary.counts.dtype == np.uint64
    assert corpus.vocabulary.words.utf8.dtype == np.uint8
    assert corpus.vocabulary.words.offsets.dtype == np.int64
    assert corpus.vocabulary.words.find("b") == 1


def test_the_report_tells_what_was_read(file: Path) -> None:
    text = b"Don't.\r\n\r\na b\xff c a"
    file.write_bytes(text)
    report = encode_corpus(file, min_count=2).report
    assert report.sources == (str(file),)
    assert report.tokenizer == "words"
    assert report.bytes == len(text)
    assert (report.tokens, report.sentences, report.distinct_words) == (5, 2, 4)
    assert report.invalid_bytes == 1
    assert report.sha256 == hashlib.sha256(text).hexdigest()


def test_a_line_over_ten_thousand_tokens_becomes_several_sentences(file: Path) -> None:
    file.write_text("a " * 20_001 + "\n" + "b " * 10_000 + "\nc")
    corpus = encode_corpus(file, min_count=1)
    ends = np.flatnonzero(corpus.ids == -1)
    assert np.diff(ends, prepend=-1).tolist() == [10_001, 10_001, 2, 10_001, 2]
    assert corpus.report.sentences == 5
    assert corpus.report.tokens == 30_002


def test_files_do_not_run_into_each_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one tw\xc3")
    (tmp_path / "b").write_bytes(b"\xa9o three")
    corpus = encode_corpus(tmp_path, min_count=1)
    words = list(corpus.vocabulary.words)
    assert decode_ids(corpus.ids, words) == [["one", "tw"], ["o", "three"]]
    assert corpus.report.invalid_bytes == 2


def test_the_digest_of_files_is_that_of_their_texts_together(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\n")
    (tmp_path / "b").write_bytes(b"two\n")
    digest = encode_corpus(tmp_path, min_count=1).report.sha256
    assert digest == hashlib.sha256(b"one\ntwo\n").hexdigest()


@pytest.mark.parametrize("text", ["", "\n\n", "... ,-!\n"])
def test_a_corpus_without_words_is_an_error(text: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(CorpusError, match=r"corpus\.txt holds no words"):
        encode_corpus(file)


def test_many_sources_without_words_are_named_by_the_first(tmp_path: Path) -> None:
    files = [tmp_path / name for name in "abc"]
    for empty in files:
        empty.touch()
    with pytest.raises(CorpusError, match=r"a and 2 more holds no words"):
        encode_corpus(files)


def test_too_high_a_min_count_tells_what_would_do(file: Path) -> None:
    file.write_text("the cat the dog the")
    message = r"no word in .*corpus\.txt occurs 5 times: the most frequent, 'the', occurs 3;"
    with pytest.raises(CorpusError, match=message + ".* --min-count"):
        encode_corpus(file)


@pytest.mark.parametrize("name", ["min_count", "threads"])
@pytest.mark.parametrize("number", [0, -1, 2.0, True, "5"])
def test_counts_are_whole_numbers_from_one_up(name: str, number: Any) -> None:
    with pytest.raises(ConfigError, match=rf"{name} is .*; it must be a whole number from 1 up"):
        encode_corpus([["a"]], **{name: number})


def test_by_default_as_many_threads_are_taken_as_there_are_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    class Asked(Encoder):
        def __init__(self, tokenizer: str, threads: int) -> None:
            asked.append(threads)
            super().__init__(tokenizer, threads)

    monkeypatch.setattr(encoder, "Encoder", Asked)
    monkeypatch.setenv("WORDVEC_THREADS", "3")
    encode_corpus([["a"]], min_count=1)
    encode_corpus([["a"]], min_count=1, threads=2)
    assert asked == [3, 2]


def test_an_interrupt_passes_on_and_ends_the_threads(file: Path) -> None:
    file.write_text("a b c d e f g h\n" * 300_000)

    def interrupt(done: int, total: int | None) -> None:
        if done > 3_000_000:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "_SECONDS_BETWEEN_REPORTS", 0)
        with pytest.raises(KeyboardInterrupt):
            encode_corpus(file, progress=interrupt, threads=3)
    assert not [t for t in threading.enumerate() if t.name.startswith("wordvec-encode")]


@pytest.mark.parametrize("error", [CorpusError, MemoryError])
def test_an_error_in_a_thread_reaches_the_caller_and_ends_the_threads(
    error: type[Exception], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("a b c d e f g h\n" * 300_000)

    def fail(self: WordCounter, size: int) -> None:
        raise error("there is no room")

    monkeypatch.setattr(WordCounter, "_make_room", fail)
    with pytest.raises(error, match="there is no room"):
        encode_corpus(file, threads=2)
    assert not [t for t in threading.enumerate() if t.name.startswith("wordvec-encode")]


def test_a_text_is_warned_of_before_an_error_in_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"caf\xe9\n")
    second.write_bytes(b"ACGT" * 800_000)
    with pytest.raises(CorpusError, match="second holds a token of over"):
        encode_corpus([first, second], threads=2)
    assert [record.message.split(",")[0] for record in caplog.records] == [f"{first}: 1 bytes"]


def test_an_unknown_tokenizer_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"tokenizer is 'spaces'; .* one of words, whitespace"):
        encode_corpus([["a"]], tokenizer="spaces")


def test_a_token_without_end_is_an_error(file: Path) -> None:
    file.write_bytes(b"ACGT" * 800_000)
    with pytest.raises(CorpusError, match=r"corpus\.txt holds a token of over 1,048,576 bytes"):
        encode_corpus(file)


def test_a_token_just_short_enough_is_read_over_blocks(file: Path) -> None:
    file.write_bytes(b"x " + b"ACGT" * 262_144)
    corpus = encode_corpus(file, min_count=1)
    assert corpus.vocabulary.words[1] == "acgt" * 262_144


def test_nothing_is_left_in_the_folder_for_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    seen: list[list[Path]] = []
    corpus = encode_corpus(
        [Path(__file__)], min_count=1, progress=lambda *_: seen.append(list(tmp_path.iterdir()))
    )
    assert seen
    assert not any(seen)
    assert not list(tmp_path.iterdir())
    assert len(corpus.ids) > 100


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_names_the_folder_and_the_way_out(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    file.write_text("a b c d e f g h\n" * 50_000)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(CorpusError, match=rf"temporary files, {tmp_path}, is full; set TMPDIR"):
            encode_corpus(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_missing_folder_for_temporary_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))
    with pytest.raises(CorpusError, match="none, cannot be written: No such file"):
        encode_corpus([["a"]], min_count=1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs RssAnon")
def test_memory_is_the_vocabulary_never_the_corpus(file: Path) -> None:
    code = f"""
from wordvec.corpora import encode_corpus
def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
path = {str(file)!r}
open(path, "w").write("a b c d e f g h\\n")
encode_corpus(path, min_count=1, threads=2)
with open(path, "w") as file:
    for i in range(100):
        file.write(("%d a b c d e f g\\n" % i) * 30_000)
before, peak = anonymous(), []
report = lambda *_: peak.append(anonymous() - before)
corpus = encode_corpus(path, progress=report, threads=2)
peak.append(anonymous() - before)
print(corpus.ids.nbytes // 1024, max(peak))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    kilobytes_of_ids, peak = map(int, done.stdout.split())
    assert kilobytes_of_ids > 90_000
    assert peak < 25_000


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs a heap that can be trimmed")
def test_memory_goes_back_when_a_corpus_is_encoded(file: Path) -> None:
    code = f"""
from wordvec.corpora import encode_corpus
def anonymous():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))
path = {str(file)!r}
open(path, "w").write("a b c d e f g h\\n")
encode_corpus(path, min_count=1, threads=2)
with open(path, "w") as file:
    for i in range(400_000):
        file.write("number%d number%d a b c\\n" % (i, i // 4))
before, peak = anonymous(), []
report = lambda *_: peak.append(anonymous() - before)
corpus = encode_corpus(path, progress=report, threads=2)
words = corpus.vocabulary.words
arrays = [words.utf8, words.offsets, words.slots, corpus.vocabulary.counts]
kept = sum(array.nbytes for array in arrays) // 1024
print(len(words), max(peak), anonymous() - before - kept)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    words, peak, after = map(int, done.stdout.split())
    assert words == 100_003
    assert peak > 15_000
    assert after < 8_000
