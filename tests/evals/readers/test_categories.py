import time

import numpy as np
import pytest
from evaluation import write

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.clusters.evaluator import EVERYDAY
from wordvec.evals.readers.categories import (
    data_sets,
    holds_outliers,
    read_categories,
    read_outlier_sets,
)

PETS = {"pet": ["dog", "cat", "fish"], "tool": ["saw", "axe"]}
LINES = [("dog", "pet"), ("cat", "pet"), ("saw", "tool"), ("axe", "tool"), ("fish", "pet")]


def write_lines(path, separator, *, order=(0, 1), header=""):
    lines = [separator.join(line[place] for place in order) for line in LINES]
    return write(path, header + "\n".join(lines) + "\n")


@pytest.mark.parametrize("separator", ["\t", ",", ", ", ";", " ", "   "])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_category_is_the_column_that_repeats_more(tmp_path, separator, order):
    path = write_lines(tmp_path / "c", separator, order=order)
    assert read_categories(path) == PETS


@pytest.mark.parametrize("header", ["category,word\n", "Class,Concept\n", "cluster,ITEM\n"])
def test_a_header_tells_the_category(tmp_path, header):
    text = f"{header}a,x\nb,x\nc,y\n"
    assert read_categories(write(tmp_path / "c", text)) == {"a": ["x"], "b": ["x"], "c": ["y"]}


def test_the_tables_of_word_benchmarks_are_read_with_their_numbers_and_gaps(tmp_path):
    text = ",category,word\n0,precious stone,ruby\n1,precious stone,\n2,bird,crow\n"
    path = write(tmp_path / "bless.csv", text)
    assert read_categories(path) == {"precious stone": ["ruby"], "bird": ["crow"]}


def test_columns_that_the_header_does_not_ask_for_are_passed_over(tmp_path):
    path = write(tmp_path / "c", "word\tfreq\tcategory\ndog\t9\tpet\nsaw\t2\ttool\n")
    assert read_categories(path) == {"pet": ["dog"], "tool": ["saw"]}


def test_comments_a_bom_windows_line_ends_and_quotes_are_read(tmp_path):
    path = tmp_path / "c"
    path.write_bytes('\ufeff# by us\r\n"hot dog, plain",food\r\nice,food\r\nsaw,tool\r\n'.encode())
    assert read_categories(path) == {"food": ["hot dog, plain", "ice"], "tool": ["saw"]}


def test_a_word_counts_once_in_a_category_and_may_be_in_several(tmp_path):
    path = write(tmp_path / "c", "word category\ngold metal\ngold metal\ngold jewel\n")
    assert read_categories(path) == {"metal": ["gold"], "jewel": ["gold"]}


@pytest.mark.parametrize("line", ["fish", "fish pet tool", "the fish pet"])
def test_a_line_that_is_not_a_word_and_its_category_is_named(tmp_path, line):
    path = write(tmp_path / "c", f"dog pet\ncat pet\n{line}\nsaw tool\n")
    with pytest.raises(FormatError, match=f"c, line 3: '{line}' is not 'word category'"):
        read_categories(path)


@pytest.mark.parametrize(("line", "what"), [("fish", "is not columns"), ("fish,", "has a word")])
def test_a_line_that_is_not_as_the_header_says_is_named(tmp_path, line, what):
    path = write(tmp_path / "c", f"word,category\ndog,pet\n{line}\nsaw,tool\n")
    with pytest.raises(FormatError, match=f"c, line 3: '{line}' {what}"):
        read_categories(path)


def test_columns_that_repeat_alike_need_a_header(tmp_path):
    path = write(tmp_path / "c", "dog pet\nsaw tool\n")
    with pytest.raises(FormatError, match="both columns hold 2 different words"):
        read_categories(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [("# none\n", "holds no lines"), ("dog pet\ncat pet\n", "one category; expected two")],
)
def test_a_file_without_two_categories_is_refused(tmp_path, text, message):
    with pytest.raises(FormatError, match=message):
        read_categories(write(tmp_path / "c", text))


def test_a_folder_with_a_file_of_words_for_each_category_is_one_set(tmp_path):
    write(tmp_path / "tool.txt", "saw\naxe\n")
    write(tmp_path / "pet.txt", "# ours\ndog\nguinea pig\ncat\n")
    assert data_sets(tmp_path) == [tmp_path]
    expected = {"pet": ["dog", "guinea pig", "cat"], "tool": ["saw", "axe"]}
    assert read_categories(tmp_path) == expected


def test_a_folder_with_files_of_categories_is_as_many_sets(tmp_path):
    paths = [write_lines(tmp_path / name, "\t") for name in ("a.tsv", "b.tsv")]
    assert data_sets(tmp_path) == paths
    with pytest.raises(FormatError, match=r"a\.tsv: is not a word a line"):
        read_categories(tmp_path)


def test_outliers_follow_an_empty_line(tmp_path):
    path = write(tmp_path / "birds.txt", "# 8-8-8\nowl\nstork\neagle\n \nbee\nRed Baron\n")
    assert holds_outliers(path)
    [found] = read_outlier_sets(path)
    assert (found.name, found.words) == ("birds", ("owl", "stork", "eagle"))
    assert found.outliers == ("bee", "Red Baron")


def test_a_folder_of_outlier_sets_is_one_data_set(tmp_path):
    for name in ("b.txt", "a.txt"):
        write(tmp_path / name, f"owl\nstork\n\n{name}\n")
    assert holds_outliers(tmp_path)
    assert data_sets(tmp_path) == [tmp_path]
    assert [one.outliers for one in read_outlier_sets(tmp_path)] == [("a.txt",), ("b.txt",)]


@pytest.mark.parametrize("text", ["owl\n\nbee\n", "owl\nstork\n\nbee\n\nant\n"])
def test_an_outlier_set_of_other_parts_is_refused(tmp_path, text):
    path = write(tmp_path / "birds.txt", text)
    with pytest.raises(FormatError, match=r"birds\.txt: expected two words or more"):
        read_outlier_sets(path)


def test_empty_lines_between_categories_make_no_outliers(tmp_path):
    path = write(tmp_path / "c", "dog pet\ncat pet\n\nsaw tool\n")
    assert not holds_outliers(path)
    assert read_categories(path) == {"pet": ["dog", "cat"], "tool": ["saw"]}


def test_many_empty_lines_are_read_as_fast_as_others(tmp_path):
    text = "".join(f"w{n}\tc{n % 3}\n\n" for n in range(20_000))
    path = write(tmp_path / "c", text)
    start = time.perf_counter()
    assert not holds_outliers(path)
    assert time.perf_counter() - start < 2  # 0.1 s; line by part it takes a minute


def test_comments_and_several_empty_lines_make_no_further_parts(tmp_path):
    path = write(tmp_path / "birds.txt", "\n# ours\nowl\n# and\nstork\n\n\n# not\n\nbee\n\n")
    [found] = read_outlier_sets(path)
    assert (found.words, found.outliers) == (("owl", "stork"), ("bee",))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="holds no data set"):
        data_sets(tmp_path)


def test_the_words_that_come_with_wordvec_are_twelve_categories_of_twelve():
    categories = read_categories(EVERYDAY)
    assert [len(words) for words in categories.values()] == [12] * 12
    words = np.concatenate(list(categories.values()))
    assert len(set(words)) == 144
    assert all(word.islower() and word.isalpha() for word in words.tolist())
