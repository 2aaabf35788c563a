# `make help` lists the targets. The only thing needed beforehand is Python 3.11 or later with its venv module.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv is needed by `make lock` only: pip install uv, or name yours with UV=...
UV ?= $(or $(wildcard $(BIN)/uv),uv)
COMPILE := $(UV) pip compile --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
	--no-emit-find-links --quiet
LOCK := $(COMPILE) --universal --generate-hashes
LOWEST := build/lowest
# What of the tests is quick and touches every library.
LOWEST_TESTS := tests/rubric tests/sheets tests/ledger/test_append.py tests/ledger/test_strict_json.py \
	tests/reminders/test_deadlines.py tests/reminders/test_robots.py tests/reminders/test_total.py \
	tests/taizhang/test_exit_status.py tests/taizhang/proofs/test_timestamps.py tests/office/test_reports.py \
	tests/web/test_api.py tests/web/test_methods.py

.DEFAULT_GOAL := help
.PHONY: help demo test quick lint soak bench standby citus lock lowest wheel bundle bundle-trial sbom audit licences messages texts clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## a district of 80 units up to 2017-09-20 in a fresh store, then the dashboard
	@$(BIN)/taizhang demo

test: $(STAMP) ## all tests
	@tests/system.sh
	@$(BIN)/python -m pytest -q -n auto --dist worksteal

quick: $(STAMP) ## the tests that need nothing but Python, in under a minute
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not browser and not postgres and not office and not go and not slow"

lint: $(STAMP) ## style, formatting, arrows between the rooms and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/mypy

soak: $(STAMP) ## writers, readers, backups and kills on one store for SOAK_MINUTES (30); nothing may be lost
	@$(BIN)/python -m tests.soak

bench: $(STAMP) ## every measured figure beside its target
	@$(BIN)/python -m tests.bench

standby: $(STAMP) ## a primary and its synchronous standby, killed KILLS (20) times under writers; nothing may be lost
	@$(BIN)/python -m tests.standby

citus: $(STAMP) ## what only a Citus cluster shows: make citus STORE=postgresql://user@coordinator/database
	@$(BIN)/python -m tests.citus $(STORE)

lock: ## resolve the dependencies anew into requirements*.lock
	$(LOCK) pyproject.toml --extra pdf --output-file requirements.lock
	$(LOCK) pyproject.toml --extra pdf --group dev --output-file requirements-dev.lock
	$(LOCK) --group build --output-file requirements-build.lock

lowest: ## the quick tests with the lowest versions that pyproject.toml takes, in an environment of their own
	@mkdir -p $(LOWEST)
	@$(COMPILE) pyproject.toml --extra pdf --resolution lowest-direct --upgrade --output-file $(LOWEST)/product.txt
	@$(COMPILE) pyproject.toml --extra pdf --group dev --constraint $(LOWEST)/product.txt --upgrade \
	    --output-file $(LOWEST)/all.txt
	@$(UV) venv --quiet --clear --python $(PYTHON) $(LOWEST)/venv
	@$(UV) pip install --quiet --python $(LOWEST)/venv/bin/python -r $(LOWEST)/all.txt
	@$(UV) pip install --quiet --python $(LOWEST)/venv/bin/python --no-deps --no-build-isolation --editable .
	@$(LOWEST)/venv/bin/python -m pytest -q -p no:cacheprovider $(LOWEST_TESTS)

wheel: $(STAMP) ## taizhang as a wheel in dist, byte for byte the same wherever it is built
	@rm -rf build/lib build/bdist.* dist/taizhang-*.whl dist/taizhang-*.tar.gz taizhang.egg-info  # what was removed since must not stay in
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 1483228800)} \
	    $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

bundle: wheel ## one file in dist with all that an offline server needs to install or upgrade (docs/operating.md)
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 1483228800)} \
	    $(BIN)/python -m tools.bundle dist/taizhang-*.whl

# Needs root, debootstrap and some minutes: a bare Debian without a network, the last release, this one, and back.
TRIAL := build/trial
LAST ?= $(shell git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD^ 2>/dev/null)
bundle-trial: bundle ## install, upgrade and roll back from bundles on a bare Debian (LAST=v0.1.0: from which release)
	@test -n "$(LAST)" || { echo "name the release to come from: make bundle-trial LAST=v0.1.0" >&2; exit 2; }
	@rm -rf $(TRIAL)/last $(TRIAL)/dist && mkdir -p $(TRIAL) && git worktree prune
	@git worktree add --force --quiet --detach $(TRIAL)/last $(LAST)
	@cd $(TRIAL)/last && SOURCE_DATE_EPOCH=1 $(abspath $(BIN))/python -m pip wheel --quiet --no-deps --no-build-isolation \
	    --wheel-dir $(abspath $(TRIAL))/dist .
	@$(BIN)/python -m tools.bundle --without-pdf --lock $(TRIAL)/last/requirements.lock --out $(TRIAL)/dist $(TRIAL)/dist/*.whl
	@test -d $(TRIAL)/root/usr || debootstrap --variant=minbase --include=python3 bookworm $(TRIAL)/root >/dev/null
	@tests/bundle.sh $(TRIAL)/root $(TRIAL)/dist/*.tar.gz dist/taizhang-*.tar.gz

sbom: $(STAMP) ## what is shipped, as a CycloneDX file in dist
	@mkdir -p dist
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	    --output-reproducible --output-format JSON --output-file dist/taizhang.cdx.json

audit: $(STAMP) ## known holes in what is pinned: make audit DB=all.zip (OSV's file of PyPI; DAYS=30: how old it may be)
	@test -n "$(DB)" || { echo "name the database of advisories: make audit DB=/path/to/all.zip (docs/operating.md)" >&2; exit 2; }
	@$(BIN)/python -m tools.audit "$(DB)" --days $(or $(DAYS),30) requirements.lock requirements-dev.lock requirements-build.lock

licences: $(STAMP) ## docs/licences.md from the packages' metadata
	@$(BIN)/python -m tools.licences

texts: $(STAMP) ## print every text of the interface with the page that says it
	@$(BIN)/python -m taizhang.language.catalogs --list

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
