import hashlib
import re

import numpy as np
import pytest
from command import wordvec as wordvec_command

from wordvec.errors import ConfigError, FormatError, MissingFileError
from wordvec.postprocess.recipe import mend, read_recipe
from wordvec.postprocess.retrofit import retrofit
from wordvec.postprocess.whiten import whiten
from wordvec.vectors import WordVectors

WORDS = ["he", "she", "man", "woman", "doctor", "nurse", "good", "great", "film", "movie"]


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(0).standard_normal((10, 4)).astype(np.float32)
    return WordVectors(WORDS, matrix, counts=np.arange(100, 0, -10))


@pytest.fixture
def recipe(tmp_path):
    (tmp_path / "lexicon.txt").write_text("good great\nfilm movie\n")
    path = tmp_path / "recipe.toml"
    path.write_text(
        '[[steps]]\nstep = "retrofit"\nlexicon = "lexicon.txt"\niterations = 5\n'
        '[[steps]]\nstep = "whiten"\nmethod = "center"\n'
    )
    return path


def test_the_steps_follow_each_other(vectors, recipe, tmp_path):
    result = mend(vectors, recipe)
    one = retrofit(vectors, tmp_path / "lexicon.txt", iterations=5)
    two = whiten(one, method="center")
    np.testing.assert_array_equal(result.vectors, two.vectors)
    assert result.provenance == two.provenance


def test_each_step_says_what_it_was_given(vectors, recipe, tmp_path):
    first, second = mend(vectors, recipe).provenance["steps"]
    lexicon = hashlib.sha256((tmp_path / "lexicon.txt").read_bytes()).hexdigest()
    assert first["inputs"]["lexicon"] == lexicon
    assert first["inputs"]["vectors"] == hashlib.sha256(vectors.vectors.tobytes()).hexdigest()
    between = retrofit(vectors, tmp_path / "lexicon.txt", iterations=5)
    assert second["inputs"]["vectors"] == hashlib.sha256(between.vectors.tobytes()).hexdigest()
    assert first["iterations"] == 5
    assert second["method"] == "center"
    assert first["report"]
    assert second["report"]


def test_the_input_stays_as_it_is(vectors, recipe):
    before = vectors.vectors.copy()
    mend(vectors, recipe)
    np.testing.assert_array_equal(vectors.vectors, before)
    assert vectors.provenance == {}


def test_the_same_recipe_gives_the_same_bytes_in_any_process(tmp_path):
    rng = np.random.default_rng(1)
    words = [*WORDS, *(f"w{i}" for i in range(2000))]
    matrix = rng.standard_normal((len(words), 40)).astype(np.float32)
    counts = np.arange(len(words), 0, -1)
    WordVectors(words, matrix, counts=counts).save(tmp_path / "vectors.h5")
    pairs = zip(words[10:500], words[500:990], strict=True)
    (tmp_path / "lexicon.txt").write_text("".join(f"{a} {b} good film\n" for a, b in pairs))
    (tmp_path / "recipe.toml").write_text(
        '[[steps]]\nstep = "retrofit"\nlexicon = "lexicon.txt"\ncarry = true\nkeep_numbers = true\n'
        '[[steps]]\nstep = "debias"\nword_sets = "gender"\nmethod = "soft"\nstrength = 1000.0\n'
        '[[steps]]\nstep = "whiten"\n'
    )
    made = []
    for seed, threads in (("1", "1"), ("2", "2")):
        done = wordvec_command(
            "mend",
            "recipe.toml",
            "-o",
            f"{seed}.h5",
            cwd=tmp_path,
            env={
                "PYTHONHASHSEED": seed,
                "OPENBLAS_NUM_THREADS": threads,
                "NUMBA_NUM_THREADS": threads,
                "SOURCE_DATE_EPOCH": "1",
            },
        )
        assert done.returncode == 0, done.stderr.decode()
        made.append((tmp_path / f"{seed}.h5").read_bytes())
    assert made[0] == made[1]


def test_a_store_holds_what_memory_would(vectors, recipe, tmp_path):
    stored = mend(vectors, recipe, out=tmp_path / "v.h5")
    np.testing.assert_array_equal(stored.vectors, mend(vectors, recipe).vectors)
    assert [p.name for p in tmp_path.glob("*.h5")] == ["v.h5"]
    assert stored.provenance == mend(vectors, recipe).provenance


def test_a_recipe_may_be_given_in_python(vectors):
    steps = [{"step": "whiten", "method": "abtt", "components": 1}]
    np.testing.assert_array_equal(
        mend(vectors, steps).vectors, whiten(vectors, method="abtt", components=1).vectors
    )


