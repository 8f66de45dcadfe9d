import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from wordvec.corpora import sample_corpus
from wordvec.errors import CorpusError


def test_the_sample_corpus_is_found_without_numba_or_gensim() -> None:
    code = (
        "import sys, wordvec.corpora as c; print(c.sample_corpus().is_file(), "
        "sorted({'gensim', 'numba', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "True []\n"


def test_without_it_the_message_tells_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spec = ModuleSpec("gensim", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr("wordvec.corpora.sample.find_spec", lambda name: spec)
    with pytest.raises(CorpusError, match=r"the sample corpus .* is missing: it comes with gensim"):
        sample_corpus()
