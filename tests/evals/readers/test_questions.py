import pytest
from evaluation import write

from wordvec.errors import FormatError
from wordvec.evals.datasets import locate
from wordvec.evals.readers.questions import MOST_PAIRS, Question, read_questions


def test_the_named_question_set_is_whole():
    questions = read_questions(locate("questions-words"))
    assert len(questions) == 19_544
    assert questions[0] == Question(
        "Athens", "Greece", "Baghdad", ("Iraq",), "capital-common-countries", "semantic"
    )
    assert questions[-1].section == "gram9-plural-verbs"
    assert sum(q.group == "semantic" for q in questions) == 8_869
    assert {q.group for q in questions} == {"semantic", "syntactic"}


def test_byte_order_mark_line_ends_comments_and_empty_lines_are_passed_over(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_bytes(b"\xef\xbb\xbf# mine\r\n\r\n: family\r\n# no\r\nman woman  king queen\r\n")
    assert read_questions(path) == [
        Question("man", "woman", "king", ("queen",), "family", "semantic")
    ]


def test_tabs_keep_the_spaces_inside_words(tmp_path):
    path = write(tmp_path / "questions.txt", "Albany\tNew York\tAustin\tTexas\n")
    assert read_questions(path)[0].b == "New York"


def test_pairs_of_phrases_are_no_question(tmp_path):
    path = write(tmp_path / "places.txt", "new york\tnew jersey\nbig apple\tgarden state\n")
    assert read_questions(path) == [
        Question("new york", "new jersey", "big apple", ("garden state",), "places"),
        Question("big apple", "garden state", "new york", ("new jersey",), "places"),
    ]


def test_a_file_without_sections_is_one(tmp_path):
    path = write(tmp_path / "msr.txt", "good better rough rougher\n")
    assert read_questions(path) == [Question("good", "better", "rough", ("rougher",), "msr")]


def test_any_two_lines_of_pairs_make_a_question(tmp_path):
    path = write(tmp_path / "L01.txt", "cat\tanimal/pet\nrose\tflower\noak tree / plant\n")
    with pytest.raises(FormatError, match=r"L01\.txt, line 3: 'oak tree / plant' is not a word"):
        read_questions(path)
    write(path, "cat\tanimal/pet\nrose\tflower\noak\ttree / plant\n")
    questions = read_questions(path)
    assert len(questions) == 6
    assert questions[0] == Question("cat", "animal", "rose", ("flower",), "L01")
    assert questions[3] == Question("rose", "flower", "oak", ("tree", "plant"), "L01")


def test_the_folders_of_bats_are_groups_and_its_files_sections(tmp_path):
    for folder, name, text in (
        ("2_b", "I02.txt", "go\tgoes\nsee\tsees\n"),
        ("2_b", ".hidden.txt", "no\n"),
        ("1_a", "I01.txt", "cat\tcats\ndog\tdogs\ncow\tcows\n"),
        (".git", "I03.txt", "no\n"),
        (".", "README.txt", "Cite us.\n"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        write(tmp_path / folder / name, text)
    questions = read_questions(tmp_path)
    assert [(q.group, q.section) for q in questions] == [("1_a", "I01")] * 6 + [("2_b", "I02")] * 2


def test_a_folder_without_folders_is_read_itself(tmp_path):
    write(tmp_path / "b.tsv", "go\tgoes\nsee\tsees\n")
    write(tmp_path / "a.txt", ": gram1\ngood better rough rougher\n")
    write(tmp_path / "notes.md", "nothing\n")
    found = [(q.section, q.group) for q in read_questions(tmp_path)]
    assert found == [("gram1", "syntactic"), ("b", ""), ("b", "")]


def test_a_folder_without_data_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match=r"holds no questions; expected files \.txt"):
        read_questions(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (": family\n# comment\nking queen man\n", "line 3: 'king queen man' is not four words"),
        (": family\nking queen man woman child\n", "line 2: .* is not four words"),
        (": family\nking queen man\twoman\n", "line 2: .* is not four words"),
        ("king queen man woman\nking queen\n", "line 2: 'king queen' is not four words"),
        ("\nking\tqueen\tman\n", "line 2: .* is neither a ': section' line nor four words"),
        ("king\tqueen\nman\n", "line 2: 'man' is not a word and its answers"),
        ("king\tqueen\nman\t/\n", "line 2: .* is not a word and its answers"),
        ("king\tqueen\n", "holds 1 word pairs, any two of which make a question; expected 2 to"),
        ("", "holds no questions; expected lines of four words, or of a word and its answers"),
        (": family\n", "holds no questions; expected lines of four words"),
    ],
)
def test_what_is_no_question_is_named(tmp_path, text, message):
    path = write(tmp_path / "questions.txt", text)
    with pytest.raises(FormatError, match=rf"questions\.txt.*{message}"):
        read_questions(path)


def test_a_dictionary_taken_for_a_test_is_refused(tmp_path):
    lines = "".join(f"w{n}\tv{n}\n" for n in range(MOST_PAIRS + 1))
    with pytest.raises(FormatError, match="holds 1,001 word pairs"):
        read_questions(write(tmp_path / "dictionary.txt", lines))
