"""The `wordvec` command: one file a command, which parses, calls the library and prints.

`group` turns errors into one line and finds the commands, `options` holds what they share,
`output` everything that is printed. Importing this loads none of the commands.
"""

import io
import signal
import sys
from types import FrameType

from wordvec.cli.group import wordvec_group

__all__ = ["main", "wordvec_group"]


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
