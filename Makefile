# Everything a newcomer needs is one word: make demo, make test. `make help` lists the rest.
# All paths are relative, so the project may lie in a folder with a blank in its name.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
SHELL := /bin/sh
# a file at a time for each of two processes, in the order of tests/conftest.py
BY_TWO := -n 2 --dist loadfile --no-loadscope-reorder
# where Python is told to keep no bytecode, each of the processes that tests start compiles the project anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults soak simulation fuzz schema lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: $(BIN)/.run ## five stories of two schemes through the real service, embedded, under a minute
	@$(RUN) drawbridge demo

test: $(BIN)/.dev ## the whole suite: fast tests, then journeys on real Kafka and PostgreSQL
	@$(RUN) pytest -q $(BY_TWO) -m "not journey and not slow" $(ARGS)
	@$(RUN) pytest -q $(BY_TWO) -m "journey and not slow" $(ARGS)

check: $(BIN)/.dev ## lint, types, import contracts, schema drift
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy src tests
	$(BIN)/python -c 'from importlinter.cli import lint_imports; raise SystemExit(lint_imports())'
	$(RUN) drawbridge schema --check schemas
	$(RUN) drawbridge schema --compare schemas/released/0.1.0

bench: $(BIN)/.dev ## what a message costs, stage by stage, beside a floor and the obvious stack, on real servers
	@$(RUN) tests.bench.measure $(ARGS)

faults: $(BIN)/.dev ## break things 200 times under the running service, and prove each time that nothing came of it
	@$(RUN) tests.faults.run --faults 200 $(ARGS)

soak: $(BIN)/.dev ## ten minutes of load: memory stays flat, nothing is lost
	@$(RUN) pytest -q -s -m slow tests/journeys/test_memory_stays_flat.py $(ARGS)

simulation: $(BIN)/.dev ## 10,000 seeded histories of the service in one process, on twins of broker and database
	@$(RUN) tests.simulation.run $(ARGS)

fuzz: $(BIN)/.dev ## feed the envelope 100,000 broken inputs
	@$(RUN) pytest -q -m slow tests/fuzz $(ARGS)

schema: $(BIN)/.run ## generate schemas/ from the models
	@$(RUN) drawbridge schema --write schemas

lock: $(BIN)/.dev ## pin the newest dependencies that fit, with hashes
	@sh tools/lock.sh

clean: ## remove what the targets installed and cached
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --- setting up: once, then again when a lock file changes

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "drawbridge needs Python 3.11 to 3.13: make PYTHON=python3.12 …"; exit 1; }
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv

$(BIN)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@if [ ! -e $(BIN)/.dev ]; then sh tools/install.sh requirements.lock; fi
	@touch $(BIN)/.run

$(BIN)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@sh tools/install.sh requirements-dev.lock
	@touch $(BIN)/.dev $(BIN)/.run
