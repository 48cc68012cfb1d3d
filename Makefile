# Two commands: `make demo` and `make test`. Both set up .venv themselves.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
DEMO := build/demo

.PHONY: help setup demo test lint types bench bench-quick bars lock clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## the environment in .venv, pinned and hashed

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ndaudit needs Python 3.11 or newer; run make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: setup ## the whole main job on synthetic exports of three offices, in build/demo
	@rm -rf $(DEMO) && mkdir -p build
	@$(BIN)/ndaudit init $(DEMO)
	@$(BIN)/ndaudit synth --offices 1110,65,1107 --persons 20000 --defects 0.01 --seed 1 --out $(DEMO)/data/inbox -C $(DEMO)
	@$(BIN)/ndaudit load $(DEMO)/data/inbox -C $(DEMO)
	@$(BIN)/ndaudit check -C $(DEMO)
	@$(BIN)/ndaudit report 01_data_reliability 03_order_163_monitoring --office all --jobs 2 -C $(DEMO)
	@$(BIN)/ndaudit report 03_order_163_monitoring -C $(DEMO)
	@$(BIN)/ndaudit report 03_order_163_monitoring --lang en -C $(DEMO)
	@$(BIN)/ndaudit report 02_district_analysis 04_prospective_pensioners 05_pension_reperformance --office 1110 --jobs 2 -C $(DEMO)
	@$(BIN)/ndaudit report 12_catalogue -C $(DEMO)
	@$(BIN)/ndaudit doctor -C $(DEMO)
	@printf '\n%s\n' "Юу бэлэн болсон · What was made:"
	@printf '  %s\n' "$(DEMO)/data/inbox/planted.csv" $(DEMO)/data/store/*.duckdb $(DEMO)/data/runs/*/findings.duckdb
	@printf '%s\n' "Хөтчөөр нээх · Open in a browser:"
	@find $(DEMO)/reports -name '*.html' -path '*/country/*' -o -name index.html -path '*/data_docs/index.html' | sort | sed 's/^/  /'
	@find $(DEMO)/reports -name '01_*.html' | sort | sed 's/^/  /'

lint: setup ## ruff, format and rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup ## mypy, strict
	$(BIN)/mypy

test: setup ## lint, types and every test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/python -m pytest -n 2 --dist loadfile

bench: setup ## every measurement beside its floor or rival in the same run, into benchmarks/RESULTS.md; hours
	$(BIN)/python -m benchmarks

bench-quick: setup ## the same at small sizes, into build/bench/quick.md: proves that every section runs
	mkdir -p build/bench
	NDAUDIT_BENCH_OUT=build/bench/quick.md NDAUDIT_BENCH_KEPT=build/bench/quick NDAUDIT_BENCH_LIMIT=900 \
	NDAUDIT_BENCH_ROWS=300000 NDAUDIT_BENCH_RUNS=1 NDAUDIT_BENCH_PERSONS=600 NDAUDIT_BENCH_COPIES=1,2 \
	NDAUDIT_BENCH_PENSIONS=500 NDAUDIT_BENCH_PEOPLE=200 NDAUDIT_BENCH_SHEETS=500 NDAUDIT_BENCH_FINDINGS=20000 \
	NDAUDIT_BENCH_STOCK=1 NDAUDIT_BENCH_WORKBENCH_PERSONS=1500 $(BIN)/python -m benchmarks

bars: setup ## the long counts: five seeds of three sizes, 1,000 mutants, 50 kills, four writers of 10,000 decisions
	NDAUDIT_SEEDS=1,2,3,4,5 NDAUDIT_SIZES=1350,2700,5400 $(BIN)/python -m pytest tests/test_main_path.py
	NDAUDIT_CHANGES=10 $(BIN)/python -m pytest tests/test_increment.py
	$(BIN)/python -m benchmarks.faults
	NDAUDIT_FUZZ=100000 $(BIN)/python -m pytest tests/test_fuzz.py -k "not test_declarations and not test_parameters_of_notebooks"
	NDAUDIT_TRACED=50 $(BIN)/python -m pytest tests/test_tracing.py
	PYTHONPATH=tests $(BIN)/python -m benchmarks.review_screen

lock: setup ## requirements.txt again from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal --generate-hashes --no-annotate --no-header -o requirements.txt

clean: ## what can be made again
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache
