import subprocess
import sys
from pathlib import Path

import pytest
from evaluation import write

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.datasets import (
    Question,
    SentencePair,
    WordPair,
    expand,
    kind_of,
    locate,
    read_questions,
    read_sentence_pairs,
    read_word_pairs,
)


@pytest.mark.parametrize(("name", "pairs"), [("wordsim353", 353), ("simlex999", 999)])
def test_named_pair_sets_are_whole(name, pairs):
    assert len(read_word_pairs(locate(name))) == pairs


def test_the_named_question_set_is_whole():
    questions = read_questions(locate("questions-words"))
    assert len(questions) == 19_544
    assert questions[0] == Question(
        "capital-common-countries", "Athens", "Greece", "Baghdad", "Iraq"
    )


def test_finding_a_named_set_does_not_import_gensim():
    check = (
        "import sys; from wordvec.evals.datasets import locate; locate('simlex999');"
        "sys.exit('gensim' in sys.modules or 'scipy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(
        ConfigError,
        match="'wordsim' is no file and no known data set; "
        "known are wordsim353, simlex999, questions-words",
    ):
        locate("wordsim")


def test_a_gensim_without_its_test_files_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("wordvec.evals.datasets._gensim_test_data", lambda: tmp_path)
    with pytest.raises(ConfigError, match="wordsim353: this gensim came without its file"):
        locate("wordsim353")


@pytest.mark.parametrize("separator", ["\t", ",", ", ", " ", "   "])
def test_columns_are_separated_by_tabs_commas_or_spaces(tmp_path, separator):
    path = write(tmp_path / "pairs", separator.join(("cup", "mug", "8.5")) + "\n")
    assert read_word_pairs(path) == [WordPair("cup", "mug", 8.5)]


def test_a_tab_keeps_the_spaces_inside_words(tmp_path):
    path = write(tmp_path / "pairs", "ice cream\tsnow, fresh\t3\n")
    assert read_word_pairs(path) == [WordPair("ice cream", "snow, fresh", 3.0)]


def test_comments_a_header_empty_lines_and_further_columns_are_passed_over(tmp_path):
    text = "\ufeff# made by hand\n\nword1\tword2\tmean\tsd\ncup\tmug\t8.5\t0.3\n\nsun\tsea\t2\t1\n"
    path = write(tmp_path / "pairs", text)
    assert read_word_pairs(path) == [WordPair("cup", "mug", 8.5), WordPair("sun", "sea", 2.0)]


@pytest.mark.parametrize(
    "line", ["cup\tmug", "cup mug eight", "cup\tmug\tnan", "cup\t\t8", "cup\tmug\t8,5"]
)
def test_a_line_that_is_no_pair_is_named(tmp_path, line):
    path = write(tmp_path / "pairs.tsv", f"# pairs\nsun\tsea\t2\n{line}\n")
    with pytest.raises(FormatError, match=r"pairs\.tsv, line 3: .* is not 'word word score'"):
        read_word_pairs(path)


def test_a_second_header_is_no_header(tmp_path):
    path = write(tmp_path / "pairs", "word1\tword2\tscore\nword1\tword2\tscore\n")
    with pytest.raises(FormatError, match="line 2"):
        read_word_pairs(path)


def test_a_question_of_three_words_is_named(tmp_path):
    path = write(tmp_path / "questions.txt", ": family\n# comment\nking queen man\n")
    with pytest.raises(
        FormatError, match=r"questions\.txt, line 3: 'king queen man' is not four words"
    ):
        read_questions(path)


def test_a_question_before_any_section_is_named(tmp_path):
    path = write(tmp_path / "questions.txt", "king queen man woman\n")
    with pytest.raises(FormatError, match="line 1: a question before any ': section' line"):
        read_questions(path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# mine\n\n: family\n", "analogies"),
        ("cup mug 3\n", "pairs"),
        ("", "pairs"),
        ("cup\tmug\t3\n", "pairs"),
        ("8\tcup\tmug\n", "sentences"),
        ("4.5\ta cup .\ta mug ,\tand more\n", "sentences"),
        ("score\tfirst\tsecond\n4.5\ta cup\ta mug\n", "sentences"),
        ("4.5 cup mug\n", "pairs"),
        ("cup\tmug\t3\n3\tcup\tmug\n", "pairs"),
    ],
)
def test_the_first_lines_tell_what_a_file_holds(tmp_path, text, kind):
    assert kind_of(write(tmp_path / "file", text)) == kind


def test_bytes_that_are_not_text_are_named(tmp_path):
    path = tmp_path / "pairs"
    path.write_bytes(b"cup\tmug\t8\n\xff\xfe\n")
    with pytest.raises(FormatError, match="pairs: not UTF-8 text"):
        read_word_pairs(path)


def test_a_path_object_is_a_path_even_if_it_spells_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(Path("wordsim353"), "cup mug 3\n")
    assert locate(Path("wordsim353")) == Path("wordsim353")
    assert locate("wordsim353").name == "wordsim353.tsv"


def test_sentences_keep_all_but_the_space_around_them(tmp_path):
    text = "\ufeff# made by hand\nscore\tone\ttwo\r\n4.5\t a cup , # 1\tTHE mug .\tmore\r\n"
    path = write(tmp_path / "sts", text)
    assert read_sentence_pairs(path) == [SentencePair("a cup , # 1", "THE mug .", 4.5)]


def test_a_folder_stands_for_its_data_files_in_the_order_of_names(tmp_path):
    for name in ("b.tsv", "a.txt", "c.csv", ".a.txt", "notes.md", "vectors.h5"):
        write(tmp_path / name, "")
    (tmp_path / "d.txt").mkdir()
    assert expand(tmp_path) == [tmp_path / name for name in ("a.txt", "b.tsv", "c.csv")]


def test_a_name_and_a_file_stand_for_themselves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("wordsim353").mkdir()
    assert expand("wordsim353") == ["wordsim353"]
    assert expand("pairs.tsv") == ["pairs.tsv"]


def test_a_folder_without_data_files_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"holds no data set; expected files named \*\.txt"):
        expand(tmp_path)


def test_a_score_with_a_comma_is_no_header(tmp_path):
    path = tmp_path / "sts.tsv"
    path.write_text("5,0\ta film\ta movie\n1.0\ta film\ta man\n")
    with pytest.raises(FormatError, match=r"line 1: .*: '5,0' is no number"):
        read_sentence_pairs(path)
