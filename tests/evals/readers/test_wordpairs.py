import pytest
from evaluation import write

from wordvec.errors import ConfigError, FormatError
from wordvec.evals.datasets import locate
from wordvec.evals.readers.wordpairs import WordPair, read_word_pairs

CUP, SUN = WordPair("cup", "mug", 8.5), WordPair("sun", "sea", 2.0)

SIMLEX = (
    "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tconcQ\tAssoc(USF)\tSimAssoc333\tSD(SimLex)\n"
    "cup\tmug\tN\t8.5\t2.72\t2.81\t2\t7.25\t1\t0.41\nsun\tsea\tA\t2\t1.75\t2.46\t1\t7.11\t1\t0.67\n"
)
SHAPES = {
    "WordSim-353, combined.csv": "Word 1,Word 2,Human (mean)\ncup,mug,8.5\nsun,sea,2\n",
    "WordSim-353, set1.csv": "Word 1,Word 2,Human (mean),1,2\ncup,mug,8.5,8,9\nsun,sea,2,1,3\n",
    "WordSim-353, combined.tab": "Word 1\tWord 2\tHuman (mean)\ncup\tmug\t8.5\nsun\tsea\t2\n",
    "SimLex-999.txt": SIMLEX,
    "MEN, natural form": "cup mug 8.500000\nsun sea 2.000000\n",
    "RG-65 with semicolons": "cup;mug;8.5\nsun;sea;2\n",
    "RG-65 with tabs": "cup\tmug\t8.5\nsun\tsea\t2\n",
    "rare words, rw.txt": "cup\tmug\t8.50\t8\t9\t8\t9\t10\nsun\tsea\t2.00\t0\t2\t4\t2\t2\n",
    "SimVerb-3500": "cup\tmug\tV\t8.5\tSYNONYMS\nsun\tsea\tV\t2\tNONE\n",
    "MTurk-771.csv": "cup,mug,8.500000\nsun,sea,2.000000\n",
    "quoted": '"word1","word2","score"\r\n"cup","mug","8.5"\r\n"sun","sea","2"\r\n',
    "written by pandas": ",word1,word2,score\n0,cup,mug,8.5\n1,sun,sea,2\n",
    "written by pandas, with tabs": "\tword1\tword2\tscore\n0\tcup\tmug\t8.5\n1\tsun\tsea\t2\n",
    "written by R": '"word1" "word2" "score"\n"1" "cup" "mug" 8.5\n"2" "sun" "sea" 2\n',
    "score first": "8.5\tcup\tmug\n2\tsun\tsea\n",
    "score first, with a header": "score,word1,word2\n8.5,cup,mug\n2,sun,sea\n",
    "a byte-order mark and Windows line ends": "\ufeffcup\tmug\t8.5\r\nsun\tsea\t2\r\n",
    "old Macintosh line ends": "cup\tmug\t8.5\rsun\tsea\t2\r",
    "a header of several words": "word 1  word 2  mean score\ncup  mug  8.5\nsun  sea  2\n",
    "quoted, with tabs": '"word1"\t"word2"\t"score"\n"cup"\t"mug"\t8.5\n"sun"\t"sea"\t2\n',
    "counts before a known title": (
        "word1 word2 freq1 freq2 SimLex999\ncup mug 100 200 8.5\nsun sea 3 4 2\n"
    ),
    "a count before the score": "word1,word2,raters,score\ncup,mug,10,8.5\nsun,sea,12,2\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_the_files_of_real_sets_are_read_as_they_are(tmp_path, text):
    path = tmp_path / "pairs"
    path.write_bytes(text.encode())
    assert read_word_pairs(path) == [CUP, SUN]


@pytest.mark.parametrize(("name", "pairs"), [("wordsim353", 353), ("simlex999", 999)])
def test_named_pair_sets_are_whole(name, pairs):
    assert len(read_word_pairs(locate(name))) == pairs


def test_the_sets_at_hand_are_whole(data_folder):
    sizes = {"MC-30": 30, "MEN-TR-3k": 3000, "RG-65": 65, "SIMLEX-999": 999}
    sizes |= {"WS-353-ALL": 353, "WS-353-REL": 252, "WS-353-SIM": 203}
    folder = data_folder / "data" / "similarity"
    found = {name: len(read_word_pairs(folder / f"EN-{name}.txt")) for name in sizes}
    assert found == sizes


@pytest.mark.parametrize("separator", ["\t", ",", ", ", ";", "; ", " ", "   ", " \t "])
def test_columns_are_separated_by_tabs_semicolons_commas_or_spaces(tmp_path, separator):
    path = write(tmp_path / "pairs", separator.join(("cup", "mug", "8.5")) + "\n")
    assert read_word_pairs(path) == [CUP]


def test_a_tab_keeps_the_spaces_inside_words(tmp_path):
    path = write(tmp_path / "pairs", "ice cream\tsnow, fresh\t3\n")
    assert read_word_pairs(path) == [WordPair("ice cream", "snow, fresh", 3.0)]


@pytest.mark.parametrize("separator", ["\t", ";", ",", " "])
def test_a_stray_quote_is_a_letter(tmp_path, separator):
    words = ['"', '5"', '"hello', '"all"']
    path = write(tmp_path / "pairs", "".join(f"{w}{separator}b{separator}7\n" for w in words))
    assert [p.first for p in read_word_pairs(path)] == ['"', '5"', '"hello', "all"]


def test_stray_quotes_do_not_swallow_tabs(tmp_path):
    path = write(tmp_path / "pairs", '"cup\tmug"\t8\n"a ""b"""\tc\t3\n')
    assert read_word_pairs(path) == [WordPair('"cup', 'mug"', 8), WordPair('a "b"', "c", 3)]


def test_quotes_keep_the_commas_inside_words(tmp_path):
    path = write(tmp_path / "pairs", '"snow, fresh",ice cream,3\n')
    assert read_word_pairs(path) == [WordPair("snow, fresh", "ice cream", 3.0)]


def test_comments_a_header_empty_lines_and_further_columns_are_passed_over(tmp_path):
    text = "\ufeff# made by hand\n\nword1\tword2\tmean\tsd\ncup\tmug\t8.5\t0.3\n\nsun\tsea\t2\t1\n"
    assert read_word_pairs(write(tmp_path / "pairs", text)) == [CUP, SUN]


def test_words_may_look_like_numbers(tmp_path):
    text = "1984 novel 5\n7 eleven 3\n24 7 4\ncup mug 8.5\nsun sea 2\nsea sun 2\n"
    pairs = read_word_pairs(write(tmp_path / "pairs", text))
    assert pairs[:3] == [
        WordPair("1984", "novel", 5),
        WordPair("7", "eleven", 3),
        WordPair("24", "7", 4),
    ]
    numbers = read_word_pairs(write(tmp_path / "numbers", "1 2 9\n1 100 2\n"))
    assert numbers == [WordPair("1", "2", 9), WordPair("1", "100", 2)]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("cup\tmug", "it has 2 columns"),
        ("cup mug eight", "it has 1 columns"),
        ("cup\tmug\teight", "'eight' is no number"),
        ("cup\tmug\tnan", "'nan' is no number"),
        ("cup\tmug\t-inf", "'-inf' is no number"),
        ("cup\tmug\t1e999", "'1e999' is no number"),
        ("cup\t\t8", "a word is missing"),
        ("cup\tmug\t8,5", "'8,5' is no number"),
        ("8.5\tcup\tmug", "'mug' is no number"),
    ],
)
def test_a_line_that_is_no_pair_is_named(tmp_path, line, what):
    path = write(tmp_path / "pairs.tsv", f"# pairs\nsun\tsea\t2\nsun\tmoon\t3\n{line}\n")
    with pytest.raises(FormatError) as told:
        read_word_pairs(path)
    assert f"pairs.tsv, line 4: {line!r} is not 'word word score': {what}; expected" in str(
        told.value
    )
    assert (
        "expected words in columns 1 and 2 and a number such as 8.5 in column 3, separated by tabs"
        in str(told.value)
    )


