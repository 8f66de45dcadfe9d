import numpy as np

from wordvec.corpora.counting import WordCounter, merge


def test_the_words_of_counters_are_merged_in_order_of_the_text() -> None:
    chunks_of_text = [(0, b"b a b\n"), (1, b"c a\n"), (1, b"d b\n"), (0, b"d e a\n")]
    counters = {name: WordCounter("words") for name in (0, 1)}
    seen = []
    for name, text in chunks_of_text:
        counters[name].encode(np.frombuffer(text, np.uint8), np.empty(len(text), np.int32), 0)
        seen.append((name, counters[name].known))
    whole, ids = merge(counters, seen, "words")
    assert list(whole.gather(np.arange(whole.known))) == ["b", "a", "c", "d", "e"]
    assert whole.counts.tolist() == [3, 3, 1, 2, 1]
    assert {name: found.tolist() for name, found in ids.items()} == {
        0: [0, 1, 3, 4],
        1: [2, 1, 3, 0],
    }
