"""The `wordvec` command: one file a command, which parses, calls the library and prints.

`group` turns errors into one line, `options` holds what commands share, `output` everything that
is printed. Importing this loads neither Numba nor gensim, scipy or sklearn.
"""

import io
import signal
import sys
from types import FrameType

from wordvec.cli.convert import convert
from wordvec.cli.demo import demo
from wordvec.cli.evaluate import evaluate_group
from wordvec.cli.group import wordvec_group
from wordvec.cli.index import index
from wordvec.cli.info import info
from wordvec.cli.query import query
from wordvec.cli.train import train
from wordvec.cli.vector import similarity, vector
from wordvec.cli.verify import verify

__all__ = ["main", "wordvec_group"]

for command in (
    train,
    query,
    similarity,
    vector,
    convert,
    index,
    evaluate_group,
    info,
    verify,
    demo,
):
    wordvec_group.add_command(command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal or pipe that cannot show a word shows its code instead of failing.
            stream.reconfigure(errors="backslashreplace")
    # Without this, `kill` would leave half-written temporary files behind.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _exit_on_signal)
    wordvec_group.main(prog_name="wordvec")


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
