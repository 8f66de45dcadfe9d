"""An evaluator of another package, installed for a test: `wordvec eval words`."""

SOURCE = '''
from wordvec.evals import Figure, Result


class Words:
    """Count the words.

    There is no more to it.
    """

    name = "words"
    defaults = (None,)

    def __init__(self, data=None):
        self.dataset = "" if data is None else str(data)

    def __call__(self, vectors):
        figure = Figure(measure="words", value=len(vectors), n=1, items=1, better="neither")
        return Result(
            evaluator=self.name,
            dataset=self.dataset,
            figures=(figure,),
            policy="all words counted",
            vocabulary=len(vectors),
        )
'''


def install_plugin(folder, *, target="words_plugin:Words"):
    """Write a package with the entry point into `folder`, which is to be on the path."""
    (folder / "words_plugin.py").write_text(SOURCE)
    info = folder / "words_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: words-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[wordvec.evaluators]\nwords = {target}\n")