@pytest.mark.parametrize(
    "text",
    [
        "word1\tword2\tscore\nword1\tword2\tscore\n",
        "word1;word2;score\ncup;mug;8,5\n",
        "word1,word2\ncup,mug\n",
    ],
)
def test_a_file_without_numbers_is_told_its_first_line_but_the_header(tmp_path, text):
    with pytest.raises(FormatError, match=r"line [12]: .* is not 'word word score'"):
        read_word_pairs(write(tmp_path / "pairs", text))


@pytest.mark.parametrize("score", ["8,5", "nan", "inf", "NA", "none"])
def test_a_score_that_is_no_number_is_no_header(tmp_path, score):
    path = write(tmp_path / "pairs", f"cup\tmug\t{score}\nsun\tsea\t2\n")
    with pytest.raises(FormatError, match=f"line 1: .*'{score}' is no number"):
        read_word_pairs(path)


def test_a_column_longer_than_a_word_can_be_is_named_and_not_shown_whole(tmp_path):
    path = write(tmp_path / "pairs", "cup\tmug\t3\nsun\tsea\t3\n" + "a" * 200_000 + "\tb\t3\n")
    with pytest.raises(FormatError, match=r"line 3: 'a{80}' is not"):
        read_word_pairs(path)


@pytest.mark.parametrize("text", ["", "\n \n", "# only a comment\n", "\ufeff"])
def test_an_empty_file_is_told(tmp_path, text):
    with pytest.raises(FormatError, match="pairs is empty but for comments; expected lines"):
        read_word_pairs(write(tmp_path / "pairs", text))


