import gzip
import hashlib
import lzma

import pytest

from wordvec.errors import ConfigError, FormatError, MissingFileError
from wordvec.postprocess.lexicon import Lexicon, read_lexicon


def written(folder, text, name="lexicon.txt"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def neighbours(folder, text, **options):
    read = read_lexicon(written(folder, text), **options).neighbours
    return {head: list(words) for head, words in read.items()}


def test_a_line_is_a_head_and_its_neighbours_in_lower_case(tmp_path):
    assert neighbours(tmp_path, "Good fine GREAT\n\n  bad   poor \r\n") == {
        "good": ["fine", "great"],
        "bad": ["poor"],
    }


def test_tokens_with_a_digit_are_one_word_and_those_without_a_letter_another(tmp_path):
    assert neighbours(tmp_path, "1,800 b2b ... a.b _\n") == {
        "---num---": ["---num---", "---punc---", "a.b", "_"]
    }


def test_tokens_with_digits_are_taken_as_they_are_if_wanted(tmp_path):
    assert neighbours(tmp_path, "1,800 B2B ...\n", keep_numbers=True) == {"1,800": ["b2b", "..."]}


def test_the_last_line_of_a_head_counts_even_if_it_is_empty(tmp_path):
    assert neighbours(tmp_path, "a b c\nA d\nx y\nx\n") == {"a": ["d"], "x": []}


def test_all_lines_of_a_head_count_if_wanted(tmp_path):
    assert neighbours(tmp_path, "a b c\na d b\n", merge_heads=True) == {"a": ["b", "c", "d"]}


def test_edges_go_one_way_and_words_may_be_their_own_neighbours(tmp_path):
    assert neighbours(tmp_path, "a a b\n") == {"a": ["a", "b"]}


def test_edges_go_both_ways_if_wanted(tmp_path):
    assert neighbours(tmp_path, "a a b\nb c\n", symmetric=True) == {
        "a": ["a", "b"],
        "b": ["c", "a"],
        "c": ["b"],
    }


def test_the_two_ways_of_an_edge_keep_their_weights():
    lexicon = Lexicon.from_mapping({"a": {"b": 2}, "b": {"a": 3, "c": 4}}, source="mine")
    assert lexicon.both_ways().neighbours == {"a": {"b": 2}, "b": {"a": 3, "c": 4}, "c": {"b": 4}}
    assert lexicon.neighbours == {"a": {"b": 2}, "b": {"a": 3, "c": 4}}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Good\tfine", {"Good": {"fine": 1.0}}),
        ("good\tfine\t0.5", {"good": {"fine": 0.5}}),
        ("good\tfine\tsynonym", {"good": {"fine": 1.0}}),
        ("good\tfine\tsynonym\t2", {"good": {"fine": 2.0}}),
        ("good\tfine\t", {"good": {"fine": 1.0}}),
        ("New York\tb2b", {"New York": {"b2b": 1.0}}),
    ],
)
def test_a_line_with_a_tab_is_a_pair(tmp_path, line, expected):
    assert read_lexicon(written(tmp_path, line + "\r\n")).neighbours == expected


def test_pairs_of_one_head_are_all_taken_and_the_last_weight_of_a_pair_counts(tmp_path):
    read = read_lexicon(written(tmp_path, "a\tb\t2\na\tc\na\tb\t3\n"))
    assert read.neighbours == {"a": {"b": 3.0, "c": 1.0}}


def test_antonyms_of_a_tsv_are_left_out_unless_asked_for(tmp_path):
    path = written(tmp_path, "hot\twarm\tsynonym\nhot\tcold\tAntonym\ngood\tfine\n")
    lexicon = read_lexicon(path)
    assert lexicon.neighbours == {"hot": {"warm": 1.0}, "good": {"fine": 1.0}}
    assert (lexicon.antonyms_left_out, lexicon.both_ways().antonyms_left_out) == (1, 1)
    antonyms = read_lexicon(path, antonyms=True)
    assert antonyms.neighbours == {"hot": {"cold": 1.0}}
    assert antonyms.antonyms_left_out == 0


def test_pairs_without_a_relation_are_antonyms_if_no_row_says_that_it_is(tmp_path):
    path = written(tmp_path, "hot\twarm\tsynonym\nup\tdown\n")
    assert read_lexicon(path, antonyms=True).neighbours == {"up": {"down": 1.0}}
    path = written(tmp_path, "hot\twarm\tsynonym\n")
    with pytest.raises(FormatError, match="no line of 1 holds a word and its antonym"):
        read_lexicon(path, antonyms=True)


def test_the_format_can_be_told(tmp_path):
    assert neighbours(tmp_path, "a\tb\tc\n", format="faruqui") == {"a": ["b", "c"]}
    with pytest.raises(FormatError, match=r"lexicon\.txt, line 1: expected two words"):
        neighbours(tmp_path, "a b\n", format="tsv")
    with pytest.raises(ConfigError, match="format is 'csv'; expected faruqui or tsv"):
        neighbours(tmp_path, "a b\n", format="csv")


