# make demo: environment, graph of the sample reports, landscape.html.  make test: the tests.
PYTHON ?= python3
VENV ?= .venv
# What the tests need; `make test EXTRAS=dev,neural` brings torch for the tests of devices too.
EXTRAS ?= dev
# What the demo needs beside the base install; `make demo DEMO=neural` reads with the trained model.
DEMO ?=
BIN := $(VENV)/bin

.PHONY: demo test check clean

demo: $(VENV)/.base
	$(BIN)/kg build seeds/reports --store landscape.kg
	$(BIN)/kg draw landscape.html --store landscape.kg
	@echo
	@echo "1. Open landscape.html in a browser: search, filter, click a node to read its evidence."
	@echo "2. Ask the graph:       $(BIN)/kg query company_profile company=百度 --store landscape.kg"
	@echo "3. Add your own reports: $(BIN)/kg build DIR --store landscape.kg, then draw again."

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".$(if $(DEMO),[$(DEMO)])"
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$(EXTRAS)]"
	@touch $@ $(VENV)/.base

clean:
	rm -rf $(VENV) build dist landscape.kg landscape.html
