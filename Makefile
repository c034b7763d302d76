# The daily commands. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
export PORT ?= 8000

.PHONY: help run test coverage e2e lint fmt verify bench screenshots messages requirements setup clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set up what is missing and serve http://127.0.0.1:8000 (PORT=8001 for another port)
	@exec bash scripts/run.sh

test: ## Set up what is missing and run every test, on SQLite and PostgreSQL (ARGS="tests/rooms -k busy" for some)
	@exec bash scripts/test.sh $(ARGS)

coverage: ## Branch coverage of the tests on SQLite, file by file (ARGS="tests/rooms" for some)
	@bash scripts/setup.sh dev
	@.venv/bin/python -m pytest -q -n 2 --cov --cov-report=term --cov-report=html $(or $(ARGS),--ignore=tests/e2e)

e2e: ## Only the journeys in a real browser
	@exec bash scripts/test.sh --only-e2e $(ARGS)

lint: ## Every check that needs no running system: style, types, layers, templates, migrations, translations
	@exec bash scripts/lint.sh

fmt: ## Put Python and templates into their one format
	@bash scripts/setup.sh dev
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@find templates -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2

verify: ## Check every invariant of the data in the database
	@bash scripts/setup.sh
	@$(PYTHON) manage.py verify

bench: ## The measurements, each beside its peer or its limit (ARGS="booking" for one)
	@exec bash scripts/bench.sh $(ARGS)

screenshots: ## Take the pictures of docs/screenshots again from a fresh demo (ARGS="today board" for some)
	@exec bash scripts/screenshots.sh $(ARGS)

messages: ## Collect the texts to translate, join the translators' parts, compile
	@bash scripts/setup.sh dev
	@$(PYTHON) scripts/messages.py

requirements: ## Pin and hash requirements*.txt anew from requirements*.in
	@exec bash scripts/requirements.sh

setup: ## Only set up: virtual environment, dependencies, compiled translations
	@bash scripts/setup.sh

clean: ## Remove the virtual environment and what tools left behind; never var/, which holds data
	@rm -rf .venv build htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete
