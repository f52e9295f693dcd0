# What one can do here: `make help`. Needs Python 3.11 or newer (with venv), git and make, and nothing else.

.DEFAULT_GOAL := help
.PHONY: help demo host test test-faults lint format messages docs screens bench-figures bench-import bench-launch bench-rates bench-send bench-votes front-end clean
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
VENDOR := hopnps/static/hopnps/vendor/.stamp
# PostgreSQL comes as a wheel up to Python 3.12: newer ones stand behind the two that can run every test.
PYTHON = $(shell for one in python3.12 python3.11 python3.14 python3.13 python3; do \
	$$one -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done)

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/demo.stamp front-end ## a demo company, its web pages, worker and mailbox, on this machine only
	@$(BIN)/hopnps demo

host: .venv/demo.stamp front-end ## somebody else's CRM with hopnps mounted in it (examples/host), on this machine only
	@$(BIN)/python -m examples.host

test: .venv/dev.stamp front-end ## everything: lint, types and import contracts beside all tests on SQLite and PostgreSQL
	@$(BIN)/python scripts/run_tests.py $(TESTS)

test-faults: .venv/dev.stamp ## two workers, 2,000 people, twenty kills, on SQLite and PostgreSQL (some minutes)
	@$(BIN)/python -m pytest tests/faults/twenty_kills.py

lint: .venv/dev.stamp ## format, style, types, import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/dev.stamp ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: .venv/dev.stamp ## list the sentences that have no French yet
	@$(BIN)/python -m pytest tests/test_house.py -k french -p no:randomly -vv --no-header

docs: .venv/dev.stamp ## write the pages of docs/ that come from the code
	@$(BIN)/python -m scripts.write_docs

screens: .venv/dev.stamp front-end ## photograph the demo's pages into docs/screens
	@$(BIN)/python scripts/photograph.py

bench-figures: .venv/dev.stamp ## what the dashboard costs on a million and ten million answers
	@$(BIN)/python -m benchmarks.figures

bench-import: .venv/dev.stamp ## import a million contacts, beside what the database can do at best
	@$(BIN)/python -m benchmarks.contact_import

bench-launch: .venv/dev.stamp ## launch a campaign to a million clients and stop it, beside a bare INSERT ... SELECT
	@$(BIN)/python -m benchmarks.launching

bench-rates: .venv/dev.stamp ## how near two workers meet a rate over three whole minutes, and whether they pass it
	@$(BIN)/python -m benchmarks.rates

bench-votes: .venv/dev.stamp ## open the page of a score and vote, many at once, beside an empty Flask view
	@$(BIN)/python -m benchmarks.votes

bench-send: .venv/dev.stamp ## send 10,000 mails end to end, beside what the machine can do at best (Debian: postfix)
	@$(BIN)/python -m benchmarks.sending

front-end: .venv/demo.stamp ## fetch what pages need from the npm registry (once)
	@test -e $(VENDOR) -a ! package-lock.json -nt $(VENDOR) || { $(BIN)/python scripts/front_end.py && touch $(VENDOR); } || true

clean: ## remove all that was installed or made here, but not your data in instance/
	rm -rf .venv node_modules hopnps/static/hopnps/vendor build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "hopnps needs Python 3.11 or newer, with its venv module (Debian: apt install python3-venv)."; exit 1; }
	@echo "Setting up with $(PYTHON). This takes a minute, once."
	@$(PYTHON) -m venv .venv

.venv/demo.stamp: setup.cfg constraints.txt | .venv/bin/python
	@$(PIP) -e '.[demo]'
	@touch $@

.venv/dev.stamp: setup.cfg constraints.txt | .venv/demo.stamp
	@$(PIP) -e '.[dev]'
	@touch $@
