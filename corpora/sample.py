"""Where the sample corpus lies: a real excerpt of English Wikipedia that comes with gensim.

The demonstration trains on it. Finding it does not import gensim.
"""

from importlib.util import find_spec
from pathlib import Path

from wordvec.errors import CorpusError

_SAMPLE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"


def sample_corpus() -> Path:
    """Return the path of a MediaWiki dump with 106 articles, about half a million words.

    Raises
    ------
    CorpusError
        If gensim was installed without its test data.
    """
    gensim = find_spec("gensim")
    for folder in (gensim.submodule_search_locations or ()) if gensim else ():
        path = Path(folder) / "test" / "test_data" / _SAMPLE
        if path.is_file():
            return path
    raise CorpusError(
        f"the sample corpus {_SAMPLE} is missing: it comes with gensim; "
        "install it again with: pip install --force-reinstall --no-deps gensim"
    )
