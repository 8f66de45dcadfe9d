"""Holds the shape of the project: which folder may import which, and what an install contains."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "wordvec": ROOT / "wordvec",
    "wordvec.cli": ROOT / "cli",
    "wordvec.corpora": ROOT / "corpora",
    "wordvec.evals": ROOT / "evals",
}
MAY_IMPORT = {
    "wordvec": set(),
    "wordvec.corpora": {"wordvec"},
    "wordvec.evals": {"wordvec", "wordvec.corpora"},
    "wordvec.cli": {"wordvec", "wordvec.corpora", "wordvec.evals"},
}
EXCEPTION = ("training/__init__.py", "wordvec.corpora")
"""`wordvec.train` calls the readers, and imports them when it is called."""


def part(module):
    """Return the folder that holds a module, None for other people's."""
    names = [name for name in FOLDERS if module == name or module.startswith(f"{name}.")]
    return max(names, key=len, default=None)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_go_one_way(folder):
    for path in FOLDERS[folder].rglob("*.py"):
        found = {part(module) for module in imports(path)} - {None, folder}
        if str(path).endswith(EXCEPTION[0]):
            found -= {EXCEPTION[1]}
        assert found <= MAY_IMPORT[folder], path


def test_an_install_holds_every_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    there = {
        ".".join([name, *path.parent.relative_to(folder).parts])
        for name, folder in FOLDERS.items()
        for path in folder.rglob("*.py")
    }
    assert listed == there


@pytest.mark.parametrize(
    "module", ["wordvec", "wordvec.cli", "wordvec.corpora", "wordvec.evals", "wordvec.training"]
)
def test_importing_loads_nothing_heavy(module):
    heavy = ("numba", "gensim", "scipy", "sklearn", "joblib", "tqdm")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_the_readme_maps_every_file():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in FOLDERS.values():
        for path in folder.rglob("*.py"):
            if path.name not in ("__init__.py", "__main__.py"):
                assert path.name in readme, f"{path.relative_to(ROOT)} is not in README.md"
