# `make demo` and `make test` bring everything they need into .venv.
# They assume make and Python 3.11 to 3.14 with its venv module, nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check format messages lock test-tools clean

# Index, proxy and certificate settings of the user's pip stay in force; these would
# install elsewhere, change the locked versions or refuse the project itself.
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_CONSTRAINT PIP_REQUIRE_HASHES
unexport PIP_NO_BINARY PIP_NO_DEPS UV_FIND_LINKS PYTHONPATH PYTHONHOME
# The tests start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
TEST_ENV := $(VENV)/test-installed $(VENV)/qm-installed
DEMO_ENV := $(VENV)/demo-installed $(VENV)/qm-installed

# Newer than 3.14: the speech packages have no wheels for it yet.
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
PYTHON ?= $(firstword $(foreach python,python3 python3.14 python3.13 python3.12 python3.11,\
	$(if $(shell $(python) -c '$(USABLE)' 2>/dev/null && echo usable),$(python))))

INSTALL := $(BIN)/python -m pip install --quiet --no-user --disable-pip-version-check
HASHED := $(INSTALL) --require-hashes --only-binary :all: --requirement

help:  ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' \
	  $(firstword $(MAKEFILE_LIST))

demo: $(DEMO_ENV)  ## install, play the demo contact centre once, serve the app
	$(BIN)/qm demo

# The tools come while the checks run: one waits for the network, the other computes.
test: $(TEST_ENV)  ## install, check, run all tests (ARGS="-k name" narrows)
	@$(MAKE) -s test-tools & $(MAKE) -s check; checked=$$?; wait; exit $$checked
	@echo "== tests (pytest, three processes for two cores; ARGS=\"-n 0\" runs them in one)"
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: $(TEST_ENV)  ## format, lint, types and import contracts
	@echo "== format (ruff format)"
	@$(BIN)/ruff format --check .
	@echo "== lint (ruff check)"
	@$(BIN)/ruff check .
	@echo "== types (mypy)"
	@$(BIN)/mypy --num-workers auto
	@echo "== import contracts (lint-imports)"
	@$(BIN)/lint-imports

format: $(TEST_ENV)  ## format the code and fix what ruff can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# Locations without line numbers and no creation date: a run changes only what changed.
messages: $(TEST_ENV)  ## bring qm/locale/fa.po up to date with the texts of the code
	@template=$$(mktemp) && trap 'rm -f "$$template"' EXIT && \
	$(BIN)/pybabel --quiet extract --no-wrap --sort-output --add-location=file \
	  --output-file="$$template" qm && \
	$(BIN)/pybabel --quiet update --no-wrap --ignore-obsolete --no-fuzzy-matching \
	  --ignore-pot-creation-date --locale=fa --input-file="$$template" \
	  --output-file=qm/locale/fa.po

# What we are measured against runs from environments of its own: the docstrings of bench say how
# to make them, ARGS where they are (make bench-workspace ARGS="--label-studio FOLDER").
bench-%: $(TEST_ENV)  ## run bench/NAME.py, with - for _ in the name
	$(BIN)/python -m bench.$(subst -,_,$*) $(ARGS)

clean:  ## remove the environment and caches; your data in var/ stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf .hypothesis && find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the two commands stand on

$(VENV)/created: requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { \
	  echo "qm needs Python 3.11 to 3.14 with its venv module; found: $$(python3 --version 2>&1)." >&2; \
	  echo "Debian, Ubuntu: apt-get install python3-venv. Or name one: make PYTHON=/path/to/python" >&2; \
	  exit 1; }
	@echo "== environment $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@$(HASHED) requirements/bootstrap.txt
	@touch $@

$(VENV)/demo-installed: requirements/demo.txt $(VENV)/created
	@echo "== packages of requirements/demo.txt (about a minute)"
	@$(HASHED) requirements/demo.txt
	@touch $@

# test.txt holds demo.txt with the same versions, so it satisfies both.
$(VENV)/test-installed: requirements/test.txt $(VENV)/created
	@echo "== packages of requirements/test.txt (about a minute)"
	@$(HASHED) requirements/test.txt
	@touch $@ $(VENV)/demo-installed

$(VENV)/qm-installed: pyproject.toml $(VENV)/created
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# Root cannot use the browser that Playwright downloads without its system libraries:
# Debian's own brings them. Without a browser the tests that need one are skipped by name, and so
# are those that read reports with LibreOffice and Poppler.
SYSTEM_TOOLS = $(if $(shell command -v chromium-headless-shell),,chromium-headless-shell) \
	$(if $(shell command -v soffice),,libreoffice-calc) \
	$(if $(shell command -v pdftotext),,poppler-utils)

test-tools: $(TEST_ENV)
	@if test "$$(id -u)" != 0; then \
	  $(BIN)/playwright install chromium; \
	elif test -z "$(strip $(SYSTEM_TOOLS))"; then \
	  true; \
	elif grep -qs '^ID=debian' /etc/os-release; then \
	  echo "== tools of the tests (apt-get install $(strip $(SYSTEM_TOOLS)))"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $(SYSTEM_TOOLS) >/dev/null; \
	elif ! command -v chromium >/dev/null; then \
	  $(BIN)/playwright install --with-deps chromium; \
	fi || echo "!! NOT ALL TOOLS were installed (see above): tests without theirs are skipped" >&2

# Keeps the pinned versions that still fit; `make lock UPGRADE=--upgrade` takes the newest.
COMPILE := $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest \
	--python-version 3.11 --only-binary :all: --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(UPGRADE)
BUILD_REQUIRES := import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")

lock: $(VENV)/test-installed  ## remake the hashed requirement files from pyproject.toml
	$(BIN)/python -c '$(BUILD_REQUIRES)' | \
	  $(COMPILE) - --output-file requirements/bootstrap.txt >/dev/null
	$(COMPILE) pyproject.toml --extra test --output-file requirements/test.txt >/dev/null
	$(COMPILE) pyproject.toml --extra demo --constraint requirements/test.txt \
	  --output-file requirements/demo.txt >/dev/null
