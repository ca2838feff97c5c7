# Everything that is done often. `make` alone tells what there is.

UV_VERSION := 0.13.9
BIN := .venv/bin
STAMP := .venv/.setup-done
SPARK_STAMP := .venv/.spark-done
# Working files of the linters; nothing here is worth keeping.
CACHE := .cache

# A bare `python3` may be too old while a newer one stands beside it.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	command -v $$each >/dev/null && \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && \
	echo $$each && break; done)

# Nothing here reports on its user. The code switches the same things off for itself, too.
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export RUNTIME__DLTHUB_TELEMETRY := false
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup run test test-full test-run test-spark ui lint format docs dbt bench bench-truth bench-detector bench-extraction bench-scale clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Build .venv from the lock file, and nothing else

# Bytecode is compiled once here; otherwise every start pays for it.
$(STAMP): uv.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Jalur needs Python 3.11, 3.12 or 3.13 on the PATH"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/uv --version 2>/dev/null | grep -q "^uv $(UV_VERSION)" || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv \
		$(BIN)/uv sync --frozen --python $(BIN)/python
	@touch $@

# The extra goes into the same .venv: four packages more, where a second one would be everything
# twice. A new lock file takes it away with the next `make setup`, and this brings it back.
$(SPARK_STAMP): $(STAMP)
	UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv \
		$(BIN)/uv sync --frozen --extra spark --python $(BIN)/python
	@touch $@

run: setup ## Run the main job: extract, check, model, publish, alert
	@$(BIN)/jalur run $(ARGS)

test: setup ## Pass the tests (ARGS="-k stage" for some of them)
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not spark and not full and not published" $(ARGS)

test-full: setup ## Pass the tests that take minutes, which `make test` leaves out or has in short
	@$(BIN)/pytest -m full -s $(ARGS)

test-run: setup ## Compare what `make run` published of the demo company with what was simulated
	@$(BIN)/pytest -m published tests/demo/test_published.py $(ARGS)

test-spark: $(SPARK_STAMP) ## Build the models on Spark, too, and compare (ARGS="-k boundaries")
	@$(BIN)/pytest -m spark -s tests/spark $(ARGS)

ui: setup ## Open Dagster's user interface on loopback
	@$(BIN)/jalur ui

lint: setup ## Check style, types, imports, SQL and the dbt project
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@mkdir -p $(CACHE)/lint
	$(LINT_ENV) $(BIN)/dbt parse --quiet --project-dir dbt --profiles-dir dbt
	$(BIN)/dbt-bouncer --config-file dbt-bouncer.yml
	$(LINT_ENV) $(BIN)/sqlfluff lint --disable-progress-bar dbt/models dbt/tests

# Every source on, so that no model is left out because its source is not configured here.
LINT_ENV = JALUR_HOME=$(CURDIR)/$(CACHE)/lint \
	JALUR_SOURCES=demo,files,ga4,google_ads,hubspot,linkedin_ads,mailchimp,meta_ads,pipedrive,salesforce,tryton \
	DBT_TARGET_PATH=$(CURDIR)/$(CACHE)/lint/target DBT_LOG_PATH=$(CURDIR)/$(CACHE)/lint/logs

format: setup ## Mend what the formatters can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: setup ## Write the dbt docs as one page into the home
	@$(BIN)/python .ci/run_dbt.py docs generate --static

dbt: setup ## Run dbt with this installation's settings (ARGS="build -s fct_deals")
	@$(BIN)/python .ci/run_dbt.py $(ARGS)

bench: setup ## Measure the first and the second run on the demo company
	@$(BIN)/python bench/run_times.py

bench-truth: setup ## Measure estimates against simulated companies whose truth is known
	@$(BIN)/python -m bench.conversion_truth
	@$(BIN)/python -m bench.forecast_accuracy

bench-detector: setup ## Measure the bottleneck detector on planted bottlenecks (SEED=1 PLANTS=300)
	@$(BIN)/python -m bench.detector

bench-extraction: setup ## Measure the extraction over an API, and kill it (SEED=1 KILLS=200)
	@$(BIN)/python -m bench.extraction

bench-scale: setup ## Measure conversion against lifelines, and the marts at scale (CHANGES=10000000)
	@$(BIN)/python -m bench.conversion_speed
	@$(BIN)/python -m bench.scale

clean: ## Remove .venv and the caches; your data stays
	rm -rf .venv $(CACHE) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
