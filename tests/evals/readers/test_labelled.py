import pytest
from evaluation import write

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.readers.labelled import LabelledText, read_labelled_texts

TEXTS = [LabelledText("pos", 'a "fine", film'), LabelledText("neg", "no, no")]


@pytest.mark.parametrize(
    "text",
    [
        'pos\ta "fine", film\nneg\tno, no\n',
        '\ufeff# two\r\n\r\npos\ta "fine", film\r\n\r\nneg\tno, no\r\n',
        'label\ttext\npos\ta "fine", film\nneg\tno, no\n',
        'id\tSentence\tLabel\n1\ta "fine", film\tpos\n2\tno, no\tneg\n',
        'review,sentiment\n"a ""fine"", film",pos\n"no, no",neg\n',
        'pos, "a ""fine"", film"\n\nneg,"no, no"\n',
        '__label__pos a "fine", film\n\n__label__neg no, no\n',
    ],
    ids=["plain", "bom", "header", "text-first", "csv", "csv-plain", "fasttext"],
)
def test_the_common_forms_are_read(tmp_path, text):
    path = tmp_path / "texts"
    path.write_bytes(text.encode())
    assert read_labelled_texts(path) == TEXTS


@pytest.mark.parametrize("first", ["good\tlabel", "text\tfine", "category\tone"])
def test_a_first_line_that_names_not_both_columns_is_a_text(tmp_path, first):
    found = read_labelled_texts(write(tmp_path / "texts", f"{first}\nother\ttwo\n"))
    assert (found[0].label, found[0].text) == tuple(first.split("\t"))


def test_a_folder_has_a_folder_a_class_in_the_order_of_names(tmp_path):
    for name, text in (("pos/2.txt", "b"), ("pos/1.txt", "\ufeffa\nb"), ("neg/1.txt", "c")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, text)
    for other in ("pos/.3.txt", "pos/readme.md", "top.txt"):
        write(tmp_path / other, "not a text")
    (tmp_path / ".git").mkdir()
    write(tmp_path / ".git" / "x.txt", "not a text")
    (tmp_path / "empty").mkdir()
    found = read_labelled_texts(tmp_path)
    assert [(one.label, one.text) for one in found] == [
        ("neg", "c"),
        ("pos", "a\nb"),
        ("pos", "b"),
    ]


def test_quoted_csv_holds_line_ends_and_texts_may_open_with_a_hash_or_be_empty(tmp_path):
    text = 'text,label\n"one\ntwo",a\n#three,b\n"",a\n'
    found = read_labelled_texts(write(tmp_path / "texts.csv", text))
    assert [one.text for one in found] == ["one\ntwo", "#three", ""]


def test_a_line_ends_only_where_lines_end(tmp_path):
    path = tmp_path / "texts"
    path.write_bytes("a\tone\u2028two\x0cthree\rb\tfour\n".encode())
    assert [one.text for one in read_labelled_texts(path)] == ["one\u2028two\x0cthree", "four"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a\tone\nb two\n",
            "line 2: number of columns is 1; expected 2, label text; expected a header that",
        ),
        ("a\tone\tmore\nb\ttwo\n", "line 1: number of columns is 3; expected 2"),
        ("text\tlabel\none\ta\tmore\n", "line 2: number of columns is 3; expected 2, text label"),
        ("a\tone\n \ttwo\n", "line 2: no label"),
        ('text,label\n"one\ntwo",a\nthree\n', "line 4: number of columns is 1"),
        ('label,text\na,"one\nb,two\n', r"line 2: cannot be read as CSV \(unexpected end"),
        ("just words\n", "line 1: number of columns is 1; expected 2"),
        ("# mine\n__label__a one\nb two\n", "line 3: 'b two.*' does not open with a label"),
        ("__label__a one\n__label__ two\n", "line 2: '__label__ two.*' does not open with a lab"),
        ("__label__a __label__b one\n", "line 1: .* has several labels; expected one"),
        ("a\tone\na\ttwo\n", "holds texts of one class alone, 'a'; expected two classes"),
        ("label\ttext\n", "holds no labelled texts"),
        ("# only\n", "holds no labelled texts"),
        ("", "holds no labelled texts"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, message):
    with pytest.raises(FormatError, match=r"texts\.tsv(, | )" + message):
        read_labelled_texts(write(tmp_path / "texts.tsv", text))


def test_bytes_that_are_not_text_are_named_with_file_and_line(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.txt").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(FormatError, match=r"1\.txt, line 2: not UTF-8 text; save the file in UTF"):
        read_labelled_texts(tmp_path)


def test_a_folder_of_one_class_or_none_is_told_what_is_expected(tmp_path):
    with pytest.raises(FormatError, match=r"holds no labelled texts; expected a folder of \.txt"):
        read_labelled_texts(tmp_path)
    (tmp_path / "a").mkdir()
    write(tmp_path / "a" / "1.txt", "one")
    with pytest.raises(FormatError, match="texts of one class alone, 'a'; expected a folder of"):
        read_labelled_texts(tmp_path)


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="is no file and no folder; give labelled texts"):
        read_labelled_texts(tmp_path / "none")
