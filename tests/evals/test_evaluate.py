import subprocess
import sys

import pytest
from evaluation import structured_vectors, write

from wordvec.evals import AnalogyResult, SimilarityResult, evaluate


@pytest.mark.parametrize(
    ("dataset", "kind"),
    [
        ("wordsim353", SimilarityResult),
        ("simlex999", SimilarityResult),
        ("questions-words", AnalogyResult),
    ],
)
def test_the_data_set_chooses_the_evaluator(dataset, kind):
    result = evaluate(structured_vectors(1), dataset, restrict_vocab=900)
    assert isinstance(result, kind)
    assert (result.dataset, result.vocabulary) == (dataset, 900)


def test_a_file_of_questions_is_known_by_its_sections(tmp_path):
    path = write(tmp_path / "mine.txt", "# mine\n: family\nking queen man woman\n")
    assert isinstance(evaluate(structured_vectors(1), path), AnalogyResult)


def test_importing_the_evaluators_loads_nothing_heavy():
    heavy = "{'numba', 'gensim', 'scipy', 'sklearn'}"
    check = f"import sys, wordvec.evals; sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    subprocess.run([sys.executable, "-c", check], check=True)