def test_lists_with_tabs_are_not_taken_for_pairs(tmp_path):
    path = written(tmp_path, "good\tfine\tgreat\tnice\nbad\tpoor\n")
    with pytest.raises(FormatError, match=r"line 1: expected two words.* with the format faruqui"):
        read_lexicon(path)
    lists = read_lexicon(path, format="faruqui").neighbours
    assert list(lists["good"]) == ["fine", "great", "nice"]


def test_so_many_relations_as_words_must_be_told_to_be_relations(tmp_path):
    lines = [f"head{i}\tneighbour\trelation{min(i, 50)}\t2\n" for i in range(99)]
    path = written(tmp_path, "".join(lines))
    with pytest.raises(FormatError, match=r"third column holds more than 50 relations; give the"):
        read_lexicon(path)
    assert len(read_lexicon(path, format="tsv").neighbours) == 99
    path = written(tmp_path, "".join(lines[:50] * 2))
    assert len(read_lexicon(path).neighbours) == 50


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_a_file_may_be_compressed_whatever_its_name(tmp_path, pack):
    data = pack(b"\xef\xbb\xbfgood fine\n\nbad poor\n")
    read = read_lexicon(written(tmp_path, data))
    assert list(read.neighbours) == ["good", "bad"]
    assert read.lines == 2
    assert read.source == str(tmp_path / "lexicon.txt")
    assert read.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"lexicon\.txt: no line of 0 holds a word and another"),
        (b"\n \n", "no line of 0 holds"),
        (b"good\nfine\n", "no line of 2 holds"),
        (b"a b\nc \xff\n", r"lexicon\.txt, line 2: is not text in UTF-8"),
        (b"\x89HDF\r\n\x1a\n\0\0", "is not text, it holds a zero byte"),
        (gzip.compress(b"good fine" * 99)[:-9], "cannot be decompressed"),
        (lzma.compress(b"good fine" * 99)[:-9], "cannot be decompressed"),
        (b"\x1f\x8bnot really", "cannot be decompressed"),
        (b"a\tb\na\n", r"line 2: expected two words.*; got 'a'"),
        (b"a\tb\n\tb\n", "line 2: expected two words"),
        (b"a\tb\tsynonym\theavy\n", "line 1: expected two words"),
        (b"a\tb\tsynonym\t1\t1\n", "line 1: expected two words"),
        (b"a\tb\t0\n", "line 1: the weight is 0; expected a number above 0"),
        (b"a\tb\tsynonym\tnan\n", "the weight is nan"),
        (b"a\tb\tantonym\n", "no line of 1 holds.*; left out with the relation antonym: 1"),
    ],
)
def test_a_bad_file_is_an_error_that_names_the_place(tmp_path, data, message):
    with pytest.raises(FormatError, match=message) as caught:
        read_lexicon(written(tmp_path, data))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_a_folder_is_an_error(tmp_path):
    with pytest.raises(MissingFileError, match=r"no\.txt: there is no such file"):
        read_lexicon(tmp_path / "no.txt")
    with pytest.raises(FormatError, match="cannot be read: Is a directory"):
        read_lexicon(tmp_path)


@pytest.mark.parametrize(
    ("related", "message"),
    [
        ({"good": "fine"}, "'good' goes with 'fine'; expected a list of words"),
        ({"good": None}, "'good' goes with None; expected a list of words"),
        ({"good": {"fine": -1}}, "the weight of 'good' and 'fine' is -1; expected a number above"),
        ({"good": {"fine": None}}, "the weight of 'good' and 'fine' is None"),
        ({"good": {"fine": "a"}}, "the weight of 'good' and 'fine' is 'a'"),
        ({"good": {"fine": 10**400}}, "the weight of 'good' and 'fine' is 10000"),
        ({"good": ["fine", 1]}, "1 is given as a word; expected text"),
        ({"good": [["fine"]]}, r"\['fine'\] is given as a word; expected text"),
        ({"good": {1: 2.0}}, "1 is given as a word; expected text"),
        ({7: ["good"]}, "7 is given as a word; expected text"),
    ],
)
def test_words_given_in_python_are_checked(related, message):
    with pytest.raises(ConfigError, match=message):
        Lexicon.from_mapping(related, source="mine")


def test_the_digest_of_words_given_in_python_tells_them_apart():
    first, same, other = (
        Lexicon.from_mapping({"good": words}, source="mine").sha256
        for words in (["fine"], {"fine": 1}, ["great"])
    )
    assert first == same != other


def test_the_published_lexicons_have_as_many_heads_as_their_program_finds(data_folder):
    folder = data_folder / "data" / "lexicons"
    for name, lines, heads in (("ppdb-xl", 102_902, 84_467), ("framenet", 10_822, 7_847)):
        read = read_lexicon(folder / f"{name}.txt.xz")
        assert (read.lines, len(read.neighbours)) == (lines, heads)
