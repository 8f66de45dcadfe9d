import pytest
from evaluation import write
from shellpipes import piped

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.readers.positives import read_positive_pairs, read_words


@pytest.mark.parametrize("separator", ["\t", ",", " ", ";", "  \t"])
def test_lines_of_two_words_are_pairs_in_that_direction(tmp_path, separator):
    path = write(tmp_path / "pairs", f"cup{separator}mug\nmug{separator}cup\nsea{separator}lake\n")
    assert read_positive_pairs(path) == [("cup", "mug"), ("mug", "cup"), ("sea", "lake")]


def test_of_scored_pairs_the_quarter_with_the_highest_scores_counts_both_ways(tmp_path):
    text = "a b 1\nc d 9\ne f 5\ng h 9\ni j 0\nk l 2\nm n 3\no p 4\nq r 1\n"
    found = read_positive_pairs(write(tmp_path / "scored", text))
    assert found == [("c", "d"), ("d", "c"), ("g", "h"), ("h", "g")]


def test_of_equal_scores_the_earlier_line_counts(tmp_path):
    found = read_positive_pairs(write(tmp_path / "scored", "a b 7\nc d 7\ne f 7\ng h 7\n"))
    assert found == [("a", "b"), ("b", "a")]


def test_a_pair_counts_once_and_that_of_a_word_with_itself_never(tmp_path):
    assert read_positive_pairs(write(tmp_path / "p", "a b\nc c\na b\n")) == [("a", "b")]


@pytest.mark.parametrize(
    "header",
    [
        "word1\tword2",
        "Word 1\tWord 2",
        "word_a\tword_b",
        "first,second",
        "First word,Second word",
        "word synonym",
        "cue;target",
    ],
)
def test_a_header_comments_a_bom_and_windows_line_ends_are_passed_over(tmp_path, header):
    path = tmp_path / "pairs"
    path.write_bytes(f"\ufeff# made by us\r\n{header}\r\ncup\tmug\r\n\r\n".encode())
    assert read_positive_pairs(path) == [("cup", "mug")]


@pytest.mark.parametrize("line", ["word sentence", "first last", "w1 w2", "mp3 mp4"])
def test_a_first_line_of_words_that_are_no_titles_is_a_pair(tmp_path, line):
    path = write(tmp_path / "pairs", f"{line}\ncup mug\n")
    assert read_positive_pairs(path) == [tuple(line.split()), ("cup", "mug")]


@pytest.mark.parametrize("text", ["a b\nc d\n", "a b 2\nc d 9\ne f 1\ng h 3\n"])
def test_a_pipe_is_read_like_a_file(tmp_path, text):
    expected = read_positive_pairs(write(tmp_path / "pairs", text))
    with piped(text) as pipe:
        assert read_positive_pairs(pipe) == expected


def test_words_with_spaces_go_between_tabs(tmp_path):
    assert read_positive_pairs(write(tmp_path / "p", "New York\tBig Apple\n")) == [
        ("New York", "Big Apple")
    ]


@pytest.mark.parametrize(("line", "number"), [("cup", 2), ("cup mug 3", 2), ("cup\t\tmug", 2)])
def test_a_line_that_is_no_pair_is_named(tmp_path, line, number):
    path = write(tmp_path / "pairs", f"sea lake\n{line}\n")
    with pytest.raises(FormatError, match=rf"pairs, line {number}: .* is not 'word word'"):
        read_positive_pairs(path)


def test_a_decimal_comma_is_not_taken_for_a_pair(tmp_path):
    path = write(tmp_path / "pairs", "cup mug 3,5\nsea lake 2,5\n")
    with pytest.raises(FormatError, match="line 1: 'cup mug 3,5' is not 'word word'"):
        read_positive_pairs(path)


@pytest.mark.parametrize("text", ["", "# none\n", "a a\n", "a b 3\n"])
def test_a_file_without_a_positive_pair_is_refused(tmp_path, text):
    with pytest.raises(FormatError, match="holds no positive pairs"):
        read_positive_pairs(write(tmp_path / "pairs", text))


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="'nothing' is no file"):
        read_positive_pairs("nothing")


def test_words_are_read_once_from_several_files_without_counts(tmp_path):
    first = write(tmp_path / "a", "the 500\nof\t300\nthe\n")
    second = write(tmp_path / "b", "and\nof\n")
    assert read_words([first, second]) == ["the", "of", "and"]


def test_a_file_of_no_words_is_refused(tmp_path):
    with pytest.raises(FormatError, match="holds no words; expected one a line"):
        read_words([write(tmp_path / "empty", "\n# none\n")])


def test_the_pairs_of_evalrank_are_read_as_they_stand(data_folder):
    pairs = read_positive_pairs(data_folder / "data" / "evalrank" / "pos_pair_5514.txt")
    assert len(pairs) == 5514
    assert {(b, a) for a, b in pairs} == set(pairs)
