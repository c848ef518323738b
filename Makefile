# Two commands need nothing prepared but Python 3.11 or newer: make demo, make test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
ROOMS_IN_FULL := vendor_sim/kernel/*,vendor_sim/ledger/*,*/domain.py,*/domain/*
DEMO ?=
PAIRS ?= 1000

# Compiled files are kept, whatever the environment says: the tests start many a process.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test crash lint tests coverage docs bench bench-short simulate simulate-short sweep mutants screenshots messages steps browser clean help

help:
	@echo "make demo         the whole world in one process; prints where to look"
	@echo "make test         everything CI runs"
	@echo "make crash        real processes killed, paused and cut off for minutes"
	@echo "make bench        figures next to another mock, in one run"
	@echo "make simulate     10,000 purchases under heavy faults, every rule held against them"
	@echo "make sweep        every single fault, pairs of them, and what is left where one way is missing"
	@echo "make mutants      every planted bug hunted from nothing, and small changes of what decides"
	@echo "make screenshots  docs/images, from the running program"

demo: $(VENV)/.demo
	@$(BIN)/vendor-sim demo $(DEMO)

test: lint tests docs
	@echo "All of it holds."

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

tests: $(VENV)/.dev browser
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 3 --dist loadfile --no-loadscope-reorder
	$(BIN)/coverage combine --quiet
	@$(MAKE) --no-print-directory coverage

crash: $(VENV)/.dev
	CRASH=long $(BIN)/python -m pytest tests/crash

coverage:
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --include="$(ROOMS_IN_FULL)" --fail-under=100

docs: $(VENV)/.dev
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

bench-short: $(VENV)/.dev
	$(BIN)/python -m tests.bench --short

simulate: $(VENV)/.dev
	$(BIN)/vendor-sim simulate --seeds 200 --purchases 50 --heavy --jobs 2 --out build/simulation

simulate-short: $(VENV)/.dev
	$(BIN)/vendor-sim simulate --seeds 40 --purchases 25 --jobs 2 --out build/simulation

mutants: $(VENV)/.dev
	$(BIN)/python -m tests.bugs
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.mutation

sweep: $(VENV)/.dev
	$(BIN)/vendor-sim sweep --jobs 2
	$(BIN)/vendor-sim sweep --without polling --jobs 2
	$(BIN)/vendor-sim sweep --without notices --jobs 2
	$(BIN)/vendor-sim sweep --pairs $(PAIRS) --jobs 2

screenshots: $(VENV)/.dev browser
	$(BIN)/python docs/screenshots.py

messages: $(VENV)/.dev
	$(BIN)/python docs/messages.py

steps: $(VENV)/.dev
	$(BIN)/python docs/steps.py

browser:
	@sh .ci/browser

clean:
	rm -rf $(VENV) build dist docs/_build mutants .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf *.egg-info .import_linter_cache

$(VENV)/.demo: pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Vendor Sim needs Python 3.11 or newer; say which with: make demo PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade "pip>=25.1"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.demo
	@echo "Adding what the tests need (once) …"
	@$(PIP) install --constraint constraints.txt --group dev
	@touch $@