def test_a_header_alone_is_no_set(tmp_path):
    with pytest.raises(FormatError, match="pairs holds no word pairs but a header"):
        read_word_pairs(write(tmp_path / "pairs", "word1,word2,score\n"))


@pytest.mark.parametrize("column", ["sd", "SD", 4, "4"])
def test_the_score_may_be_in_a_named_or_numbered_column(tmp_path, column):
    path = write(tmp_path / "pairs", "word1,word2,score,SD\ncup,mug,8.5,1\n")
    assert read_word_pairs(path, score_column=column) == [WordPair("cup", "mug", 1.0)]


@pytest.mark.parametrize("by", ["POS", "pos", 3, "3"])
def test_a_further_column_groups_the_pairs(tmp_path, by):
    pairs = read_word_pairs(write(tmp_path / "simlex", SIMLEX), by=by)
    assert [pair.group for pair in pairs] == ["N", "A"]


@pytest.mark.parametrize("column", ["part of speech", 0, 11, "11", -1, "", "²"])
def test_a_column_that_is_not_there_is_told_those_that_are(tmp_path, column):
    path = write(tmp_path / "simlex", SIMLEX)
    for option in ({"by": column}, {"score_column": column}):
        with pytest.raises(
            ConfigError, match=r"no column .*; it has columns 1 to 10 \(word1, word2, POS, SimLex"
        ):
            read_word_pairs(path, **option)


def test_a_file_without_a_header_has_numbered_columns(tmp_path):
    path = write(tmp_path / "pairs", "cup,mug,8.5\n")
    with pytest.raises(ConfigError, match=r"no column 'POS'; it has columns 1 to 3 \(no header\)"):
        read_word_pairs(path, by="POS")


def test_two_columns_that_might_be_the_score_are_asked_about(tmp_path):
    path = write(tmp_path / "pairs", "8.5\tcup\tmug\t0.3\n2\tsun\tsea\t1\n")
    with pytest.raises(
        ConfigError, match="the scores may be in column 1 or column 4; say which by sc"
    ):
        read_word_pairs(path)
    assert read_word_pairs(path, score_column=1) == [CUP, SUN]
    titled = write(tmp_path / "titled", "score\tw1\tw2\tsd\n" + path.read_text())
    assert read_word_pairs(titled) == [CUP, SUN]


def test_several_columns_of_numbers_under_titles_that_say_nothing_are_asked_about(tmp_path):
    text = "word1\tword2\tfreq1\tfreq2\tjudged\ncup\tmug\t100\t200\t8.5\nsun\tsea\t3\t4\t2\n"
    path = write(tmp_path / "pairs", text)
    with pytest.raises(ConfigError) as told:
        read_word_pairs(path)
    assert str(told.value) == (
        f"{path}: the scores may be in column 3 (freq1), column 4 (freq2) or column 5 (judged); "
        "say which by score_column (--score-column), or call it 'score' in a header"
    )
    assert read_word_pairs(path, score_column="judged") == [CUP, SUN]


def test_the_column_that_groups_pairs_is_not_taken_for_the_scores(tmp_path):
    text = "cup\tmug\t100\t8.5\nsun\tsea\t3\t2\n"
    pairs = read_word_pairs(write(tmp_path / "pairs", text), by=3)
    assert [(pair.score, pair.group) for pair in pairs] == [(8.5, "100"), (2, "3")]


def test_a_line_without_the_column_asked_for_is_in_no_group(tmp_path):
    path = write(tmp_path / "pairs", "cup,mug,8.5,N\nsun,sea,2,A\nmug,cup,3\n")
    assert [pair.group for pair in read_word_pairs(path, by=4)] == ["N", "A", ""]
