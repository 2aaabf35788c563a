# `make help` lists the targets. The only thing needed beforehand is Python 3.11 or later with its venv module.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv is needed by `make lock` only: pip install uv, or name yours with UV=...
UV ?= $(or $(wildcard $(BIN)/uv),uv)
LOCK := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test quick lint bench lock messages clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## a district of 80 units up to 2017-09-20 in a fresh store, then the dashboard
	@$(BIN)/taizhang demo

test: $(STAMP) ## all tests
	@tests/system.sh
	@$(BIN)/python -m pytest -q -n auto

quick: $(STAMP) ## the tests that need nothing but Python, in under a minute
	@$(BIN)/python -m pytest -q -n auto -m "not browser and not postgres and not office and not go and not slow"

lint: $(STAMP) ## style, formatting, arrows between the rooms and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/mypy

bench: $(STAMP) ## every measured figure beside its target
	@$(BIN)/python -m tests.bench

lock: ## resolve the dependencies anew into requirements*.lock
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --output-file requirements-dev.lock

messages: $(STAMP) ## bring the catalogues in taizhang/locale up to date with the code
	@$(BIN)/python -m taizhang.language.catalogs

clean: ## remove what the targets above made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "taizhang needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1)." \
	         "Name another one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	    echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
