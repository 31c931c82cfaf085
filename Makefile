# Everything a newcomer needs: `make run` and `make test` do all set-up by themselves. `make help` explains each.

PORT ?= 8000
ROWS ?=
VENV := .venv
STACK := .local/stack
FUZZ := .local/fuzz
BROWSER := .local/browser
CONSOLE := .local/console
SHOWN := $(shell find admin -type d \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
PY := $(VENV)/bin/python
WORKERS ?= 2
MINUTES ?= 10

.DEFAULT_GOAL := help
.PHONY: help setup run demo test tested check check-code check-console bench proof soak package plan journeys backup restore drill audit clean

help: ## what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.made: requirements.txt infra/requirements/dev.txt infra/interpreter.sh
	@PYTHON=$$(sh infra/interpreter.sh) && echo "using $$($$PYTHON -V) ($$PYTHON)" && \
	  rm -rf $(VENV) && $$PYTHON -m venv $(VENV) && \
	  $(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt -r infra/requirements/dev.txt
	@touch $@

$(STACK)/.made: infra/requirements/stack.txt $(VENV)/.made
	@rm -rf $(STACK) && $(PY) -m venv $(STACK) && \
	  $(STACK)/bin/pip install --quiet --disable-pip-version-check -r infra/requirements/stack.txt
	@touch $@

$(FUZZ)/.made: infra/requirements/fuzz.txt infra/requirements/dev.txt requirements.txt $(VENV)/.made
	@rm -rf $(FUZZ) && $(PY) -m venv $(FUZZ) && \
	  $(FUZZ)/bin/pip install --quiet --disable-pip-version-check -r infra/requirements/fuzz.txt
	@touch $@

$(BROWSER)/.made: tests/browser/package.json tests/browser/package-lock.json
	@rm -rf $(BROWSER) && mkdir -p $(BROWSER) && cp $^ $(BROWSER) && \
	  npm ci --prefix $(BROWSER) --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(CONSOLE)/.made: $(SHOWN) infra/console.py infra/plan_page.py $(VENV)/.made
	@$(PY) -m infra.console
	@mkdir -p $(CONSOLE) && touch $@

setup: ## make both environments and the console (the other targets do this by themselves)
	@$(MAKE) --no-print-directory -j2 $(STACK)/.made $(CONSOLE)/.made

run: setup ## start the embedded stack on http://127.0.0.1:8000 (PORT=…); Ctrl-C stops all of it
	@exec $(STACK)/bin/python infra/local/launcher.py --port $(PORT)

demo: setup ## play a permit through the API of a running instance and print its timeline
	@$(PY) -m tests.journeys.demo --url http://127.0.0.1:$(PORT)

tested: # everything that tests want, two at a time
	@$(MAKE) --no-print-directory -j2 $(STACK)/.made $(CONSOLE)/.made $(FUZZ)/.made $(BROWSER)/.made

test: tested ## all tests, reduced counts (≤ 15 minutes on two cores)
	@$(PY) -m infra.testing --workers $(WORKERS)

check: setup ## format, lint, types, rings, definitions against the gate, templates against cfn-lint, the console
	@$(MAKE) --no-print-directory -j2 check-console check-code

check-code:
	@$(VENV)/bin/ruff format --check . && $(VENV)/bin/ruff check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports
	@$(PY) -m infra.gate
	@$(PY) -m infra.lint

check-console:
	@$(PY) -m infra.console check

bench: setup ## print the measured ratios and write .local/bench.json (ROWS=a,b runs some)
	@$(PY) -m tests.bench.run --rows "$(ROWS)"

proof: tested ## the full counts of the acceptance lines; writes .local/proof.json with the commit
	@$(PY) -m infra.testing --proof --workers $(WORKERS)

soak: setup ## ten minutes (MINUTES=n) of load with killed workers and a restart in the middle
	@$(PY) -m tests.bench.soak --minutes $(MINUTES)

package: setup ## template, zip and site for AWS in .local/package/prod
	@$(PY) infra/package.py --stage prod
	@$(PY) -m infra.site_layout

plan: setup ## the plan's 462 rows with what serves and exercises each
	@$(PY) -m infra.plan

journeys: setup ## play the stories that exist through HTTP on the embedded stack
	@$(PY) -m tests.journeys.play

backup: setup ## copy the data of the stopped local instance into .local/backups/<time>
	@$(PY) -m infra.backup save

restore: setup ## put a backup back (FROM=.local/backups/<time>), chains and roots verified
	@$(PY) -m infra.backup load "$(FROM)"

drill: setup ## restore a backup elsewhere (FROM=…), verify all of it there, say how long it took
	@$(PY) -m infra.backup drill "$(FROM)"

audit: setup ## export the past of the running instance and verify it with the stand-alone verifier
	@$(PY) -m infra.audit export --out .local/bundle.json && python3 infra/verify.py .local/bundle.json

clean: ## remove environments, packages and local data
	rm -rf $(VENV) .local .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
