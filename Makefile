# Everything runs in .venv, made here from pyproject.toml: Python and make are all you need.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
export WORDVEC_DATA ?= $(abspath $(wildcard ../shared))
# The folder names cli/, corpora/ and evals/ must not shadow the installed package.
export PYTHONSAFEPATH := 1

.PHONY: demo test lint bench clean

demo: $(VENV)/installed
	$(BIN)/wordvec demo
	@echo "The wordvec command is in $(VENV)/bin; to have it at hand: . $(VENV)/bin/activate"

test: lint
	$(BIN)/pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --no-print-directory typing

# mypy does not see wordvec.cli, wordvec.corpora and wordvec.evals in an editable install,
# so it is shown a tree of links that looks like the installed package.
.PHONY: typing
typing: $(VENV)/installed-dev
	rm -rf build/typing && mkdir -p build/typing/wordvec
	ln -s $(CURDIR)/wordvec/* build/typing/wordvec/
	ln -s $(CURDIR)/cli $(CURDIR)/corpora $(CURDIR)/evals build/typing/wordvec/
	cd build/typing && $(BIN)/mypy --config-file $(CURDIR)/pyproject.toml -p wordvec

SEEDS ?= 1
bench: $(VENV)/installed
	@test -n "$(CORPUS)" || { echo "usage: make bench CORPUS=file [SEEDS=3]" >&2; exit 2; }
	$(BIN)/python -m wordvec.evals.bench train --corpus "$(CORPUS)" --seeds $(SEEDS)

clean:
	rm -rf $(VENV) wordvec-demo build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@ $(VENV)/installed
