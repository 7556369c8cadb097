# Every target makes .venv when it is not there, and is quick when it is.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo lab test thorough lint notebooks release data weights figure browser bench
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/complete  ## grade a sample class with the real nbgrader commands
	@$(BIN)/python tests/demo.py

lab: .venv/complete  ## open the lessons in JupyterLab
	@$(BIN)/jupyter lab --notebook-dir=release

test: .venv/complete  ## run every test
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/pytest -q -n auto --dist loadgroup

thorough: .venv/complete  ## every test, and all of the suites of which test takes a part
	@THOROUGH=1 $(BIN)/pytest -q -n auto --dist loadgroup

lint: .venv/complete  ## format the code and report what ruff does not like
	@$(BIN)/ruff format . && $(BIN)/ruff check .

notebooks: .venv/complete  ## source/*/*.py -> source/*/*.ipynb
	@$(BIN)/python source/build.py notebooks

release: notebooks  ## source -> release: no solutions, no hidden tests
	@$(BIN)/python source/build.py release

data: .venv/complete  ## course/data/*.npz from scikit-image and scikit-learn
	@$(BIN)/python course/data/build.py

weights: .venv/complete  ## course/data/weights: two networks, trained in four minutes
	@$(BIN)/python course/data/pretrain.py

figure: .venv/complete  ## the README's figure, from lesson 02
	@$(BIN)/python tests/figure.py

browser: .venv/complete  ## open every lesson in JupyterLab in Chromium
	@$(BIN)/python -m pip install --quiet -e ".[browser]"
	@$(BIN)/pytest -q -m browser tests

bench: .venv/complete  ## time graders on the same class: nbgrader, Otter-Grader, ours
	@$(BIN)/python tests/bench/bench.py --json build/bench/bench.json --markdown build/bench/bench.md

# A finished .venv has the file `complete`; one without it was left half-made.
.venv/complete: pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	    echo "error: $(PYTHON) was not found; install Python 3.11, 3.12 or 3.13, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	    echo "error: Python 3.11, 3.12 or 3.13 is wanted, $$($(PYTHON) --version 2>&1) came; name one: make PYTHON=python3.12" >&2; exit 1; }
	@if [ -e .venv ] && [ ! -e .venv/complete ]; then \
	    echo "error: .venv is there but was not finished; run 'rm -rf .venv', then make again" >&2; exit 1; fi
	@if [ ! -e .venv ]; then \
	    $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	        echo "error: $(PYTHON) cannot make virtual environments; run: sudo apt-get install python3-venv" >&2; exit 1; }; \
	    echo "Setting up .venv: 2 GB, a few minutes, once."; \
	    $(PYTHON) -m venv .venv || exit 1; fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]" || { \
	    echo "error: the packages could not be installed (see above); when that is mended, run 'rm -rf .venv', then make again" >&2; exit 1; }
	@touch .venv/complete
