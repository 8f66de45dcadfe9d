import pytest
from evaluation import write

from wordvec.errors import FormatError
from wordvec.evals.readers.sentencepairs import SentencePair, read_sentence_pairs

PAIRS = [SentencePair("a cup, hot", 'a "mug"', 4.5), SentencePair("2", "a mug", 1.0)]
STSB = "main-captions\tMSRvid\t2012test\t0001\t"


@pytest.mark.parametrize(
    "text",
    [
        '4.5\ta cup, hot\ta "mug"\n1\t2\ta mug\n',
        '\ufeff4.5\ta cup, hot\ta "mug"\r\n\r\n# two\r\n1\t2\ta mug\tmore\r\n',
        'score\tone\ttwo\n4.5\t a cup, hot\ta "mug" \n1\t2\ta mug\n',
        f'{STSB}4.5\ta cup, hot\ta "mug"\n{STSB}1\t2\ta mug\tlicence\tsource\n',
        'a cup, hot\ta "mug"\t4.5\n2\ta mug\t1\n',
        'sentence1\tsentence2\tscore\na cup, hot\ta "mug"\t4.5\n2\ta mug\t1\n',
        'pair_ID\tsentence_A\tsentence_B\tlabel\trelatedness_score\n1\ta cup, hot\ta "mug"\tno\t4.5'
        "\n2\t2\ta mug\tyes\t1\n",
        "index\tyear\tsentence1\tsentence2\tscore\n"
        '0\t2012\ta cup, hot\ta "mug"\t4.5\n1\t2013\t2\ta mug\t1\n',
        'score,sentence1,sentence2\n4.5,"a cup, hot","a ""mug"""\n1,2,a mug\n',
        '"a cup, hot","a ""mug""",4.5\n2, "a mug",1\n',
    ],
    ids=["plain", "bom", "header", "stsb", "last", "named", "sick", "glue", "csv", "csv-last"],
)
def test_the_common_layouts_are_read(tmp_path, text):
    path = tmp_path / "sts.tsv"
    path.write_bytes(text.encode())
    assert read_sentence_pairs(path) == PAIRS


def test_sentences_keep_all_but_the_space_around_them(tmp_path):
    text = "\ufeff# made by hand\nscore\tone\ttwo\r\n4.5\t a cup , # 1\tTHE mug .\tmore\r\n"
    path = write(tmp_path / "sts", text)
    assert read_sentence_pairs(path) == [SentencePair("a cup , # 1", "THE mug .", 4.5)]


@pytest.mark.parametrize(
    "line", ["3\tcat", "cat\tdog\t3", "nan\tcat\tdog", "3\t\tdog", "3 cat dog"]
)
def test_a_line_that_is_no_pair_of_sentences_is_named(tmp_path, line):
    path = write(tmp_path / "sts.tsv", f"# scores\n5\tcat\tdog\n{line}\n")
    with pytest.raises(
        FormatError, match=r"sts\.tsv, line 3: .* is not 'score sentence sentence', sep.* by tabs"
    ):
        read_sentence_pairs(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("five\tA man\tA dog\n4\tA man\tA dog\n", "line 1: .*: 'five' is no number"),
        ("A film.\tA man runs.\tfour\n4\tA man\tA dog\n", "line 1: .*'A film.' is no number"),
        ("5,0\ta film\ta movie\n1.0\ta film\ta man\n", "line 1: .*: '5,0' is no number"),
        ("a\tb\t5\nc\td\tsix\n", "line 2: .* is not 'sentence sentence score', .*: 'six' is no nu"),
        (f"{STSB}5\ta\tb\n{STSB}x\tc\td\n", r"line 2: .* '\.\.\. \.\.\. \.\.\. \.\.\. score sent"),
        (
            "score\tsentence1\tsentence2\n0\t5\ta\tb\n",
            "line 2: .* is not 'score sentence sentence', .*: 4 columns under 3 titles",
        ),
        ("score\ta\tb\nscore\ta\tb\n", "line 2: .*: 'score' is no number"),
        ("score,sentence1,sentence2\n5,a\n", "line 2: .* separated by commas: 2 columns under 3"),
        (f'score,first,second\n5,"{"a " * 70_000}",b\n', r"line 2: cannot be read as CSV \(field"),
        ("score\tfirst\tsecond\n", "holds no sentence pairs"),
        ("# nothing\n", "holds no sentence pairs"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, message):
    with pytest.raises(FormatError, match=r"sts\.tsv(, | )" + message):
        read_sentence_pairs(write(tmp_path / "sts.tsv", text))
