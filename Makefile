# `make build` and `make test` each do everything they need, from a bare Debian with git, make and Python 3.11 on.

PYTHON ?= python3
bin := .venv/bin
# Half as many again as processors: tests wait for browsers, servers and clocks.
workers := $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 3 / 2)

.PHONY: help build serve test test-long lint bench clean

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

build: .venv/.installed ## install sitegen into .venv and build the microsite of this repository into public/
	@$(bin)/sitegen build

serve: .venv/.installed ## install sitegen into .venv and preview that microsite in a browser
	@$(bin)/sitegen serve --open

test: .venv/.installed-dev ## install all tools, then formatting, lint, types and every test but the long ones
	@scripts/install-test-tools
	@$(MAKE) --no-print-directory lint
	@$(bin)/pytest -n $(workers) --dist loadgroup

test-long: .venv/.installed-dev ## the tests that take minutes
	@SITEGEN_LONG=1 $(bin)/pytest -n auto -m long

lint: .venv/.installed-dev ## formatting, lint, types
	@$(bin)/ruff format --quiet --check .
	@$(bin)/ruff check --quiet .
	@$(bin)/mypy --no-error-summary

bench: .venv/.installed-dev ## every measurement in benchmarks/
	@for module in startup peers preview growth; do $(bin)/python -m benchmarks.$$module || exit; done

clean: ## remove what builds and tools leave; .venv and tests/node_modules stay
	@rm -rf public .sitegen dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find sitegen tests benchmarks -name node_modules -prune -o -name __pycache__ -type d -exec rm -rf {} +

# A stamp stands for "installed as pyproject.toml asks"; the code itself is used where it lies.
.venv/.installed: pyproject.toml
	@scripts/install $(PYTHON) .

.venv/.installed-dev: pyproject.toml
	@scripts/install $(PYTHON) '.[dev]'
	@touch $@
