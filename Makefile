# Everything a developer or a curious user runs. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
READY := .venv/.ready

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Install everything into .venv, and the system packages the lab needs

$(READY): pyproject.toml requirements/dev.txt .ci/setup $(wildcard netaudit/locale/*/LC_MESSAGES/*.po)
	@sh .ci/setup
	@touch $@

demo: $(READY) ## Build a miniature extranet, sweep it, show who has not filed
	@$(BIN)/python -m tests.lab.demo

test: $(READY) ## Formatter, linter, types, import contracts, catalogues and all tests
	@sh .ci/checks

lint: $(READY) ## Formatter, linter and import contracts only
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports

types: $(READY) ## Type checker only
	@$(BIN)/mypy

lab: $(READY) ## Leave the miniature extranet up and say how to look around
	@$(BIN)/python -m tests.lab up

lab-down: $(READY) ## End the miniature extranet
	@$(BIN)/python -m tests.lab down

bench: $(READY) ## Measure against peers on this machine
	@for file in tests/bench/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

bench-location: $(READY) ## Where endpoints are, beside other rules, on simulated networks
	@$(BIN)/python -m tests.bench.bench_location

bench-sweep: $(READY) ## Sweep beside zmap, masscan, nmap, fping, arp-scan (root); CASES="paced small" are some of it
	@$(BIN)/python -m tests.bench.bench_sweep $(if $(CASES),--only $(CASES)) $(if $(ROUNDS),--rounds $(ROUNDS))

bench-collect: $(READY) ## Read agents beside snmpbulkwalk and gufo_snmp (needs a C compiler), switches beside netmiko
	@$(BIN)/python -m tests.bench.bench_collect
	@$(BIN)/python -m tests.bench.bench_ssh

bench-portal: $(READY) ## Pages of the portal on a whole district, and fifty people at once
	@$(BIN)/python -m tests.bench.bench_portal

fuzz: $(READY) ## A hundred thousand made-up and broken messages and outputs, odd requests to the portal: minutes
	@$(BIN)/python -m tests.fuzz
	@NETAUDIT_FUZZ_EXAMPLES=500 $(BIN)/python -m pytest -q -n 2 tests/unit/web/test_fuzz.py

docs: $(READY) ## Write the parts of docs/ that come from the code
	@$(BIN)/python -m tests.project.reference

catalogues: $(READY) ## Bring the message catalogues up to date with the source
	@$(BIN)/python -m tests.project.catalogues

lock: ## Renew the locked dependencies (needs uv)
	uv pip compile -q --generate-hashes --python-version 3.11 --universal --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/run.txt
	uv pip compile -q --generate-hashes --python-version 3.11 --universal --no-header --no-emit-index-url --no-emit-find-links pyproject.toml --group dev -o requirements/dev.txt

.PHONY: help setup demo test lint types lab lab-down bench bench-location bench-sweep bench-collect bench-portal fuzz docs catalogues lock
