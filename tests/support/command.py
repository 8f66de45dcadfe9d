"""Runs the `wordvec` command as a user would, in a process of its own."""

import os
import subprocess
import sys


def wordvec(*args, stdin=None, cwd=None, env=None, limit=None):
    """Return the finished process; `limit` is a function to run in the child first."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "wordvec.cli", *map(str, args)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        preexec_fn=limit,  # sets resource limits only
        timeout=120,
        check=False,
    )


def error_line(process, code):
    """Return the one line that a failed command printed; insist that it is one."""
    assert process.returncode == code, process.stderr.decode()
    assert process.stdout == b""
    lines = process.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("wordvec: ")
    return lines[0]