def test_debiasing_can_be_a_step(vectors, tmp_path):
    (tmp_path / "sets.toml").write_text(
        'name = "gender"\ndefining = [["he", "she"], ["man", "woman"]]\n'
    )
    path = tmp_path / "recipe.toml"
    path.write_text('[[steps]]\nstep = "debias"\nword_sets = "sets.toml"\n')
    (step,) = mend(vectors, path).provenance["steps"]
    assert step["step"] == "debias"
    digest = hashlib.sha256((tmp_path / "sets.toml").read_bytes()).hexdigest()
    assert step["inputs"]["word_sets"] == digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds nothing; expected tables [[steps]], in double brackets"),
        ("[[step]]\n", "holds step; expected tables [[steps]], in double brackets"),
        ("steps = 3\n", "expected tables [[steps]], in double brackets"),
        ("[[steps]\n", "not TOML: "),
        ("a = " + "[" * 100_000, "not TOML: "),
        ("a = 1" + "0" * 5000, "not TOML: "),
        ("steps = []\n", "has no steps"),
        ("steps = [3]\n", "step 1 is 3; expected a table"),
        ('[[steps]]\nmethod = "zipfian"\n', "step 1: step is None; it must be one of retrofit,"),
        ('[[steps]]\nstep = "bleach"\n', "step 1: step is 'bleach'; it must be one of retrofit,"),
        ("[[steps]]\nstep = [1]\n", "step 1: step is [1]; it must be one of"),
        (
            '[[steps]]\nstep = "whiten"\n[[steps]]\nstep = "whiten"\nmetod = "x"\n',
            "step 2: whiten has no option 'metod'; it has method, weights,",
        ),
        ('[[steps]]\nstep = "whiten"\nout = "x"\n', "step 1: whiten has no option 'out'"),
        ('[[steps]]\nstep = "whiten"\ndim = "x"\n', "dim is 'x'; expected a whole number"),
        ('[[steps]]\nstep = "whiten"\ndim = true\n', "dim is True; expected a whole number"),
        ('[[steps]]\nstep = "whiten"\nassume_rank = 1\n', "is 1; expected true or false"),
        ('[[steps]]\nstep = "retrofit"\n', "retrofit needs the option 'lexicon'"),
        ('[[steps]]\nstep = "whiten"\nmethod = "white"\n', "method is 'white'"),
    ],
)
def test_a_recipe_that_is_wrong_is_refused_in_one_line(vectors, tmp_path, text, message):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises((FormatError, ConfigError), match=re.escape(message)) as error:
        mend(vectors, path)
    assert "\n" not in str(error.value)


def test_a_recipe_with_a_byte_order_mark_and_windows_lines_is_read(vectors, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_bytes(b'\xef\xbb\xbf[[steps]]\r\nstep = "whiten"\r\n')
    assert mend(vectors, path).provenance["steps"][-1]["step"] == "whiten"


def test_a_recipe_that_is_not_there_is_named(vectors, tmp_path):
    with pytest.raises(MissingFileError, match=r"no\.toml: there is no such file"):
        mend(vectors, tmp_path / "no.toml")


def test_a_file_that_is_no_text_is_refused(vectors, tmp_path):
    (tmp_path / "r.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match="not UTF-8 text"):
        mend(vectors, tmp_path / "r.toml")


@pytest.mark.parametrize(
    ("later", "message"),
    [
        ({"step": "whiten", "dim": 1.5}, "step 2: dim is 1.5; expected a whole number"),
        ({"step": "whiten", "method": "white"}, "step 2: method is 'white'; expected one of zipf"),
        ({"step": "retrofit", "lexicon": "no.txt"}, "step 2: no.txt: there is no such file"),
        (
            {"step": "retrofit", "lexicon": "wordnet", "antonyms": "no.txt"},
            "step 2: no.txt: there is no such file",
        ),
        ({"step": "debias", "word_sets": "no.toml"}, "step 2: no.toml: there is no such file"),
        (
            {"step": "debias", "word_sets": "gender", "examples": "no.json"},
            "step 2: no.json: there is no such file",
        ),
        ({"step": "whiten", "counts": "no.tsv"}, "step 2: no.tsv: there is no such file"),
        ({"step": "whiten", "counts": ""}, "step 2: counts is ''; expected the name of a file"),
        ({"step": "retrofit", "lexicon": "a\0b"}, "expected the name of a file"),
    ],
)
def test_later_steps_are_checked_before_the_first_begins(vectors, later, message):
    seen = []
    with pytest.raises((ConfigError, FormatError), match=re.escape(message)):
        mend(vectors, [{"step": "whiten"}, later], progress=lambda *done: seen.append(done))
    assert not seen


def test_an_error_in_a_step_names_the_step(vectors):
    with pytest.raises(ConfigError, match=re.escape("the recipe, step 2: dim is 99; expected")):
        mend(vectors, [{"step": "whiten"}, {"step": "whiten", "dim": 99}])


def test_files_are_looked_for_beside_the_recipe_and_nowhere_else(vectors, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "lexicon.txt").write_text("good great\n")
    monkeypatch.chdir(tmp_path / "here")
    path = tmp_path / "recipe.toml"
    path.write_text('[[steps]]\nstep = "retrofit"\nlexicon = "lexicon.txt"\n')
    with pytest.raises(MissingFileError, match=re.escape(str(tmp_path / "lexicon.txt"))):
        mend(vectors, path)


def test_a_file_called_like_a_set_that_comes_along_does_not_hide_it(vectors, tmp_path):
    (tmp_path / "gender").mkdir()
    path = tmp_path / "recipe.toml"
    path.write_text('[[steps]]\nstep = "debias"\nword_sets = "gender"\n')
    (step,) = mend(vectors, path).provenance["steps"]
    assert step["report"]["neutralized"] > 0


def test_the_word_sets_of_a_step_are_those_of_all_its_files(tmp_path):
    (tmp_path / "examples.txt").write_text("film\nmovie\n")
    path = tmp_path / "recipe.toml"
    path.write_text(
        '[[steps]]\nstep = "debias"\nword_sets = "gender"\nexamples = "examples.txt"\n'
        '[[steps]]\nstep = "whiten"\n'
    )
    debiasing, whitening = read_recipe(path)
    assert debiasing.word_sets.neutral_examples == ("film", "movie")
    assert whitening.word_sets is None


def test_a_step_that_fails_leaves_no_output(vectors, tmp_path):
    with pytest.raises(ConfigError):
        mend(vectors, [{"step": "whiten"}, {"step": "whiten", "dim": 99}], out=tmp_path / "v.h5")
    assert not list(tmp_path.iterdir())
