"""Magnitude files made by hand from their layout, one value after the other.

Used by tests/wordvec/formats.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

PRECISION = 7
FACTS = {"version": 2, "elmo": 0, "precision": PRECISION, "subword": 0, "approx": 0}


def change(path: Path, *statements: str) -> None:
    """Run SQL statements on the database at `path`."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def make_magnitude(
    path: Path, words: Sequence[str | bytes], rows: Sequence[Sequence[float]], **facts: object
) -> Path:
    """Write a Magnitude file of version 2; `facts` go to magnitude_format, those of None do not."""
    dim = len(rows[0])
    columns = ", ".join(f"dim_{d} INTEGER" for d in range(dim))
    said = {**FACTS, "size": len(words), "dim": dim, **facts}
    insert = f"INSERT INTO magnitude VALUES ({', '.join('?' * (dim + 2))})"  # noqa: S608 - question marks
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE TABLE magnitude (key TEXT NOCASE, {columns}, magnitude REAL)")
        database.execute("CREATE TABLE magnitude_format (key TEXT COLLATE NOCASE, value INTEGER)")
        for word, row in zip(words, rows, strict=True):
            length = float(np.linalg.norm(row))
            codes = [round(number / (length or 1) * 10**PRECISION) for number in row]
            database.execute(insert, (word, *codes, length))
        for fact in [(k, v) for k, v in said.items() if v is not None] + [("entropy", 0)] * dim:
            database.execute("INSERT INTO magnitude_format VALUES (?, ?)", fact)
        database.commit()
    return path
